"""Cut Markdown into passages no longer than the embedding model accepts, each with its headings. Pure.

Offsets are exact: `text[cut.start:cut.end] == cut.text`. All but headings and blanks is in exactly one cut.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from semantic_text_splitter import MarkdownSplitter

# Tokens of a passage together with the title and headings that are indexed with it.
PASSAGE_TOKENS = 220
# However long the headings are, the text keeps at least this much room.
LEAST_TEXT_TOKENS = 100
HEADING_SEPARATOR = " › "
HEADING_LENGTH = 1000
# So few tokens are no passage by themselves: they go with what follows, for which the embedder has some room.
CRUMB_TOKENS = 24
MORE_WITH_A_CRUMB = 30
# The splitter's time is bounded for so many characters. A section without subheadings is longer only in
# exports and in hostile files.
SLAB = 20_000
# A tokenizer may take a word of any length for one token; what is searched stays short all the same.
MOST_CHARACTERS_PER_TOKEN = 20

LONGEST_KNOWN_WORD = 40

CountTokens = Callable[[str], int]


def by_word(count: CountTokens) -> CountTokens:
    """The same count, many times faster: an embedder's tokens end where words end, and words repeat."""
    marks = count("")
    known = lru_cache(maxsize=50_000)(lambda word: count(word) - marks)

    def counted(text: str) -> int:
        words = text.split()
        if len(max(words, key=len, default="")) < LONGEST_KNOWN_WORD:
            return marks + sum(map(known, words))
        return marks + sum(
            known(word) if len(word) < LONGEST_KNOWN_WORD else count(word) - marks for word in words
        )

    return counted


@dataclass(frozen=True)
class Cut:
    heading: str
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Section:
    """What stands under one heading, without the heading itself, up to the next one."""

    level: int
    path: tuple[str, ...]
    heading_start: int
    start: int
    end: int


def split(text: str, title: str, count: CountTokens, before: Iterable[tuple[str, str]] = ()) -> list[Cut]:
    """The passages of a document. `count` says how many tokens the embedder makes of a text.

    `before`: heading and text of its passages until now, if its title is the same. Around what changed in a
    long section, they stay as they were cut.
    """
    known: dict[str, list[str]] = {}
    for heading, cut_before in before:
        known.setdefault(heading, []).append(cut_before)
    parts = list(sections(text))
    following = [part.level for part in parts[1:]] + [0]
    return [
        cut
        for part, next_level in zip(parts, following, strict=True)
        for cut in _cuts(text, title, part, next_level, count, known)
    ]


def sections(text: str) -> Iterator[Section]:
    """The document at its headings; the first section is what stands before any."""
    path: list[tuple[int, str]] = []
    level, heading_start, start = 0, 0, 0
    for found in _headings(text):
        yield Section(level, tuple(name for _, name in path), heading_start, start, found.start)
        path = [*(above for above in path if above[0] < found.level), (found.level, found.name)]
        level, heading_start, start = found.level, found.start, found.end
    yield Section(level, tuple(name for _, name in path), heading_start, start, len(text))


@dataclass(frozen=True)
class _Heading:
    level: int
    name: str
    start: int
    end: int


@dataclass(frozen=True)
class Block:
    """A top-level block of Markdown, such as a paragraph or a table; its last line end included."""

    kind: str
    start: int
    end: int


def blocks(text: str) -> Iterator[Block]:
    starts = _line_starts(text)
    for token in _parser.parse(_same_length(text)):
        if token.level == 0 and token.map and token.nesting >= 0:
            yield Block(token.type.removesuffix("_open"), starts[token.map[0]], starts[token.map[1]])


def _headings(text: str) -> Iterator[_Heading]:
    """Those of the document itself: not the ones in code, lists or quotations."""
    starts = _line_starts(text)
    tokens = _parser.parse(_same_length(text))
    for token, inline in pairwise(tokens):
        if token.type == "heading_open" and token.level == 0 and token.map:
            name = _plain(inline.content)
            yield _Heading(int(token.tag[1]), name, starts[token.map[0]], starts[token.map[1]])


# Only where blocks begin and end is asked for: the text inside them stays unparsed.
_parser = MarkdownIt("commonmark").enable("table").disable("inline")


def _same_length(text: str) -> str:
    """The parser counts lines; whatever else it takes for a line's end becomes a blank."""
    return text.replace("\r\n", " \n").replace("\r", " ").replace("\0", " ")


def _line_starts(text: str) -> list[int]:
    starts = [0]
    while (found := text.find("\n", starts[-1])) >= 0:
        starts.append(found + 1)
    return [*starts, len(text), len(text)]


def _plain(heading: str) -> str:
    """A heading as it is read, without its marks."""
    tokens = _inline.parseInline(heading[:HEADING_LENGTH])[0].children or []
    words = "".join(token.content or (" " if token.type.endswith("break") else "") for token in tokens)
    return " ".join(words.split())


_inline = MarkdownIt("commonmark")


