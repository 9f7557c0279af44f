"""Words become lines: rows across the page, cut where the gaps are wide, each in reading order. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kb.extract.pdf.words import Word

# A gap wider than this, in sizes of its letters, may part two columns.
WIDE_GAP = 0.95
TAB = 0.5
HEADS = 1.25  # times as large as what stands beside it: it is no part of that
LEAST_SHARED = 0.35  # of their height, by lines that stand beside one another
BULLETS = "•●▪◦‣■□○▶►➢➤✓✔❖\uf0b7\uf0a7\uf0d8·∙⁃–—*-"
MARK = re.compile(rf"[{re.escape(BULLETS)}]|\(?(?:\d{{1,3}}|[a-zA-Z]|[ivxIVX]{{1,5}})[.)]")
LONE_NUMBER = re.compile(r"\d{1,2}")


@dataclass(slots=True)
class Line:
    """Words that stand side by side. `table` is for what is drawn as one, and has no words."""

    words: list[Word]
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    table: list[list[str]] | None = None
    mark: str = ""  # of a list item, when it stands apart from its words
    page: int = 0
    text: str = field(default="")

    @property
    def bold(self) -> bool:
        return bool(self.words) and all(word.bold for word in self.words)

    @property
    def mono(self) -> bool:
        return bool(self.words) and all(word.mono for word in self.words)


def line(words: Sequence[Word]) -> Line:
    size = max(words, key=lambda word: len(word.text)).size
    made = Line(
        list(words),
        min(word.x0 for word in words),
        min(word.y0 for word in words),
        max(word.x1 for word in words),
        max(word.y1 for word in words),
        size,
    )
    made.text = " ".join(word.text for word in in_reading_order(words))
    return made


def rows(words: Sequence[Word]) -> list[list[Line]]:
    """From the top down; what stands in one row, from left to right, is cut at wide gaps."""
    held: list[list[Word]] = []
    top = bottom = 0.0
    for word in sorted(words, key=lambda word: word.y0 + word.y1):
        shared = min(bottom, word.y1) - max(top, word.y0)
        if held and shared > 0.5 * min(bottom - top, word.y1 - word.y0):
            held[-1].append(word)
            # The tallest says where the row is: all together would reach into the next one.
            top, bottom = max((top, bottom), (word.y0, word.y1), key=lambda reach: reach[1] - reach[0])
        else:
            held.append([word])
            top, bottom = word.y0, word.y1
    return _side_by_side([_with_marks(list(_cut(row))) for row in held])


def _side_by_side(found: list[list[Line]]) -> list[list[Line]]:
    """Columns whose lines stand at different heights come as rows of one column each: they are one row."""
    joined: list[list[Line]] = []
    for row in found:
        if joined and _stand_beside(joined[-1], row):
            joined[-1] = sorted([*joined[-1], *row], key=lambda one: one.x0)
        else:
            joined.append(row)
    return joined


def _stand_beside(above: list[Line], below: list[Line]) -> bool:
    height = min(one.y1 - one.y0 for one in [*above, *below])
    if max(one.y1 for one in above) - min(one.y0 for one in below) < LEAST_SHARED * height:
        return False
    apart = WIDE_GAP * max(one.size for one in [*above, *below])
    return all(one.x1 + apart < other.x0 or other.x1 + apart < one.x0 for one in above for other in below)


def _cut(row: list[Word]) -> Iterator[Line]:
    row.sort(key=lambda word: word.x0)
    start, end = 0, row[0].x1
    for at, word in enumerate(row[1:], start=1):
        if word.x0 - end > WIDE_GAP * max(row[at - 1].size, word.size):
            yield line(row[start:at])
            start = at
        end = max(end, word.x1)
    yield line(row[start:])


def _with_marks(row: list[Line]) -> list[Line]:
    """A list's mark belongs to the words that it stands before."""
    joined: list[Line] = []
    for one in map(_with_own_mark, row):
        before = joined[-1] if joined else None
        if before and not before.mark and _is_mark(before.text) and one.x0 - before.x1 < 5 * one.size:
            one.mark, one.x0 = before.text, before.x0
            joined[-1] = one
        else:
            joined.append(one)
    return joined


def _with_own_mark(one: Line) -> Line:
    """A mark that stands a little apart, as no two words do."""
    if len(one.words) > 1 and _is_mark(one.words[0].text):
        first, second = one.words[:2]
        if second.x0 - first.x1 > TAB * one.size and first.direction != "R" != second.direction:
            one.mark, one.text = first.text, one.text.removeprefix(first.text).lstrip()
    return one


def _is_mark(text: str) -> bool:
    return MARK.fullmatch(text) is not None or LONE_NUMBER.fullmatch(text) is not None


def whole(row: Sequence[Line]) -> Line:
    """A row whose gaps part nothing."""
    if len(row) == 1:
        return row[0]
    made = line([word for one in row for word in one.words])
    if all(word.direction != "R" for word in made.words):
        made.mark, made.x0 = row[0].mark, row[0].x0
        made.text = " ".join([row[0].text, *(f"{one.mark} {one.text}".strip() for one in row[1:])])
    return made


def in_reading_order(words: Sequence[Word]) -> list[Word]:
    """From left to right, or from right to left where most words run that way."""
    ordered = sorted(words, key=lambda word: word.x0)
    right = sum(len(word.text) for word in words if word.direction == "R")
    if not right:
        return ordered
    base = "R" if right * 2 > sum(len(word.text) for word in words if word.direction) else "L"
    other = "L" if base == "R" else "R"
    if base == "R":
        ordered.reverse()
    return list(_with_turned_runs(ordered, other))


def _with_turned_runs(words: list[Word], other: str) -> Iterator[Word]:
    """Words of the other direction that follow one another are read in theirs, with the numbers between."""
    at = 0
    while at < len(words):
        if words[at].direction != other:
            yield words[at]
            at += 1
            continue
        end = last = at
        while end < len(words) and words[end].direction in (other, ""):
            last = end if words[end].direction == other else last
            end += 1
        yield from reversed(words[at : last + 1])
        at = last + 1
