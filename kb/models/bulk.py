"""One change of many documents: a job, and what became of each of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from kb.models.documents import REFERENCE_LENGTH
from kb.models.jobs import Job

# What became of each document is told for so long.
KEPT = timedelta(days=30)


class BulkChange(Job):
    """What is done, with what the admin gave for it, by field, as the history keeps values."""

    class Action(models.TextChoices):
        PUBLISH = "publish"
        UNPUBLISH = "unpublish"
        ARCHIVE = "archive"
        PUBLIC = "public", "Make public"
        INTERNAL = "internal", "Make internal"
        CATEGORY = "category", "Sort into a category"
        ADD_TAGS = "add_tags", "Add tags"
        REMOVE_TAGS = "remove_tags", "Remove tags"
        LOCALE = "locale", "Set the language"
        OWNER = "owner", "Set the owner"
        REVIEW = "review", "Set the review date"
        READ = "read", "Read again"
        DELETE = "delete"

    action = models.CharField(max_length=20, choices=Action)
    given = models.JSONField(default=dict)
    why = models.CharField(max_length=300, blank=True)
    # How many were begun: of all messages for one, one has an effect.
    turns = models.PositiveIntegerField(default=0)

    class Meta(Job.Meta):
        indexes = [models.Index(fields=["state"], name="bulk_change_state")]

    @classmethod
    def claim_turn(cls, pk: int, turn: int, lease: timedelta) -> Self | None:
        return cls.claim(pk, lease, Q(turns=turn), turns=turn + 1)

    def mine(self) -> QuerySet[Self]:
        return super().mine().filter(turns=self.turns)

    def pause(self) -> None:
        """Until its next turn. One that comes so far kills no worker."""
        self.mine().update(lease=None, attempts=0)

    @classmethod
    def forget_old(cls) -> None:
        cls.objects.filter(finished__lt=timezone.now() - KEPT).delete()


class BulkItem(models.Model):
    """A document, by the number that it has or had: what was deleted is told of, too."""

    class Outcome(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    bulk = models.ForeignKey(BulkChange, models.CASCADE, related_name="items")
    number = models.PositiveBigIntegerField()
    title = models.CharField(max_length=1000)
    reference = models.CharField(max_length=REFERENCE_LENGTH)
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.WAITING)
    told = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["bulk", "number"], name="one_bulk_item_a_document")]

    def __str__(self) -> str:
        return self.title or self.reference
