"""The draft of a ticket: look at it, write it again, dismiss it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from support import live
from support.drafting import request_draft
from support.inbox import workspace
from support.inbox.gates import AgentRequest, agents_only
from support.models import Draft, Ticket
from support.tasks import wake


@require_GET
@agents_only
def draft(request: AgentRequest, ticket_id: int) -> HttpResponse:
    return _draft(request, _ticket(request, ticket_id))


@require_POST
@agents_only
def again(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Also after a failure, and for a draft that nobody has taken."""
    ticket = _ticket(request, ticket_id)
    last = ticket.last_public_message()
    if last is not None:
        wake(request_draft(ticket, last))
        _tell(ticket)
    return _draft(request, ticket)


@require_POST
@agents_only
def dismiss(request: AgentRequest, draft_id: int) -> HttpResponse:
    tickets = Ticket.objects.for_agent(request.user)
    dismissed = get_object_or_404(Draft.objects.filter(ticket__in=tickets), pk=draft_id)
    dismissed.dismiss()
    _tell(dismissed.ticket)
    return _draft(request, dismissed.ticket)


def _ticket(request: AgentRequest, ticket_id: int) -> Ticket:
    tickets = Ticket.objects.for_agent(request.user).select_related("customer", "assignee")
    return get_object_or_404(tickets, pk=ticket_id)


def _draft(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    """The reply's pane, and the evidence beside it."""
    context = {**workspace.header(ticket), **workspace.reply(ticket), "swapped": True}
    return render(request, "support/inbox/_reply.html", context)


def _tell(ticket: Ticket) -> None:
    live.publish(live.INBOX, "ticket", {"ticket": ticket.pk})
