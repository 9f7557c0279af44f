"""Send a reply or close a ticket, for an agent who has seen all there is to see. Replies are made here alone.

It is refused, with what changed, when the conversation, the draft or its evidence moved since the agent's
page was made; and when a sentence of a reply that was made from a draft has no match and the agent does not
say that they checked it. The same key twice is one reply. Nothing here enqueues or publishes; the page that
calls does.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TYPE_CHECKING, ParamSpec
from uuid import UUID

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.text import Truncator
from psycopg.errors import DeadlockDetected, UniqueViolation

from kb.models import Document, Passage
from support import edits, proof, rendering, reviewing
from support.models import Agent, Citation, Draft, Message, Sentence, Ticket, Verdict
from support.reviewing import Review, Reviewed

if TYPE_CHECKING:
    from kb.models import PassageQuerySet

# What a reply leaves behind: nobody needs these drafts any more.
OVERTAKEN = [Draft.State.WAITING, Draft.State.WRITING, Draft.State.READY, Draft.State.FAILED]
# There is nothing in them yet that a reply could be made from.
TEXTLESS = [Draft.State.WAITING, Draft.State.WRITING, Draft.State.FAILED, Draft.State.LEFT]
CITING = (Verdict.MATCHES, Verdict.PARTLY)
# Of two at once, one waited for the other in a circle, or had the same key: the next time it sees the other.
MET_ANOTHER = (DeadlockDetected, UniqueViolation)

Given = ParamSpec("Given")


class Conflict(Exception):
    """Nothing was done: something changed since the agent looked. Each change is a sentence for the agent."""

    def __init__(self, changes: list[str]) -> None:
        super().__init__(" ".join(changes))
        self.changes = changes


class Unsendable(Conflict):
    """However often the agent looks: what was given cannot be sent as it is."""


class NothingToRead(Unsendable):
    """Without its marks and what can't be seen, nothing is left."""

    def __init__(self) -> None:
        super().__init__(
            ["There is nothing in this reply that a customer could read. Write something first."]
        )


class NoSuchDraft(Unsendable):
    """The reply is said to come from what is no draft of this ticket, or has no text yet."""

    def __init__(self) -> None:
        super().__init__(
            ["The draft that this page shows is none of this ticket’s. Reload the page; your text stays."]
        )


class UsedAlready(Unsendable):
    """The form's key belongs to something else, so what it holds was not stored."""

    def __init__(self) -> None:
        super().__init__(["This form was used already. Reload the page."])


class Unproven(Exception):
    """Nothing was sent: these sentences have no match, and nobody said that they checked them."""

    def __init__(self, sentences: Sequence[Reviewed]) -> None:
        self.changes = [f"“{one.text}” {one.reason}".strip() for one in sentences]
        super().__init__(" ".join(self.changes))


def _whole(store: Callable[Given, Message]) -> Callable[Given, Message]:
    """All of it or nothing; once more if it met another that was being stored in the same moment."""

    @functools.wraps(store)
    def stored(*args: Given.args, **given: Given.kwargs) -> Message:
        try:
            with transaction.atomic():
                return store(*args, **given)
        except DatabaseError as error:
            if not isinstance(error.__cause__, MET_ANOTHER):
                raise
        with transaction.atomic():
            return store(*args, **given)

    return stored


@_whole
def send_reply(
    ticket: Ticket,
    agent: Agent,
    text: str,
    key: UUID,
    seen: int,
    draft: Draft | None = None,
    *,
    passages: Sequence[int] = (),
    checked: Collection[str] = (),
    known_lost: Collection[int] = (),
    known_state: str = Draft.State.READY,
) -> Message:
    """`seen`: the last public message that the agent's page showed (0: none).

    `passages`: what the agent added to those that the draft's writer was offered.
    `checked`: sentences without a match that the agent says they checked, as they stand in the text.
    `known_lost`: the citations that were shown to have lost their evidence.
    `known_state`: the draft's, as the agent was told it.
    """
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    if sent := _stored(ticket, key, Message.Kind.REPLY):
        return sent
    draft = _as_it_is_now(ticket, draft)
    if (draft or passages) and (problem := reviewing.too_long(text)):
        raise Unsendable([f"{problem} Shorten it."])
    citations = _citations(draft)
    _, lost = _divided(citations, _locked(draft, passages, citations))
    overtaken = _overtaken(draft, known_state) + _lost_evidence(lost, known_lost)
    if changes := _changes(ticket, seen) + overtaken:
        raise Conflict(changes)
    found = _reviewed(text, draft, passages, checked)
    shown = found.text if found else text
    if not rendering.shows_something(shown):
        raise NothingToRead
    reply = _store(ticket, agent, shown, key, draft)
    if found:
        _store_proof(reply, found, checked)
    return reply


