"""What a ticket is about: suggestions are taken or dismissed, tags and priority chosen by hand."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from support import live, triage
from support.inbox import triage_pane, workspace
from support.inbox.forms.triage import AboutForm, SuggestionsForm
from support.inbox.gates import AgentRequest, agents_only, ticket_for
from support.models import Ticket

UNREADABLE = "The page sent something that can’t be read, so nothing was changed. Reload it and try again."


@require_POST
@agents_only
def suggestions(request: AgentRequest, ticket_id: int) -> HttpResponse:
    shown = ticket_for(request.user, ticket_id)
    form = SuggestionsForm(request.POST)
    if not form.is_valid():
        return _head(request, shown, UNREADABLE)
    decide = triage.take if form.cleaned_data["do"] == "take" else triage.dismiss
    try:
        decide(shown, request.user, form.cleaned_data["what"], form.cleaned_data["seen"])
    except triage.Changed as changed:
        return _head(request, shown, str(changed))
    live.ticket_changed(shown.pk)
    return _head(request, shown)


@require_http_methods(["GET", "POST"])
@agents_only
def about(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The dialog; or what was chosen in it."""
    shown = ticket_for(request.user, ticket_id)
    if request.method == "GET":
        return render(request, "support/inbox/_about.html", triage_pane.dialog(shown))
    form = AboutForm(request.POST)
    if not form.is_valid():
        return _head(request, shown, UNREADABLE)
    triage.choose(shown, request.user, form.new_priority(), form.added(), form.removed())
    live.ticket_changed(shown.pk)
    return _head(request, shown)


def _head(request: AgentRequest, ticket: Ticket, problem: str = "") -> HttpResponse:
    ticket.refresh_from_db(fields=["priority"])
    context = {**workspace.header(ticket), "problem": problem}
    return render(request, "support/inbox/_head.html", context)
