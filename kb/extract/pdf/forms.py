"""What somebody filled into a PDF's form, or typed onto its pages, as words where it stands."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as pdfium

from kb.extract.pdf.words import PageWords, Turn, Word, direction_of

MOST_FIELDS = 2000  # of one page
LONGEST_VALUE = 100_000  # of its letters
MOST_BYTES = 20_000_000  # of a value that is looked at
LARGEST = 10.0  # no value heads anything
CHECKED = "☑"
PASSWORD = 1 << 13
SAID = (pdfium.FPDF_FORMFIELD_TEXTFIELD, pdfium.FPDF_FORMFIELD_COMBOBOX, pdfium.FPDF_FORMFIELD_LISTBOX)
TICKED = (pdfium.FPDF_FORMFIELD_CHECKBOX, pdfium.FPDF_FORMFIELD_RADIOBUTTON)


def opened(document: Any) -> Any:
    """The handle of its forms; None where it has none."""
    if document.get_formtype() == pdfium.FORMTYPE_NONE:
        return None
    document.init_forms()
    return document.formenv


def add_filled_in(page: Any, form: Any, read: PageWords, turn: Turn) -> None:
    """`page` is PDFium's handle, `turn` makes its places upright."""
    count = pdfium.FPDFPage_GetAnnotCount(page)
    read.cut = count > MOST_FIELDS
    for at in range(min(count, MOST_FIELDS)):
        field = pdfium.FPDFPage_GetAnnot(page, at)
        if not field:
            continue
        value = _value(field, form)
        if value is None or len(value) > LONGEST_VALUE:
            read.cut = True
        if value:
            read.words += _words(value[:LONGEST_VALUE], field, turn)
        pdfium.FPDFPage_CloseAnnot(field)


def _value(field: Any, form: Any) -> str | None:
    """None is one that is too long to be looked at."""
    if pdfium.FPDFAnnot_GetFlags(field) & (pdfium.FPDF_ANNOT_FLAG_HIDDEN | pdfium.FPDF_ANNOT_FLAG_NOVIEW):
        return ""
    kind = pdfium.FPDFAnnot_GetSubtype(field)
    if kind == pdfium.FPDF_ANNOT_FREETEXT:
        return _told(lambda *more: pdfium.FPDFAnnot_GetStringValue(field, b"Contents", *more))
    if kind != pdfium.FPDF_ANNOT_WIDGET or form is None:
        return ""
    kind = pdfium.FPDFAnnot_GetFormFieldType(form, field)
    if kind in TICKED:
        shown = _told(lambda *more: pdfium.FPDFAnnot_GetStringValue(field, b"AS", *more))
        return CHECKED if shown not in ("", "Off") else ""
    if kind not in SAID or pdfium.FPDFAnnot_GetFormFieldFlags(form, field) & PASSWORD:
        return ""
    return _told(lambda *more: pdfium.FPDFAnnot_GetFormFieldValue(form, field, *more))


def _told(ask: Callable[..., int]) -> str | None:
    """PDFium tells all of a value, or nothing."""
    length = ask(None, 0)
    if length <= 2:
        return ""
    if length > MOST_BYTES:
        return None
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    ask(buffer, length)
    return bytes(buffer).decode("utf-16-le", "ignore").split("\0")[0]


def _words(value: str, field: Any, turn: Turn) -> Iterator[Word]:
    box = pdfium.FS_RECTF()
    pdfium.FPDFAnnot_GetRect(field, box)
    (ax, ay), (bx, by) = turn(box.left, box.bottom), turn(box.right, box.top)
    left, right, top, bottom = min(ax, bx), max(ax, bx), min(ay, by), max(ay, by)
    lines = [line.strip() for line in value.replace("\r", "\n").split("\n") if line.strip()]
    step = (bottom - top) / max(len(lines), 1)
    size = max(min(LARGEST, step * 0.7), 1.0)
    for number, line in enumerate(lines):
        middle = top + (number + 0.5) * step
        end = min(left + len(line) * size * 0.5, max(right, left + size))
        yield Word(
            line, left, middle - size * 0.6, end, middle + size * 0.6, size, direction=direction_of(line)
        )
