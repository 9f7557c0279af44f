from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import MD5, Left, Right
from django.urls import reverse
from django.utils import timezone
from pgvector.django import HalfVectorField, SparseVectorField

from kb.misspellings import EDGE
from kb.synonyms import LONGEST_PHRASE, Rule
from llm import embed

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractUser

# A lexeme is hashed into this many dimensions of a sparse vector.
LEXICAL_DIMENSIONS = 536_870_912
# What a lexeme can weigh in a passage at the most: BM25's K1 + 1.
MOST_WEIGHT = 3.0


class Audience(models.TextChoices):
    """As a document's label: who may see it. As a reader's class: public sees public, internal sees both."""

    PUBLIC = "public"
    INTERNAL = "internal"

    @property
    def labels_seen(self) -> list[str]:
        return [Audience.PUBLIC] if self is Audience.PUBLIC else [Audience.PUBLIC, Audience.INTERNAL]


def is_admin(user: AbstractUser) -> bool:
    """Who looks after the documents and the settings; the others read."""
    return user.is_active and user.is_staff


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, audience: Audience) -> DocumentQuerySet:
        return self.filter(status=Document.Status.PUBLISHED, audience__in=Audience(audience).labels_seen)

    def claimable(self, now: datetime) -> DocumentQuerySet:
        """Received and waiting, or left behind by a worker that died."""
        waiting = Q(state=Document.State.RECEIVED)
        left_behind = Q(state__in=[Document.State.READING, Document.State.EMBEDDING])
        return self.filter(waiting | left_behind).filter(Q(lease__isnull=True) | Q(lease__lt=now))


def upload_name(document: Document, filename: str) -> str:
    """A name of ours under the upload folder; the sender's name is only ever shown."""
    return f"documents/{uuid.uuid4().hex}"


class Document(models.Model):
    """One help-center article or file, named by its reference. Its current revision is searched."""

    class Status(models.TextChoices):
        UNPUBLISHED = "unpublished"
        PUBLISHED = "published"
        ARCHIVED = "archived"

    class State(models.TextChoices):
        """How far the file that came last has got."""

        RECEIVED = "received"
        READING = "reading"
        EMBEDDING = "embedding"
        SEARCHABLE = "searchable"
        FAILED = "failed"

    reference = models.CharField(max_length=1000, unique=True)
    title = models.CharField(max_length=500)
    locale = models.CharField(max_length=20, blank=True)  # "en", "zh"; empty: not known
    status = models.CharField(max_length=20, choices=Status, default=Status.PUBLISHED)
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.PUBLIC)

    # The file that came last, and the job of making it searchable.
    file = models.FileField(upload_to=upload_name, max_length=200)
    file_hash = models.CharField(max_length=64)  # SHA-256 of the bytes, hex
    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    reason = models.TextField(blank=True)  # why it failed, in a sentence for an admin
    lease = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    current = models.ForeignKey("Revision", models.SET_NULL, null=True, blank=True, related_name="+")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    changed = models.DateTimeField(default=timezone.now)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        indexes = [
            models.Index(
                fields=["lease"],
                name="document_unfinished",
                condition=Q(state__in=["received", "reading", "embedding"]),
            ),
            # What a search selects (kb.retrieval.scope).
            models.Index(
                fields=["locale", "audience"], name="document_searched", condition=Q(status="published")
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.reference

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])

    @property
    def in_progress(self) -> bool:
        return self.state not in (self.State.SEARCHABLE, self.State.FAILED)

    def change_status(self, status: Document.Status) -> None:
        """Takes effect on the next search: `visible_to` reads this row."""
        self.status, self.changed = status, timezone.now()
        self.save(update_fields=["status", "changed"])

    def change_audience(self, audience: Audience) -> None:
        self.audience, self.changed = audience, timezone.now()
        self.save(update_fields=["audience", "changed"])


