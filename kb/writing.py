"""Make a text that somebody wrote a document's next revision, and tell before which passages it takes away.

The same as for a file: one transaction changes everything that a reader sees, and unchanged passages keep
their rows. Nothing here enqueues: doors do.
"""

from __future__ import annotations

from collections import Counter
from copy import copy
from typing import TYPE_CHECKING

from django.db import transaction

from kb.extract import Extracted, Unreadable
from kb.ingest import wait_for_worker
from kb.lifecycle import Overtaken, Refused
from kb.models import Document, EmbeddingModel, Revision
from kb.revisions import add_revision, counter, cut_before, passage_of, replace_passages
from kb.tables import cuts_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser


def write(
    document: Document,
    title: str,
    text: str,
    *,
    by: AbstractUser,
    why: str = "",
    based_on: int | None = None,
    like: Revision | None = None,
) -> Document:
    """Make a text the document's next revision, at once; its vectors follow, as those of a file do.

    `based_on`: the revision that the writer saw as the current one; raises Overtaken if there is a newer one.
    `like`: an earlier revision with this text, whose original belongs to it. Raises Unreadable.
    """
    count = counter(EmbeddingModel.objects.active().name)
    title = title.strip() or document.title
    repeated, cuts = cuts_of(text.replace("\x00", ""), title, count, cut_before(document, title))
    if not cuts:
        raise Unreadable("This holds no text: write some.")
    text = repeated.text
    with transaction.atomic():
        there = Document.objects.select_for_update(of=("self",)).select_related("current").get(pk=document.pk)
        if based_on is not None and there.current_id != based_on:
            raise Overtaken("Somebody else saved another text of this document meanwhile.")
        if there.current and (there.current.title, there.current.text) == (title, text):
            return there
        there.title, there.source = title, Document.Source.EDITOR
        add_revision(there, Extracted(title, text, ""), by.pk, why, like)
        wait_for_worker(there)
        there.save(
            update_fields=["title", "source", "current", "changed", "state", "reason", "lease", "attempts"]
        )
        replace_passages(there, cuts, there.locale)
    return there


def going(document: Document, title: str, text: str) -> list[int]:
    """The passages whose text is gone as soon as this is the document's."""
    shadow = copy(document)
    shadow.title = title
    count = counter(EmbeddingModel.objects.active().name)
    _, cuts = cuts_of(text, title, count, cut_before(document, title))
    kept = Counter(passage_of(shadow, place, cut).content_hash for place, cut in enumerate(cuts))
    gone = []
    for pk, content_hash in document.passages.order_by("position").values_list("pk", "content_hash"):
        if kept[content_hash]:
            kept[content_hash] -= 1
        else:
            gone.append(pk)
    return gone


def restore(revision: Revision, *, by: AbstractUser, based_on: int | None = None) -> Document:
    """An earlier text as the next revision."""
    if revision.document is None:
        raise Refused("The document of this revision was deleted.")
    why = f"Restored from revision {revision.number}"
    return write(
        revision.document, revision.title, revision.text, by=by, why=why, based_on=based_on, like=revision
    )
