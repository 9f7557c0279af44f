"""Change the embedding model: build another one's vectors, see how far they are, switch, remove the old."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb import reembedding, standings
from kb.comparison import Labelled, ModelAway, compare, labelled_here
from kb.evaluation import BadSet, questions_of
from kb.giving_way import give_way
from kb.models import EmbeddingModel
from kb.plain import encodable
from kb.reembedding import NotReady, Refused
from kb.standings import Standing
from kb.tasks import reembed

SHOWN_EVERY = 500  # passages
COUNTED_EVERY = 50  # questions


class Command(BaseCommand):
    requires_system_checks = []  # they import every page; `start` asks for those it needs
    help = "Change the embedding model without downtime: start, status, activate (also: back), retire."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        start = verbs.add_parser("start", help="have a model's vectors made, beside those in use")
        start.add_argument("name", type=encodable, help="a local model, or EMBEDDINGS_MODEL")
        start.add_argument("--dimensions", type=int, help="the length of its vectors, if not the known one")
        start.add_argument("--wait", action="store_true", help="make them here; without it a worker does")
        status = verbs.add_parser("status", help="how far each model is, how fast, what it costs")
        status.add_argument("--json", action="store_true", help="print one JSON value")
        compare = verbs.add_parser(
            "compare", help="search with several models, on the same labelled questions"
        )
        compare.add_argument("names", nargs="*", type=encodable, help="models (default: all complete ones)")
        compare.add_argument(
            "--set",
            type=Path,
            metavar="DIR",
            help="queries.jsonl and qrels.tsv, instead of the questions labelled here",
        )
        compare.add_argument("--json", action="store_true", help="print one JSON value")
        activate = verbs.add_parser("activate", help="search with this model from now on; also the way back")
        activate.add_argument("name", type=encodable)
        retire = verbs.add_parser("retire", help="remove a model's vectors for good")
        retire.add_argument("name", type=encodable)

    def handle(self, *, verb: str, **options: Any) -> None:
        try:
            match verb:
                case "start":
                    self.start(options["name"], options["dimensions"], wait=options["wait"])
                case "status":
                    self.status(as_json=options["json"])
                case "compare":
                    self.compare(options["names"], options["set"], as_json=options["json"])
                case "activate":
                    self.activate(options["name"])
                case "retire":
                    self.retire(options["name"])
        except (Refused, BadSet, ModelAway) as error:
            raise CommandError(str(error)) from error

    def start(self, name: str, dimensions: int | None, *, wait: bool) -> None:
        self.check(tags=["models"])
        model = reembedding.start(name, dimensions)
        if model.in_progress:
            took = standings.estimate(model)
            self.stdout.write(
                f"{took.passages} passages, about {took.cost.tokens} tokens: {took.cost}. "
                "Searches go on as before."
            )
            if wait:
                give_way()
                self.finish(model)
            else:
                reembed.delay_on_commit(model.pk, model.attempts)  # type: ignore[attr-defined]  # Celery's Django task has it
                self.stdout.write(
                    "A worker on the bulk queue makes the vectors; see: manage.py reembed status"
                )
                return
        self.stdout.write(f"“{model}” is complete. To search with it: manage.py reembed activate {model}")

    def finish(self, model: EmbeddingModel) -> None:
        """Here, told as it goes."""
        last = ""

        def told(row: EmbeddingModel, done: int) -> None:
            nonlocal last
            said = self._said(row, done)
            if said != last:
                last = said
                self.stdout.write(said)

        reembedding.finish(model, told)

    def _said(self, model: EmbeddingModel, done: int) -> str:
        if model.state == EmbeddingModel.State.RETIRING:
            return "Waiting for the searches that still use it …" if not done else f"{done} vectors removed"
        if model.reason:
            return f"Waiting: {model.reason}"
        if not done:
            return f"{model}: {model.get_state_display().lower()}"
        return f"{done - done % SHOWN_EVERY} passages embedded"

    def status(self, *, as_json: bool) -> None:
        found = standings.standings()
        if as_json:
            self.stdout.write(json.dumps([one.as_json() for one in found]))
        elif found:
            self.stdout.write("\n".join(map(_as_text, found)))
        else:
            self.stdout.write("There is no embedding model yet: the first document brings it.")

    def compare(self, names: list[str], folder: Path | None, *, as_json: bool) -> None:
        complete = EmbeddingModel.objects.filter(state=EmbeddingModel.State.COMPLETE).order_by(
            "-active", "pk"
        )
        models = [reembedding.find(name) for name in names] or list(complete)
        questions = _questions(folder) if folder else labelled_here()
        if not questions:
            raise CommandError(
                "There is no question whose document is known: label some on the page “Try retrieval”, "
                "or name a folder with queries.jsonl and qrels.tsv by --set."
            )
        figures = compare(models, questions, self._count)
        if as_json:
            self.stdout.write(json.dumps(figures))
            return
        for name, measured in figures.items():
            told = ", ".join(f"{measure} {value}" for measure, value in measured.items())
            self.stdout.write(f"{name}: {told}")

    def _count(self, done: int, total: int) -> None:
        if done % COUNTED_EVERY == 0 or done == total:
            self.stderr.write(f"{done} of {total} questions")

    def activate(self, name: str) -> None:
        before = EmbeddingModel.objects.active()
        try:
            model = reembedding.activate(name)
        except NotReady as error:
            self.stdout.write(str(error))
            self.finish(reembedding.find(name))
            model = reembedding.activate(name)
        self.stdout.write(
            f"Searches use “{model}” from now on. The way back: manage.py reembed activate {before}"
        )

    def retire(self, name: str) -> None:
        self.finish(reembedding.retire(name))
        self.stdout.write(f"“{name}” is gone, with its vectors.")


def _questions(folder: Path) -> list[Labelled]:
    """Documents are named in qrels.tsv by their reference here."""
    return [Labelled(one.text, one.gains, one.language) for one in questions_of(folder) if one.gains]


def _as_text(one: Standing) -> str:
    model = one.model
    parts = [
        f"{one.embedded} of {one.passages} passages ({one.percent} %)",
        f"index {one.index}",
        f"made {one.place}",
        f"cost so far {one.spent}",
    ]
    if one.building and model.rate:
        parts.insert(1, f"{model.rate:.1f} a second, {one.remaining} left")
    state = "active" if model.active else model.get_state_display().lower()
    lines = [f"{model} ({model.dimensions} dimensions): {state}", "  " + ", ".join(parts)]
    return "\n".join([*lines, f"  waiting: {model.reason}"] if model.reason else lines)
