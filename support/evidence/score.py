"""From signs to a verdict: a logistic regression whose weights stand here alone, and two thresholds. Pure.

None of the weights knows a subject: signs count words by how rare they are, and what faces what. They are
learnt by `bench/learn_evidence.py`; docs/evaluation.md tells what such weights do on new groups.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from support.models import Verdict

# Signs of words that the passage lacks, and signs that it says something else.
OVERLAP = ("uncovered", "rare_missing", "thing_missing", "things_missing", "replaced", "shifted")
AGAINST = (
    "names", "numbers", "loose_number", "rival_number", "other_number",
    "negated", "governed", "freed", "turned",
)  # fmt: skip
# With one of these a sentence never matches, however much else agrees.
NEVER = (
    "thin", "names", "numbers", "other_unit", "bound", "unbounded", "exchanged", "governed", "freed",
    "unconditional", "restricted",
)  # fmt: skip
# With one of these the passage says something else of the same thing.
CONTRADICTS = ("other_unit", "bound", "exchanged", "governed", "freed", "turned")
# And with one of these nothing in it says so: whoever sends that must have checked it.
UNBACKED = ("numbers", *CONTRADICTS)


def never(values: Mapping[str, float]) -> bool:
    return any(values.get(name) for name in NEVER)


def contradicts(values: Mapping[str, float]) -> bool:
    return any(values.get(name) for name in CONTRADICTS)


def unbacked(values: Mapping[str, float]) -> bool:
    return any(values.get(name) for name in UNBACKED)


@dataclass(frozen=True)
class Scale:
    """The weights, and from which sum on a sentence matches, or is backed in part."""

    weights: Mapping[str, float]
    bias: float
    matches: float
    partly: float

    def total(self, values: Mapping[str, float]) -> float:
        return self.bias + sum(self.weights[name] * values.get(name, 0.0) for name in (*OVERLAP, *AGAINST))

    def overlap(self, values: Mapping[str, float]) -> float:
        return self.bias + sum(self.weights[name] * values.get(name, 0.0) for name in OVERLAP)

    def support(self, values: Mapping[str, float]) -> float:
        """How likely the passage says it, between 0 and 1; what never matches stays below what does."""
        total = self.total(values)
        if never(values):
            total = min(total, self.matches - 0.01)
        return 1 / (1 + math.exp(-max(min(total, 500.0), -500.0)))

    def verdict(self, values: Mapping[str, float]) -> Verdict:
        if not never(values) and self.total(values) >= self.matches:
            return Verdict.MATCHES
        return Verdict.PARTLY if self.is_about(values) else Verdict.NO_MATCH

    def is_about(self, values: Mapping[str, float]) -> bool:
        """Do the words alone say that it is what the passage speaks of?"""
        return self.overlap(values) >= self.partly

    def from_threshold(self) -> Scale:
        """The same, counted from what matches: so are the totals of several scales comparable."""
        return Scale(self.weights, self.bias - self.matches, 0.0, self.partly - self.matches)


IN_FORCE = Scale(
    weights={
        "uncovered": -0.82, "rare_missing": -1.1, "thing_missing": -1.61, "things_missing": -3.35,
        "replaced": -0.5, "shifted": -1.18, "names": -3.65, "numbers": -5.08, "loose_number": -4.22,
        "rival_number": -4.02, "other_number": -1.33, "negated": -2.54, "governed": -4.02,
        "freed": -4.03, "turned": -4.71,
    },
    bias=2.9,
    matches=-0.08,
    partly=-1.08,
)  # fmt: skip
