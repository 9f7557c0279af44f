"""Store a document's text as its next revision, and its passages. What didn't change keeps its rows.

For whoever has locked the document and saves it in the same transaction; files and what people write alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING

from django.utils import timezone

from kb import dependents, lexical
from kb.extract import Extracted
from kb.models import Document, Passage, Revision
from kb.passages import CountTokens, Cut, by_word
from llm.embed import embedder

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def cut_before(document: Document, title: str) -> Sequence[tuple[str, str]]:
    """Heading and text of its passages; under another title they would be embedded anew anyway."""
    if document.current_id is None or document.title != title:
        return ()
    return list(document.passages.order_by("position").values_list("heading", "text"))


@cache
def counter(model: str) -> CountTokens:
    return by_word(embedder(model).count)


def revise(document: Document, extracted: Extracted) -> None:
    """A new revision, unless the file gives what the current one says already."""
    current = document.current
    pages = list(extracted.page_starts)
    if current and (document.file_hash, extracted.title, extracted.text, pages, extracted.notice) == (
        current.file_hash,
        current.title,
        current.text,
        current.page_starts,
        current.notice,
    ):
        return
    add_revision(
        document, extracted.title, extracted.text, document.uploaded_by, "", None, pages, extracted.notice
    )


def add_revision(
    document: Document,
    title: str,
    text: str,
    by: AbstractUser | None,
    why: str,
    like: Revision | None,
    pages: Sequence[int] = (),
    notice: str = "",
) -> Revision:
    """The next one, which is the current one; the document is not saved."""
    last = _last_number(document) if document.current_id else 0
    written = document.source == Document.Source.EDITOR and like is None
    digest = hashlib.sha256(text.encode()).hexdigest() if written else document.file_hash
    document.current = Revision.objects.create(
        document=document,
        number=last + 1,
        title=title,
        text=text,
        file=like.file if like else "" if written else str(document.file.name),
        file_hash=like.file_hash if like else digest,
        page_starts=like.page_starts if like else list(pages),
        notice=like.notice if like else notice,
        author_id=by.pk if by else None,
        why=why,
    )
    document.changed = timezone.now()
    return document.current


def _last_number(document: Document) -> int:
    return document.revisions.order_by("-number").values_list("number", flat=True).first() or 0


def add_passages(document: Document, cuts: Sequence[Cut]) -> None:
    """Those of a document's first revision."""
    added = [passage_of(document, position, cut) for position, cut in enumerate(cuts)]
    _add(added, document.locale)
    lexical.count(added, [], document.locale)


def _add(passages: Sequence[Passage], locale: str) -> None:
    lexical.index(passages, locale)
    Passage.objects.bulk_create(passages, batch_size=500)


def replace_passages(document: Document, cuts: Sequence[Cut], removed_locale: str) -> None:
    """A passage with an unchanged content hash keeps its row, and with it its vectors and citations."""
    there: dict[str, list[Passage]] = {}
    for passage in document.passages.order_by("-position"):
        there.setdefault(passage.content_hash, []).append(passage)
    added, moved = [], []
    for position, cut in enumerate(cuts):
        wanted = passage_of(document, position, cut)
        if same := there.get(wanted.content_hash):
            moved += _moved(same.pop(), wanted)
        else:
            added.append(wanted)
    removed = [passage for passages in there.values() for passage in passages]
    _lock([*removed, *moved])
    Passage.objects.filter(pk__in=[passage.pk for passage in removed]).delete()
    if removed:
        dependents.withdrawn([document.pk])
    Passage.objects.bulk_update(moved, ["revision", "position", "start", "end"], batch_size=500)
    if added:
        _add(added, document.locale)
    if added or removed:
        lexical.count(added, removed, document.locale, removed_locale=removed_locale)


def _lock(passages: Iterable[Passage]) -> None:
    """In the order of their ids, as whoever stores vectors does it: nobody waits in a circle."""
    there = Passage.objects.filter(pk__in=[passage.pk for passage in passages])
    list(there.order_by("pk").select_for_update().values_list("pk"))


def passage_of(document: Document, position: int, cut: Cut) -> Passage:
    passage = Passage(
        document=document,
        revision=document.current,
        position=position,
        heading=cut.heading,
        text=cut.text,
        start=cut.start,
        end=cut.end,
    )
    indexed = f"{document.read_locale}\n{passage.indexed_text()}"
    passage.content_hash = hashlib.sha256(indexed.encode()).hexdigest()
    return passage


def _moved(passage: Passage, wanted: Passage) -> list[Passage]:
    """The row with its new place, if that is another one."""
    place = (wanted.revision_id, wanted.position, wanted.start, wanted.end)
    if (passage.revision_id, passage.position, passage.start, passage.end) == place:
        return []
    passage.revision_id, passage.position, passage.start, passage.end = place
    return [passage]
