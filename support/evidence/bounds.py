"""Read which bound a number stands with: up to it, or from it on. Pure.

"At least 12", "12 or more" and "a minimum of 12" are one bound; "no later than" is "until".
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from support.evidence.bound_words import (
    AHEAD,
    BEFORE,
    BEFORE_DATES,
    BEGINS_ANEW,
    BEHIND,
    BETWEEN,
    EXTREME_BEGINNINGS,
    EXTREMES,
    PASSED_OVER,
    RANGES,
)
from support.evidence.kinds import EITHER, LEAST, MOST, Kind, Token

# What a phrase may be long, and what may lie between it and its number.
LONGEST, MOST_PASSED_OVER = 5, 3
# Between a number and what stands behind it: "5 business days or more".
COUNTED = 3
LONGEST_BEHIND = 3
# "The maximum size of attachments is 25 MB".
EXTREME_REACH = 7
# A negation so near before a phrase may be about it.
REACH = 6
POINT, LOOSE = "+", "~"
CLOCK = frozenset(["am", "pm", "uhr", "uur", "o'clock"])
# What is counted in time: "48 hours before".
OF_TIME = frozenset(["second", "minute", "hour", "day", "week", "month", "year"])
THAN = frozenset(["than", "als", "dan"])
EXCEEDING = ("exce", "dépass", "super", "ultrapass")
PASSED, BEFORE_IT = frozenset(PASSED_OVER.split()), frozenset(AHEAD.split())
ANEW = frozenset(BEGINS_ANEW.split())
DENYING = ("not", "unless")
SAID_OTHERWISE = {"most": MOST, "least": LEAST}


@dataclass(frozen=True)
class _Phrase:
    direction: int
    is_point: bool = False  # in time
    is_loose: bool = False
    of_dates: bool = False


def bind_bounds(tokens: Sequence[Token], language: str) -> None:
    """Written into the numbers of a text, units that stand for one, and the words that bound them."""
    if language not in BEFORE:
        return
    for index, token in enumerate(tokens):
        if token.kind == Kind.NUMBER or (token.kind == Kind.UNIT and token.values):
            token.bound, token.strict = _bound(tokens, index, language)


def _bound(tokens: Sequence[Token], index: int, language: str) -> tuple[int, bool]:
    """Its direction, and whether it is strict. "At the latest" behind it counts before "after"."""
    before = tokens[index - 1] if index else None
    if before and before.bound and _go_together(before, tokens[index]):
        return before.bound, before.strict
    found = _before(tokens, index, language)
    behind = _behind(tokens, index, language)
    if found and not (behind and found[2].is_point):
        return _read(tokens, index, *found), not (found[2].is_point or found[2].is_loose)
    direction = behind or _extreme(tokens, index)
    return direction or _in_range(tokens, index, language), bool(direction)


def _go_together(before: Token, token: Token) -> bool:
    """A number and its unit, the parts of a date."""
    if token.kind == Kind.UNIT:
        return before.kind == Kind.NUMBER
    return any(one.stem.startswith("month ") for one in (before, token))


def _before(tokens: Sequence[Token], index: int, language: str) -> tuple[int, int, _Phrase] | None:
    """The longest phrase that ends right before the number, or before its article."""
    last_words = _ends(language)
    phrases = _phrases(language)
    for end in range(index, max(index - MOST_PASSED_OVER, 0) - 1, -1):
        if end < index and _said(tokens[end]) not in PASSED:
            return None
        if not end or tokens[end].opens:
            return None
        if _said(tokens[end - 1]) not in last_words:
            continue
        for start in range(max(end - LONGEST, 0), end):
            words = tuple(_said(one) for one in tokens[start:end])
            phrase = phrases.get(words)
            is_whole = phrase and not any(one.opens for one in tokens[start + 1 : end])
            if phrase and is_whole and (not phrase.of_dates or _is_date(tokens, index)):
                return start, end, phrase
    return None


def _read(tokens: Sequence[Token], index: int, start: int, end: int, phrase: _Phrase) -> int:
    """Turned round by a "not" before it, and by a "before" behind a time."""
    cues = [SAID_OTHERWISE[one.cue] for one in tokens[start:end] if one.cue in SAID_OTHERWISE]
    direction = cues[0] if cues else phrase.direction
    if phrase.is_point and _is_ahead(tokens, index):
        direction = -direction
    for place in range(start - 1, max(-1, start - 1 - REACH), -1):
        if tokens[place + 1].opens:
            break
        if tokens[place].cue == "not" and (place < start - 1 or not _compares(tokens[start:end])):
            return EITHER
        if tokens[place].cue == "not":
            tokens[place].cue, direction = "", -direction
            break
    for one in tokens[start:end]:
        _become_bound(one)
    return direction


def _become_bound(token: Token) -> None:
    """It says nothing but that, whatever else it says elsewhere."""
    token.bounds = True
    if token.kind != Kind.NUMBER:
        token.kind = Kind.FUNCTION
    if token.cue in DENYING:
        token.cue = ""


def _compares(phrase: Sequence[Token]) -> bool:
    """ "Than", "más de", "exceed": a "not" right before it is about the number alone."""
    first = _said(phrase[0])
    return _said(phrase[-1]) in THAN or phrase[0].cue in ("more", "less") or first.startswith(EXCEEDING)


def _is_ahead(tokens: Sequence[Token], index: int) -> bool:
    """ "48 hours before arrival" """
    behind = tokens[index + 1 : index + 1 + COUNTED]
    return bool(behind) and behind[0].stem in OF_TIME and any(_said(one) in BEFORE_IT for one in behind[1:])


def _is_date(tokens: Sequence[Token], index: int) -> bool:
    beside = tokens[max(0, index - 1) : index + 2]
    return ":" in tokens[index].stem or any(
        one.stem.startswith("month ") or _said(one) in CLOCK or one.stem in CLOCK for one in beside
    )


def _behind(tokens: Sequence[Token], index: int, language: str) -> int:
    """Of a phrase behind it that is not of the next thing: "5 pieces and the maximum …"."""
    phrases, beginnings = _phrases_behind(language), _beginnings(language)
    for start in range(index + 1, min(index + 2 + COUNTED, len(tokens))):
        if tokens[start].opens or tokens[start].kind == Kind.NUMBER:
            return 0
        if start > index + 1 and _said(tokens[start - 1]) in ANEW:
            return 0
        if _said(tokens[start]) not in beginnings:
            continue
        for end in range(min(start + LONGEST_BEHIND, len(tokens)), start, -1):
            direction = phrases.get(tuple(_said(one) for one in tokens[start:end]), 0)
            if direction and not _is_number(tokens, end):
                for one in tokens[start:end]:
                    _become_bound(one)
                return direction
    return 0


def _in_range(tokens: Sequence[Token], index: int, language: str) -> int:
    """The first of "3 to 5" is the least, the second the most; so they are in "3–5"."""
    if _lower(tokens, index) >= 0:
        return MOST
    if index in (_lower(tokens, index + 1), _lower(tokens, index + 2)):
        return LEAST
    first, second = BETWEEN[language].split()
    joining = _joining(language)
    for behind in (index + 1, index + 2):
        if _says(tokens, behind, joining) and any(_is_number(tokens, behind + step) for step in (1, 2)):
            is_range = not _says(tokens, behind, {second}) or _says_before(tokens, index, first)
            return LEAST if is_range else 0
        if behind >= len(tokens) or tokens[behind].kind != Kind.UNIT:
            break
    for before in (index - 1, index - 2):
        if _says(tokens, before, joining):
            lower = next((one for one in (before - 1, before - 2) if _is_number(tokens, one)), -1)
            is_range = lower >= 0 and (
                not _says(tokens, before, {second}) or _says_before(tokens, lower, first)
            )
            return MOST if is_range else 0
        if before < 0 or _said(tokens[before]) not in PASSED:
            break
    return 0


@lru_cache(maxsize=16)
def _joining(language: str) -> frozenset[str]:
    return frozenset((*RANGES[language].split(), BETWEEN[language].split()[1]))


def _lower(tokens: Sequence[Token], index: int) -> int:
    """The number that a dash joins to this one: of "3–5 kg" and "3 kg – 5 kg" the 3; or -1."""
    if index >= len(tokens) or not tokens[index].dashed:
        return -1
    is_unit = index > 0 and tokens[index - 1].kind == Kind.UNIT
    lower = index - 1 - is_unit
    return lower if _is_number(tokens, lower) else -1


def _extreme(tokens: Sequence[Token], index: int) -> int:
    for place in range(index - 1, max(-1, index - 1 - EXTREME_REACH), -1):
        if tokens[place + 1].opens or tokens[place].kind == Kind.NUMBER:
            return 0
        if direction := _of_extreme(_said(tokens[place])):
            tokens[place].bounds = True
            return direction
    return 0


@lru_cache(maxsize=2000)
def _of_extreme(word: str) -> int:
    heads = (way for head, way in EXTREME_BEGINNINGS.items() if word.startswith(head))
    return _extremes().get(word, 0) or next(heads, 0)


def _is_number(tokens: Sequence[Token], index: int) -> bool:
    return 0 <= index < len(tokens) and tokens[index].kind == Kind.NUMBER


def _says(tokens: Sequence[Token], index: int, words: Set[str]) -> bool:
    return 0 <= index < len(tokens) and _said(tokens[index]) in words


def _says_before(tokens: Sequence[Token], index: int, word: str) -> bool:
    return any(_said(one) == word for one in tokens[max(0, index - 2) : index])


def _said(token: Token) -> str:
    return token.said.casefold().replace("’", "'")


@lru_cache(maxsize=16)
def _phrases(language: str) -> dict[tuple[str, ...], _Phrase]:
    found = {
        tuple(words.strip(POINT + LOOSE).split()): _Phrase(
            direction, words.startswith(POINT), words.startswith(LOOSE)
        )
        for direction, lines in BEFORE[language].items()
        for words in _each(lines)
    }
    dates = BEFORE_DATES.get(language, {})
    return found | {
        (word,): _Phrase(direction, is_point=True, of_dates=True)
        for direction, words in dates.items()
        for word in words.split()
    }


@lru_cache(maxsize=16)
def _ends(language: str) -> frozenset[str]:
    return frozenset(words[-1] for words in _phrases(language))


@lru_cache(maxsize=16)
def _beginnings(language: str) -> frozenset[str]:
    return frozenset(words[0] for words in _phrases_behind(language))


@lru_cache(maxsize=16)
def _phrases_behind(language: str) -> dict[tuple[str, ...], int]:
    return {
        tuple(words.split()): direction
        for direction, lines in BEHIND[language].items()
        for words in _each(lines)
    }


@lru_cache(maxsize=1)
def _extremes() -> dict[str, int]:
    return {word: direction for direction, words in EXTREMES.items() for word in words.split()}


def _each(lines: str) -> list[str]:
    """Phrases stand between semicolons and ends of lines."""
    return [
        words.strip() for line in lines.casefold().splitlines() for words in line.split(";") if words.strip()
    ]
