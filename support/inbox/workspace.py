"""What the panes of one ticket show: conversation, draft, evidence, and what the next reply must know."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone

from llm import breaker, budgets, chat
from support import causes, live
from support.inbox import triage_pane
from support.inbox.evidence_pane import pane
from support.models import Agent, Draft, Gap, Ticket
from support.reviewing import review
from support.sending import lost_citations
from support.staleness import stale

# A drafts worker takes a waiting draft within a second or two; after this long, nobody is there.
WORKER_LATE = timedelta(seconds=10)


def workspace(ticket: Ticket) -> dict[str, Any]:
    # The stream's position first: what is stored after it is told on the stream.
    since = live.position(live.ticket_channel(ticket.pk))
    return {"since": since, **header(ticket), **conversation(ticket), **reply(ticket)}


def header(ticket: Ticket) -> dict[str, Any]:
    return {"ticket": ticket, "agents": Agent.objects.filter(is_active=True), **triage_pane.pane(ticket)}


def conversation(ticket: Ticket, after: int = 0) -> dict[str, Any]:
    shown = (
        ticket.messages.filter(pk__gt=after)
        .select_related("author")
        .prefetch_related(
            Prefetch("draft", Draft.objects.with_cost().select_related("model_call")),
            "citations__passage__document",
            "citations__revision__document",
            "sentences__citations",
            "sentences__drafted",
            "draft__sentences",
        )
    )
    return {"ticket": ticket, "conversation": shown}


def reply(ticket: Ticket) -> dict[str, Any]:
    """The draft, if there is one to look at, and what sending checks against."""
    last = ticket.last_public_message()
    awaits = ticket.awaited_message() is not None
    draft = ticket.current_draft()
    text = draft.text if draft and reviewable(draft) else ""
    return {
        "ticket": ticket,
        "draft": draft,
        "reviewable": reviewable(draft),
        "review": review(text, draft) if text else None,
        "text": text,
        **pane(draft),
        "hint": hint(draft),
        "stale": stale(draft) if draft else [],
        "failed": failed_since(draft),
        "missing": missing(draft),
        **known(draft),
        "seen": last.pk if last else 0,
        "awaits": awaits,
        "model_now": model_now(draft),
        "gateway": gateway_news(ahead=draft is not None or not awaits),
        "key": uuid.uuid4(),
        "note_key": uuid.uuid4(),
    }


def known(draft: Draft | None) -> dict[str, Any]:
    """What the page knows of the draft that its reply is made from; sending refuses what it does not."""
    return {
        "lost": ",".join(map(str, sorted(lost_citations(draft)))) if draft else "",
        "draft_state": draft.state if draft else "",
    }


def gateway_news(*, ahead: bool) -> str:
    """Why drafts are quotes just now, or are not written before somebody wants them."""
    if not chat.configured():
        return ""
    rest = breaker.standing()
    if rest.state != "closed":
        then = f"in {rest.seconds} seconds" if rest.seconds else "with the next draft"
        return (
            f"The model’s gateway failed {rest.failures} times in a row: drafts are quotes until it answers "
            f"again. It is tried {then}."
        )
    if not ahead and budgets.tight():
        return "Most of the budget for the model is used, so drafts are written when an agent asks for one."
    return ""


def model_now(draft: Draft | None) -> bool:
    """These are quotes, and the model can be asked by now."""
    quotes = reviewable(draft) and draft is not None and draft.written_by == Draft.Writer.QUOTES
    return quotes and chat.configured() and breaker.standing().state == "closed"


def reviewable(draft: Draft | None) -> bool:
    """There is a text to send."""
    return (
        draft is not None
        and draft.state == Draft.State.READY
        and draft.outcome != Draft.Outcome.CANNOT_ANSWER
    )


def failed_since(draft: Draft | None) -> Draft | None:
    """What an agent asked for after this draft and did not get; its reason says why."""
    if draft is None or draft.state != Draft.State.READY:
        return None
    later = draft.ticket.drafts.filter(pk__gt=draft.pk, up_to=draft.up_to, requested_by__isnull=False)
    newest = later.order_by("-pk").first()
    return newest if newest and newest.state == Draft.State.FAILED else None


def missing(draft: Draft | None) -> str:
    """What the articles do not say, unless the draft's reason says it already."""
    gap = Gap.objects.filter(draft=draft).first() if draft else None
    return gap.missing if gap and draft and gap.missing not in draft.reason else ""


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
        return causes.followed(draft.reason, "It is tried again by itself.")
    due = max(draft.created, draft.lease or draft.created)
    if now - due > WORKER_LATE:
        return (
            "No drafts worker has taken this yet; “manage.py doctor” tells an admin whether one is running."
        )
    return ""
