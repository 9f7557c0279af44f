"""What a ticket seems to be about: suggestions that an agent takes or leaves, and the desk's own tags."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from llm.models import ModelCall


class Priority(models.TextChoices):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Tag(models.Model):
    """One of the desk's own list. The description tells people, and the model, what belongs to it."""

    name = models.CharField(max_length=50)
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = [Lower("name")]
        constraints = [models.UniqueConstraint(Lower("name"), name="one_tag_a_name")]

    def __str__(self) -> str:
        return self.name


class TriageQuerySet(models.QuerySet["Triage"]):
    def claimable(self, now: datetime) -> TriageQuerySet:
        """Waiting and due, or left behind by a worker that died."""
        waiting = Q(state=Triage.State.WAITING) & (Q(lease__isnull=True) | Q(lease__lt=now))
        return self.filter(waiting | Q(state=Triage.State.WORKING, lease__lt=now))


class Triage(models.Model):
    """The suggestions for a ticket up to a message, and the job of making them."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WORKING = "working"
        DONE = "done"
        FAILED = "failed"

    class Sentiment(models.TextChoices):
        POSITIVE = "positive"
        NEUTRAL = "neutral"
        NEGATIVE = "negative"

    class Writer(models.TextChoices):
        MODEL = "model"
        RULES = "rules"

    ticket = models.OneToOneField("support.Ticket", models.CASCADE, related_name="triage")
    up_to = models.ForeignKey("support.Message", models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    # While waiting: not before; while working: the worker owns it until.
    lease = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)  # why rules made it, or why it failed (`causes`)

    language = models.CharField(max_length=20, blank=True)  # of the customer's words: "en", "pt-br"
    tags: models.ManyToManyField[Tag, Any] = models.ManyToManyField(Tag, blank=True, related_name="+")
    priority = models.CharField(max_length=20, choices=Priority, blank=True)
    sentiment = models.CharField(max_length=20, choices=Sentiment, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    written_by = models.CharField(max_length=20, choices=Writer, blank=True)
    model_call = models.ForeignKey(ModelCall, models.SET_NULL, null=True, blank=True, related_name="+")
    prompt_version = models.CharField(max_length=40, blank=True)
    settled = models.DateTimeField(null=True, blank=True)  # an agent took the suggestions, or dismissed them
    settled_by = models.ForeignKey("support.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    objects = TriageQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["lease"], name="triage_unfinished", condition=Q(state__in=["waiting", "working"])
            ),
        ]

    def __str__(self) -> str:
        return f"triage of ticket {self.ticket_id}: {self.state}"


class TriageDecision(models.Model):
    """What an agent did with one of the suggestions. What was decided is not suggested again."""

    class Part(models.TextChoices):
        PRIORITY = "priority"
        TAG = "tag"

    triage = models.ForeignKey(Triage, models.CASCADE, related_name="decisions")
    part = models.CharField(max_length=20, choices=Part)
    value = models.CharField(max_length=50)  # a priority, or a tag's name as it was
    taken = models.BooleanField()  # or dismissed
    agent = models.ForeignKey("support.Agent", models.SET_NULL, null=True, blank=True, related_name="+")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["triage", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["triage", "part", "value"], name="one_decision_a_suggestion"),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.value}: {'taken' if self.taken else 'dismissed'}"
