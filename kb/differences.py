"""What differs between two texts, line by line, and within a line word by word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, zip_longest

# Lines around a difference that are shown; where more are the same, they are folded.
AROUND = 3
# Of a folded stretch, more than so many lines are only counted.
MOST_FOLDED = 200
# Longer lines are shown as they were and as they are, and lines that share less as removed and added.
LONGEST_LINE = 4_000
ALIKE = 0.4
WORD = re.compile(r"\s*(?:\w+|[^\w\s])|\s+")
# Pairs of equal lines or words that are looked at in all, some seconds' work at most: beyond, lines that come
# again and again hold nothing together, and changed lines are shown whole.
MOST_PAIRS = 1_000_000
OFTEN = 4


@dataclass(frozen=True)
class Piece:
    text: str
    differs: bool = False


@dataclass(frozen=True)
class Line:
    """`kind`: same, removed or added."""

    kind: str
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Block:
    """Lines that are shown, or, `folded`, that are the same and in the way; `number` is how many."""

    lines: Sequence[Line]
    number: int
    folded: bool = False

    @property
    def sides(self) -> list[tuple[Line | None, Line | None]]:
        """Row by row, what stands on the left and on the right; where only one has a line, None."""
        rows: list[tuple[Line | None, Line | None]] = []
        for same, stretch in groupby(self.lines, lambda line: line.kind == "same"):
            found = list(stretch)
            if same:
                rows += [(line, line) for line in found]
            else:
                removed, added = (
                    [line for line in found if line.kind == kind] for kind in ("removed", "added")
                )
                rows += zip_longest(removed, added)
        return rows


def compare(before: str, after: str) -> list[Block]:
    """Nothing, if they are the same."""
    if before == after:
        return []
    return list(_folded(list(_lines(before.splitlines(), after.splitlines()))))


def _pairs(before: Iterable[str], after: Iterable[str]) -> int:
    here, there = Counter(before), Counter(after)
    return sum(number * there[said] for said, number in here.items())


@dataclass
class _Effort:
    """What may still be spent on words within lines."""

    left: int = MOST_PAIRS

    def allows(self, *words: list[str]) -> bool:
        self.left -= _pairs(*words)
        return self.left > 0


def matcher(before: Sequence[str], after: Sequence[str], *, autojunk: bool = True) -> SequenceMatcher[str]:
    """Of lines or words; whatever they are, it takes some seconds at most."""
    if _pairs(before, after) < MOST_PAIRS:
        return SequenceMatcher(None, before, after, autojunk=autojunk)
    often = {said for said, number in Counter(after).items() if number > OFTEN}
    return SequenceMatcher(often.__contains__, before, after)


def _lines(before: Sequence[str], after: Sequence[str]) -> Iterator[Line]:
    effort = _Effort()
    for what, start, end, other_start, other_end in matcher(before, after).get_opcodes():
        if what == "equal":
            yield from (Line("same", [Piece(line)]) for line in before[start:end])
        else:
            yield from _changed(before[start:end], after[other_start:other_end], effort)


def _changed(removed: Sequence[str], added: Sequence[str], effort: _Effort) -> Iterator[Line]:
    """As many as there are on both sides are compared with each other, the others stand alone."""
    pairs = [_within(old, new, effort) for old, new in zip(removed, added, strict=False)]
    yield from (Line("removed", old) for old, _ in pairs)
    yield from (Line("removed", [Piece(line)]) for line in removed[len(pairs) :])
    yield from (Line("added", new) for _, new in pairs)
    yield from (Line("added", [Piece(line)]) for line in added[len(pairs) :])


def _within(old: str, new: str, effort: _Effort) -> tuple[list[Piece], list[Piece]]:
    if max(len(old), len(new)) > LONGEST_LINE:
        return [Piece(old)], [Piece(new)]
    words = WORD.findall(old), WORD.findall(new)
    if not effort.allows(*words):
        return [Piece(old)], [Piece(new)]
    found = SequenceMatcher(None, *words, autojunk=False)
    if found.quick_ratio() < ALIKE or found.ratio() < ALIKE:
        return [Piece(old)], [Piece(new)]
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    for what, *edges in found.get_opcodes():
        for side, said, (start, end) in zip(sides, words, (edges[:2], edges[2:]), strict=True):
            if start < end:
                side += _marked("".join(said[start:end]), what != "equal")
    return sides


def _marked(text: str, differs: bool) -> list[Piece]:
    """The blank before a word that differs is the same."""
    bare = text.lstrip()
    if not differs or not bare or len(bare) == len(text):
        return [Piece(text, differs)]
    return [Piece(text[: -len(bare)]), Piece(bare, True)]


def _folded(lines: Sequence[Line]) -> Iterator[Block]:
    """What is the same and far from any difference stands apart."""
    near = [False] * len(lines)
    for place, line in enumerate(lines):
        if line.kind != "same":
            for other in range(max(place - AROUND, 0), min(place + AROUND + 1, len(lines))):
                near[other] = True
    start = 0
    for place in range(1, len(lines) + 1):
        if place == len(lines) or near[place] != near[start]:
            stretch = lines[start:place]
            hidden = not near[start]
            shown = [] if hidden and len(stretch) > MOST_FOLDED else stretch
            yield Block(shown, len(stretch), hidden)
            start = place
