"""What an alignment tells of bounds: a number that the passage bounds the other way round. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from support.evidence.alignment import Alignment, Sign
from support.evidence.kinds import EITHER, LEAST, Kind, Token
from support.evidence.number_signs import fits
from support.evidence.passages import clauses_of

MOST_PLACES = 12
AROUND = 7


def of_bounds(alignment: Alignment) -> Iterator[Sign]:
    """ "After 24 hours" where the passage says "within 24 hours" and nowhere "after"."""
    sentence = alignment.sentence
    quantities = [index for index in range(len(sentence)) if _is_quantity(sentence, index)]
    fitting = fits(alignment) if quantities else {}
    for index in quantities:
        number, theirs = sentence[index], _facing(alignment, index, fitting)
        yield from _lost_or_added(alignment, index, theirs)
        opposed = [one for one in theirs if number.bound and one.bound == -number.bound]
        if not opposed or any(one.bound in (number.bound, EITHER) for one in theirs):
            continue
        if not _is_refused(alignment, index, opposed[0]):
            yield "bound", 1.0, [number], opposed[:1]


def _is_quantity(tokens: Sequence[Token], index: int) -> bool:
    """A number, or the unit of "a day"."""
    token = tokens[index]
    by_number = token.kind == Kind.UNIT and index > 0 and tokens[index - 1].kind == Kind.NUMBER
    return token.kind == Kind.NUMBER or (token.bound != 0 and not by_number)


def _lost_or_added(alignment: Alignment, index: int, theirs: list[Token]) -> Iterator[Sign]:
    """ "12 characters" for "at least 12", or the other way round; but "5 days" may be said for "up to 5"."""
    number = alignment.sentence[index]
    if not theirs:
        return
    if not number.bound and all(one.bound == LEAST and one.strict for one in theirs):
        yield "unbounded", 1.0, [number], theirs[:1]
    is_new = number.strict and number.bound != EITHER and not any(one.bound for one in theirs)
    if is_new and not _stand_there(alignment, _bounding(alignment.sentence, index)):
        yield "unbounded", 1.0, [number], theirs[:1]


def _is_refused(alignment: Alignment, index: int, theirs: Token) -> bool:
    """ "After 30 days we can't accept it" is what "accepted within 30 days" means."""
    sentence, text = alignment.sentence, alignment.text
    clauses = clauses_of(sentence)
    own = [token for token, clause in zip(sentence, clauses, strict=True) if clause == clauses[index]]
    # "After 30 days, it is not": a clause that tells nothing else is part of the next one.
    last = clauses[index] + all(token.kind in (Kind.FUNCTION, Kind.UNIT, Kind.NUMBER) for token in own)
    is_denied = any(
        token.cue == "not" and clauses[index] <= clause <= last
        for token, clause in zip(sentence, clauses, strict=True)
    )
    home = next(owner for token, owner in zip(text.tokens, text.owner, strict=True) if token is theirs)
    return is_denied and not any(
        token.cue == "not" and owner == home for token, owner in zip(text.tokens, text.owner, strict=True)
    )


def _bounding(tokens: Sequence[Token], index: int) -> Sequence[Token]:
    """The words around a number by which it is bounded."""
    around = tokens[max(0, index - AROUND) : index + AROUND]
    return [token for token in around if token.bounds]


def _stand_there(alignment: Alignment, words: Sequence[Token]) -> bool:
    """In the title, or in the passage without a number of their own: "maximum size" heads a table."""
    known = alignment.text
    return all(
        word.stem in known.around
        or any(not known.tokens[place].bounds for place in known.places.get(word.stem, ()))
        for word in words
    )


def _facing(alignment: Alignment, index: int, fitting: dict[int, float]) -> list[Token]:
    """The number that it lies along, or those in the passage's sentences that share most words with ours."""
    text = alignment.text
    if alignment.links[index] >= 0:
        return [_number(text.tokens, alignment.links[index])]
    places = list(alignment.found[index][:MOST_PLACES])
    most = max((fitting.get(text.owner[place], 0.0) for place in places), default=0.0)
    near = [place for place in places if fitting.get(text.owner[place], 0.0) >= most]
    return [_number(text.tokens, place) for place in near]


def _number(tokens: Sequence[Token], place: int) -> Token:
    """ "A day" stands where the passage has the unit of "24 hours"."""
    before = tokens[place - 1] if place else tokens[place]
    is_unit = tokens[place].kind == Kind.UNIT and not tokens[place].bound
    return before if is_unit and before.kind == Kind.NUMBER else tokens[place]
