"""What both ways say of every passage that one of them brought: one statement over a few hundred rows.

Without it, a passage that only the words found would count as if its meaning were unknown, and the other way
round; the larger the knowledge base, the less the two lists share.
"""

from __future__ import annotations

from kb.models import EmbeddingModel
from kb.retrieval.fusion import Candidate
from kb.retrieval.hits import Arm
from kb.retrieval.questions import Question
from kb.retrieval.scope import Scope
from kb.retrieval.statements import array, halfvec, rows
from llm.embed import Vectors


def candidates(
    scope: Scope, asked: Question, model: EmbeddingModel, vector: Vectors | None, lexical: Arm, nearest: Arm
) -> list[Candidate]:
    """In no order. Where a way has told a score, that one is kept."""
    passages = list(lexical.scores.keys() | nearest.scores.keys())
    seen, selecting = scope.seen()
    given = [
        asked.vector().to_text(),
        None if vector is None else halfvec(vector),
        model.pk,
        array(passages),
        array(pk not in lexical.scores for pk in passages),
        array(vector is not None and pk not in nearest.scores for pk in passages),
        *selecting,
    ]
    return [
        Candidate(
            pk,
            document,
            lexical.scores[pk] if words is None else -words,
            nearest.scores.get(pk, None if meaning is None else 1 - meaning),
        )
        for pk, document, words, meaning in rows(MISSING.format(seen=seen), given)
    ]


# Weights are long and lie beside their row: only those that are needed are read. Row by row (OFFSET), or the
# planner has it read a small table whole.
MISSING = """
    SELECT
        kept.id, kept.document_id,
        CASE WHEN asked.words THEN kept.weights <#> %s::sparsevec END,
        CASE WHEN asked.meaning THEN (
            SELECT one.vector <=> %s::halfvec FROM kb_embedding AS one
            WHERE one.model_id = %s AND one.passage_id = kept.id
        ) END
    FROM unnest(%s::bigint[], %s::boolean[], %s::boolean[]) AS asked (id, words, meaning)
    CROSS JOIN LATERAL (
        SELECT id, document_id, weights FROM kb_passage WHERE id = asked.id OFFSET 0
    ) AS kept
    WHERE kept.document_id IN ({seen})
"""
