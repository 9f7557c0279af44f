"""Find passages by their meaning: the cosine of their vectors with the question's."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F
from django.db.models.functions import Cast
from pgvector import HalfVector
from pgvector.django import CosineDistance, HalfVectorField

from kb.models import EmbeddingModel
from kb.retrieval.hits import Arm
from kb.retrieval.scope import Scope
from llm.embed import Embedder, Vectors
from llm.errors import Rejected


def embedded(texts: Sequence[str], model: EmbeddingModel) -> tuple[Embedder, list[Vectors]]:
    """The model's embedder and a vector for each text, in one call; raises `llm.errors.ModelError`."""
    maker = model.embedder()
    vectors = [maker.query(texts[0])] if len(texts) == 1 else list(maker.queries(texts))
    for vector in vectors:
        if vector.shape != (model.dimensions,):
            raise Rejected(
                f"“{model.name}” was set up with {model.dimensions} dimensions, not {vector.size}."
            )
    return maker, vectors


def by_meaning(scope: Scope, model: EmbeddingModel, vector: Vectors, depth: int) -> Arm:
    """In the order of their cosine, which is the score."""
    # An index of one model's vectors is on this very expression.
    vectors = Cast(F("embeddings__vector"), HalfVectorField(dimensions=model.dimensions))
    found = (
        scope.passages()
        .filter(embeddings__model=model.pk)
        .annotate(distance=CosineDistance(vectors, HalfVector(vector)))
        .order_by("distance", "pk")
        .values_list("pk", "distance")[:depth]
    )
    return Arm({pk: 1 - distance for pk, distance in found})
