"""Tell which documents a file, or the files of an archive, would give another text, before any is taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import closing, suppress
from typing import IO

from django.conf import settings

from kb.archives import Archive
from kb.extract import Unreadable
from kb.extract.kinds import is_archive
from kb.models import Document

PIECE = 1024 * 1024


def replaced_by(reference: str, file: IO[bytes]) -> list[Document]:
    """Those of its name whose text came from other bytes. Raises Unreadable, as taking it does."""
    if is_archive(reference):
        return _replaced_by_archive(reference, file)
    known = _with_text([reference])
    return _others(known, {reference: _digest(file)}) if known else []


def _replaced_by_archive(reference: str, file: IO[bytes]) -> list[Document]:
    """Only what has the name of a document is asked for."""
    with closing(Archive(file)) as archive:
        members = {f"{reference}/{member.path}": member for member in archive.documents()}
        known = _with_text(members)
        digests: dict[str, str] = {}
        for name in (document.reference for document in known):
            with suppress(Unreadable):  # it is refused when it is taken, and replaces nothing
                data = archive.read(members[name], settings.UPLOAD_LIMIT)
                digests[name] = hashlib.sha256(data).hexdigest()
    file.seek(0)
    return _others(known, digests)


def _with_text(references: Iterable[str]) -> list[Document]:
    known = Document.objects.filter(reference__in=list(references), current__isnull=False)
    return list(known.order_by("title", "pk"))


def _others(known: Iterable[Document], digests: Mapping[str, str]) -> list[Document]:
    return [one for one in known if digests.get(one.reference, one.file_hash) != one.file_hash]


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(PIECE), b""):
        digest.update(piece)
    file.seek(0)
    return digest.hexdigest()
