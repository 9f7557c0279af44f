"""What a model's stored vectors tell about it: how much its cosines differ, and which languages it follows.

Measured on a sample of passages once in a while, and when they have doubled, and kept in the process, so that
no number of ours depends on one model's scale. A model that says which languages it knows is believed.
"""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Max, Min

from kb.lexemes import language_of
from kb.lexical import stored
from kb.models import Embedding, EmbeddingModel
from kb.retrieval.ageing import age
from kb.retrieval.once import once
from kb.retrieval.reach import magnitude
from kb.retrieval.statements import array, rows
from llm.embed import Embedder

# Passages looked for by chance, those compared for the spread, and those of one language.
TRIED = 2_000
COMPARED = 200
# Fewer pairs tell nothing; then this is the spread. Where documents are being imported there are soon more.
LEAST_PAIRS = 10
USUAL_SPREAD = 0.1
TOO_FEW_KEPT = 5.0  # seconds
# Passages that share telling words have to be near each other, too. Measured as a correlation over pairs of
# passages of different documents: .43 to .66 where the model knows the language; below .36 where it doesn't.
FOLLOWED_NOT = 0.33
FOLLOWED = 0.41
LEAST_OF_A_LANGUAGE = 40

Numbers = npt.NDArray[np.float32]


def spread(model: EmbeddingModel) -> float:
    """The standard deviation of the cosines of passages that have nothing to do with each other."""
    measured = _spread(str(connection.settings_dict["NAME"]), model.pk, age(model), magnitude(model))
    return measured or USUAL_SPREAD


def knows(maker: Embedder, model: EmbeddingModel, language: str) -> float:
    """From 0, not at all, to 1. What can't be told is taken for known."""
    if maker.languages is not None:
        return float(language in ("", *maker.languages))
    measured = _followed(str(connection.settings_dict["NAME"]), model.pk, age(model), magnitude(model))
    return measured.get(language, 1.0)


@once(100, lambda spread: math.inf if spread else TOO_FEW_KEPT)
def _spread(database: str, model: int, age: int, magnitude: int) -> float | None:
    """None: there are too few."""
    sample = _sampled(model, list(_chosen(model))[:COMPARED])
    cosines = _pairs(sample, _cosines(sample)) if sample else np.empty(0)
    if cosines.size < LEAST_PAIRS:
        return None
    return max(float(cosines.std()), 0.001)


@once(100)
def _followed(database: str, model: int, age: int, magnitude: int) -> dict[str, float]:
    by_language: dict[str, list[int]] = defaultdict(list)
    for passage, locale in _chosen(model).items():
        by_language[language_of(locale)].append(passage)
    return {
        language: _share(_agreement(_sampled(model, passages[:COMPARED])))
        for language, passages in by_language.items()
        if language and len(passages) >= LEAST_OF_A_LANGUAGE
    }


def _share(agreement: float) -> float:
    return min(max((agreement - FOLLOWED_NOT) / (FOLLOWED - FOLLOWED_NOT), 0.0), 1.0)


def _chosen(model: int) -> dict[int, str]:
    """Passages by chance, always the same of the same knowledge base, in an order by chance; with locales."""
    ends = Embedding.objects.filter(model=model).aggregate(first=Min("passage"), last=Max("passage"))
    if ends["first"] is None:
        return {}
    every = range(ends["first"], ends["last"] + 1)
    chance = random.Random(model)
    tried = chance.sample(every, min(TRIED, len(every)))
    chosen = sorted(map(tuple, rows(CHOSEN, [model, array(tried)])))
    chance.shuffle(chosen)
    return dict(chosen)


# By arrays, and vectors as text: to have hundreds of values written and rows made by the client takes it far
# longer, and while it measures, searches wait.
CHOSEN = """
    SELECT one.passage_id, document.locale
    FROM kb_embedding AS one JOIN kb_document AS document ON document.id = one.document_id
    WHERE one.model_id = %s AND one.passage_id = ANY(%s::bigint[])
"""
SAMPLED = """
    SELECT one.document_id, passage.lexemes::text, one.vector::text
    FROM kb_embedding AS one JOIN kb_passage AS passage ON passage.id = one.passage_id
    WHERE one.model_id = %s AND one.passage_id = ANY(%s::bigint[])
    ORDER BY one.passage_id
"""


@dataclass(frozen=True)
class _Passage:
    document: int
    lexemes: str
    vector: Numbers


def _sampled(model: int, passages: Sequence[int]) -> list[_Passage]:
    found = rows(SAMPLED, [model, array(passages)])
    return [_Passage(document, lexemes, _numbers(vector)) for document, lexemes, vector in found]


def _numbers(vector: str) -> Numbers:
    return np.fromstring(vector[1:-1], np.float32, sep=",")


def _cosines(sample: Sequence[_Passage]) -> Numbers:
    vectors = _unit(np.stack([one.vector for one in sample]))
    return vectors @ vectors.T


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
    if not sample:
        return 1.0
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
