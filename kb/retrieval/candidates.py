"""What both ways say of every passage that one of them brought: one statement over a few hundred rows.

Without it, a passage that only the words found would count as if its meaning were unknown, and the other way
round; the larger the knowledge base, the less the two lists share.
"""

from __future__ import annotations

from django.db.models import F, FilteredRelation, FloatField, Q, Value
from django.db.models.functions import Cast
from pgvector import HalfVector
from pgvector.django import CosineDistance, HalfVectorField, MaxInnerProduct

from kb.models import EmbeddingModel
from kb.retrieval.fusion import Candidate
from kb.retrieval.hits import Arm
from kb.retrieval.questions import Question
from kb.retrieval.scope import Scope
from llm.embed import Vectors


def candidates(
    scope: Scope, asked: Question, model: EmbeddingModel, vector: Vectors | None, lexical: Arm, nearest: Arm
) -> list[Candidate]:
    """In no order. Where a way has told a score, that one is kept."""
    found = (
        scope.passages()
        .filter(pk__in=lexical.scores.keys() | nearest.scores.keys())
        .alias(of_model=FilteredRelation("embeddings", condition=Q(embeddings__model=model.pk)))
        .annotate(words=MaxInnerProduct("weights", asked.vector()), meaning=_distance(model, vector))
        .order_by()
    )
    return [
        Candidate(
            pk,
            document,
            lexical.scores.get(pk, -words),
            nearest.scores.get(pk, None if meaning is None else 1 - meaning),
        )
        for pk, document, words, meaning in found.values_list("pk", "document_id", "words", "meaning")
    ]


def _distance(model: EmbeddingModel, vector: Vectors | None) -> CosineDistance | Value:
    if vector is None:
        return Value(None, output_field=FloatField())
    vectors = Cast(F("of_model__vector"), HalfVectorField(dimensions=model.dimensions))
    return CosineDistance(vectors, HalfVector(vector))
