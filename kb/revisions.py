"""Store a document's text as its next revision, and its passages. What didn't change keeps its rows.

For whoever has locked the document and saves it in the same transaction; files and what people write alike.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache

from django.utils import timezone

from kb import dependents, lexical
from kb.copying import copy_passages
from kb.extract import Extracted
from kb.models import Document, Passage, Revision
from kb.passages import CountTokens, Cut, by_word
from llm.embed import embedder


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
    add_revision(document, extracted, document.uploaded_by_id)


def add_revision(
    document: Document, extracted: Extracted, by: int | None, why: str = "", like: Revision | None = None
) -> Revision:
    """The next one, which is the current one; the document is not saved."""
    last = _last_number(document) if document.current_id else 0
    revision = revision_of(document, last + 1, extracted, by)
    if like:
        revision.file, revision.file_hash = like.file, like.file_hash
        revision.page_starts, revision.notice = like.page_starts, like.notice
    elif document.source == Document.Source.EDITOR:
        revision.file, revision.file_hash = "", hashlib.sha256(extracted.text.encode()).hexdigest()
    revision.why = why
    revision.save()
    become(document, revision)
    return revision


def become(document: Document, revision: Revision) -> None:
    """The revision is its current one from now on; not saved."""
    document.current = revision
    document.changed = timezone.now()


def revision_of(document: Document, number: int, extracted: Extracted, by: int | None) -> Revision:
    """As the document's file gives it; not saved."""
    return Revision(
        document=document,
        number=number,
        title=extracted.title,
        text=extracted.text,
        file=str(document.file.name),
        file_hash=document.file_hash,
        page_starts=list(extracted.page_starts),
        notice=extracted.notice,
        author_id=by,
    )


def _last_number(document: Document) -> int:
    return document.revisions.order_by("-number").values_list("number", flat=True).first() or 0


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
        lexical.index(added, document.locale)
        copy_passages(added)
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
