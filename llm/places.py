"""A worker's threads take turns at the processor: few compute at a time, all may wait for the model.

With hundreds of streams in one process, a dozen threads that compute would delay every piece of all others.
Who waits for a place or leaves its own holds no database connection.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

# More don't get more done: Python computes in one thread at a time, besides what the embedder does.
PLACES = 2

_places = threading.BoundedSemaphore(PLACES)
_thread = threading.local()


@contextmanager
def taken() -> Iterator[None]:
    """One of the places is this thread's."""
    _take()
    try:
        yield
    finally:
        _leave()


@contextmanager
def left() -> Iterator[None]:
    """Somebody else may have it meanwhile. Does nothing for who has none."""
    if not getattr(_thread, "has_one", False):
        yield
        return
    _leave()
    try:
        yield
    finally:
        _take()


def _take() -> None:
    if not _places.acquire(blocking=False):
        if not connection.in_atomic_block:
            connection.close()
        _places.acquire()
    _thread.has_one = True


def _leave() -> None:
    _thread.has_one = False
    _places.release()
