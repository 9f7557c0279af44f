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
OVERLAP = ("rare_missing", "thing_missing", "things_missing", "replaced", "shifted")
AGAINST = (
    "names", "numbers", "loose_number", "rival_number", "other_number",
    "negated", "governed", "freed", "turned",
)  # fmt: skip
# With one of these a sentence never matches, however much else agrees.
NEVER = ("names", "numbers", "governed", "freed")


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
        if any(values.get(name) for name in NEVER):
            total = min(total, self.matches - 0.01)
        return 1 / (1 + math.exp(-max(min(total, 500.0), -500.0)))

    def verdict(self, values: Mapping[str, float]) -> Verdict:
        never = any(values.get(name) for name in NEVER)
        if not never and self.total(values) >= self.matches:
            return Verdict.MATCHES
        return Verdict.PARTLY if self.overlap(values) >= self.partly else Verdict.NO_MATCH

    def from_threshold(self) -> Scale:
        """The same, counted from what matches: so are the totals of several scales comparable."""
        return Scale(self.weights, self.bias - self.matches, 0.0, self.partly - self.matches)


IN_FORCE = Scale(
    weights={
        "rare_missing": -1.3, "thing_missing": -1.46, "things_missing": -4.2, "replaced": -0.46,
        "shifted": -1.13, "names": -3.74, "numbers": -5.07, "loose_number": -4.2,
        "rival_number": -3.97, "other_number": -1.45, "negated": -2.57, "governed": -3.97,
        "freed": -4.0, "turned": -4.68,
    },
    bias=2.86,
    matches=0.02,
    partly=-0.98,
)  # fmt: skip
