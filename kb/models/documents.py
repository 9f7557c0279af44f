"""What customers and agents may read: documents, their revisions, passages that are searched and cited."""

from __future__ import annotations

import uuid
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from pgvector.django import SparseVectorField

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractUser

    from kb.models.embedding import EmbeddingModel

# A lexeme is hashed into this many dimensions of a sparse vector.
LEXICAL_DIMENSIONS = 536_870_912
REFERENCE_LENGTH = 1000


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


def seen_by(audience: Audience, at: str = "") -> Q:
    """The one gate, of documents or, `at` them, of what belongs to them: published, for this audience, and in
    its time by the database's clock, so that a schedule holds to the second without any job."""
    labels = Audience(audience).labels_seen
    labelled = Q((f"{at}status", Document.Status.PUBLISHED), (f"{at}audience__in", labels))
    begun = Q((f"{at}publish_at__isnull", True)) | Q((f"{at}publish_at__lte", Now()))
    not_over = Q((f"{at}expire_at__isnull", True)) | Q((f"{at}expire_at__gt", Now()))
    return labelled & begun & not_over


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, audience: Audience) -> DocumentQuerySet:
        return self.filter(seen_by(audience))

    def due(self) -> DocumentQuerySet:
        """Published ones whose hour has come, or is over, and whose history doesn't say so yet."""
        passed = Q(publish_at__lte=Now()) | Q(expire_at__lte=Now())
        return self.filter(passed, status=Document.Status.PUBLISHED)

    def claimable(self, now: datetime) -> DocumentQuerySet:
        """Received and waiting, or left behind by a worker that died."""
        waiting = Q(state=Document.State.RECEIVED)
        left_behind = Q(state__in=[Document.State.READING, Document.State.EMBEDDING])
        return self.filter(waiting | left_behind).filter(Q(lease__isnull=True) | Q(lease__lt=now))


def upload_name(document: Document, filename: str) -> str:
    """A name of ours under the upload folder; the sender's name is only ever shown."""
    return f"documents/{uuid.uuid4().hex}"


class Category(models.Model):
    """A place in the tree that admins sort documents into."""

    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "name", "pk"]
        verbose_name_plural = "categories"
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], nulls_distinct=False, name="one_category_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> list[Category]:
        """From the top down to itself."""
        above, seen = self.parent, [self]
        while above is not None and above not in seen:
            seen.append(above)
            above = above.parent
        return seen[::-1]


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

    class Source(models.TextChoices):
        """Where its text comes from."""

        FILE = "file"
        EDITOR = "editor"

    reference = models.CharField(max_length=REFERENCE_LENGTH, unique=True)
    title = models.CharField(max_length=500)
    locale = models.CharField(max_length=20, blank=True)  # "en", "zh"; empty: not known
    # As the file declares it or its words tell; the one above is another where an admin set it.
    read_locale = models.CharField(max_length=20, blank=True, db_default="", default="")
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

    # Its life: where it is sorted, who looks after it, and when it is to be seen and looked at again.
    source = models.CharField(max_length=20, choices=Source, default=Source.FILE)
    category = models.ForeignKey(Category, models.SET_NULL, null=True, blank=True, related_name="documents")
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    review_by = models.DateField(null=True, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True)  # published, but seen only from then
    expire_at = models.DateTimeField(null=True, blank=True)  # and no more from then
    translation_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="translations"
    )

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
            models.Index(
                fields=["id"],
                name="document_with_schedule",
                condition=Q(publish_at__isnull=False) | Q(expire_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.reference

    def get_absolute_url(self) -> str:
        return reverse("document", args=[self.pk])

    @property
    def in_progress(self) -> bool:
        return self.state not in (self.State.SEARCHABLE, self.State.FAILED)

    @property
    def standing(self) -> str:
        """Its status as readers meet it: a published document may be scheduled, or have expired."""
        now = timezone.now()
        if self.status == self.Status.PUBLISHED and self.expire_at and self.expire_at <= now:
            return "expired"
        if self.status == self.Status.PUBLISHED and self.publish_at and self.publish_at > now:
            return "scheduled"
        return str(self.status)

    @property
    def is_overdue(self) -> bool:
        """Somebody should have looked at it again by now."""
        return bool(self.review_by and self.review_by < timezone.localdate())

    @property
    def siblings(self) -> models.QuerySet[Document]:
        """The same article in other languages."""
        first = self.translation_of_id or self.pk
        same = Document.objects.filter(Q(pk=first) | Q(translation_of=first))
        return same.exclude(pk=self.pk).order_by("locale", "title", "pk")


@dataclass(frozen=True)
class PageOfOriginal:
    """A page of a file, counted from 1 on, and the address that opens it there."""

    number: int
    url: str


class Revision(models.Model):
    """One immutable version of a document's text (Markdown). What replies cite outlives its document."""

    document = models.ForeignKey(Document, models.CASCADE, null=True, blank=True, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=500)
    text = models.TextField()
    file = models.CharField(max_length=200)  # the original's name in the storage
    file_hash = models.CharField(max_length=64)
    # Of a file with pages: where each of them begins in the text (characters), the first at 0.
    page_starts = ArrayField(models.PositiveIntegerField(), default=list, blank=True)
    notice = models.TextField(blank=True, db_default="")  # what of the file is missing, for an admin
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=300, blank=True)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["document", "-number"]
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="one_revision_a_number")]

    def __str__(self) -> str:
        return f"{self.title} (revision {self.number})"

    def page_of(self, place: int) -> PageOfOriginal | None:
        """Where a character of the text stands in the file that it was read from, if that has pages."""
        number = bisect_right(self.page_starts, place)
        if not number:
            return None
        asked = urlencode({"revision": self.number, "open": "1"})
        address = reverse("document-original", args=[self.document_id])
        return PageOfOriginal(number, f"{address}?{asked}#page={number}")


