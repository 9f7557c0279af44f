"""What became of a document, newest first: its texts and what else was changed about it, in one list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format

from kb.lifecycle import NAMES, TIMES
from kb.models import Document, DocumentChange, DocumentQuerySet, Revision

NOTHING = "none"
# Of a long history, so many of the newest texts and changes.
MOST = 200


@dataclass(frozen=True)
class Told:
    """One thing that was changed, in words."""

    name: str
    was: str
    became: str


@dataclass(frozen=True)
class Event:
    """Who did what, when and why: a text, or changes."""

    when: datetime
    author: str
    why: str
    revision: Revision | None = None
    before: int | None = None  # the number of the revision before it
    change: DocumentChange | None = None
    told: Sequence[Told] = ()


def events(document: Document, readable: DocumentQuerySet) -> list[Event]:
    """`readable`: the documents whose names may be told."""
    revisions = document.revisions.defer("text").select_related("author").order_by("-number")[:MOST]
    changes = document.changes.select_related("author")[:MOST]
    found = [
        Event(one.created, str(one.author or ""), one.why, one, earlier.number if earlier else None)
        for one, earlier in pairwise([*revisions, None])
        if one
    ]
    found += [
        Event(one.created, str(one.author or ""), one.why, change=one, told=told(one, readable))
        for one in changes
    ]
    return sorted(found, key=lambda event: event.when, reverse=True)


ANOTHER = "another document"


def told(change: DocumentChange, readable: DocumentQuerySet) -> list[Told]:
    sides = [_with_names_told(values, readable) for values in (change.was, change.became)]
    return [
        Told(NAMES.get(field, field), *(in_words(field, values) for values in sides))
        for field in change.became
    ]


def _with_names_told(values: Mapping[str, Any], readable: DocumentQuerySet) -> Mapping[str, Any]:
    """Another document is named to those alone who may open it."""
    other = values.get("translation_of")
    if not other or readable.filter(pk=other["id"]).exists():
        return values
    return {**values, "translation_of": {**other, "name": ANOTHER}}


def in_words(field: str, values: Mapping[str, Any]) -> str:
    """As the history keeps it, for a reader."""
    kept = values.get(field)
    if kept in (None, "", []):
        return NOTHING
    if isinstance(kept, dict):
        return str(kept.get("name", ""))
    if isinstance(kept, list):
        return ", ".join(kept)
    if field in TIMES:
        return _shown(parse_datetime(kept), "j M Y, H:i")
    return _shown(parse_date(kept), "j M Y") if field == "review_by" else str(kept)


def _shown(moment: datetime | date | None, how: str) -> str:
    if isinstance(moment, datetime):
        moment = timezone.localtime(moment)
    return date_format(moment, how) if moment else NOTHING
