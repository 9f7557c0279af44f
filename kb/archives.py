"""Look into a ZIP archive of documents and their pictures. What is too much is told before it is unpacked.

This process reads the list of the archive's files alone; they are unpacked in one that is confined, some at a
time. Nothing is ever written where a member's name says: the name is only shown, without what leads upwards.
"""

from __future__ import annotations

import posixpath
import re
import stat
import struct
import weakref
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, islice, pairwise
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import unquote

from kb.extract import Unreadable, is_readable, isolated
from kb.extract.kinds import TooMany, is_archive, is_plain, opened, without_unseen

MOST_MEMBERS = 10_000
MOST_UNPACKED = 1024**3
# Text is packed to a tenth; to a hundredth is what was made to be unpacked.
MOST_RATIO = 100
SMALL = 10 * 1024 * 1024  # unpacked, whatever the ratio
DEEPEST = 30  # folders
NAME_LENGTH = 700
JUNK = re.compile(r"(?:^|/)(?:__MACOSX(?:/|$)|\.|Thumbs\.db$|desktop\.ini$)", re.I)
PICTURE_ENDINGS = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg")
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what every program that packs a ZIP can do
# Unpacked together, as a process for each would take longer than it works.
BYTES_AT_ONCE, MEMBERS_AT_ONCE = 16 * 1024 * 1024, 200
LOCAL_HEAD = 30
DAMAGED = "The archive is damaged at this file; pack it again."
# What of a document is looked at for pictures while somebody waits: bytes, and places where one may begin.
LOOKED_AT = 4 * 1024 * 1024
MOST_PICTURES = 2000


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
        self._closing: weakref.finalize[..., Archive] | None = None
        if isinstance(file, str):
            file = Path(file).open("rb")  # noqa: SIM115  # closed with the archive
            self._closing = weakref.finalize(self, file.close)
        try:
            self._archive = opened(file, MOST_MEMBERS)
        except TooMany as error:
            raise Unreadable(f"The archive holds more than {MOST_MEMBERS:,} files; split it.") from error
        except Exception as error:
            # Those who unpack raise whatever they trip over.
            raise Unreadable("The archive is damaged: it can't be unpacked; pack it again.") from error
        entries = [entry for entry in self._archive.infolist() if not entry.filename.endswith("/")]
        _check(entries)
        self.refused: dict[str, str] = {}  # members that can't be taken, and why
        self.others: list[str] = []  # files of other types
        self.members = {member.path: member for member in self._members(entries)}
        self._unpacked: dict[bool, dict[str, bytes | None]] = {True: {}, False: {}}  # pictures, and documents

    def documents(self) -> list[Member]:
        return [member for member in self.members.values() if not member.is_picture]

    def read(self, member: Member, most: int) -> bytes:
        """Its bytes; what an entry says of its size may be a lie."""
        if member.entry.file_size > most:
            raise Unreadable(f"The file is larger than {most // 1024**2} MB; split it.")
        if member.entry.compress_type == zipfile.ZIP_STORED:
            data: bytes | None = self._packed(member)
            checksum = zlib.crc32(data or b"")
            data = data if (len(data or b""), checksum) == _told(member) else None
        else:
            data = self._inflate(member)
        if data is None:
            raise Unreadable(DAMAGED)
        return data

    def _inflate(self, member: Member) -> bytes | None:
        """With those that come next, which are likely asked for next."""
        kept = self._unpacked[member.is_picture]
        if member.path not in kept:
            together = self._next(member)
            kept.clear()
            kept.update(self._inflated(together) or self._inflated(together[:1]))
        return kept.get(member.path)

    def _next(self, member: Member) -> list[Member]:
        others = dropwhile(lambda other: other is not member, self.members.values())
        alike = (
            other
            for other in others
            if other.is_picture == member.is_picture and other.entry.compress_type != zipfile.ZIP_STORED
        )
        found, room = [member], BYTES_AT_ONCE
        for other in islice(alike, 1, MEMBERS_AT_ONCE):
            room -= max(other.entry.file_size, other.entry.compress_size)
            if room < 0:
                break
            found.append(other)
        return found

    def _inflated(self, members: list[Member]) -> dict[str, bytes | None]:
        """Nothing, if it took too much."""
        packed = [self._packed(member) for member in members]
        try:
            found = isolated.unpacked(packed, [_told(member) for member in members])
        except Unreadable:
            return {}
        return dict(zip((member.path for member in members), found, strict=True))

    def _packed(self, member: Member) -> bytes:
        """Its bytes as they lie in the archive; none where they don't."""
        file = self._archive.fp
        if file is None:
            return b""
        try:
            file.seek(member.entry.header_offset)
            head = file.read(LOCAL_HEAD)
            file.seek(sum(struct.unpack("<26xHH", head)), 1)
            return file.read(member.entry.compress_size)
        except (OSError, ValueError, struct.error):
            return b""

    def close(self) -> None:
        self._archive.close()
        if self._closing:
            self._closing()

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


