"""Retrieval's figures on a labelled set, made with the real pipeline in a throw-away database.

The set is a folder: `corpus.jsonl`, `queries.jsonl`, `qrels.tsv`; `queries_oos.jsonl` if it has questions of
other domains, `queries_multiturn.jsonl` if it has later turns of conversations. What the figures mean:
docs/evaluation.md.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from kb.importing import Found, Imported, import_files
from kb.metrics import auroc, holds, mean, quantile, ranking_figures, rounded, share_below
from kb.models import Audience, Passage
from kb.retrieval import DEPTH, Hit, Turn, best_per_document, retrieve
from kb.retrieval.hits import unfolded
from kb.scratch import scratch

Progress = Callable[[str], Any]
# What is answered without a model to a question in a locale: kb knows no replies, whoever measures them does.
Quoted = Callable[["Labelled", str], str]
Ranked = tuple[list[str], dict[str, int]]  # documents in rank order, and how much each helps
# Told every so many questions.
TOLD_EVERY = 50
SUFFIX = ".md"


class BadSet(Exception):
    """The folder holds no set that can be read; the message says what is wrong with it."""


@dataclass(frozen=True)
class Labelled:
    """One question, and what is known about its answer."""

    id: str
    text: str
    language: str
    answerable: bool
    vague: bool
    gains: dict[str, int]  # how much each relevant document helps
    history: tuple[Turn, ...] = ()  # what was said before
    evidence: tuple[str, ...] = ()  # what an agent relied on who answered it


@dataclass(frozen=True)
class LabelledSet:
    corpus: list[dict[str, Any]]
    questions: list[Labelled]
    out_of_scope: list[Labelled]
    later_turns: list[Labelled] = field(default_factory=list)

    @property
    def has_languages(self) -> bool:
        return any(document.get("lang") for document in self.corpus)


@dataclass(frozen=True)
class Asked:
    """A question and what was found for it: documents in rank order, by each way."""

    question: Labelled
    hybrid: list[str]
    bm25: list[str]
    vector: list[str]
    relevance: float
    milliseconds: float


def evaluate(folder: Path, progress: Progress, quoted: Quoted) -> dict[str, Any]:
    """All figures, as `manage.py evaluate --json` prints them."""
    labelled = load(folder)
    with scratch():
        imported, seconds = bring_in(labelled, progress)
        asked = _ask_all(labelled, labelled.questions, progress, "questions")
        outside = _ask_all(labelled, labelled.out_of_scope, progress, "questions of other domains")
        multiturn = _multiturn(labelled, progress, quoted)
        held = _held(labelled, [one.question for one in answered(asked)], progress, quoted)
        passages = Passage.objects.count()
    return {
        "documents": len(imported),
        "passages": passages,
        **report(asked, outside),
        "quotes_hold_evidence": held,
        **multiturn,
        "ingest_seconds": round(seconds, 2),
    }


def load(folder: Path) -> LabelledSet:
    if not folder.is_dir():
        raise BadSet(f"{folder} is not a folder: name one with corpus.jsonl, queries.jsonl and qrels.tsv.")
    outside, later = folder / "queries_oos.jsonl", folder / "queries_multiturn.jsonl"
    labelled = LabelledSet(
        corpus=list(_rows(folder / "corpus.jsonl")),
        questions=questions_of(folder),
        out_of_scope=[_labelled(row, {}) for row in _rows(outside)] if outside.exists() else [],
        later_turns=[_later_turn(row, later) for row in _rows(later)] if later.exists() else [],
    )
    if not labelled.corpus or not labelled.questions:
        raise BadSet(f"{folder} holds no documents or no questions.")
    return labelled


def questions_of(folder: Path) -> list[Labelled]:
    """A set's questions alone, for those whose documents are the desk's own."""
    gains = _gains(folder / "qrels.tsv")
    return [_labelled(row, gains) for row in _rows(folder / "queries.jsonl")]


def _labelled(row: dict[str, Any], gains: dict[str, dict[str, int]]) -> Labelled:
    own = gains.get(row["_id"], {})
    return Labelled(
        id=row["_id"],
        text=row["text"],
        language=row.get("lang") or "",
        answerable=bool(row.get("answerable", bool(own))),
        vague=bool(row.get("vague")),
        gains=own,
        evidence=_evidence(row),
    )


def _evidence(row: dict[str, Any]) -> tuple[str, ...]:
    """Texts, or one; in any other form it can't be looked for."""
    told = row.get("evidence")
    spans = told if isinstance(told, list) else [told]
    return tuple(span for span in spans if isinstance(span, str) and span.strip())


