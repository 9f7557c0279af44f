"""Documents that say the same, and the search for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from kb.models.documents import Document
from kb.models.jobs import LoneJob


class DuplicateSearch(LoneJob):
    """A look through all documents: a job, then what it found."""

    documents = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)

    class Meta(LoneJob.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="one_duplicate_search_at_a_time"
            )
        ]


class Duplicate(models.Model):
    """Two documents that say nearly the same, until somebody says that both are meant."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="+")
    other = models.ForeignKey(Document, models.CASCADE, related_name="+")
    shared = models.FloatField()  # of the shorter one's runs of words, the share that the other has as well
    likeness = models.FloatField()  # cosine of the shorter one's passages with the nearest of the other's
    dismissed = models.DateTimeField(null=True, blank=True)
    dismissed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    found = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-shared", "-likeness", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "other"], name="one_duplicate_a_pair"),
            models.CheckConstraint(condition=Q(document__lt=F("other")), name="duplicate_in_one_order"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} and {self.other_id}"
