"""Tell what a file is: by its content where that is certain, else by its name. Pure."""

import io
import re
import unicodedata
import zipfile
from enum import StrEnum
from pathlib import PurePosixPath
from typing import IO

from kb.extract.languages import is_language
from kb.extract.result import Unreadable


class Kind(StrEnum):
    MARKDOWN = "Markdown"
    TEXT = "text"
    HTML = "HTML"
    PDF = "PDF"
    DOCX = "Word"
    PPTX = "PowerPoint"
    XLSX = "Excel"
    ODT = "OpenDocument"
    ODS = "OpenDocument sheet"
    ODP = "OpenDocument slide"
    RTF = "RTF"
    EPUB = "EPUB"
    CSV = "CSV"


BY_SUFFIX = {
    ".md": Kind.MARKDOWN,
    ".markdown": Kind.MARKDOWN,
    ".mdown": Kind.MARKDOWN,
    ".mkd": Kind.MARKDOWN,
    ".txt": Kind.TEXT,
    ".text": Kind.TEXT,
    ".html": Kind.HTML,
    ".htm": Kind.HTML,
    ".xhtml": Kind.HTML,
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".docm": Kind.DOCX,
    ".pptx": Kind.PPTX,
    ".pptm": Kind.PPTX,
    ".ppsx": Kind.PPTX,
    ".xlsx": Kind.XLSX,
    ".xlsm": Kind.XLSX,
    ".odt": Kind.ODT,
    ".ods": Kind.ODS,
    ".odp": Kind.ODP,
    ".rtf": Kind.RTF,
    ".epub": Kind.EPUB,
    ".mdx": Kind.MARKDOWN,
    ".csv": Kind.CSV,
    ".tsv": Kind.CSV,
}
ARCHIVE = ".zip"
READABLE = (
    "Markdown, HTML, text, PDF, Word, PowerPoint, Excel, OpenDocument, RTF, EPUB and CSV files can be read, "
    "and ZIP archives of them"
)
BINARY = {Kind.PDF, Kind.DOCX, Kind.PPTX, Kind.XLSX, Kind.ODT, Kind.ODS, Kind.ODP, Kind.RTF, Kind.EPUB}

BY_MEMBER = {
    "word/document.xml": Kind.DOCX,
    "ppt/presentation.xml": Kind.PPTX,
    "xl/workbook.xml": Kind.XLSX,
}
BY_MIME_TYPE = {
    b"opendocument.text": Kind.ODT,
    b"opendocument.spreadsheet": Kind.ODS,
    b"opendocument.presentation": Kind.ODP,
    b"application/epub+zip": Kind.EPUB,
}

# An encrypted Office file is this container, with a stream of this name in it; so are Word files before 2007.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")
# Others that could pass for text by their names. No text begins so.
NO_TEXT = re.compile(
    rb"(?P<packed_file>\x1f\x8b|7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|BZh[1-9]1AY&SY|\xfd7zXZ\0|\x28\xb5\x2f\xfd)|"
    rb"(?P<program>MZ(?s:.){0,60}\0|\x7fELF|\xca\xfe\xba\xbe|[\xcf\xce]\xfa\xed\xfe|\0asm)|"
    rb"(?P<database>SQLite format 3\0)|"
    rb"(?P<recording>RIFF(?s:.){4}(?:WAVE|AVI )|OggS\0|ID3[\x02-\x04]|fLaC\0|(?s:.){4}ftyp)|"
    rb"(?P<font>wOF[F2]\0|OTTO\0)"
)
HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
)


UNPACKED_LIMIT = 100 * 1024**2
MEMBERS_LIMIT = 5000
MEMBER = b"PK\x01\x02"  # what each one's entry begins with
# Of a text's signs; what was made by chance has more than twice as many that are none.
MOST_UNPRINTABLE = 0.05
FEW_UNPRINTABLE = 10
SAMPLE = 64 * 1024
BLANK_SIGNS = set("\u115f\u1160\u2800\u3164\uffa0")  # letters and symbols by name, and nothing to see
TOO_LARGE = (
    f"The file is larger than {UNPACKED_LIMIT // 1024**2} MB once unpacked; "
    "split it or take out its pictures."
)


def named(name: str) -> Kind | None:
    """What the name alone says that a file is."""
    return BY_SUFFIX.get(_suffix(name))


def is_readable(name: str) -> bool:
    """Does the name alone promise a file that can be read?"""
    return named(name) is not None or is_archive(name)


def is_archive(name: str) -> bool:
    """Does the name say that it holds other files?"""
    return _suffix(name) == ARCHIVE


def is_plain(name: str) -> bool:
    """Does the name say that the file's bytes are its text?"""
    return named(name) not in BINARY


def kind_of(data: bytes, name: str) -> Kind:
    told = named(name)
    found = _by_content(data, told)
    if found:
        return found
    if told in BINARY:
        raise Unreadable(
            f"The file is called {_suffix(name)}, but it is not a {told} file; "
            "save it as one and upload it again."
        )
    if told is None and _suffix(name):
        raise Unreadable(f"Files of the type {_suffix(name)[:20]} can't be read; {READABLE}.")
    return told or Kind.TEXT


