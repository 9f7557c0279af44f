"""Read from a passage what can be quoted: sentences, rows of tables, and lists with what leads to them. Pure.

No headings, questions, code, bare links or beginnings of lists: what is quoted makes sense by itself. A row
of a table is read with the heads of its columns.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from kb.plain import LINK, unmarked
from support import sentences
from support.evidence import MARK, Offered

ENDS = (".", "!", "?", "…", "。", "！", "？", "”", "»")
# So much of a passage is read; and a line of more sentences is debris that nobody could check.
LONGEST = 20_000
MOST_ON_A_LINE = 30
SHORTEST = 12  # characters with meaning; "See also:" tells nothing
# A paragraph that goes on after a list's points is no part of them unless it is indented.
INDENTED = 2

CODE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.DOTALL | re.MULTILINE)
ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
RULE = re.compile(r"[\s|:-]*-[\s|:-]*")
POINT = re.compile(r"([ \t]*)(?:[-*+•–]|(\d{1,3})[.)])[ \t]+(?=\S)")
ADDRESS = re.compile(r"<([^\s<>]+)>")
BARE_ADDRESS = re.compile(r"<?https?://[^\s>]+>?")
# Where an address was left out: "sign in at ."
GAP = re.compile(r"\s\.$")
# English only; elsewhere such a sentence is just a weak one.
POINTS_ELSEWHERE = re.compile(
    r"\b(?:see|as (?:described|mentioned|shown)) (?:above|below)\b|\bthis (?:page|article|section) \w+s\b"
    r"|\b(?:click|tap|press) here\b|\bfollow (?:these|the) (?:steps|instructions)\b",
    re.I,
)
BLANK_AND_MARK = re.compile(rf"\s*{MARK.pattern}", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """Sentences on one line, behind the mark of a list's point, if they are one."""

    said: tuple[str, ...]
    mark: str = ""
    level: int = 0  # 1: of a list in the list

    def __len__(self) -> int:
        return sum(map(len, self.said)) + len(self.mark) + 1


Found = tuple[int, str, tuple[Line, ...]]  # the place, what leads to it, what it says


@dataclass(frozen=True)
class Quotable:
    """What may be quoted by itself: a sentence, a row of a table, or a list under what leads to it."""

    offered: Offered
    rank: int  # the passage's
    place: int  # in the passage
    lead: str
    lines: tuple[Line, ...]
    opens: bool = False  # the first of its passage

    @property
    def is_list(self) -> bool:
        return bool(self.lines[0].mark)

    @property
    def text(self) -> str:
        return "\n".join([self.lead, *(said for line in self.lines for said in line.said)])

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(sentences.words(self.text))

    @cached_property
    def length(self) -> int:
        return len(self.lead) + sum(map(len, self.lines))


def quotables(rank: int, offered: Offered) -> list[Quotable]:
    """In the order of the passage."""
    text = CODE.sub(_blank, offered.text[:LONGEST])
    said = _sentences_and_lists(ROW.sub(_blank, text), offered.locale)
    found = sorted(chain(said, _rows(text, offered.locale)), key=lambda one: one[0])
    return [
        Quotable(offered, rank, place, lead, lines, n == 0)
        for n, (place, lead, lines) in enumerate(filter(_is_readable, found))
    ]


def _is_readable(found: Found) -> bool:
    _, _, lines = found
    return bool(lines[0].said) and all(len(line.said) <= MOST_ON_A_LINE for line in lines)


def plain(text: str) -> str:
    """Markdown's words on one line, without numbers that would pass for citations."""
    return " ".join(BLANK_AND_MARK.sub("", unmarked(ADDRESS.sub(_address, text))).split())


def _address(found: re.Match[str]) -> str:
    """<https://example.org> and <me@example.org> are read; <b> is a tag."""
    inside = found[1]
    return inside.removeprefix("mailto:") if "://" in inside or "@" in inside else found[0]


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _sentences_and_lists(text: str, locale: str) -> Iterator[Found]:
    lists = list(_lists(text))
    spans = [span for span in sentences.split(text, locale) if not span.heading]
    inside = {span for points in lists for span in spans if points[0].start <= span.start < points[-1].end}
    for span in spans:
        said = _said(text, span)
        if span not in inside and _stands_alone(text[span.start : span.end], said):
            yield span.start, "", (Line(_read(said, locale)),)
    for points in lists:
        yield from _list(text, points, _leading(text, spans, points[0].start), spans, locale)


@dataclass(frozen=True)
class _Point:
    start: int  # of its line
    end: int
    indent: int
    number: int | None


