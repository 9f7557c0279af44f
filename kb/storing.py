"""Read the files of claimed documents, and store what they say: found by their words, not yet by meaning.

One that can't be read, or stored, is marked failed with the reason and stops no other.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from django.db import InterfaceError, OperationalError, transaction

from kb import images
from kb.extract import Unreadable, extract
from kb.first_revisions import Read, store_first, update
from kb.leases import mine
from kb.models import Document, EmbeddingModel
from kb.passages import CountTokens
from kb.revisions import counter, cut_before, replace_passages, revise
from kb.tables import cuts_of

log = logging.getLogger(__name__)

ERROR_OF_OURS = "Reading this file met an error in Citedesk, which is in the log. Save it another way."
# So many characters of new documents are stored together: who saves an article waits for no longer.
MOST_CHARACTERS = 100_000


def store_all(documents: Sequence[Document], locale: str = "") -> list[int]:
    """How many passages each has now. Whoever asks holds their leases."""
    count = counter(EmbeddingModel.objects.active().name)
    stored: dict[int, int] = {}
    new: list[Read] = []
    for document in documents:
        if document.source == Document.Source.EDITOR:
            stored[document.pk] = _as_written(document)
            continue
        with _failing(document):
            read = _read(document, locale, count)
            if document.current_id is None:
                new.append(read)
            else:
                stored[document.pk] = _store(read)
        if sum(len(read.extracted.text) for read in new) > MOST_CHARACTERS:
            stored |= _store_new(new)
            new.clear()
    stored |= _store_new(new)
    return [stored.get(document.pk, 0) for document in documents]


@contextmanager
def _failing(document: Document) -> Iterator[None]:
    """One bad file never stops the others, whatever it is that it trips over."""
    current = document.current
    try:
        yield
    except Unreadable as error:
        fail(document, str(error))
    except FileNotFoundError:
        fail(document, "The file is gone from the storage; upload it again.")
    except (OperationalError, InterfaceError):
        raise  # the database's fault, not the file's
    except Exception:
        log.exception("%s could not be read", document.reference)
        document.current = current  # as it was before what was undone
        fail(document, ERROR_OF_OURS)


def _as_written(document: Document) -> int:
    """Its text was stored when it was written; what is missing are vectors."""
    document.state, document.reason = Document.State.EMBEDDING, ""
    if not mine(document).update(state=document.state, reason=""):
        document.refresh_from_db()
        return 0
    return document.passages.count()


def fail(document: Document, reason: str) -> None:
    """The old revision goes on answering."""
    document.state, document.reason, document.lease = Document.State.FAILED, reason, None
    mine(document).update(state=document.state, reason=reason, lease=None)


def _read(document: Document, locale: str, count: CountTokens) -> Read:
    with document.file.open("rb") as file:
        extracted = extract(file.read(), document.reference)
    text = images.with_addresses(extracted.text, document)
    notice = " ".join(filter(None, [extracted.notice, images.missing(text, document)]))
    extracted = replace(extracted, text=text, notice=notice)
    before = cut_before(document, extracted.title)
    repeated, cuts = cuts_of(extracted.text, extracted.title, count, before)
    if not cuts:
        raise Unreadable("The file holds no text; upload one that does.")
    pages = tuple(map(repeated.place, extracted.page_starts))
    return Read(document, replace(extracted, text=repeated.text, page_starts=pages), cuts, locale)


def _store_new(read: Sequence[Read]) -> dict[int, int]:
    """Together; but if one of them can't be stored, each by itself."""
    try:
        return store_first(read) if read else {}
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        log.warning("%d documents are stored one by one", len(read), exc_info=True)
    stored: dict[int, int] = {}
    for one in read:
        one.document.current = None
        with _failing(one.document):
            stored |= store_first([one])
    return stored


def _store(read: Read) -> int:
    """Everything that a reader of the document sees changes in this one transaction, or nothing does."""
    document = read.document
    with transaction.atomic():
        there = mine(document).select_for_update().values_list("locale", "read_locale").first()
        if there is None:
            document.refresh_from_db()
            return 0
        removed_locale, _ = there
        read.describe(*there)
        revise(document, read.extracted)
        update([document])
        replace_passages(document, read.cuts, removed_locale)
    return len(read.cuts)
