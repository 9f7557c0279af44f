"""Walk (c): a new embedding model is built beside the old one and takes its place, while customers search."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection

from kb import reembedding
from kb.embeddings import embed_missing
from kb.models import Audience, Embedding, EmbeddingModel, Passage
from kb.retrieval import Retrieved, retrieve
from tests.conftest import PATIENCE
from tests.endpoint import Endpoint, vector
from tests.kb.test_lexical import new_document, store

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OLD, NEW = "old-model", "new-model"
MODELS = {OLD: 48, NEW: 64}
THINGS = ["refund", "parcel", "password", "invoice", "battery", "helmet", "discount", "repair"]
QUESTION = "when is the {} for my order ready"


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Endpoint]:
    with Endpoint(**MODELS) as endpoint:
        settings.EMBEDDINGS_BASE_URL = endpoint.url
        settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_DIMENSIONS = NEW, MODELS[NEW]
        yield endpoint


@pytest.fixture
def help_center(transactional_db: None, endpoint: Endpoint) -> int:
    """How many passages; the old model is active and complete for them."""
    for number, thing in enumerate(THINGS * 20):
        document = new_document(f"{number}.md", f"About the {thing}")
        store(document, f"The {thing} number {number} is ready in {number} days.", f"Ask us for {thing}s.")
    old = EmbeddingModel.objects.create(name=OLD, dimensions=MODELS[OLD], base_url=endpoint.url, active=True)
    return embed_missing(old)


@dataclass(frozen=True)
class Answer:
    question: str
    found: Retrieved
    began: float
    ended: float


class Customers:
    """Some who ask all the time, each in a thread."""

    def __init__(self, number: int) -> None:
        self.answers: list[Answer] = []
        self.errors: list[BaseException] = []
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(number)]

    def __enter__(self) -> "Customers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _ask(self, number: int) -> None:
        try:
            while not self._done.is_set():
                question = QUESTION.format(THINGS[number % len(THINGS)])
                began = time.monotonic()
                found = retrieve(question, Audience.PUBLIC, locale="en")
                self.answers.append(Answer(question, found, began, time.monotonic()))
                number += 1
        except BaseException as error:
            self.errors.append(error)
        finally:
            connection.close()

    def wait_for(self, more: int) -> None:
        wanted, ends = len(self.answers) + more, time.monotonic() + PATIENCE
        while len(self.answers) < wanted and not self.errors:
            assert time.monotonic() < ends, f"{len(self.answers)} of {wanted} answers"
            time.sleep(0.01)


def rightly_by(answer: Answer, model: str) -> bool:
    """Its cosines are those that this model gives, of question and passages alike."""
    asked = vector(answer.question, MODELS[model])
    compared = [hit for hit in answer.found.hits if hit.cosine is not None]
    expected = [float(asked @ vector(hit.passage.indexed_text(), MODELS[model])) for hit in compared]
    return bool(compared) and np.allclose([hit.cosine for hit in compared], expected, atol=5e-3)


def test_a_model_is_changed_and_back_while_customers_search(
    help_center: int, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reembedding, "LONGEST_SEARCH", timedelta(seconds=15))
    # The endpoint is a thread of this process: where others take the processor it is slow, not away.
    monkeypatch.setattr("llm.embed.endpoint.QUESTION_TIMEOUT", 60.0)
    changes: list[tuple[float, float, str]] = [(0.0, 0.0, OLD)]

    def activate(name: str) -> None:
        began = time.monotonic()
        reembedding.activate(name)
        changes.append((began, time.monotonic(), name))

    with Customers(4) as customers:
        customers.wait_for(20)
        model = reembedding.start(NEW)
        reembedding.finish(model, lambda row, done: None)
        assert not Passage.objects.missing_embedding(model).exists()
        customers.wait_for(20)
        for name in (NEW, OLD, NEW):
            activate(name)
            customers.wait_for(20)
        reembedding.finish(reembedding.retire(OLD), lambda row, done: None)
        customers.wait_for(20)
    connection.close_pool()  # type: ignore[attr-defined]

    assert not customers.errors
    for answer in customers.answers:
        assert answer.found.hits and not answer.found.words_only
        assert rightly_by(answer, answer.found.model), "neither one model's answer nor the other's"
        assert answer.found.model in active_during(changes, answer)
    assert {answer.found.model for answer in customers.answers} == {OLD, NEW}
    assert not rightly_by(customers.answers[0], NEW), "the two can be told apart"
    assert EmbeddingModel.objects.get().name == NEW
    assert Embedding.objects.count() == help_center


def active_during(changes: list[tuple[float, float, str]], answer: Answer) -> set[str]:
    """The models that may have been active at some moment of the search: each change took a moment itself."""
    found = set()
    for number, (began, _, name) in enumerate(changes):
        replaced = changes[number + 1][1] if number + 1 < len(changes) else float("inf")
        if began <= answer.ended and answer.began <= replaced:
            found.add(name)
    return found
