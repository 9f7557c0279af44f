"""Fit a logistic regression to labelled questions of several sets, and judge it on the set left out. Pure.

Each set counts the same, its answerable questions half of it. Of the unanswerable half its own ones, if it
has some, count as much as those of other domains and of other sets together.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt

from kb.metrics import auroc, quantile, share_below
from kb.retrieval import relevance

BY_MEANING = ("covered", "surroundings", "spread", "foreign", "size")
BY_WORDS = ("lexical", "covered", "throughout", "about")

# What is not learnt with the others: the few sets differ in more than their size, and parts of one set, asked
# the same questions, tell it better (docs/evaluation.md).
HELD = {"size": relevance.BY_MEANING.size}

KINDS = {"own": 0.5, "outside": 0.25, "other set": 0.25}
RIDGE = 1.0  # of one question's weight, on signs brought to the same spread
ROUNDS = 30
RESAMPLED = 500
BINS = 10
FLOORS = (0.2, 0.35, 0.5, 0.65)

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """A question asked of a set, and what the search told of it."""

    set: str
    lang: str
    kind: str  # "answerable", "own", "outside", "other set"
    by_meaning: bool
    signs: Mapping[str, float]


def fitted(rows: Sequence[Row], names: Sequence[str]) -> dict[str, float]:
    """The bias and a weight for each sign."""
    learnt = [name for name in names if name not in HELD]
    signs = np.array([[row.signs[name] for name in learnt] for row in rows])
    held = np.array([sum(HELD[name] * row.signs[name] for name in names if name in HELD) for row in rows])
    answers = np.array([row.kind == "answerable" for row in rows], float)
    counts = np.array(counted(rows))
    middle, spread = signs.mean(axis=0), np.maximum(signs.std(axis=0), 1e-9)
    given = np.hstack([np.ones((len(rows), 1)), (signs - middle) / spread])
    held_back = np.diag([0.0] + [RIDGE] * len(learnt))
    weights = np.zeros(len(learnt) + 1)
    weights[0] = -held.mean()
    for _ in range(ROUNDS):
        chances = 1 / (1 + np.exp(-given @ weights - held))
        slope = given.T @ (counts * (chances - answers)) + held_back @ weights
        bend = given.T @ (given * (counts * chances * (1 - chances))[:, None]) + held_back
        weights = weights - np.linalg.solve(bend, slope)
    plain = weights[1:] / spread
    bias = float(weights[0] - plain @ middle)
    told = dict(zip(learnt, map(float, plain), strict=True))
    return {"bias": bias, **{name: told.get(name, HELD.get(name, 0.0)) for name in names}}


def counted(rows: Sequence[Row]) -> list[float]:
    """What each row counts; their sum is the number of rows."""
    groups: dict[tuple[str, str], int] = {}
    for row in rows:
        groups[row.set, row.kind] = groups.get((row.set, row.kind), 0) + 1
    sets = {row.set for row in rows}
    against = {name: sum(KINDS[kind] for kind in KINDS if (name, kind) in groups) for name in sets}
    a_set = len(rows) / len(sets)
    return [
        a_set
        / 2
        / groups[row.set, row.kind]
        * (1 if row.kind == "answerable" else KINDS[row.kind] / against[row.set])
        for row in rows
    ]


def chance(weights: Mapping[str, float], row: Row) -> float:
    logit = weights["bias"] + sum(
        weight * row.signs[name] for name, weight in weights.items() if name != "bias"
    )
    return 1 / (1 + math.exp(-logit))


def left_out(rows: Sequence[Row], names: Sequence[str]) -> Iterator[tuple[str, list[Row], list[float]]]:
    """Each set, its rows, and their chances by weights that were learnt without it."""
    for name in sorted({row.set for row in rows}):
        weights = fitted([row for row in rows if row.set != name], names)
        own = [row for row in rows if row.set == name]
        yield name, own, [chance(weights, row) for row in own]


def held_out(rows: Sequence[Row], names: Sequence[str]) -> Iterator[str]:
    """What weights that were learnt without a set do on it, in lines."""
    for name, own, told in left_out(rows, names):
        by_kind = _by_kind(own, told)
        answerable = by_kind["answerable"]
        ranks = ", ".join(
            f"{kind} {auroc(answerable, by_kind[kind]):.3f} {interval(answerable, by_kind[kind])}"
            for kind in KINDS
            if by_kind[kind]
        )
        yield f"{name}: AUROC {ranks}; calibration error {miscalibrated(own, told):.3f}"
        yield from ("  " + line for line in refused(own, told))


def refused(rows: Sequence[Row], told: Sequence[float]) -> Iterator[str]:
    """The shares of the questions of each set and language that a threshold refuses."""
    for part in sorted({(row.set, row.lang) for row in rows}):
        of_part = [
            (row, chance) for row, chance in zip(rows, told, strict=True) if (row.set, row.lang) == part
        ]
        by_kind = _by_kind([row for row, _ in of_part], [chance for _, chance in of_part])
        for floor in FLOORS:
            shares = ", ".join(
                f"{kind} {share_below(chances, floor):.3f}" for kind, chances in by_kind.items() if chances
            )
            yield f"{' '.join(part)} below {floor}: {shares}"


def _by_kind(rows: Sequence[Row], told: Sequence[float]) -> dict[str, list[float]]:
    kinds: dict[str, list[float]] = {kind: [] for kind in ("answerable", *KINDS)}
    for row, chance in zip(rows, told, strict=True):
        kinds[row.kind].append(chance)
    return kinds


def interval(higher: Sequence[float], lower: Sequence[float]) -> str:
    """Between which the AUROC lies in 95 of 100 samples of the questions."""
    chance = random.Random(1)
    found = [
        auroc(chance.choices(higher, k=len(higher)), chance.choices(lower, k=len(lower))) or 0.0
        for _ in range(RESAMPLED)
    ]
    return f"({quantile(found, 0.025):.3f}–{quantile(found, 0.975):.3f})"


def miscalibrated(rows: Sequence[Row], told: Sequence[float]) -> float:
    """The expected calibration error: how far the chances told are from the shares that were answerable."""
    counts = counted(rows)
    bins: dict[int, list[tuple[float, float, bool]]] = {}
    for row, chance, count in zip(rows, told, counts, strict=True):
        bins.setdefault(min(int(chance * BINS), BINS - 1), []).append(
            (count, chance, row.kind == "answerable")
        )
    off = sum(
        abs(sum(count * (chance - answerable) for count, chance, answerable in found))
        for found in bins.values()
    )
    return off / sum(counts)


def in_force(row: Row) -> float:
    """By the weights of the product."""
    return chance(asdict(relevance.BY_MEANING if row.by_meaning else relevance.BY_WORDS), row)
