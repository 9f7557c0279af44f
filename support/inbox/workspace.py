"""What the panes of one ticket show: conversation, draft, evidence, and what the next reply must know."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

from support import live
from support.inbox.evidence_pane import exhibits
from support.models import Agent, Citation, Draft, Message, Sentence, Ticket, Verdict
from support.sending import lost_citations, standing

# A drafts worker takes a waiting draft within a second or two; after this long, nobody is there.
WORKER_LATE = timedelta(seconds=10)
SHOWN = [Draft.State.WAITING, Draft.State.WRITING, Draft.State.READY, Draft.State.FAILED]


@dataclass(frozen=True)
class Line:
    """One sentence of a draft as the agent reads it."""

    sentence: Sentence
    pattern: str
    citations: list[Citation]
    lost: bool

    @property
    def verdict(self) -> str:
        return Verdict.NO_MATCH if self.lost else self.sentence.verdict


def workspace(ticket: Ticket) -> dict[str, Any]:
    # The stream's position first: what is stored after it is told on the stream.
    since = live.position(live.ticket_channel(ticket.pk))
    return {"since": since, **header(ticket), **conversation(ticket), **reply(ticket)}


def header(ticket: Ticket) -> dict[str, Any]:
    return {"ticket": ticket, "agents": Agent.objects.filter(is_active=True)}


def conversation(ticket: Ticket, after: int = 0) -> dict[str, Any]:
    shown = (
        ticket.messages.filter(pk__gt=after)
        .select_related("author")
        .prefetch_related("citations__passage__document", "citations__revision__document")
    )
    return {"ticket": ticket, "conversation": shown}


def reply(ticket: Ticket) -> dict[str, Any]:
    """The draft, if there is one to look at, and what sending checks against."""
    last = ticket.last_public_message()
    draft = current_draft(ticket)
    lost = lost_citations(draft) if draft else set()
    return {
        "ticket": ticket,
        "draft": draft,
        "reviewable": reviewable(draft),
        "lines": lines(draft, lost),
        "text": draft.text if draft and reviewable(draft) else "",
        "exhibits": exhibits(draft),
        "hint": hint(draft),
        "lost": ",".join(map(str, sorted(lost))),
        "seen": last.pk if last else 0,
        "awaits": last is not None and last.kind == Message.Kind.CUSTOMER,
        "key": uuid.uuid4(),
        "note_key": uuid.uuid4(),
    }


def current_draft(ticket: Ticket) -> Draft | None:
    draft = ticket.latest_draft()
    return draft if draft and draft.state in SHOWN else None


def reviewable(draft: Draft | None) -> bool:
    """There is a text to send."""
    return (
        draft is not None
        and draft.state == Draft.State.READY
        and draft.outcome != Draft.Outcome.CANNOT_ANSWER
    )


def lines(draft: Draft | None, lost: set[int]) -> list[Line]:
    if draft is None or not reviewable(draft):
        return []
    found = []
    for sentence, pattern in standing(draft.sentences.prefetch_related("citations")):
        citations = list(sentence.citations.all())
        gone = bool(citations) and all(citation.pk in lost for citation in citations)
        found.append(Line(sentence, pattern, citations, gone))
    return found


def hint(draft: Draft | None) -> str:
    """What an agent should know when a draft takes longer than it should."""
    now = timezone.now()
    if draft is None or not draft.in_progress:
        return ""
    if draft.state == Draft.State.WRITING:
        if draft.lease and draft.lease < now:
            return "The worker that wrote this draft has stopped. Another one starts it again by itself."
        return ""
    if draft.attempts and draft.reason:
        return f"{draft.reason} It is tried again by itself."
    due = max(draft.created, draft.lease or draft.created)
    if now - due > WORKER_LATE:
        return (
            "No drafts worker has taken this yet; “manage.py doctor” tells an admin whether one is running."
        )
    return ""
