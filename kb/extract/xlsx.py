"""Read an Excel workbook: each visible sheet is a heading with its tables, cells as they are shown."""

import re
from collections.abc import Iterator
from itertools import groupby

from kb.extract import number_formats, pieces
from kb.extract.covered import Covers
from kb.extract.package import Package, whole
from kb.extract.result import Reading, Unreadable

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
DC = "{http://purl.org/dc/elements/1.1/}"
WORKBOOK = "xl/workbook.xml"
COLUMN = re.compile(r"[A-Z]{1,3}")
MOST_COLUMNS = 300
MOST_CELLS = 2_000_000
MERGED = re.compile(
    rb'<(?:\w{1,20}:)?mergeCell\b[^<>]{0,200}?\bref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Row = list[str]


def read(data: bytes) -> Reading:
    package = Package(data)
    book = _Book(package)
    blocks = [block for name, part in book.sheets() for block in sheet_blocks(name, book.rows(part))]
    title = package.text_of("docProps/core.xml", f"{DC}title")
    return Reading(text=pieces.joined(blocks), title=title)


def sheet_blocks(name: str, rows: Iterator[Row]) -> Iterator[str]:
    """The sheet's name above what it holds; an empty sheet is nothing."""
    tables = list(_tables(rows))
    if tables:
        yield pieces.heading(2, name)
        yield from map(_block, tables)


def _tables(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Empty rows divide tables, unless what follows them stands in the same columns."""
    open_table: list[Row] = []
    for empty, group in groupby(rows, key=lambda row: not any(cell.strip() for cell in row)):
        block = [] if empty else list(group)
        if block and open_table and _columns(block) != _columns(open_table):
            yield open_table
            open_table = []
        open_table += block
    if open_table:
        yield open_table


def _columns(rows: list[Row]) -> tuple[int, int]:
    held = {place for row in rows for place, cell in enumerate(row) if cell.strip()}
    return min(held), max(held)


def _block(rows: list[Row]) -> str:
    """Rows of one cell are lines of text, as are those above a table that name it."""
    first = next((n for n, row in enumerate(rows) if sum(bool(c.strip()) for c in row) > 1), len(rows))
    lines = [pieces.paragraph(next(cell for cell in row if cell.strip())) for row in rows[:first]]
    return pieces.joined([*lines, pieces.table(rows[first:])])


class _Book:
    def __init__(self, package: Package) -> None:
        self._package = package
        self._tree = package.tree(WORKBOOK)
        self._relations = package.relations(WORKBOOK)
        kept = self._tree.find(f"{S}workbookPr")
        self._since_1904 = kept is not None and kept.get("date1904", "0") in ("1", "true")
        self._strings = self._shared_strings()
        self._formats = self._cell_formats()
        self._cells = 0

    def sheets(self) -> Iterator[tuple[str, str]]:
        for sheet in self._tree.iter(f"{S}sheet"):
            target = self._relations.get(sheet.get(R_ID, ""))
            if sheet.get("state", "visible") == "visible" and target and target.kind == "worksheet":
                yield sheet.get("name", ""), target.target

    def rows(self, part: str) -> Iterator[Row]:
        """A cell over others stands in each of them."""
        last, covers, merged = 0, Covers(), self._merged(part)
        for row in self._package.elements(part, f"{S}row"):
            number = whole(row.get("r"), last + 1)
            if number > last + 1:
                yield []
            last = number
            cells: Row = []
            for cell in row.iter(f"{S}c"):
                place = _column(cell.get("r", ""), len(cells))
                if place < MOST_COLUMNS:
                    cells += [""] * (place - len(cells))
                    cells[place:] = [self._shown(cell)]
            self._count(len(cells))
            for columns, last_row in merged.get(number, ()):
                said = cells[columns.start] if columns.start < len(cells) else ""
                covers.add(said, number, last_row, columns)
            yield covers.filled(number, cells)

    def _merged(self, part: str) -> dict[int, list[tuple[range, int]]]:
        """By the first row: the columns, and the last row."""
        found: dict[int, list[tuple[range, int]]] = {}
        for left, top, right, bottom in MERGED.findall(self._package.bytes(part)):
            first, last = _column(left.decode(), 0), min(_column(right.decode(), 0) + 1, MOST_COLUMNS)
            found.setdefault(int(top), []).append((range(first, last), int(bottom)))
        return found

    def _count(self, cells: int) -> None:
        self._cells += cells
        if self._cells > MOST_CELLS:
            raise Unreadable("The workbook has millions of cells; split it, or save what matters as CSV.")

    def _shown(self, cell: object) -> str:
        kind, value = cell.get("t", "n"), cell.find(f"{S}v")  # type: ignore[attr-defined]
        text = (value.text or "") if value is not None else ""
        if kind == "inlineStr":
            return _words(cell.find(f"{S}is"))  # type: ignore[attr-defined]
        if kind == "s":
            place = whole(text, len(self._strings))
            return self._strings[place] if place < len(self._strings) else ""
        if kind == "b":
            return "TRUE" if text == "1" else "FALSE"
        if kind in ("str", "e", "d"):
            return _unescaped(text)
        return self._number(text, cell.get("s", "0"))  # type: ignore[attr-defined]

    def _number(self, text: str, style: str) -> str:
        try:
            place = whole(style, len(self._formats))
            code = self._formats[place] if place < len(self._formats) else ""
            return number_formats.shown(float(text), code, since_1904=self._since_1904) if text else ""
        except (ValueError, OverflowError):
            return text

    def _shared_strings(self) -> list[str]:
        if "xl/sharedStrings.xml" not in self._package.names:
            return []
        return [_words(item) for item in self._package.elements("xl/sharedStrings.xml", f"{S}si")]

    def _cell_formats(self) -> list[str]:
        if "xl/styles.xml" not in self._package.names:
            return []
        tree = self._package.tree("xl/styles.xml")
        codes = dict(number_formats.BUILT_IN)
        for made in tree.iter(f"{S}numFmt"):
            codes[whole(made.get("numFmtId"), -1)] = made.get("formatCode", "")
        used = tree.find(f"{S}cellXfs")
        ids = [xf.get("numFmtId", "0") for xf in (used if used is not None else [])]
        return [codes.get(whole(one, 0), "") for one in ids]


def _column(reference: str, otherwise: int) -> int:
    found = COLUMN.match(reference)
    if not found:
        return otherwise
    place = 0
    for letter in found[0]:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _words(item: object) -> str:
    """Of a text with formats in it all of it, without the pronunciation that Japanese files keep beside."""
    if item is None:
        return ""
    found = [*item.findall(f"{S}t"), *item.findall(f"{S}r/{S}t")]  # type: ignore[attr-defined]
    return _unescaped("".join(words.text or "" for words in found))


def _unescaped(text: str) -> str:
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text
