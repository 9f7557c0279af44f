"""How the desk prints things."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format

from support import causes, edits
from support.models import Agent, Draft, Message, Priority, Sentence, Tag, Verdict

register = template.Library()

# Draft states as an agent sees them: a word, an icon, a meaning. Others are not shown.
DRAFTS = {
    Draft.State.WAITING: ("waiting", "clock", ""),
    Draft.State.WRITING: ("writing", "pencil", "accent"),
    Draft.State.READY: ("ready", "check", "matches"),
    Draft.State.FAILED: ("failed", "exclamation-triangle", "no-match"),
}
CANNOT_ANSWER = ("cannot answer", "question-mark-circle", "partly")
VERDICTS = {
    Verdict.MATCHES: ("matches", "check", "matches"),
    Verdict.PARTLY: ("partly", "exclamation-triangle", "partly"),
    Verdict.NO_MATCH: ("no match", "x-mark", "no-match"),
    Verdict.NEEDS_NO_PROOF: ("needs no proof", "minus", ""),
}
# What is as usual has no sign.
PRIORITIES = {
    Priority.URGENT: ("urgent", "exclamation-triangle", "urgent"),
    Priority.HIGH: ("high", "arrow-up", "high"),
    Priority.LOW: ("low", "arrow-down", ""),
}
REMOVED = "removed"
# What an agent did to a draft's sentence; one that was removed is none of the reply's.
CHANGES: dict[str, tuple[str, str]] = {
    Sentence.Change.KEPT: ("kept", "equals"),
    Sentence.Change.CHANGED: ("changed", "pencil"),
    Sentence.Change.ADDED: ("added", "plus"),
    REMOVED: ("removed", "minus"),
}


@register.filter
def ago(moment: datetime) -> str:
    """How long ago, short enough for a column; from a week on, the date."""
    seconds = (timezone.now() - moment).total_seconds()
    if seconds < 60:
        return "now"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min"
    if seconds < 86400:
        return f"{seconds // 3600:.0f} h"
    if seconds < 7 * 86400:
        return f"{seconds // 86400:.0f} d"
    return date_format(timezone.localtime(moment), "j M Y")


@register.filter
def beyond(message: str, subject: str) -> str:
    """What a message says that its subject, often made from its beginning, doesn't."""
    said, known = " ".join(message.split()), subject.removesuffix("…").strip()
    if not said.startswith(known):
        return said
    # A subject may end within a word; what it says of that word is said again.
    cut_word = said[len(known) :][:1].isalnum()
    rest = said[known.rfind(" ") + 1 if cut_word else len(known) :].lstrip(" .,;:!?)")
    return f"… {rest}" if rest else ""


@register.filter
def told_to(reason: str, agent: Agent) -> str:
    """Why something is as it is; what caused it, for admins alone."""
    said = causes.for_agents(reason)
    return f"{said} {causes.cause(reason)}".strip() if agent.is_admin else said


# A sentence as its agent's page says “I checked this” of it; sending compares the same.
register.filter("as_checked", edits.plain)


@register.inclusion_tag("support/inbox/_state.html")
def draft_state(state: str | None, outcome: str | None) -> dict[str, str]:
    if state == Draft.State.READY and outcome == Draft.Outcome.CANNOT_ANSWER:
        word, icon, meaning = CANNOT_ANSWER
    else:
        word, icon, meaning = DRAFTS.get(Draft.State(state), ("", "", "")) if state else ("", "", "")
    return {"word": word, "icon": icon, "meaning": meaning}


@register.inclusion_tag("support/inbox/_state.html")
def priority(value: str) -> dict[str, str]:
    word, icon, meaning = PRIORITIES.get(Priority(value), ("", "", ""))
    return {"word": word, "icon": icon, "meaning": meaning}


@register.filter
def as_search(tag: Tag) -> str:
    """What finds the tickets that have it."""
    return f'tag:"{tag.name}"'


@register.inclusion_tag("support/inbox/_state.html")
def verdict(value: str) -> dict[str, str]:
    word, icon, meaning = VERDICTS[Verdict(value)]
    return {"word": word, "icon": icon, "meaning": meaning}


@register.inclusion_tag("support/inbox/_change.html")
def change(value: str) -> dict[str, str]:
    word, icon = CHANGES[value] if value else ("", "")
    return {"word": word, "icon": icon}


@register.inclusion_tag("support/inbox/_sent.html")
def sent_proof(message: Message) -> dict[str, Any]:
    """What a reply rested on when it was sent, and what its agent had done to the draft."""
    sentences = list(message.sentences.all())
    removed = message.removed_sentences()
    counts = Counter([*(one.change for one in sentences), *(REMOVED for _ in removed)])
    done = [f"{counts[change]} {word}" for change, (word, _) in CHANGES.items() if counts[change]]
    checked = sum(one.checked for one in sentences)
    author = str(message.author) if message.author else "a former colleague"
    done += [f"{checked} checked by {author}"] if checked else []
    citations = list(message.citations.all())
    return {
        "message": message,
        "author": author,
        "sentences": sentences,
        "removed": removed,
        "citations": citations,
        "done": ", ".join(done),
    }
