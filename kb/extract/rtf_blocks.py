"""Put what an RTF file says one after the other into headings, paragraphs, lists and tables. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

from kb.extract import pieces
from kb.extract.covered import Covers
from kb.extract.rtf_tokens import whole

LONGEST_HEADING = 300
# What a program wrote before a list's item, or somebody by hand before a tab.
BY_HAND = re.compile(r"\s*([•◦▪‣·o–-]|\(?\d{1,3}[.)])\t\s*")
NUMBERED = re.compile(r".{0,30}\d|\(?[a-zA-Z]{1,5}[.)]")
LAST_NUMBER = re.compile(r"(\d{1,9})\D{0,5}$")
# Edges of cells that stand nearer to each other are one, in twentieths of a point.
SAME_EDGE = 30
MOST_COLUMNS = 100


class Run(NamedTuple):
    text: str
    bold: bool = False
    link: str = ""


@dataclass(frozen=True)
class _Edge:
    """Where a cell ends on the right, and whether it only goes on another one."""

    at: int = 0
    goes_on: str = ""


@dataclass(frozen=True)
class _Cell:
    text: str
    edge: _Edge


class Blocks:
    def __init__(self) -> None:
        self._done: list[str] = []
        self._runs: list[Run] = []
        self._beside: list[str] = []
        self._mark = ""
        self._items = pieces.Items()
        self._cell: list[str] = []
        self._row: list[str] = []
        self._rows: list[list[_Cell]] = []
        self._edges: list[_Edge] = []
        self._next = _Edge()

    def say(self, run: Run) -> None:
        if run.text:
            self._runs.append(run)

    def mark(self, words: str) -> None:
        """What stands before a list's item."""
        self._mark = words.strip()

    def beside(self, words: str) -> None:
        """A note or a box, to stand below its paragraph."""
        if words.strip():
            self._beside.append(pieces.paragraph(words))

    def done(self) -> Iterator[str]:
        """Whatever was said, the last of it too."""
        self._end_table()
        self._end_list()
        return iter(self._done)

    def paragraph(self, level: int, *, listed: bool, depth: int, indent: int, in_table: bool) -> None:
        words, mark = self._words(), self._taken_mark()
        if in_table:
            self._cell.append(words)
            return
        if words.strip() or self._beside:
            self._end_table()
        self._written(words, mark, level, listed=listed, depth=depth, indent=indent)
        beside, self._beside = self._beside, []
        self._done += beside

    def _written(self, words: str, mark: str, level: int, *, listed: bool, depth: int, indent: int) -> None:
        if not words.strip():
            return
        if level and len(words) <= LONGEST_HEADING:
            self._end_list()
            said = f"{mark} {words}" if NUMBERED.match(mark) else words
            self._done.append(pieces.heading(level, said.replace("**", "")))
        elif listed or mark:
            self._item(depth, words.replace("\t", " "), mark)
        elif by_hand := BY_HAND.match(words):
            self._item(indent, words[by_hand.end() :], by_hand[1])
        else:
            self._end_list()
            self._done.append(pieces.paragraph(words.replace("\t", " ")))

    def _item(self, depth: int, words: str, mark: str) -> None:
        """With the number that the mark ends in; one of letters counts on, and is told of as it is seen."""
        if NUMBERED.match(mark):
            told = LAST_NUMBER.search(mark)
            self._items.add(depth, words, int(told[1]) if told else self._items.following(depth), mark)
        else:
            self._items.add(depth, words)

    def _taken_mark(self) -> str:
        mark, self._mark = self._mark, ""
        return mark

    def _words(self) -> str:
        runs, self._runs = self._runs, []
        said = []
        for (bold, link), group in groupby(runs, key=lambda run: (run.bold, run.link)):
            text = whole("".join(run.text for run in group))
            text = pieces.link(text, link) if link else text
            said.append(pieces.bold(text) if bold and not link else text)
        return "".join(said)

    def _end_list(self) -> None:
        if self._items:
            self._done.append(self._items.text())
            self._items = pieces.Items()

    def new_row(self) -> None:
        self._edges, self._next = [], _Edge()

    def goes_on(self, where: str) -> None:
        self._next = replace(self._next, goes_on=where)

    def edge(self, at: int) -> None:
        if len(self._edges) < MOST_COLUMNS:
            self._edges.append(replace(self._next, at=at))
        self._next = _Edge()

    def cell(self) -> None:
        words, mark = self._words(), self._taken_mark()
        self._cell.append(f"{mark} {words}" if mark and words.strip() else words)
        self._cell += [note.replace("\n", " ") for note in self._beside]
        self._beside = []
        if len(self._row) < MOST_COLUMNS:
            self._row.append("; ".join(said.strip() for said in self._cell if said.strip()))
        self._cell = []

    def row(self) -> None:
        if self._cell or self._runs:
            self.cell()
        told, self._row = self._row, []
        edges = self._edges if len(self._edges) >= len(told) else [_Edge() for _ in told]
        self._rows.append([_Cell(text, edge) for text, edge in zip(told, edges, strict=False)])

    def _end_table(self) -> None:
        if self._row or self._cell:
            self.row()
        rows, self._rows = self._rows, []
        if not rows:
            return
        self._end_list()
        if max(map(len, rows)) > 1:
            self._done.append(pieces.table(_spelled_out(rows)))
        else:  # a frame around some text, and no table
            self._done += [pieces.paragraph(cell.text) for row in rows for cell in row]


def _spelled_out(rows: list[list[_Cell]]) -> list[list[str]]:
    """Each row says all, as cells over several rows or columns do."""
    columns = _columns({cell.edge.at for row in rows for cell in row})
    columns = columns if max(columns.values(), default=0) <= MOST_COLUMNS else {}
    made: list[list[str]] = []
    above: dict[int, str] = {}  # by column, for cells that go on below
    covers = Covers()
    for number, row in enumerate(rows):
        cells: list[str] = []
        for cell in row:
            end = max(columns.get(cell.edge.at, 0), len(cells) + 1)
            text = cell.text
            if cell.edge.goes_on == "down":
                text = above.get(len(cells), "")
            elif cell.edge.goes_on == "across" and cells:
                text = cells[-1]
            if end - len(cells) > 1:
                covers.add(text, number, number, range(len(cells), end))
            above[len(cells)] = text
            cells += [text] + [""] * (end - len(cells) - 1)
        made.append(covers.filled(number, cells))
    return made


def _columns(edges: set[int]) -> dict[int, int]:
    """By each edge, how many columns are left of it."""
    found: dict[int, int] = {}
    last, count = None, 0
    for edge in sorted(edges - {0}):
        if last is None or edge - last > SAME_EDGE:
            count += 1
            last = edge
        found[edge] = count
    return found
