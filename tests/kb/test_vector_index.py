import threading
from collections.abc import Iterator

import numpy as np
import psycopg
import pytest
from django.db import connection, connections, transaction
from django.db.transaction import TransactionManagementError
from pgvector import HalfVector

from kb import vector_index
from kb.models import Embedding, EmbeddingModel, Passage
from kb.vector_index import build, drop, index_name, needed, ready
from tests.conftest import PATIENCE
from tests.kb.test_lexical import new_document, store

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def model() -> Iterator[EmbeddingModel]:
    """A model of 8 dimensions with 200 vectors."""
    found = EmbeddingModel.objects.create(name="small", dimensions=8, active=True)
    _embed(found, 200)
    yield found
    drop(found)


def _embed(model: EmbeddingModel, number: int) -> None:
    store(
        new_document(f"{model.name}.md", "Numbers"), *[f"Number {n} of {model.name}." for n in range(number)]
    )
    passages = Passage.objects.filter(document__reference=f"{model.name}.md")
    vectors = np.random.default_rng(1).normal(size=(number, model.dimensions))
    Embedding.objects.bulk_create(
        Embedding(passage=passage, model=model, vector=HalfVector(vector))
        for passage, vector in zip(passages, vectors, strict=True)
    )


def definition(model: EmbeddingModel) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index_name(model)])
        row = cursor.fetchone()
    return row[0] if row else ""


def test_an_index_is_of_one_model_and_goes_as_it_came(model: EmbeddingModel) -> None:
    assert not ready(model)
    build(model)
    assert ready(model)
    assert f"WHERE (model_id = {model.pk})" in definition(model)
    drop(model)
    assert not ready(model) and not definition(model)
    drop(model)


def test_building_twice_is_once(model: EmbeddingModel) -> None:
    build(model)
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)::oid", [index_name(model)])
        (before,) = cursor.fetchone()
        build(model)
        cursor.execute("SELECT to_regclass(%s)::oid", [index_name(model)])
        assert cursor.fetchone() == (before,)


def test_it_tells_how_far_it_is(model: EmbeddingModel) -> None:
    told: list[tuple[int, int]] = []
    build(model, lambda done, total: told.append((done, total)))
    assert told[-1] == (200, 200)


def test_what_a_broken_off_build_left_is_built_anew(
    model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancel, sent = psycopg.Connection.cancel_safe, []

    def come_too_early_once(session: psycopg.Connection) -> None:
        sent.append(session)
        if len(sent) > 1:
            cancel(session)

    def break_off(done: int, total: int) -> None:
        if definition(model):
            raise KeyboardInterrupt

    monkeypatch.setattr(psycopg.Connection, "cancel_safe", come_too_early_once)
    # A transaction that is open keeps the build waiting, so that it can be broken off.
    with psycopg.connect(**connection.get_connection_params()) as other:
        other.execute("UPDATE kb_embedding SET id = id WHERE false")
        other.execute("LOCK kb_embedding IN ROW EXCLUSIVE MODE")
        with pytest.raises(KeyboardInterrupt):
            build(model, break_off)
    assert definition(model) and not ready(model)
    build(model)
    assert ready(model)


def test_two_who_build_at_once_build_one(model: EmbeddingModel) -> None:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            build(model)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not failed
    assert ready(model)


def test_a_transaction_is_refused_before_it_waits_for_itself(model: EmbeddingModel) -> None:
    with transaction.atomic(), pytest.raises(TransactionManagementError):
        build(model)


def test_it_is_needed_from_some_size_on(model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not needed(model)
    monkeypatch.setattr(vector_index, "NEEDED_FROM", 200)
    assert needed(model)
    build(model)
    assert not needed(model)


def test_4000_dimensions_are_indexed_and_no_more_promised() -> None:
    large = EmbeddingModel.objects.create(name="large", dimensions=4000)
    _embed(large, 20)
    build(large)
    assert ready(large)
    drop(large)
    larger = EmbeddingModel(pk=large.pk + 1, name="larger", dimensions=4001)
    with pytest.raises(ValueError, match="at most 4000"):
        build(larger)
    assert not needed(larger)
