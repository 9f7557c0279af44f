"""Tell what a file, or the files of an archive, would take from readers, before any is taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import IO

from django.conf import settings
from django.db.models import Q

from kb import lifecycle
from kb.archives import Archive
from kb.extract import Unreadable
from kb.extract.kinds import is_archive
from kb.models import Audience, Document

PIECE = 1024 * 1024


@dataclass(frozen=True)
class Replaced:
    """The documents that get another text, or whose file that nobody has read yet goes; and those that
    customers can't read any more. One may be both."""

    texts: Sequence[Document] = ()
    hidden: Sequence[Document] = ()

    @property
    def documents(self) -> list[Document]:
        return list({one.pk: one for one in (*self.texts, *self.hidden)}.values())


def replaced_by(reference: str, file: IO[bytes], audience: Audience | None = None) -> Replaced:
    """Those of its name. `audience`: what they would become. Raises Unreadable, as taking it does."""
    if is_archive(reference):
        return _replaced_by_archive(reference, file, audience)
    known = _known([reference])
    return _replaced(known, {reference: _digest(file)} if known else {}, audience)


def _replaced_by_archive(reference: str, file: IO[bytes], audience: Audience | None) -> Replaced:
    """Only what has the name of a document is looked into. What is refused keeps its text, and becomes as
    internal as the others."""
    with closing(Archive(file)) as archive:
        members = {f"{reference}/{member.path}": member for member in archive.documents()}
        known = _known([*members, *(f"{reference}/{path}" for path in archive.refused)])
        digests: dict[str, str] = {}
        for name in (document.reference for document in known if document.reference in members):
            with suppress(Unreadable):
                data = archive.read(members[name], settings.UPLOAD_LIMIT)
                digests[name] = hashlib.sha256(data).hexdigest()
    file.seek(0)
    return _replaced(known, digests, audience)


def _known(references: Iterable[str]) -> list[Document]:
    """With a text, or with a file that waits to be read."""
    waiting = ~Q(state__in=[Document.State.SEARCHABLE, Document.State.FAILED])
    known = Document.objects.filter(Q(current__isnull=False) | waiting, reference__in=list(references))
    return list(known.select_related("current").order_by("title", "pk"))


def _replaced(known: Sequence[Document], digests: Mapping[str, str], audience: Audience | None) -> Replaced:
    texts = [one for one in known if one.reference in digests and _goes(one, digests[one.reference])]
    wanted = {"audience": audience} if audience else {}
    return Replaced(texts, [one for one in known if one.current and lifecycle.withdraws(one, wanted)])


def _goes(document: Document, digest: str) -> bool:
    """Are these other bytes, or those that could not be read, so that its text stayed so far?"""
    failed = document.state == Document.State.FAILED and document.source == Document.Source.FILE
    had = document.current.file_hash if failed and document.current else document.file_hash
    return digest != had


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(PIECE), b""):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
