"""Read OpenDocument sheets and slides: each is a heading with what it shows. (For its texts see odt.py.)"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator

from kb.extract import pieces
from kb.extract.covered import Covers
from kb.extract.package import Damaged, Package, whole
from kb.extract.result import Reading, Unreadable
from kb.extract.xlsx import MOST_CELLS, MOST_COLUMNS, sheet_blocks

NAMES = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE, TABLE, TEXT = (f"{{{NAMES}{part}:1.0}}" for part in ("office", "table", "text"))
DRAW, PRESENTATION = (f"{{{NAMES}{part}:1.0}}" for part in ("drawing", "presentation"))
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
MOST_REPEATED = 1000
REPEATED = f"Rows and cells that repeat are kept {MOST_REPEATED:,} times at most."
FURNITURE = ("date-time", "footer", "page-number", "header", "page")
DEEPEST = 50
MOST_SPACES = 20
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
GROUPS = ("table-header-rows", "table-rows", "table-row-group")
WHITE = re.compile(r"[ \t\r\n]+")


def opened(data: bytes) -> Package:
    package = Package(data)
    if MANIFEST in package.names and b"encryption-data" in package.bytes(MANIFEST):
        raise Unreadable(
            "The OpenDocument file is protected by a password; remove the password and upload it again."
        )
    return package


def read(data: bytes) -> Reading:
    package = opened(data)
    body = package.tree(CONTENT).find(f"{OFFICE}body")
    if body is None:
        raise Damaged("it has no body")
    sheets, deck = body.find(f"{OFFICE}spreadsheet"), body.find(f"{OFFICE}presentation")
    if sheets is not None:
        blocks = [b for sheet in sheets.iter(f"{TABLE}table") for b in _sheet(sheet)]
    else:
        pages = deck.iter(f"{DRAW}page") if deck is not None else ()
        blocks = [block for number, page in enumerate(pages, 1) for block in _slide(page, number)]
    return Reading(
        text=pieces.joined(blocks),
        title=package.text_of("meta.xml", f"{DC}title"),
        locale=package.text_of("meta.xml", f"{DC}language"),
        notice=REPEATED if any(map(_leaves_out, body.iter(f"{TABLE}table"))) else "",
    )


def _leaves_out(table: ET.Element) -> bool:
    """Something that repeats and shows a thing repeats more often than is kept."""
    return any(
        (_told(row, "rows") > MOST_REPEATED and any(map(_shows, row)))
        or any(_told(cell, "columns") > MOST_COLUMNS and _shows(cell) for cell in row)
        for row in rows_of(table)
        if not _is_hidden(row)
    )


def _shows(cell: ET.Element) -> bool:
    return any(_words(words).strip() for words in cell.findall(f"{TEXT}p"))


def _is_hidden(row: ET.Element) -> bool:
    return row.get(f"{TABLE}visibility", "visible") != "visible"


def _sheet(sheet: ET.Element) -> Iterator[str]:
    yield from sheet_blocks(sheet.get(f"{TABLE}name", ""), _rows(sheet))


def _rows(table: ET.Element) -> Iterator[list[str]]:
    return table_rows(table, _lines_of)


def _lines_of(cell: ET.Element) -> str:
    return " ".join(filter(None, map(_words, cell.findall(f"{TEXT}p"))))


def table_rows(table: ET.Element, said: Callable[[ET.Element], str]) -> Iterator[list[str]]:
    """As they are shown, each cell as `said` tells it; one over others stands in each of them."""
    number, cells, covers = 0, 0, Covers()
    for row in rows_of(table):
        if _is_hidden(row):
            continue
        held = list(_cells(row, said, number, covers))
        times = _repeated(row, "rows") if any(held) else 1
        cells += len(held)
        if cells > MOST_CELLS:
            raise Unreadable(
                "The sheets have millions of cells; split the file, or save what matters as CSV."
            )
        yield from [covers.filled(number, held)] * times
        number += times


def rows_of(table: ET.Element, deep: int = 0) -> Iterator[ET.Element]:
    """Its own; not those of a table in one of its cells."""
    for part in table:
        if part.tag == f"{TABLE}table-row":
            yield part
        elif part.tag.removeprefix(TABLE) in GROUPS and deep < DEEPEST:
            yield from rows_of(part, deep + 1)


def _cells(row: ET.Element, said: Callable[[ET.Element], str], number: int, covers: Covers) -> Iterator[str]:
    """A cell that only fills up the row stands once; what another one covers is not seen."""
    at = 0
    for cell in row:
        if cell.tag not in CELLS or at >= MOST_COLUMNS:
            continue
        text = said(cell) if cell.tag == CELLS[0] else ""
        times = min(_repeated(cell, "columns"), MOST_COLUMNS - at)
        across, down = _spanned(cell, "columns"), _spanned(cell, "rows")
        if across > 1 or down > 1:
            covers.add(text, number, number + down - 1, range(at, min(at + across, MOST_COLUMNS)))
        at += times
        yield from [text] * times


def _spanned(cell: ET.Element, what: str) -> int:
    return whole(cell.get(f"{TABLE}number-{what}-spanned"), 1)


def _repeated(element: ET.Element, what: str) -> int:
    return min(max(_told(element, what), 1), MOST_REPEATED)


def _told(element: ET.Element, what: str) -> int:
    return whole(element.get(f"{TABLE}number-{what}-repeated"), 1)


def _words(element: ET.Element) -> str:
    """A paragraph's text; comments stay out."""
    said = [plain(element.text)]
    for part in element:
        if part.tag != f"{OFFICE}annotation":
            said.append(spacing(part) or _words(part))
        said.append(plain(part.tail))
    return "".join(said)


