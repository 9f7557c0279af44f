"""Rows for an admin who looks into a case. Documents are changed on their own pages; here nothing is."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from kb.models import Document, EmbeddingModel, Passage, Revision


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


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
    list_display = ["name", "dimensions", "active", "created"]
