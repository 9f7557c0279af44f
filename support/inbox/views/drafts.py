"""The draft of a ticket: look at it, have it written again or rewritten, compare, bring back, reject it."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from llm import chat
from support import languages, live
from support.generations import bring_back, generations
from support.inbox import workspace
from support.inbox.comparing import chosen, compared
from support.inbox.forms.drafts import ChoicesForm, ComparisonForm, RejectionForm, RewriteForm
from support.inbox.gates import AgentRequest, agents_only, ticket_for
from support.inbox.views.replies import refused
from support.models import Draft, Message, Ticket
from support.requesting import CannotRewrite, Rewriting, choices_of, request_draft
from support.tasks import wake

GONE = "That draft is not to be had any more: somebody wrote since, or the ticket was closed."
ANSWERED = (
    "There is nothing to write a draft for: the last message is a reply already, or the ticket was closed."
)
NOT_A_WAY = "Choose one of the ways in which a text can be rewritten."


@require_GET
@agents_only
def draft(request: AgentRequest, ticket_id: int) -> HttpResponse:
    return _draft(request, ticket_for(request.user, ticket_id))


@require_POST
@agents_only
def again(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """With the passages that the agent chose. Also after a failure, and for a draft that nobody has taken."""
    ticket = ticket_for(request.user, ticket_id)
    awaited = ticket.awaited_message()
    if awaited is None:
        return refused(request, ticket, [ANSWERED], status=422)
    wake(request_draft(ticket, awaited, by=request.user, choices=ChoicesForm(request.POST).choices()))
    live.ticket_changed(ticket.pk)
    return _draft(request, ticket)


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def rewrite(request: AgentRequest, ticket_id: int) -> HttpResponse:
    """The ways in which a text can be rewritten; or one of them is asked for, and comes as a draft."""
    ticket = ticket_for(request.user, ticket_id)
    if request.method != "POST":
        return render(request, "support/inbox/_rewrite.html", _ways(ticket))
    form = RewriteForm(request.POST)
    if not form.is_valid():
        return refused(request, ticket, [NOT_A_WAY], status=422)
    try:
        _request_rewriting(request, ticket, form)
    except CannotRewrite as sentence:
        return refused(request, ticket, [str(sentence)], status=422)
    live.ticket_changed(ticket.pk)
    return _draft(request, ticket)


@require_GET
@agents_only
def compare(request: AgentRequest, ticket_id: int) -> HttpResponse:
    ticket = ticket_for(request.user, ticket_id)
    drafts = generations(ticket)
    if len(drafts) < 2:
        raise Http404
    form = ComparisonForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"left": None, "right": None}
    columns = compared(*chosen(drafts, asked["left"], asked["right"]))
    return render(
        request, "support/inbox/_compare.html", {"ticket": ticket, "drafts": drafts, "columns": columns}
    )


@require_POST
@agents_only
def use_again(request: AgentRequest, draft_id: int) -> HttpResponse:
    """An earlier generation becomes the one that can be sent."""
    wanted = _draft_for(request, draft_id)
    if not bring_back(wanted):
        return refused(request, wanted.ticket, [GONE], status=422)
    live.ticket_changed(wanted.ticket_id)
    return _draft(request, wanted.ticket)


@require_http_methods(["GET", "HEAD", "POST"])
@agents_only
def reject(request: AgentRequest, draft_id: int) -> HttpResponse:
    """The reasons there are; or the draft is put away for one of them."""
    rejected = _draft_for(request, draft_id)
    if request.method != "POST":
        return render(request, "support/inbox/_reject.html", {"draft": rejected, "reasons": Draft.Rejection})
    form = RejectionForm(request.POST)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    if reason:
        rejected.reject(request.user, Draft.Rejection(reason))
    else:
        rejected.dismiss()
    live.ticket_changed(rejected.ticket_id)
    return _draft(request, rejected.ticket)


@require_POST
@agents_only
def dismiss(request: AgentRequest, draft_id: int) -> HttpResponse:
    dismissed = _draft_for(request, draft_id)
    dismissed.dismiss()
    live.ticket_changed(dismissed.ticket_id)
    return _draft(request, dismissed.ticket)


def _draft_for(request: AgentRequest, draft_id: int) -> Draft:
    tickets = Ticket.objects.for_agent(request.user)
    return get_object_or_404(Draft.objects.filter(ticket__in=tickets), pk=draft_id)


def _request_rewriting(request: AgentRequest, ticket: Ticket, form: RewriteForm) -> None:
    """The passages stay those of the draft that the text came from."""
    awaited = ticket.awaited_message()
    if awaited is None:
        raise CannotRewrite(ANSWERED)
    given = form.cleaned_data
    of = ticket.drafts.filter(pk=given["draft"]).first() if given["draft"] else None
    asked = Rewriting(Draft.Rewrite(given["how"]), given["text"], of, given["language"])
    kept = {"choices": choices_of(of)} if of else {}
    wake(request_draft(ticket, awaited, by=request.user, rewriting=asked, **kept))


def _ways(ticket: Ticket) -> dict[str, object]:
    said = ticket.messages.filter(kind=Message.Kind.CUSTOMER).order_by("pk").values_list("text", flat=True)
    return {
        "ticket": ticket,
        "ways": [way for way in Draft.Rewrite if way != Draft.Rewrite.TRANSLATE],
        "languages": languages.NAMES.items(),
        "customers": languages.spoken(list(said), ticket.customer.locale),
        "configured": chat.configured(),
    }


def _draft(request: AgentRequest, ticket: Ticket) -> HttpResponse:
    """The reply's pane, and the evidence beside it."""
    context = {**workspace.header(ticket), **workspace.reply(ticket), "swapped": True}
    return render(request, "support/inbox/_reply.html", context)
