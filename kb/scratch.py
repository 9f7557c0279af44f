"""A throw-away database and upload folder on the same server, for work that must not touch the real ones.

Inside `scratch()`, everything that uses the default connection works in an empty, migrated database. It is
dropped at the end; what a killed process left is dropped by the next one, which knows it by its name and by a
lock that nobody holds.
"""

import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test.utils import override_settings
from psycopg import sql

PREFIX = "citedesk_scratch_"
# The first half of the advisory locks' keys; the second is the number in the database's name.
LOCK = 0x6369_7465


class NoScratch(Exception):
    """The server doesn't let us; the message says what to do."""


@contextmanager
def scratch() -> Iterator[None]:
    number = secrets.randbelow(2**31)
    name = f"{PREFIX}{number}"
    with _owner() as owner, tempfile.TemporaryDirectory(prefix="citedesk-") as uploads:
        _drop_abandoned(owner)
        owner.execute("SELECT pg_advisory_lock(%s, %s)", (LOCK, number))
        _create(owner, name)
        try:
            with _default_database(name), override_settings(MEDIA_ROOT=uploads, STORAGES=_local_storage()):
                call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
                yield
        finally:
            _drop(owner, name)


def _owner() -> psycopg.Connection[Any]:
    """A connection to the real database that creates, locks and drops, and does nothing else there."""
    return psycopg.connect(**_connection().get_connection_params(), autocommit=True)


def _connection() -> DatabaseWrapper:
    connection = connections[DEFAULT_DB_ALIAS]
    assert isinstance(connection, DatabaseWrapper)
    return connection


def _create(owner: psycopg.Connection[Any], name: str) -> None:
    try:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise NoScratch(
            "A throw-away database is needed, and this database user may not create one: "
            "let an administrator run ALTER ROLE … CREATEDB, or unset DATABASE_URL for the embedded server."
        ) from error


def _drop(owner: psycopg.Connection[Any], name: str) -> None:
    owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_abandoned(owner: psycopg.Connection[Any]) -> None:
    """The lock of a run that lives is held by its own connection."""
    found = owner.execute("SELECT datname FROM pg_database WHERE datname ~ %s", (f"^{PREFIX}[0-9]+$",))
    for (name,) in found.fetchall():
        key = (LOCK, int(name.removeprefix(PREFIX)))
        if owner.execute("SELECT pg_try_advisory_lock(%s, %s)", key).fetchone() == (True,):
            # Another user's database is theirs to drop.
            with suppress(psycopg.errors.InsufficientPrivilege):
                _drop(owner, name)
            owner.execute("SELECT pg_advisory_unlock(%s, %s)", key)


@contextmanager
def _default_database(name: str) -> Iterator[None]:
    """The default connection, and those that other threads open, lead to this database."""
    real = _connection().settings_dict["NAME"]
    _reconnect(name)
    try:
        yield
    finally:
        _reconnect(real)


def _reconnect(name: str) -> None:
    connection = _connection()
    connection.close()
    connection.close_pool()
    connection.settings_dict["NAME"] = name


def _local_storage() -> dict[str, Any]:
    return {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}}
