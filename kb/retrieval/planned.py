"""Run statements that a connection has planned before: a search sends their values alone.

The database takes longer to plan one of a search's short statements than to run it, and the client longer to
write its values into it than to send them. A plan made for any values suits statements that read a few rows
by index, whatever is asked. Where it depends on the values which plan is quick, they are sent along
(`kb.retrieval.statements.rows` with settings). The database plans anew when what it knows of a table changes.
"""

from __future__ import annotations

import hashlib
import itertools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.adapt import Transformer
from psycopg.pq import DiagnosticField, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGconn, PGresult

# In one connection; a search has about ten, and so has each other choice of categories or sources.
MOST_PLANNED = 100
PLACE = re.compile(r"%(s|%)")
# As the database tells of a name that it doesn't know, or knows already: a pooler in between has changed
# the session, or emptied it. A name stands for one text, so that it is never another's statement.
UNKNOWN_NAME, KNOWN_NAME = "26000", "42P05"
# And of a plan whose rows have other types now: a column was changed.
OTHER_TYPES = "0A000"


@dataclass
class _Session:
    """What is known of a connection's session."""

    names: dict[str, bytes] = field(default_factory=dict)  # of the statements planned in it, by their text
    for_any_values: bool = False  # that is how it plans
    outdated: bool = False  # it may have plans that hold no more


_sessions: WeakKeyDictionary[psycopg.Connection[Any], _Session] = WeakKeyDictionary()


def possible() -> bool:
    """Not where Django is to see each statement, nor as the first of a transaction, which it begins late."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.queries_logged or database.execute_wrappers:
        return False
    if not database.in_atomic_block:
        return True
    raw = database.connection
    return raw is not None and raw.pgconn.transaction_status == TransactionStatus.INTRANS


def rows(statement: str, parameters: Sequence[Any]) -> list[Any]:
    """What it finds. Raises what Django's cursor would."""
    database = connections[DEFAULT_DB_ALIAS]
    if database.in_atomic_block:
        database.validate_no_broken_transaction()
    database.close_if_health_check_failed()
    database.ensure_connection()
    with database.wrap_database_errors:
        return _found(database.connection, statement, [_written(value) for value in parameters])


def texts(values: Iterable[str | int | None]) -> str:
    """An array as PostgreSQL reads it."""
    return "{" + ",".join("NULL" if value is None else _quoted(str(value)) for value in values) + "}"


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _written(value: Any) -> bytes | None:
    if value is None:
        return None
    written = (texts(value) if isinstance(value, list) else str(value)).encode()
    if b"\x00" in written:  # which would end it there
        raise psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return written


def _found(raw: psycopg.Connection[Any], statement: str, values: Sequence[Any]) -> list[Any]:
    result = _run(raw, statement, values)
    if _state(result) in (UNKNOWN_NAME, OTHER_TYPES):
        _sessions[raw] = _Session(outdated=True)
        if raw.pgconn.transaction_status == TransactionStatus.IDLE:  # a transaction is lost
            result = _run(raw, statement, values)
    _done(result)
    reader = Transformer(raw)
    reader.set_pgresult(result)
    return reader.load_rows(0, result.ntuples, tuple)


def _run(raw: psycopg.Connection[Any], statement: str, values: Sequence[Any]) -> PGresult:
    connection, session = raw.pgconn, _sessions.setdefault(raw, _Session())
    full = statement not in session.names and len(session.names) >= MOST_PLANNED
    if session.outdated or full:
        _done(connection.exec_(b"DEALLOCATE ALL"))
        session.names, session.outdated = {}, False
    # Within a transaction it would end with that if it fails.
    if not session.for_any_values and connection.transaction_status == TransactionStatus.IDLE:
        _done(connection.exec_(b"SET plan_cache_mode = force_generic_plan"))
        session.for_any_values = True
    if statement not in session.names:
        session.names[statement] = _prepared(connection, statement)
    return connection.exec_prepared(session.names[statement], values)


def _prepared(connection: PGconn, statement: str) -> bytes:
    """Its name."""
    name, text = _numbered(statement)
    result = connection.prepare(name, text)
    if _state(result) != KNOWN_NAME:
        _done(result)
    return name


@lru_cache(maxsize=1_000)
def _numbered(statement: str) -> tuple[bytes, bytes]:
    """Its name, and its text with a number for each value."""
    number = itertools.count(1)
    text = PLACE.sub(lambda found: "%" if found[1] == "%" else f"${next(number)}", statement).encode()
    return b"kb_" + hashlib.sha256(text).hexdigest()[:32].encode(), text


def _state(result: PGresult) -> str:
    return (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()


def _done(result: PGresult) -> None:
    if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        try:
            kind: type[psycopg.Error] = psycopg.errors.lookup(_state(result))
        except KeyError:
            kind = psycopg.OperationalError
        raise kind(result.error_message.decode("utf-8", "replace").strip())
