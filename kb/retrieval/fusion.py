"""Join what the words and the meaning found into one order. Pure; its few parameters stand here alone."""

from __future__ import annotations

from collections.abc import Mapping

# How slowly a lower rank loses: of 10, 20 and 60 the best over all development sets (docs/evaluation.md).
RANK_CONSTANT = 20
# What the vectors' ranks count in a language that the embedding model doesn't know: less, but not nothing,
# because names and words of Latin origin carry over.
FOREIGN_WEIGHT = 0.5


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
