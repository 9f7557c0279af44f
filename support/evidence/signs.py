"""What an alignment tells of whether the passage says the sentence: a few signs, each with a meaning. Pure.

Each sign is a number, 0 where all is well; with it go the words that show it, for the agent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from support.evidence.alignment import WEIGHTS, Alignment, Gap, Sign, gaps
from support.evidence.bound_signs import of_bounds
from support.evidence.conditions import of_conditions
from support.evidence.exchanges import of_exchanges
from support.evidence.kinds import Kind, Token, is_name, tells
from support.evidence.number_signs import of_numbers
from support.evidence.rarity import rarity
from support.evidence.things import is_thing
from support.evidence.turning_words import OPPOSED

# Between links as near as this, what faces each other stands for each other.
CLOSE = 6
LOOSE = 12
# So many words beside a slot tell whether it is the passage's own sentence.
SIDE = 4
# A negation is about what follows among so many words.
SCOPE = 5
# Links in one sentence of the passage, so that it is surely meant.
SEVERAL = 2
# Of what a sentence says, so much must stand in the passage, or it never matches.
FLOOR = 0.55


@dataclass
class Signs:
    """`values` by name; `shown`: the tokens of the sentence (and of the passage) that show a sign."""

    values: dict[str, float]
    shown: dict[str, tuple[list[Token], list[Token]]] = field(default_factory=dict)


def read_signs(alignment: Alignment, language: str) -> Signs:
    signs = Signs({})
    for name, value, ours, theirs in _each(alignment, language):
        if value >= signs.values.get(name, 0.0):
            signs.shown[name] = (ours, theirs)
        signs.values[name] = max(value, signs.values.get(name, 0.0))
    return signs


def _each(alignment: Alignment, language: str) -> Iterator[Sign]:
    yield from _missing(alignment, language)
    yield from of_numbers(alignment)
    yield from of_bounds(alignment)
    yield from of_exchanges(alignment)
    yield from of_conditions(alignment, language)
    every_gap = list(gaps(alignment))
    yield from _turned(alignment, every_gap)
    yield from _governed(alignment)
    yield from _slots(alignment)


def _missing(alignment: Alignment, language: str) -> Iterator[Sign]:
    """What stands nowhere in the passage: names; words, by how rare they are and whether they are things."""
    sentence = alignment.sentence
    gone = [index for index, token in enumerate(sentence) if tells(token) and not alignment.likeness[index]]
    names = [sentence[index] for index in gone if is_name(sentence[index])]
    yield "names", float(len(names)), names, []
    words = [index for index in gone if sentence[index].kind == Kind.WORD]
    rare = [rarity(sentence[index].written, language) for index in words]
    shown = [sentence[index] for _, index in sorted(zip(rare, words, strict=True), reverse=True)]
    yield "rare_missing", math.log1p(sum(rare)), shown, []
    things = [index for index in words if is_thing(sentence, index, language)]
    rarest = max((rarity(sentence[index].written, language) for index in things), default=0.0)
    yield "thing_missing", rarest, shown, []
    yield "things_missing", len(things) / max(sum(map(tells, sentence)), 1), shown, []
    share = _covered(alignment)
    yield "uncovered", 1 - share, shown, []
    yield "thin", float(share < FLOOR), shown, []


def _covered(alignment: Alignment) -> float:
    """The plain share of what the sentence says that stands in the passage, however common its words."""
    weighed = [
        (WEIGHTS[token.kind], like)
        for token, like in zip(alignment.sentence, alignment.likeness, strict=True)
        if tells(token)
    ]
    return sum(weight * like for weight, like in weighed) / (sum(weight for weight, _ in weighed) or 1.0)


def _turned(alignment: Alignment, every_gap: Sequence[Gap]) -> Iterator[Sign]:
    """What faces each other between two links: other numbers, a negation on one side, opposed words."""
    for gap in every_gap:
        ours = [alignment.sentence[index] for index in gap.said]
        theirs = [alignment.text.tokens[place] for place in gap.there]
        said = {token.cue: token for token in ours if token.cue and not token.bounds}
        there = {token.cue: token for token in theirs if token.cue and not token.bounds}
        if "not" in said and "not" not in there:
            yield "negated", 1.0 if len(theirs) <= LOOSE else 0.5, [said["not"]], []
        if len(theirs) > LOOSE:
            continue
        for one, other in OPPOSED:
            for a, b in ((one, other), (other, one)):
                if a in said and a not in there and b in there and b not in said:
                    yield "turned", 1.0, [said[a]], [there[b]]
        if gap.framed and len(theirs) <= CLOSE:
            yield from _other_numbers(ours, theirs)


def _other_numbers(ours: Sequence[Token], theirs: Sequence[Token]) -> Iterator[Sign]:
    for token in ours:
        others = [other for other in theirs if other.kind == Kind.NUMBER and not other.values & token.values]
        if token.kind == Kind.NUMBER and others:
            yield "other_number", 1.0, [token], others[:1]


def _governed(alignment: Alignment) -> Iterator[Sign]:
    """Words that are negated on one side with no negation near them on the other."""
    here, there = alignment.sentence, alignment.text.tokens
    ours, theirs = _negations(here), _negations(there)
    at_home = _at_home(alignment)
    for index, place in enumerate(alignment.links):
        if place not in at_home or here[index].kind not in (Kind.LIGHT, Kind.WORD):
            continue
        if place in alignment.inverted:
            if _negated_near(here, index) == _negated_near(there, place):
                yield "freed", 1.0, [here[index]], [there[place]]
        elif index in ours and not _negated_near(there, place):
            yield "governed", 1.0, [ours[index]], []
        elif place in theirs and not _negated_near(here, index):
            yield "freed", 1.0, [], [theirs[place], there[place]]


def _at_home(alignment: Alignment) -> set[int]:
    """The links in the passage's sentence that holds most of them, and in others that hold several."""
    owners: dict[int, list[int]] = {}
    for index, place in enumerate(alignment.links):
        if place >= 0 and alignment.sentence[index].kind >= Kind.LIGHT:
            owners.setdefault(alignment.text.owner[place], []).append(place)
    most = max(map(len, owners.values()), default=0)
    return {place for places in owners.values() if len(places) >= min(most, SEVERAL) for place in places}


