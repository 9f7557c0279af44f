"""What an agent does with suggestions: take them onto the ticket, or dismiss them; who and when is kept.

An agent decides about what they saw: suggestions that were made anew meanwhile are shown first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from support.models import Agent, Priority, Tag, Ticket, Triage, TriageDecision

Part = TriageDecision.Part


class Changed(Exception):
    """Nothing was done. The message is a sentence for the agent."""


@dataclass(frozen=True)
class Open:
    """What is suggested, not on the ticket yet, and not decided."""

    priority: Priority | None
    tags: Sequence[Tag]

    def __bool__(self) -> bool:
        return bool(self.priority or self.tags)

    @property
    def first(self) -> str | int:
        """The one that a key takes, as `only` reads it."""
        return str(Part.PRIORITY) if self.priority else self.tags[0].pk

    def only(self, what: str) -> Open:
        """`what`: "priority", the id of a tag, or empty for all."""
        if not what:
            return self
        return Open(
            self.priority if what == Part.PRIORITY else None, [t for t in self.tags if str(t.pk) == what]
        )


def open_suggestions(ticket: Ticket, triage: Triage) -> Open:
    decided = {(one.part, one.value) for one in triage.decisions.all()}
    on_ticket = {tag.pk for tag in ticket.tags.all()}
    priority = Priority(triage.priority) if triage.priority else None
    if priority == ticket.priority or (Part.PRIORITY, priority) in decided:
        priority = None
    tags = [
        one for one in triage.tags.all() if one.pk not in on_ticket and (Part.TAG, one.name) not in decided
    ]
    return Open(priority, tags)


def version(triage: Triage) -> str:
    """Names the suggestions that a page shows."""
    return triage.finished.isoformat() if triage.finished else ""


def take(ticket: Ticket, agent: Agent, what: str, seen: str) -> None:
    """Onto the ticket. Raises Changed."""
    _decide(ticket, agent, what, seen, taken=True)


def dismiss(ticket: Ticket, agent: Agent, what: str, seen: str) -> None:
    """Not to be suggested again. Raises Changed."""
    _decide(ticket, agent, what, seen, taken=False)


def choose(
    ticket: Ticket, agent: Agent, priority: Priority | None, added: Sequence[Tag], removed: Sequence[Tag]
) -> None:
    """By hand. What was suggested of it is taken with it; another priority dismisses the suggested one."""
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        triage = Triage.objects.select_for_update().filter(ticket=ticket).first()
        before = open_suggestions(ticket, triage) if triage else Open(None, [])
        ticket.tags.add(*added)
        ticket.tags.remove(*removed)
        if priority:
            ticket.priority = priority
            ticket.save(update_fields=["priority"])
        if triage:
            _record(triage, agent, Open(None, [tag for tag in before.tags if tag in added]), taken=True)
            if priority and before.priority:
                _record(triage, agent, Open(before.priority, []), taken=priority == before.priority)
            _settle(ticket, triage, agent)


def _decide(ticket: Ticket, agent: Agent, what: str, seen: str, *, taken: bool) -> None:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=ticket.pk)
        triage = Triage.objects.select_for_update().filter(ticket=ticket).first()
        if triage is None or version(triage) != seen:
            raise Changed("The suggestions were made anew meanwhile. Here they are: choose again.")
        chosen = open_suggestions(ticket, triage).only(what)
        _record(triage, agent, chosen, taken=taken)
        if taken and chosen.priority:
            ticket.priority = chosen.priority
            ticket.save(update_fields=["priority"])
        if taken:
            ticket.tags.add(*chosen.tags)
        _settle(ticket, triage, agent)


def _record(triage: Triage, agent: Agent, chosen: Open, *, taken: bool) -> None:
    values = [(Part.PRIORITY, str(chosen.priority))] if chosen.priority else []
    values += [(Part.TAG, tag.name) for tag in chosen.tags]
    TriageDecision.objects.bulk_create(
        TriageDecision(triage=triage, part=part, value=value, taken=taken, agent=agent)
        for part, value in values
    )


def _settle(ticket: Ticket, triage: Triage, agent: Agent) -> None:
    """Once nothing is left to decide, and something was: a later message does not begin it again."""
    if triage.settled or not triage.decisions.exists() or open_suggestions(ticket, triage):
        return
    triage.settled, triage.settled_by = timezone.now(), agent
    if triage.state in (Triage.State.WAITING, Triage.State.WORKING):
        triage.state, triage.lease = Triage.State.DONE, None
    triage.save(update_fields=["settled", "settled_by", "state", "lease"])
