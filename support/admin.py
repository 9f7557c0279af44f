"""Django's admin, for admins of the desk: settings can be changed, what was said can only be read.

Replies are made by `support.sending` alone: nothing that belongs to a conversation is added or changed here.
"""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError

from llm.admin import ReadOnly
from support.models import Agent, Customer, Draft, Gap, Message, Tag, Ticket, Triage, TriageDecision, Widget
from support.rendering import without_turning


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
    list_display = ["pk", "subject", "customer", "status", "priority", "assignee", "updated"]
    list_filter = ["status", "priority", "tags", "assignee"]
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


class TagForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """A name is searched for in quotation marks, and named to the model."""

    def clean_name(self) -> str:
        name = " ".join(without_turning(str(self.cleaned_data["name"])).split())
        if not name or '"' in name:
            raise ValidationError("Write a name without quotation marks.")
        return name


@admin.register(Tag)
class TagAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The desk's own list. A tag that is deleted is gone from its tickets, too."""

    form = TagForm
    list_display = ["name", "description"]
    search_fields = ["name", "description"]


class DecisionsInline(admin.TabularInline):  # type: ignore[type-arg]
    model = TriageDecision
    can_delete = False
    extra = 0
    readonly_fields = ["part", "value", "taken", "agent", "created"]

    def has_add_permission(self, *args: object) -> bool:
        return False


@admin.register(Triage)
class TriageAdmin(ReadOnly):
    """What was suggested, and what agents did with it."""

    list_display = ["ticket", "state", "written_by", "priority", "sentiment", "language", "finished"]
    list_filter = ["state", "written_by", "priority", "sentiment"]
    fields = [
        "ticket",
        "state",
        "summary",
        "tags",
        "priority",
        "sentiment",
        "language",
        "written_by",
        "reason",
        "attempts",
        "prompt_version",
        "model_call",
        "finished",
        "settled",
        "settled_by",
    ]
    inlines = [DecisionsInline]