def _negations(tokens: Sequence[Token]) -> dict[int, Token]:
    """What a negation is about, up to the first word of its clause that tells much; and the negation."""
    found: dict[int, Token] = {}
    for index, token in enumerate(tokens):
        if token.cue != "not":
            continue
        for after in range(index + 1, min(index + 1 + SCOPE, len(tokens))):
            if tokens[after].opens:
                break
            if tokens[after].kind >= Kind.LIGHT:
                found[after] = token
            if tokens[after].kind >= Kind.WORD:
                break
    return found


def _negated_near(tokens: Sequence[Token], index: int) -> bool:
    return any(token.cue == "not" for token in tokens[max(0, index - SCOPE) : index + SCOPE + 1])


def _slots(alignment: Alignment) -> Iterator[Sign]:
    """Words where the passage, the same around them word for word, has another one."""
    sentence, links = alignment.sentence, alignment.links
    linked = [index for index, place in enumerate(links) if place >= 0]
    for first, last in _runs(alignment):
        left = max((index for index in linked if index < first), default=-1)
        right = min((index for index in linked if index > last), default=-1)
        facing = [token for token in _facing(alignment, first, last, left, right) if tells(token)]
        if not facing:
            continue
        same = _verbatim(alignment, first - 1, left, -1) + _verbatim(alignment, last + 1, right, 1)
        sides = 1 if left < 0 or right < 0 else 2
        share = min(same / (SIDE * sides) * (1 if sides == 2 else 0.75), 1.0)
        weight = share * max(WEIGHTS[token.kind] for token in sentence[first : last + 1])
        if len(facing) > CLOSE - 2:
            weight /= 2
        is_new = not all(alignment.likeness[first : last + 1])
        yield "replaced" if is_new else "shifted", weight, list(sentence[first : last + 1]), facing


def _runs(alignment: Alignment) -> Iterator[tuple[int, int]]:
    """The stretches of telling words that are not in the chain."""
    loose = [
        index for index, token in enumerate(alignment.sentence) if tells(token) and alignment.links[index] < 0
    ]
    first = loose[0] if loose else -1
    for index, following in pairwise([*loose, -1]):
        if following != index + 1:
            yield first, index
            first = following


def _facing(alignment: Alignment, first: int, last: int, left: int, right: int) -> Sequence[Token]:
    there, links = alignment.text.tokens, alignment.links
    begin = links[left] + (first - left) if left >= 0 else -1
    end = links[right] - (right - last) if right >= 0 else -1
    if left >= 0 and right >= 0:
        return there[begin : end + 1]
    if left >= 0:
        return there[begin : begin + 2]
    return there[max(0, end - 1) : end + 1] if right >= 0 else []


def _verbatim(alignment: Alignment, index: int, link: int, step: int) -> int:
    """How many words from here on, away from the slot, are the passage's."""
    if link < 0:
        return 0
    sentence, there = alignment.sentence, alignment.text.tokens
    place, count = alignment.links[link] + (index - link), 0
    while count < SIDE and 0 <= index < len(sentence) and 0 <= place < len(there):
        if sentence[index].stem != there[place].stem and alignment.links[index] != place:
            break
        count, index, place = count + 1, index + step, place + step
    return count