def close_ticket(ticket: Ticket, seen: int) -> None:
    """What the customer wrote last is closed with the ticket only if the agent's page showed it."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if changes := _newer(ticket, seen):
            raise Conflict(changes)
        ticket.close()


@_whole
def record_earlier_reply(ticket: Ticket, agent: Agent, text: str, key: UUID) -> Message:
    """One that the customer had already, from elsewhere: part of the conversation, and sent to nobody now."""
    ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
    return _stored(ticket, key, Message.Kind.REPLY) or _store(ticket, agent, text, key, None)


@_whole
def add_note(ticket: Ticket, agent: Agent, text: str, key: UUID) -> Message:
    """An internal note; customers never see it."""
    Ticket.objects.select_for_update().get(pk=ticket.pk)
    return _stored(ticket, key, Message.Kind.NOTE) or Message.objects.create(
        ticket=ticket, kind=Message.Kind.NOTE, author=agent, text=text, key=key
    )


def lost_citations(draft: Draft) -> set[int]:
    """The draft's citations whose passage was changed, unpublished or made internal since."""
    citations = Citation.objects.filter(sentence__draft=draft)
    _, lost = _divided(citations, _visible(citations))
    return {citation.pk for citation in lost}


def _stored(ticket: Ticket, key: UUID, kind: Message.Kind) -> Message | None:
    """What the same form made before."""
    known = Message.objects.filter(key=key).first()
    if known and (known.ticket_id, known.kind) != (ticket.pk, kind):
        raise UsedAlready
    return known


def _as_it_is_now(ticket: Ticket, draft: Draft | None) -> Draft | None:
    """It stays so until the reply is stored."""
    if draft is None:
        return None
    written = ticket.drafts.exclude(state__in=TEXTLESS).select_for_update(no_key=True)
    if now := written.filter(pk=draft.pk).first():
        return now
    raise NoSuchDraft


def _citations(draft: Draft | None) -> list[Citation]:
    """All of the draft's: an edited sentence may still say what its evidence said."""
    if draft is None:
        return []
    cited = Citation.objects.filter(sentence__draft=draft)
    return list(cited.select_related("sentence").order_by("sentence__position", "number"))


def _visible(citations: Iterable[Citation]) -> PassageQuerySet:
    """The cited passages that a customer may still read."""
    return reviewing.public_passages(one.passage_id for one in citations if one.passage_id)


def _locked(draft: Draft | None, added: Sequence[int], citations: Iterable[Citation]) -> PassageQuerySet:
    """What the reply may rest on stays as it is until it is stored."""
    offered = draft.offered.values_list("passage", flat=True) if draft else []
    wanted = {pk for pk in (*offered, *added, *(one.passage_id for one in citations)) if pk}
    # Whoever changes a passage locks its document first; in this order nobody waits in a circle.
    whose = Passage.objects.filter(pk__in=wanted).values("document")
    documents = Document.objects.filter(pk__in=whose).order_by("pk")
    list(documents.select_for_update(no_key=True).values_list("pk"))
    return reviewing.public_passages(wanted).order_by("pk").select_for_update(no_key=True, of=("self",))


