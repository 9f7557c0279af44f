"""What a search finds: passages with their places and scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings

from kb.models import Passage


@dataclass(frozen=True)
class Hit:
    """A passage with its place and scores for one question."""

    passage: Passage
    score: float  # of both ways together; 1: as good as can be
    lexical_rank: int | None
    vector_rank: int | None
    bm25: float | None
    cosine: float | None


@dataclass(frozen=True)
class Retrieved:
    """The hits for a question, best first, and the probability that they answer it."""

    hits: list[Hit] = field(default_factory=list)
    relevance: float = 0.0
    # Why only words were compared; empty: meaning was, too.
    words_only: str = ""
    # Milliseconds of each step, in the order of their first run: "embed", "words", "meaning", "load", …
    steps: Mapping[str, float] = field(default_factory=dict)
    # Whose vectors were compared; empty: none.
    model: str = ""

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


def best_per_document(hits: Iterable[Hit]) -> list[Hit]:
    """The first hit of each document, in order."""
    best: dict[int, Hit] = {}
    for hit in hits:
        best.setdefault(hit.passage.document_id, hit)
    return list(best.values())
