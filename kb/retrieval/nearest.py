"""How near each of many vectors comes to a scope's passages, in one statement: to measure, not to search.

Nothing is counted as a shortfall of the index, and where more than a sample would be compared, a sample is.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from pgvector import HalfVector

from kb.models import EmbeddingModel
from kb.retrieval.meaning import (
    ALONE,
    FEW,
    MANY,
    MOST_CANDIDATES,
    NEAR,
    VISITED,
    neighbours,
    set_for_now,
)
from kb.retrieval.reach import index_ready, reach
from kb.retrieval.scope import Scope
from llm.embed import Vectors

# Passages that are compared with each vector: a tenth of a second for each ten thousand, about.
MOST_COMPARED = 40_000


def best_cosines(scope: Scope, model: EmbeddingModel, vectors: Vectors) -> list[float]:
    """The cosine of each vector's nearest passage. Those that find none are left out."""
    try:
        seen, selecting = scope.documents().order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:  # what no document can be
        return []
    there = reach(scope, model)
    wanted = neighbours(there, 1) if index_ready(model) else 0
    texts = [HalfVector(vector).to_text() for vector in vectors]
    if wanted:
        candidates = {
            "hnsw.ef_search": str(min(wanted, MOST_CANDIDATES)),
            "hnsw.max_scan_tuples": str(wanted * VISITED),
        }
        statement = THROUGH_INDEX.format(
            dimensions=int(model.dimensions), model=int(model.pk), wanted=wanted, seen=seen
        )
        return _asked(statement, [*selecting, texts], NEAR | candidates)
    share = 100 * MOST_COMPARED / max(there.selected, MOST_COMPARED)
    drawn = f"TABLESAMPLE SYSTEM ({share:f})" if share < 100 else ""
    statement = COMPARED.format(drawn=drawn, model=int(model.pk), seen=seen)
    return _asked(statement, [texts, *selecting], FEW if there.selected < ALONE else MANY)


def _asked(statement: str, parameters: Sequence[Any], settings: dict[str, str]) -> list[float]:
    with set_for_now(settings), connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return [1 - distance for (distance,) in cursor.fetchall() if distance is not None]


# Each vector asks the index by itself; what the scope selects is found out once.
THROUGH_INDEX = """
    WITH seen AS MATERIALIZED ({seen})
    SELECT (
        SELECT min(near.distance)
        FROM (
            SELECT document_id, (vector::halfvec({dimensions})) <=> asked.text::halfvec AS distance
            FROM kb_embedding WHERE model_id = {model}
            ORDER BY distance LIMIT {wanted}
        ) AS near
        WHERE near.document_id IN (SELECT * FROM seen)
    )
    FROM unnest(%s::text[]) AS asked (text)
"""
# Every passage is read once.
COMPARED = """
    WITH asked AS MATERIALIZED (
        SELECT place, text::halfvec AS vector FROM unnest(%s::text[]) WITH ORDINALITY AS given (text, place)
    )
    SELECT min(one.vector <=> asked.vector)
    FROM kb_embedding AS one {drawn} CROSS JOIN asked
    WHERE one.model_id = {model} AND one.document_id IN ({seen})
    GROUP BY asked.place
"""
