"""Find passages by their words: BM25 as an inner product, over candidates from the index of lexemes."""

from __future__ import annotations

from django.db.models import BooleanField, F, Func, Value
from pgvector.django import MaxInnerProduct

from kb.lexical import tsquery
from kb.retrieval.hits import Arm
from kb.retrieval.questions import Question
from kb.retrieval.scope import Scope


class _HoldsAny(Func):
    """Does a tsvector hold one of a query's lexemes?"""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def by_words(scope: Scope, asked: Question, depth: int) -> Arm:
    """In the order of BM25; the scores are BM25's."""
    telling = asked.telling()
    if not telling:
        return Arm()
    found = (
        scope.passages()
        .filter(_HoldsAny(F("lexemes"), Value(tsquery(telling))))
        .annotate(distance=MaxInnerProduct("weights", asked.vector()))
        .order_by("distance", "pk")
        .values_list("pk", "distance")[:depth]
    )
    return Arm({pk: -distance for pk, distance in found})
