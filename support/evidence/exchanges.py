"""What an alignment tells of values that changed places: in the passage each is of the other thing. Pure.

"Adults pay 12 EUR, children pay 6 EUR": each clause has its own value, be it a number, a code or a name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from support.evidence.alignment import Alignment, Sign
from support.evidence.kinds import Kind, Token, is_name
from support.evidence.number_signs import unit_of
from support.evidence.passages import clauses_of

# So many values of a sentence are looked at, and so many places of each.
MOST_VALUES, MOST_PLACES = 12, 4
FEWEST_DIGITS = 7
CLOCK = ("am", "pm")


def of_exchanges(alignment: Alignment) -> Iterator[Sign]:
    sentence = alignment.sentence
    values = [
        index
        for index, token in enumerate(sentence)
        if alignment.found[index] and (token.kind == Kind.NUMBER or is_name(token))
    ][:MOST_VALUES]
    if not values:
        return
    ours, theirs = clauses_of(sentence), alignment.text.clauses
    for index in values:
        if _stands_for_one(sentence, index):
            yield _of_other_clause(alignment, index, ours, theirs)
    for index, other in product(values, values):
        is_pair = ours[index] < ours[other] and _differ(sentence[index], sentence[other])
        if is_pair and _exchanged(alignment, (index, other), ours, theirs):
            yield "exchanged", 1.0, [sentence[index], sentence[other]], []


def _stands_for_one(tokens: Sequence[Token], index: int) -> bool:
    """An amount, a code, a phone number: of one thing, while a bare number or a name may be of several."""
    token = tokens[index]
    if token.kind == Kind.NUMBER:
        return unit_of(tokens, index) != "" or sum(map(str.isdigit, token.stem)) >= FEWEST_DIGITS
    return token.kind == Kind.NAME


def _are_alike(ours: Sequence[Token], index: int, theirs: Sequence[Token], place: int) -> bool:
    """Two that differ, and are amounts of one unit if they are amounts."""
    units = {CLOCK[0] if unit in CLOCK else unit for unit in (unit_of(ours, index), unit_of(theirs, place))}
    return _differ(ours[index], theirs[place]) and (ours[index].kind != Kind.NUMBER or len(units - {""}) < 2)


def _differ(one: Token, other: Token) -> bool:
    """Two amounts, two phone numbers, two names, not the same one: "24 hours" and "5 days", too."""
    return _sort(one) == _sort(other) and one.stem != other.stem and not one.values & other.values


def _sort(token: Token) -> str:
    if token.kind != Kind.NAME:
        return token.kind.name
    return (
        "tel"
        if token.stem.startswith("tel ")
        else "address"
        if "." in token.stem or "@" in token.stem
        else "code"
    )


def _of_other_clause(alignment: Alignment, index: int, ours: Sequence[int], theirs: Sequence[int]) -> Sign:
    """Of children the passage says 6, and nothing beside 12. What its own clause says counts first."""
    text, value = alignment.text, alignment.sentence[index]
    unit = unit_of(alignment.sentence, index)
    said = _words(alignment, index, theirs)
    own = [places for one, places in said.items() if ours[one] == ours[index]]
    rivals: list[Token] = []
    for clause, home in {(theirs[place], text.owner[place]) for place in alignment.found[index]}:
        others = [
            token
            for place, token in enumerate(text.tokens)
            if text.owner[place] == home and token.kind == value.kind
            if _are_alike(alignment.sentence, index, text.tokens, place)
            if unit_of(text.tokens, place) == unit
            if _fits_alone(own, theirs[place], clause)
            or _fits_alone(list(said.values()), theirs[place], clause)
        ]
        if not others:
            return "rival_number", 0.0, [value], []
        rivals += others
    return "rival_number", float(bool(rivals)), [value], rivals[:1]


def _words(alignment: Alignment, index: int, theirs: Sequence[int]) -> dict[int, set[int]]:
    """In which clauses of the passage the words of the sentence stand, values like this one left out."""
    sort = _sort(alignment.sentence[index])
    return {
        one: {theirs[place] for place in places}
        for one, (token, places) in enumerate(zip(alignment.sentence, alignment.found, strict=True))
        if token.kind in (Kind.WORD, Kind.NAME) and places and not (is_name(token) and _sort(token) == sort)
    }


def _exchanged(
    alignment: Alignment, pair: tuple[int, int], ours: Sequence[int], theirs: Sequence[int]
) -> bool:
    """Wherever both stand, do the words beside each of them stand beside the other?"""
    beside = [
        [places for one, places in _words(alignment, index, theirs).items() if ours[one] == ours[index]]
        for index in pair
    ]
    places = [alignment.found[index][:MOST_PLACES] for index in pair]
    return all(
        _fits_alone(beside[0], theirs[second], theirs[first])
        and _fits_alone(beside[1], theirs[first], theirs[second])
        for first, second in product(*places)
    )


def _fits_alone(said: Sequence[set[int]], one: int, other: int) -> bool:
    """Has one clause a word of the sentence that the other lacks, and the other none that this one lacks?"""
    return any(one in places and other not in places for places in said) and not any(
        other in places and one not in places for places in said
    )