class DocumentChange(models.Model):
    """What somebody changed about a document besides its text, such as its status: from what, to what."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="changes")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    why = models.CharField(max_length=300, blank=True)
    was = models.JSONField(default=dict)  # by field
    became = models.JSONField(default=dict)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.document_id}: {', '.join(self.became)}"


class Edit(models.Model):
    """What somebody is writing in the editor, kept until it is saved as a revision or given up."""

    document = models.ForeignKey(Document, models.CASCADE, null=True, blank=True, related_name="edits")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    based_on = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="+")
    title = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    tab = models.CharField(max_length=40, blank=True)  # of the browser, that kept it last
    saved = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "author"], nulls_distinct=False, name="one_edit_a_document_and_author"
            ),
        ]

    def __str__(self) -> str:
        return self.title or "Untitled"


def image_name(image: Image, filename: str) -> str:
    """A name of ours under the image folder."""
    return f"images/{image.key.hex}"


class Image(models.Model):
    """A picture in a document: re-encoded, so that it holds nothing but what is seen."""

    key = models.UUIDField(default=uuid.uuid4, unique=True)
    document = models.ForeignKey(Document, models.CASCADE, null=True, blank=True, related_name="images")
    path = models.CharField(max_length=1000, blank=True)  # in the archive that it came in
    file = models.FileField(upload_to=image_name, max_length=200)
    file_hash = models.CharField(max_length=64)  # SHA-256 of the bytes, hex
    content_type = models.CharField(max_length=50)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.key)


class PassageQuerySet(models.QuerySet["Passage"]):
    def visible_to(self, audience: Audience) -> PassageQuerySet:
        """The one gate: what a reader of this audience may be shown, and what may enter their prompts."""
        return self.filter(seen_by(audience, "document__"))

    def missing_embedding(self, model: EmbeddingModel) -> PassageQuerySet:
        return self.exclude(embeddings__model=model)


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

    def page(self, offset: int = 0) -> PageOfOriginal | None:
        """On which page of the original it begins, or what stands that far from its beginning."""
        found = Revision.objects.only("document_id", "number", "page_starts").filter(pk=self.revision_id)
        revision = found.exclude(page_starts=[]).first()
        return revision.page_of(self.start + offset) if revision else None

    def indexed_text(self) -> str:
        """What is searched and embedded: the document's title, the heading path and the text."""
        return "\n".join(part for part in (self.document.title, self.heading, self.text) if part)
