"""The index of one model's vectors: built beside the traffic, whole or not there, safe to begin again.

It is data, not schema: one partial HNSW index a model, named by the model's id. Building and dropping happen
on a connection of their own, outside transactions and under a lock, so that any number of processes may try
at once and none blocks a search or an import. What a killed build left behind is dropped and built anew.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.transaction import TransactionManagementError
from psycopg import sql

from kb.models import Embedding, EmbeddingModel

# How far it is: vectors done, of how many.
Progress = Callable[[int, int], None]

_Session = psycopg.Connection[Any]

# The first half of the advisory lock's key; the second is the model's id.
LOCK = 0x6B62_7669
# Beyond this the index takes no halfvec; such a model is searched without one.
MOST_DIMENSIONS = 4_000
# Fewer vectors than this are compared one by one, as fast.
NEEDED_FROM = 20_000
# Links of a vector, and candidates looked at to find them: recall against time to build (docs/evaluation.md).
LINKS = 32
CANDIDATES = 200
# Bytes that a vector takes while building, besides its numbers.
OVERHEAD = 1_700
LOOK_AGAIN = 0.5  # seconds


def index_name(model: EmbeddingModel) -> str:
    return f"embedding_vectors_{model.pk}"


def ready(model: EmbeddingModel) -> bool:
    """There and complete: a search may use it."""
    return _validity(model) is True


def needed(model: EmbeddingModel) -> bool:
    """So many vectors that searches want an index, and it isn't there."""
    if model.dimensions > MOST_DIMENSIONS or ready(model):
        return False
    return Embedding.objects.filter(model=model)[:NEEDED_FROM].count() >= NEEDED_FROM


def being_built(model: EmbeddingModel) -> bool:
    """Some process is at it."""
    with _session() as session:
        return not _locked(session, model)


def build(model: EmbeddingModel, progress: Progress = lambda done, total: None) -> None:
    """Until the index is there and complete. If somebody else is building it, that is waited for."""
    _refuse_inside_a_transaction()
    if model.dimensions > MOST_DIMENSIONS:
        raise ValueError(
            f"“{model.name}” has {model.dimensions} dimensions and an index takes at most {MOST_DIMENSIONS}: "
            f"ask the endpoint for shorter vectors, or search without an index."
        )
    total = Embedding.objects.filter(model=model).count()

    def tell() -> None:
        progress(min(_done(model), total), total)

    with _alone(model, tell) as session:
        if not ready(model):
            _drop(session, model)
            _create(session, model, total, tell)
    progress(total, total)


def drop(model: EmbeddingModel) -> None:
    """Searches that use it end first; those that come are answered without it."""
    _refuse_inside_a_transaction()
    with _alone(model) as session:
        _drop(session, model)


def _refuse_inside_a_transaction() -> None:
    """The server would wait for the caller's transaction to end, and the caller for the server."""
    if _connection().in_atomic_block:
        raise TransactionManagementError("An index of vectors is built and dropped outside transactions.")


@contextmanager
def _alone(model: EmbeddingModel, tell: Callable[[], None] = lambda: None) -> Iterator[_Session]:
    """A session that holds the model's lock. Asked for again and again: one that waits for a lock holds a
    snapshot, and whoever builds waits for every snapshot."""
    with _session() as session:
        while not _locked(session, model):
            tell()
            time.sleep(LOOK_AGAIN)
        yield session


@contextmanager
def _session() -> Iterator[_Session]:
    """Not from the pool: what is set here is gone with it, and so is its lock."""
    session = psycopg.connect(**_connection().get_connection_params(), autocommit=True)
    try:
        yield session
    finally:
        session.close()


def _connection() -> DatabaseWrapper:
    connection = connections[DEFAULT_DB_ALIAS]
    assert isinstance(connection, DatabaseWrapper)
    return connection


def _locked(session: _Session, model: EmbeddingModel) -> bool:
    row = session.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK, model.pk)).fetchone()
    return bool(row and row[0])


def _validity(model: EmbeddingModel) -> bool | None:
    """None: there is no such index; False: one that is being built, or was left behind."""
    with _connection().cursor() as cursor:
        cursor.execute(
            "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [index_name(model)]
        )
        row = cursor.fetchone()
    return bool(row[0]) if row else None


def _drop(session: _Session, model: EmbeddingModel) -> None:
    session.execute(sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}").format(sql.Identifier(index_name(model))))


def _create(session: _Session, model: EmbeddingModel, total: int, tell: Callable[[], None]) -> None:
    memory = total * (2 * model.dimensions + OVERHEAD) // 1024
    most = settings.VECTOR_INDEX_MEMORY * 1024
    _set(session, "maintenance_work_mem", f"{min(max(memory, 64 * 1024), most)}kB")
    _set(session, "max_parallel_maintenance_workers", str((os.cpu_count() or 1) // 2))
    _set(session, "statement_timeout", "0")
    try:
        _watched(session, model, tell)
    except (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory):
        # Several processes share the memory through /dev/shm, which a container often has little of.
        _drop(session, model)
        _set(session, "max_parallel_maintenance_workers", "0")
        _watched(session, model, tell)


def _set(session: _Session, name: str, value: str) -> None:
    session.execute("SELECT set_config(%s, %s, false)", (name, value))


def _watched(session: _Session, model: EmbeddingModel, tell: Callable[[], None]) -> None:
    """The statement in a thread, so that the caller is told how far it is, and can break it off."""
    with ThreadPoolExecutor(1) as thread:
        statement = thread.submit(session.execute, definition(model))
        try:
            while not statement.done():
                tell()
                time.sleep(LOOK_AGAIN)
        except BaseException:
            # One that the server gets before the statement has begun says nothing to it.
            while not statement.done():
                session.cancel_safe()
                wait([statement], LOOK_AGAIN)
            raise
        statement.result()


def definition(model: EmbeddingModel) -> sql.Composed:
    """Searches repeat the expression and the condition word by word, or the index isn't theirs."""
    return sql.SQL(
        "CREATE INDEX CONCURRENTLY {name} ON {table} USING hnsw"
        " ((vector::halfvec({dimensions})) halfvec_cosine_ops)"
        " WITH (m = {links}, ef_construction = {candidates}) WHERE model_id = {model}"
    ).format(
        name=sql.Identifier(index_name(model)),
        table=sql.Identifier(Embedding._meta.db_table),
        dimensions=sql.Literal(model.dimensions),
        links=sql.Literal(LINKS),
        candidates=sql.Literal(CANDIDATES),
        model=sql.Literal(model.pk),
    )


def _done(model: EmbeddingModel) -> int:
    """How many vectors whoever builds the index has put in."""
    with _connection().cursor() as cursor:
        cursor.execute(
            "SELECT tuples_done FROM pg_stat_progress_create_index WHERE index_relid = to_regclass(%s)",
            [index_name(model)],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else 0
