"""Learn the weights of `score` from labelled sentences, and where its thresholds lie. Pure.

Supported sentences are half of what counts; of the other half those changed in one place count most, because
what shares few words with its passage is easily told and proves little. Each sentence counts a little once
more with some of its words taken for others: writers elsewhere paraphrase more freely.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from support.evidence.score import AGAINST, OVERLAP, Scale, never

# Supported sentences that shall match.
KEPT = 0.93
# What lacks more words than is enough for that is still backed in part so far below.
IN_PART = 1.0
# Of all weight, what the easy half of the unsupported sentences has.
EASY = 0.1
RIDGE = 3.0  # of one sentence's weight, on signs brought to the same spread
ROUNDS = 30

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    values: Mapping[str, float]
    supported: bool
    hard: bool  # unsupported by a change in one place
    counts: float = 1.0  # less: a sentence as if some of its words were said otherwise


def learnt(examples: Sequence[Example]) -> Scale:
    names = (*OVERLAP, *AGAINST)
    given = np.array([[example.values.get(name, 0.0) for name in names] for example in examples])
    answers = np.array([example.supported for example in examples], float)
    bias, weights = _fitted(given, answers, np.array(_counted(examples)))
    # No sign may speak for a sentence: what helped here by chance would mislead elsewhere.
    scale = Scale(
        {name: min(float(weight), 0.0) for name, weight in zip(names, weights, strict=True)}, bias, 0, 0
    )
    supported = [example.values for example in examples if example.supported and example.counts == 1]
    matches = _floor([scale.total(values) for values in supported if not never(values)], len(supported))
    return Scale(scale.weights, bias, matches, matches - IN_PART)


def _fitted(given: Numbers, answers: Numbers, counts: Numbers) -> tuple[float, Numbers]:
    middle, spread = given.mean(axis=0), np.maximum(given.std(axis=0), 1e-9)
    signs = np.hstack([np.ones((len(given), 1)), (given - middle) / spread])
    held_back = np.diag([0.0] + [RIDGE] * given.shape[1])
    weights = np.zeros(signs.shape[1])
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-signs @ weights))
        slope = signs.T @ (counts * (chances - answers)) + held_back @ weights
        bend = signs.T @ (signs * (counts * chances * (1 - chances))[:, None]) + held_back
        weights = weights - np.linalg.solve(bend, slope)
    plain = weights[1:] / spread
    return float(weights[0] - plain @ middle), plain


def _counted(examples: Sequence[Example]) -> list[float]:
    """What each example counts; their sum is their number."""
    shares = {(True, False): 0.5, (False, True): 0.5 - EASY, (False, False): EASY}
    kinds = [(example.supported, example.hard and not example.supported) for example in examples]
    sums = dict.fromkeys(shares, 0.0)
    for kind, example in zip(kinds, examples, strict=True):
        sums[kind] += example.counts
    return [
        len(examples) * shares[kind] * example.counts / sums[kind]
        for kind, example in zip(kinds, examples, strict=True)
    ]


def _floor(totals: Sequence[float], count: int) -> float:
    """So low that of so many sentences, with those that never match, enough do."""
    ordered = sorted(totals, reverse=True)
    return ordered[min(math.ceil(KEPT * count), len(ordered)) - 1] if ordered else 0.0
