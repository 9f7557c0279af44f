"""Look into a ZIP archive of documents and their pictures. What is too much is told before it is unpacked.

Nothing is ever written where a member's name says: the name is only shown, without what leads upwards.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import IO
from urllib.parse import unquote

from kb.extract import Unreadable, is_readable
from kb.extract.kinds import is_archive

MOST_MEMBERS = 10_000
MOST_UNPACKED = 1024**3
# Text is packed to a tenth; to a hundredth is what was made to be unpacked.
MOST_RATIO = 100
SMALL = 10 * 1024 * 1024  # unpacked, whatever the ratio
DEEPEST = 30  # folders
NAME_LENGTH = 700
JUNK = re.compile(r"(?:^|/)(?:__MACOSX(?:/|$)|\.|Thumbs\.db$|desktop\.ini$)", re.I)
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


@dataclass(frozen=True)
class Member:
    """One file of an archive: its place below the archive, and the entry that holds it."""

    path: str
    entry: zipfile.ZipInfo

    @property
    def is_picture(self) -> bool:
        return self.path.lower().endswith(PICTURE_ENDINGS)


class Archive:
    """An archive that is within the limits; raises Unreadable for any other."""

    def __init__(self, file: IO[bytes] | str) -> None:
        try:
            self._archive = zipfile.ZipFile(file)
        except BROKEN as error:
            raise Unreadable("The archive is damaged: it can't be unpacked. Pack it again.") from error
        entries = [entry for entry in self._archive.infolist() if not entry.is_dir()]
        _check(entries)
        self.refused: dict[str, str] = {}  # members that can't be taken, and why
        self.others: list[str] = []  # files of other types
        self.members = {member.path: member for member in self._members(entries)}

    def documents(self) -> list[Member]:
        return [member for member in self.members.values() if not member.is_picture]

    def read(self, member: Member, most: int) -> bytes:
        """Its bytes; what an entry says of its size may be a lie."""
        if member.entry.file_size > most:
            raise Unreadable(f"The file is larger than {most // 1024**2} MB; split it.")
        try:
            with self._archive.open(member.entry) as file:
                data = file.read(most + 1)
        except BROKEN as error:
            raise Unreadable("The archive is damaged at this file; pack it again.") from error
        if len(data) > most:
            raise Unreadable(f"The file is larger than {most // 1024**2} MB; split it.")
        return data

    def close(self) -> None:
        self._archive.close()

    def _members(self, entries: list[zipfile.ZipInfo]) -> Iterator[Member]:
        seen: set[str] = set()
        for entry in entries:
            path = _harmless(_name(entry))
            if not path or JUNK.search(path):
                continue
            if why := _why_not(entry, path, path in seen):
                self.refused[path[:NAME_LENGTH]] = why
            elif is_readable(path) or path.lower().endswith(PICTURE_ENDINGS):
                seen.add(path)
                yield Member(path, entry)
            else:
                self.others.append(path)


def _check(entries: list[zipfile.ZipInfo]) -> None:
    """By what the archive says of itself."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MOST_MEMBERS:
        raise Unreadable(f"The archive holds more than {MOST_MEMBERS:,} files; split it.")
    if unpacked > MOST_UNPACKED:
        raise Unreadable(f"The archive is larger than {MOST_UNPACKED // 1024**2} MB once unpacked; split it.")
    if unpacked > SMALL and unpacked > packed * MOST_RATIO:
        raise Unreadable(
            "The archive unpacks to a hundred times its size and more; leave out what does that."
        )
    places = sorted((entry.header_offset, entry.compress_size) for entry in entries)
    if any(first + size > second for (first, size), (second, _) in pairwise(places)):
        raise Unreadable(
            "The archive's files lie one over another, as in none that was packed; pack it again."
        )


def _name(entry: zipfile.ZipInfo) -> str:
    """Many programs write UTF-8 and don't say so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _harmless(name: str) -> str:
    """Below the archive, whatever the name says; without what can't be seen or stored."""
    parts = PurePosixPath(re.sub(r"[\x00-\x1f\x7f]", "", name).replace("\\", "/")).parts
    kept = [part for part in parts if part not in ("/", "..", ".") and not re.fullmatch(r"[A-Za-z]:", part)]
    return "/".join(kept).strip("/").encode("utf-8", "replace").decode()


def _why_not(entry: zipfile.ZipInfo, path: str, again: bool) -> str:
    if entry.flag_bits & 1:
        return "The file is protected by a password; remove the password and pack it again."
    if is_archive(path):
        return "An archive within an archive is not unpacked; add it by itself."
    if len(path) > NAME_LENGTH or path.count("/") > DEEPEST:
        return "The path is too long or too deep; shorten it."
    return "Another file of the archive has the same name; rename one of them." if again else ""


LINKED = re.compile(
    rb"!\[[^\]\n]{0,500}\]\(\s*<?([^)\s>\n]{1,500})|<img\b[^>]{0,2000}?\bsrc\s*=\s*[\"']?([^\"'>\s]{1,500})",
    re.I,
)


def linked_pictures(data: bytes, path: str, members: dict[str, Member]) -> dict[str, Member]:
    """The archive's pictures that a document shows, by the address that it writes."""
    found = {}
    for written in (markdown or page for markdown, page in LINKED.findall(data)):
        address = written.decode("utf-8", "replace")
        member = members.get(picture_path(address, path))
        if member and member.is_picture:
            found[address] = member
    return found


def path_in_archive(reference: str) -> str:
    """Of a document that came in one, the member's path; else nothing."""
    folder = re.search(r"\.zip/", reference, re.I)
    return reference[folder.end() :] if folder else ""


def picture_path(address: str, path: str) -> str:
    """Where a document's picture lies in its archive."""
    plain = unquote(address.split("#")[0].split("?")[0])
    folder = "" if plain.startswith("/") else posixpath.dirname(path)
    return posixpath.normpath(posixpath.join(folder, plain.lstrip("/")))
