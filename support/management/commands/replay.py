"""Write a stored draft again from what it keeps, and print both."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.plain import encodable
from support.models import Draft
from support.replaying import CannotReplay, Replayed, Written, replay


class Command(BaseCommand):
    help = "Write a stored draft again: from its passages, its conversation, its model and its prompt."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("draft", type=encodable, metavar="DRAFT", help="its number")
        parser.add_argument(
            "--model", type=encodable, default="", help="instead of the one that wrote it: glm-4.5-air"
        )
        parser.add_argument(
            "--prompt",
            type=encodable,
            default="",
            metavar="V",
            help="instead of its own: reply-3, reply-v4+house-1.2 …; live: what is in force",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        draft = _draft(options["draft"])
        try:
            found = replay(draft, options["model"].strip(), options["prompt"].strip())
        except CannotReplay as error:
            raise CommandError(str(error)) from error
        for note in found.notes:
            self.stderr.write(note)
        if options["json"]:
            self.stdout.write(json.dumps(found.as_json(), ensure_ascii=False))
        else:
            self.stdout.write(_as_text(found))


def _draft(given: str) -> Draft:
    """A number that no row can have is no row's number."""
    number = given.strip().lstrip("#")
    if not (number.isascii() and number.isdecimal()):
        raise CommandError(f"“{given[:60]}” is no draft’s number: manage.py replay 12")
    drafts = Draft.objects.select_related("ticket__customer", "up_to", "model_call")
    draft = drafts.filter(pk=int(number)).first() if len(number) < 19 else None
    if draft is None:
        raise CommandError(f"There is no draft {number[:30]}.")
    return draft


def _as_text(found: Replayed) -> str:
    same = "The text is the same." if found.same_text else "The text is another one."
    return "\n".join(
        [*_told("Stored", found.original), "", *_told("Written again", found.replayed), "", same]
    )


def _told(title: str, one: Written) -> list[str]:
    price = "unpriced" if one.cost_usd is None else f"{one.cost_usd:f} USD"
    head = f"{title}: {one.outcome}, by {one.model} with {one.prompt_version or 'no prompt'}, {price}"
    said = [f"  {text}   ({verdict.replace('_', ' ')})" for text, verdict in one.sentences]
    return [head, *(said or [f"  {one.raw_output.strip()}"])]
