"""Run one statement of a search, with settings that hold for it alone: one round trip to the database.

A search waits for each answer of the database; where the machine is busy, waiting takes longer than the work.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection, transaction
from pgvector import HalfVector

from kb.retrieval import planned
from llm.embed import Vectors

Settings = Mapping[str, str]


def rows(statement: str, parameters: Sequence[Any], settings: Settings | None = None) -> list[Any]:
    """What it finds. Without settings it is planned once, for any values."""
    if not settings and planned.possible():
        return planned.rows(statement, parameters)
    if settings and connection.in_atomic_block:
        with set_for_now(settings):
            return _rows(statement, parameters)
    if settings:
        # Sent as one, both are one transaction, and what was set ends with it.
        statement, parameters = f"{_set(settings)}; {statement}", [*_flat(settings), *parameters]
    return _rows(statement, parameters)


def array(values: Iterable[int]) -> str:
    """Numbers or truth values as PostgreSQL reads them: the client takes far longer to write hundreds."""
    return "{" + ",".join(map(str, values)) + "}"


def halfvec(vector: Vectors) -> str:
    """A vector as PostgreSQL reads it; several statements of a search are given the same one."""
    return _halfvec(vector.astype(np.float32, copy=False).tobytes())


def halfvecs(vectors: Vectors) -> list[str]:
    """The rows of a matrix that is used again and again: to write hundreds takes longer than to compare."""
    return list(_halfvecs(vectors.astype(np.float32, copy=False).tobytes(), vectors.shape[-1]))


@lru_cache(maxsize=4)
def _halfvecs(vectors: bytes, dimensions: int) -> Sequence[str]:
    return [HalfVector(row).to_text() for row in np.frombuffer(vectors, np.float32).reshape(-1, dimensions)]


@lru_cache(maxsize=16)
def _halfvec(vector: bytes) -> str:
    written: str = HalfVector(np.frombuffer(vector, np.float32)).to_text()
    return written


def _rows(statement: str, parameters: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[Any] = cursor.fetchall()
        while cursor.nextset():
            found = cursor.fetchall()
        return found


@contextmanager
def set_for_now(settings: Settings) -> Iterator[None]:
    """For the statements within. The connection is another's next, and the caller's transaction may go on."""
    within_another = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_set(settings), _flat(settings))
        yield
        # In a transaction that goes on, only going back ends what was set.
        transaction.set_rollback(within_another)


def _set(settings: Settings) -> str:
    return "SELECT " + ", ".join(["set_config(%s, %s, true)"] * len(settings))


def _flat(settings: Settings) -> list[str]:
    return [word for setting in settings.items() for word in setting]
