"""Make a file searchable: keep its bytes, have it read and stored, embed its passages. Safe to run twice.

The Document row says how far its last file has got. Whoever works on it owns it by a lease, renewed while
they live. Until a new file is stored as a revision, the old one answers. Nothing here enqueues: doors do.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Count, F
from django.utils import timezone

from kb import dependents, lexical, lifecycle
from kb.embeddings import embed_missing
from kb.extract import title_from_name
from kb.extract.kinds import is_archive
from kb.leases import LEASE, WORKING, leases_renewed, mine, update_mine
from kb.models import Audience, Document, EmbeddingModel, Passage, Revision
from kb.storing import fail, store_all
from llm.errors import Rejected, Unavailable

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractUser

log = logging.getLogger(__name__)

ATTEMPTS = 3
# Reading a larger file may take longer than somebody likes to wait who has saved another one.
LARGE = 200_000  # bytes
# An embedding endpoint that is down is asked again after this, times the attempts made.
PAUSE = timedelta(seconds=20)


@dataclass(frozen=True)
class Ingested:
    """What one run did: the document's passages, and how many were embedded now."""

    passages: int = 0
    embedded: int = 0


def receive(
    reference: str,
    data: bytes,
    *,
    audience: Audience | None = None,
    uploaded_by: AbstractUser | None = None,
    publish: bool = True,
) -> Document:
    """Keep a file's bytes; its document is *received*, to be ingested. Bytes that are known change nothing.

    A document that is there keeps its audience (unless one is named) and its status.
    """
    kept: list[str] = []
    try:
        with transaction.atomic(savepoint=False):
            document = _locked(reference, audience or Audience.PUBLIC, publish)
            if audience:
                lifecycle.change_locked(document, {"audience": audience}, by=uploaded_by, why="With a file")
            digest = hashlib.sha256(data).hexdigest()
            if document.file_hash != digest or document.state == Document.State.FAILED:
                _keep(document, data, digest, kept)
                document.uploaded_by_id = uploaded_by.pk if uploaded_by else document.uploaded_by_id
                document.save()
    except BaseException:
        _remove_files(kept)
        raise
    return document


def _locked(reference: str, audience: Audience, publish: bool) -> Document:
    # Whoever is first: what is there stays as it is.
    Document.objects.bulk_create([fresh(reference, audience, publish=publish)], ignore_conflicts=True)
    return Document.objects.select_for_update(of=("self",)).select_related("current").get(reference=reference)


def fresh(reference: str, audience: Audience, *, publish: bool = True) -> Document:
    """The row of a file that nobody has brought before; not saved."""
    status = Document.Status.PUBLISHED if publish else Document.Status.UNPUBLISHED
    title = title_from_name(reference)
    return Document(reference=reference, title=title, audience=audience, status=status)


def held(now: datetime) -> dict[str, Any]:
    """What a row's claimer makes of it."""
    return {"state": Document.State.READING, "lease": now + LEASE}


def _keep(document: Document, data: bytes, digest: str, kept: list[str]) -> None:
    """Store the bytes, unless the current revision was read from the same."""
    replaced, current = document.file.name, document.current
    if current and current.file_hash == digest:
        document.file.name = current.file
    else:
        document.file.save("", ContentFile(data), save=False)
        kept.append(str(document.file.name))
    if document.file_hash != digest:
        document.source = Document.Source.FILE
    document.file_hash = digest
    document.changed = timezone.now()
    wait_for_worker(document)
    if replaced and replaced != document.file.name:
        transaction.on_commit(lambda: remove_unused([replaced]))


def wait_for_worker(document: Document) -> None:
    """Back to the beginning of its journey; not saved."""
    document.state = Document.State.RECEIVED
    document.reason, document.lease, document.attempts = "", None, 0


def read_again(document: Document) -> bool:
    """Unless it is being read: however many ask for it, one of them is told that it waits for a worker."""
    resting = Document.objects.filter(
        pk=document.pk, state__in=[Document.State.SEARCHABLE, Document.State.FAILED]
    )
    wait_for_worker(document)
    kept = ("state", "reason", "lease", "attempts")
    if resting.update(**{name: getattr(document, name) for name in kept}):
        return True
    document.refresh_from_db(fields=kept)
    return False


def unchanged(hashes: dict[str, str], audience: Audience | None = None) -> dict[str, int]:
    """Of these references, those that are searchable as bytes of this SHA-256, with their passage counts."""
    known = Document.objects.filter(reference__in=hashes, state=Document.State.SEARCHABLE)
    if audience:
        known = known.filter(audience=audience)
    rows = known.annotate(parts=Count("passages")).values_list("reference", "file_hash", "parts")
    return {reference: parts for reference, file_hash, parts in rows if hashes[reference] == file_hash}


def claim(document_id: int) -> Document | None:
    """Own a document's next step, unless someone else does. One that keeps killing its workers has failed."""
    now = timezone.now()
    waiting = Document.objects.claimable(now).filter(pk=document_id)
    claimed = waiting.filter(attempts__lt=ATTEMPTS).update(**held(now), attempts=F("attempts") + 1)
    if claimed:
        return Document.objects.select_related("current").get(pk=document_id)
    waiting.filter(attempts__gte=ATTEMPTS).update(
        state=Document.State.FAILED,
        lease=None,
        reason=f"Reading this file was broken off {ATTEMPTS} times; it may be too large: split it, or have "
        "it read again.",
    )
    return None


