"""Named vector spaces, the passages' vectors in them, and what their indexes could not find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, models
from django.db.models import Q
from django.utils import timezone
from pgvector.django import HalfVectorField

from kb.models.documents import Document, Passage
from llm import embed

if TYPE_CHECKING:
    from datetime import datetime


def served_by_settings(name: str) -> dict[str, str]:
    """The fields of an embedding model that the endpoint of the settings serves; empty ones: it doesn't."""
    served = embed.endpoint_of_settings() if name == settings.EMBEDDINGS_MODEL else embed.Endpoint("", 0)
    return {
        "base_url": served.base_url,
        "query_prefix": served.query_prefix,
        "passage_prefix": served.passage_prefix,
    }


class EmbeddingModelQuerySet(models.QuerySet["EmbeddingModel"]):
    def active(self) -> EmbeddingModel:
        """The model in force; the first call on a new database makes the configured one active."""
        found = self.filter(active=True).first()
        if found is None:
            name, dimensions = embed.configured_model()
            fresh = {"dimensions": dimensions, "active": True, **served_by_settings(name)}
            found, _ = self.get_or_create(name=name, defaults=fresh)
        return found

    def kept_complete(self) -> EmbeddingModelQuerySet:
        """Those that a new passage gets a vector of at once; the others' own job makes theirs."""
        return self.filter(state__in=[EmbeddingModel.State.FINISHING, EmbeddingModel.State.COMPLETE])

    def claimable(self, now: datetime) -> EmbeddingModelQuerySet:
        """With work to be done, and nobody at it, or one who died."""
        unfinished = self.exclude(state=EmbeddingModel.State.COMPLETE)
        return unfinished.filter(Q(lease__isnull=True) | Q(lease__lt=now))


class EmbeddingModel(models.Model):
    """A named vector space, and the job of building or removing it. Exactly one is active."""

    class State(models.TextChoices):
        BUILDING = "building"  # passages are being embedded
        FINISHING = "finishing"  # new passages are embedded at once; the last old ones and the index are made
        COMPLETE = "complete"  # every passage has its vector, and new ones get theirs
        RETIRING = "retiring"  # its vectors are being removed

    name = models.CharField(max_length=200, unique=True)
    dimensions = models.PositiveIntegerField()
    base_url = models.CharField(max_length=500, blank=True)  # of its endpoint; empty: it runs on this machine
    # What its makers want before each question and each passage, such as "query: ".
    query_prefix = models.CharField(max_length=500, blank=True)
    passage_prefix = models.CharField(max_length=500, blank=True)
    active = models.BooleanField(default=False)
    deactivated = models.DateTimeField(null=True, blank=True)  # when another one took its place
    created = models.DateTimeField(auto_now_add=True)

    state = models.CharField(max_length=20, choices=State, default=State.COMPLETE)
    reason = models.TextField(blank=True)  # what keeps its job waiting, in a sentence for an admin
    lease = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    rate = models.FloatField(default=0)  # passages a second, of late
    # Its figures on a labelled set: {"questions": …, "ndcg@10": …}, and when they were made.
    figures = models.JSONField(null=True, blank=True)
    measured = models.DateTimeField(null=True, blank=True)

    objects = EmbeddingModelQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=Q(active=True), name="one_active_embedding_model"
            ),
            models.CheckConstraint(
                condition=Q(active=False) | Q(state="complete"), name="active_embedding_model_is_complete"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def in_progress(self) -> bool:
        return self.state != self.State.COMPLETE

    def embedder(self) -> embed.Embedder:
        """Who makes its vectors."""
        if not self.base_url:
            return embed.embedder(self.name)
        served = embed.Endpoint(self.base_url, self.dimensions, self.query_prefix, self.passage_prefix)
        return embed.embedder(self.name, served)

    def fall_behind(self, reason: str, until: datetime) -> bool:
        """Passages are left to its job, which begins again then. Not for the one that searches use."""
        aside = EmbeddingModel.objects.kept_complete().filter(pk=self.pk, active=False)
        return aside.update(state=self.State.BUILDING, reason=reason, lease=until) == 1


class Embedding(models.Model):
    """One passage's vector in one model's space."""

    passage = models.ForeignKey(Passage, models.CASCADE, related_name="embeddings")
    # Led by the unique constraint's index.
    model = models.ForeignKey(EmbeddingModel, models.CASCADE, related_name="embeddings", db_index=False)
    # The passage's own, so that a search knows what may be shown without touching the passage. The database
    # fills it in, whoever writes the row (migration 0009); it goes with the passage.
    document = models.ForeignKey(
        Document, models.DO_NOTHING, related_name="+", editable=False, db_constraint=False, db_index=False
    )
    # Stored in the row itself whatever its length: a scan reads nothing else (migration 0011).
    vector = HalfVectorField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "passage"], name="one_embedding_a_model")]
        indexes = [models.Index(fields=["document", "model"], name="embeddings_of_a_document")]

    def __str__(self) -> str:
        return f"passage {self.passage_id} in {self.model_id}"


class IndexShortfall(models.Model):
    """How often in a day the index of a model's vectors found fewer passages than a search asked for.

    All were compared instead: such a search took longer, and missed nothing.
    """

    model = models.ForeignKey(EmbeddingModel, models.CASCADE, related_name="shortfalls")
    day = models.DateField()
    searches = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["model", "day"], name="one_shortfall_a_day")]

    def __str__(self) -> str:
        return f"{self.model_id} on {self.day}: {self.searches}"

    @classmethod
    def count(cls, model: EmbeddingModel) -> None:
        """One more today, unless the model was removed meanwhile."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kb_indexshortfall AS known (model_id, day, searches)"
                " SELECT id, %s, 1 FROM kb_embeddingmodel WHERE id = %s FOR KEY SHARE"
                " ON CONFLICT (model_id, day) DO UPDATE SET searches = known.searches + 1",
                [timezone.now().date(), model.pk],
            )
