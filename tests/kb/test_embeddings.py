import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from django.db import connection, transaction

from kb import embeddings
from kb.embeddings import embed_missing
from kb.models import Document, Embedding, EmbeddingModel, IndexShortfall, Passage
from llm.embed import LOCAL_DIMENSIONS, LOCAL_MODEL, LocalEmbedder
from llm.errors import Rejected
from tests.kb.test_lexical import new_document, store


class InThread(threading.Thread):
    """Work on a database connection of its own."""

    def __init__(self, work: Callable[[], object]) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.backend = 0
        self.failed: BaseException | None = None

    def run(self) -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                self.backend = cursor.fetchall()[0][0]
            self.work()
        except BaseException as error:
            self.failed = error
        finally:
            connection.close()

    def begin(self) -> None:
        """Returns when it waits for what another connection has locked."""
        self.start()
        ends = time.monotonic() + 120
        while not self._waits():
            assert self.is_alive() and time.monotonic() < ends, f"it never waited: {self.failed!r}"
            time.sleep(0.01)

    def _waits(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [self.backend])
            return cursor.fetchall() == [(True,)]

    def end(self) -> None:
        self.join()
        connection.close_pool()
        assert self.failed is None


@pytest.fixture
def document(db: None) -> Document:
    document = new_document("refunds.md", "Refunds")
    store(document, "Refunds take five days.", "Shipping is free.", "Write to us.")
    return document


@pytest.fixture
def model(db: None) -> EmbeddingModel:
    return EmbeddingModel.objects.active()


def test_every_passage_gets_the_vector_of_what_is_indexed(document: Document, model: EmbeddingModel) -> None:
    assert embed_missing(model) == 3
    for embedding in Embedding.objects.select_related("passage__document"):
        expected = LocalEmbedder().passages([embedding.passage.indexed_text()])[0]
        assert np.dot(np.array(embedding.vector, np.float32), expected) == pytest.approx(1, abs=1e-3)


def test_a_second_run_makes_nothing(document: Document, model: EmbeddingModel) -> None:
    embed_missing(model)
    assert embed_missing(model) == 0
    assert Embedding.objects.count() == 3


def test_one_document_alone_can_be_embedded(document: Document, model: EmbeddingModel) -> None:
    store(new_document("other.md", "Other"), "Something else.")
    assert embed_missing(model, [document]) == 3
    assert Passage.objects.missing_embedding(model).count() == 1


def test_a_run_that_broke_off_is_resumed_where_it_stopped(
    document: Document, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embeddings, "BATCH", 1)
    embed = LocalEmbedder.passages

    def break_off_at_the_third(self: LocalEmbedder, texts: Any) -> Any:
        if Embedding.objects.count() == 2:
            raise KeyboardInterrupt
        return embed(self, texts)

    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(LocalEmbedder, "passages", break_off_at_the_third)
        embed_missing(model)
    assert embed_missing(model) == 1


def test_a_passage_deleted_while_it_is_embedded_is_left_out(
    document: Document, model: EmbeddingModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def and_delete(self: LocalEmbedder, texts: Any) -> Any:
        Passage.objects.filter(text="Shipping is free.").delete()
        return np.ones((len(texts), LOCAL_DIMENSIONS), np.float32)

    monkeypatch.setattr(LocalEmbedder, "passages", and_delete)
    embed_missing(model)
    assert Embedding.objects.count() == 2


def test_two_processes_at_once_make_each_vector_once(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(new_document("refunds.md", "Refunds"), *(f"Passage number {number}." for number in range(20)))
    model = EmbeddingModel.objects.active()
    monkeypatch.setattr(embeddings, "BATCH", 4)

    def run() -> None:
        embed_missing(model)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Embedding.objects.count() == 20
    connection.close_pool()


def test_vectors_of_another_length_than_the_model_says_are_refused(document: Document) -> None:
    model = EmbeddingModel.objects.create(name=LOCAL_MODEL, dimensions=12)
    with pytest.raises(Rejected, match="384 dimensions"):
        embed_missing(model)
    assert not Embedding.objects.exists()


def test_a_search_in_a_model_that_is_being_removed_counts_no_shortfall(transactional_db: None) -> None:
    model = EmbeddingModel.objects.create(name="m", dimensions=3)
    IndexShortfall.count(model)
    IndexShortfall.count(model)
    assert IndexShortfall.objects.get().searches == 2
    searching = InThread(lambda: IndexShortfall.count(model))
    with transaction.atomic():
        EmbeddingModel.objects.get(pk=model.pk).delete()
        searching.begin()
    searching.end()
    IndexShortfall.count(model)
    assert not IndexShortfall.objects.exists()
