"""Find the passages that answer a question: by words and by meaning, joined by reciprocal rank.

Both ways are one statement each, through the gate `Passage.objects.visible_to`. Without vectors, words alone
answer. How likely it is that the hits answer is told as `relevance`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db.models import BooleanField, F, Func, Value
from django.db.models.functions import Cast
from pgvector import HalfVector
from pgvector.django import CosineDistance, HalfVectorField, MaxInnerProduct

from kb import relevance
from kb.lexical import language_of, stored, tsquery
from kb.models import Audience, Document, EmbeddingModel, Passage, PassageQuerySet
from kb.questions import LONGEST_QUESTION, Question, look_up
from llm.embed import Embedder, Vectors, embedder
from llm.errors import ModelError, Rejected

log = logging.getLogger(__name__)

# Passages that each way brings along.
DEPTH = 100
# How slowly a lower rank loses: of 10, 20 and 60 the best over all development sets (docs/evaluation.md).
RANK_CONSTANT = 20
# What the vectors' ranks count in a language that the embedding model doesn't know: less, but not nothing,
# because names and words of Latin origin carry over.
FOREIGN_WEIGHT = 0.5


@dataclass(frozen=True)
class Hit:
    """A passage with its place and scores for one question."""

    passage: Passage
    score: float  # by reciprocal rank; 1: the first in both ways
    lexical_rank: int | None
    vector_rank: int | None
    cosine: float | None


@dataclass(frozen=True)
class Retrieved:
    """The hits for a question, best first, and the probability that they answer it."""

    hits: list[Hit] = field(default_factory=list)
    relevance: float = 0.0

    @property
    def sufficient(self) -> bool:
        floor: float = settings.RELEVANCE_FLOOR
        return self.relevance >= floor


@dataclass(frozen=True)
class Arm:
    """What one way found: passages in rank order, with its own score of each."""

    scores: Mapping[int, float] = field(default_factory=dict)

    @property
    def ranks(self) -> dict[int, int]:
        return {pk: rank for rank, pk in enumerate(self.scores, start=1)}

    @property
    def best(self) -> float:
        return next(iter(self.scores.values()), 0.0)


def retrieve(question: str, audience: Audience, *, locale: str = "", limit: int = 8) -> Retrieved:
    """The best passages that a reader of this audience may see. `locale`: the question's, if known."""
    text = question[:LONGEST_QUESTION].replace("\x00", " ").strip()
    if not text:
        return Retrieved()
    searched = _searched_locales(audience, language_of(locale))
    asked = look_up(text, locale, searched)
    passages = Passage.objects.visible_to(audience)
    if searched is not None:
        passages = passages.filter(document__locale__in=searched)
    model = EmbeddingModel.objects.active()
    maker, vector = _embedded(text, model)
    lexical = by_words(passages, asked)
    nearest = by_meaning(passages, model, vector)
    understood = maker is not None and _understands(maker, asked.language)
    joined = fuse(lexical.ranks, nearest.ranks, 1.0 if understood else FOREIGN_WEIGHT)
    hits = _hits(audience, joined[: max(limit, relevance.LOOKED_AT)], lexical, nearest)
    told = relevance.estimate(_signs(asked, hits, lexical, nearest, model.name if understood else ""))
    return Retrieved(hits[:limit], told)


def best_per_document(hits: Iterable[Hit]) -> list[Hit]:
    """The first hit of each document, in order."""
    best: dict[int, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.document_id, hit)
    return list(best.values())


def fuse(
    lexical: Mapping[int, int], vector: Mapping[int, int], vector_weight: float
) -> list[tuple[int, float]]:
    """Passages and their scores, best first, from their ranks in the two ways."""
    highest = (1 + vector_weight) / (RANK_CONSTANT + 1)
    scores: dict[int, float] = {}
    for ranks, weight in (lexical, 1.0), (vector, vector_weight):
        for pk, rank in ranks.items():
            scores[pk] = scores.get(pk, 0.0) + weight / (RANK_CONSTANT + rank) / highest
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _searched_locales(audience: Audience, language: str) -> list[str] | None:
    """The question's own and the unknown ones. None: all, because no document is in that language."""
    if language and Document.objects.visible_to(audience).filter(locale=language).exists():
        return [language, ""]
    return None


def _embedded(text: str, model: EmbeddingModel) -> tuple[Embedder | None, Vectors | None]:
    """A model that is down or refuses costs the search its vectors, not its answer."""
    try:
        maker = embedder(model.name)
        vector = maker.query(text)
        if vector.shape != (model.dimensions,):
            raise Rejected(
                f"“{model.name}” was set up with {model.dimensions} dimensions, not {vector.size}."
            )
        return maker, vector
    except ModelError as error:
        log.warning("Searching by words alone: %s", error)
        return None, None


def _understands(maker: Embedder, language: str) -> bool:
    return maker.languages is None or language in ("", *maker.languages)


class _HoldsAny(Func):
    """Does a tsvector hold one of a query's lexemes?"""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def by_words(passages: PassageQuerySet, asked: Question, depth: int = DEPTH) -> Arm:
    """In the order of BM25."""
    telling = asked.telling()
    if not telling:
        return Arm()
    found = (
        passages.filter(_HoldsAny(F("lexemes"), Value(tsquery(telling))))
        .annotate(distance=MaxInnerProduct("weights", asked.vector()))
        .order_by("distance", "pk")
        .values_list("pk", "distance")[:depth]
    )
    return Arm({pk: -distance for pk, distance in found})


def by_meaning(
    passages: PassageQuerySet, model: EmbeddingModel, vector: Vectors | None, depth: int = DEPTH
) -> Arm:
    """In the order of their vectors' cosine with the question's."""
    if vector is None:
        return Arm()
    # An index of one model's vectors is on this very expression.
    vectors = Cast(F("embeddings__vector"), HalfVectorField(dimensions=model.dimensions))
    found = (
        passages.filter(embeddings__model=model.pk)
        .annotate(distance=CosineDistance(vectors, HalfVector(vector)))
        .order_by("distance", "pk")
        .values_list("pk", "distance")[:depth]
    )
    return Arm({pk: 1 - distance for pk, distance in found})


def _hits(audience: Audience, joined: Sequence[tuple[int, float]], lexical: Arm, nearest: Arm) -> list[Hit]:
    """Through the gate again: what was withdrawn since the ranking is not shown."""
    passages = (
        Passage.objects.visible_to(audience)
        .select_related("document", "revision")
        .defer("weights", "revision__text")
        .in_bulk([pk for pk, _ in joined])
    )
    lexical_ranks, vector_ranks = lexical.ranks, nearest.ranks
    return [
        Hit(passages[pk], score, lexical_ranks.get(pk), vector_ranks.get(pk), nearest.scores.get(pk))
        for pk, score in joined
        if pk in passages
    ]


def _signs(
    asked: Question, hits: Sequence[Hit], lexical: Arm, nearest: Arm, understanding: str
) -> relevance.Signs | None:
    if not hits:
        return None
    words = asked.words.get(hits[0].passage.document.locale) or next(iter(asked.words.values()))
    found = {lexeme for hit in hits[: relevance.LOOKED_AT] for lexeme in stored(hit.passage.lexemes)}
    return relevance.Signs(
        cosine=nearest.best if understanding == relevance.COSINES_OF else None,
        lexical=relevance.share_of_best(lexical.best, words.total),
        covered=words.covered(found),
        unknown=words.unknown,
        about=len(words.about),
    )
