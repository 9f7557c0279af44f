"""What all processes share about one gateway, in Valkey. Without it calls are made all the same."""

import functools
import hashlib
import logging
from typing import Any

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

CONNECT_SECONDS, ANSWER_SECONDS = 1, 2
CONNECTIONS = 8


def run(script: str, name: str, *arguments: float | int | str) -> list[str] | None:
    """A Lua script on the gateway's own key `name`; None: Valkey is away."""
    try:
        found: Any = _client(settings.REDIS_URL).eval(script, 1, f"llm:{_gateway()}:{name}", *arguments)
    except redis.RedisError:
        logger.warning("Valkey cannot be reached: the gateway's limits are not kept.")
        return None
    return [str(one) for one in found]


@functools.lru_cache(maxsize=4)
def _client(url: str) -> redis.Redis:
    # Of hundreds of threads some wait for a connection, rather than each having one of its own.
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=ANSWER_SECONDS,
        decode_responses=True,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=CONNECT_SECONDS,
    )
    return redis.Redis.from_pool(pool)


def _gateway() -> str:
    """One for each address and key: limits are a key's."""
    return hashlib.sha256(f"{settings.LLM_BASE_URL}\n{settings.RUNAPI_KEY}".encode()).hexdigest()[:16]
