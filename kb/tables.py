"""Cut a table that is longer than a passage into parts, each under the same header row. Pure.

A passage is a stretch of its document's text, word for word; so what is to stand in each part stands in the
text. Where a part ends, its rows tell: one row more or less leaves the other parts as they are.
"""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.passages import CountTokens, Section, blocks, room_for, sections

# A line of dashes is there, or there is no table.
RULE = re.compile(r"^(?=[^\n]*\|)[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\||$)", re.M)
# A header leaves this share of a passage to the rows, or it is not repeated.
MOST_OF_HEADER = 0.6
# A part may end after one row in so many, once it is so full; so it ends at the same rows the next time.
FULL_ENOUGH = 0.6
ENDS_AT = 4


@dataclass(frozen=True)
class Repeated:
    """The text with the headers in it, and where how many characters were put in."""

    text: str
    added: tuple[tuple[int, int], ...] = ()

    def place(self, offset: int) -> int:
        """Where a place of the old text is in the new one."""
        return offset + sum(length for at, length in self.added if at <= offset)


def repeat_headers(text: str, title: str, count: CountTokens) -> Repeated:
    """Doing it again changes nothing."""
    if not RULE.search(text):
        return Repeated(text)
    added = [
        (place, header)
        for section in sections(text)
        for table in _tables(text, section)
        for place, header in _breaks(text, table, room_for(section.path, title, count), count)
    ]
    return Repeated(_put_in(text, added), tuple((place, len(header)) for place, header in added))


def _put_in(text: str, added: Sequence[tuple[int, str]]) -> str:
    kept, last = [], 0
    for place, header in added:
        kept += [text[last:place], header]
        last = place
    return "".join([*kept, text[last:]])


@dataclass(frozen=True)
class _Table:
    header: str  # with the line of dashes
    rows: tuple[tuple[int, int], ...]


def _tables(text: str, section: Section) -> Iterator[_Table]:
    """Those of the document itself: not the ones in lists and quotations."""
    if not RULE.search(text, section.start, section.end):
        return
    for block in blocks(text[section.start : section.end]):
        if block.kind == "table":
            start, end = section.start + block.start, section.start + block.end
            lines = list(_lines(text, start, end))
            yield _Table(text[start : lines[1][1]], tuple(lines[2:]))


def _lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end:
        found = text.find("\n", start, end)
        line_end = end if found < 0 else found + 1
        if text[start:line_end].strip():
            yield start, line_end
        start = line_end


def _breaks(text: str, table: _Table, room: int, count: CountTokens) -> Iterator[tuple[int, str]]:
    """Where the header stands once more."""
    marks = count("")
    head = count(table.header)
    sizes = [count(text[start:end]) - marks for start, end in table.rows]
    if head + sum(sizes) <= room or head > room * MOST_OF_HEADER:
        return
    header = "\n" + (table.header if table.header.endswith("\n") else f"{table.header}\n")
    filled, last_ends = head, False
    for size, (start, end) in zip(sizes, table.rows, strict=True):
        if filled > head and (filled + size > room or last_ends):
            yield start, header
            filled = head
        filled += size
        last_ends = filled >= room * FULL_ENOUGH and _may_end(text[start:end])


def _may_end(row: str) -> bool:
    return zlib.crc32(row.strip().encode("utf-8", "replace")) % ENDS_AT == 0