def _reviewed(
    text: str, draft: Draft | None, added: Sequence[int], checked: Collection[str]
) -> Review | None:
    """What was written without a draft is the agent's own, and held against what they added at most."""
    if draft is None and not added:
        return None
    found = reviewing.review(text, draft, added)
    vouched = {edits.plain(one) for one in checked}
    unproven = [one for one in found.sentences if one.unproven and edits.plain(one.text) not in vouched]
    if draft and unproven:
        raise Unproven(unproven)
    return found


def _divided(
    citations: Iterable[Citation], visible: PassageQuerySet
) -> tuple[list[Citation], list[Citation]]:
    """Those that are still proven, and the others."""
    passages = {passage.pk for passage in visible}
    citations = list(citations)
    proven = [citation for citation in citations if citation.passage_id in passages]
    return proven, [citation for citation in citations if citation.passage_id not in passages]


def _changes(ticket: Ticket, seen: int) -> list[str]:
    closed = (
        ["This ticket was closed. Reopen it to send the reply."]
        if ticket.status == Ticket.Status.CLOSED
        else []
    )
    return closed + _newer(ticket, seen)


def _newer(ticket: Ticket, seen: int) -> list[str]:
    newer = ticket.messages.exclude(kind=Message.Kind.NOTE).filter(pk__gt=seen).select_related("author")
    return [_news(message, ticket) for message in newer]


def _news(message: Message, ticket: Ticket) -> str:
    begins = Truncator(" ".join(message.text.split())).chars(120)
    if message.kind == Message.Kind.CUSTOMER:
        return f"{ticket.customer} wrote again: “{begins}”"
    return f"{message.author or 'A colleague'} replied: “{begins}”"


def _overtaken(draft: Draft | None, known: str) -> list[str]:
    """What somebody else did with the draft."""
    if draft is None or draft.state in (Draft.State.READY, known):
        return []
    if draft.state == Draft.State.SENT:
        return ["A reply was made from this draft already."]
    if draft.state == Draft.State.SUPERSEDED:
        return ["Another draft took the place of this one."]
    if not draft.rejection:
        return ["A colleague dismissed this draft."]
    why = str(Draft.Rejection(draft.rejection).label)
    return [f"{draft.rejected_by or 'A colleague'} rejected this draft: {why[0].lower()}{why[1:]}."]


def _lost_evidence(lost: list[Citation], known: Collection[int]) -> list[str]:
    told = set(known)
    return [
        f"“{citation.title}” was changed or withdrawn since the draft was written, and no longer backs: "
        f"“{citation.sentence.text}”"
        for citation in lost
        if citation.pk not in told
    ]


def _store(ticket: Ticket, agent: Agent, text: str, key: UUID, draft: Draft | None) -> Message:
    said = rendering.without_turning(text)
    reply = Message.objects.create(
        ticket=ticket, kind=Message.Kind.REPLY, author=agent, text=said, key=key, draft=draft
    )
    ticket.drafts.filter(state__in=OVERTAKEN).update(state=Draft.State.SUPERSEDED, lease=None)
    if draft:
        # What was rejected stays so, whatever its words were made into.
        kept = ticket.drafts.exclude(state=Draft.State.DISMISSED)
        kept.filter(pk=draft.pk).update(state=Draft.State.SENT)
    ticket.assignee_id = ticket.assignee_id or agent.pk
    ticket.updated = timezone.now()
    ticket.save(update_fields=["assignee", "updated"])
    return reply


def _store_proof(reply: Message, found: Review, checked: Collection[str]) -> None:
    """What became of the draft's sentences, and what the customer is shown as evidence."""
    vouched = {edits.plain(one) for one in checked}
    rows = [_row(reply, position, one, vouched) for position, one in enumerate(found.sentences)]
    citations = proof.store(rows, found.sentences)
    reply.citations.set(citation for citation in citations if citation.sentence.verdict in CITING)


def _row(reply: Message, position: int, one: Reviewed, vouched: Collection[str]) -> Sentence:
    row = proof.row(position, one, message=reply)
    row.change = one.change if reply.draft_id else ""
    row.drafted = one.drafted
    row.checked = one.unproven and edits.plain(one.text) in vouched
    return row
