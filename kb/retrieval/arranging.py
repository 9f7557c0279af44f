"""Put hits in the order in which they are read: copies folded into the best, neighbours together. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from string import digits

from kb.lexemes import UNSPACED
from kb.models import Passage
from kb.retrieval.hits import Hit

# Runs of so many words are compared; texts that share this part of them are copies of each other.
RUN = 3
ALIKE = 0.9
ROUNDING = 1e-6
WORD = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])\w)+")
UNSPACED_LETTER = re.compile(f"[{UNSPACED}]")
SPACED_WORD = re.compile(r"\w+")
# What is no letter, digit or "_" becomes a blank.
ASCII_BLANKS = {code: " " for code in range(128) if not (chr(code).isalnum() or chr(code) == "_")}
# From its first digit on; what stands before that in the same word belongs to it, too.
NUMBER = re.compile(r"\d[\w.,:/-]*")
# The line of a list or of a table.
ITEM = re.compile(r"\s*(?:[-*+•]\s|\d+[.)]\s|\|)")


def arranged(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """The best `limit` hits, each with the copies that it stands for."""
    return list(islice(_side_by_side(_folded(hits), limit), limit))


@dataclass(frozen=True)
class _Text:
    """What is compared of a passage."""

    document: int
    words: Sequence[str]

    @cached_property
    def different(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def runs(self) -> frozenset[tuple[str, ...]]:
        runs = zip(*(self.words[start:] for start in range(RUN)), strict=False)
        return frozenset(runs) or frozenset([tuple(self.words)])

    def copies(self, other: _Text) -> bool:
        """The same text in another document."""
        if self.document == other.document or not self._may_copy(other):
            return False
        fewer, more = sorted((len(self.runs), len(other.runs)))
        shared = len(self.runs & other.runs)
        return shared >= ALIKE * (fewer + more - shared)

    def _may_copy(self, other: _Text) -> bool:
        """By the words alone, as most are told apart by: each run that isn't shared brings a few new ones."""
        ours, theirs = self.different, other.different
        most = RUN * (1 - ALIKE) / ALIKE * min(len(self.words), len(other.words)) + ROUNDING
        more, fewer = max(len(ours), len(theirs)), min(len(ours), len(theirs))
        return more - fewer <= most and more + fewer - 2 * len(ours & theirs) <= most


def _folded(hits: Sequence[Hit]) -> list[Hit]:
    """The best of several copies stays."""
    kinds = [_kind(hit.passage) for hit in hits]
    several = Counter(kinds)
    kept: dict[tuple[str, ...], list[tuple[_Text, int]]] = defaultdict(list)
    copies: dict[int, list[Hit]] = {}
    for place, (hit, kind) in enumerate(zip(hits, kinds, strict=True)):
        # To cut texts up takes longer than all else: not one that can't be another's copy.
        text = _text(hit.passage) if several[kind] > 1 else None
        same = next((first for other, first in kept[kind] if text and text.copies(other)), place)
        copies.setdefault(same, []).append(hit)
        if text and same == place:
            kept[kind].append((text, place))
    return [
        replace(first, duplicates=tuple(others)) if others else first for first, *others in copies.values()
    ]


def _kind(passage: Passage) -> tuple[str, ...]:
    """Copies are for the same readers. Another price is another text."""
    document = passage.document
    found = numbers(f"{document.title}\n{passage.heading}\n{passage.text}".casefold())
    return (document.audience, *sorted(found))


def numbers(text: str) -> Iterator[str]:
    if text.isascii() and not any(digit in text for digit in digits):
        return
    for found in NUMBER.finditer(text):
        begin = found.start()
        while begin and (text[begin - 1].isalnum() or text[begin - 1] == "_"):
            begin -= 1
        yield text[begin : found.end()]


def _text(passage: Passage) -> _Text:
    text = passage.text.casefold()
    if text.isascii():
        words = text.translate(ASCII_BLANKS).split()
    else:
        words = (WORD if UNSPACED_LETTER.search(text) else SPACED_WORD).findall(text)
    return _Text(passage.document_id, words)


def _side_by_side(hits: Sequence[Hit], limit: int) -> Iterator[Hit]:
    """An answer that goes on in the next passage is read in one piece: a neighbour follows its better one.

    One from beyond the limit does so only where a list or a table was cut in two.
    """
    waiting = {_place(hit, 0): hit for hit in hits}
    best = {_place(hit, 0) for hit in hits[:limit]}
    for hit in hits:
        if waiting.pop(_place(hit, 0), None):
            yield hit
            for step in 1, -1:
                place = _place(hit, step)
                if place in waiting and (place in best or _cut_in_two(hit, waiting[place], step)):
                    yield waiting.pop(place)


def _place(hit: Hit, step: int) -> tuple[int, int]:
    return hit.passage.document_id, hit.passage.position + step


def _cut_in_two(hit: Hit, other: Hit, step: int) -> bool:
    first, second = (hit.passage, other.passage) if step > 0 else (other.passage, hit.passage)
    last_line, next_line = first.text.rstrip().rsplit("\n", 1)[-1], second.text.lstrip().split("\n", 1)[0]
    return first.heading == second.heading and bool(
        ITEM.match(next_line) and (ITEM.match(last_line) or last_line.endswith((":", "：")))
    )
