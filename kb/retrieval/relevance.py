"""How likely the hits answer the question: a logistic regression over a few signs of the search. Pure.

The weights stand here alone. None of them knows a knowledge base or an embedding model: words count as shares
of the question, cosines by how those of unrelated texts differ. `bench/learning/relevance.py` learns them;
docs/evaluation.md says how they do on sets that they were not learnt from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from kb.lexical import K1

# Only so many of the first hits are looked at for the question's words.
LOOKED_AT = 3


@dataclass(frozen=True)
class Nearness:
    """What a question's cosines tell, in what two cosines usually differ by (kb.retrieval.everyday)."""

    surroundings: float  # with the passages around the first hit, above what is found by chance
    spread: float  # how much those with everyday topics differ: so much higher is the best by chance
    foreign: float  # with what people ask elsewhere and is not answered here, above what is usual
    size: float  # the logarithm of the passages searched: the more, the nearer comes one that doesn't answer


@dataclass(frozen=True)
class Signs:
    """What the search tells of a question and its hits. Shares are of the words that it is about."""

    lexical: (
        float  # the best BM25 score, as a share of what a passage full of the question's words would have
    )
    covered: float  # the share in that one of the first hits which has most of them
    throughout: float  # the mean share in the passages around the first hit: is it their subject?
    about: int  # the number of those words
    nearness: Nearness | None  # None where the model doesn't know the language, or can't be asked


@dataclass(frozen=True)
class Weights:
    bias: float
    lexical: float = 0.0
    covered: float = 0.0
    throughout: float = 0.0
    about: float = 0.0
    surroundings: float = 0.0
    spread: float = 0.0
    foreign: float = 0.0
    size: float = 0.0


# The bias is 0.19 below what was learnt, so that the default threshold lets less through that has no answer.
# The size was not learnt with the others: docs/evaluation.md, "What the size gave".
BY_MEANING = Weights(bias=-1.14, covered=2.95, surroundings=1.07, spread=-2.49, foreign=-0.63, size=-0.2)
# The bias is 0.26 above what was learnt: these judge languages that the model doesn't know, and the default
# threshold would turn away too many questions in them.
BY_WORDS = Weights(bias=-4.8, lexical=2.43, covered=1.28, throughout=4.72, about=1.3)


def estimate(signs: Signs | None) -> float:
    """Between 0 and 1."""
    if signs is None:
        return 0.0
    weights = BY_MEANING if signs.nearness else BY_WORDS
    logit = weights.bias + sum(getattr(weights, name) * value for name, value in measured(signs).items())
    return 1 / (1 + math.exp(-max(min(logit, 500.0), -500.0)))


def measured(signs: Signs) -> dict[str, float]:
    """The numbers that the weights are for, under the same names."""
    near = signs.nearness or Nearness(0.0, 0.0, 0.0, 0.0)
    return {
        "lexical": signs.lexical,
        "covered": signs.covered,
        "throughout": signs.throughout,
        "about": math.log1p(signs.about),
        "surroundings": near.surroundings,
        "spread": near.spread,
        "foreign": near.foreign,
        "size": near.size,
    }


def share_of_best(score: float, total: float) -> float:
    """A BM25 score of what is possible: every lexeme of the question, repeated without end."""
    return score / (total * (K1 + 1)) if total else 0.0
