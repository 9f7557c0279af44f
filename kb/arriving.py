"""Keep the files of many new documents, and own all of them at once: what one statement each would cost.

Their references are ones that nobody has yet. What a row begins with, and what its claimer makes of it, is as
`kb.ingest` says.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from kb.extract import Unreadable
from kb.ingest import fresh, held
from kb.models import Audience, Document


def claim_new(
    files: Iterable[tuple[str, Callable[[], bytes]]], audience: Audience | None = None
) -> dict[str, Document]:
    """By reference. Left out are those that can't be read, and those of which somebody else was first."""
    made: dict[str, Document] = {}
    owned: dict[str, Document] = {}
    try:
        for reference, read in files:
            with suppress(OSError, Unreadable):
                made[reference] = _kept(reference, read(), audience or Audience.PUBLIC)
        owned = _stored(made)
    finally:
        for reference in made.keys() - owned.keys():
            default_storage.delete(str(made[reference].file.name))
    return owned


def _kept(reference: str, data: bytes, audience: Audience) -> Document:
    document = fresh(reference, audience)
    document.file_hash, document.attempts = hashlib.sha256(data).hexdigest(), 1
    document.file.save("", ContentFile(data), save=False)
    return document


def _stored(documents: dict[str, Document]) -> dict[str, Document]:
    now = timezone.now()
    for document in documents.values():
        document.changed = now
        for name, value in held(now).items():
            setattr(document, name, value)
    with transaction.atomic():
        # Whoever is first: what is there stays as it is.
        Document.objects.bulk_create(documents.values(), ignore_conflicts=True)
        names = [str(document.file.name) for document in documents.values()]
        found = Document.objects.filter(reference__in=documents, file__in=names, attempts=1)
        return {document.reference: document for document in found}
