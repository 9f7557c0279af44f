"""What was said: tickets and the messages in them."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils import timezone

from support.models.drafts import Citation, Draft, Sentence
from support.models.people import Agent, Customer
from support.models.triage import Priority, Tag


class TicketQuerySet(models.QuerySet["Ticket"]):
    def for_agent(self, agent: Agent) -> TicketQuerySet:
        """The one gate: the tickets that this agent may see and answer."""
        return self if agent.is_active else self.none()


class Ticket(models.Model):
    """A customer's conversation with the desk."""

    class Status(models.TextChoices):
        OPEN = "open"
        CLOSED = "closed"

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tickets")
    subject = models.CharField(max_length=300)
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    assignee = models.ForeignKey(
        Agent, models.SET_NULL, null=True, blank=True, related_name="assigned_tickets"
    )
    priority = models.CharField(max_length=20, choices=Priority, default=Priority.NORMAL)
    tags: models.ManyToManyField[Tag, Any] = models.ManyToManyField(Tag, blank=True, related_name="tickets")
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(default=timezone.now)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ["-updated", "-pk"]
        indexes = [models.Index(fields=["status", "-updated", "-id"], name="ticket_by_update")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("ticket", args=[self.pk])

    def last_public_message(self) -> Message | None:
        return self.messages.exclude(kind=Message.Kind.NOTE).order_by("-pk").first()

    def awaited_message(self) -> Message | None:
        """The customer's last word, as long as nobody has answered it and the ticket is open."""
        last = self.last_public_message()
        is_awaited = last and last.kind == Message.Kind.CUSTOMER and self.status == self.Status.OPEN
        return last if is_awaited else None

    def current_draft(self) -> Draft | None:
        return self.drafts.current_first().first()

    def assign(self, agent: Agent | None) -> None:
        self.assignee = agent
        self.save(update_fields=["assignee"])

    def close(self) -> None:
        """Done with; drafts that nobody will send any more are dismissed."""
        self.drafts.filter(state__in=[Draft.State.WAITING, Draft.State.READY, Draft.State.FAILED]).update(
            state=Draft.State.DISMISSED, lease=None
        )
        self.status = self.Status.CLOSED
        self.updated = timezone.now()
        self.save(update_fields=["status", "updated"])

    def reopen(self) -> None:
        self.status = self.Status.OPEN
        self.updated = timezone.now()
        self.save(update_fields=["status", "updated"])


class Message(models.Model):
    """One public message or internal note in a ticket."""

    class Kind(models.TextChoices):
        CUSTOMER = "customer"
        REPLY = "reply"
        NOTE = "note"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=20, choices=Kind)
    author = models.ForeignKey(Agent, models.SET_NULL, null=True, blank=True, related_name="messages")
    text = models.TextField()
    # Made by the sender's page: the same form twice is one message.
    key = models.UUIDField(default=uuid.uuid4, unique=True)
    # For a reply: the draft it came from, and the citations that the customer is shown.
    draft = models.ForeignKey("Draft", models.SET_NULL, null=True, blank=True, related_name="replies")
    citations: models.ManyToManyField[Citation, Any] = models.ManyToManyField(
        "Citation", blank=True, related_name="messages"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} in ticket {self.ticket_id}"

    def removed_sentences(self) -> list[Sentence]:
        """Those of the draft that it came from that none of its own came from."""
        origins = {one.drafted_id for one in self.sentences.all()}
        if not origins or self.draft is None:
            return []
        return [one for one in self.draft.sentences.all() if one.pk not in origins]
