"""Which questions find a passage: labelled ones, what its headings say, what customers asked of late."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from kb import dependents
from kb.lexemes import lexemes
from kb.models import Audience, LabelledQuestion
from kb.passages import HEADING_SEPARATOR
from kb.retrieval import retrieve

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.contrib.auth.models import AbstractUser

    from kb.models import Passage

# Looked for among so many hits.
AMONG = 8
# Each is one search, and a page waits for all of them.
MOST_ASKED = 12
MOST_LABELLED = 6
LABELLED, HEADINGS, CUSTOMERS = "labelled question", "its heading", "a customer"
SHORTEST = 3  # letters of a word that a question may share


@dataclass(frozen=True)
class Asked:
    """A question, where it comes from, and as which hit it found the passage, from 1; None: as none."""

    question: str
    origin: str
    audience: Audience
    place: int | None
    document_found: bool  # another passage of the same document was


def questions_for(passage: Passage, viewer: AbstractUser) -> list[Asked]:
    """Those that find it first. Every question is asked as it would be now."""
    asked = [_asked(passage, *candidate) for candidate in islice(_candidates(passage, viewer), MOST_ASKED)]
    return sorted(asked, key=lambda one: (one.place or AMONG + 1, not one.document_found))


def _asked(passage: Passage, question: str, origin: str, audience: Audience, locale: str) -> Asked:
    hits = retrieve(question, audience, locale=locale, limit=AMONG).hits
    place = next((n for n, hit in enumerate(hits, 1) if hit.passage.pk == passage.pk), None)
    beside = any(hit.passage.document_id == passage.document_id for hit in hits)
    return Asked(question, origin, audience, place, beside)


def _candidates(passage: Passage, viewer: AbstractUser) -> Iterator[tuple[str, str, Audience, str]]:
    audience = Audience(passage.document.audience)
    labelled = LabelledQuestion.objects.filter(documents=passage.document)[:MOST_LABELLED]
    for one in labelled:
        yield one.text, LABELLED, Audience(one.audience), one.locale
    for question in _of_headings(passage):
        yield question, HEADINGS, audience, ""
    known = {one.text for one in labelled}
    for question in _most_alike(passage, [text for text in dependents.asked(viewer) if text not in known]):
        yield question, CUSTOMERS, Audience.PUBLIC, ""


def _of_headings(passage: Passage) -> list[str]:
    """What a customer would type who looks for just this: the last heading, and the title with it."""
    last = passage.heading.split(HEADING_SEPARATOR)[-1]
    title = passage.document.title
    return list(dict.fromkeys(filter(None, (last, f"{title} {last}".strip()))))


def _most_alike(passage: Passage, questions: list[str]) -> list[str]:
    """Those that share most words with it; asking all of them would take long."""
    locale = passage.document.locale
    held = {word for word in lexemes(passage.indexed_text(), locale) if len(word) >= SHORTEST}
    shared = {text: len(held.intersection(lexemes(text, locale))) for text in questions}
    alike = sorted((text for text in shared if shared[text]), key=lambda text: -shared[text])
    return alike[:MOST_ASKED]
