"""Bring in files and folders in this process. Unchanged files cost nothing; a bad one stops no other."""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path

from django.conf import settings
from django.db import transaction

from kb import lexical
from kb.archives import Archive, linked_pictures
from kb.arriving import claim_new
from kb.embeddings import Ahead, make_ahead, store_ahead
from kb.extract import Unreadable, is_readable
from kb.extract.kinds import is_archive
from kb.ingest import Ingested, claim, embed_stored, receive, unchanged
from kb.leases import leases_renewed
from kb.models import REFERENCE_LENGTH, Audience, Document
from kb.storing import store_all
from kb.unpacking import picture_refused

# Read one after the other, then embedded together.
TOGETHER = 50
FIRST = 2
# While the last vectors of a group are made, those of the next one are begun.
GROUPS_AT_ONCE = 2
# How long (s) to wait for a worker that is at the same file.
PATIENCE = 120


class NothingThere(Exception):
    """A path that can't be imported; the message says why."""


@dataclass(frozen=True)
class Found:
    """A file, or a member of an archive, and the reference that its document has."""

    path: Path
    reference: str
    member: str = ""


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
            elif is_archive(file.name):
                found.update(_members(file, reference, others))
            elif found.setdefault(reference, Found(file, reference)).path != file:
                raise NothingThere(
                    f"{found[reference].path} and {file} would both be the document “{reference}”: "
                    "name the folder above them instead."
                )
    return sorted(found.values(), key=lambda file: file.reference), others


def _members(file: Path, reference: str, others: list[Path]) -> Iterator[tuple[str, Found]]:
    """Each file of an archive. One that can't be opened fails by itself, when it is read."""
    try:
        with closing(Archive(str(file))) as archive:
            others += [file / name for name in archive.others]
            paths = sorted({*archive.refused, *(member.path for member in archive.documents())})
    except Unreadable:
        paths = []
    for path in paths:
        yield f"{reference}/{path}", Found(file, f"{reference}/{path}", path)
    if not paths:
        yield reference, Found(file, reference)


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
    """Every file's outcome, in order. While the vectors of some are made, the next ones are read."""
    results: list[Imported] = []
    locales: set[str] = set()
    with ThreadPoolExecutor(GROUPS_AT_ONCE, "vectors") as aside, ExitStack() as unfinished:
        before: _Step | None = None
        for group in chain(_groups(files), [()]):
            # What is broken off frees its documents at once.
            step = _begun(group, audience, locale, aside, unfinished.enter_context(ExitStack()))
            if step:
                locales |= step.locales()
            else:  # all is stored, and the last vectors are being made
                for where in locales:
                    lexical.renew(where)
            for imported in before.outcomes() if before else ():
                progress(imported)
                results.append(imported)
            before = step
    return results


def _groups(files: Iterable[Found]) -> Iterator[Sequence[Found]]:
    """The first ones are small, so that the making of vectors begins at once."""
    waiting, size = iter(files), FIRST
    while group := list(islice(waiting, size)):
        yield group
        size = min(2 * size, TOGETHER)


@dataclass(frozen=True)
class _Step:
    """Some files, read and stored, whose vectors are being made."""

    taken: list[_Taken]
    stored: list[int]
    ahead: Ahead | None
    held: ExitStack  # the leases of their documents

    @property
    def claimed(self) -> list[Document]:
        return [item.document for item in self.taken if item.document]

    def outcomes(self) -> Iterator[Imported]:
        made = store_ahead(self.ahead) if self.ahead else Counter[int]()
        done = {
            document.pk: replace(result, embedded=result.embedded + made[document.pk])
            for document, result in zip(self.claimed, self._finished(), strict=True)
        }
        self.held.close()
        for item in self.taken:
            yield _told(item, done)
            yield from item.pictures

    def _finished(self) -> list[Ingested]:
        return embed_stored(self.claimed, self.stored) if self.claimed else []

    def locales(self) -> set[str]:
        return {document.locale for document in self.claimed}


def _begun(
    group: Sequence[Found], audience: Audience | None, locale: str, aside: Executor, held: ExitStack
) -> _Step | None:
    if not group:
        return None
    contents = [_content(file) for file in group]
    hashes = {
        file.reference: content.digest
        for file, content in zip(group, contents, strict=True)
        if isinstance(content, _Content)
    }
    known = unchanged(hashes, audience)
    new = _claim_new(zip(group, contents, strict=True), known, audience)
    taken = [
        _take(file, content, known, new, audience) for file, content in zip(group, contents, strict=True)
    ]
    claimed = [item.document for item in taken if item.document]
    if not claimed:
        return _Step(taken, [], None, held)
    held.enter_context(leases_renewed(claimed))
    stored = store_all(claimed, locale)
    return _Step(taken, stored, make_ahead(claimed, aside), held)


