"""Lay a sentence along a passage: which words stand there, in what order, and what faces the rest. Pure.

The chain is the heaviest run of words that stand in the same order near each other in both; what lies
between two links of the chain faces each other.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import chain as joined

from support.evidence.kinds import Kind, Token
from support.evidence.passages import BEGINNING, Text

# How much a word of each kind tells.
WEIGHTS = {
    Kind.FUNCTION: 0.0,
    Kind.LIGHT: 0.35,
    Kind.WORD: 1.0,
    Kind.UNIT: 0.7,
    Kind.NUMBER: 1.3,
    Kind.NAME: 1.5,
}
# Words that only begin alike count less than the same word.
ALIKE = 0.8
SHARED_OF_SHORTER, SHARED_OF_LONGER = 0.7, 0.5
OPPOSITE_PREFIXES: tuple[str, ...] = ("un", "non", "nicht")
# "Ineligible" and "incomplete", but neither "inform" nor "insure".
OPPOSITE_PREFIXES_OF_QUALITIES = ("in", "im", "il", "ir")
ENDINGS_OF_QUALITIES = ("ble", "ent", "ant", "ate", "ive", "ct", "lid", "al", "ete")
# A step of the chain over many words of the passage costs, but not without end.
FAR, FARTHEST = 0.02, 40
# Of a word that stands often in a passage so many places are looked at, and so many links before each.
MOST_PLACES = 12
MOST_EARLIER = 150
# Beyond the chain's ends the passage is looked at so far.
BEYOND = 4


# What tells of a passage: its name, how much, the tokens of the sentence and of the passage that show it.
Sign = tuple[str, float, list[Token], list[Token]]


@dataclass(frozen=True)
class Alignment:
    """For each token of the sentence where it stands in the passage, how alike, and its link (-1: none)."""

    sentence: Sequence[Token]
    text: Text
    found: Sequence[Sequence[int]]  # places
    likeness: Sequence[float]  # 1: the same word; less: a similar one; 0: none
    links: Sequence[int]
    inverted: Set[int]  # places where a word stands with the opposite prefix: "unopened"

    @property
    def chained(self) -> float:
        """What the words in the chain weigh."""
        return sum(
            WEIGHTS[token.kind] * like
            for token, like, place in zip(self.sentence, self.likeness, self.links, strict=True)
            if place >= 0
        )


@dataclass(frozen=True)
class Gap:
    """What lies between two links; at the ends of the sentence one of them is missing."""

    said: range  # tokens of the sentence
    there: range  # tokens of the passage
    framed: bool  # between two links


def align(sentence: Sequence[Token], text: Text) -> Alignment:
    placed = [_placed(token, text) for token in sentence]
    inverted: set[int] = set()
    for index, token in enumerate(sentence):
        opposites = () if placed[index][1] or token.kind != Kind.WORD else _opposites(token, text)
        if opposites:
            inverted.update(opposites)
            placed[index] = (opposites, ALIKE)
    found, likeness = [places for places, _ in placed], [like for _, like in placed]
    return Alignment(sentence, text, found, likeness, _chain(sentence, found, likeness), inverted)


def gaps(alignment: Alignment) -> Iterator[Gap]:
    links = [(index, place) for index, place in enumerate(alignment.links) if place >= 0]
    if not links:
        return
    last_index, last_place = -1, max(links[0][1] - 1 - BEYOND - links[0][0], -1)
    framed = False
    for index, place in links:
        yield Gap(range(last_index + 1, index), range(last_place + 1, place), framed)
        last_index, last_place, framed = index, place, True
    rest = len(alignment.sentence) - last_index
    end = min(last_place + 1 + BEYOND + rest, len(alignment.text.tokens))
    yield Gap(range(last_index + 1, len(alignment.sentence)), range(last_place + 1, end), False)


def _placed(token: Token, text: Text) -> tuple[Sequence[int], float]:
    if token.values and token.kind != Kind.UNIT:
        places = sorted({place for value in token.values for place in text.values.get(value, ())})
        return places, float(bool(places or token.values & text.around))
    if token.stem in text.places:
        return text.places[token.stem], 1.0
    if token.stem in text.around:
        return (), 1.0
    if token.values:  # a unit: "weeks" of a passage's "14 days"
        places = sorted({place + 1 for value in token.values for place in text.values.get(value, ())})
        return [place for place in places if place < len(text.tokens)], float(bool(places))
    if token.kind in (Kind.WORD, Kind.LIGHT):
        for tail, stem in text.beginnings.get(token.stem[:BEGINNING], ()):
            if _alike(token.stem, tail):
                return text.places[stem], ALIKE
        if token.capital and token.stem in text.initials:
            return (), ALIKE
    return (), 0.0


def _opposites(token: Token, text: Text) -> Sequence[int]:
    """Where "opened" stands for "unopened", or the other way round."""
    prefixes = OPPOSITE_PREFIXES
    if token.written.endswith(ENDINGS_OF_QUALITIES):
        prefixes += OPPOSITE_PREFIXES_OF_QUALITIES
    for prefix in prefixes:
        for stem in (prefix + token.stem, token.stem.removeprefix(prefix)):
            if stem != token.stem and len(stem) >= BEGINNING and stem in text.places:
                return text.places[stem]
    return ()


def _alike(one: str, other: str) -> bool:
    """ "repay" and "repayment", "inform" and "informal": the shorter begins the longer, or nearly."""
    pairs = zip(one, other, strict=False)
    shared = next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))
    shorter, longer = sorted((len(one), len(other)))
    return shared >= max(SHARED_OF_SHORTER * shorter, SHARED_OF_LONGER * longer, BEGINNING)


def _chain(
    sentence: Sequence[Token], found: Sequence[Sequence[int]], likeness: Sequence[float]
) -> Sequence[int]:
    """The heaviest one, by what it weighs up to each possible link."""
    possible = [
        (index, place, WEIGHTS[token.kind] * likeness[index])
        for index, token in enumerate(sentence)
        if token.kind != Kind.FUNCTION
        for place in _spread(found[index])
    ]
    weights: list[float] = []
    before: list[int] = []
    for number, (index, place, weight) in enumerate(possible):
        most, link = 0.0, -1
        for earlier in range(max(0, number - MOST_EARLIER), number):
            other_index, other_place, _ = possible[earlier]
            if other_index < index and other_place < place and weights[earlier] > most:
                stretched = abs((place - other_place) - (index - other_index))
                total = weights[earlier] - FAR * min(stretched, FARTHEST)
                if total > most:
                    most, link = total, earlier
        weights.append(most + weight)
        before.append(link)
    return _followed(
        possible, before, max(range(len(possible)), key=weights.__getitem__, default=-1), len(sentence)
    )


def _spread(places: Sequence[int]) -> Sequence[int]:
    """A few of many, from the whole passage."""
    step = -(-len(places) // MOST_PLACES) or 1
    return places[::step] if step > 1 else places


def _followed(
    possible: Sequence[tuple[int, int, float]], before: Sequence[int], last: int, length: int
) -> Sequence[int]:
    links = [-1] * length
    while last >= 0:
        index, place, _ = possible[last]
        links[index] = place
        last = before[last]
    return links


def near(places: Sequence[int], place: int, reach: int) -> bool:
    """Does one of the places, which are in order, lie within reach?"""
    first = bisect_left(places, place - reach)
    return first < len(places) and places[first] <= place + reach


def together(texts: Sequence[Text]) -> Text:
    """Several passages as one, one behind the other."""
    places: dict[str, list[int]] = {}
    values: dict[str, list[int]] = {}
    beginnings: dict[str, list[tuple[str, str]]] = {}
    start = 0
    for text in texts:
        for mine, theirs in ((places, text.places), (values, text.values)):
            for key, found in theirs.items():
                mine.setdefault(key, []).extend(place + start for place in found)
        for key, stems in text.beginnings.items():
            beginnings.setdefault(key, []).extend(stems)
        start += len(text.tokens)
    return Text(
        language=texts[0].language,
        tokens=list(joined.from_iterable(text.tokens for text in texts)),
        spans=list(joined.from_iterable(text.spans for text in texts)),
        owner=_joined([text.owner for text in texts], [len(text.spans) for text in texts]),
        clauses=_joined(
            [text.clauses for text in texts], [max(text.clauses, default=0) + 1 for text in texts]
        ),
        limits=_joined([text.limits for text in texts], [len(text.tokens) for text in texts]),
        places=places,
        values=values,
        beginnings=beginnings,
        around=frozenset().union(*(text.around for text in texts)),
        said=frozenset().union(*(text.said for text in texts)),
        initials=frozenset().union(*(text.initials for text in texts)),
    )


def _joined(numbers: Sequence[Sequence[int]], sizes: Sequence[int]) -> list[int]:
    """Each text's numbers, counted on from those of the texts before it."""
    found: list[int] = []
    before = 0
    for of_text, size in zip(numbers, sizes, strict=True):
        found += [before + number for number in of_text]
        before += size
    return found
