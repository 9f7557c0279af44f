"""Whether words are ranked exactly: BM25 of the database beside the library bm25s on the same tokens.

In a throw-away database in which every field counts once, and without what a search adds to BM25.
"""

from __future__ import annotations

import importlib.util
import logging
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from bench import corpus
from bench.corpus.loading import remembered
from bench.corpus.plan import Plan

ASKED = 320
TOP = 10
LOCALE = "en"
# The library holds every token in memory; of more passages, so many are compared.
MOST_PASSAGES = 200_000
# Scores are floats of 32 bits on both sides, added up in another order.
LIKE = 1e-4

NEEDS_LIBRARY = "The library bm25s, which words are compared with, is missing: install requirements-dev.txt."


def has_library() -> bool:
    return importlib.util.find_spec("bm25s") is not None


def overlap_with_bm25s(passages: int, seed: int) -> dict[str, Any]:
    from kb.lexical import PLAIN_FIELDS
    from kb.scratch import scratch

    size = min(passages, MOST_PASSAGES)
    plan = Plan.of(size, seed)
    asked = _questions(size, seed)
    with scratch():
        corpus.load_words(size, seed, fields=PLAIN_FIELDS)
        found = [_first(text) for text in asked]
    shares = _shares(plan, asked, found)
    return {
        "bm25s_top10_overlap": round(float(np.mean(shares)), 4),
        "bm25s_worst_overlap": round(min(shares), 2),
        "bm25s_questions": len(shares),
        "bm25s_passages": int(plan.sizes[_documents(plan)].sum()),
    }


def _questions(passages: int, seed: int) -> list[str]:
    """Those of one locale: its passages are what is ranked."""
    many = corpus.questions(ASKED * 4, passages, seed + 2)
    return [question.text for question in many if question.locale == LOCALE][:ASKED]


def _first(text: str) -> list[int]:
    from kb.models import Audience
    from kb.retrieval.questions import PLAIN, look_up
    from kb.retrieval.scope import Scope
    from kb.retrieval.words import by_words

    scope = Scope(Audience.INTERNAL, (LOCALE,))
    return list(by_words(scope, look_up(text, LOCALE, scope.locales, boosts=PLAIN), TOP).scores)


def _documents(plan: Plan) -> Any:
    return np.flatnonzero(plan.locale == plan.locales.index(LOCALE))


def _shares(plan: Plan, asked: Sequence[str], found: Sequence[Sequence[int]]) -> list[float]:
    """How many of the first passages the library has there too, or scores like its last one there."""
    import bm25s

    from kb.lexemes import lexemes
    from kb.lexical import K1, B

    places: dict[int, int] = {}
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    library = bm25s.BM25(method="lucene", k1=K1, b=B)
    library.index(list(_tokens(plan, places)), show_progress=False)
    shares = []
    for text, ours in zip(asked, found, strict=True):
        scores = library.get_scores([token for token in lexemes(text, LOCALE) if token in library.vocab_dict])
        wanted = min(TOP, int((scores > 0).sum()))
        last = np.sort(scores)[-wanted] if wanted else 0.0
        if wanted:
            shares.append(sum(scores[places[pk]] >= last * (1 - LIKE) for pk in ours) / wanted)
    return shares


def _tokens(plan: Plan, places: dict[int, int]) -> Iterator[list[str]]:
    """Of each passage; its place in the library is noted."""
    for number in _documents(plan):
        text = plan.text(int(number))
        title = remembered(text.title, LOCALE)
        for position, (heading, body) in enumerate(text.sections):
            places[plan.first_of(int(number)) + position + 1] = len(places)
            yield title + remembered(heading, LOCALE) + remembered(body, LOCALE)
