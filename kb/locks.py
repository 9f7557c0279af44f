"""Locks of the database that one process at a time holds, and that go with its connection."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def in_turn(name: str) -> Iterator[None]:
    """One after the other, whoever asks by the same name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [name])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@contextmanager
def alone(key: int | str) -> Iterator[bool]:
    """Is this the only one at it? Not waited for. A name is the one that `in_turn` waits by."""
    number = "hashtextextended(%s, 0)" if isinstance(key, str) else "%s"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_try_advisory_lock({number})", [key])
        taken = cursor.fetchone() == (True,)
    try:
        yield taken
    finally:
        if taken:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({number})", [key])
