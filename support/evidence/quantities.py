"""Read what several words say together: quantities, how often, and bounds on a number. Pure.

"Two weeks" is 14 days and "twice" two times; "no more than 8" is at most 8, and nothing is denied by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from support.evidence.condition_words import PHRASES
from support.evidence.kinds import Kind, Token

# Of a thing that several units measure: how much of the smallest one each is.
MEASURES = {
    "second": ("s", 1), "minute": ("s", 60), "hour": ("s", 3_600), "day": ("s", 86_400),
    "week": ("s", 604_800), "month": ("months", 1), "year": ("months", 12),
    "metre": ("m", 1), "kilometre": ("m", 1_000), "gram": ("g", 1), "kilogram": ("g", 1_000),
}  # fmt: skip
TIMES = frozenset(["time", "times", "mal", "vez", "veces", "fois", "volta", "volte", "vezes", "keer"])
HOW_OFTEN = {"once": 1, "twice": 2, "thrice": 3, "zweimal": 2, "dreimal": 3, "viermal": 4}
ONE = frozenset(
    [
        "a",
        "an",
        "one",
        "ein",
        "eine",
        "einen",
        "einem",
        "einer",
        "un",
        "una",
        "uno",
        "une",
        "um",
        "uma",
        "een",
    ]
)
# "Once a day", "once per order", "once for free", but "once it is paid" and "once blocked".
BEHIND_ONCE = frozenset(
    ["per", "every", "each", "daily", "weekly", "in", "for", "during", "within", "with", "and", "or"]
)
BEFORE_ONCE = frozenset(["only", "just", "than"])
THAN = frozenset(["than", "als", "de", "que", "di", "do", "da", "dan", "of"])
BOUNDS = {"more": "most", "less": "least"}
UP_TO = {("up", "to"), ("bis", "zu")}
UP = frozenset(word for word, _ in UP_TO)
LONGEST_SAID = max(map(len, (*HOW_OFTEN, *TIMES, *UP)))
# A negation so many words before "more than" is about it.
REACH = 6
# Behind "than" the number is at most so far.
NUMBER_REACH = 2

Phrases = dict[str, list[tuple[str, frozenset[str], str]]]


def bind(tokens: Sequence[Token], language: str) -> None:
    """Written into the tokens of one text."""
    phrases = PHRASES_OF.get(language, {})
    for index, token in enumerate(tokens):
        for before, behind, cue in phrases.get(token.said, ()):
            is_led = before in ("", _said(tokens, index - 1))
            if is_led and (not behind or _said(tokens, index + 1) in behind):
                token.cue, token.kind = cue, Kind.FUNCTION
        if token.kind == Kind.UNIT:
            if index and token.stem in MEASURES:
                _bind_unit(tokens[index - 1], token)
        elif token.kind < Kind.UNIT and (token.cue in BOUNDS or len(token.said) <= LONGEST_SAID):
            _bind_word(tokens, index, token.said.casefold())


def _bind_word(tokens: Sequence[Token], index: int, word: str) -> None:
    token = tokens[index]
    if word in HOW_OFTEN and (word != "once" or _counts(tokens, index)):
        _become(token, Kind.NUMBER, "times", frozenset({_quantity(HOW_OFTEN[word], "times")}))
    elif word in TIMES and index:
        _bind_times(tokens[index - 1], token)
    elif token.cue in BOUNDS:
        _bind_bound(tokens, index)
    elif word in UP and (word, _said(tokens, index + 1)) in UP_TO and _is_number(tokens, index + 2):
        token.cue, token.kind = "most", Kind.FUNCTION


def agree(one: Token, other: Token) -> bool:
    """Is it the same quantity, whatever the units?"""
    return any(value.startswith("=") for value in one.values & other.values)


def _bind_unit(before: Token, unit: Token) -> None:
    name, size = MEASURES[unit.stem]
    if before.kind == Kind.NUMBER:
        amounts = [amount for amount in map(_amount, before.values) if amount is not None]
        unit.values = frozenset(_quantity(amount * size, name) for amount in amounts)
        before.values |= unit.values
    elif before.said.casefold() in ONE:
        unit.values = frozenset({_quantity(size, name)})


def _bind_times(before: Token, times: Token) -> None:
    if before.kind == Kind.NUMBER:
        amounts = [amount for amount in map(_amount, before.values) if amount is not None]
        before.values |= frozenset(_quantity(amount, "times") for amount in amounts)
        _become(times, Kind.UNIT, "times", before.values)
    elif before.said.casefold() == "one":
        _become(before, Kind.NUMBER, "#1", frozenset({"1", _quantity(1, "times")}))
        _become(times, Kind.UNIT, "times", before.values)


def _become(token: Token, kind: Kind, stem: str, values: frozenset[str]) -> None:
    token.kind, token.stem, token.values, token.cue = kind, stem, values, ""


def _amount(value: str) -> Fraction | None:
    """Of a reading as `sentences.values` writes it."""
    whole, _, fraction = value.partition(".")
    if len(value) > len("1000000000.00") or not (whole + fraction).isdecimal() or not whole:
        return None
    return Fraction(value)


def _quantity(amount: Fraction | int, name: str) -> str:
    return f"={amount} {name}"


def _counts(tokens: Sequence[Token], index: int) -> bool:
    """Does "once" say how often, rather than when?"""
    before, after = _said(tokens, index - 1), _said(tokens, index + 1)
    if before in BEFORE_ONCE or tokens[index].starts:
        return before in BEFORE_ONCE
    ends = index + 1 == len(tokens) or tokens[index + 1].opens
    by_unit = after in ONE and index + 2 < len(tokens) and tokens[index + 2].kind == Kind.UNIT
    return (ends and not tokens[index].opens) or after in BEHIND_ONCE or by_unit


def _bind_bound(tokens: Sequence[Token], index: int) -> None:
    """ "No more than 8", "do not take more than four", "no puede pesar más de 23"."""
    reached = range(index + 2, index + 2 + NUMBER_REACH)
    if _said(tokens, index + 1) not in THAN or not any(_is_number(tokens, place) for place in reached):
        return
    for before in range(index - 1, max(-1, index - 1 - REACH), -1):
        if tokens[before + 1].opens:
            return
        if tokens[before].cue == "not":
            tokens[before].cue = ""
            tokens[index].cue = BOUNDS[tokens[index].cue]
            return


def _by_word(phrases: Iterable[tuple[str, str, str, str]]) -> Phrases:
    """As it is written within a sentence and at its beginning."""
    found: Phrases = {}
    for word, before, behind, cue in phrases:
        for said in (word, word.capitalize()):
            found.setdefault(said, []).append((before, frozenset(behind.split()), cue))
    return found


def _is_number(tokens: Sequence[Token], index: int) -> bool:
    return 0 <= index < len(tokens) and tokens[index].kind == Kind.NUMBER


def _said(tokens: Sequence[Token], index: int) -> str:
    return tokens[index].said.casefold() if 0 <= index < len(tokens) else ""


PHRASES_OF = {language: _by_word(phrases) for language, phrases in PHRASES.items()}