def _lists(text: str) -> Iterator[list[_Point]]:
    """Runs of lines that begin like points, with what belongs to each."""
    points: list[_Point] = []
    after_blank = False
    for line in re.finditer(r"[^\n]*\n?", text):
        told = line[0].strip()
        if not told:
            after_blank = True
            continue
        point = POINT.match(line[0])
        if point:
            number = int(point[2]) if point[2] else None
            points.append(_Point(line.start(), line.end(), len(point[1].expandtabs(4)), number))
        elif points and not told.startswith("#") and (not after_blank or _indent(line[0]) >= INDENTED):
            last = points[-1]
            points[-1] = _Point(last.start, line.end(), last.indent, last.number)
        elif points:
            yield points
            points = []
        after_blank = False
    if points:
        yield points


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())


def _leading(text: str, spans: Sequence[sentences.Span], start: int) -> sentences.Span | None:
    """The sentence with a colon right before a list."""
    before = next((span for span in reversed(spans) if span.end <= start), None)
    if before is None or text[before.end : start].strip(" \t\n*_") or not _leads(_said(text, before)):
        return None
    return before


def _leads(sentence: str) -> bool:
    return sentence.endswith((":", "："))


def _list(
    text: str,
    points: Sequence[_Point],
    leading: sentences.Span | None,
    spans: Sequence[sentences.Span],
    locale: str,
) -> Iterator[Found]:
    lead = plain(text[leading.start : leading.end]) if leading else ""
    said = [[span for span in spans if point.start <= span.start < point.end] for point in points]
    raw = [text[told[0].start : told[-1].end] if told else "" for told in said]
    lines = [
        Line(tuple(chain.from_iterable(_read(_said(text, span), locale) for span in told)), mark, level)
        for told, (mark, level) in zip(said, _numbered(points), strict=True)
    ]
    lines = [line for line in lines if line.said]
    linked = sum(1 for one in raw if one and not _tells(one))
    # "Related articles" are no answer; and without what leads to them, "Passports" may be what is refused.
    if lines and linked * 2 <= len(lines) and (lead or _whole(lines)):
        yield (leading or points[0]).start, lead, tuple(lines)


def _numbered(points: Sequence[_Point]) -> Iterator[tuple[str, int]]:
    """The marks as they are read, and the levels: Markdown counts on from the first number."""
    first = points[0]
    counted: dict[int, int] = {}
    for point in points:
        alike = (point.number is None) == (first.number is None)
        level = 0 if point.indent <= first.indent + alike else 1
        if level == 0:
            counted.pop(1, None)
        counted[level] = counted.get(level, (point.number or 1) - 1) + 1
        yield "   " * level + ("- " if point.number is None else f"{counted[level]}. "), level


def _whole(lines: Sequence[Line]) -> bool:
    """Steps, or sentences."""
    ended = sum(1 for line in lines if line.said[-1].endswith(ENDS))
    return lines[0].mark[0].isdigit() or ended * 2 > len(lines)


def _read(said: str, locale: str) -> tuple[str, ...]:
    """As the sentences that a reader of the plain words sees."""
    return tuple(said[span.start : span.end] for span in sentences.split(said, locale))


def _tells(raw: str) -> bool:
    """Something besides links."""
    return any(map(str.isalnum, _without_links(raw)))


def _without_links(raw: str) -> str:
    return BARE_ADDRESS.sub("", LINK.sub("", raw))


def _said(text: str, span: sentences.Span) -> str:
    return plain(text[span.start : span.end])


def _rows(text: str, locale: str) -> Iterator[Found]:
    """ "B5: standard charger 7 hours; fast charger 3.5 hours"; with two columns, "E11: too cold"."""
    heads: list[str] = []
    begin = end = -1
    for row in ROW.finditer(text):
        cells = [plain(cell) for cell in re.split(r"(?<!\\)\|", row[0].strip().strip("|"))]
        begins = row.start() != end + 1 or begin < 0
        end = row.end()
        if begins:
            heads, begin = cells, row.start()
        elif not RULE.fullmatch(row[0]) and cells[0] and len(cells) == len(heads) > 1:
            told = cells[1:] if len(cells) == 2 else map(" ".join, zip(heads[1:], cells[1:], strict=True))
            yield row.start(), "", (Line(_read(f"{cells[0]}: {'; '.join(told)}", locale)),)


def _stands_alone(raw: str, sentence: str) -> bool:
    said = "".join(filter(str.isalnum, _without_links(raw)))
    wide = any(ord(c) > 0x2E7F for c in said)  # Chinese says in four characters what takes twelve here
    long_enough = len(said) >= (SHORTEST // 3 if wide else SHORTEST)
    whole = not _leads(sentence) and not sentence.endswith(("?", "？")) and not GAP.search(sentence)
    return long_enough and whole and not POINTS_ELSEWHERE.search(sentence)
