"""Answer one question as a draft would, and print it."""

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb.models import Audience
from kb.plain import encodable
from support.composing import Reply, compose
from support.models import Draft, Message
from support.prompts import Conversation, Turn


class Command(BaseCommand):
    help = "Answer a question from the knowledge base, with the evidence for each sentence."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question", type=encodable)
        audiences = [str(audience) for audience in Audience]
        parser.add_argument("--audience", choices=audiences, default=str(Audience.PUBLIC))
        parser.add_argument(
            "--locale", type=encodable, default="", help="the question's language, if known: en, zh …"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON value and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        text = options["question"].strip()
        if not text:
            raise CommandError("Ask something: manage.py ask “How long do refunds take?”")
        conversation = Conversation([Turn(Message.Kind.CUSTOMER, text)], options["locale"])
        began = time.monotonic()
        heard = None if options["json"] or not sys.stderr.isatty() else self._hear
        reply = compose(conversation, Audience(options["audience"]), heard)
        seconds = time.monotonic() - began
        if options["json"]:
            self.stdout.write(json.dumps(as_json(reply, seconds), ensure_ascii=False))
        else:
            self._print(reply, seconds)

    def _hear(self, piece: str) -> None:
        """The preview, while the model writes; the answer with its evidence follows on stdout."""
        self.stderr.write(self.style.HTTP_NOT_MODIFIED(piece) if piece else "", ending="")
        self.stderr.flush()

    def _print(self, reply: Reply, seconds: float) -> None:
        if sys.stderr.isatty():
            self.stderr.write("")
        if reply.reason:
            self.stderr.write(reply.reason)
        for sentence in reply.sentences:
            numbers = "".join(f" [{cited.number}]" for cited in sentence.citations)
            self.stdout.write(f"{sentence.text}{numbers}   ({sentence.verdict.label})")
        for number, (title, quote) in sorted(_quoted(reply).items()):
            self.stdout.write(f"\n[{number}] {title}\n    “{quote}”")
        price = "unpriced" if reply.cost_usd is None else f"{reply.cost_usd:f} USD"
        who = f"by {reply.model}, {price}" if reply.model else "without a model"
        self.stderr.write(f"\n{Draft.Outcome(reply.outcome).label}, {who}, {seconds:.1f} s")


def as_json(reply: Reply, seconds: float) -> dict[str, Any]:
    """What scripts read. Where there is no answer, the text says why."""
    by_model = reply.written_by == Draft.Writer.MODEL
    return {
        "outcome": str(reply.outcome),
        "text": reply.text or reply.reason,
        "sentences": [
            {
                "text": sentence.text,
                "supported": sentence.supported,
                "citations": [
                    {
                        "number": cited.number,
                        "document": cited.offered.document,
                        "title": cited.offered.title,
                        "heading": cited.offered.heading,
                        "quote": cited.quote,
                    }
                    for cited in sentence.citations
                ],
            }
            for sentence in reply.sentences
        ],
        "written_by": str(Draft.Writer.MODEL if by_model else Draft.Writer.QUOTES),
        "model": reply.model or None,
        "usage": {"prompt_tokens": reply.prompt_tokens, "completion_tokens": reply.completion_tokens},
        "cost_usd": None if reply.cost_usd is None else float(reply.cost_usd),
        "seconds": round(seconds, 3),
    }


def _quoted(reply: Reply) -> dict[int, tuple[str, str]]:
    """The first quote of each passage that is cited."""
    found: dict[int, tuple[str, str]] = {}
    for sentence in reply.sentences:
        for cited in sentence.citations:
            place = " › ".join(filter(None, (cited.offered.title, cited.offered.heading)))
            found.setdefault(cited.number, (place, " ".join(cited.quote.split())))
    return found
