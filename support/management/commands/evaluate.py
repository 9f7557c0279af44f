"""Measure retrieval, and what quotes make of it, on a labelled set."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.evaluation import BadSet, Labelled, evaluate
from kb.models import Audience
from kb.scratch import NoScratch
from support import composing
from support.models import Message
from support.prompts import Conversation, Turn


class Command(BaseCommand):
    help = "Measure search, abstention and quotes on a labelled set, in a throw-away database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, metavar="DIR", help="corpus.jsonl, queries.jsonl and qrels.tsv"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON value")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            figures = evaluate(folder, self.stderr.write, _quoted)
        except (BadSet, NoScratch) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(figures) if options["json"] else _as_text(figures))


def _quoted(question: Labelled, locale: str) -> str:
    """What a customer would be answered without a model; nothing, where search knows nothing good enough."""
    said = [Turn(_kind(before.by_customer), before.text) for before in question.history]
    conversation = Conversation([*said, Turn(Message.Kind.CUSTOMER, question.text)], locale)
    offered, nothing, _ = composing.look_up(conversation, Audience.PUBLIC)
    return "" if nothing else composing.quoted(conversation, offered, "").text


def _kind(by_customer: bool) -> Message.Kind:
    return Message.Kind.CUSTOMER if by_customer else Message.Kind.REPLY


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
        *_quotes("quotes hold the evidence", figures),
        *_quotes("– of later turns", figures.get("multiturn", {})),
        "abstention: " + _named(figures["abstain"]),
        "milliseconds a question: " + _named(figures["latency_ms"]),
    ]
    return "\n".join(lines)


def _quotes(of: str, figures: dict[str, Any]) -> list[str]:
    held = figures.get("quotes_hold_evidence")
    return [] if held is None else [f"{of}: {held:.1%} of the questions for which it is known"]


def _ranking(name: str, figures: dict[str, Any]) -> str:
    shown = ("ndcg@10", "mrr@10", "recall@1", "recall@5", "recall@10")
    return f"{name:>8}: " + _named({key: figures[key] for key in shown})


def _named(figures: dict[str, Any]) -> str:
    return ", ".join(f"{name} {'–' if figure is None else figure}" for name, figure in figures.items())
