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
FEW = (
    3  # words that two texts share by chance: between longer stretches that differ they hold nothing together
)
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
    for edges in _differing(matcher(*said, autojunk=False).get_matching_blocks()):
        for side, (start, end) in enumerate(edges):
            if not STOPS.issuperset(said[side][start:end]):
                found[side].update(range(words[side][start].start(), words[side][end - 1].end()))
    return found


def _differing(shared: Sequence[Match]) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """The stretches between what both texts share, of the left and of the right one."""
    stretches: list[tuple[tuple[int, int], tuple[int, int]]] = []
    left = right = 0
    for one in shared:
        stretches.append(((left, one.a), (right, one.b)))
        left, right = one.a + one.size, one.b + one.size
    joined = stretches[:1]
    for after in stretches[1:]:
        before = joined[-1]
        between = after[0][0] - before[0][1]
        lengths = _length(before), _length(after)
        if between < FEW and between <= min(lengths) and 2 * between < sum(lengths):
            joined[-1] = ((before[0][0], after[0][1]), (before[1][0], after[1][1]))
        else:
            joined.append(after)
    return joined


def _length(stretch: tuple[tuple[int, int], tuple[int, int]]) -> int:
    return max(end - start for start, end in stretch)


def _said(draft: Draft, places: set[int]) -> list[Said]:
    return [
        Said(sentence, runs(draft.text, range(sentence.start, sentence.end), places))
        for sentence in draft.sentences.prefetch_related("citations")
    ]


def runs(text: str, within: range, places: set[int]) -> list[Run]:
    """A stretch of a text, cut where it begins and ends to differ."""
    cut = groupby(within, key=lambda place: place in places)
    return [Run("".join(text[place : place + 1] for place in run), differs) for differs, run in cut]