def _by_content(data: bytes, named: Kind | None) -> Kind | None:
    """What the first bytes leave no doubt about."""
    if data.startswith(b"%PDF-") or (b"\0" in data[:4096] and b"%PDF-" in data[:1024]):
        return Kind.PDF
    if data.startswith(b"PK\x03\x04"):
        return _by_members(data, named)
    if data.startswith(b"{\\rtf"):
        return Kind.RTF
    if data.startswith(OLE):
        raise Unreadable(_why_not_ole(data))
    if data.startswith(PICTURES):
        raise Unreadable(f"The file is a picture; {READABLE}.")
    if found := NO_TEXT.match(data[:100]):
        kind = str(found.lastgroup).replace("_", " ")
        raise Unreadable(f"The file is no text: what it holds begins as a {kind}; {READABLE}.")
    return Kind.HTML if HTML_START.match(data.removeprefix(b"\xef\xbb\xbf")[:4096]) else None


def misnamed(kind: Kind, name: str) -> str:
    """Of a file that can't be read as what it holds: that its name promises something else; or nothing."""
    named = BY_SUFFIX.get(_suffix(name), kind)
    if named == kind:
        return ""
    return (
        f"The file is called {_suffix(name)}, but what it holds begins as {kind} and can't be read as that; "
        f"save it as a {named} file and upload it again."
    )


def check_is_text(text: str) -> str:
    """The same text; raises Unreadable for bytes that were decoded and never were one."""
    sample = text[:SAMPLE].replace("\0", "")
    wrong = sum(map(_is_unprintable, sample))
    if wrong > max(FEW_UNPRINTABLE, len(sample) * MOST_UNPRINTABLE):
        raise Unreadable("The file holds no text, or text in a charset that can't be told; save it as UTF-8.")
    return text


def _is_unprintable(sign: str) -> bool:
    if sign.isprintable() or sign in "\t\n\r\f\v\b\x1b":
        return sign == "\ufffd"
    return unicodedata.category(sign) in ("Cc", "Cn", "Co", "Cs")


def shows_something(text: str) -> bool:
    """Is there a sign to see? Spaces, marks that stand on nothing and signs without width are none."""
    return any(unicodedata.category(sign)[0] in "LNPS" and sign not in BLANK_SIGNS for sign in set(text))


def without_unseen(name: str) -> str:
    """A name without what can't be seen or stored: control signs, marks of direction, half characters."""
    return "".join(sign for sign in name if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))


class TooMany(Exception):
    """An archive lists more files than are looked at."""


class _Listed:
    """A ZIP file that is not read further than its list of entries if that is too long."""

    def __init__(self, file: IO[bytes], most: int) -> None:
        self._file, self.most = file, most

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        if self.most and data.count(MEMBER) > self.most:
            raise TooMany
        return data

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True


def opened(file: IO[bytes], most: int) -> zipfile.ZipFile:
    """Raises TooMany before there are entries: each takes a hundred times the bytes that list it."""
    listed = _Listed(file, most)
    archive = zipfile.ZipFile(listed)
    listed.most = 0  # what is read from here on are the files
    return archive


def check_unpacked_size(data: bytes) -> None:
    """By what a ZIP file's entries say, before any of them is unpacked."""
    if not data.startswith(b"PK\x03\x04"):
        return
    with opened(io.BytesIO(data), MEMBERS_LIMIT) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT:
            raise Unreadable(TOO_LARGE)


def _by_members(data: bytes, named: Kind | None) -> Kind | None:
    try:
        with opened(io.BytesIO(data), MEMBERS_LIMIT) as archive:
            names = set(archive.namelist())
            told = b""
            if "mimetype" in names:
                with archive.open("mimetype") as file:
                    told = file.read(100)
    except TooMany as error:
        raise Unreadable(
            f"The file holds more than {MEMBERS_LIMIT} others; split it and upload the parts."
        ) from error
    except Exception as error:
        # Those who unpack raise whatever they trip over.
        raise Unreadable("The file is damaged: it can't be unpacked; save it again and upload it.") from error
    for member, kind in BY_MEMBER.items():
        if member in names:
            return kind
    for mark, kind in BY_MIME_TYPE.items():
        if mark in told:
            return kind
    if "[Content_Types].xml" in names and not any(n.startswith(("xl/", "ppt/")) for n in names):
        raise Unreadable("The Word file is damaged: its text is missing; save it again and upload it.")
    if "xl/workbook.bin" in names:
        raise Unreadable("The file is a binary Excel workbook; save it as .xlsx and upload it again.")
    if named in BINARY:
        return None  # and so it is not what it is called
    raise Unreadable(f"The file is an archive or a kind of Office file that can't be read; {READABLE}.")


def _why_not_ole(data: bytes) -> str:
    if ENCRYPTED in data:
        return "The file is protected by a password; remove the password and upload it again."
    return (
        "The file is in an Office format from before 2007; "
        "save it as .docx, .xlsx or .pptx and upload it again."
    )


def _suffix(name: str) -> str:
    return PurePosixPath(name.replace("\\", "/")).suffix.lower()


def stem(name: str) -> str:
    """The file's name without folders, known endings and the mark of its language."""
    base = PurePosixPath(name.replace("\\", "/")).name
    while (ending := _suffix(base)) in BY_SUFFIX and base[: -len(ending)]:
        base = base[: -len(ending)]
    return base[: -len(mark)] if (mark := language_mark(base)) else base


def language_mark(stem: str) -> str:
    """The `._es` or `.es` at the end of a name without its file type."""
    found = re.search(r"\._?([a-z]{2})(?:[-_][A-Za-z]{2,4})?$", stem)
    return found[0] if found and found.start() > 0 and is_language(found[1]) else ""
