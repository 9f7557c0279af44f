"""What a text is read into: tokens of a few kinds. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Kind(IntEnum):
    FUNCTION = 0  # "the", "you": says nothing by itself
    LIGHT = 1  # "get", "find": says little
    WORD = 2
    UNIT = 3  # "days", "%", "EUR"
    NUMBER = 4
    NAME = 5  # an address, a phone number, a form: stands for one thing


# "At most 8", "at least 8"; one that a "not" further before it may turn round.
MOST, LEAST, EITHER = -1, 1, 2


@dataclass(slots=True)  # not frozen: thousands are made for each draft
class Token:
    stem: str
    kind: Kind
    start: int
    end: int
    values: frozenset[str] = frozenset()  # what a number may mean
    cue: str = ""  # what the word turns: "not", "before", …
    capital: bool = False  # written like a proper name
    starts: bool = False  # a sentence: its capital tells nothing
    written: str = ""  # a word in small letters, before it was stemmed
    said: str = ""  # as it stands in the text
    opens: bool = False  # a clause: a comma, a stop or the like stands before it
    dashed: bool = False  # a number, and all before it is a dash: the second of "3–5"
    bound: int = 0  # which way a number is bounded: MOST, LEAST, EITHER
    strict: bool = False  # its bound says more than how long something takes
    bounds: bool = False  # a word that bounds a number: nothing else is meant by it


def tells(token: Token) -> bool:
    """Does it say something by itself?"""
    return token.kind >= Kind.WORD


def is_name(token: Token) -> bool:
    return token.kind == Kind.NAME or (token.kind == Kind.WORD and token.capital and not token.starts)
