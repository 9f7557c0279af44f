"""The desk: ticket lists and the ticket page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from kb.forms import whole_number
from support import live
from support.inbox import workspace
from support.inbox.gates import AgentRequest, agents_only, ticket_for
from support.inbox.listing import counts, listing, tag_counts, with_row
from support.inbox.views.replies import refused
from support.models import Agent, Ticket
from support.requesting import draft_if_awaited
from support.sending import Conflict, close_ticket
from support.tasks import wake


@require_GET
@agents_only
def inbox(request: AgentRequest) -> HttpResponse:
    context = _list(request)
    if request.htmx and "after" in request.GET:
        return render(request, "support/inbox/_rows.html", context)
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "support/inbox/_list.html", context)
    return render(request, "support/inbox/inbox.html", context)


@require_GET
@agents_only
def ticket(request: AgentRequest, ticket_id: int) -> HttpResponse:
    shown = ticket_for(request.user, ticket_id)
    context = workspace.workspace(shown)
    if request.htmx and not request.htmx.history_restore_request:
        return render(request, "support/inbox/_workspace.html", context)
    return render(request, "support/inbox/inbox.html", {**_list(request), **context})


@require_GET
@agents_only
def row(request: AgentRequest, ticket_id: int) -> HttpResponse:
    shown = get_object_or_404(with_row(Ticket.objects.for_agent(request.user)), pk=ticket_id)
    return render(request, "support/inbox/_row.html", {"row": shown})


@require_GET
@agents_only
def views(request: AgentRequest) -> HttpResponse:
    return render(
        request,
        "support/inbox/_views.html",
        {"counts": counts(request.user), "tag_counts": tag_counts(request.user), "view": _view(request)},
    )


@require_GET
@agents_only
def head(request: AgentRequest, ticket_id: int) -> HttpResponse:
    shown = ticket_for(request.user, ticket_id)
    return render(request, "support/inbox/_head.html", workspace.header(shown))


@require_GET
@agents_only
def conversation(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The messages that came after the last one on the page."""
    after = whole_number(request.GET.get("after", "")) or 0
    shown = workspace.conversation(ticket_for(request.user, ticket_id), after)
    return render(request, "support/inbox/_messages.html", shown)


@require_POST
@agents_only
def assign(request: AgentRequest, ticket_id: int) -> HttpResponse:
    shown = ticket_for(request.user, ticket_id)
    chosen = whole_number(request.POST.get("assignee", ""))
    shown.assign(get_object_or_404(Agent, pk=chosen, is_active=True) if chosen else None)
    live.ticket_changed(shown.pk)
    return render(request, "support/inbox/_head.html", workspace.header(shown))


@require_POST
@agents_only
def close(request: AgentRequest, ticket_id: int) -> HttpResponse:
    shown = ticket_for(request.user, ticket_id)
    try:
        close_ticket(shown, whole_number(request.POST.get("seen", "")) or 0)
    except Conflict as conflict:
        return refused(request, shown, conflict.changes, status=409, wanted="closed")
    shown.refresh_from_db()
    live.ticket_changed(shown.pk)
    return render(request, "support/inbox/_workspace.html", workspace.workspace(shown))


@require_POST
@agents_only
def reopen(request: AgentRequest, ticket_id: int) -> HttpResponse:
    shown = ticket_for(request.user, ticket_id)
    shown.reopen()
    if draft := draft_if_awaited(shown, request.user):
        wake(draft)
    live.ticket_changed(shown.pk)
    return render(request, "support/inbox/_workspace.html", workspace.workspace(shown))


def _list(request: AgentRequest) -> dict[str, Any]:
    found = listing(
        request.user, _view(request), request.GET.get("q", "")[:200], request.GET.get("after", "")
    )
    return {
        "list": found,
        "counts": counts(request.user),
        "tag_counts": tag_counts(request.user),
        "view": found.view,
        "inbox_since": live.position(live.INBOX),
        "section": "inbox",
    }


def _view(request: AgentRequest) -> str:
    return request.GET.get("view", "open")
