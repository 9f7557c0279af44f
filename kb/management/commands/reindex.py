"""Make the words of all passages anew where they are compared in another way than this release does it."""

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.reindexing import reindex


class Command(BaseCommand):
    help = (
        "Make what lexical search keeps anew after a release that changed it. Searches go on meanwhile; "
        "a run that was broken off goes on where it stopped. Does nothing where nothing is out of date."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON value")

    def handle(self, **options: Any) -> None:
        started = time.monotonic()
        self._told = started
        done = reindex(self._tell)
        if done.busy:
            raise CommandError(
                "Another process is at it already: wait for it, or look at the bulk worker's log."
            )
        report = {
            "documents": done.documents,
            "passages": done.passages,
            "seconds": round(time.monotonic() - started, 2),
        }
        sentence = "{passages} passages of {documents} documents made anew in {seconds} s.".format(**report)
        self.stdout.write(json.dumps(report) if options["json"] else sentence)

    def _tell(self, done: int, total: int) -> None:
        if time.monotonic() - self._told > 2:
            self._told = time.monotonic()
            self.stderr.write(f"{done} of {total} passages")
