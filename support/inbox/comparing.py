"""Set two texts side by side, and mark the words that differ: two generations of a draft, or of a dry run."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match
from itertools import groupby

from kb.differences import matcher
from support.models import Draft, Sentence

WORD = re.compile(r"\w+(?:[.,:'’/-]\w+)*|[^\w\s]")  # "3.5", "10:30" and "isn't" are one
# So few words two texts share by chance: between longer stretches that differ they hold nothing together.
FEW = 3
STOPS = frozenset(".,;:!?…")  # alone they make no difference that anybody wants to see


@dataclass(frozen=True)
class Run:
    """A stretch of a sentence. What differs stands on this side alone."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Said:
    sentence: Sentence
    runs: list[Run]


@dataclass(frozen=True)
class Column:
    """One generation, and the name of the field that chooses it."""

    side: str
    draft: Draft
    said: list[Said]


def compared(left: Draft, right: Draft) -> list[Column]:
    differing = differences(left.text, right.text)
    return [
        Column(side, draft, _said(draft, places))
        for side, draft, places in zip(("left", "right"), (left, right), differing, strict=True)
    ]


def chosen(drafts: Sequence[Draft], left: int | None, right: int | None) -> tuple[Draft, Draft]:
    """`drafts`: two at least, the newest first. What isn't among them can't be chosen."""
    known = {draft.pk: draft for draft in drafts}
    present = next((draft for draft in drafts if draft.state == Draft.State.READY), drafts[0])
    second = known.get(right or 0, present)
    others = [draft for draft in drafts if draft.pk != second.pk]
    before = next((draft for draft in others if draft.pk < second.pk), others[0])
    return known.get(left or 0, before), second


def differences(left: str, right: str) -> tuple[set[int], set[int]]:
    """The places in each text that the other doesn't have: whole words, and the blanks between them."""
    words = [list(WORD.finditer(text)) for text in (left, right)]
    said = [[word[0] for word in one] for one in words]
    found: tuple[set[int], set[int]] = set(), set()
    for change in _changes(matcher(*said, autojunk=False).get_matching_blocks()):
        for side, stretch in enumerate((change.left, change.right)):
            if not STOPS.issuperset(said[side][stretch.start : stretch.stop]):
                start, end = words[side][stretch.start].start(), words[side][stretch.stop - 1].end()
                found[side].update(range(start, end))
    return found


@dataclass(frozen=True)
class _Change:
    """Between two parts that both texts share: these words of the left one, and those of the right one."""

    left: range
    right: range

    @property
    def length(self) -> int:
        return max(len(self.left), len(self.right))

    def up_to(self, last: _Change) -> _Change:
        return _Change(range(self.left.start, last.left.stop), range(self.right.start, last.right.stop))


def _changes(shared: Sequence[Match]) -> list[_Change]:
    """In order; two that share hardly a word between them are one."""
    changes: list[_Change] = []
    left = right = 0
    for block in shared:
        change = _Change(range(left, block.a), range(right, block.b))
        left, right = block.a + block.size, block.b + block.size
        if changes and _is_one(changes[-1], change):
            changes[-1] = changes[-1].up_to(change)
        else:
            changes.append(change)
    return changes


def _is_one(before: _Change, after: _Change) -> bool:
    between = after.left.start - before.left.stop
    lengths = before.length, after.length
    return between < FEW and between <= min(lengths) and 2 * between < sum(lengths)


def _said(draft: Draft, places: set[int]) -> list[Said]:
    return [
        Said(sentence, runs(draft.text, range(sentence.start, sentence.end), places))
        for sentence in draft.sentences.prefetch_related("citations")
    ]


def runs(text: str, within: range, places: set[int]) -> list[Run]:
    """A stretch of a text, cut where it begins and ends to differ."""
    cut = groupby(within, key=lambda place: place in places)
    return [Run("".join(text[place : place + 1] for place in run), differs) for differs, run in cut]
