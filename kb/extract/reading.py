"""Read one file of whatever kind. Runs in a process of its own that may be ended at any moment."""

import importlib
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from markdown_it import MarkdownIt

from kb.extract import decoding, html, kinds, markdown, pieces, tabular, txt
from kb.extract.kinds import Kind
from kb.extract.ocr import Tesseract
from kb.extract.result import Reading, Unreadable

# Imported when the first file of their kind comes: every process forked for a file copies what is there.
MODULES = {
    Kind.PDF: "kb.extract.pdf",
    Kind.DOCX: "kb.extract.docx",
    Kind.PPTX: "kb.extract.pptx",
    Kind.XLSX: "kb.extract.xlsx",
    Kind.ODT: "kb.extract.odt",
    Kind.ODS: "kb.extract.opendocument",
    Kind.ODP: "kb.extract.opendocument",
    Kind.RTF: "kb.extract.rtf",
    Kind.EPUB: "kb.extract.epub",
}
LONGEST_TEXT = 20_000_000
# No harm is in a shorter one, whatever it holds.
SHOWN_AT_ONCE = 50_000
MOST_PIECES = 200_000  # headings, paragraphs, cells: what opens one, holds its words, closes it
PICTURE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]{0,500}\)")
NO_TITLE = re.compile(r"(?i)^(untitled.*|\(?anonymous\)?|microsoft word\b.*|document\d*|.*\.[a-z]{2,4})$")
TOO_LONG = "The file holds too much text for one document; split it and upload the parts."


def prepare_for(kind: str) -> None:
    """What reading files of a kind needs, before one of them is there."""
    if kind in MODULES:
        _module(Kind(kind))


def _module(kind: Kind) -> Any:
    return importlib.import_module(MODULES[kind])


def read(
    data: bytes,
    name: str,
    *,
    tesseract: Tesseract | None = None,
    page_done: Callable[[int], None] = lambda number: None,
) -> Reading:
    """`page_done` is told after each page of a long file: it was no endless loop. Raises Unreadable."""
    kind = kinds.kind_of(data, name)
    try:
        reading = _read(kind, data, name, tesseract, page_done)
    except Unreadable as error:
        if kind != Kind.PDF or str(error) != _module(kind).DAMAGED:
            raise
        raise Unreadable(kinds.misnamed(kind, name) or str(error)) from error
    except MemoryError:
        raise
    except Exception as error:
        # Whatever a reader trips over: what is wrong is the file.
        raise Unreadable(_sentence(str(error), kind, name)) from error
    if kind == Kind.HTML:
        kinds.check_is_text(reading.text)
    if len(reading.text) > LONGEST_TEXT:
        raise Unreadable(TOO_LONG)
    if kind not in kinds.BINARY and _shown_at_once(kind, reading.text) > SHOWN_AT_ONCE:
        _try_to_show(reading.text)
    return reading


def _shown_at_once(kind: Kind, text: str) -> int:
    """The length of what can't be shown in parts; a CSV file is rows, or questions with their answers."""
    if kind == Kind.CSV:
        return max(map(len, text.split("\n" if pieces.is_table(text) else "\n## ")))
    return len(text)


def _try_to_show(text: str) -> None:
    """What would keep the pages that show it busy for ever is found out here, where that ends."""
    if len(MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)) > MOST_PIECES:
        raise Unreadable(TOO_LONG)


def _read(
    kind: Kind, data: bytes, name: str, tesseract: Tesseract | None, page_done: Callable[[int], None]
) -> Reading:
    found: Reading
    match kind:
        case Kind.MARKDOWN:
            return markdown.read(_text(data), name)
        case Kind.TEXT:
            return txt.read(_text(data))
        case Kind.CSV:
            return tabular.read(_text(data), name)
        case Kind.HTML:
            return html.read_page(data)
        case Kind.PDF:
            found = _module(kind).read(data, tesseract, page_done)
        case _:
            kinds.check_unpacked_size(data)
            found = _without_pictures(_module(kind).read(data))
    return replace(found, title=_title(found))


def _text(data: bytes) -> str:
    return kinds.check_is_text(decoding.decode(data))


def _without_pictures(found: Reading) -> Reading:
    return replace(found, text=PICTURE.sub(r"\1", found.text))


def _sentence(error: str, kind: Kind, name: str) -> str:
    told = error.lower()
    if "password" in told or "encrypted" in told:
        return f"The {kind} file is protected by a password; remove the password and upload it again."
    return kinds.misnamed(kind, name) or (
        f"The {kind} file is damaged and can't be read; save it again and upload it."
    )


def _title(found: Reading) -> str:
    """Word processors put a file name or their own name there."""
    told = " ".join(found.title.replace("\0", "").split())
    return told if told and not NO_TITLE.match(told) else html.first_heading(found.text)
