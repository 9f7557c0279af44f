"""Arrange the passages behind a draft as an agent reads them beside it: those that its writer was offered, as
the writer saw them, then those that the agent found and added.

Whether one still stands is looked up through the passages' gate. What an agent may add is public.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.http import urlencode

from kb import plain, retrieval
from kb.models import Audience, Document, PageOfOriginal, Passage, Revision
from support import evidence, reviewing
from support.evidence import Offered
from support.generations import generations
from support.models import Draft, OfferedPassage, PassageChoice
from support.offering import MOST_NUMBERS

if TYPE_CHECKING:
    from kb.models import PassageQuerySet

PINNED, EXCLUDED = PassageChoice.Kind.PINNED.value, PassageChoice.Kind.EXCLUDED.value
NOTHING_CHOSEN: Mapping[int, str] = {}
MOST_HITS = 5
NAMED_WITH_QUOTE = 2000  # characters of a quote in an address, at most


@dataclass(frozen=True)
class Exhibit:
    """One passage as it is shown; `number` is its place in a hit list, or what sentences cite it by."""

    number: int
    title: str
    heading: str
    pieces: list[plain.Piece]
    passage: Passage | None = None  # as an agent may read it today
    url: str = ""
    choice: str = ""
    added: bool = False
    quote: str = ""  # what a search found in it, as it is inserted
    page: PageOfOriginal | None = None

    @property
    def changed(self) -> bool:
        return self.passage is None

    @property
    def internal(self) -> bool:
        """May be read here, but no customer can be shown it any more."""
        return self.passage is not None and self.passage.document.audience == Audience.INTERNAL

    @property
    def choosable(self) -> bool:
        """A draft can be written from it."""
        return self.passage is not None and not self.internal


def pane(draft: Draft | None) -> dict[str, Any]:
    """What stands in the pane beside a draft."""
    choices = dict(draft.choices.values_list("passage", "kind")) if draft else {}
    shown = exhibits(draft, choices)
    written = generations(draft.ticket) if draft else []
    here = {exhibit.passage.pk for exhibit in shown if exhibit.passage}
    # While another draft is written, the passages of the one before stay to be read.
    former = not shown and draft is not None and draft.in_progress and bool(written)
    return {
        "exhibits": exhibits(written[0]) if former else shown,
        "former": former,
        "most": MOST_NUMBERS,
        "left_out": list(_public(pk for pk, kind in choices.items() if kind == EXCLUDED and pk not in here)),
        "generations": written,
        "chosen": {
            kind: ",".join(str(pk) for pk, of in choices.items() if of == kind) for kind in (PINNED, EXCLUDED)
        },
    }


def exhibits(draft: Draft | None, choices: Mapping[int, str] = NOTHING_CHOSEN) -> list[Exhibit]:
    """What the draft's writer was offered, in the order of the numbers."""
    if draft is None:
        return []
    rows = list(draft.offered.select_related("revision__document"))
    readable = Passage.objects.visible_to(Audience.INTERNAL).select_related("document")
    passages = readable.in_bulk([row.passage_id for row in rows if row.passage_id])
    return [_exhibit(row, passages.get(row.passage_id or 0), choices) for row in rows]


def added_exhibits(draft: Draft | None, added: Sequence[int]) -> list[Exhibit]:
    """What the agent found and wants beside them, numbered as the evidence check numbers it."""
    offered = set(draft.offered.values_list("passage", flat=True)) if draft else set()
    numbers = {one.passage_id: one.number for one in reviewing.offered(draft, added)}
    passages = _public(pk for pk in set(added) - offered if pk in numbers)
    found = [_found(passage, numbers[passage.pk], added=True) for passage in passages]
    return sorted(found, key=lambda exhibit: exhibit.number)


@dataclass(frozen=True)
class Found:
    """`words_only`: why the search could not compare meaning; empty: it did."""

    hits: list[Exhibit]
    words_only: str


def searched(query: str, locale: str) -> Found:
    """Passages that may be put beside a draft: what customers may read, and nothing else."""
    found = retrieval.retrieve(query, Audience.PUBLIC, locale=locale, limit=MOST_HITS)
    hits = [_found(hit.passage, number, query) for number, hit in enumerate(found.hits, start=1)]
    return Found(hits, found.words_only)


def _public(ids: Iterable[int]) -> PassageQuerySet:
    return reviewing.public_passages(ids).select_related("document").order_by("document__title", "pk")


def _exhibit(row: OfferedPassage, passage: Passage | None, choices: Mapping[int, str]) -> Exhibit:
    stands = passage if passage and passage.content_hash == row.content_hash else None
    return Exhibit(
        number=row.number,
        title=row.title,
        heading=row.heading,
        pieces=plain.pieces(row.text),
        passage=stands,
        url=stands.get_absolute_url() if stands else _former(row.revision),
        choice=choices.get(row.passage_id or 0, ""),
        page=row.revision.page_of(row.start) if row.revision and (stands or _former(row.revision)) else None,
    )


def _former(revision: Revision | None) -> str:
    """The revision that was quoted, as long as agents may open its document."""
    if revision is None or revision.document_id is None:
        return ""
    if not Document.objects.visible_to(Audience.INTERNAL).filter(pk=revision.document_id).exists():
        return ""
    return f"{reverse('document', args=[revision.document_id])}?{urlencode({'revision': revision.number})}"


def _found(passage: Passage, number: int, query: str = "", added: bool = False) -> Exhibit:
    cited = evidence.quote(query, _offered(passage, number)) if query else None
    quote = plain.unmarked(cited.quote).strip() if cited else ""
    return Exhibit(
        number=number,
        title=passage.document.title,
        heading=passage.heading,
        pieces=plain.pieces(passage.text),
        passage=passage,
        url=passage.get_absolute_url(quote[:NAMED_WITH_QUOTE]),
        added=added,
        quote=quote,
        page=passage.page(max(passage.text.find(cited.quote), 0) if cited else 0),
    )


def _offered(passage: Passage, number: int) -> Offered:
    """As the evidence check takes it; places count from the passage's own beginning."""
    document = passage.document
    return Offered(
        number, document.reference, document.title, passage.heading, passage.text, locale=document.locale
    )