def may_wait(document: Document) -> bool:
    """Is it one of many, or long? Then who saves a single article goes first."""
    if document.source == Document.Source.EDITOR:
        return False
    if any(is_archive(part) for part in document.reference.split("/")[:-1]):
        return True
    try:
        return document.file.size > LARGE
    except FileNotFoundError:
        return False


def ingest(document: Document, locale: str = "") -> Ingested:
    """The whole journey of one document, claimed or received. `locale` is for a file that declares none."""
    if document.state == Document.State.RECEIVED:
        claimed = claim(document.pk)
        if claimed is None:
            return Ingested()
        document = claimed
    if document.state not in WORKING:
        return Ingested(passages=document.passages.count())
    return ingest_all([document], locale)[0]


def ingest_all(documents: Sequence[Document], locale: str = "") -> list[Ingested]:
    """The same for several claimed documents, whose passages are embedded together."""
    if not documents:
        return []
    with leases_renewed(documents):
        done = embed_stored(documents, store_all(documents, locale))
        for where in {document.locale for document in documents}:
            lexical.renew_few(where)
    return done


def embed_stored(documents: Sequence[Document], stored: Sequence[int]) -> list[Ingested]:
    """What is stored is given its vectors."""
    embedded = _embed([document for document in documents if document.state == Document.State.EMBEDDING])
    return [
        Ingested(passages, embedded.get(document.pk, 0))
        for document, passages in zip(documents, stored, strict=True)
    ]


def _embed(documents: Collection[Document]) -> dict[int, int]:
    """Each document's vectors in every complete model's space; how many were missing in the active one."""
    missing = {document.pk: 0 for document in documents}
    EmbeddingModel.objects.active()
    # In one statement, so that a change of the active model leaves none of them out.
    models = sorted(EmbeddingModel.objects.kept_complete(), key=lambda model: model.active)
    for passage in (
        Passage.objects.filter(document__in=documents).missing_embedding(models[-1]).only("document_id")
    ):
        missing[passage.document_id] += 1
    try:
        # The active one last: what it has, the others have, so that a change to them is never refused.
        for aside in models[:-1]:
            _embed_aside(aside, documents)
        embed_missing(models[-1], documents)
    except Unavailable as error:
        _try_later(documents, str(error))
    except Rejected as error:
        for document in documents:
            fail(document, str(error))
    else:
        _finish(documents)
        return missing
    return {}


def _embed_aside(model: EmbeddingModel, documents: Collection[Document]) -> None:
    """A model that no search uses keeps no document waiting: its own job makes up for it."""
    try:
        embed_missing(model, documents)
    except (Unavailable, Rejected) as error:
        log.warning("%s falls behind: %s", model, error)
        if not model.fall_behind(str(error), timezone.now() + PAUSE):
            raise  # it was made active meanwhile


def _finish(documents: Collection[Document]) -> None:
    state = Document.State.SEARCHABLE
    update_mine(documents, state=state, reason="", lease=None, attempts=0)
    for document in documents:
        document.state, document.lease = state, None


def _try_later(documents: Iterable[Document], reason: str) -> None:
    """The passages are found by their words meanwhile; whoever claims next embeds them."""
    for document in documents:
        if document.attempts >= ATTEMPTS:
            fail(document, reason)
        else:
            document.reason, document.lease = reason, timezone.now() + PAUSE * document.attempts
            mine(document).update(reason=reason, lease=document.lease)


def delete(document: Document) -> None:
    """Rows and files; from the end of this transaction on nothing of it is found.

    The text of a revision that was cited to a customer stays, without its document and its file, for whoever
    looks at what was sent.
    """
    with transaction.atomic():
        locked = Document.objects.select_for_update().filter(pk=document.pk).first()
        if locked is None:
            return
        files = {locked.file.name or "", *locked.revisions.values_list("file", flat=True)}
        files |= set(locked.images.values_list("file", flat=True))
        passages = locked.passages.order_by("pk").select_for_update()  # the order: see _lock
        lexical_rows = list(passages.only("document_id", "lexemes", "length"))
        Document.objects.filter(pk=locked.pk).update(status=Document.Status.ARCHIVED)
        dependents.withdrawn([locked.pk])
        Revision.objects.filter(pk__in=dependents.cited(locked)).update(document=None, file="")
        locked.delete()
        lexical.count([], lexical_rows, locked.locale)
        transaction.on_commit(lambda: remove_unused(files - {""}))


def remove_unused(names: Iterable[str]) -> None:
    """A revision and its document share a file."""
    for name in names:
        if not (Revision.objects.filter(file=name).exists() or Document.objects.filter(file=name).exists()):
            _remove_files([name])


def _remove_files(names: Iterable[str]) -> None:
    for name in names:
        default_storage.delete(name)
