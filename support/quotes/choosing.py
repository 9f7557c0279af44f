"""Choose what is quoted: the likeliest to answer, within what is read at a glance, nothing twice. Pure.

How likely something answers is told by a logistic regression over five signs, learnt by
bench/learning/quotes.py from openings and later turns of conversations alike.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain

from kb.retrieval.common_words import COMMON_WORDS
from support import sentences
from support.evidence import Offered
from support.quotes.reading import Line, Quotable

MOST_CHARACTERS = 700
MOST = 6  # sentences, rows and lists
# Likely by less than this share of the best, something is beside the point.
WEAKEST = 0.15
# What has its words already among those chosen repeats them.
REPEATS = 0.7
# Each takes room beside its own length: the reader begins anew.
BEGINNING = 40
# Fewer steps of a procedure than these help nobody.
FEWEST_STEPS = 3
# What stands in so many first characters of an article says what it is about.
OPENING = 250
# "How", "you" and the like count so much of other words.
COMMON = 1 / 3


@dataclass(frozen=True)
class Signs:
    """What tells that something answers."""

    own: float  # the share of the question's words that it has, by their weight
    above: float  # that its headings have besides
    opens: float  # 1: it opens its passage
    begins: float  # 1: it stands where its article begins
    rank: float  # the logarithm of its passage's place


# The bias, and what each sign counts.
BIAS = -4.52
WEIGHTS = Signs(own=4.16, above=2.27, opens=0.92, begins=1.45, rank=-0.72)


@dataclass(frozen=True)
class Chosen:
    """What is quoted of a list may be a part of it."""

    offered: Offered
    place: int  # in the document
    lead: str
    lines: tuple[Line, ...]
    words: frozenset[str]
    score: float

    @property
    def is_list(self) -> bool:
        return bool(self.lines[0].mark)


def choose(found: Sequence[Quotable], asked: set[str]) -> list[Chosen]:
    """Best first, as long as each says something new; the best passage speaks even if no word agrees."""
    weights = rarity(found)
    likely = [likelihood(signs) for signs in read(found, asked, weights)]
    best = max(likely, default=0.0)
    order = sorted(
        range(len(found)),
        key=lambda n: -likely[n] / math.sqrt(BEGINNING + min(found[n].length, MOST_CHARACTERS)),
    )
    chosen: list[Chosen] = []
    room = MOST_CHARACTERS
    for n in order:
        if len(chosen) == MOST:
            break
        if chosen and (likely[n] < WEAKEST * best or any(_repeats(found[n], other) for other in chosen)):
            continue
        lines = _fitting(found[n], room, asked, weights, at_least=not chosen)
        if lines:
            one = found[n]
            place = one.offered.start + one.place
            chosen.append(Chosen(one.offered, place, one.lead, lines, one.words, likely[n]))
            room -= len(one.lead) + sum(map(len, lines))
    return chosen


def likelihood(signs: Signs) -> float:
    logit = BIAS + sum(getattr(WEIGHTS, name) * getattr(signs, name) for name in Signs.__dataclass_fields__)
    return 1 / (1 + math.exp(-logit))


def read(found: Sequence[Quotable], asked: set[str], weights: Mapping[str, float]) -> list[Signs]:
    told = {word: weights.get(word, 0.0) * _share(word, found) for word in asked}
    whole = sum(told.values()) or 1.0
    return [
        Signs(
            own=sum(told[word] for word in asked & one.words) / whole,
            above=sum(told[word] for word in (asked & _heading(one.offered.heading)) - one.words) / whole,
            opens=float(one.opens),
            begins=float(one.offered.start + one.place < OPENING),
            rank=math.log(1 + one.rank),
        )
        for one in found
    ]


def _share(word: str, found: Sequence[Quotable]) -> float:
    return COMMON if any(word in common(one.offered.locale) for one in found[:1]) else 1.0


@lru_cache(maxsize=64)
def common(locale: str) -> frozenset[str]:
    return frozenset(sentences.words(COMMON_WORDS.get(locale.split("-")[0].lower() or "en", "")))


@lru_cache(maxsize=256)
def _heading(heading: str) -> frozenset[str]:
    return frozenset(sentences.words(heading))


def rarity(found: Sequence[Quotable]) -> dict[str, float]:
    """Rare words tell more, among what there is to choose from."""
    counts = Counter(chain.from_iterable(one.words | _heading(one.offered.heading) for one in found))
    return {word: math.log(1 + len(found) / count) for word, count in counts.items()}


def _repeats(one: Quotable, other: Chosen) -> bool:
    smaller = min(len(one.words), len(other.words)) or 1
    return len(one.words & other.words) / smaller >= REPEATS


def _fitting(
    one: Quotable, room: int, asked: set[str], weights: Mapping[str, float], at_least: bool
) -> tuple[Line, ...]:
    """All of it, or of a list the points around the best one; nothing, if not even that has room."""
    if one.length <= room or not one.is_list:
        return one.lines if one.length <= room or at_least else ()
    groups = _groups(one.lines)
    overlaps = [sum(weights.get(word, 0.0) for word in asked & _of(group)) for group in groups]
    best = max(range(len(groups)), key=lambda n: (overlaps[n], -n))
    room -= len(one.lead)
    first, last = _run([sum(map(len, group)) for group in groups], best, room)
    fewest = min(FEWEST_STEPS, len(groups)) if one.lines[0].mark[0].isdigit() else 1
    if last - first < fewest and not at_least:
        return ()
    kept = list(chain.from_iterable(groups[first : max(last, first + 1)]))
    return (*_left_out(groups, first > 0), *kept, *_left_out(groups, last < len(groups)))


def _run(lengths: Sequence[int], best: int, room: int) -> tuple[int, int]:
    """From the first point on, if the best one still has room so; else from the best one on."""
    first = 0 if sum(lengths[: best + 1]) <= room else best
    last = first
    while last < len(lengths) and sum(lengths[first : last + 1]) <= room:
        last += 1
    return first, last


def _groups(lines: Sequence[Line]) -> list[list[Line]]:
    """Points with those under them."""
    groups: list[list[Line]] = []
    for line in lines:
        if line.level and groups:
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _of(group: Sequence[Line]) -> set[str]:
    return sentences.words("\n".join(said for line in group for said in line.said))


def _left_out(groups: Sequence[Sequence[Line]], cut: bool) -> list[Line]:
    return [replace(groups[0][0], said=(), mark="- ", level=0)] if cut else []