@dataclass(frozen=True)
class _Taken:
    """A file, and the document that was claimed for it; without one there is nothing to do."""

    imported: Imported
    document: Document | None = None
    pictures: list[Imported] = field(default_factory=list)  # those that could not be kept


@dataclass(frozen=True)
class _Content:
    """What a file holds is read when it is needed: many files together would not fit."""

    digest: str
    read: Callable[[], bytes]


def _content(file: Found) -> _Content | str:
    """Or why it can't be taken."""
    try:
        if file.member:
            return _member(file)
        if is_archive(file.path.name):
            with closing(Archive(str(file.path))):
                return "The archive holds no file that can be read; add some, or unpack it and look."
        if file.path.stat().st_size > settings.UPLOAD_LIMIT:
            megabytes = settings.UPLOAD_LIMIT // (1024 * 1024)
            return f"The file is larger than {megabytes} MB; split it, or raise UPLOAD_LIMIT_MB."
        with file.path.open("rb") as opened:
            return _Content(hashlib.file_digest(opened, "sha256").hexdigest(), file.path.read_bytes)
    except Unreadable as error:
        return str(error)
    except OSError as error:
        return f"The file can't be opened: {error.strerror or error}."


def _member(file: Found) -> _Content | str:
    archive = _archive(file.path)
    if why := archive.refused.get(file.member):
        return why
    data = archive.read(archive.members[file.member], settings.UPLOAD_LIMIT)
    return _Content(
        hashlib.sha256(data).hexdigest(),
        lambda: archive.read(archive.members[file.member], settings.UPLOAD_LIMIT),
    )


def _archive(path: Path) -> Archive:
    status = path.stat()
    return _opened(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=1)
def _opened(path: Path, changed: int, size: int) -> Archive:
    """The members of one come one after the other."""
    return Archive(str(path))


def _claim_new(
    files: Iterable[tuple[Found, _Content | str]], known: dict[str, int], audience: Audience | None
) -> dict[str, Document]:
    """The files of which nobody has heard; an archive's members come with their pictures, one by one."""
    news = {
        file.reference: content.read
        for file, content in files
        if isinstance(content, _Content)
        and file.reference not in known
        and len(file.reference) <= REFERENCE_LENGTH
        and not file.member
    }
    for reference in Document.objects.filter(reference__in=news).values_list("reference", flat=True):
        del news[reference]
    return claim_new(news.items(), audience) if news else {}


def _take(
    file: Found,
    content: _Content | str,
    known: dict[str, int],
    new: dict[str, Document],
    audience: Audience | None,
) -> _Taken:
    name = file.reference
    if isinstance(content, str):
        return _Taken(Imported(name, "failed", Document.State.FAILED, content))
    if len(name) > REFERENCE_LENGTH:
        return _Taken(Imported(name, "failed", Document.State.FAILED, "The path is too long; shorten it."))
    if name in known:
        return _Taken(Imported(name, "unchanged", Document.State.SEARCHABLE, passages=known[name]))
    if name in new:
        return _Taken(Imported(name, "created", new[name].state), new[name])
    try:
        data = content.read()
    except (OSError, Unreadable) as error:
        return _Taken(Imported(name, "failed", Document.State.FAILED, f"The file can't be read: {error}"))
    with transaction.atomic():
        # Claimed before anyone sees it: a worker would take it otherwise.
        document = receive(name, data, audience=audience)
        pictures = _keep_pictures(file, data, document)
        claimed = claim(document.pk)
    claimed = claimed or _when_free(document)
    outcome = "updated" if document.current_id else "created"
    return _Taken(Imported(name, outcome, document.state), claimed, pictures)


def _keep_pictures(file: Found, data: bytes, document: Document) -> list[Imported]:
    """The archive's pictures that this document shows; those that can't be kept, and why."""
    if not file.member:
        return []
    archive, refused = _archive(file.path), []
    for member in linked_pictures(data, file.member, archive.members).values():
        if why := picture_refused(archive, member, document):
            reference = f"{document.reference.removesuffix(file.member)}{member.path}"
            refused.append(Imported(reference, "failed", Document.State.FAILED, why))
    return refused


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
