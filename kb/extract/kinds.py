"""Tell what a file is: by its content where that is certain, else by its name. Pure."""

import io
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import PurePosixPath

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
HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b", re.I | re.S
)


UNPACKED_LIMIT = 100 * 1024**2
MEMBERS_LIMIT = 5000
MEMBER = b"PK\x01\x02"  # what each one's entry begins with
TOO_LARGE = (
    f"The file is larger than {UNPACKED_LIMIT // 1024**2} MB once unpacked; "
    "split it or take out its pictures."
)


def is_readable(name: str) -> bool:
    """Does the name alone promise a file that can be read?"""
    return _suffix(name) in BY_SUFFIX or is_archive(name)


def is_archive(name: str) -> bool:
    """Does the name say that it holds other files?"""
    return _suffix(name) == ARCHIVE


def kind_of(data: bytes, name: str) -> Kind:
    named = BY_SUFFIX.get(_suffix(name))
    found = _by_content(data)
    if found:
        return found
    if named in BINARY:
        raise Unreadable(
            f"The file is called {_suffix(name)}, but it is not a {named} file; "
            "save it as one and upload it again."
        )
    if named is None and _suffix(name):
        raise Unreadable(f"Files of the type {_suffix(name)[:20]} can't be read. {READABLE}.")
    return named or Kind.TEXT


def _by_content(data: bytes) -> Kind | None:
    """What the first bytes leave no doubt about."""
    if data.startswith(b"%PDF-") or (b"\0" in data[:4096] and b"%PDF-" in data[:1024]):
        return Kind.PDF
    if data.startswith(b"PK\x03\x04"):
        return _by_members(data)
    if data.startswith(b"{\\rtf"):
        return Kind.RTF
    if data.startswith(OLE):
        raise Unreadable(_why_not_ole(data))
    if data.startswith(PICTURES):
        raise Unreadable(f"The file is a picture. {READABLE}.")
    return Kind.HTML if HTML_START.match(data.removeprefix(b"\xef\xbb\xbf")[:4096]) else None


def check_unpacked_size(data: bytes) -> None:
    """By what a ZIP file's entries say, before any of them is unpacked."""
    if not data.startswith(b"PK\x03\x04"):
        return
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(member.file_size for member in archive.infolist()) > UNPACKED_LIMIT:
            raise Unreadable(TOO_LARGE)


def _by_members(data: bytes) -> Kind:
    if data.count(MEMBER) > MEMBERS_LIMIT:
        raise Unreadable(f"The file holds more than {MEMBERS_LIMIT} others; split it and upload the parts.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            told = archive.read("mimetype")[:100] if "mimetype" in names else b""
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise Unreadable("The file is damaged: it can't be unpacked. Save it again and upload it.") from error
    for member, kind in BY_MEMBER.items():
        if member in names:
            return kind
    for mark, kind in BY_MIME_TYPE.items():
        if mark in told:
            return kind
    if "[Content_Types].xml" in names and not any(n.startswith(("xl/", "ppt/")) for n in names):
        raise Unreadable("The Word file is damaged: its text is missing. Save it again and upload it.")
    if "xl/workbook.bin" in names:
        raise Unreadable("The file is a binary Excel workbook; save it as .xlsx and upload it again.")
    raise Unreadable(f"The file is an archive or a kind of Office file that can't be read. {READABLE}.")


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
