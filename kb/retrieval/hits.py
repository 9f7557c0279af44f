"""What a search finds: passages with their places and scores."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from kb.models import Passage
from kb.retrieval.questions import Question
from kb.retrieval.relevance import Signs


@dataclass(frozen=True)
class Hit:
    """A passage with its place and scores for one question."""

    passage: Passage
    score: float  # of both ways together; 1: as good as can be
    lexical_rank: int | None
    vector_rank: int | None
    bm25: float | None
    cosine: float | None
    # The same text, or nearly, in other documents: folded into this hit, which is the best of them.
    duplicates: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class Part:
    """One of the things that a message asks: a stretch of it, its own hits, and how likely they answer it."""

    text: str
    relevance: float
    hits: list[Hit]
    signs: Signs | None = None  # what the probability was told by
    asked: Question | None = None  # how it was looked up

    @property
    def sufficient(self) -> bool:
        return _suffices(self.relevance)


@dataclass(frozen=True)
class Retrieved:
    """The hits for a question, best first, and the probability that they answer it.

    A message may ask several things: then each part has its best hits among the first ones, and the
    probability is that of the part that is answered best.
    """

    hits: list[Hit] = field(default_factory=list)
    relevance: float = 0.0
    # Why only words were compared; empty: meaning was, too.
    words_only: str = ""
    # Milliseconds of each step, in the order of their first run: "embed", "words", "meaning", "load", …
    steps: Mapping[str, float] = field(default_factory=dict)
    # Whose vectors were compared; empty: none.
    model: str = ""
    # What the message asks, in its order; one at least, if it says anything.
    parts: Sequence[Part] = ()

    @property
    def sufficient(self) -> bool:
        return _suffices(self.relevance)


def _suffices(relevance: float) -> bool:
    floor: float = settings.RELEVANCE_FLOOR
    return relevance >= floor


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


def unfolded(hits: Iterable[Hit]) -> Iterator[Hit]:
    """With the copies that were folded, each in its own place."""
    waiting: list[Hit] = []
    for hit in hits:
        yield from (copy for copy in waiting if copy.score > hit.score)
        yield replace(hit, duplicates=())
        behind = [copy for copy in waiting if copy.score <= hit.score]
        waiting = sorted([*behind, *hit.duplicates], key=lambda copy: -copy.score)
    yield from waiting


def best_per_document(hits: Iterable[Hit]) -> list[Hit]:
    """The first hit of each document, in order; a folded copy is its document's."""
    best: dict[int, Hit] = {}
    for hit in unfolded(hits):
        best.setdefault(hit.passage.document_id, hit)
    return list(best.values())


def best_of_each(parts: Sequence[Part], limit: int) -> list[Hit]:
    """The hits of all parts in turns, the likeliest first, so that none goes without; each passage once."""
    if len(parts) == 1:
        return parts[0].hits[:limit]
    merged: dict[int, Hit] = {}
    likeliest = sorted(parts, key=lambda part: -part.relevance)
    waiting = [iter(part.hits) for part in likeliest]
    while waiting and len(merged) < limit:
        for hits in list(waiting):
            new = next((hit for hit in hits if hit.passage.pk not in merged), None)
            if new is None:
                waiting.remove(hits)
            elif len(merged) < limit:
                merged[new.passage.pk] = new
    return list(merged.values())