def plain(text: str | None) -> str:
    """How its XML is laid out is not seen."""
    return WHITE.sub(" ", text or "")


def spacing(part: ET.Element) -> str:
    """What an element stands for that is no more than space; else nothing."""
    match part.tag.removeprefix(TEXT):
        case "s":
            return " " * min(whole(part.get(f"{TEXT}c"), 1), MOST_SPACES)
        case "tab":
            return " "
        case "line-break":
            return "\n"
        case _:
            return ""


def _slide(page: ET.Element, number: int) -> Iterator[str]:
    frames = [part for part in page if part.tag.startswith(DRAW)]
    title = next((t for f in frames if _role(f) == "title" and (t := _line(f))), "")
    body = [
        block
        for frame in frames
        if _role(frame) not in FURNITURE and not (_role(frame) == "title" and _line(frame) == title)
        for block in _blocks(frame)
    ]
    notes = page.find(f"{PRESENTATION}notes")
    spoken = [
        b for part in (notes if notes is not None else []) if _role(part) == "notes" for b in _blocks(part)
    ]
    if title or any(body) or any(spoken):
        yield pieces.heading(2, title or f"Slide {number}")
        yield from body
        yield from ["**Notes**", *spoken] if any(spoken) else []


def _role(frame: ET.Element) -> str:
    return frame.get(f"{PRESENTATION}class", "")


def _line(frame: ET.Element) -> str:
    return " ".join(" ".join(map(_words, frame.iter(f"{TEXT}p"))).split())


def _blocks(parent: ET.Element, deep: int = 0) -> Iterator[str]:
    for part in parent:
        if part.tag in (f"{TEXT}p", f"{TEXT}h"):
            yield pieces.paragraph(_words(part))
        elif part.tag == f"{TEXT}list":
            items = pieces.Items()
            _listed(part, items, 0)
            yield items.text()
        elif part.tag == f"{TABLE}table":
            yield pieces.table(_rows(part))
        elif deep < DEEPEST:
            yield from _blocks(part, deep + 1)


def _listed(parent: ET.Element, items: pieces.Items, level: int) -> None:
    for part in parent:
        if part.tag in (f"{TEXT}p", f"{TEXT}h"):
            if (said := _words(part)).strip():
                items.add(max(level - 1, 0), said)
        elif level < DEEPEST:
            _listed(part, items, level + (part.tag == f"{TEXT}list-item"))
