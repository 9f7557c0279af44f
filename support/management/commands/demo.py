"""Load the demo: a fictional company's help center, its agents and some open tickets."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from kb.importing import Imported
from support import demo


class Command(BaseCommand):
    help = "Load the demo's help center, agents and tickets. Running it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--ensure", action="store_true", help="do nothing if the desk already has agents or documents"
        )

    def handle(self, *args: Any, ensure: bool, **options: Any) -> None:
        loaded = demo.load(self.report, only_if_empty=ensure)
        if loaded.refused:
            self.stdout.write("This desk is in use already; the demo was not loaded.")
        elif loaded.documents or loaded.tickets:
            self.stdout.write(
                f"{len(loaded.documents)} documents and {loaded.tickets} tickets are there. "
                f"Who can sign in stands in {demo.logins_file()}."
            )
        else:
            self.stdout.write(f"The demo is loaded. Who can sign in stands in {demo.logins_file()}.")
        failed = [document.reference for document in loaded.documents if document.state == "failed"]
        if failed:
            self.stderr.write(f"Not searchable: {', '.join(failed)}. Open them in the desk to see why.")

    def report(self, imported: Imported) -> None:
        self.stderr.write(f"  {imported.reference}: {imported.state}, {imported.passages} passages")
