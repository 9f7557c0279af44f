"""Put a page's lines in reading order: columns one after the other, cells in their rows. Pure.

What stands in columns is running text if its lines fill them, a table if short pieces stand side by side in
row after row, and otherwise lines with gaps in them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import fmean

from kb.extract.pdf.lines import HEADS, Line, line, whole

NUMBER = re.compile(r"\d{1,4}|[ivxl]{1,6}")
Row = list[Line]
Gutter = tuple[float, float]

NARROWEST = 0.8  # of a gutter, in sizes of the letters
MOST_ROWS = 400
LEAST_ROWS = 3
# Rows further apart than this, in sizes of their letters, are not one block.
FAR = 5.0
# Lines of running text hold at least so many letters, and fill so much of their column.
LEAST_LETTERS = 14
LEAST_FILLED = 0.5
ALIGNED = 0.6  # of a table's rows have several cells
DEEPEST = 3
FULL = 0.75  # of a page's height, down to which a column goes at least before the next one begins
APART = 1.2  # sizes of letters, between what is no longer one column


def in_order(
    rows: Sequence[Row], rightwards: bool = True, depth: int = 0, height: float = 0.0
) -> Iterator[Line]:
    """`height` is the page's, where that is known: columns that end high on it were made equally long."""
    at = 0
    while at < len(rows):
        end, gutters = _band(rows, at)
        end = _without_rest(rows, at, end, gutters, FULL * height)
        if not gutters or depth == DEEPEST:
            yield whole(rows[at])
            at += 1
            continue
        band = [_columns(row, gutters) for row in rows[at:end]]
        yield from _read(band, rightwards, depth)
        at = end


def _band(rows: Sequence[Row], start: int) -> tuple[int, list[Gutter]]:
    """How far down the gaps of a row go on, and which ones do."""
    gutters = _gaps(rows[start]) or _gaps_below(rows, start)
    both = {gutter: int(_is_between(gutter, rows[start])) for gutter in gutters}
    end = start + 1
    while gutters and end < min(len(rows), start + MOST_ROWS):
        if rows[end][0].y0 - max(one.y1 for one in rows[end - 1]) > FAR * rows[end][0].size:
            break
        narrowed = {gutter: _narrowed(gutter, rows[end]) for gutter in gutters}
        if any(found is None and both[gutter] >= LEAST_ROWS for gutter, found in narrowed.items()):
            break  # another structure begins
        kept = [(gutter, found) for gutter, found in narrowed.items() if found is not None]
        if not kept:
            break
        both = {found: both[gutter] + _is_between(found, rows[end]) for gutter, found in kept}
        gutters = [found for _, found in kept]
        end += 1
    gutters = [gutter for gutter in gutters if both[gutter] >= LEAST_ROWS]
    return (_without_heading(rows, start, end, gutters), gutters) if gutters else (start + 1, [])


def _gaps(row: Row) -> list[Gutter]:
    return [(one.x1, other.x0) for one, other in pairwise(row)]


def _gaps_below(rows: Sequence[Row], start: int) -> list[Gutter]:
    """Of a line that stands alone at the top of its column, a little above the one on its left."""
    if start + 1 == len(rows):
        return []
    above, below = rows[start][0], rows[start + 1]
    if below[0].y0 - above.y1 > NARROWEST * above.size or above.size > HEADS * below[0].size:
        return []
    return [gutter for gutter in _gaps(below) if gutter[1] <= above.x0 + 1]


def _narrowed(gutter: Gutter, row: Row) -> Gutter | None:
    """What these lines leave free of it."""
    start, end = gutter
    for one in row:
        if one.x1 <= start or one.x0 >= end:
            continue
        before, after = one.x0 - start, end - one.x1
        start, end = (start, one.x0) if before >= after else (one.x1, end)
    return (start, end) if end - start >= NARROWEST * row[0].size else None


def _is_between(gutter: Gutter, row: Row) -> bool:
    return any(one.x1 <= gutter[0] for one in row) and any(one.x0 >= gutter[1] for one in row)


