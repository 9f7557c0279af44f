"""Measure retrieval on a labelled set."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.evaluation import BadSet, evaluate
from kb.scratch import NoScratch


class Command(BaseCommand):
    help = "Measure search and abstention on a labelled set, in a throw-away database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="corpus.jsonl, queries.jsonl and qrels.tsv"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON value")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            figures = evaluate(folder, self.stderr.write)
        except (BadSet, NoScratch) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(figures) if options["json"] else _as_text(figures))


def _as_text(figures: dict[str, Any]) -> str:
    lines = [
        "{documents} documents, {passages} passages, {queries} questions; read in {ingest_seconds} s".format(
            **figures
        ),
        _ranking("both", figures),
        _ranking("words", figures["bm25"]),
        _ranking("meaning", figures["vector"]),
        *(_ranking(language, part) for language, part in figures["by_lang"].items()),
        *(
            _ranking(name.replace("_", " "), figures["multiturn"][name])
            for name in ("without_history", "with_history")
            if "multiturn" in figures
        ),
        "abstention: " + _named(figures["abstain"]),
        "milliseconds a question: " + _named(figures["latency_ms"]),
    ]
    return "\n".join(lines)


def _ranking(name: str, figures: dict[str, Any]) -> str:
    shown = ("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@10")
    return f"{name:>8}: " + _named({key: figures[key] for key in shown})


def _named(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {'–' if figure is None else figure}" for name, figure in figures.items())
