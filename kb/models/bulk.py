"""One change of many documents: a job, and what became of each of them."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone

from kb.models.documents import REFERENCE_LENGTH
from kb.models.jobs import Job

# What became of each document is told for so long.
KEPT = timedelta(days=30)


class BulkChange(Job):
    """What is done, with what the admin gave for it, by field, as the history keeps values."""

    action = models.CharField(max_length=20)
    given = models.JSONField(default=dict)
    why = models.CharField(max_length=300, blank=True)

    class Meta(Job.Meta):
        indexes = [models.Index(fields=["state"], name="bulk_change_state")]

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
