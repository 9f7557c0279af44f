"""What an admin writes in the editor: kept while they write, then made the document's next revision.

A kept text belongs to its author and survives a closed tab. Who saves over a text that somebody else saved
meanwhile is told first. A new article is nobody's to read until it is saved.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify

from kb import writing
from kb.extract import clean
from kb.lifecycle import Overtaken
from kb.models import Audience, Document, Edit, Image, Revision
from kb.tables import joined

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# Characters; what is longer comes as a file.
LONGEST = 300_000
# Whoever kept something so lately is probably still at it.
LATELY = timedelta(minutes=10)
PICTURE = re.compile(r"/images/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")


class OtherTab(Exception):
    """The same author has kept a newer text from another tab; the message tells them."""


@dataclass(frozen=True)
class Begun:
    """A text to write on, the revision that it came from, and since when it was kept (None: never)."""

    title: str
    text: str
    based_on: Revision | None
    kept: datetime | None


def begin(document: Document | None, author: AbstractUser) -> Begun:
    """Where the author left off; else the current text."""
    edit = _edits(document, author).select_related("based_on").first()
    if edit:
        return Begun(edit.title, edit.text, edit.based_on, edit.saved)
    current = document.current if document else None
    if current is None:
        return Begun("", "", None, None)
    return Begun(current.title, joined(current.text), current, None)


def others(document: Document | None, author: AbstractUser) -> Sequence[Edit]:
    """Who else seems to be writing on it now."""
    if document is None:
        return []
    lately = document.edits.exclude(author_id=author.pk).filter(saved__gte=timezone.now() - LATELY)
    return list(lately.select_related("author"))


def keep(
    document: Document | None,
    author: AbstractUser,
    title: str,
    text: str,
    *,
    based_on: int | None = None,
    seen: datetime | None = None,
    tab: str = "",
) -> datetime:
    """Returns when it was kept. Raises OtherTab if another tab has kept something since `seen`."""
    title, text = title.replace("\x00", "")[:500], clean(text)[:LONGEST]
    try:
        with transaction.atomic():
            edit = _edits(document, author).select_for_update().first() or Edit(
                document=document, author_id=author.pk
            )
            newer = edit.pk and (seen is None or edit.saved > seen) and edit.tab != tab
            if newer and (edit.title, edit.text) != (title, text):
                raise OtherTab("You wrote on this in another tab since. Reload the page to go on from there.")
            edit.title, edit.text, edit.tab, edit.based_on_id = title, text, tab, based_on
            edit.save()
    except IntegrityError:  # two tabs began in the same moment
        raise OtherTab(
            "You began this in another tab as well. Reload the page to go on from there."
        ) from None
    return edit.saved


def give_up(document: Document | None, author: AbstractUser) -> None:
    _edits(document, author).delete()


def publish(
    document: Document, author: AbstractUser, title: str, text: str, *, why: str, based_on: int | None
) -> Document:
    """The document's next revision. Raises Overtaken if another text was saved meanwhile, and Unreadable."""
    text = clean(text)
    with transaction.atomic():
        if based_on is None and document.current_id is not None:
            raise Overtaken("Somebody else saved a text of this document meanwhile.")
        written = writing.write(document, title, text, by=author, why=why, based_on=based_on)
        _adopt_pictures(written, author, text)
        give_up(document, author)
    return written


def create(
    author: AbstractUser, title: str, text: str, *, audience: Audience, locale: str, published: bool
) -> Document:
    """A new article. Raises Unreadable."""
    text = clean(text)
    status = Document.Status.PUBLISHED if published else Document.Status.UNPUBLISHED
    with transaction.atomic():
        made = Document.objects.create(
            reference=_reference(title),
            title=title,
            locale=locale,
            read_locale=locale,
            audience=audience,
            status=status,
            source=Document.Source.EDITOR,
            uploaded_by_id=author.pk,
        )
        written = writing.write(made, title, text, by=author)
        _adopt_pictures(written, author, text)
        give_up(None, author)
    return written


def _edits(document: Document | None, author: AbstractUser) -> QuerySet[Edit]:
    return Edit.objects.filter(document=document, author_id=author.pk)


def _adopt_pictures(document: Document, author: AbstractUser, text: str) -> None:
    """Those that were added before there was a document belong to it from now on."""
    keys = set(map(uuid.UUID, PICTURE.findall(text)))
    Image.objects.filter(document=None, uploaded_by_id=author.pk, key__in=keys).update(document=document)


def _reference(title: str) -> str:
    """`articles/refunds-1f3a9c2b.md`: told apart from any other, and never changed."""
    return f"articles/{slugify(title)[:80] or 'article'}-{uuid.uuid4().hex[:8]}.md"
