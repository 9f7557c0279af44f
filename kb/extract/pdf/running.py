"""Tell what is repeated at the top and the bottom of a PDF's pages: headers, footers, page numbers. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import islice

from kb.extract.pdf.lines import HEADS, Line

Row = list[Line]

MARGIN = 0.12  # of the page's height
ROWS = 3  # at each end
LEAST_PAGES = 3
# Of the pages; left and right pages may have headers of their own.
SHARE = 0.35
NUMBER = re.compile(r"\d{1,6}")
MOST_NUMBERS = 4  # of one line
PAGE_NUMBER = re.compile(
    r"\W{0,3}(?:(?:page|seite|página|pagina|strona|стр\.?)\s)?(\d{1,5})(?:\s?(?:/|of|von|de|di|из)\s?\d+)?\W{0,3}"
)
Key = tuple[str, int, int]
# What counts up from page to page by its nature, and heads what follows.
DIVISION = re.compile(
    r"(?i)^(chapter|section|part|lesson|step|figure|table|appendix|annex|article|question|kapitel|abschnitt|teil|"
    r"schritt|frage|chapitre|partie|étape|capítulo|sección|parte|paso|capitolo|sezione|passo|hoofdstuk|deel|"
    r"глава|раздел|часть|rozdział)\b"
)


def without_running(pages: Sequence[list[Row]], heights: Sequence[float], body: float) -> list[list[Row]]:
    """`body` is the size of most letters: what is larger heads its page, and its numbers count topics."""
    places: dict[Key, set[int]] = defaultdict(set)
    for number, (rows, height) in enumerate(zip(pages, heights, strict=True)):
        for row in _margins(rows, height):
            for key in [*_keys(row, number, body), *_keys_of_parts(rows, row, number, body)]:
                places[key].add(number)
    least = max(LEAST_PAGES, SHARE * len(pages))
    running = {key for key, found in places.items() if len(found) >= least}
    return [
        _kept(rows, height, running, number, body)
        for number, (rows, height) in enumerate(zip(pages, heights, strict=True))
    ]


def _margins(rows: list[Row], height: float) -> list[Row]:
    ends = [*rows[:ROWS], *rows[max(ROWS, len(rows) - ROWS) :]]
    return [row for row in ends if row[0].y1 < MARGIN * height or row[0].y0 > (1 - MARGIN) * height]


def _keys(row: Row, page: int, body: float) -> list[Key]:
    """The words, with a number that counts the pages as that; and about how far down they stand."""
    text = _words(row)
    keys = [(text, 0)]
    if (len(row) > 1 or not DIVISION.match(text)) and row[0].size < HEADS * body:
        keys += [
            (f"{text[: found.start()]}#{text[found.end() :]}", int(found[0]) - page)
            for found in islice(NUMBER.finditer(text), MOST_NUMBERS)
        ]
    # Two bands, so that a place near the edge of one is in the other.
    bands = (round(row[0].y1 / 8), -round((row[0].y1 + 4) / 8) - 1)
    return [(text, number, band) for text, number in keys for band in bands]


def _keys_of_parts(rows: list[Row], row: Row, page: int, body: float) -> list[Key]:
    """Of a line that stands for itself at an end of the page, beside a chapter's name that changes."""
    if len(row) < 2 or not _stands_apart(rows, row):
        return []
    return [key for part in row for key in _keys([part], page, body)]


def _stands_apart(rows: list[Row], row: Row) -> bool:
    if row is rows[0] and len(rows) > 1:
        return rows[1][0].y0 - row[0].y1 > row[0].size
    return row is rows[-1] and len(rows) > 1 and row[0].y0 - rows[-2][0].y1 > row[0].size


def _words(row: Row) -> str:
    return " ".join(f"{one.mark} {one.text}" for one in row).strip().lower()


def _kept(rows: list[Row], height: float, running: set[Key], page: int, body: float) -> list[Row]:
    gone = {
        id(row)
        for row in _margins(rows, height)
        if running.intersection([*_keys(row, page, body), *_keys_of_parts(rows, row, page, body)])
        or _is_page_number(_words(row), page)
    }
    return [row for row in rows if id(row) not in gone]


def _is_page_number(text: str, page: int) -> bool:
    found = PAGE_NUMBER.fullmatch(text)
    return found is not None and int(found[1]) == page + 1


def body_size(pages: Sequence[list[Row]]) -> float:
    """The size of most letters."""
    sizes: Counter[float] = Counter()
    for rows in pages:
        for row in rows:
            for one in row:
                sizes[round(one.size * 2) / 2] += len(one.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0