def _later_turn(row: dict[str, Any], file: Path) -> Labelled:
    """A question in a conversation: its document stands beside it."""
    try:
        history = tuple(Turn(str(said["text"]), said["role"] != "agent") for said in row["history"])
        gains = {str(row["corpus_id"]): 1}
    except (KeyError, TypeError) as error:
        raise BadSet(
            f"{file}, {row['_id']}: “history” (a list of “role” and “text”) and “corpus_id” are needed."
        ) from error
    language = row.get("lang") or ""
    return Labelled(row["_id"], row["text"], language, True, False, gains, history, _evidence(row))


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(file), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise BadSet(f"{file}, line {number}: not JSON ({error.msg}).") from error
        if not isinstance(row, dict) or not all(isinstance(row.get(key), str) for key in ("_id", "text")):
            raise BadSet(f"{file}, line {number}: an object with the texts “_id” and “text” is needed.")
        yield row


def _gains(file: Path) -> dict[str, dict[str, int]]:
    gains: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(_lines(file), start=1):
        columns = line.split("\t")
        if len(columns) == 3 and columns[2].strip().isdigit():
            gains[columns[0]][columns[1]] = int(columns[2])
        elif line.strip() and number > 1:  # the first line may name the columns
            raise BadSet(f"{file}, line {number}: query, document and a whole number are needed, by tabs.")
    return gains


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise BadSet(f"{file} is missing.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadSet(f"{file} can't be read: {error}.") from error


def bring_in(labelled: LabelledSet, progress: Progress) -> tuple[list[Imported], float]:
    """Through the pipeline that uploads take, as Markdown files that name their title and language."""
    with tempfile.TemporaryDirectory(prefix="citedesk-") as folder:
        files = [_file(Path(folder, f"{number}{SUFFIX}"), row) for number, row in enumerate(labelled.corpus)]
        done: list[Imported] = []

        def tell(imported: Imported) -> None:
            done.append(imported)
            if imported.outcome == "failed":
                progress(f"{imported.reference}: {imported.reason}")
            elif len(done) % TOLD_EVERY == 0 or len(done) == len(files):
                progress(f"{len(done)} of {len(files)} documents")

        started = time.monotonic()
        imported = import_files(files, Audience.PUBLIC, progress=tell)
        seconds = time.monotonic() - started
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return [one for one in imported if one.outcome != "failed"], seconds


def _file(path: Path, row: dict[str, Any]) -> Found:
    facts = {"title": row.get("title"), "lang": row.get("lang")}
    matter = "".join(f"{name}: {_quoted(value)}\n" for name, value in facts.items() if value)
    path.write_text(f"---\n{matter}---\n{row['text']}", encoding="utf-8", errors="replace")
    return Found(path, row["_id"] + SUFFIX)


def _quoted(value: str) -> str:
    """A YAML text in one line. What looks like an alias would have the front matter taken for text."""
    quoted = json.dumps(" ".join(str(value).split()), ensure_ascii=False)
    return quoted.replace("&", "\\u0026").replace("*", "\\u002a")


def _ask_all(
    labelled: LabelledSet, questions: Sequence[Labelled], progress: Progress, what: str
) -> list[Asked]:
    asked: list[Asked] = []
    for question in questions:
        asked.append(_ask(question, question.language if labelled.has_languages else ""))
        if len(asked) % TOLD_EVERY == 0 or len(asked) == len(questions):
            progress(f"{len(asked)} of {len(questions)} {what}")
    return asked


def _ask(question: Labelled, locale: str) -> Asked:
    """Once as a draft does, which is timed; once for all that both ways found."""
    started = time.perf_counter()
    told = retrieve(question.text, Audience.PUBLIC, locale=locale)
    milliseconds = (time.perf_counter() - started) * 1000
    hits = list(unfolded(retrieve(question.text, Audience.PUBLIC, locale=locale, limit=2 * DEPTH).hits))
    by_words = sorted((hit for hit in hits if hit.lexical_rank), key=lambda hit: hit.lexical_rank or 0)
    by_meaning = sorted((hit for hit in hits if hit.vector_rank), key=lambda hit: hit.vector_rank or 0)
    return Asked(
        question, _documents(hits), _documents(by_words), _documents(by_meaning), told.relevance, milliseconds
    )


def _held(
    labelled: LabelledSet, questions: Sequence[Labelled], progress: Progress, quoted: Quoted
) -> float | None:
    """The share of the questions with known evidence that quotes answer with it."""
    known = [question for question in questions if question.evidence]
    told: list[bool] = []
    for question in known:
        locale = question.language if labelled.has_languages else ""
        told.append(holds(quoted(question, locale), question.evidence))
        if len(told) % TOLD_EVERY == 0 or len(told) == len(known):
            progress(f"{len(told)} of {len(known)} answered with quotes")
    return rounded({"held": mean(told)})["held"]


def _multiturn(labelled: LabelledSet, progress: Progress, quoted: Quoted) -> dict[str, Any]:
    """Later turns of conversations, asked alone and with what was said before; nothing if there are none."""
    asked = labelled.later_turns
    alone: list[Ranked] = []
    together: list[Ranked] = []
    for number, question in enumerate(asked, start=1):
        locale = question.language if labelled.has_languages else ""
        for found, history in (alone, ()), (together, question.history):
            told = retrieve(question.text, Audience.PUBLIC, locale=locale, limit=2 * DEPTH, history=history)
            found.append((_documents(told.hits), question.gains))
        if number % TOLD_EVERY == 0 or number == len(asked):
            progress(f"{number} of {len(asked)} later turns")
    if not asked:
        return {}
    return {
        "multiturn": {
            "queries": len(asked),
            "without_history": rounded(ranking_figures(alone)),
            "with_history": rounded(ranking_figures(together)),
            "quotes_hold_evidence": _held(labelled, asked, progress, quoted),
        }
    }


def _documents(hits: Iterable[Hit]) -> list[str]:
    references = (hit.passage.document.reference for hit in best_per_document(hits))
    return [reference.removesuffix(SUFFIX) for reference in references]


def report(asked: Sequence[Asked], outside: Sequence[Asked]) -> dict[str, Any]:
    """The figures of the questions, and of those of other domains."""
    counted = answered(asked)
    languages = sorted({one.question.language for one in counted if one.question.language})
    milliseconds = [one.milliseconds for one in [*asked, *outside]]
    return {
        "queries": len(counted),
        **_figures(counted),
        "by_lang": {
            language: _part([one for one in counted if one.question.language == language])
            for language in languages
        },
        "abstain": _abstention(asked, outside),
        "latency_ms": rounded({"p50": quantile(milliseconds, 0.5), "p95": quantile(milliseconds, 0.95)}, 1),
    }


def answered(asked: Iterable[Asked]) -> list[Asked]:
    """Those that an answer is known to."""
    return [one for one in asked if one.question.answerable and not one.question.vague and one.question.gains]


def _figures(ranked: Sequence[Asked]) -> dict[str, Any]:
    return {
        **rounded(ranking_figures([(one.hybrid, one.question.gains) for one in ranked])),
        "bm25": rounded(ranking_figures([(one.bm25, one.question.gains) for one in ranked])),
        "vector": rounded(ranking_figures([(one.vector, one.question.gains) for one in ranked])),
    }


def _part(ranked: Sequence[Asked]) -> dict[str, Any]:
    refused = share_below([one.relevance for one in ranked], settings.RELEVANCE_FLOOR)
    return {"queries": len(ranked), **_figures(ranked), **rounded({"turned_away": refused})}


def _abstention(asked: Sequence[Asked], outside: Sequence[Asked]) -> dict[str, float | None]:
    floor: float = settings.RELEVANCE_FLOOR
    clear = [one for one in asked if not one.question.vague]
    answerable = [one.relevance for one in clear if one.question.answerable]
    own = [one.relevance for one in clear if not one.question.answerable]
    elsewhere = [one.relevance for one in outside]
    return rounded(
        {
            "auroc_own": auroc(answerable, own),
            "auroc_oos": auroc(answerable, elsewhere),
            "threshold": floor,
            "turned_away": share_below(answerable, floor),
            "refused_own": share_below(own, floor),
            "refused_oos": share_below(elsewhere, floor),
        }
    )
