"""Put hits in the order in which they are read: copies folded into the best, neighbours together. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from kb.lexemes import UNSPACED
from kb.models import Passage
from kb.retrieval.hits import Hit

# Runs of so many words are compared; texts that share this part of them are copies of each other.
RUN = 3
ALIKE = 0.9
WORD = re.compile(rf"[{UNSPACED}]|(?:(?![{UNSPACED}])\w)+")
ASCII_WORD = re.compile(r"\w+")
# Only from the beginning of a word: a long one without a digit is read once.
NUMBER = re.compile(r"(?<!\w)\w*\d[\w.,:/-]*")
# The line of a list or of a table.
ITEM = re.compile(r"\s*(?:[-*+•]\s|\d+[.)]\s|\|)")


def arranged(hits: Sequence[Hit], limit: int) -> list[Hit]:
    """The best `limit` hits, each with the copies that it stands for."""
    return list(islice(_side_by_side(_folded(hits), limit), limit))


@dataclass(frozen=True)
class _Text:
    """What is compared of a passage."""

    document: int
    runs: frozenset[tuple[str, ...]]

    def copies(self, other: _Text) -> bool:
        """The same text in another document."""
        fewer, more = sorted((len(self.runs), len(other.runs)))
        if self.document == other.document or fewer < ALIKE * more:
            return False
        shared = len(self.runs & other.runs)
        return shared >= ALIKE * (fewer + more - shared)


def _folded(hits: Sequence[Hit]) -> list[Hit]:
    """The best of several copies stays."""
    kinds = [_kind(hit.passage) for hit in hits]
    several = Counter(kinds)
    kept: dict[tuple[str, ...], list[tuple[_Text, int]]] = defaultdict(list)
    copies: dict[int, list[Hit]] = {}
    for place, (hit, kind) in enumerate(zip(hits, kinds, strict=True)):
        # To cut a text into runs takes longer than all else: not for one that can't be another's copy.
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
    numbers = NUMBER.findall(f"{document.title}\n{passage.heading}\n{passage.text}".casefold())
    return (document.audience, *sorted(numbers))


def _text(passage: Passage) -> _Text:
    text = passage.text.casefold()
    words = (ASCII_WORD if text.isascii() else WORD).findall(text)
    runs = frozenset(zip(*(words[start:] for start in range(RUN)), strict=False)) or frozenset([tuple(words)])
    return _Text(passage.document_id, runs)


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
