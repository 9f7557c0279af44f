"""Store what many new documents say in one transaction: what a dozen statements for each would cost.

For claimed documents that have no revision yet. What a file makes of its document's row stands here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection, transaction

from kb import lexical, locales
from kb.copying import copy_passages
from kb.extract import Extracted
from kb.leases import lock_mine
from kb.models import Document, Passage, Revision
from kb.passages import Cut
from kb.revisions import become, passage_of, revision_of


@dataclass(frozen=True)
class Read:
    """A document's file, read and cut, but not stored."""

    document: Document
    extracted: Extracted
    cuts: Sequence[Cut]
    told_locale: str  # of a file that declares none

    @property
    def locale(self) -> str:
        return self.extracted.locale or self.told_locale or self.extracted.detected_locale

    def describe(self, locale: str, read_locale: str) -> None:
        """Make the document, whose languages are these by now, what its file says; not saved."""
        document = self.document
        document.read_locale = self.locale
        document.locale = locales.after_reading(locale, read_locale, self.locale)
        document.title = self.extracted.title
        document.state, document.reason = Document.State.EMBEDDING, ""


def store_first(read: Sequence[Read]) -> dict[int, int]:
    """How many passages each document has; 0 for one that somebody else has or gave another file."""
    with transaction.atomic():
        there = lock_mine([one.document for one in read], "locale", "read_locale")
        ours = [one for one in read if one.document.pk in there]
        for one in ours:
            one.describe(*there[one.document.pk])
        revisions = Revision.objects.bulk_create(
            revision_of(one.document, 1, one.extracted, one.document.uploaded_by_id) for one in ours
        )
        for one, revision in zip(ours, revisions, strict=True):
            become(one.document, revision)
        update([one.document for one in ours])
        _add_passages(ours)
    for one in read:
        if one.document.pk not in there:
            one.document.refresh_from_db()
    return {one.document.pk: len(one.cuts) if one.document.pk in there else 0 for one in read}


def update(documents: Sequence[Document]) -> None:
    """Save what files have made of them; the rows are locked."""
    rows = [
        (one.pk, one.title, one.locale, one.read_locale, one.state, one.current_id, one.changed)
        for one in documents
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(UPDATE, [list(column) for column in zip(*rows, strict=True)])


UPDATE = """
    UPDATE kb_document AS kept
    SET title = made.title, locale = made.locale, read_locale = made.read_locale, state = made.state,
        reason = '', current_id = made.revision, changed = made.changed
    FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bigint[], %s::timestamptz[])
        AS made (id, title, locale, read_locale, state, revision, changed)
    WHERE kept.id = made.id
"""


def _add_passages(read: Sequence[Read]) -> None:
    added: dict[str, list[Passage]] = {}
    for one in read:
        made = [passage_of(one.document, position, cut) for position, cut in enumerate(one.cuts)]
        added.setdefault(one.document.locale, []).extend(made)
    for locale, passages in added.items():
        lexical.index(passages, locale)
        copy_passages(passages)
    lexical.count_added(added)
