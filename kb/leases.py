"""Renew the leases of what a worker is at, while it lives, and tell which documents are still its own."""

import logging
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any

from django.db import Error, connection, transaction
from django.utils import timezone

from kb.models import Document, DocumentQuerySet

log = logging.getLogger(__name__)

# A worker that died is noticed after this; one that lives renews three times in it.
LEASE = timedelta(seconds=20)
RENEWED_EVERY = 6.0  # seconds
WORKING = (Document.State.READING, Document.State.EMBEDDING)


@contextmanager
def leases_renewed(documents: Sequence[Document]) -> Iterator[None]:
    def hold_until(moment: datetime) -> None:
        update_mine(documents, lease=moment)

    with renewed(hold_until):
        yield


@contextmanager
def renewed(hold_until: Callable[[datetime], object]) -> Iterator[None]:
    """A thread of its own says it again and again, because the work may take minutes; what fails is free."""
    done = Event()
    thread = Thread(target=_renew, args=(hold_until, done), daemon=True)
    thread.start()
    try:
        yield
    except BaseException:
        _stop(done, thread)
        hold_until(timezone.now())
        raise
    _stop(done, thread)


def _stop(done: Event, thread: Thread) -> None:
    done.set()
    thread.join()


def _renew(hold_until: Callable[[datetime], object], done: Event) -> None:
    while not done.wait(RENEWED_EVERY):
        try:
            hold_until(timezone.now() + LEASE)
        except Error:
            log.warning("A lease could not be renewed", exc_info=True)
        finally:
            connection.close()


def mine(document: Document) -> DocumentQuerySet:
    """The row, as long as nobody gave it another file or text and nobody else claimed it."""
    return Document.objects.filter(
        pk=document.pk,
        file=document.file.name,
        current=document.current_id,
        attempts=document.attempts,
        state__in=WORKING,
    )


@transaction.atomic
def update_mine(documents: Collection[Document], **fields: object) -> None:
    """The same rows of several documents at once, locked in the order of their ids: no circle of waiting."""
    Document.objects.filter(pk__in=lock_mine(documents)).update(**fields)


def lock_mine(documents: Collection[Document], *wanted: str) -> dict[int, list[Any]]:
    """By id, what is wanted of the rows that are still its own."""
    rows = Document.objects.filter(pk__in=[document.pk for document in documents], state__in=WORKING)
    rows = rows.order_by("pk").select_for_update(no_key=True)
    held = ("file", "current", "attempts")
    there = {pk: found for pk, *found in rows.values_list("pk", *held, *wanted)}
    return {
        document.pk: there[document.pk][len(held) :]
        for document in documents
        if document.pk in there
        and there[document.pk][: len(held)] == [document.file.name, document.current_id, document.attempts]
    }
