"""How near each of many vectors comes to a scope's passages, in one statement: to measure, not to search.

Nothing is counted as a shortfall of the index, and where more than a sample would be compared, a sample is.
"""

from __future__ import annotations

from kb.models import EmbeddingModel
from kb.retrieval.meaning import ALONE, FEW, MANY, near, neighbours
from kb.retrieval.reach import index_ready, reach
from kb.retrieval.scope import NOTHING, Scope
from kb.retrieval.statements import halfvecs, rows
from llm.embed import Vectors

# Vectors times passages that are compared: half a second, about.
MOST_COMPARED = 1_800_000


def best_cosines(scope: Scope, model: EmbeddingModel, vectors: Vectors) -> list[float]:
    """The cosine of each vector's nearest passage. Those that find none are left out."""
    seen, selecting = scope.seen()
    texts = halfvecs(vectors)
    wanted = neighbours(reach(scope, model), 1) if index_ready(model) else 0
    if wanted and (seen, selecting) != NOTHING:
        statement = THROUGH_INDEX.format(
            dimensions=int(model.dimensions), model=int(model.pk), wanted=wanted, seen=seen
        )
        found = rows(statement, [*selecting, texts], near(wanted))
        return [1 - distance for (distance,) in found if distance is not None]
    return [cosine for _, cosine in _compared(scope, model, texts)]


def best_in_sample(scope: Scope, model: EmbeddingModel, vectors: Vectors) -> list[float]:
    """The same in the order of the vectors, and 0 where one finds none: for many of them, as the index takes
    its time for each."""
    found = dict(_compared(scope, model, halfvecs(vectors)))
    return [found.get(place, 0.0) for place in range(1, len(vectors) + 1)]


def _compared(scope: Scope, model: EmbeddingModel, texts: list[str]) -> list[tuple[int, float]]:
    """The place of each vector, from 1 on, and its best cosine."""
    seen, selecting = scope.seen()
    if (seen, selecting) == NOTHING:
        return []
    there = reach(scope, model)
    share = 100 * MOST_COMPARED / max(there.selected * len(texts), MOST_COMPARED)
    drawn = f"TABLESAMPLE SYSTEM ({share:f})" if share < 100 else ""
    statement = COMPARED.format(drawn=drawn, model=int(model.pk), seen=seen)
    found = rows(statement, [texts, *selecting], FEW if there.selected < ALONE else MANY)
    return [(place, 1 - distance) for place, distance in found if distance is not None]


# Each vector asks the index by itself; what the scope selects is found out once.
THROUGH_INDEX = """
    WITH seen AS MATERIALIZED ({seen})
    SELECT (
        WITH near AS MATERIALIZED (
            SELECT document_id, (vector::halfvec({dimensions})) <=> asked.text::halfvec AS distance
            FROM kb_embedding WHERE model_id = {model}
            ORDER BY distance LIMIT {wanted}
        )
        SELECT min(distance) FROM near WHERE document_id IN (SELECT * FROM seen)
    )
    FROM unnest(%s::text[]) AS asked (text)
"""
# Every passage is read once.
COMPARED = """
    WITH asked AS MATERIALIZED (
        SELECT place, text::halfvec AS vector FROM unnest(%s::text[]) WITH ORDINALITY AS given (text, place)
    )
    SELECT asked.place, min(one.vector <=> asked.vector)
    FROM kb_embedding AS one {drawn} CROSS JOIN asked
    WHERE one.model_id = {model} AND one.document_id IN ({seen})
    GROUP BY asked.place
"""
