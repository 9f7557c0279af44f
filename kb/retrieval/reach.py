"""How many of a model's vectors a scope selects, estimated from a sample: cheap, whatever the filters.

The vectors on some pages of the table are drawn, and the scope is asked which of their documents it selects.
An estimate that is off, or some seconds old, costs a search time and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import connection

from kb import vector_index
from kb.models import EmbeddingModel
from kb.retrieval.scope import NOTHING, Scope

# Pages of 8 KB that are drawn: some thousand vectors of the usual length.
PAGES = 600
# Seconds that an answer is remembered in this process; with few vectors, it is found out quickly, and where
# documents are being imported there are soon twice as many.
SAMPLE_KEPT, SCOPE_KEPT, INDEX_KEPT = 60, 15, 10
FEW, FEW_KEPT = 1_000, 5
MOST_REMEMBERED = 1_000

T = TypeVar("T")


@dataclass(frozen=True)
class Reach:
    """A model's vectors, and those that a scope selects."""

    total: int
    selected: int


def reach(scope: Scope, model: EmbeddingModel) -> Reach:
    seen = scope.seen()
    if seen == NOTHING:
        return Reach(0, 0)
    return _scopes.get((*_key(model), *seen), lambda: _estimated(scope, model))


def magnitude(model: EmbeddingModel, scope: Scope | None = None) -> int:
    """Of the number of vectors, as far as this process knows: one more each time that they have doubled."""
    return (reach(scope, model).selected if scope else round(_sample(model).total)).bit_length()


def index_ready(model: EmbeddingModel) -> bool:
    """As far as this process knows. A search without its index is as right, only slower."""
    return _indexes.get(_key(model), lambda: vector_index.ready(model))


def forget() -> None:
    for remembered in (_scopes, _samples, _indexes):
        remembered.clear()


def _key(model: EmbeddingModel) -> tuple[str, int]:
    return str(connection.settings_dict["NAME"]), model.pk


def _estimated(scope: Scope, model: EmbeddingModel) -> Reach:
    sample = _sample(model)
    selected = scope.documents().filter(pk__in=list(sample.documents)).order_by().values_list("pk", flat=True)
    vectors = sum(sample.documents[pk] for pk in selected)
    return Reach(round(sample.total), round(vectors * sample.stands_for))


def _sample(model: EmbeddingModel) -> _Sample:
    return _samples.get(_key(model), lambda: _drawn(model))


@dataclass(frozen=True)
class _Sample:
    """Documents, each with its vectors in the sample, and for how many vectors each of these stands."""

    documents: Mapping[int, int]
    stands_for: float

    @property
    def total(self) -> float:
        return sum(self.documents.values()) * self.stands_for


def _drawn(model: EmbeddingModel) -> _Sample:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('kb_embedding') / current_setting('block_size')::bigint")
        (pages,) = cursor.fetchone() or (0,)
        percent = min(100.0, 100.0 * PAGES / max(pages, 1))
        cursor.execute(DRAW, [percent, model.pk])
        return _Sample(dict(cursor.fetchall()), 100 / percent)


DRAW = """
    SELECT document_id, count(*) FROM kb_embedding TABLESAMPLE SYSTEM (%s) WHERE model_id = %s
    GROUP BY document_id
"""


class _Remembered(Generic[T]):
    """What was found out in this process, for some seconds."""

    def __init__(self, seconds: Callable[[T], float]) -> None:
        self._seconds = seconds
        self._known: dict[Hashable, tuple[float, T]] = {}
        self.clear = self._known.clear

    def get(self, key: Hashable, find_out: Callable[[], T]) -> T:
        now = time.monotonic()
        until, known = self._known.get(key, (0.0, None))
        if known is None or until < now:
            if len(self._known) > MOST_REMEMBERED:
                self._known.clear()
            known = find_out()
            self._known[key] = (now + self._seconds(known), known)
        return known


_samples: _Remembered[_Sample] = _Remembered(lambda sample: SAMPLE_KEPT if sample.total >= FEW else FEW_KEPT)
_scopes: _Remembered[Reach] = _Remembered(lambda there: SCOPE_KEPT if there.total >= FEW else FEW_KEPT)
_indexes: _Remembered[bool] = _Remembered(lambda ready: INDEX_KEPT)
