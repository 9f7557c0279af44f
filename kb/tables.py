"""Cut a table that is longer than a passage into parts, each under the same header row. Pure.

A passage is a stretch of its document's text, word for word; so what is to stand in each part stands in the
text. Where a part ends, its rows tell: one row more or less leaves the other parts as they are. Parts that
stand one below the other are one table to whoever writes (`joined`), and are cut anew whenever it is saved.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.passages import CountTokens, Cut, Section, blocks, room_for, sections, split

# A line of dashes is there, or there is no table.
RULE = re.compile(r"^(?=[^\n]*\|)[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\||$)", re.M)
# A header leaves this share of a passage to the rows, or it is not repeated.
MOST_OF_HEADER = 0.6
# A part may end after one row in so many, once it is so full; so it ends at the same rows the next time.
FULL_ENOUGH = 0.6
ENDS_AT = 4


@dataclass(frozen=True)
class Change:
    """What took the place of a stretch of the text."""

    start: int
    end: int
    put_in: str


@dataclass(frozen=True)
class Repeated:
    """The text with the headers in it, and where it is not as it was."""

    text: str
    changes: tuple[Change, ...] = ()

    def place(self, offset: int) -> int:
        """Where a place of the old text is in the new one; what is gone is where the text goes on."""
        moved = offset
        for change in self.changes:
            if change.start <= offset:
                moved += len(change.put_in) - (min(offset, change.end) - change.start)
        return moved


def cuts_of(
    text: str, title: str, count: CountTokens, before: Iterable[tuple[str, str]] = ()
) -> tuple[Repeated, list[Cut]]:
    """A document's text as it is kept, and its passages; `before` as in `split`."""
    repeated = repeat_headers(text, title, count)
    return repeated, split(repeated.text, title, count, before)


def repeat_headers(text: str, title: str, count: CountTokens) -> Repeated:
    """Doing it again changes nothing."""
    changes = [
        change
        for section, table in _tables(text)
        for change in _changes(text, table, _breaks(text, table, room_for(section.path, title, count), count))
    ]
    return Repeated(_changed(text, changes), tuple(changes))


def joined(text: str) -> str:
    """The text with each header once, for whoever goes on writing it."""
    return _changed(text, [change for _, table in _tables(text) for change in _changes(text, table, ())])


def _changed(text: str, changes: Sequence[Change]) -> str:
    kept, last = [], 0
    for change in changes:
        kept += [text[last : change.start], change.put_in]
        last = change.end
    return "".join([*kept, text[last:]])


@dataclass(frozen=True)
class _Part:
    """A table as Markdown sees it."""

    start: int
    body: int  # where its first row begins
    end: int
    rows: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class _Table:
    """Parts that stand one below the other, with the same header and nothing but blank lines between."""

    header: str  # with the line of dashes
    rows: tuple[tuple[int, int], ...]
    between: tuple[tuple[int, int], ...]  # of two parts: the later one's header with what stands above it


def _tables(text: str) -> Iterator[tuple[Section, _Table]]:
    """Those of the document itself: not the ones in lists and quotations."""
    if not RULE.search(text):
        return
    for section in sections(text):
        if RULE.search(text, section.start, section.end):
            for parts in _parts(text, section):
                yield section, _of(text, parts)


def _parts(text: str, section: Section) -> Iterator[list[_Part]]:
    together: list[_Part] = []
    for block in blocks(text[section.start : section.end]):
        part = _part(text, section.start + block.start, section.start + block.end)
        if block.kind == "table" and together and _goes_on(text, together[-1], part):
            together.append(part)
            continue
        if together:
            yield together
        together = [part] if block.kind == "table" else []
    if together:
        yield together


def _part(text: str, start: int, end: int) -> _Part:
    lines = list(_lines(text, start, end))
    rows = tuple(lines[2:])
    body = lines[1][1] if len(lines) > 1 else end
    return _Part(start, body, rows[-1][1] if rows else body, rows)


def _goes_on(text: str, part: _Part, other: _Part) -> bool:
    return not text[part.end : other.start].strip() and _header(text, part) == _header(text, other)


def _header(text: str, part: _Part) -> list[str]:
    return [line.strip() for line in text[part.start : part.body].splitlines()]


def _of(text: str, parts: Sequence[_Part]) -> _Table:
    rows = tuple(row for part in parts for row in part.rows)
    between = tuple((one.end, other.body) for one, other in pairwise(parts))
    return _Table(text[parts[0].start : parts[0].body], rows, between)


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        found = text.find("\n", start, end)
        line_end = end if found < 0 else found + 1
        if text[start:line_end].strip():
            yield start, line_end
        start = line_end


def _changes(text: str, table: _Table, breaks: Iterable[int]) -> Iterator[Change]:
    """The header stands where the table breaks, and nowhere else."""
    header = "\n" + (table.header if table.header.endswith("\n") else f"{table.header}\n")
    begins = {end: start for start, end in table.between}
    wanted = set(breaks)
    for place in sorted({*begins, *wanted}):
        start, put_in = begins.get(place, place), header if place in wanted else ""
        if text[start:place] != put_in:
            yield Change(start, place, put_in)


def _breaks(text: str, table: _Table, room: int, count: CountTokens) -> Iterator[int]:
    """The rows above which the header stands once more."""
    marks = count("")
    head = count(table.header)
    sizes = [count(text[start:end]) - marks for start, end in table.rows]
    if head + sum(sizes) <= room or head > room * MOST_OF_HEADER:
        return
    filled, last_ends = head, False
    for size, (start, end) in zip(sizes, table.rows, strict=True):
        if filled > head and (filled + size > room or last_ends):
            yield start
            filled = head
        filled += size
        last_ends = filled >= room * FULL_ENOUGH and _may_end(text[start:end])


def _may_end(row: str) -> bool:
    return zlib.crc32(row.strip().encode("utf-8", "replace")) % ENDS_AT == 0
