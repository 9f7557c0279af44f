"""Search the knowledge base from the terminal, as a customer or an agent would."""

import json
import textwrap
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from kb import categories
from kb.models import Audience, Document
from kb.plain import encodable
from kb.retrieval import DEPTH, Hit, best_per_document, retrieve

SHOWN = 5


class Command(BaseCommand):
    help = "Print the documents that answer a question, best first, each with its best passage."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question", type=encodable)
        parser.add_argument(
            "--audience",
            choices=Audience.values,
            default=Audience.PUBLIC,
            help="who asks: “internal” finds internal documents too (default: public)",
        )
        parser.add_argument("--locale", type=encodable, default="", help="the question's language: en, de, …")
        parser.add_argument(
            "--category",
            type=encodable,
            help="only documents of this category and those below it: its name or path (Orders/Refunds)",
        )
        parser.add_argument(
            "--source", choices=Document.Source.values, help="only documents that came this way"
        )
        parser.add_argument("--limit", type=int, default=SHOWN, help=f"how many documents (default: {SHOWN})")
        parser.add_argument("--json", action="store_true", help="print one JSON value")

    def handle(self, *, question: str, audience: str, locale: str, limit: int, **options: Any) -> None:
        if not question.strip():
            raise CommandError("The question is empty: write what you look for.")
        if limit < 1:
            raise CommandError("--limit must be 1 or more.")
        reader = Audience(audience)
        found = retrieve(
            question,
            reader,
            locale=locale,
            limit=2 * DEPTH,
            categories=_categories(options["category"]) if options["category"] else None,
            sources=[options["source"]] if options["source"] else None,
        )
        hits = best_per_document(found.hits)[:limit]
        if found.words_only:
            self.stderr.write(f"Found by words alone: {found.words_only}")
        if options["json"]:
            self.stdout.write(json.dumps([_as_json(hit) for hit in hits], ensure_ascii=False))
        elif hits:
            self.stdout.write("\n\n".join(map(_as_text, hits)))
        else:
            self.stdout.write(_nothing(reader))


def _categories(name: str) -> list[int]:
    category = categories.named(name)
    if category is None:
        known = ", ".join(node.path for node in categories.tree()) or "none yet"
        raise CommandError(f"No one category is called “{name}”. There are: {known}.")
    return [category.pk]


def _as_json(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "document": passage.document.reference,
        "title": passage.document.title,
        "heading": passage.heading,
        "text": passage.text,
        "score": round(hit.score, 4),
        "lexical_rank": hit.lexical_rank,
        "vector_rank": hit.vector_rank,
    }


def _as_text(hit: Hit) -> str:
    passage = hit.passage
    path = " › ".join(part for part in (passage.document.title, passage.heading) if part)
    ranks = f"words {hit.lexical_rank or '–'}, meaning {hit.vector_rank or '–'}"
    text = textwrap.indent(textwrap.shorten(passage.text, 400, placeholder=" …"), "  ")
    return f"{path}\n  {passage.document.reference} (score {hit.score:.2f}; rank by {ranks})\n{text}"


def _nothing(reader: Audience) -> str:
    if not Document.objects.visible_to(reader).exists():
        return "There is nothing to search yet: bring in documents with “manage.py ingest PATH”."
    return "Nothing was found; ask with other words."
