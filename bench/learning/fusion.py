#!/usr/bin/env python
"""Learn the parameters of kb/retrieval/fusion.py: `bench/learning/fusion.py [SET...] [--json]`.

Each set (a folder with corpus.jsonl, queries.jsonl and qrels.tsv; without one named, every set under
CITEDESK_SHARED/eval) is brought in once, in a throw-away database. Then every choice of parameters is tried
on what both ways say of each question's passages. Told are the best choice over all sets, and what each set
gets from the choice that the other sets make. With EMBEDDINGS_BASE_URL it learns for that model.
"""

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.evaluation import Labelled

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

WEIGHTS = (0.0, 0.1, 0.15, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 1.0, 1.3, 1.6)
SUPPORTS = (0.0, 0.05, 0.1, 0.2)
# A part counts by its questions, up to so many: ten tell little, and a thousand not everything.
LARGEST_PART = 100


@dataclass(frozen=True)
class Part:
    """The questions of one set in one language, and what each choice of (weight, support) gives on them."""

    set: str
    language: str
    kind: str  # which weight it learns: "english", "other", "unknown"
    questions: int
    bm25: float
    vector: float
    ndcg: dict[tuple[float, float], float]

    @property
    def counts(self) -> int:
        return min(self.questions, LARGEST_PART)


@dataclass(frozen=True)
class Told:
    """What a part gets: from each way alone, from the choice over all sets, and from that of the others."""

    set: str
    language: str
    kind: str
    questions: int
    bm25: float
    vector: float
    all_sets: float
    other_sets: float


Choice = tuple[dict[str, float], float]  # the weight of each kind, and the support


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("sets", nargs="*", type=Path, metavar="SET")
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    shared = Path(os.environ.get("CITEDESK_SHARED") or "/nonexistent")
    sets = given.sets or sorted(path.parent for path in shared.glob("eval/*/corpus.jsonl"))
    if not sets:
        sys.stderr.write("No labelled set: name one, or set CITEDESK_SHARED to a folder with eval/SET/.\n")
        return 1
    prepare()
    learnt = learn([part for folder in sets for part in parts_of(folder.absolute())])
    sys.stdout.write(json.dumps(learnt) + "\n" if given.json else as_text(learnt))
    return 0


def prepare() -> None:
    """Servers and settings, as manage.py does."""
    import django

    import manage

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    manage.start_servers("evaluate")
    django.setup()


def parts_of(folder: Path) -> Iterator[Part]:
    from kb import evaluation
    from kb.scratch import scratch

    labelled = evaluation.load(folder)
    with scratch():
        evaluation.bring_in(labelled, lambda line: sys.stderr.write(f"{folder.name}: {line}\n"))
        tables: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for question in labelled.questions:
            if question.answerable and not question.vague and question.gains:
                kind, row = tried(question, question.language if labelled.has_languages else "")
                tables[question.language, kind].append(row)
    for (language, kind), rows in tables.items():
        ndcg = {choice: fmean(row.ndcg[choice] for row in rows) for choice in rows[0].ndcg}
        bm25, vector = fmean(row.bm25 for row in rows), fmean(row.vector for row in rows)
        yield Part(folder.name, language, kind, len(rows), bm25, vector, ndcg)


@dataclass(frozen=True)
class Row:
    """One question's figures."""

    bm25: float
    vector: float
    ndcg: dict[tuple[float, float], float]


def tried(question: "Labelled", locale: str) -> tuple[str, Row]:
    """Every choice on one question: what both ways say of its passages is asked for once."""
    from kb.metrics import ndcg
    from kb.models import Audience, Document, EmbeddingModel
    from kb.retrieval import DEPTH, calibration, fusion
    from kb.retrieval.candidates import candidates
    from kb.retrieval.meaning import by_meaning, embedded
    from kb.retrieval.questions import look_up
    from kb.retrieval.scope import Scope
    from kb.retrieval.words import by_words

    scope, model = Scope(Audience.PUBLIC).asked_in(locale), EmbeddingModel.objects.active()
    asked = look_up(question.text, locale, scope.locales, scope=scope)
    maker, (vector,) = embedded([question.text], model)
    lexical, nearest = by_words(scope, asked, DEPTH), by_meaning(scope, model, vector, DEPTH)
    found = candidates(scope, asked, model, vector, lexical, nearest)
    references = Document.objects.in_bulk({one.document for one in found})
    document = {one.passage: references[one.document].reference.removesuffix(".md") for one in found}

    def gained(passages: Iterable[int]) -> float:
        return ndcg(list(dict.fromkeys(document[pk] for pk in passages)), question.gains)

    given: dict[tuple[float, float], float] = {}
    for weight, fusion.SUPPORT in product(WEIGHTS, SUPPORTS):
        order = fusion.fuse(found, weight, calibration.spread(model))
        given[weight, fusion.SUPPORT] = gained(pk for pk, _ in order)
    known = calibration.knows(maker, model, asked.language) > 0.5
    kind = ("english" if asked.language in ("", "en") else "other") if known else "unknown"
    return kind, Row(gained(lexical.scores), gained(nearest.scores), given)


def learn(parts: list[Part]) -> dict[str, Any]:
    weights, support = best(parts)
    told = []
    for part in parts:
        others = best([other for other in parts if other.set != part.set])
        told.append(
            Told(
                part.set,
                part.language,
                part.kind,
                part.questions,
                part.bm25,
                part.vector,
                part.ndcg[weights[part.kind], support],
                part.ndcg[others[0].get(part.kind, weights[part.kind]), others[1]],
            )
        )
    return {"weights": weights, "support": support, "parts": [asdict(one) for one in told]}


def best(parts: list[Part]) -> Choice:
    """The highest average; each kind of language has its weight, all share the support."""
    return max(
        ((weights_for(parts, support), support) for support in SUPPORTS),
        key=lambda choice: sum(average(parts, kind, weight, choice[1]) for kind, weight in choice[0].items()),
    )


def weights_for(parts: list[Part], support: float) -> dict[str, float]:
    kinds = sorted({part.kind for part in parts})
    return {kind: max(WEIGHTS, key=lambda weight: average(parts, kind, weight, support)) for kind in kinds}


def average(parts: list[Part], kind: str, weight: float, support: float) -> float:
    counted = [part for part in parts if part.kind == kind]
    return sum(part.counts * part.ndcg[weight, support] for part in counted) / sum(
        part.counts for part in counted
    )


def as_text(learnt: dict[str, Any]) -> str:
    lines = [f"weights {learnt['weights']}, support {learnt['support']}"]
    lines.append(f"{'set':<20} {'':>3} {'n':>4}  bm25  vector  all sets  other sets")
    for one in learnt["parts"]:
        figures = "  ".join(f"{one[name]:.3f}" for name in ("bm25", "vector", "all_sets", "other_sets"))
        lines.append(f"{one['set']:<20} {one['language']:>3} {one['questions']:>4}  {figures}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
