"""A help center of any size to measure with: varied texts, questions about them, and its rows by COPY.

All of it comes from a seed, nothing from other files than the demo's articles: topics that share words,
locales and audiences in unequal shares, questions in the words of the documents that they are about.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bench.corpus.loading import load, load_words
from bench.corpus.plan import MOST, Plan, Question

__all__ = ["Question", "documents", "load", "load_words", "questions"]


def documents(n: int, seed: int = 1) -> Iterator[tuple[str, str, str, list[tuple[str, str]]]]:
    """Title, locale, audience, and the heading and text of each passage."""
    plan = Plan.of(n * MOST, seed)
    for number in range(n):
        text = plan.text(number)
        yield text.title, text.locale, text.audience, text.sections


def questions(n: int, passages: int, seed: int = 1) -> list[Question]:
    """Of 5 to 15 words each, about public documents of the help center that `load(passages, seed)` makes."""
    plan = Plan.of(passages, seed)
    public = np.flatnonzero(~plan.internal)
    chosen = np.random.default_rng([seed, 5]).choice(public, n)
    return [plan.question(int(number), turn) for turn, number in enumerate(chosen)]
