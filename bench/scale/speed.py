"""How long a search takes, beside its bare parts: one embedding and the statements of both ways, run raw.

The statements are the very ones that the search sends, listened to once and sent again as they were.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from bench.corpus import Question, questions

if TYPE_CHECKING:
    from kb.retrieval.scope import Scope

# So many questions, each twice by each side. With few passages the times are alike, and fewer will do.
ASKED, ASKED_OF_FEW, FEW = 120, 60, 20_000
# As many words in an OR, ranked by ts_rank, take seconds among a million passages.
ASKED_OF_TS_RANK = 40
Samples = dict[str, list[float]]


def speed(passages: int, seed: int) -> dict[str, Any]:
    from kb.metrics import quantile

    asked = questions(ASKED if passages > FEW else ASKED_OF_FEW, passages, seed)
    heard = [listened(question) for question in asked]
    samples: Samples = defaultdict(list)
    for turn, (question, statements) in enumerate(zip(asked, heard, strict=True)):
        _take_turns(turn, question, statements, samples)
    figures = {f"{name}_p95_ms": _rounded(quantile(found, 0.95)) for name, found in samples.items()}
    return {
        "search_p50_ms": _rounded(quantile(samples["search"], 0.5)),
        **{f"{name}_p50_ms": _rounded(quantile(found, 0.5)) for name, found in samples.items()},
        **figures,
        "search_to_bare_parts": _ratio(figures, "search", "bare_parts"),
        "ts_rank_to_bm25": _ratio(figures, "ts_rank", "bm25"),
        # With what ts_rank leaves out: language, misspellings, synonyms, frequencies.
        "ts_rank_to_words": _ratio(figures, "ts_rank", "step_words"),
    }


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 2)


def _ratio(figures: dict[str, Any], one: str, other: str) -> float:
    return round(figures[f"{one}_p95_ms"] / figures[f"{other}_p95_ms"], 2)


def _take_turns(turn: int, question: Question, statements: Statements, samples: Samples) -> None:
    """A B B A, and the next question B A A B."""
    runs: list[Callable[[], None]] = [
        lambda: _search(question, samples),
        lambda: _bare_parts(question, statements, samples),
        lambda: _by_words(question, samples),
    ]
    if turn < ASKED_OF_TS_RANK:
        runs.append(lambda: _by_ts_rank(question, samples))
    order = runs if turn % 2 else runs[::-1]
    for run in [*order, *reversed(order)]:
        run()


def _search(question: Question, samples: Samples) -> None:
    from kb.models import Audience
    from kb.retrieval import retrieve

    with _timed(samples["search"]):
        found = retrieve(question.text, Audience.PUBLIC)
    for step, milliseconds in found.steps.items():
        samples[f"step_{step}"].append(milliseconds)


def _by_words(question: Question, samples: Samples) -> None:
    """From the lexemes of the question to the ranked passages, as on the other side."""
    from kb.retrieval import DEPTH
    from kb.retrieval.dictionary import held
    from kb.retrieval.questions import look_up
    from kb.retrieval.words import by_words

    scope = _scope()
    asked = look_up(question.text, "", scope.locales, scope=scope)
    with _timed(samples["bm25"]):
        counted = held(asked.words, asked.weights()).counts
        by_words(scope, replace(asked, counts=counted), DEPTH)


def _by_ts_rank(question: Question, samples: Samples) -> None:
    """What PostgreSQL has: passages that hold any of the words, in the order of ts_rank."""
    from django.db.models import BooleanField, F, FloatField, Func, Value

    from kb.lexemes import lexemes
    from kb.lexical import tsquery
    from kb.retrieval import DEPTH

    wanted = Value(tsquery(sorted(set(lexemes(question.text, question.locale)))))
    held = Func(F("lexemes"), wanted, template="(%(expressions)s::tsquery)", arg_joiner=" @@ ")
    rank = Func(F("lexemes"), wanted, template="ts_rank(%(expressions)s::tsquery)", output_field=FloatField())
    held.output_field = BooleanField()
    ranked = _scope().passages().filter(held).annotate(rank=rank).order_by("-rank", "pk")
    with _timed(samples["ts_rank"]):
        list(ranked.values_list("pk", "rank")[:DEPTH])


def _scope() -> Scope:
    from kb.models import Audience
    from kb.retrieval.scope import Scope

    return Scope(Audience.PUBLIC)


# --- The bare parts ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Statement:
    part: str  # the one of the two ways that sends it
    sql: str
    params: Any
    settings: Mapping[str, str]


Statements = Sequence[Statement]
WAYS = {"words": "kb.retrieval.words.rows", "meaning": "kb.retrieval.meaning.rows"}


def listened(question: Question) -> Statements:
    """What both ways send to the database for this question, and what is set for it."""
    from kb.models import Audience
    from kb.retrieval import retrieve, statements

    sent: list[Statement] = []
    with ExitStack() as stack:
        for part, name in WAYS.items():
            stack.enter_context(patch(name, _listening(part, statements.rows, sent)))
        retrieve(question.text, Audience.PUBLIC)
    return sent


def _listening(part: str, rows: Callable[..., Any], sent: list[Statement]) -> Callable[..., Any]:
    def listening(sql: str, params: Any, settings: Mapping[str, str] | None = None) -> Any:
        sent.append(Statement(part, sql, params, settings or {}))
        return rows(sql, params, settings)

    return listening


def _bare_parts(question: Question, statements: Statements, samples: Samples) -> None:
    from kb.models import EmbeddingModel

    taken: dict[str, float] = dict.fromkeys(("embed", *WAYS), 0.0)
    maker = EmbeddingModel.objects.active().embedder()
    started = time.perf_counter()
    maker.query(question.text)
    taken["embed"] = (time.perf_counter() - started) * 1000
    for part, milliseconds in _raw(statements):
        taken[part] += milliseconds
    samples["bare_parts"].append(sum(taken.values()))
    for part, milliseconds in taken.items():
        samples[f"bare_{part}"].append(milliseconds)


def _raw(statements: Statements) -> Iterator[tuple[str, float]]:
    """Each through the bare connection; what is set for it is set before, and what is planned once is."""
    from django.db import connection

    from kb.retrieval import planned
    from kb.retrieval.statements import set_for_now

    for statement in statements:
        if not statement.settings and planned.possible():
            started = time.perf_counter()
            planned.rows(statement.sql, statement.params)
            yield statement.part, (time.perf_counter() - started) * 1000
            continue
        with set_for_now(statement.settings):
            cursor = connection.connection.cursor()
            started = time.perf_counter()
            cursor.execute(statement.sql, statement.params)
            cursor.fetchall()
            yield statement.part, (time.perf_counter() - started) * 1000


@contextmanager
def _timed(samples: list[float]) -> Iterator[None]:
    started = time.perf_counter()
    yield
    samples.append((time.perf_counter() - started) * 1000)
