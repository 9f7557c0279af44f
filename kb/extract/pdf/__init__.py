"""Read a PDF: its text as Markdown, and where each page begins. Runs in a process of its own.

PDFium says what stands where; words become lines, lines are put in order, and written.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from kb.extract.ocr import Tesseract
from kb.extract.pdf import forms, scans
from kb.extract.pdf.lines import Line, rows
from kb.extract.pdf.order import in_order
from kb.extract.pdf.running import body_size, without_running
from kb.extract.pdf.tables import drawn_tables
from kb.extract.pdf.words import PageWords, read_page
from kb.extract.pdf.writing import page_starts, written
from kb.extract.result import Reading, Unreadable

MOST_PAGES = 5000
# Fewer letters a page than this is a stamp or a page number on a picture.
LEAST_LETTERS = 12
PAGELESS = re.compile(rb"<<(?=[^<>]{0,500}/Type\s{0,9}/Pages\b)(?=[^<>]{0,500}/Count\s{1,9}0\b)")
NO_PAGES = "This PDF has no pages; upload one that holds text."
DAMAGED = "The PDF file is damaged and can't be read; save it again and upload it."


def read(
    data: bytes,
    tesseract: Tesseract | None = None,
    page_done: Callable[[int], None] = lambda number: None,
) -> Reading:
    """`page_done` is told after each page: it was no endless loop."""
    document = _open(data)
    form = forms.opened(document)
    count = len(document)
    if not count:
        raise Unreadable(NO_PAGES)
    if count > MOST_PAGES:
        raise Unreadable(f"The PDF file has more than {MOST_PAGES} pages; split it and upload the parts.")
    pages = []
    for number in range(count):
        pages.append(_page(document, number, form))
        page_done(number + 1)
    scanned = [
        number for number, page in enumerate(pages) if page.pictured and page.letters() < LEAST_LETTERS
    ]
    told = scans.read(document, scanned, tesseract) if tesseract and scanned else {}
    text, starts = page_starts(_text(pages, told))
    missing = [number for number in scanned if number not in told]
    broken = [number for number, page in enumerate(pages) if page.broken]
    if sum(map(str.isalnum, text)) < LEAST_LETTERS * max(count - len(scanned), 1) and not told:
        raise Unreadable(DAMAGED if len(broken) == count else scans.refusal(tesseract is not None))
    cut = [number for number, page in enumerate(pages) if page.cut]
    notice = scans.notice(missing, broken, cut, count, tesseract is not None)
    title = document.get_metadata_dict().get("Title", "")
    return Reading(text, title, _locale(document), tuple(starts), notice)


def _open(data: bytes) -> Any:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            raise Unreadable(
                "The PDF file is protected by a password; remove the password and upload it again."
            ) from error
        raise Unreadable(NO_PAGES if PAGELESS.search(data) else DAMAGED) from error


def _page(document: Any, number: int, form: Any) -> PageWords:
    page = pdfium.FPDF_LoadPage(document.raw, number)
    if not page:
        return PageWords(0, 0, broken=True)
    try:
        read, turn = read_page(page)
        forms.add_filled_in(page, form, read, turn)
        return read
    finally:
        pdfium.FPDF_ClosePage(page)


def _text(pages: list[PageWords], told: dict[int, list[Line]]) -> str:
    """`told` is what the pages say that were only pictures."""
    tables, found = [], []
    for page in pages:
        drawn, words = drawn_tables(page.words, page.across, page.down)
        tables.append(drawn)
        found.append(rows(words))
    body = body_size(found)
    found = without_running(found, [page.height for page in pages], body)
    lines = []
    for number, (page, rest, drawn) in enumerate(zip(pages, found, tables, strict=True)):
        upright = in_order(_with_tables(rest, drawn), _rightwards(page), height=page.height)
        turned = (row[0] for row in rows(page.turned))
        lines.append([*upright, *turned, *told.get(number, [])])
    return written(lines, body)


def _with_tables(found: list[list[Line]], drawn: list[Line]) -> list[list[Line]]:
    """A drawn table stands where its upper edge is."""
    together = [*found, *([table] for table in drawn)]
    return sorted(together, key=lambda row: row[0].y0) if drawn else together


def _rightwards(page: PageWords) -> bool:
    right = sum(word.direction == "R" for word in page.words)
    return right * 2 <= sum(bool(word.direction) for word in page.words)


def _locale(document: Any) -> str:
    length = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if not 2 < length < 100:
        return ""
    buffer = (ctypes.c_ushort * length)()
    pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, length)
    return bytes(buffer).decode("utf-16-le", "ignore").rstrip("\0")
