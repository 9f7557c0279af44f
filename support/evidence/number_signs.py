"""What an alignment tells of a sentence's numbers: whether they stand there, of the same things. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from support.evidence.alignment import WEIGHTS, Alignment, Sign, near
from support.evidence.kinds import Kind, Token, tells
from support.evidence.quantities import agree

# Of a number so many words on each side are its own; in the passage they may lie so far from it.
AROUND, FARTHER = 4, 7
MOST_PLACES = 12
# Of a sentence's numbers so many are looked at for what they belong to.
MOST_NUMBERS = 20
# A number that fits the words better by a quarter of what the sentence weighs is a sure rival.
RIVALRY = 4
# A number's unit is the word before it or among so many behind it: "5 business days".
BEHIND, BEHIND_THERE = 2, 3


def of_numbers(alignment: Alignment) -> Iterator[Sign]:
    """Numbers that stand nowhere, and those whose neighbours do not stand beside them in the passage."""
    sentence = alignment.sentence
    numbers = [index for index, token in enumerate(sentence) if token.kind == Kind.NUMBER]
    gone = [sentence[index] for index in numbers if not alignment.likeness[index]]
    yield "numbers", float(len(gone)), gone, []
    for index in numbers[:MOST_NUMBERS]:
        if alignment.found[index]:
            yield "loose_number", _looseness(alignment, index), [sentence[index]], []
            yield _rival(alignment, index)
            yield _of_other_unit(alignment, index)


def _looseness(alignment: Alignment, index: int) -> float:
    beside = [alignment.found[other] for other in _beside(alignment, index)]
    if not beside:
        return 0.0
    places = alignment.found[index][:MOST_PLACES]
    return 1 - max(sum(near(found, place, FARTHER) for found in beside) for place in places) / len(beside)


def _beside(alignment: Alignment, index: int) -> Iterator[int]:
    """The telling words around a number that stand in the passage."""
    for other in range(max(0, index - AROUND), min(len(alignment.sentence), index + AROUND + 1)):
        if other != index and tells(alignment.sentence[other]) and alignment.found[other]:
            yield other


def _rival(alignment: Alignment, index: int) -> Sign:
    """Does a sentence of the passage that fits the words better give another number of the same unit?"""
    text, fitting = alignment.text, fits(alignment)
    unit = unit_of(alignment.sentence, index)
    own = {text.owner[place] for place in alignment.found[index]}
    mine = max(fitting.get(owner, 0.0) for owner in own)
    best, other = mine, None
    for place, token in enumerate(text.tokens):
        owner = text.owner[place]
        fit = fitting.get(owner, 0.0)
        is_other = token.kind == Kind.NUMBER and owner not in own and unit_of(text.tokens, place) == unit
        if is_other and fit > best:
            best, other = fit, token
    share = (best - mine) / (sum(WEIGHTS[token.kind] for token in alignment.sentence) or 1.0)
    return "rival_number", min(RIVALRY * share, 1.0), [alignment.sentence[index]], [other] if other else []


def _of_other_unit(alignment: Alignment, index: int) -> Sign:
    """Wherever the passage says the number, has it a unit beside it that is not ours?"""
    number, there = alignment.sentence[index], alignment.text.tokens
    units = _units(alignment.sentence, index, BEHIND)
    places = alignment.found[index][:MOST_PLACES]
    theirs = [_units(there, place, BEHIND_THERE) for place in places]
    ours = {unit.stem for unit in units}
    is_other = bool(units) and all(
        of_place and not agree(number, there[place]) and ours.isdisjoint(unit.stem for unit in of_place)
        for place, of_place in zip(places, theirs, strict=True)
    )
    shown = [there[places[0]], theirs[0][0]] if is_other else []
    return "other_unit", float(is_other), [number, *units[:1]], shown


def _units(tokens: Sequence[Token], index: int, behind: int) -> list[Token]:
    beside = tokens[max(0, index - 1) : index + behind + 1]
    return [token for token in beside if token.kind == Kind.UNIT]


def fits(alignment: Alignment) -> dict[int, float]:
    """What the words of the sentence, numbers and units aside, weigh in each sentence of the passage."""
    found: dict[int, float] = {}
    for token, places in zip(alignment.sentence, alignment.found, strict=True):
        if token.kind in (Kind.WORD, Kind.NAME):
            for owner in {alignment.text.owner[place] for place in places}:
                found[owner] = found.get(owner, 0.0) + WEIGHTS[token.kind]
    return found


def unit_of(tokens: Sequence[Token], index: int) -> str:
    """Of what a number is: the unit beside it, or nothing."""
    for other in (index + 1, index - 1):
        if 0 <= other < len(tokens) and tokens[other].kind == Kind.UNIT:
            return tokens[other].stem
    return ""
