"""How likely the hits answer the question: a logistic regression over a few signs of both searches. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

from kb.lexical import K1
from llm.embed import LOCAL_MODEL

# Only so many of the first hits are looked at for the question's words.
LOOKED_AT = 3
# Cosines mean something else in each model; the weights below know this one's.
COSINES_OF = LOCAL_MODEL


@dataclass(frozen=True)
class Signs:
    """What the searches tell of a question and its hits."""

    cosine: float | None  # of the nearest passage; None where the model doesn't know the language
    lexical: (
        float  # the best BM25 score, as a share of what a passage full of the question's words would have
    )
    covered: float  # the share of what it is about that occurs in the first hits
    unknown: float  # the share of what it is about that occurs nowhere, by idf
    about: int  # the number of its words that are no common ones


@dataclass(frozen=True)
class Weights:
    bias: float
    cosine: float
    lexical: float
    covered: float
    unknown: float
    about: float


# Fitted to the answerable and unanswerable questions of all English development sets, each set counting the
# same, then moved so that 0.5 turns away 3 % of the answerable questions of va-studentaid. How they do on
# sets that they were not fitted to: docs/evaluation.md.
WITH_COSINE = Weights(bias=-6.27, cosine=9.39, lexical=3.99, covered=2.64, unknown=2.70, about=-0.41)
# Fitted in the same way without the cosine, for languages that the model doesn't know and for other models.
BY_WORDS = Weights(bias=-5.27, cosine=0.0, lexical=9.40, covered=2.91, unknown=1.97, about=1.12)


def estimate(signs: Signs | None) -> float:
    """Between 0 and 1."""
    if signs is None:
        return 0.0
    weights = BY_WORDS if signs.cosine is None else WITH_COSINE
    logit = (
        weights.bias
        + weights.cosine * max(signs.cosine or 0.0, 0.0)
        + weights.lexical * signs.lexical
        + weights.covered * signs.covered
        + weights.unknown * signs.unknown
        + weights.about * math.log1p(signs.about)
    )
    return 1 / (1 + math.exp(-logit))


def share_of_best(score: float, total: float) -> float:
    """A BM25 score of what is possible: every lexeme of the question, repeated without end."""
    return score / (total * (K1 + 1)) if total else 0.0
