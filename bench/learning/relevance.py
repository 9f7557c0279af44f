"""Learn the weights of `kb/retrieval/relevance.py`: `bench/learning/relevance.py [SET...]`.

Each labelled set goes through the real pipeline in a throw-away database and is asked its own questions,
those of other domains (if it brings none, the lists of others) and answerable ones of the other sets in its
language. Printed: the weights learnt from all sets, and what weights learnt without a set do on it. Without a
SET, every one under CITEDESK_SHARED/eval. `--signs` keeps what was read; if it is there, it is read instead.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT))

# Questions of other domains for a set that brings none, and answerable ones of each other set.
BORROWED = 150
OF_EACH_OTHER_SET = 40


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("sets", nargs="*", type=Path, metavar="SET")
    arguments.add_argument("--signs", type=Path, help="a file that keeps what was read")
    arguments.add_argument("--picture", type=Path, help="draw coverage against risk into this SVG file")
    given = arguments.parse_args()
    if given.signs and given.signs.exists():
        rows = [json.loads(line) for line in given.signs.read_text("utf-8").splitlines()]
    else:
        rows = list(read(given.sets or known_sets()))
        if given.signs:
            given.signs.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    tell(rows, given.picture)
    return 0


def known_sets() -> list[Path]:
    shared = Path(os.environ.get("CITEDESK_SHARED", "/nowhere"), "eval")
    return sorted(folder for folder in shared.glob("*") if (folder / "qrels.tsv").exists())


# --- Reading the signs -----------------------------------------------------------------------------------


def read(folders: Sequence[Path]) -> Iterator[dict[str, Any]]:
    from bench.ingest import close_desk, open_desk

    with tempfile.TemporaryDirectory(prefix="citedesk-learn-") as data:
        open_desk(Path(data))
        try:
            from kb.evaluation import load

            sets = {folder.name: load(folder) for folder in folders}
            for name in sets:
                yield from _asked(name, sets)
        finally:
            close_desk(Path(data))


def _asked(name: str, sets: dict[str, Any]) -> Iterator[dict[str, Any]]:
    from kb.evaluation import bring_in
    from kb.scratch import scratch

    with scratch():
        bring_in(sets[name], lambda told: None)
        for number, (kind, question) in enumerate(_questions(name, sets)):
            if number % 200 == 0:
                sys.stderr.write(f"{name}: {number} questions\n")
            locale = question.language if sets[name].has_languages else ""
            signs = _signs(question.text, locale)
            if signs is not None:
                yield {
                    "set": name,
                    "lang": question.language or "en",
                    "kind": kind,
                    "id": question.id,
                } | signs


def _questions(name: str, sets: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    own = sets[name]
    for question in own.questions:
        if not question.vague:
            yield ("answerable" if question.answerable else "own"), question
    yield from (("outside", question) for question in own.out_of_scope or _borrowed(name, sets))
    languages = {question.language for question in own.questions}
    for other in sorted(sets.keys() - {name}):
        theirs = [
            question
            for question in sets[other].questions
            if question.answerable and not question.vague and question.language in languages
        ]
        random.Random(other).shuffle(theirs)
        yield from (("other set", question) for question in theirs[:OF_EACH_OTHER_SET])


def _borrowed(name: str, sets: dict[str, Any]) -> list[Any]:
    languages = {question.language for question in sets[name].questions}
    lists = [one.out_of_scope for other, one in sets.items() if other != name]
    every = [question for listed in lists for question in listed if question.language in languages]
    random.Random(name).shuffle(every)
    return every[:BORROWED]


def _signs(text: str, locale: str) -> dict[str, Any] | None:
    """As the likeliest part of the question has them."""
    from kb.models import Audience
    from kb.retrieval import retrieve
    from kb.retrieval.relevance import measured

    parts = retrieve(text, Audience.PUBLIC, locale=locale).parts
    told = max((part for part in parts if part.signs), key=lambda part: part.relevance, default=None)
    if told is None or told.signs is None:
        return None
    return {"by_meaning": told.signs.nearness is not None, "signs": measured(told.signs)}


# --- Learning and telling --------------------------------------------------------------------------------


def tell(rows: Sequence[dict[str, Any]], picture: Path | None) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.conf import settings

    django.setup()
    from bench.learning import risk
    from bench.learning.fitting import BY_MEANING, BY_WORDS, Row, fitted, held_out, in_force, refused
    from kb.retrieval import relevance

    every = [Row(row["set"], row["lang"], row["kind"], row["by_meaning"], row["signs"]) for row in rows]
    for title, names, weights_used in (
        ("by meaning", BY_MEANING, relevance.BY_MEANING),
        ("by words", BY_WORDS, relevance.BY_WORDS),
    ):
        usable = [row for row in every if row.lang == "en" and (row.by_meaning or title == "by words")]
        weights = fitted(usable, names)
        say(f"{title}, learnt from all: {json.dumps({name: round(weights[name], 2) for name in weights})}")
        say(f"{title}, in force:        {json.dumps({n: w for n, w in asdict(weights_used).items() if w})}")
        for line in held_out(usable, names):
            say("  " + line)
        if title == "by meaning" and picture:
            picture.write_text(risk.drawn(risk.curves(usable, names), settings.RELEVANCE_FLOOR), "utf-8")
    say("in force, asked in the language of the documents:")
    for line in refused(every, [in_force(row) for row in every]):
        say("  " + line)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


if __name__ == "__main__":
    sys.exit(main())