def _without_heading(rows: Sequence[Row], start: int, end: int, gutters: Sequence[Gutter]) -> int:
    """A short line before a wide one is what heads it, not the end of the first column."""
    if end >= len(rows):
        return end
    for last in (end - 2, end - 1):
        if last <= start + LEAST_ROWS or any(_is_between(gutter, rows[last]) for gutter in gutters):
            continue
        if rows[last][0].y0 - rows[last - 1][0].y1 > 0.6 * rows[last][0].size:
            return last
    return end


def _without_rest(rows: Sequence[Row], start: int, end: int, gutters: Sequence[Gutter], full: float) -> int:
    """Where something else begins below columns, of which none goes on to the foot of its page."""
    if not gutters or rows[end - 1][-1].y1 > full:
        return end
    beside = [at for at in range(start, end) if any(_is_between(gutter, rows[at]) for gutter in gutters)]
    for at in range(beside[-1] + 1, end):
        above, below = rows[at - 1][0], rows[at][0]
        if below.size > HEADS * above.size or below.y0 - above.y1 > APART * below.size:
            return at
    return end


def _columns(row: Row, gutters: Sequence[Gutter]) -> list[Row]:
    columns: list[Row] = [[] for _ in range(len(gutters) + 1)]
    for one in row:
        middle = (one.x0 + one.x1) / 2
        columns[sum(middle > (start + end) / 2 for start, end in gutters)].append(one)
    return columns


def _read(band: list[list[Row]], rightwards: bool, depth: int) -> Iterator[Line]:
    columns = [[row[at] for row in band if row[at]] for at in range(len(band[0]))]
    if all(_is_running_text(column) for column in columns) or _mixes_sizes(band):
        for column in columns if rightwards else reversed(columns):
            yield from in_order(column, rightwards, depth + 1)
        return
    several = [row for row in band if sum(map(bool, row)) > 1]
    if not _is_contents(columns) and len(several) >= ALIGNED * len(band) and not _holds_table(columns):
        yield _table(band, rightwards)
        return
    for parts in band:
        yield whole([one for part in parts for one in part])


def _mixes_sizes(band: Sequence[list[Row]]) -> bool:
    """A heading stands beside what it does not head: a box at the side, and no table."""
    for row in band:
        sizes = [max(one.size for one in part) for part in row if part]
        if max(sizes) > HEADS * min(sizes):
            return True
    return False


def _holds_table(columns: Sequence[Sequence[Row]]) -> bool:
    return any(one.table for column in columns for row in column for one in row)


def _is_contents(columns: Sequence[Sequence[Row]]) -> bool:
    """Titles, and the pages on which they stand."""
    return len(columns) == 2 and any(
        all(NUMBER.fullmatch(whole(row).text) for row in column) for column in columns
    )


def _is_running_text(column: Sequence[Row]) -> bool:
    """Lines set flush on both sides have wide gaps in them, and are lines for all that."""
    rows = [words for row in column if (words := [one for one in row if not one.table])]
    if len(rows) < LEAST_ROWS:
        return _holds_table([column])
    width = max(row[-1].x1 for row in rows) - min(row[0].x0 for row in rows)
    letters = fmean(sum(map(_letters, row)) for row in rows)
    filled = fmean(sum(one.x1 - one.x0 for one in row) / max(width, 1) for row in rows)
    return letters >= LEAST_LETTERS and filled >= LEAST_FILLED


def _letters(one: Line) -> int:
    """What is written without spaces says more with each."""
    return len(one.text) + sum(ord(sign) > 0x2E80 for sign in one.text)


def _table(band: list[list[Row]], rightwards: bool) -> Line:
    """A row without its first cell, close below another, goes on with that one."""
    cells: list[list[str]] = []
    bottom = 0.0
    for parts in band:
        texts = [whole(part).text if part else "" for part in parts]
        here = [one for part in parts for one in part]
        if cells and not texts[0] and here[0].y0 - bottom < 0.4 * here[0].size:
            cells[-1] = [" ".join(filter(None, both)) for both in zip(cells[-1], texts, strict=True)]
        else:
            cells.append(texts)
        bottom = max(one.y1 for one in here)
    made = line([word for parts in band for part in parts for one in part for word in one.words])
    made.words, made.text = [], ""
    made.table = cells if rightwards else [row[::-1] for row in cells]
    return made
