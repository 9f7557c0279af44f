"""Write the lines of a PDF's pages as Markdown: headings, whole paragraphs, lists, tables, code. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kb.extract import pieces
from kb.extract.pdf.hyphens import PAGE, Known, joined
from kb.extract.pdf.lines import BULLETS, Line
from kb.extract.pdf.words import SOFT_HYPHEN

LARGER = 1.12  # than the body, in which a heading is set
LONGEST_HEADING = 120
MOST_WORDS = 18
MOSTLY_BOLD = 0.4  # of a document's letters: then bold heads nothing
ITEM = re.compile(rf"(?:[{re.escape(BULLETS)}]|(\(?(?:\d{{1,3}}|[a-zA-Z])[.)]))\s+(?=\S)")
NUMBERED = re.compile(r"\(?\d")
ENDS = re.compile(r"[.!?:;。！？：；…]['\")\]»”’]*$")
# Below this a line's gap to the one above it is only its leading.
NEXT_LINE = 1.3
HEADING_STEP = 1.45  # from line to line, in sizes of its letters
MARKS = frozenset(BULLETS)


@dataclass
class _Block:
    kind: str  # "heading", "text", "item", "table", "code"
    lines: list[Line] = field(default_factory=list)
    level: int = 0
    table: list[list[str]] = field(default_factory=list)


def written(pages: Sequence[Sequence[Line]], body: float) -> str:
    """The pages' lines, in the order of reading, with PAGE before each page's first word."""
    style = _Style.of(pages, body)
    blocks: list[_Block] = []
    for number, page in enumerate(pages):
        edges = _edges(page)
        for one in page:
            one.page = number
            _add(blocks, one, style, edges)
    return _marked(blocks, style, len(pages))


@dataclass
class _Style:
    """What is usual in this document."""

    body: float
    sizes: list[float]  # of headings, the largest first
    bold_heads: bool
    leading: dict[float, float]
    known: Known

    @classmethod
    def of(cls, pages: Sequence[Sequence[Line]], body: float) -> _Style:
        lines = [one for page in pages for one in page if not one.table]
        letters = sum(len(one.text) for one in lines) or 1
        bold = sum(len(one.text) for one in lines if one.bold)
        known = Known.of(one.text for one in lines)
        style = cls(body, [], bold / letters < MOSTLY_BOLD, _leading(pages), known)
        large = {_size(one) for one in lines if _size(one) >= LARGER * body and _is_short(one.text)}
        style.sizes = sorted(large, reverse=True)
        return style

    def level(self, one: Line) -> int:
        """Of the heading that this line may be; 0: it is none."""
        if not one.words or not _is_short(one.text) or one.mono or one.mark[:1] in MARKS:
            return 0
        if _size(one) in self.sizes:
            return min(self.sizes.index(_size(one)) + 1, 5)
        heads = self.bold_heads and one.bold and not re.search(r"[.,;:]$", one.text)
        return min(len(self.sizes) + 1, 6) if heads and _size(one) >= self.body * 0.95 else 0


def _size(one: Line) -> float:
    return round(one.size * 2) / 2


def _is_short(text: str) -> bool:
    return (
        len(text) <= LONGEST_HEADING and len(text.split()) <= MOST_WORDS and sum(map(str.isalpha, text)) > 1
    )


def _leading(pages: Sequence[Sequence[Line]]) -> dict[float, float]:
    """From one line to the next, by size of the letters."""
    steps: dict[float, Counter[float]] = {}
    for page in pages:
        for above, below in pairwise(page):
            step = below.y1 - above.y1
            if _size(above) == _size(below) and 0 < step < 2.5 * above.size:
                steps.setdefault(_size(above), Counter())[round(step * 2) / 2] += 1
    return {size: counts.most_common(1)[0][0] for size, counts in steps.items()}


def _edges(page: Sequence[Line]) -> dict[int, float]:
    """How far to the right lines reach that begin hereabouts."""
    edges: dict[int, float] = {}
    for one in page:
        for near in range(round(one.x0 / 20) - 2, round(one.x0 / 20) + 3):
            edges[near] = max(edges.get(near, 0), one.x1)
    return edges


def _add(blocks: list[_Block], one: Line, style: _Style, edges: dict[int, float]) -> None:
    last = blocks[-1] if blocks else None
    if one.table is not None:
        _add_table(blocks, one)
    elif one.mono and not one.mark and style.body and ((last and last.kind == "code") or _is_code(one)):
        if last and last.kind == "code" and _follows(last.lines[-1], one, style, 2.5):
            last.lines.append(one)
        else:
            blocks.append(_Block("code", [one]))
    elif _is_item(one) and not style.level(one):
        blocks.append(_Block("item", [one]))
    elif last and last.kind in ("text", "item") and _goes_on(last, one, style, edges):
        last.lines.append(one)
    elif level := style.level(one):
        if last and last.kind == "heading" and last.level == level and _is_rest(last.lines[-1], one):
            last.lines.append(one)
        else:
            blocks.append(_Block("heading", [one], level))
    else:
        blocks.append(_Block("text", [one]))


def _add_table(blocks: list[_Block], one: Line) -> None:
    """A table at the top of a page goes on with the one at the bottom of the page before."""
    last = blocks[-1] if blocks else None
    rows = list(one.table or [])
    if (
        last
        and last.kind == "table"
        and last.lines[-1].page < one.page
        and len(last.table[0]) == len(rows[0])
    ):
        if rows[0] == last.table[0]:
            rows = rows[1:]
    else:
        last = _Block("table")
        blocks.append(last)
    last.lines += [one] * len(rows)
    last.table += rows


def _is_code(one: Line) -> bool:
    return len(one.words) > 1 or any(sign in one.text for sign in "{}();=<>/$")


def _is_item(one: Line) -> bool:
    return bool(one.mark) or ITEM.match(one.text) is not None


def _follows(above: Line, below: Line, style: _Style, most: float = NEXT_LINE) -> bool:
    """On the next line, or at the top of the next column or page."""
    leading = style.leading.get(_size(above), 1.2 * above.size)
    step = below.y1 - above.y1
    return step <= most * max(leading, above.size) if below.page == above.page and step > 0 else True


def _is_rest(above: Line, below: Line) -> bool:
    """Of a heading of several lines."""
    return not below.mark and above.page == below.page and 0 < below.y1 - above.y1 < HEADING_STEP * above.size


def _goes_on(block: _Block, one: Line, style: _Style, edges: dict[int, float]) -> bool:
    """Whether a line is the rest of what the line above it begins."""
    above = block.lines[-1]
    if abs(above.size - one.size) > 0.1 * above.size or not _follows(above, one, style):
        return False
    if one.bold != above.bold and style.level(one):
        return False
    first = block.lines[0]
    same_column = one.page == above.page and one.y1 > above.y1
    if block.kind == "item" and same_column and one.x0 < first.x0 + 0.3 * one.size and _ends(above.text):
        return False
    if block.kind == "text" and same_column and len(block.lines) > 1 and one.x0 > above.x0 + 0.9 * one.size:
        return not _ends(above.text)  # the first line of another paragraph is indented
    edge = edges.get(round(above.x0 / 20), above.x1) if one.page == above.page else above.x1
    is_short = above.x1 < edge - 0.25 * max(edge - above.x0, 1)
    if not same_column:
        # In the next column, or on the next page, a sentence that is not at its end goes on.
        return not _ends(above.text) and not one.text[:1].isupper()
    return not (is_short and (_ends(above.text) or one.text[:1].isupper()))


def _marked(blocks: Sequence[_Block], style: _Style, pages: int) -> str:
    writer = _Writer(style)
    for before, block in zip([None, *blocks], blocks, strict=False):
        writer.add(before, block)
    return writer.text(pages)


class _Writer:
    def __init__(self, style: _Style) -> None:
        self._style = style
        self._parts: list[str] = []
        self._page = -1
        self._indents: list[float] = []
        self._counts: list[int] = []

    def add(self, before: _Block | None, block: _Block) -> None:
        in_list = before is not None and before.kind == block.kind == "item"
        if not in_list:
            self._indents, self._counts = [], []
        if self._parts:
            self._parts.append("\n" if in_list else "\n\n")
        self._parts.append(getattr(self, f"_{block.kind}")(block))

    def text(self, pages: int) -> str:
        return "".join(self._parts) + PAGE * (pages - 1 - self._page)

    def _marks(self, one: Line) -> str:
        marks = PAGE * (one.page - self._page)
        self._page = max(self._page, one.page)
        return marks

    def _heading(self, block: _Block) -> str:
        marks = "".join(map(self._marks, block.lines))
        first = block.lines[0]
        return marks + pieces.heading(block.level, f"{first.mark} {self._joined(block.lines)}")

    def _text(self, block: _Block) -> str:
        marks = self._marks(block.lines[0])
        return marks + pieces.paragraph(self._joined(block.lines))

    def _item(self, block: _Block) -> str:
        first = block.lines[0]
        marks = self._marks(first)
        found = ITEM.match(first.text)
        mark = first.mark or (found[0].strip() if found else "")
        text = self._joined(block.lines)
        if not first.mark and found:
            text = text[found.end() :]
        depth = self._depth(first)
        self._counts[depth] += 1
        number = re.search(r"\d+", mark)
        shown = f"{number[0]}. " if number else ("- " if mark[:1] in BULLETS else f"- {mark} ")
        return f"{marks}{'    ' * depth}{shown}{text}"

    def _depth(self, one: Line) -> int:
        while self._indents and one.x0 < self._indents[-1] - 0.5 * one.size:
            self._indents.pop()
            self._counts.pop()
        if not self._indents or (one.x0 > self._indents[-1] + 0.8 * one.size and len(self._indents) < 4):
            self._indents.append(one.x0)
            self._counts.append(0)
        return len(self._indents) - 1

    def _table(self, block: _Block) -> str:
        marks = [self._marks(one) for one in block.lines]
        lines = pieces.table(block.table).split("\n")
        if len(lines) != len(block.table) + 1:  # rows that held nothing are left out
            return "".join(marks) + "\n".join(lines)
        head, rule, *rows = lines
        return "\n".join(
            [marks[0] + head, rule, *(mark + row for mark, row in zip(marks[1:], rows, strict=True))]
        )

    def _code(self, block: _Block) -> str:
        marks = "".join(map(self._marks, block.lines))
        left = min(one.x0 for one in block.lines)
        width = block.lines[0].size * 0.6
        lines = [" " * round((one.x0 - left) / width) + one.text for one in block.lines]
        return marks + "\n".join(["```", *lines, "```"])

    def _joined(self, lines: Sequence[Line]) -> str:
        text = lines[0].text
        for one in lines[1:]:
            text = joined(text, self._marks(one) + one.text, self._style.known)
        return text.replace(SOFT_HYPHEN, "")


def _ends(text: str) -> bool:
    return ENDS.search(text[-5:]) is not None


def page_starts(text: str) -> tuple[str, list[int]]:
    """The text without its marks, and where each of them stood."""
    parts = text.split(PAGE)
    starts, at = [], len(parts[0])
    for part in parts[1:]:
        starts.append(at)
        at += len(part)
    return "".join(parts), [0, *starts[1:]] if starts else []
