"""Send a reply or close a ticket, for an agent who has seen all there is to see. Replies are made here alone.

It is refused, with what changed, when the conversation or the evidence moved since the agent's page was made.
The same key twice is one reply. Nothing here enqueues or publishes; the page that calls does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.text import Truncator

from kb.models import Audience, Passage
from support.models import Agent, Citation, Draft, Message, Sentence, Ticket, Verdict

if TYPE_CHECKING:
    from kb.models import PassageQuerySet

# What a reply leaves behind: nobody needs these drafts any more.
OVERTAKEN = [Draft.State.WAITING, Draft.State.WRITING, Draft.State.READY, Draft.State.FAILED]


class Conflict(Exception):
    """Nothing was done: something changed since the agent looked. Each change is a sentence for the agent."""

    def __init__(self, changes: list[str]) -> None:
        super().__init__(" ".join(changes))
        self.changes = changes


class UsedAlready(Conflict):
    """The form's key belongs to something else, so what it holds was not stored."""

    def __init__(self) -> None:
        super().__init__(["This form was used already. Reload the page."])


def send_reply(
    ticket: Ticket,
    agent: Agent,
    text: str,
    key: UUID,
    seen: int,
    draft: Draft | None = None,
    confirmed: Collection[int] = (),
    known_lost: Collection[int] = (),
) -> Message:
    """`seen`: the last public message that the agent's page showed (0: none).

    `confirmed`: the sentences that the agent changed and whose citations still hold.
    `known_lost`: the citations that were shown to have lost their evidence.
    """
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if sent := _stored(ticket, key, Message.Kind.REPLY):
            return sent
        citations = _citations(draft, ticket)
        proven, lost = _divided(citations, _locked(citations))
        if changes := _changes(ticket, seen) + _lost_evidence(lost, known_lost):
            raise Conflict(changes)
        return _store(ticket, agent, text, key, draft, _claimed(proven, text, confirmed))


def close_ticket(ticket: Ticket, seen: int) -> None:
    """What the customer wrote last is closed with the ticket only if the agent's page showed it."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        if changes := _newer(ticket, seen):
            raise Conflict(changes)
        ticket.close()


def record_earlier_reply(ticket: Ticket, agent: Agent, text: str, key: UUID) -> Message:
    """One that the customer had already, from elsewhere: part of the conversation, and sent to nobody now."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        return _stored(ticket, key, Message.Kind.REPLY) or _store(ticket, agent, text, key, None, [])


def add_note(ticket: Ticket, agent: Agent, text: str, key: UUID) -> Message:
    """An internal note; customers never see it."""
    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)
        return _stored(ticket, key, Message.Kind.NOTE) or Message.objects.create(
            ticket=ticket, kind=Message.Kind.NOTE, author=agent, text=text, key=key
        )


def unchanged(sentences: Iterable[Sentence], text: str) -> list[Sentence]:
    """The sentences that stand in `text` word for word; line breaks and blanks don't count."""
    return [one for one, pattern in standing(sentences) if re.search(pattern, text)]


def standing(sentences: Iterable[Sentence]) -> list[tuple[Sentence, str]]:
    """Each with a pattern that finds it, but no part of a longer sentence. JavaScript reads them as well."""
    found, before = [], ""
    for sentence in sentences:
        words = sentence.text.split()
        found.append((sentence, _pattern(words, before)))
        before = words[-1] if words else ""
    return found


def _pattern(words: Sequence[str], before: str) -> str:
    """`before`: the word that the draft itself has in front, such as the “Carol,” of a greeting."""
    if not words:
        return r"(?!)"
    begins = r"(?:^|\n)[\s>*•–\d.)-]*|[.!?…:;。！？：；)\]\"”’*]\s*"
    if before:
        begins += f"|{re.escape(before)}\\s*"
    return f"(?:{begins})" + r"\s+".join(map(re.escape, words)) + _ends(words[-1][-1])


def _ends(last: str) -> str:
    if last.isalnum():
        return r"\s*(?:\n|$)"
    return r"(?!\w)" if last.isascii() else ""


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


def _citations(draft: Draft | None, ticket: Ticket) -> list[Citation]:
    """All of the draft's: an edited sentence may still say what its evidence said."""
    if draft is None or draft.ticket_id != ticket.pk:
        return []
    cited = Citation.objects.filter(sentence__draft=draft)
    return list(cited.select_related("sentence").order_by("sentence__position", "number"))


def _claimed(proven: Collection[Citation], text: str, confirmed: Collection[int]) -> list[Citation]:
    """What the reply rests on: citations of unchanged sentences that they support, and of confirmed ones."""
    sentences = list(Sentence.objects.filter(draft__in={one.sentence.draft_id for one in proven}))
    kept = {one.pk for one in unchanged(sentences, text) if one.verdict in (Verdict.MATCHES, Verdict.PARTLY)}
    return [citation for citation in proven if citation.sentence_id in kept | set(confirmed)]


def _visible(citations: Iterable[Citation]) -> PassageQuerySet:
    """The cited passages that a customer may still read."""
    passages = {citation.passage_id for citation in citations if citation.passage_id}
    return Passage.objects.visible_to(Audience.PUBLIC).filter(pk__in=passages)


def _locked(citations: Iterable[Citation]) -> PassageQuerySet:
    """So that they stay as they are until the reply is stored; in the order in which drafting locks."""
    visible = _visible(citations).select_related("document").order_by("document", "pk")
    return visible.select_for_update(no_key=True, of=("self", "document"))


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


def _lost_evidence(lost: list[Citation], known: Collection[int]) -> list[str]:
    return [
        f"“{citation.title}” was changed or withdrawn since the draft was written, and no longer backs: "
        f"“{citation.sentence.text}”"
        for citation in lost
        if citation.pk not in set(known)
    ]


def _store(
    ticket: Ticket, agent: Agent, text: str, key: UUID, draft: Draft | None, citations: list[Citation]
) -> Message:
    reply = Message.objects.create(
        ticket=ticket, kind=Message.Kind.REPLY, author=agent, text=text, key=key, draft=draft
    )
    reply.citations.set(citations)
    ticket.drafts.filter(state__in=OVERTAKEN).update(state=Draft.State.SUPERSEDED, lease=None)
    if draft:
        ticket.drafts.filter(pk=draft.pk).update(state=Draft.State.SENT)
    ticket.assignee_id = ticket.assignee_id or agent.pk
    ticket.updated = timezone.now()
    ticket.save(update_fields=["assignee", "updated"])
    return reply
