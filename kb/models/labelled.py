"""The site's own labelled set, and its runs."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import MD5

from kb.models.documents import Audience, Document
from kb.models.jobs import LoneJob


class LabelledQuestion(models.Model):
    """A question of the site’s own labelled set, and the documents that answer it."""

    text = models.CharField(max_length=2000)
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)
    locale = models.CharField(max_length=20, blank=True)
    documents = models.ManyToManyField(Document, related_name="+", blank=True)
    # Without a document: one was named and is gone, or nothing here is known to answer it.
    unanswerable = models.BooleanField(default=False)
    labelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            # A long text itself would not fit into an index.
            models.UniqueConstraint(MD5("text"), "audience", "locale", name="one_label_a_question")
        ]

    def __str__(self) -> str:
        return self.text


class LabelledRun(LoneJob):
    """The labelled set, asked once: a job, then its figures."""

    asked = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    model = models.CharField(max_length=200, blank=True)  # the embedding model that was active
    figures = models.JSONField(default=dict)
    # Of each question by its id: the rank of the first right document (null: not found), and the relevance.
    outcomes = models.JSONField(default=dict)

    class Meta(LoneJob.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="one_labelled_run_at_a_time"
            )
        ]
