"""Django's admin, for admins of the desk: settings can be changed, what was said can only be read.

Replies are made by `support.sending` alone: nothing that belongs to a conversation is added or changed here.
"""

from django.contrib import admin

from llm.admin import ReadOnly
from support.models import Agent, Customer, Draft, Gap, Message, Ticket, Widget


@admin.register(Widget)
class WidgetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ["name", "active", "allowed_origins"]
    readonly_fields = ["key"]


@admin.register(Agent)
class AgentAdmin(ReadOnly):
    """People are made, promoted and deactivated on the desk's own page."""

    list_display = ["name", "email", "is_staff", "is_active", "last_login"]
    fields = ["name", "email", "is_staff", "is_active", "last_login", "date_joined"]
    search_fields = ["name", "email"]


@admin.register(Customer)
class CustomerAdmin(ReadOnly):
    list_display = ["__str__", "email", "widget", "created"]
    fields = ["name", "email", "locale", "widget", "created"]
    search_fields = ["name", "email"]


@admin.register(Ticket)
class TicketAdmin(ReadOnly):
    list_display = ["pk", "subject", "customer", "status", "assignee", "updated"]
    list_filter = ["status", "assignee"]
    search_fields = ["subject"]


@admin.register(Message)
class MessageAdmin(ReadOnly):
    list_display = ["pk", "ticket", "kind", "author", "created"]
    list_filter = ["kind"]
    fields = ["ticket", "kind", "author", "text", "draft", "created"]


@admin.register(Draft)
class DraftAdmin(ReadOnly):
    list_display = ["pk", "ticket", "state", "outcome", "written_by", "rewrite", "rejection", "created"]
    list_filter = ["state", "outcome", "written_by", "rewrite", "rejection"]
    fields = [
        "ticket",
        "state",
        "outcome",
        "written_by",
        "text",
        "reason",
        "requested_by",
        "rewrite",
        "language",
        "rejection",
        "rejected_by",
        "attempts",
        "model_call",
        "created",
        "finished",
    ]


@admin.register(Gap)
class GapAdmin(ReadOnly):
    list_display = ["pk", "question", "missing", "locale", "ticket", "created"]
    list_filter = ["locale"]
    fields = ["question", "missing", "locale", "ticket", "draft", "created"]
    search_fields = ["question", "missing"]
