"""Bring in files and folders in this process. Unchanged files cost nothing; a bad one stops no other."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kb.extract import is_readable
from kb.ingest import Ingested, claim, ingest_all, receive, unchanged
from kb.models import Audience, Document

# Read one after the other, then embedded together.
TOGETHER = 50
# How long (s) to wait for a worker that is at the same file.
PATIENCE = 120
REFERENCE_LENGTH = 1000


class NothingThere(Exception):
    """A path that can't be imported; the message says why."""


@dataclass(frozen=True)
class Found:
    """A file and the reference that its document has."""

    path: Path
    reference: str


@dataclass(frozen=True)
class Imported:
    """What became of one file."""

    reference: str
    outcome: str  # "created", "updated", "unchanged", "failed"
    state: str
    reason: str = ""
    passages: int = 0
    embedded: int = 0


def find(paths: Iterable[Path]) -> tuple[list[Found], list[Path]]:
    """The files to bring in, sorted by reference, and those of other types in the same folders."""
    found: dict[str, Found] = {}
    others: list[Path] = []
    for path in paths:
        if not path.exists():
            raise NothingThere(f"{path} is not there: name a file or a folder.")
        if not (path.is_dir() or path.is_file()):
            raise NothingThere(f"{path} is neither a file nor a folder: save what it gives to a file first.")
        folder = path if path.is_dir() else path.parent
        for file in _files(path) if path.is_dir() else [path]:
            reference = _reference(file, folder)
            if file != path and not is_readable(file.name):
                others.append(file)
            elif found.setdefault(reference, Found(file, reference)).path != file:
                raise NothingThere(
                    f"{found[reference].path} and {file} would both be the document “{reference}”: "
                    "name the folder above them instead."
                )
    return sorted(found.values(), key=lambda file: file.reference), others


def _files(folder: Path) -> Iterator[Path]:
    """All that is not hidden; links to folders are not followed, so that no walk is endless."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (
            Path(where, name) for name in names if not name.startswith(".") and Path(where, name).is_file()
        )


def _reference(file: Path, folder: Path) -> str:
    """As text: a name that is no UTF-8 can't be stored as it is."""
    return os.fsencode(file.relative_to(folder).as_posix()).decode("utf-8", "replace")


def import_files(
    files: Sequence[Found],
    audience: Audience | None = None,
    locale: str = "",
    progress: Callable[[Imported], None] = lambda imported: None,
) -> list[Imported]:
    """Every file's outcome, in order."""
    results: list[Imported] = []
    waiting = iter(files)
    while group := list(islice(waiting, TOGETHER)):
        for imported in _import_group(group, audience, locale):
            progress(imported)
            results.append(imported)
    return results


def _import_group(group: Sequence[Found], audience: Audience | None, locale: str) -> list[Imported]:
    contents = [_bytes(file.path) for file in group]
    hashes = {
        file.reference: hashlib.sha256(content).hexdigest()
        for file, content in zip(group, contents, strict=True)
        if isinstance(content, bytes)
    }
    known = unchanged(hashes, audience)
    taken = [_take(file, content, known, audience) for file, content in zip(group, contents, strict=True)]
    claimed = [item.document for item in taken if item.document]
    done = dict(zip((document.pk for document in claimed), ingest_all(claimed, locale), strict=True))
    return [_told(item, done) for item in taken]


@dataclass(frozen=True)
class _Taken:
    """A file, and the document that was claimed for it; without one there is nothing to do."""

    imported: Imported
    document: Document | None = None


def _bytes(path: Path) -> bytes | str:
    """What a file holds, or why it can't be taken."""
    try:
        if path.stat().st_size > settings.UPLOAD_LIMIT:
            megabytes = settings.UPLOAD_LIMIT // (1024 * 1024)
            return f"The file is larger than {megabytes} MB; split it, or raise UPLOAD_LIMIT_MB."
        return path.read_bytes()
    except OSError as error:
        return f"The file can't be opened: {error.strerror or error}."


def _take(file: Found, content: bytes | str, known: dict[str, int], audience: Audience | None) -> _Taken:
    name = file.reference
    if isinstance(content, str):
        return _Taken(Imported(name, "failed", Document.State.FAILED, content))
    if len(name) > REFERENCE_LENGTH:
        return _Taken(Imported(name, "failed", Document.State.FAILED, "The path is too long; shorten it."))
    if name in known:
        return _Taken(Imported(name, "unchanged", Document.State.SEARCHABLE, passages=known[name]))
    with transaction.atomic():
        # Claimed before anyone sees it: a worker would take it otherwise.
        document = receive(name, content, audience=audience)
        claimed = claim(document.pk)
    claimed = claimed or _when_free(document)
    outcome = "updated" if document.current_id else "created"
    return _Taken(Imported(name, outcome, document.state), claimed)


def _when_free(document: Document) -> Document | None:
    """Someone else is reading this very file: they finish it, or their lease ends."""
    ends = time.monotonic() + PATIENCE
    while document.in_progress and time.monotonic() < ends:
        if claimed := claim(document.pk):
            return claimed
        time.sleep(0.5)
        document.refresh_from_db()
    return None


def _told(item: _Taken, done: dict[int, Ingested]) -> Imported:
    document = item.document
    if document is None:
        return item.imported
    if document.state != Document.State.SEARCHABLE:
        return replace(item.imported, outcome="failed", state=document.state, reason=document.reason)
    result = done[document.pk]
    return replace(item.imported, state=document.state, passages=result.passages, embedded=result.embedded)
