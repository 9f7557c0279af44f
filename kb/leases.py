"""Renew the leases of the documents that a worker is at, while it lives, and tell which are still its own."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from threading import Event, Thread

from django.db import Error, connection
from django.utils import timezone

from kb.models import Document, DocumentQuerySet

log = logging.getLogger(__name__)

# A worker that died is noticed after this; one that lives renews three times in it.
LEASE = timedelta(seconds=20)
RENEWED_EVERY = 6.0  # seconds
WORKING = (Document.State.READING, Document.State.EMBEDDING)


@contextmanager
def leases_renewed(documents: Sequence[Document]) -> Iterator[None]:
    """A thread of its own, because reading and embedding may take minutes."""
    done = Event()
    thread = Thread(target=_renew, args=(documents, done), daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        _stop(done, thread)
        for document in documents:
            mine(document).update(lease=timezone.now())
        raise
    _stop(done, thread)


def _stop(done: Event, thread: Thread) -> None:
    done.set()
    thread.join()


def _renew(documents: Sequence[Document], done: Event) -> None:
    while not done.wait(RENEWED_EVERY):
        try:
            for document in documents:
                mine(document).update(lease=timezone.now() + LEASE)
        except Error:
            log.warning("The leases of %d documents could not be renewed", len(documents), exc_info=True)
        finally:
            connection.close()


def mine(document: Document) -> DocumentQuerySet:
    """The row, as long as nobody gave it another file and nobody else claimed it."""
    return Document.objects.filter(
        pk=document.pk, file=document.file.name, attempts=document.attempts, state__in=WORKING
    )