class Revision(models.Model):
    """One immutable version of a document's text (Markdown)."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=500)
    text = models.TextField()
    file = models.CharField(max_length=200)  # the original's name in the storage
    file_hash = models.CharField(max_length=64)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["document", "-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="one_revision_a_number")]

    def __str__(self) -> str:
        return f"{self.title} (revision {self.number})"


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, audience: Audience) -> PassageQuerySet:
        """The one gate: what a reader of this audience may be shown, and what may enter their prompts."""
        return self.filter(
            document__status=Document.Status.PUBLISHED,
            document__audience__in=Audience(audience).labels_seen,
        )

    def missing_embedding(self, model: EmbeddingModel) -> PassageQuerySet:
        embedded = Embedding.objects.filter(passage=models.OuterRef("pk"), model=model)
        return self.filter(~models.Exists(embedded))


class Passage(models.Model):
    """A stretch of a document's current revision that is searched and cited.

    Title, heading path and text together are what is indexed; `start` and `end` are the offsets of `text`
    in the revision (characters). A passage whose content hash is unchanged keeps its row over revisions.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="passages")
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="passages")
    position = models.PositiveIntegerField()
    heading = models.CharField(max_length=1000, blank=True)  # "Returns › Refunds"
    text = models.TextField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    content_hash = models.CharField(max_length=64)

    # Lexical search (kb.lexical): the lexemes, and their saturated BM25 weights without the idf.
    lexemes = SearchVectorField()
    weights = SparseVectorField(dimensions=LEXICAL_DIMENSIONS)
    length = models.PositiveIntegerField()  # lexemes, repeats counted
    words_version = models.PositiveSmallIntegerField(default=0, db_default=0)  # lexical.VERSION of that time

    objects = PassageQuerySet.as_manager()

    class Meta:
        ordering = ["document", "position"]
        # Without a list of pending entries, through which every search would have to read.
        indexes = [GinIndex(fields=["lexemes"], name="passage_lexemes", fastupdate=False)]

    def __str__(self) -> str:
        return f"{self.document_id} #{self.position}"

    def get_absolute_url(self, quote: str = "") -> str:
        """Its document's page, with this passage lit, and in it the quote."""
        asked = {"passage": str(self.pk)} | ({"quote": quote} if quote else {})
        return f"{reverse('document', args=[self.document_id])}?{urlencode(asked)}#passage-{self.pk}"

    def indexed_text(self) -> str:
        """What is searched and embedded: the document's title, the heading path and the text."""
        return "\n".join(part for part in (self.document.title, self.heading, self.text) if part)


class LexemeCount(models.Model):
    """In how many passages of a locale a lexeme occurs: the document frequency of BM25."""

    locale = models.CharField(max_length=20, blank=True)
    lexeme = models.CharField(max_length=100)
    passages = models.IntegerField()
    heaviest = models.FloatField(
        default=MOST_WEIGHT, db_default=MOST_WEIGHT
    )  # no passage holds a heavier one

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["locale", "lexeme"], name="one_count_a_lexeme"),
        ]
        # What a misspelt word may have been begins or ends like it.
        indexes = [
            models.Index(Left("lexeme", EDGE), name="lexeme_beginning"),
            models.Index(Right("lexeme", EDGE), name="lexeme_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.lexeme}: {self.passages}"


class LexicalStatistics(models.Model):
    """A locale's number of passages and of lexemes, and the average length its weights were made with."""

    locale = models.CharField(max_length=20, unique=True, blank=True)
    passages = models.IntegerField(default=0)
    lexemes = models.BigIntegerField(default=0)
    average_length = models.FloatField(default=0)
    version = models.PositiveSmallIntegerField(default=0, db_default=0)  # all its passages have this one

    def __str__(self) -> str:
        return f"{self.locale or 'unknown'}: {self.passages} passages"


class Synonym(models.Model):
    """Words and phrases that an admin says mean the same, or that find others: one line of the list."""

    locale = models.CharField(max_length=20, blank=True)  # of the documents; empty: in all
    words = ArrayField(models.CharField(max_length=LONGEST_PHRASE))
    means = ArrayField(models.CharField(max_length=LONGEST_PHRASE), default=list, blank=True)
    changed = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["words", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["locale", "words", "means"], name="one_synonym_a_line"),
        ]

    def __str__(self) -> str:
        return str(self.rule())

    def rule(self) -> Rule:
        return Rule(tuple(self.words), tuple(self.means), self.locale)


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


class LabelledRun(models.Model):
    """The labelled set, asked once: a job, then its figures. At most one is waiting or at work."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    state = models.CharField(max_length=20, choices=State, default=State.RUNNING)
    lease = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    questions = models.PositiveIntegerField(default=0)
    model = models.CharField(max_length=200, blank=True)  # the embedding model that was active
    figures = models.JSONField(default=dict)
    # Of each question by its id: the rank of the first right document (null: not found), and the relevance.
    outcomes = models.JSONField(default=dict)
    reason = models.TextField(blank=True)  # why it failed, in a sentence for an admin
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="running"), name="one_labelled_run_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.created:%Y-%m-%d %H:%M}"


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