def _told(member: Member) -> tuple[int, int]:
    """Its size and its checksum, as the archive says."""
    return member.entry.file_size, member.entry.CRC


def _check(entries: list[zipfile.ZipInfo]) -> None:
    """By what the archive says of itself."""
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
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
    """Below the archive, whatever the name says."""
    parts = PurePosixPath(without_unseen(name).replace("\\", "/")).parts
    kept = [part for part in parts if part not in ("/", "..", ".") and not re.fullmatch(r"[A-Za-z]:", part)]
    return "/".join(kept).strip("/")


def _why_not(entry: zipfile.ZipInfo, path: str, again: bool) -> str:
    if entry.flag_bits & 1:
        return "The file is protected by a password; remove the password and pack it again."
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG):
        return "This is a link to a file, not the file itself; pack the file."
    if entry.compress_type not in PACKED:
        return "The file is packed in a way that can't be unpacked here; pack it again as an ordinary ZIP."
    if is_archive(path):
        return "An archive within an archive is not unpacked; add it by itself."
    if len(path) > NAME_LENGTH or path.count("/") > DEEPEST:
        return "The path is too long or too deep; shorten it."
    return "Another file of the archive has the same name; rename one of them." if again else ""


# A picture in Markdown up to its address. Nothing in it goes past where another one begins, and nothing is
# tried twice: a text of any kind takes time by its length alone.
PICTURE_START = r"(!\[(?:[^\]\n!]|!(?!\[)){0,500}+\])\(\s{0,100}+<?((?:[^)\s>!]|!(?!\[)){1,500}+)"
START = re.compile(rb"!\[|<img\b", re.I)
LINKED = re.compile(rf"{PICTURE_START}|<img\b([^<>]{{0,2000}}+)".encode(), re.I)
SRC = re.compile(rb"(?<![\w-])src\s{0,100}+=\s{0,100}+[\"']?([^\"'\s]{1,500}+)", re.I)


def linked_pictures(data: bytes, path: str, members: dict[str, Member]) -> dict[str, Member]:
    """The archive's pictures that a document shows, by the address that it writes."""
    if not is_plain(path) or not any(member.is_picture for member in members.values()):
        return {}
    found = {}
    for written in _addresses(data[:LOOKED_AT]):
        address = written.decode("utf-8", "replace")
        member = members.get(picture_path(address, path))
        if member and member.is_picture:
            found[address] = member
    return found


def _addresses(data: bytes) -> Iterator[bytes]:
    for start in islice(START.finditer(data), MOST_PICTURES):
        shown = LINKED.match(data, start.start())
        if shown is None:
            continue
        if shown[2]:
            yield shown[2]
        elif told := SRC.search(shown[3]):
            yield told[1]


def path_in_archive(reference: str) -> str:
    """Of a document that came in one, the member's path; else nothing."""
    folder = re.search(r"\.zip/", reference, re.I)
    return reference[folder.end() :] if folder else ""


def picture_path(address: str, path: str) -> str:
    """Where a document's picture lies in its archive."""
    plain = without_unseen(unquote(address.split("#")[0].split("?")[0]))
    folder = "" if plain.startswith("/") else posixpath.dirname(path)
    return posixpath.normpath(posixpath.join(folder, plain.lstrip("/")))
