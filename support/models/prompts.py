"""What the model is told, as data: versions of each prompt, and what a new one would have written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from llm.models import ModelCall


class PromptVersion(models.Model):
    """One version of what an admin can say in a prompt. One of each is live at the most, or the built-in."""

    class Prompt(models.TextChoices):
        """`house`: tone and house rules, which go along with every prompt that writes to customers."""

        HOUSE = "house", "Tone and house rules"
        REPLY = "reply", "Drafts"
        REWRITE = "rewrite", "Rewriting a draft"
        OPINION = "opinion", "Second opinion on a sentence"
        TRIAGE = "triage", "Triage"

    prompt = models.CharField(max_length=20, choices=Prompt)
    number = models.PositiveIntegerField()
    text = models.TextField()
    why = models.CharField(max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    live = models.BooleanField(default=False)
    went_live = models.DateTimeField(null=True, blank=True)  # for the last time

    class Meta:
        ordering = ["prompt", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["prompt", "number"], name="one_version_a_number"),
            models.UniqueConstraint(
                fields=["prompt"], condition=Q(live=True), name="one_live_version_a_prompt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} {self.number}"


class DryRun(models.Model):
    """One past ticket, drafted with a version that is not live yet, to be held against what was written."""

    class State(models.TextChoices):
        WAITING = "waiting"
        WRITING = "writing"
        DONE = "done"
        FAILED = "failed"

    version = models.ForeignKey(PromptVersion, models.CASCADE, related_name="dry_runs")
    ticket = models.ForeignKey("support.Ticket", models.CASCADE, related_name="+")
    up_to = models.ForeignKey("support.Message", models.CASCADE, related_name="+")
    state = models.CharField(max_length=20, choices=State, default=State.WAITING)
    lease = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)  # why it failed: a sentence for an admin
    # What the version in force writes today, and what this one does: {"text", "outcome", "sentences", …}.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    model_call = models.ForeignKey(ModelCall, models.SET_NULL, null=True, blank=True, related_name="+")
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["version", "ticket"], name="one_dry_run_a_ticket"),
        ]
        indexes = [
            models.Index(
                fields=["lease"], name="dry_run_unfinished", condition=Q(state__in=["waiting", "writing"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version} on ticket {self.ticket_id}"
