"""Check a reply while it is written, send it, add a note."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from kb.forms import whole_number
from support import live
from support.inbox import workspace
from support.inbox.forms.replies import CheckForm, NoteForm, ReplyForm
from support.inbox.gates import AgentRequest, agents_only, ticket_for
from support.models import Draft, Message, Ticket
from support.reviewing import review
from support.sending import Conflict, NoSuchDraft, Unproven, Unsendable, add_note, send_reply

SHOWN = 3  # of the sentences that nobody checked; the list below marks them all


@require_POST
@agents_only
def reply(request: AgentRequest, ticket_id: int) -> HttpResponse:
    ticket = ticket_for(request.user, ticket_id)
    form = ReplyForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, _errors(form), status=422)
    given = form.cleaned_data
    try:
        sent = send_reply(
            ticket,
            request.user,
            given["text"],
            given["key"],
            given["seen"],
            _named(ticket, given["draft"]),
            passages=given["passages"],
            checked=given["checked"],
            known_lost=given["lost"],
            known_state=given["draft_state"] or Draft.State.READY,
        )
    except Unsendable as unsendable:
        return refused(request, ticket, unsendable.changes, status=422)
    except Conflict as conflict:
        return refused(request, ticket, conflict.changes, status=409)
    except Unproven as unproven:
        return refused(request, ticket, unproven.changes, status=422, wanted="unproven")
    return _done(request, ticket, sent, "Sent to the customer.")


@require_POST
@agents_only
def check(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The sentences of a text that an agent writes; the same is found out again when it is sent."""
    ticket = ticket_for(request.user, ticket_id)
    form = CheckForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    given = form.cleaned_data
    found = review(given["text"], _draft(ticket, given["draft"]), given["passages"])
    return render(request, "support/inbox/_sentences.html", {"review": found})


@require_POST
@agents_only
def note(request: AgentRequest, ticket_id: int) -> HttpResponse:
    ticket = ticket_for(request.user, ticket_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, _errors(form), status=422)
    try:
        written = add_note(ticket, request.user, form.cleaned_data["text"], form.cleaned_data["key"])
    except Unsendable as unsendable:
        return refused(request, ticket, unsendable.changes, status=422)
    return _done(request, ticket, written, "Note added; customers don’t see it.")


def _draft(ticket: Ticket, draft_id: int | None) -> Draft | None:
    return ticket.drafts.filter(pk=draft_id).first() if draft_id else None


def _named(ticket: Ticket, draft_id: int | None) -> Draft | None:
    """A reply that is said to come from a draft is held to it."""
    draft = _draft(ticket, draft_id)
    if draft_id is not None and draft is None:
        raise NoSuchDraft
    return draft


def _errors(form: NoteForm) -> list[str]:
    return [str(error) for errors in form.errors.values() for error in errors]


def refused(
    request: AgentRequest, ticket: Ticket, changes: list[str], status: int, wanted: str = "sent"
) -> HttpResponse:
    """What changed, and the page's knowledge brought up to date; the agent's text stays where it is."""
    shown = _draft(ticket, whole_number(request.POST.get("draft", "")))
    context = {
        **workspace.reply(ticket),
        **(workspace.known(shown) if shown else {}),
        "changes": changes,
        "shown": changes[:SHOWN] if wanted == "unproven" else changes,
        "more": len(changes) - SHOWN,
        "conflict": wanted if status == 409 else "",
        "unproven": wanted == "unproven",
    }
    return render(request, "support/inbox/_refused.html", context, status=status)


def _done(request: AgentRequest, ticket: Ticket, message: Message, news: str) -> HttpResponse:
    _tell(message)
    ticket.refresh_from_db()
    response = render(request, "support/inbox/_workspace.html", workspace.workspace(ticket))
    trigger_client_event(response, "announce", {"value": news})
    return trigger_client_event(response, "written", {"ticket": ticket.pk, "kind": message.kind})


def _tell(message: Message) -> None:
    """Notes are told to agents alone."""
    ticket = message.ticket_id
    data = {"message": message.pk, "ticket": ticket}
    live.publish(live.ticket_channel(ticket), "message", data)
    live.ticket_changed(ticket)
    if message.kind == Message.Kind.REPLY:
        live.publish(live.customer_channel(ticket), "message", data)
