"""What a model's stored vectors tell about it: how much its cosines differ, and which languages it follows.

Measured on a sample of passages once in a while and kept in the process, so that no number of ours depends on
one model's scale. A model that says which languages it knows is believed.
"""

from __future__ import annotations

import random
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Max, Min

from kb.lexemes import language_of
from kb.lexical import stored
from kb.models import Embedding, EmbeddingModel
from kb.retrieval.reach import magnitude
from llm.embed import Embedder

# Seconds until it is measured anew; at once when the vectors have doubled.
KEPT = 1800
# Passages looked for by chance, those compared for the spread, and those of one language.
TRIED = 2_000
COMPARED = 200
# Fewer pairs tell nothing; then this is the spread.
LEAST_PAIRS = 10
USUAL_SPREAD = 0.1
# Passages that share telling words have to be near each other, too. Measured as a correlation over pairs of
# passages of different documents: .43 to .66 where the model knows the language; below .36 where it doesn't.
FOLLOWED_NOT = 0.33
FOLLOWED = 0.41
LEAST_OF_A_LANGUAGE = 40

Numbers = npt.NDArray[np.float32]


def spread(model: EmbeddingModel) -> float:
    """The standard deviation of the cosines of passages that have nothing to do with each other."""
    try:
        return _spread(str(connection.settings_dict["NAME"]), model.pk, moment(), magnitude(model))
    except _TooFew:
        return USUAL_SPREAD


def knows(maker: Embedder, model: EmbeddingModel, language: str) -> float:
    """From 0, not at all, to 1. What can't be told is taken for known."""
    if maker.languages is not None:
        return float(language in ("", *maker.languages))
    measured = _followed(str(connection.settings_dict["NAME"]), model.pk, moment(), magnitude(model))
    return measured.get(language, 1.0)


def moment() -> int:
    """What was measured counts as long as this stays the same."""
    return int(time.monotonic() / KEPT)


class _TooFew(Exception):
    """Not kept: a knowledge base that is being filled tells more with the next search."""


@lru_cache(maxsize=100)
def _spread(database: str, model: int, moment: int, magnitude: int) -> float:
    sample = _sampled(model, _chosen(model)[:COMPARED])
    cosines = _pairs(sample, _cosines(sample)) if sample else np.empty(0)
    if cosines.size < LEAST_PAIRS:
        raise _TooFew
    return max(float(cosines.std()), 0.001)


@lru_cache(maxsize=100)
def _followed(database: str, model: int, moment: int, magnitude: int) -> dict[str, float]:
    by_language: dict[str, list[int]] = defaultdict(list)
    chosen = _chosen(model)
    locales = dict(
        Embedding.objects.filter(model=model, passage__in=chosen).values_list(
            "passage", "passage__document__locale"
        )
    )
    for passage in chosen:
        by_language[language_of(locales.get(passage, ""))].append(passage)
    return {
        language: _share(_agreement(_sampled(model, passages[:COMPARED])))
        for language, passages in by_language.items()
        if language and len(passages) >= LEAST_OF_A_LANGUAGE
    }


def _share(agreement: float) -> float:
    return min(max((agreement - FOLLOWED_NOT) / (FOLLOWED - FOLLOWED_NOT), 0.0), 1.0)


def _chosen(model: int) -> list[int]:
    """Passages by chance, always the same of the same knowledge base, in an order by chance."""
    ends = Embedding.objects.filter(model=model).aggregate(first=Min("passage"), last=Max("passage"))
    if ends["first"] is None:
        return []
    every = range(ends["first"], ends["last"] + 1)
    chance = random.Random(model)
    tried = chance.sample(every, min(TRIED, len(every)))
    there = Embedding.objects.filter(model=model, passage__in=tried)
    chosen = sorted(there.values_list("passage_id", flat=True))
    chance.shuffle(chosen)
    return chosen


@dataclass(frozen=True)
class _Passage:
    document: int
    lexemes: str
    vector: Sequence[float]


def _sampled(model: int, passages: Sequence[int]) -> list[_Passage]:
    rows = Embedding.objects.filter(model=model, passage__in=passages).order_by("passage")
    return [_Passage(*row) for row in rows.values_list("passage__document_id", "passage__lexemes", "vector")]


def _cosines(sample: Sequence[_Passage]) -> Numbers:
    vectors = _unit(np.array([_numbers(one.vector) for one in sample], np.float32))
    return vectors @ vectors.T


def _numbers(vector: object) -> object:
    """The client hands out lists or its own type."""
    return vector.to_list() if hasattr(vector, "to_list") else vector


def _unit(rows: Numbers) -> Numbers:
    unit: Numbers = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _pairs(sample: Sequence[_Passage], values: Numbers) -> Numbers:
    """Of every two passages of different documents: those of one share its title."""
    documents = np.array([one.document for one in sample])
    apart = np.triu(documents[:, None] != documents[None, :], 1)
    pairs: Numbers = values[apart]
    return pairs


def _agreement(sample: Sequence[_Passage]) -> float:
    """The correlation of nearness by meaning with nearness by words."""
    meaning, words = _pairs(sample, _cosines(sample)), _pairs(sample, _shared_words(sample))
    if meaning.size < LEAST_PAIRS or not meaning.std() or not words.std():
        return 1.0
    return float(np.corrcoef(meaning, words)[0, 1])


def _shared_words(sample: Sequence[_Passage]) -> Numbers:
    """The cosines of the passages' lexemes, each weighted by how rare it is among them."""
    found = [set(stored(one.lexemes)) for one in sample]
    columns = {lexeme: place for place, lexeme in enumerate(sorted(set().union(*found)))}
    held = np.zeros((len(found), len(columns)), np.float32)
    for row, lexemes in enumerate(found):
        held[row, [columns[lexeme] for lexeme in lexemes]] = 1
    passages = held.sum(axis=0)
    rows = _unit(held * np.log(1 + (len(found) - passages + 0.5) / (passages + 0.5)))
    return rows @ rows.T
