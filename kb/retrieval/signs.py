"""Read off a search whether its hits may answer: how much of the question they hold, how near they are to it.

A passage that mentions a thing and an article about it look alike; the passages around the first hit tell
them apart. One statement reads these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from kb.lexical import stored
from kb.models import EmbeddingModel, Passage
from kb.retrieval import everyday
from kb.retrieval.hits import Hit
from kb.retrieval.questions import Question
from kb.retrieval.reach import reach
from kb.retrieval.relevance import LOOKED_AT, Nearness, Signs, share_of_best
from kb.retrieval.scope import Scope
from kb.retrieval.statements import halfvec, rows
from llm.embed import Embedder, Vectors

# So many passages before the first hit and after it.
AROUND = 5


@dataclass(frozen=True)
class Meaning:
    """A question in the space of a model that knows its language."""

    maker: Embedder
    model: EmbeddingModel
    vector: Vectors


def read(
    scope: Scope, asked: Question, hits: Sequence[Hit], best_bm25: float, meaning: Meaning | None
) -> Signs | None:
    if not hits:
        return None
    words = asked.words.get(hits[0].passage.document.locale) or next(iter(asked.words.values()))
    around, cosine = _around(scope, hits[0].passage, meaning)
    shares = [words.covered(stored(lexemes)) for lexemes in around]
    return Signs(
        lexical=share_of_best(best_bm25, words.total),
        covered=max(words.covered(stored(hit.passage.lexemes)) for hit in hits[:LOOKED_AT]),
        throughout=sum(shares) / len(shares) if shares else 0.0,
        about=len(words.about),
        nearness=_nearness(scope, meaning, cosine),
    )


def _around(scope: Scope, passage: Passage, meaning: Meaning | None) -> tuple[list[str], float | None]:
    """The lexemes of the passages around this one, itself included, and the cosine of their mean vector."""
    seen, selecting = scope.seen()
    place = [passage.document_id, passage.position - AROUND, passage.position + AROUND, *selecting]
    if meaning is None:
        ((lexemes,),) = rows(WORDS_AROUND.format(seen=seen), place)
        return lexemes, None
    asked = [halfvec(meaning.vector), meaning.model.pk, *place]
    ((lexemes, distance),) = rows(AROUND_IT.format(seen=seen), asked)
    unknown = distance is None or math.isnan(distance)
    return lexemes, None if unknown else 1 - distance


NEAR = "near.document_id = %s AND near.position BETWEEN %s AND %s AND near.document_id IN ({seen})"
WORDS_AROUND = f"""
    SELECT coalesce(array_agg(near.lexemes::text), '{{{{}}}}') FROM kb_passage AS near WHERE {NEAR}
"""
AROUND_IT = f"""
    SELECT coalesce(array_agg(near.lexemes::text), '{{{{}}}}'), avg(one.vector) <=> %s::halfvec
    FROM kb_passage AS near
    LEFT JOIN kb_embedding AS one ON one.passage_id = near.id AND one.model_id = %s
    WHERE {NEAR}
"""


def _nearness(scope: Scope, meaning: Meaning | None, cosine: float | None) -> Nearness | None:
    if meaning is None or cosine is None:
        return None
    known = everyday.topics(meaning.maker, meaning.model)
    if known is None:
        return None
    here = everyday.here(known, scope, meaning.model)
    return Nearness(
        surroundings=(cosine - known.by_chance(here)) / known.spread,
        spread=known.spread_of(meaning.vector),
        foreign=known.foreign(meaning.vector, here),
        size=math.log1p(reach(scope, meaning.model).selected),
    )
