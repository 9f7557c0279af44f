"""Tables that are drawn: where rules cross, the words between them are cells. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from kb.extract.pdf.lines import Line, line, rows
from kb.extract.pdf.words import Rule, Word

NEAR = 3.0
LONG_CELL = 300  # characters, on average
LONGEST_CELL = 700
MOST_CROSSINGS = 400_000


def drawn_tables(
    words: Sequence[Word], across: Sequence[Rule], down: Sequence[Rule]
) -> tuple[list[Line], list[Word]]:
    """The tables, and the words that stand in none."""
    if not across or not down or len(across) * len(down) > MOST_CROSSINGS:
        return [], list(words)
    found: list[Line] = []
    left = list(words)
    for rules, columns in _crossing(across, down):
        xs = _places([rule.at for rule in columns])
        ys = _places([rule.at for rule in rules])
        if len(xs) < 3 or len(ys) < 3:
            continue
        inside = [word for word in left if _holds(xs, ys, word)]
        cells = _cells(inside, xs, ys, columns)
        if _is_none(cells):
            continue
        taken = set(map(id, inside))
        left = [word for word in left if id(word) not in taken]
        size = inside[0].size
        found.append(Line([], xs[0], ys[0], xs[-1], ys[0] + size, size, table=cells))
    return found, left


def _is_none(cells: list[list[str]]) -> bool:
    """A frame, or a page laid out in boxes of running text."""
    lengths = [len(cell) for row in cells for cell in row if cell]
    filled = sum(any(row) for row in cells), sum(any(column) for column in zip(*cells, strict=True))
    return min(filled) < 2 or (max(lengths) > LONGEST_CELL and sum(lengths) / len(lengths) > LONG_CELL)


def _crossing(across: Sequence[Rule], down: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Rules that hang together."""
    parents = list(range(len(across) + len(down)))

    def root(one: int) -> int:
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        return one

    for number, column in enumerate(down, start=len(across)):
        for at, row in enumerate(across):
            if (
                row.start - NEAR <= column.at <= row.end + NEAR
                and column.start - NEAR <= row.at <= column.end + NEAR
            ):
                parents[root(number)] = root(at)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for at, rule in enumerate([*across, *down]):
        groups.setdefault(root(at), ([], []))[at >= len(across)].append(rule)
    return [group for group in groups.values() if all(group)]


def _places(found: Sequence[float]) -> list[float]:
    """Those that are one, once."""
    kept: list[float] = []
    for place in sorted(found):
        if not kept or place - kept[-1] > NEAR:
            kept.append(place)
    return kept


def _holds(xs: Sequence[float], ys: Sequence[float], word: Word) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return xs[0] <= x <= xs[-1] and ys[0] <= y <= ys[-1]


def _cells(
    words: Sequence[Word], xs: Sequence[float], ys: Sequence[float], columns: Sequence[Rule]
) -> list[list[str]]:
    held: list[list[list[Word]]] = [[[] for _ in xs[1:]] for _ in ys[1:]]
    begins = [_begins(xs, (top + bottom) / 2, columns) for top, bottom in pairwise(ys)]
    for word in words:
        row = min(bisect_right(ys, (word.y0 + word.y1) / 2), len(ys) - 1) - 1
        column = min(bisect_right(xs, (word.x0 + word.x1) / 2), len(xs) - 1) - 1
        held[row][begins[row][column]].append(word)
    cells = [[_text(cell) for cell in row] for row in held]
    if sum(word.direction == "R" for word in words) * 2 > sum(bool(word.direction) for word in words):
        cells = [row[::-1] for row in cells]
    return cells


def _begins(xs: Sequence[float], y: float, columns: Sequence[Rule]) -> list[int]:
    """For each column, the one where its cell begins in this row: cells may be joined."""
    begins = [0]
    for at, x in enumerate(xs[1:-1], start=1):
        parted = any(
            abs(rule.at - x) <= NEAR and rule.start - NEAR <= y <= rule.end + NEAR for rule in columns
        )
        begins.append(at if parted else begins[-1])
    return begins


def _text(words: Sequence[Word]) -> str:
    if not words:
        return ""
    return " ".join(line([word for one in row for word in one.words]).text for row in rows(words))
