"""The draft of a ticket: look at it, write it again, dismiss it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_POST

from support import live
from support.drafting import request_draft
from support.inbox import workspace
from support.inbox.gates import AgentRequest, agents_only, ticket_for
from support.models import Draft, Ticket
from support.tasks import wake


@require_GET
@agents_only
def draft(request: AgentRequest, ticket_id: int) -> HttpResponse:
    return _draft(request, ticket_for(request.user, ticket_id))


@require_POST
@agents_only
def again(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """Also after a failure, and for a draft that nobody has taken."""
    ticket = ticket_for(request.user, ticket_id)
    last = ticket.last_public_message()
    if last is not None:
        wake(request_draft(ticket, last))
        live.ticket_changed(ticket.pk)
    return _draft(request, ticket)


@require_POST
@agents_only
def dismiss(request: AgentRequest, draft_id: int) -> HttpResponse:
    tickets = Ticket.objects.for_agent(request.user)
    dismissed = get_object_or_404(Draft.objects.filter(ticket__in=tickets), pk=draft_id)
    dismissed.dismiss()
    live.ticket_changed(dismissed.ticket_id)
    return _draft(request, dismissed.ticket)


def _draft(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    """The reply's pane, and the evidence beside it."""
    context = {**workspace.header(ticket), **workspace.reply(ticket), "swapped": True}
    return render(request, "support/inbox/_reply.html", context)
