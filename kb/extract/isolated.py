"""Read what is hostile at times in a child process with limits: PDF, Word, OpenDocument, RTF, huge pages."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

from kb.extract.html import first_heading
from kb.extract.kinds import Kind
from kb.extract.result import Reading, Unreadable

CHILD = Path(__file__).with_name("child.py")
SECONDS = 90
MIME_TYPES = {
    Kind.PDF: "application/pdf",
    Kind.ODT: "application/vnd.oasis.opendocument.text",
    Kind.RTF: "application/rtf",
}
# Read by modules of our own, in the child as well.
READERS = {
    Kind.DOCX: "kb.extract.docx",
    Kind.PPTX: "kb.extract.pptx",
    Kind.XLSX: "kb.extract.xlsx",
    Kind.ODS: "kb.extract.opendocument",
    Kind.ODP: "kb.extract.opendocument",
    Kind.EPUB: "kb.extract.epub",
}
# The child is given no secret that stands in the environment.
PASSED_ON = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR", "HOME")

UNPACKED_LIMIT = 100 * 1024 * 1024
MEMBERS_LIMIT = 5000
# Fewer letters a page than this is a stamp or a page number on a picture.
LEAST_A_PAGE = 12

PICTURE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)")
NO_TITLE = re.compile(r"(?i)^(untitled.*|microsoft word\b.*|document\d*|.*\.[a-z]{2,4})$")


def read(data: bytes, kind: Kind) -> Reading:
    if kind not in (Kind.PDF, Kind.RTF):
        _check_unpacked_size(data)
    answer = _ask_child(data, READERS.get(kind) or MIME_TYPES[kind])
    if sentence := answer.get("sentence"):
        raise Unreadable(str(sentence))
    if error := answer.get("error"):
        raise Unreadable(_sentence(str(error), kind))
    text = PICTURE.sub(r"\1", str(answer["text"]))
    _check_for_words(text, kind, int(answer.get("pages", 0)))
    return Reading(text=text, title=_title(str(answer["title"]), text), locale=str(answer["locale"]))


def read_page(data: bytes) -> Reading:
    """HTML, for once: a page so large that reading it might take long."""
    answer = _ask_child(data, "text/html")
    if error := answer.get("error"):
        raise Unreadable(str(error))
    return Reading(text=answer["text"], title=answer["title"], locale=answer["locale"])


def _check_unpacked_size(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
    if len(members) > MEMBERS_LIMIT or sum(member.file_size for member in members) > UNPACKED_LIMIT:
        raise Unreadable(_TOO_LARGE)


_TOO_LARGE = (
    f"The file is larger than {UNPACKED_LIMIT // 1024**2} MB once unpacked; "
    "split it or take out its pictures."
)


def _ask_child(data: bytes, mime_type: str) -> dict[str, Any]:
    """What the child says; its silence means that a limit ended it."""
    environment = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-B", str(CHILD), mime_type],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            cwd="/",
            timeout=SECONDS,
            check=False,
        )
        answer: dict[str, Any] = json.loads(child.stdout)
    except subprocess.TimeoutExpired as error:
        raise Unreadable("Reading the file takes too long; split it and upload the parts.") from error
    except ValueError as error:
        raise Unreadable(
            "The file can't be read within the limits of memory and time; it is damaged or too large. "
            "Save it again, or split it."
        ) from error
    return answer


def _sentence(error: str, kind: Kind) -> str:
    told = error.lower()
    if "password" in told or "encrypted" in told:
        return f"The {kind} file is protected by a password; remove the password and upload it again."
    if "security limit" in told:
        return _TOO_LARGE
    return f"The {kind} file is damaged and can't be read; save it again and upload it."


def _check_for_words(text: str, kind: Kind, pages: int) -> None:
    letters = sum(map(str.isalnum, text))
    if kind is Kind.PDF and letters < LEAST_A_PAGE * max(pages, 1):
        raise Unreadable(
            "This PDF holds only scanned images, or no text at all; "
            "upload a version whose text can be selected."
        )


def _title(told: str, text: str) -> str:
    """Word processors put a file name or their own name there."""
    told = " ".join(told.split())
    return told if told and not NO_TITLE.match(told) else first_heading(text)
