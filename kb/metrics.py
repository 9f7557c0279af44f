"""The figures of retrieval, of abstention and of quotes, as docs/evaluation.md defines them. Pure."""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence

from kb.plain import unmarked

# How much each relevant document helps; what is not named helps nothing.
Gains = Mapping[str, int]
Figures = dict[str, float | None]

RECALL_AT = (1, 5, 10)
DEPTH = 10
WORD = re.compile(r"\w+")


def ranking_figures(rankings: Sequence[tuple[Sequence[str], Gains]]) -> Figures:
    """The means over questions of (documents in rank order, gains); None where there is no question."""
    return {
        **{f"recall@{k}": mean([recall(found, gains, k) for found, gains in rankings]) for k in RECALL_AT},
        "ndcg@10": mean([ndcg(found, gains) for found, gains in rankings]),
        "mrr@10": mean([reciprocal_rank(found, gains) for found, gains in rankings]),
    }


def recall(found: Sequence[str], gains: Gains, k: int) -> float:
    """1 if a relevant document is among the first k."""
    return float(any(gains.get(name, 0) > 0 for name in found[:k]))


def reciprocal_rank(found: Sequence[str], gains: Gains) -> float:
    """Of the first relevant document, if it is among the first ten."""
    ranks = (rank for rank, name in enumerate(found[:DEPTH], start=1) if gains.get(name, 0) > 0)
    return 1 / next(ranks, math.inf)


def ndcg(found: Sequence[str], gains: Gains) -> float:
    """Gain discounted by log2 of the rank, as a share of what the ideal order gets."""
    ideal = _discounted(sorted(gains.values(), reverse=True))
    return _discounted([gains.get(name, 0) for name in found]) / ideal if ideal else 0.0


def holds(text: str, evidence: Sequence[str]) -> bool:
    """Whether the longest of these stretches stands in the text: all its words, one after the other.

    Case, punctuation and Markdown's marks aside.
    """
    longest = max(map(_words, evidence), key=len, default="")
    return bool(longest) and f" {longest} " in f" {_words(text)} "


def _words(text: str) -> str:
    return " ".join(WORD.findall(unmarked(text).casefold()))


def _discounted(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains[:DEPTH], start=1))


def auroc(higher: Sequence[float], lower: Sequence[float]) -> float | None:
    """How often a score of the one kind is above one of the other; a tie is half."""
    if not higher or not lower:
        return None
    ordered = sorted(lower)
    below = sum(bisect_left(ordered, score) + bisect_right(ordered, score) for score in higher) / 2
    return below / (len(higher) * len(lower))


def share_below(scores: Sequence[float], floor: float) -> float | None:
    return mean([float(score < floor) for score in scores])


def quantile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least this share of all don't exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)] if values else None


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def rounded(figures: Mapping[str, float | None], digits: int = 4) -> Figures:
    return {name: None if figure is None else round(figure, digits) for name, figure in figures.items()}
