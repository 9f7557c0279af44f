from __future__ import annotations

import re
import secrets
import uuid
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from kb.models import Passage, Revision, is_admin
from llm.models import ModelCall

if TYPE_CHECKING:
    from datetime import datetime


class AgentManager(BaseUserManager["Agent"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        agent = self.model(email=self.normalize_email(email).lower(), **fields)
        agent.set_password(password)
        agent.save(using=self._db)
        return agent

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Agent:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> Agent:
        return self.get(email=(username or "").strip().lower())


class Agent(AbstractUser):
    """A staff user who answers. An Admin (`is_staff`) also runs the knowledge base and the settings."""

    username = None  # type: ignore[assignment]  # people sign in with their e-mail address
    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=100)

    objects = AgentManager()  # type: ignore[misc,assignment]  # AbstractUser's manager knows usernames

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_admin(self) -> bool:
        return is_admin(self)

    def give_new_password(self) -> str:
        """It is kept nowhere; whoever asked shows it once."""
        password = "-".join(secrets.token_hex(2) for _ in range(4))  # easy to read out
        self.set_password(password)
        self.save()
        return password


ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]{1,5})?")


def new_token() -> str:
    return secrets.token_urlsafe(32)


class Widget(models.Model):
    """One embeddable chat: its public key, the origins that may embed it, its look."""

    DEMO = "Wrenmoor (demo)"  # the name of the one that the demo's page embeds

    name = models.CharField(max_length=100)
    key = models.CharField(max_length=64, unique=True, default=new_token)
    allowed_origins = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    greeting = models.CharField(max_length=300, default="Ask us anything.")
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        for origin in self.allowed_origins:
            if not ORIGIN.fullmatch(origin):
                sentence = (
                    f"“{origin}” is not an origin. Write it as https://www.example.com, without a path."
                )
                raise ValidationError({"allowed_origins": sentence})

    @property
    def framing_origins(self) -> list[str]:
        """The sites that may embed it. What isn't an origin cannot reach the policy that says so."""
        return [origin for origin in self.allowed_origins if ORIGIN.fullmatch(origin)]


class Customer(models.Model):
    """A person who asks. `token_hash` is the SHA-256 (hex) of the secret that their widget keeps."""

    name = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    locale = models.CharField(max_length=20, blank=True)
    widget = models.ForeignKey(Widget, models.SET_NULL, null=True, blank=True, related_name="customers")
    token_hash = models.CharField(max_length=64, null=True, blank=True, unique=True)
    created = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name or self.email or f"Visitor {self.pk}"


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

    def latest_draft(self) -> Draft | None:
        return self.drafts.order_by("-pk").first()

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


class DraftQuerySet(models.QuerySet["Draft"]):
    def claimable(self, now: datetime) -> DraftQuerySet:
        """Waiting and due, or left behind by a worker that died."""
        waiting = Q(state=Draft.State.WAITING) & (Q(lease__isnull=True) | Q(lease__lt=now))
        return self.filter(waiting | Q(state=Draft.State.WRITING, lease__lt=now))


class Draft(models.Model):
    """A proposed answer to a ticket, up to the last message that it names."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WRITING = "writing"
        READY = "ready"
        FAILED = "failed"
        SENT = "sent"
        DISMISSED = "dismissed"
        SUPERSEDED = "superseded"  # a newer message or draft took its place

    class Outcome(models.TextChoices):
        ANSWER = "answer"
        CLARIFY = "clarify"
        CANNOT_ANSWER = "cannot_answer"

    class Writer(models.TextChoices):
        MODEL = "model"
        QUOTES = "quotes"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="drafts")
    up_to = models.ForeignKey(Message, models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    written_by = models.CharField(max_length=20, choices=Writer, blank=True)
    text = models.TextField(blank=True)
    reason = models.TextField(blank=True)  # why it failed, or why it is quotes: a sentence for an agent
    # While waiting: not before; while writing: the worker owns it until.
    lease = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    model_call = models.ForeignKey(ModelCall, models.SET_NULL, null=True, blank=True, related_name="+")
    prompt_version = models.CharField(max_length=40, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="waiting"), name="one_waiting_draft_a_ticket"
            ),
            models.UniqueConstraint(
                fields=["ticket"], condition=Q(state="writing"), name="one_written_draft_a_ticket"
            ),
        ]
        indexes = [
            models.Index(
                fields=["lease"], name="draft_unfinished", condition=Q(state__in=["waiting", "writing"])
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk} of ticket {self.ticket_id}: {self.state}"

    @property
    def in_progress(self) -> bool:
        return self.state in (self.State.WAITING, self.State.WRITING)

    def dismiss(self) -> bool:
        """False: it was sent, or another draft took its place."""
        dismissable = [self.State.READY, self.State.FAILED]
        dismissed = Draft.objects.filter(pk=self.pk, state__in=dismissable)
        return dismissed.update(state=self.State.DISMISSED) == 1


class Verdict(models.TextChoices):
    """What the evidence check says of a sentence."""

    MATCHES = "matches"
    PARTLY = "partly"
    NO_MATCH = "no_match", "no match"
    NEEDS_NO_PROOF = "needs_no_proof", "needs no proof"


class Sentence(models.Model):
    """One sentence of a draft and the verdict on it. `start` and `end` are its place in the draft's text."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="sentences")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    verdict = models.CharField(max_length=20, choices=Verdict)

    class Meta:
        ordering = ["draft", "position"]
        constraints = [models.UniqueConstraint(fields=["draft", "position"], name="one_sentence_a_position")]

    def __str__(self) -> str:
        return self.text

    @property
    def supported(self) -> bool:
        return self.verdict == Verdict.MATCHES


class Citation(models.Model):
    """One sentence's link to one passage of one revision, with the quote.

    The quote is verbatim; `start` and `end` are its offsets in the revision's text. Title, heading and
    quote stand here as well, so that what was sent stays provable when the document has changed or gone.
    """

    sentence = models.ForeignKey(Sentence, models.CASCADE, related_name="citations")
    number = models.PositiveSmallIntegerField()
    passage = models.ForeignKey(Passage, models.SET_NULL, null=True, blank=True, related_name="+")
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=500)
    heading = models.CharField(max_length=1000, blank=True)
    quote = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()

    class Meta:
        ordering = ["sentence", "number"]
        constraints = [models.UniqueConstraint(fields=["sentence", "number"], name="one_citation_a_number")]

    def __str__(self) -> str:
        return f"[{self.number}] {self.title}"
