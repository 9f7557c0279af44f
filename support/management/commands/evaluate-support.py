"""Measure the evidence check on labelled sentences."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from support.evidence.evaluation import BadRows, evaluate


class Command(BaseCommand):
    help = "Measure on labelled sentences how well the desk tells whether a passage supports a sentence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="holds rows.jsonl")
        parser.add_argument(
            "--folds",
            type=int,
            default=0,
            metavar="N",
            help="learn the check anew N times, each time without the groups that it is measured on",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON value")

    def handle(self, *, folder: Path, folds: int, **options: Any) -> None:
        if folds < 0 or folds == 1:
            raise CommandError("--folds must be 2 or more; without it the check in force is measured.")
        try:
            figures = evaluate(folder, folds)
        except BadRows as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(figures) if options["json"] else _as_text(figures))


def _as_text(figures: dict[str, Any]) -> str:
    caught = (f"  {name}: {share}" for name, share in figures["caught"].items())
    return "\n".join(
        [
            "{rows} sentences; AUC {auc} (all kinds {auc_all}), balanced accuracy {balanced_accuracy}".format(
                **figures
            ),
            f"supported sentences that match: {figures['kept']}",
            "unsupported ones that do not:",
            *caught,
        ]
    )
