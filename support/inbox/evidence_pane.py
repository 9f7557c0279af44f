"""Arrange a draft's citations as the passages that an agent reads beside it, each quote marked.

A passage comes through its gate; of one that was changed or withdrawn since, the stored quote is shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from django.urls import reverse

from kb.models import Audience, Passage
from support.models import Citation, Draft


@dataclass(frozen=True)
class Piece:
    """A stretch of a passage and the citations that quote it (none: plain text)."""

    text: str
    citations: tuple[int, ...] = ()


@dataclass
class Exhibit:
    """One passage of one document, or what is left of it."""

    number: int
    title: str
    heading: str
    citations: list[Citation] = field(default_factory=list)
    passage: Passage | None = None
    pieces: list[Piece] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return self.passage is None

    @property
    def internal(self) -> bool:
        """May be read here, but no customer can be shown it any more."""
        return self.passage is not None and self.passage.document.audience == Audience.INTERNAL

    @property
    def url(self) -> str:
        if self.passage:
            return self.passage.get_absolute_url(self.citations[0].quote)
        document = self._former_document()
        return reverse("document", args=[document]) if document else ""

    def _former_document(self) -> int | None:
        revision = self.citations[0].revision
        return revision.document_id if revision else None


def exhibits(draft: Draft | None) -> list[Exhibit]:
    """In the order of their numbers."""
    if draft is None:
        return []
    citations = Citation.objects.filter(sentence__draft=draft).select_related("revision")
    by_number: dict[int, Exhibit] = {}
    for citation in citations.order_by("number", "sentence__position"):
        exhibit = by_number.setdefault(
            citation.number, Exhibit(citation.number, citation.title, citation.heading)
        )
        exhibit.citations.append(citation)
    _fetch(list(by_number.values()))
    return list(by_number.values())


def _fetch(shown: Sequence[Exhibit]) -> None:
    wanted = {citation.passage_id for exhibit in shown for citation in exhibit.citations}
    visible = Passage.objects.visible_to(Audience.INTERNAL).select_related("document")
    passages = visible.in_bulk([pk for pk in wanted if pk])
    for exhibit in shown:
        passage = passages.get(exhibit.citations[0].passage_id or 0)
        exhibit.passage = passage
        exhibit.pieces = (
            marked(passage.text, spans(passage, exhibit.citations)) if passage else _quotes(exhibit)
        )


def spans(passage: Passage, citations: Sequence[Citation]) -> list[tuple[int, int, int]]:
    """(start, end, citation) in the passage's text."""
    found = []
    for citation in citations:
        start = citation.start - passage.start
        if citation.revision_id != passage.revision_id or not _stands_at(passage.text, citation.quote, start):
            start = passage.text.find(citation.quote)
        if start >= 0:
            found.append((start, start + len(citation.quote), citation.pk))
    return found


def marked(text: str, quoted: Sequence[tuple[int, int, int]]) -> list[Piece]:
    """The text in pieces; where quotes overlap, a piece belongs to each of them."""
    cuts = sorted({0, len(text), *(edge for start, end, _ in quoted for edge in (start, end))})
    return [
        Piece(text[start:end], tuple(one for begin, stop, one in quoted if begin <= start and end <= stop))
        for start, end in pairwise(cuts)
    ]


def _stands_at(text: str, quote: str, start: int) -> bool:
    return start >= 0 and text[start : start + len(quote)] == quote


def _quotes(exhibit: Exhibit) -> list[Piece]:
    quotes: dict[str, list[int]] = {}
    for citation in exhibit.citations:
        quotes.setdefault(citation.quote, []).append(citation.pk)
    return [Piece(quote, tuple(citations)) for quote, citations in quotes.items()]
