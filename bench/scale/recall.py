"""How much of what is nearest the search by meaning finds, on the way that the product takes for each subset.

Subsets are what filters leave: an audience, and locales. Of each size the least recall counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from bench.corpus import questions
from bench.corpus.plan import SHARES, Plan

if TYPE_CHECKING:
    from kb.models import EmbeddingModel
    from kb.retrieval.scope import Scope

ASKED = 50
NEAREST = 10
# A subset counts as one of a size if it has about so many passages.
ABOUT = 0.25
# Told among the details: so many times a power of ten, because the way changes somewhere in between.
BETWEEN = 3
FILTERS_OF_A_SIZE = 4
# Of like distance, within what numbers of 16 bits and another order of adding up make of it.
LIKE = 1e-5
AT_ONCE = 50_000

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Subset:
    """What a filter leaves of a help center."""

    audience: str
    locales: tuple[str, ...] | None
    passages: int

    def scope(self) -> Scope:
        from kb.models import Audience
        from kb.retrieval.scope import Scope

        return Scope(Audience(self.audience), self.locales)

    def __str__(self) -> str:
        return f"{self.audience}, {'+'.join(self.locales) if self.locales else 'all locales'}"


def recall_by_subset(passages: int, seed: int) -> dict[str, Any]:
    from kb.models import EmbeddingModel

    model, plan = EmbeddingModel.objects.active(), Plan.of(passages, seed)
    sizes = powers_of_ten(passages)
    by_size = {
        size: subsets_of(plan, size) for size in [*sizes, *(BETWEEN * size for size in sizes), passages]
    }
    subsets = list(dict.fromkeys(subset for found in by_size.values() for subset in found))
    maker = model.embedder()
    asked = np.stack([maker.query(question.text) for question in questions(ASKED, passages, seed + 1)])
    exact = _exact(plan, model, subsets, asked)
    recalls = {subset: _recalls(plan, subset, model, asked, exact[subset]) for subset in subsets}
    return {
        "vector_recall_by_subset": {
            str(size): round(min(float(np.mean(recalls[subset])) for subset in found), 4)
            for size, found in by_size.items()
            if found and size in sizes
        },
        "vector_recall_by_filter": {
            f"{subset} ({subset.passages:,})": {
                "mean": round(float(np.mean(found)), 4),
                "worst": round(min(found), 2),
            }
            for subset, found in recalls.items()
        },
    }


def powers_of_ten(passages: int) -> list[int]:
    return [10**power for power in range(2, len(str(passages)))]


def subsets_of(plan: Plan, size: int) -> list[Subset]:
    """The filters that leave about so many, the nearest first; small and large locales mixed."""
    near = [one for one in _subsets(plan) if abs(one.passages / size - 1) <= ABOUT]
    return sorted(near, key=lambda one: abs(one.passages - size))[:FILTERS_OF_A_SIZE]


def _subsets(plan: Plan) -> Iterator[Subset]:
    large = [locale for locale in plan.locales if locale in SHARES]
    small = [locale for locale in plan.locales if locale not in SHARES]
    chosen: list[tuple[str, ...] | None] = [None, *((locale,) for locale in small)]
    chosen += [some for count in (1, 2, 3) for some in combinations(large, count)]
    for locales in chosen:
        for audience in ("internal", "public"):
            yield Subset(audience, locales, int(plan.sizes[_documents(plan, audience, locales)].sum()))


def _documents(plan: Plan, audience: str, locales: Sequence[str] | None) -> npt.NDArray[np.bool_]:
    seen = ~plan.internal | (audience == "internal")
    if locales is None:
        return seen
    return seen & np.isin(plan.locale, [plan.locales.index(locale) for locale in locales])


def _exact(
    plan: Plan, model: EmbeddingModel, subsets: Sequence[Subset], asked: Floats
) -> dict[Subset, Floats]:
    """How far the last of the nearest passages is from each question, in each subset, by comparing all."""
    seen = {subset: _documents(plan, subset.audience, subset.locales) for subset in subsets}
    wanted = asked.astype(np.float16).astype(np.float32)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    nearest = {subset: np.full((len(asked), NEAREST), np.inf, np.float32) for subset in subsets}
    for passages, vectors in _stored(model):
        documents = plan.ends.searchsorted(passages - 1, side="right")
        distances = 1 - wanted @ (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).T
        for subset in subsets:
            found = np.concatenate([nearest[subset], distances[:, seen[subset][documents]]], axis=1)
            nearest[subset] = np.partition(found, NEAREST - 1, axis=1)[:, :NEAREST]
    return {subset: found.max(axis=1) for subset, found in nearest.items()}


def _stored(model: EmbeddingModel) -> Iterator[tuple[npt.NDArray[np.int64], Floats]]:
    """Passages and their vectors, some at a time, in COPY's binary form."""
    from django.db import connection

    kind = np.dtype(
        [
            *(("fields", ">i2"), ("passage bytes", ">i4"), ("passage", ">i8"), ("vector bytes", ">i4")),
            *(("dimensions", ">i2"), ("unused", ">i2"), ("vector", ">f2", model.dimensions)),
        ]
    )
    everything = f"COPY (SELECT passage_id, vector FROM kb_embedding WHERE model_id = {model.pk}) TO STDOUT"
    with connection.cursor() as cursor, cursor.copy(f"{everything} (FORMAT BINARY)") as copy:
        # 19 bytes of header before the first row, two after the last.
        pending = bytearray()
        skip = 19
        for piece in copy:
            pending += bytes(piece)[skip:] if skip else piece
            skip = 0
            if len(pending) > AT_ONCE * kind.itemsize:
                yield _rows(pending, kind)
        yield _rows(pending, kind)


def _rows(pending: bytearray, kind: np.dtype[Any]) -> tuple[npt.NDArray[np.int64], Floats]:
    """The whole rows, taken away from what is pending."""
    whole = len(pending) // kind.itemsize
    rows = np.frombuffer(bytes(pending[: whole * kind.itemsize]), kind)
    del pending[: whole * kind.itemsize]
    return rows["passage"].astype(np.int64), rows["vector"].astype(np.float32)


def _recalls(plan: Plan, subset: Subset, model: EmbeddingModel, asked: Floats, exact: Floats) -> list[float]:
    """Of each question; a passage that the filter hides counts as none."""
    from kb.retrieval import DEPTH
    from kb.retrieval.meaning import by_meaning

    seen = _documents(plan, subset.audience, subset.locales)
    recalls = []
    for vector, furthest in zip(asked, exact, strict=True):
        first = list(by_meaning(subset.scope(), model, vector, DEPTH).scores.items())[:NEAREST]
        near = [
            cosine >= 1 - furthest - LIKE and seen[plan.ends.searchsorted(pk - 1, side="right")]
            for pk, cosine in first
        ]
        recalls.append(sum(near) / NEAREST)
    return recalls
