"""Keep the drafts that this process writes its own: one thread renews all their leases while it lives.

A lease that has run out means that the worker died. Who finds that another took the draft over is told so,
and so is who writes what the conversation has overtaken. `pause` is how long any row waits for a model.
"""

import contextlib
import logging
import random
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import Error, connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from llm.errors import Unavailable
from support.models import Draft, Message

logger = logging.getLogger(__name__)

# A lease outlives a few missed renewals; what a dead worker held is free after it.
LEASE = timedelta(seconds=8)
RENEWAL_SECONDS = 2.0
# A model that is away is asked again after the first so many seconds, then after twice as many, and so on.
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 20.0
# Up to this share longer, by chance.
JITTER = 0.5


@dataclass(eq=False)
class Lease:
    draft_id: int
    attempts: int
    lost: bool = False
    overtaken: bool = False  # somebody wrote in public since: nobody needs the rest


_held: set[Lease] = set()
_changes = threading.Lock()
_renewing: threading.Thread | None = None


@contextlib.contextmanager
def held(draft: Draft) -> Iterator[Lease]:
    """The claimed draft's lease does not run out within; `lost` says that it did all the same."""
    lease = Lease(draft.pk, draft.attempts)
    with _changes:
        _held.add(lease)
        _start_renewing()
    try:
        yield lease
    finally:
        with _changes:
            _held.discard(lease)


def pause(
    error: Unavailable, attempts: int, *, first: float = FIRST_PAUSE, longest: float = LONGEST_PAUSE
) -> timedelta:
    """As long as the gateway asks for, or longer each time; what failed together comes back apart."""
    asked = first * attempts if error.retry_after is None else error.retry_after
    seconds = min(asked, longest)
    return timedelta(seconds=seconds + max(seconds, first) * JITTER * random.random())


def renew(leases: set[Lease]) -> None:
    """Push on what is still owned, and mark what isn't."""
    ids = [lease.draft_id for lease in leases]
    writing = Draft.objects.filter(pk__in=ids, state=Draft.State.WRITING)
    newer = Message.objects.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("up_to"))
    overtaken = Exists(newer.exclude(kind=Message.Kind.NOTE))
    found = {pk: told for pk, *told in writing.values_list("pk", "attempts", overtaken)}
    for lease in leases:
        attempts, lease.overtaken = found.get(lease.draft_id, (None, False))
        lease.lost = attempts != lease.attempts
    owned = [lease.draft_id for lease in leases if not lease.lost]
    writing.filter(pk__in=owned).update(lease=timezone.now() + LEASE)


def _start_renewing() -> None:
    global _renewing
    if _renewing is None or not _renewing.is_alive():
        _renewing = threading.Thread(target=_renew_while_held, daemon=True, name="leases")
        _renewing.start()


def _renew_while_held() -> None:
    global _renewing
    pause = threading.Event()
    while True:
        pause.wait(RENEWAL_SECONDS)
        with _changes:
            leases = set(_held)
            if not leases:
                _renewing = None
                return
        try:
            renew(leases)
        except Error as error:
            logger.warning("Leases of drafts could not be renewed, trying again: %s", error)
        finally:
            connection.close()
