"""Turn a waiting draft into a stored one, whatever dies meanwhile.

A draft's row is the job: claimed by one conditional UPDATE, leased while its worker lives, taken over when it
doesn't. What is stored is stored once, by the attempt that owns the row, if the passages it was written from
still stand and nobody wrote in between.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from kb.models import Audience, Document, Passage
from llm import ledger
from llm.errors import ModelError, Unavailable
from support import causes, composing, live, offering, requesting, rewriting, storing
from support.composing import Reply
from support.evidence import Offered
from support.leases import LEASE, Lease, held, pause
from support.models import Draft, DraftQuerySet, Message, Ticket
from support.offering import Search
from support.prompts import Conversation
from support.requesting import choices_of, draft_if_awaited
from support.rounds import Heard

logger = logging.getLogger(__name__)

# A gateway that is down is asked this often before the draft becomes quotes.
CALLS_BEFORE_QUOTES = 3
# A draft that was begun this often and never ended kills its workers, or its articles change all the time.
MOST_ATTEMPTS = 6


class Lost(Exception):
    """Another attempt owns the draft now; what this one says no longer matters."""


class Overtaken(Exception):
    """Somebody has written in public since; the rest would be paid for in vain."""


class Failed(Exception):
    """There will be no text. The message is a sentence for the agent."""

    def __init__(self, reason: str, reply: Reply | None = None) -> None:
        super().__init__(reason)
        self.call = reply.call if reply else None


def claim(draft_id: int) -> Draft | None:
    """The draft, now this worker's; None if it is another's, not due, or not to be written at all."""
    now = timezone.now()
    _give_up_hopeless(draft_id)
    claimable = Draft.objects.claimable(now).filter(_nobody_else_writes(), pk=draft_id)
    try:
        with transaction.atomic():
            claimed = claimable.update(
                state=Draft.State.WRITING, lease=now + LEASE, attempts=F("attempts") + 1
            )
    except IntegrityError:
        return None  # another draft of the ticket was claimed in the same moment
    if not claimed:
        return None
    return Draft.objects.select_related("ticket__customer", "up_to").get(pk=draft_id)


def write_draft(draft: Draft) -> int | None:
    """A claimed draft becomes a stored one. Returns the draft of this ticket that waits now, if one does."""
    preview = live.Preview(draft.ticket_id, draft.pk)
    with held(draft) as lease:
        if _is_overtaken(draft):
            _supersede(draft)
        elif requesting.ahead_of_time() or not _left_to_agents(draft):
            preview.begin()
            try:
                with ledger.billed_to(draft.bill):
                    _write(draft, lease, preview)
            except Overtaken:
                _supersede(draft)
            except Lost:
                logger.warning("Draft %s is being written by another worker now", draft.pk)
                return None
    preview.end()
    return waiting_draft(draft.ticket_id)


def waiting_draft(ticket_id: int) -> int | None:
    """A draft of this ticket that can be claimed now."""
    waiting = Draft.objects.claimable(timezone.now()).filter(ticket=ticket_id, state=Draft.State.WAITING)
    return waiting.values_list("pk", flat=True).first()


def forgotten_drafts(grace: timedelta) -> list[int]:
    """Drafts that wait for a wake-up which seems lost, and those that dead workers left behind."""
    now = timezone.now()
    for left_behind in Draft.objects.filter(state=Draft.State.WRITING, lease__lt=now):
        if waiting_draft(left_behind.ticket_id):
            _supersede(left_behind)  # the customer wrote on meanwhile: that one is written instead
    fresh = Q(state=Draft.State.WAITING, lease__isnull=True, created__gt=now - grace)
    claimable = Draft.objects.claimable(now).filter(_nobody_else_writes()).exclude(fresh)
    return list(claimable.order_by("pk").values_list("pk", flat=True)[:200])


def _nobody_else_writes() -> Q:
    others = Draft.objects.filter(ticket=OuterRef("ticket"), state=Draft.State.WRITING)
    return ~Q(Exists(others.exclude(pk=OuterRef("pk"))))


def _give_up_hopeless(draft_id: int) -> None:
    given_up = Draft.objects.claimable(timezone.now()).filter(pk=draft_id, attempts__gte=MOST_ATTEMPTS)
    if given_up.update(
        state=Draft.State.FAILED,
        lease=None,
        finished=timezone.now(),
        reason=f"Writing was begun {MOST_ATTEMPTS} times and never came to an end: the drafts worker's log "
        "says why. Ask for a new draft, or reply without one.",
    ):
        draft = Draft.objects.get(pk=draft_id)
        live.Preview(draft.ticket_id, draft.pk).end()


def _write(draft: Draft, lease: Lease, preview: live.Preview) -> None:
    def hear(piece: str) -> None:
        if lease.lost:
            raise Lost
        if lease.overtaken:
            raise Overtaken
        preview.add(piece)

    conversation = composing.conversation_of(draft.ticket, draft.up_to)
    try:
        if draft.rewrite:
            reply = _rewrite(draft, conversation, hear)
        else:
            reply = _answer(draft, conversation, hear, preview.begin)
    except Unavailable as error:
        return _wait_again(draft, causes.reason(error), pause(error, draft.attempts))
    except Failed as failed:
        return _fail(draft, failed)
    preview.flush()
    _store(draft, reply)


def _answer(draft: Draft, conversation: Conversation, hear: Heard, begins_again: Callable[[], None]) -> Reply:
    """By the model; it is asked again while it is away, and then quotes answer. Raises Unavailable."""
    search = Search(Audience.PUBLIC, choices_of(draft))
    offered, reply, note = composing.look_up(conversation, search.audience, search.choices)
    try:
        reply = reply or composing.written(
            conversation, offered, hear, search=search, begins_again=begins_again
        )
    except ModelError as error:
        if isinstance(error, Unavailable) and draft.attempts < CALLS_BEFORE_QUOTES:
            raise
        reply = composing.quoted(conversation, offered, causes.reason(error))
    return composing.noted(reply, note)


def _rewrite(draft: Draft, conversation: Conversation, hear: Heard) -> Reply:
    """Nobody but the model can, so without it there is none; the draft that it came from stays as it is."""
    offered = _offered_for_rewriting(draft, conversation)
    try:
        reply = rewriting.rewritten(draft, offered, hear)
    except ModelError as error:
        if isinstance(error, Unavailable) and draft.attempts < CALLS_BEFORE_QUOTES:
            raise
        raise Failed(f"The text was not rewritten. {causes.reason(error)}") from error
    if reply.outcome == Draft.Outcome.CANNOT_ANSWER:
        raise Failed(f"The text was not rewritten. {reply.reason}", reply)
    return reply


def _offered_for_rewriting(draft: Draft, conversation: Conversation) -> list[Offered]:
    """Those of the draft that the text came from, and those that the agent added to them."""
    choices = choices_of(draft)
    if draft.rewrite_of is None:
        return composing.look_up(conversation, Audience.PUBLIC, choices)[0]
    offered = rewriting.offered_again(draft.rewrite_of)
    return offered + offering.numbered_on(offered, choices.pinned, Audience.PUBLIC)


def _wait_again(draft: Draft, reason: str, later: timedelta | None = None) -> None:
    """Later again, unless another draft of the ticket waits already."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=draft.ticket_id)
        if ticket.drafts.filter(state=Draft.State.WAITING).exists():
            _owned(draft).update(state=Draft.State.SUPERSEDED, lease=None, finished=timezone.now())
        else:
            due = timezone.now() + later if later else None
            _owned(draft).update(state=Draft.State.WAITING, lease=due, reason=reason)


