"""What was said before a question, and how far it goes on from there. Pure; its few parameters stand here.

The turns before are searched as well, as one text. What they found joins the question's own hits, the more so
the better those passages answer the question, too: where they do much worse than the question's own best, the
customer has changed the subject, and what was said before is left out (docs/evaluation.md).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kb.retrieval import letters
from kb.retrieval.fusion import Candidate
from llm.personal import cut

# So many turns are looked at, the last ones, and so much of each.
TURNS = 8
LONGEST_TURN = 1_000
# What the hits of the turns before count at most, and those of the rest of a message for one of its parts.
TRUST = 10.0
AROUND_TRUST = 2.0
# By how much less their passages may answer the question until they count a third: by their cosine, counted
# in what the model's cosines usually differ by, and by BM25, as a share of the best.
COSINE_GAP = 4.0
BM25_GAP = 1.0
# A question of more telling words counts on itself more, and so does one that its own hits likely answer.
FEW_WORDS = 3
SELF_RELIANT = 0.7
# Of the hits of what was said before, so many are compared, none with less than this share of the best score.
COMPARED = 10
NEAR_BEST = 0.5


@dataclass(frozen=True)
class Turn:
    """One message of a conversation, before the question."""

    text: str
    by_customer: bool


@dataclass(frozen=True)
class Ranking:
    """What both ways say of the passages that were found for one text, and their common order."""

    found: Sequence[Candidate]
    order: Sequence[tuple[int, float]]


@dataclass(frozen=True)
class Before:
    """What was said before a question, in one text, and what its hits count at most."""

    text: str
    trust: float


def before(history: Sequence[Turn], letter: letters.Letter) -> Before | None:
    """The last turns, the last one first; else what a short message quotes, or what stands around a part."""
    turns = [_own_words(turn) for turn in history[-TURNS:]]
    said = "\n".join(turn for turn in reversed(turns) if turn)
    if said:
        return Before(said, TRUST)
    if letter.says_little and letter.quoted:
        return Before(cut(letter.quoted, LONGEST_TURN), TRUST)
    return Before(cut(letter.around, LONGEST_TURN), AROUND_TRUST) if letter.around else None


def _own_words(turn: Turn) -> str:
    return cut(letters.own_words(cut(turn.text, 4 * LONGEST_TURN)), LONGEST_TURN)


def share(own: Ranking, before: Ranking, spread: float) -> float:
    """How far a question goes on from what was said before: 1 at most, near 0 on another subject."""
    near = NEAR_BEST * max((score for _, score in before.order), default=0.0)
    first = {pk for pk, score in before.order[:COMPARED] if score >= near}
    cosines = {one.passage: one.cosine for one in own.found if one.cosine is not None}
    scores = {one.passage: one.bm25 for one in own.found}
    best = max(scores.values(), default=0.0)
    behind = _gap(scores, first) / best if best > 0 else 0.0
    return math.exp(-_gap(cosines, first) / spread / COSINE_GAP - behind / BM25_GAP)


def weight(share: float, trust: float, telling: int, relevance: float) -> float:
    """What the hits of before count beside a question's own, of which so many words tell."""
    needed = min(1.0, FEW_WORDS / max(telling, 1)) * (1 - SELF_RELIANT * relevance)
    return trust * share * needed


def _gap(own: Mapping[int, float], passages: Collection[int]) -> float:
    """How much better the best passage does than the best of these; no more than the worst that was found."""
    worst = min(own.values(), default=0.0)
    best = max((own.get(pk, worst) for pk in passages), default=worst)
    return max(own.values(), default=0.0) - best


def joined(own: Ranking, before: Ranking, weight: float) -> list[tuple[int, float]]:
    """Both orders as one; a score is 1 where both agree on the best."""
    scores: dict[int, float] = {}
    for pk, score in _weighted(own.order, before.order, weight):
        scores[pk] = scores.get(pk, 0.0) + score
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _weighted(
    own: Sequence[tuple[int, float]], before: Sequence[tuple[int, float]], weight: float
) -> Iterator[tuple[int, float]]:
    for order, counts in (own, 1.0), (before, weight):
        for pk, score in order:
            yield pk, counts * score / (1 + weight)
