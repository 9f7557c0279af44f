"""Join what the words and the meaning found into one order. Pure; its few parameters stand here alone.

Three things are added up, each told by no model's own scale: a passage's BM25 as a share of the question's
best; how far its cosine stays behind the question's best, counted in what the model's cosines usually differ
by; and a little for the passages of a document that has a second one as good. How the parameters were learnt,
and what they give on sets that they were not learnt from: docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

# What falling behind in meaning by one usual difference costs; the best passage by words is worth 1.
IN_ENGLISH = 0.7
# Endings, compounds and missing blanks cost the words more than the meaning, if the model knows the language.
IN_OTHER_LANGUAGES = 1.3
# Not nothing in a language that the model doesn't know: names and words of Latin origin carry over.
IN_UNKNOWN_LANGUAGES = 0.1
# What a second passage as good adds, and how soon a worse one adds nothing.
SUPPORT = 0.1
SUPPORT_FADES = 0.3


@dataclass(frozen=True)
class Candidate:
    """A passage that one of the ways brought, and what both say of it."""

    passage: int
    document: int
    bm25: float
    cosine: float | None  # None: it has no vector, or the question has none


def weight_of_meaning(language: str, known: float) -> float:
    """`known`: how well the embedding model knows the question's language, from 0 to 1."""
    fully = IN_ENGLISH if language in ("", "en") else IN_OTHER_LANGUAGES
    return IN_UNKNOWN_LANGUAGES + (fully - IN_UNKNOWN_LANGUAGES) * known


def fuse(found: Sequence[Candidate], weight: float, spread: float) -> list[tuple[int, float]]:
    """Passages and their scores (above 0, at most 1), best first. `spread`: the model's usual difference."""
    own = _by_both(found, weight, spread)
    support = _support(found, own)
    scores = {one.passage: math.exp(own[one.passage] + support[one.document] - 1 - SUPPORT) for one in found}
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _by_both(found: Sequence[Candidate], weight: float, spread: float) -> dict[int, float]:
    best = max((one.bm25 for one in found), default=0.0)
    cosines = [one.cosine for one in found if one.cosine is not None]
    nearest = max(cosines, default=0.0)
    # What has no vector yet is taken for as near as the others.
    usual = median(cosines) if cosines else 0.0
    return {
        one.passage: (max(one.bm25, 0.0) / best if best > 0 else 0.0)
        - weight * (nearest - (usual if one.cosine is None else one.cosine)) / spread
        for one in found
    }


def _support(found: Sequence[Candidate], own: Mapping[int, float]) -> dict[int, float]:
    """Of each document: whether its best passage stands alone."""
    scores: dict[int, list[float]] = defaultdict(list)
    for one in found:
        scores[one.document].append(own[one.passage])
    return {document: _second(sorted(known, reverse=True)) for document, known in scores.items()}


def _second(scores: Sequence[float]) -> float:
    return SUPPORT * math.exp((scores[1] - scores[0]) / SUPPORT_FADES) if len(scores) > 1 else 0.0