def _cuts(
    text: str,
    title: str,
    part: Section,
    next_level: int,
    count: CountTokens,
    known: Mapping[str, Sequence[str]],
) -> Iterator[Cut]:
    heading, room = _path(part.path, title), room_for(part.path, title, count)
    if text[part.start : part.end].strip():
        kept = _kept(text, part, known.get(heading, ()), room, count)
        start = part.start
        for place in [*kept, (part.end, part.end)]:
            yield from _between(text, start, place[0], heading, room, count, bool(kept))
            if place[0] < place[1]:
                yield Cut(heading, text[slice(*place)], *place)
            start = place[1]
    elif next_level <= part.level:
        # A heading with nothing below it says what it has to say by itself.
        yield from _fitting(text, part.heading_start, part.start, heading, room, count)


def _between(
    text: str, start: int, end: int, heading: str, room: int, count: CountTokens, something_stays: bool
) -> Iterator[Cut]:
    """What is cut anew. Beside what stays, a little more than usual is better than a rest by itself."""
    start, end = _trimmed(text, start, end)
    if start < end and something_stays and count(text[start:end]) <= room + MORE_WITH_A_CRUMB:
        yield Cut(heading, text[start:end], start, end)
    elif start < end:
        yield from _fitting(text, start, end, heading, room, count)


def _kept(
    text: str, part: Section, before: Sequence[str], room: int, count: CountTokens
) -> list[tuple[int, int]]:
    """The passages at both ends of a section that stand there as they did; none where there are tables.

    With too little left between them, one of them goes with it, and a section that many edits have ground to
    twice as many passages as it needs is cut anew.
    """
    if len(before) < 2 or TABLE_ROW.search(text, part.start, part.end):
        return []
    if len(before) > 2 * (count(text[part.start : part.end]) / room + 1):
        return []
    first = _from_start(text, *_trimmed(text, part.start, part.end), before)
    begin = first[-1][1] if first else part.start
    last = _from_end(text, begin, part.end, before[len(first) :])
    rest = text[begin : last[0][0] if last else part.end]
    if rest.strip() and count(rest) < room // 2:
        first, last = (first[:-1], last) if first else (first, last[1:])
    return [*first, *last]


TABLE_ROW = re.compile(r"^[ \t]*\|", re.M)


def _from_start(text: str, start: int, end: int, before: Sequence[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for known in before:
        place = _trimmed(text, start, end)[0]
        start = place + len(known)
        if start > end or not text.startswith(known, place) or not (start == end or text[start].isspace()):
            break
        found.append((place, start))
    return found


def _from_end(text: str, start: int, end: int, before: Sequence[str]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for known in reversed(before):
        end = _trimmed(text, start, end)[1]
        place = end - len(known)
        if place < start or not text.startswith(known, place) or not text[place - 1].isspace():
            break
        found.append((place, end))
        end = place
    return found[::-1]


def room_for(path: tuple[str, ...], title: str, count: CountTokens) -> int:
    """How many tokens a passage under these headings may have."""
    return max(PASSAGE_TOKENS - count(f"{title}\n{_path(path, title)}"), LEAST_TEXT_TOKENS)


def _path(names: tuple[str, ...], title: str) -> str:
    """A first heading that repeats the title adds nothing to it."""
    told = names[1:] if names and names[0].casefold() == title.casefold() else names
    return HEADING_SEPARATOR.join(name for name in told if name)[:HEADING_LENGTH]


def _fitting(text: str, start: int, end: int, heading: str, room: int, count: CountTokens) -> Iterator[Cut]:
    pieces = _pieces(text, *_trimmed(text, start, end), room, count)
    for piece in _without_crumbs(text, pieces, room, count):
        for first, last in _slabs(text, *piece, room * MOST_CHARACTERS_PER_TOKEN):
            first, last = _trimmed(text, first, last)
            if first < last:
                yield Cut(heading, text[first:last], first, last)


def _pieces(text: str, start: int, end: int, room: int, count: CountTokens) -> Iterator[tuple[int, int]]:
    """Parts of so many tokens."""
    if count(text[start:end]) <= room:
        yield start, end
        return
    splitter = MarkdownSplitter.from_callback(count, room, trim=False)
    for slab_start, slab_end in _slabs(text, start, end, SLAB):
        for offset, piece in splitter.chunk_indices(text[slab_start:slab_end]):
            yield _trimmed(text, slab_start + offset, slab_start + offset + len(piece))


def _without_crumbs(
    text: str, pieces: Iterable[tuple[int, int]], room: int, count: CountTokens
) -> Iterator[tuple[int, int]]:
    """The line that leads to a list or a table, and the mark that opens a block of code, stay with it."""
    waiting: tuple[int, int] | None = None
    for start, end in pieces:
        if waiting and count(text[waiting[0] : end]) <= room + MORE_WITH_A_CRUMB:
            start, waiting = waiting[0], None
        if waiting:
            yield waiting
        waiting = (start, end) if count(text[start:end]) <= CRUMB_TOKENS else None
        if not waiting:
            yield start, end
    if waiting:
        yield waiting


def _slabs(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """Parts of so many characters; where no paragraph or line ends, anywhere."""
    while end - start > longest:
        limit, middle = start + longest, start + longest // 2
        ends = (text.rfind(mark, middle, limit) + len(mark) for mark in ("\n\n", "\n", " "))
        cut = next((place for place in ends if place > middle), limit)
        yield start, cut
        start = cut
    yield start, end


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Without blanks at both ends; the first line keeps its indentation if the line begins here."""
    body = text[start:end]
    start += len(body) - len(body.lstrip())
    return start, max(start, end - (len(body) - len(body.rstrip())))
