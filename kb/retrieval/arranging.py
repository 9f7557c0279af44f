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
    audience: str
    numbers: tuple[str, ...]
    runs: frozenset[tuple[str, ...]]

    def copies(self, other: _Text, shared: int) -> bool:
        """The same text in another document, for the same readers. Another price is another text."""
        return (
            shared >= ALIKE * (len(self.runs) + len(other.runs) - shared)
            and self.document != other.document
            and (self.audience, self.numbers) == (other.audience, other.numbers)
        )


def _folded(hits: Sequence[Hit]) -> list[Hit]:
    """The best of several copies stays."""
    kept: list[_Text] = []
    copies: dict[int, list[Hit]] = {}
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for hit in hits:
        text = _text(hit.passage)
        shared = Counter(place for run in text.runs for place in holders[run])
        same = (place for place, number in sorted(shared.items()) if text.copies(kept[place], number))
        place = next(same, len(kept))
        copies.setdefault(place, []).append(hit)
        if place == len(kept):
            kept.append(text)
            for run in text.runs:
                holders[run].append(place)
    return [
        replace(first, duplicates=tuple(others)) if others else first for first, *others in copies.values()
    ]


def _text(passage: Passage) -> _Text:
    document = passage.document
    words = WORD.findall(passage.text.casefold())
    runs = frozenset(zip(*(words[start:] for start in range(RUN)), strict=False)) or frozenset([tuple(words)])
    numbers = NUMBER.findall(f"{document.title}\n{passage.heading}\n{passage.text}".casefold())
    return _Text(passage.document_id, document.audience, tuple(sorted(numbers)), runs)


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
