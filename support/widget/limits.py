"""How often a visitor may write, read and listen, a minute. Counted in Valkey, for all web processes at once.

Without Valkey nothing is counted: a customer's message matters more than the limit.
"""

import hashlib
import logging
import time
from dataclasses import dataclass

import redis
from django.conf import settings
from django.core.cache import cache

log = logging.getLogger(__name__)

WINDOW = 60
# Reading costs one query; these only stop a loop gone wild, also from an office behind one address.
READS = 600
STREAMS = 240


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
    _spend("streams", address, STREAMS)


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
