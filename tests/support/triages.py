"""What tests of triage do again and again: ask in a ticket, and let a worker suggest."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from support import triage
from support.models import Message, Tag, Triage
from tests.gateway import Reply
from tests.support.drafts import ask

__all__ = ["ask", "claimed", "form", "tag", "triage_of", "worked"]

SAID = {
    "language": "en",
    "tags": ["billing"],
    "priority": "high",
    "sentiment": "negative",
    "summary": "Wants the second charge back.",
}


def tag(name: str, description: str = "") -> Tag:
    return Tag.objects.create(name=name, description=description)


def form(**said: Any) -> Reply:
    """The model's tool call."""
    return Reply(calls=[("TicketForm", {**SAID, **said})])


def triage_of(message: Message) -> Triage:
    return Triage.objects.get(ticket=message.ticket_id)


def claimed(message: Message) -> Triage | None:
    """As a worker finds it once it is due."""
    Triage.objects.filter(ticket=message.ticket_id).update(lease=timezone.now() - timedelta(seconds=1))
    return triage.claim(triage_of(message).pk)


def worked(message: Message) -> Triage:
    """The drafts before it are written, or none is: what is waiting makes it wait."""
    message.ticket.drafts.all().delete()
    row = claimed(message)
    assert row is not None
    triage.work(row)
    return triage_of(message)
