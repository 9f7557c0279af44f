"""Rows for an admin who looks into a case. Documents are changed on their own pages; here nothing is."""

from django.contrib import admin

from kb.models import Category, Document, DocumentChange, EmbeddingModel, Passage, Revision
from llm.admin import ReadOnly


@admin.register(Document)
class DocumentAdmin(ReadOnly):
    list_display = ["title", "reference", "state", "status", "audience", "locale", "changed"]
    list_filter = ["state", "status", "audience", "locale"]
    search_fields = ["title", "reference"]
    exclude = ["file"]  # its link would lead past the gate


@admin.register(Revision)
class RevisionAdmin(ReadOnly):
    list_display = ["title", "document", "number", "created"]
    search_fields = ["title"]
    list_select_related = ["document"]
    exclude = ["file"]


@admin.register(Passage)
class PassageAdmin(ReadOnly):
    list_display = ["document", "position", "heading", "length"]
    search_fields = ["heading", "text"]
    list_select_related = ["document"]
    exclude = ["weights", "lexemes"]


@admin.register(EmbeddingModel)
class EmbeddingModelAdmin(ReadOnly):
    list_display = ["name", "dimensions", "active", "state", "created"]


@admin.register(Category)
class CategoryAdmin(ReadOnly):
    list_display = ["name", "parent"]


@admin.register(DocumentChange)
class DocumentChangeAdmin(ReadOnly):
    list_display = ["document", "author", "became", "why", "created"]
    list_select_related = ["document", "author"]