def _fail(draft: Draft, failed: Failed) -> None:
    """What was ready stays ready."""
    _owned(draft).update(
        state=Draft.State.FAILED,
        reason=str(failed),
        model_call=failed.call,
        prompt_version=failed.call.prompt_version if failed.call else "",
        lease=None,
        finished=timezone.now(),
    )


def _store(draft: Draft, reply: Reply) -> None:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=draft.ticket_id)
        if _owned(draft).select_for_update().first() is None:
            raise Lost
        if _is_overtaken(draft):
            return _supersede(draft)
        if not _still_stands(reply):
            return _wait_again(draft, "An article changed while the draft was being written from it.")
        others = ticket.drafts.filter(state__in=[Draft.State.READY, Draft.State.FAILED])
        others.update(state=Draft.State.SUPERSEDED)
        _make_ready(draft, reply)


def _owned(draft: Draft) -> DraftQuerySet:
    """The row, as long as it is this attempt's."""
    return Draft.objects.filter(
        pk=draft.pk, state=Draft.State.WRITING, attempts=draft.attempts, up_to=draft.up_to_id
    )


def _is_overtaken(draft: Draft) -> bool:
    """Nobody waits for it: somebody wrote in public since, an agent had the last word, or it is closed."""
    if draft.up_to.kind != Message.Kind.CUSTOMER:
        return True
    if Ticket.objects.filter(pk=draft.ticket_id, status=Ticket.Status.CLOSED).exists():
        return True
    newer = Message.objects.filter(ticket=draft.ticket_id, pk__gt=draft.up_to_id)
    return newer.exclude(kind=Message.Kind.NOTE).exists()


def _supersede(draft: Draft) -> None:
    """If the customer had the last word, a draft for it waits already, or does from now on."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=draft.ticket_id)
        _owned(draft).update(state=Draft.State.SUPERSEDED, lease=None, finished=timezone.now())
        if ticket.status == Ticket.Status.OPEN:
            draft_if_awaited(ticket)


def _left_to_agents(draft: Draft) -> bool:
    """Since it was queued the budget is nearly used up, and up to this moment nobody has asked for it."""
    unasked = _owned(draft).filter(requested_by=None)
    left = unasked.update(state=Draft.State.LEFT, lease=None, finished=timezone.now())
    return bool(left)


def _still_stands(reply: Reply) -> bool:
    """All that was offered is as it was, and public; locked, so that it stays so until the commit."""
    hashes = {one.passage_id: one.content_hash for one in reply.offered if one.passage_id}
    passages = Passage.objects.filter(pk__in=list(hashes))
    # Whoever changes a passage locks its document first; in this order nobody waits in a circle.
    documents = Document.objects.filter(pk__in=passages.values("document")).order_by("pk")
    list(documents.select_for_update(no_key=True).values_list("pk"))
    now = passages.visible_to(Audience.PUBLIC).values_list("pk", "content_hash")
    return dict(now) == hashes


def _make_ready(draft: Draft, reply: Reply) -> None:
    _owned(draft).update(
        state=Draft.State.READY,
        outcome=reply.outcome,
        written_by=reply.written_by or "",
        text=reply.text,
        reason=reply.reason,
        model_call=reply.call,
        prompt_version=reply.call.prompt_version if reply.call else "",
        raw_output=reply.raw_output,
        parameters=reply.parameters,
        lease=None,
        finished=timezone.now(),
    )
    storing.store(draft, reply)
