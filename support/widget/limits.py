"""How often a visitor may write, read and listen, a minute. Counted in Valkey, for all web processes at once.

Without Valkey nothing is counted: a customer's message matters more than the limit.
"""

import hashlib
import logging
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)

WINDOW = 60
# Reading costs one query; these only stop a loop gone wild, also from an office behind one address.
READS = 600
STREAMS = 240
# An open stream holds a connection to Valkey; so many of one address in one web process.
OPEN_STREAMS = 100
_open: Counter[str] = Counter()


@dataclass
class TooMany(Exception):
    """The limit is spent; `seconds` until it counts anew."""

    seconds: int


def spend_message(customer: str, address: str) -> None:
    _spend("address", address, settings.WIDGET_ADDRESS_MESSAGES_PER_MINUTE)
    _spend("conversation", customer, settings.WIDGET_MESSAGES_PER_MINUTE)


def spend_read(address: str) -> None:
    _spend("reads", address, READS)


def spend_stream(address: str) -> None:
    if _open[address] >= OPEN_STREAMS:
        raise TooMany(WINDOW)
    _spend("streams", address, STREAMS)


@contextmanager
def open_stream(address: str) -> Iterator[None]:
    """Counted in the process that its streams end with: a count that outlived them would lock people out."""
    _open[address] += 1
    try:
        yield
    finally:
        _open[address] -= 1
        if not _open[address]:
            del _open[address]


def _spend(kind: str, who: str, allowed: int) -> None:
    now = time.time()
    key = f"widget:{kind}:{hashlib.sha256(who.encode()).hexdigest()}:{int(now // WINDOW)}"
    try:
        cache.add(key, 0, timeout=2 * WINDOW)
        used = cache.incr(key)
    except redis.RedisError:
        log.warning("The widget's limits are not counted: Valkey cannot be reached.")
        return
    if used > allowed:
        raise TooMany(WINDOW - int(now % WINDOW))
