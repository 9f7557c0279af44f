"""Bring files and folders into the knowledge base."""

import json
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper

from kb.giving_way import give_way
from kb.importing import Found, Imported, NothingThere, find, import_files
from kb.models import Audience
from kb.plain import encodable


class Command(BaseCommand):
    help = "Make files and folders searchable. Unchanged files cost nothing. A document is named by its path."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=_path, metavar="PATH")
        parser.add_argument(
            "--audience",
            choices=Audience.values,
            help="who may see them (new documents: public; others keep theirs)",
        )
        parser.add_argument(
            "--locale",
            type=encodable,
            default="",
            help="the language of files that don't declare one: en, de, …",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON value")

    def run_from_argv(self, argv: list[str]) -> None:
        give_way()
        super().run_from_argv(argv)

    def handle(self, *, paths: list[Path], audience: str | None, locale: str, **options: Any) -> None:
        started = time.monotonic()
        try:
            files, others = find(paths)
        except NothingThere as error:
            raise CommandError(str(error)) from error
        self._say_skipped(others)
        progress = Progress(files, self.stderr)
        results = import_files(files, Audience(audience) if audience else None, locale, progress.tell)
        report = _report(results, time.monotonic() - started)
        self.stdout.write(json.dumps(report, ensure_ascii=False) if options["json"] else _sentence(report))
        if report["failed"]:
            raise CommandError(f"{report['failed']} of {len(files)} files could not be made searchable.")

    def _say_skipped(self, others: list[Path]) -> None:
        if others:
            endings = ", ".join(sorted({path.suffix or "no ending" for path in others})[:10])
            self.stderr.write(f"Skipped {len(others)} files of other types ({endings}).")


def _path(given: str) -> Path:
    """Of an empty one, as a script's unset variable leaves it, pathlib makes the current folder."""
    if not given:
        raise ArgumentTypeError("it is empty: name a file or a folder.")
    return Path(given)


@dataclass
class Progress:
    """A line now and then, and one for each file that failed."""

    files: list[Found]
    stderr: OutputWrapper
    done: int = 0
    told: float = field(default_factory=time.monotonic)

    def tell(self, imported: Imported) -> None:
        self.done += 1
        if imported.outcome == "failed":
            self.stderr.write(f"{imported.reference}: {imported.reason}")
        if self.done == len(self.files) or time.monotonic() - self.told > 2:
            self.told = time.monotonic()
            self.stderr.write(f"{self.done} of {len(self.files)} files")


def _report(results: list[Imported], seconds: float) -> dict[str, Any]:
    outcomes = Counter(result.outcome for result in results)
    return {
        "documents": len(results),
        **{outcome: outcomes[outcome] for outcome in ("created", "updated", "unchanged", "failed")},
        "passages": sum(result.passages for result in results),
        "embedded": sum(result.embedded for result in results),
        "seconds": round(seconds, 2),
        "files": [
            {
                "file": result.reference,
                "state": result.state,
                "reason": result.reason,
                "passages": result.passages,
            }
            for result in results
        ],
    }


def _sentence(report: dict[str, Any]) -> str:
    return (
        "{documents} documents in {seconds} s: {created} created, {updated} updated, {unchanged} unchanged, "
        "{failed} failed; {passages} passages, {embedded} of them embedded now."
    ).format(**report)
