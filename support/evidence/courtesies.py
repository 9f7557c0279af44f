"""Tell sentences that claim nothing: greetings, thanks, regrets, closings, offers of help, questions. Pure.

Every clause must be one that is said to anybody; what is not certainly one of these needs proof. What
somebody is thanked for and what is regretted is of a closed vocabulary: "sorry about the fire" is a claim.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from support.evidence.courtesy_objects import OBJECTS
from support.evidence.courtesy_words import (
    ADDRESSED,
    ANSWERS,
    ASKED,
    ASSENTS,
    AWARDED,
    CLAIMING,
    DAYS,
    DONE,
    FAULTS,
    GRANTED,
    MONEY,
    MULTIPLES,
    NAMES,
    NOT_DONE,
    STATING,
    TELLING,
)
from support.evidence.greetings import SAID
from support.evidence.turning_words import MONTHS, NUMBER_WORDS, UNITS

LONGEST = 200
SHORTEST_UNIT = 4  # "in" and "an" are no units here
MONTHS_IN_FULL = [
    month for month in MONTHS if len(month) > 3
]  # "may", and "mar", are none here; "June" is a name
QUESTION_MARKS = ("?", "？", "؟")
_DIGIT_OR_ADDRESS = re.compile(r"\d|@|://|www\.|\w\.\w")
_BETWEEN_CLAUSES = re.compile(r"\s*[,;:!?.…–—()]+\s*|\s+-+\s+")
_WIDE = str.maketrans("，。！？、；：،؛", ",.!?,;:,;")
_TITLE = re.compile(r"\b(mrs?|ms|dr|prof|sra?|hr|fr|mme|mlle|sig|dhr|mevr)\.(?= )", re.IGNORECASE)
_AND = re.compile(r"(?:^|\s)(?:and|und|y|et|e|en)\s", re.IGNORECASE)
_DECORATION = re.compile(r"[*_~`>#¡¿\"“”„«»]+|[^\w\s,;:!?.…–—()'’-]+")
_CHOICE_OF_SLOTS = re.compile(r"\(([^()]*<[^()]*)\)")
_ANY_WORDS = r"((?:\S+ )+)"
_PART = re.compile(r"\(([^()]*)\)|(\S+)")
_NAME_FOLLOWS = ("_", ",")
CASE = "if: "
NAME, WORD, ENDING = "_", "<word>", "*"
# "remboursé", "aprobado", "genehmigt", "approvato": what was done is nobody's name.
_LIKE_A_PARTICIPLE = re.compile(
    r"\w{3,}(?:ed|[ai]ble|[ai]d[oa]s?|[aiu]t[oaie]|ée?s?)|(?:ge|er|be|ver|ent|zer)\w{3,}[td]|\w+iert",
    re.IGNORECASE,
)


def claims_nothing(sentence: str) -> bool:
    if len(sentence) > LONGEST or _DIGIT_OR_ADDRESS.search(sentence):
        return False
    said = _plain(sentence)
    if said.endswith(QUESTION_MARKS) and _asked(said.rstrip("?？؟ ")):
        return True
    clauses = _clauses(said)
    if len(clauses) > 1 and _is_name(clauses[-1]) and _matches("named", clauses[-2]):
        clauses.pop()
    # "Absolutely!" answers what the customer asked; "Absolutely, happy to help!" is a manner of speaking.
    return bool(clauses) and _is_said(clauses[-1]) and all(map(_said_before_more, clauses))


def opens(head: str) -> bool:
    """Does what stands before a claim say nothing? There, an assent is a manner of speaking, too."""
    said = _plain(head)
    if any(_matches("case", clause) for clause in _clauses(said)):
        return False
    return claims_nothing(head) or _said_before_more(said)


def _plain(sentence: str) -> str:
    plain = _DECORATION.sub(" ", _TITLE.sub(r"\1", sentence.translate(_WIDE)))
    return " ".join(plain.replace("’", "'").replace("ß", "ss").split())


def _clauses(said: str) -> list[str]:
    return [clause for clause in _BETWEEN_CLAUSES.split(said) if clause.strip(" '-")]


def _said_before_more(clause: str) -> bool:
    return _is_said(clause) or _matches("assents", clause)


@lru_cache(maxsize=1000)
def _is_said(clause: str) -> bool:
    """ "And sorry for the wait", "we apologise and thank you": each is said by itself."""
    clause = _AND.sub("", clause, count=1) if _AND.match(clause) else clause
    return _matches("said", clause) or any(
        _matches("said", clause[: found.start()]) and _is_said(clause[found.end() :])
        for found in _AND.finditer(clause)
    )


def _asked(question: str) -> bool:
    return _matches("asked", " ".join(_BETWEEN_CLAUSES.sub(" ", question).split()))


def _is_name(clause: str) -> bool:
    """ "Thanks, Carol": one word with a capital behind a courtesy."""
    return clause.isalpha() and _are_names(clause)


def _are_names(words: str) -> bool:
    return all(map(_may_be_of_a_name, words.split()))


@lru_cache(maxsize=1000)
def _may_be_of_a_name(word: str) -> bool:
    plain = word.casefold()
    if plain in _set_of(ADDRESSED + NAMES):
        return True
    return (
        not word[0].islower()
        and plain not in _every_claiming_word()
        and not _LIKE_A_PARTICIPLE.fullmatch(plain)
        and not re.match(_telling(), plain + " ")
        and not _matches("assents", plain)
    )


@lru_cache(maxsize=1)
def _every_claiming_word() -> frozenset[str]:
    return _set_of(" ".join((*CLAIMING.values(), TELLING, STATING, ANSWERS)))


@lru_cache(maxsize=4)
def _set_of(words: str) -> frozenset[str]:
    return frozenset(words.casefold().split())


def _matches(kind: str, clause: str) -> bool:
    words = clause + " "
    lines = _patterns(kind)
    if kind == "said" and _said_in_words().fullmatch(words) is None:
        lines = [line for line in lines if line.pattern.pattern == _ANY_WORDS]
    return any(_fits(line, words) for line in lines)


@lru_cache(maxsize=1)
def _said_in_words() -> re.Pattern[str]:
    """All lines with words of their own in one: nearly every clause fits none, and that is told at once."""
    patterns = [line.pattern.pattern for line in _patterns("said") if line.pattern.pattern != _ANY_WORDS]
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


def _fits(line: "_Line", words: str) -> bool:
    found = line.pattern.fullmatch(words)
    if found is None:
        return False
    slots = zip(line.slots, found.groups(), strict=True)
    return all(held is None or _may_hold(line.language, slot, held) for slot, held in slots)


@lru_cache(maxsize=2000)
def _may_hold(language: str, slot: str, words: str) -> bool:
    if slot == NAME:
        return _are_names(words)
    if slot == WORD:
        return _barred(language).match(words) is None
    return any(_fits(line, words) for line in _objects(language, slot))


class _Line(NamedTuple):
    """Its groups are the slots, in order."""

    pattern: re.Pattern[str]
    slots: tuple[str, ...]
    language: str


class _Part(NamedTuple):
    pattern: str
    slots: tuple[str, ...] = ()


@lru_cache
def _patterns(kind: str) -> list[_Line]:
    """ "named": those of the courtesies behind which a name may stand; "case": those that are a case."""
    if kind == "assents":
        return [_line(line, {}) for line in _lines(ASSENTS)]
    if kind == "asked":
        told = rf"(?!(?:{_any_of(TELLING)}) ){_bar('|'.join((_numbers(), _any_of(FAULTS + AWARDED))))}"
        stated = rf"{told}(?!(?:{_any_of(STATING)}) ){_bar(_any_of(GRANTED))}"
        bars = {"…": _several(told), "~": _several(stated)}
        return [_line(line, bars) for lines in ASKED.values() for line in _lines(lines)]
    return [
        _line(said, _left_open(language), language)
        for language, lines in SAID.items()
        for line in _lines(lines)
        for said in _spread(line.removeprefix(CASE).removesuffix(","))
        if kind == "said"
        or (kind == "case" and line.startswith(CASE))
        or (kind == "named" and line.endswith(_NAME_FOLLOWS))
    ]


def _line(line: str, slots: Mapping[str, _Part], language: str = "") -> _Line:
    part = _pattern(line, slots)
    return _Line(re.compile(part.pattern, re.IGNORECASE), part.slots, language)


def _spread(line: str) -> list[str]:
    """A line for each choice that holds a slot: what stands in one is looked at only once."""
    choice = _CHOICE_OF_SLOTS.search(line)
    if choice is None:
        return [line]
    return [
        spread
        for one in choice[1].split("|")
        for spread in _spread(line[: choice.start()] + one + line[choice.end() :])
    ]


def _several(bar: str) -> _Part:
    return _Part(rf"(?:(?:{bar}\S+ ){{1,8}})")


def _left_open(language: str) -> dict[str, _Part]:
    """Within a courtesy, what stands in a slot is looked at only where the rest of it fits."""
    named = {_named(name): _Part(_ANY_WORDS, (name,)) for name in OBJECTS.get(language, {})}
    return named | {NAME: _Part(r"((?:\S+ ){0,3}?)", (NAME,))}


@lru_cache
def _objects(language: str, name: str) -> list[_Line]:
    slots = {NAME: _Part(r"((?:\S+ ){0,3}?)", (NAME,)), WORD: _Part(r"(\S+ )", (WORD,))}
    for one, lines in OBJECTS[language].items():
        if one == name:
            break
        slots[_named(one)] = _one_of([_pattern(line, slots) for line in _lines(lines)])
    return [_line(line, slots, language) for line in _lines(OBJECTS[language][name])]


def _named(name: str) -> str:
    return f"<{name}>"


@lru_cache
def _barred(language: str) -> re.Pattern[str]:
    """What no slot may hold."""
    open_words = _any_of(" ".join((FAULTS, *MONTHS_IN_FULL)))
    barred = rf"(?:{_any_of(CLAIMING[language])}) |{_telling()}|(?:{open_words})\b"
    return re.compile(barred, re.IGNORECASE)


def _lines(lines: str) -> list[str]:
    return [line.strip().casefold() for line in lines.splitlines() if line.strip()]


@lru_cache(maxsize=1)
def _telling() -> str:
    """A word of money, of numbers, of days, or of what was done."""
    units = " ".join(unit for unit in UNITS if len(unit) >= SHORTEST_UNIT and unit != "second")
    told = "|".join((_any_of(" ".join((GRANTED, MONEY, DONE, DAYS, units))), _numbers()))
    return rf"(?:(?:{told})\b|(?!(?:{_any_of(NOT_DONE)})\b)\w{{3,}}ed\b)"


def _numbers() -> str:
    return _any_of(" ".join((MULTIPLES, *NUMBER_WORDS)))


def _bar(words: str) -> str:
    return rf"(?!(?:{words})\b)"


def _any_of(words: str) -> str:
    """ "*" is any end of a word, "-" at its beginning any beginning."""
    return "|".join(
        (r"\w*" if word.startswith("-") else "")
        + re.escape(word.strip("-*"))
        + (r"\w*" if word.endswith("*") else "")
        for word in words.casefold().split()
    )


def _pattern(line: str, slots: Mapping[str, _Part]) -> _Part:
    """Every part takes the blank that follows it along."""
    parts = [
        _one_of([_words(one, slots) for one in part[1].split("|")])
        if part[1] is not None
        else _words(part[2], slots)
        for part in _PART.finditer(line)
    ]
    return _row(parts)


def _one_of(parts: list[_Part]) -> _Part:
    return _Part("(?:" + "|".join(part.pattern for part in parts) + ")", _slots_of(parts))


def _words(said: str, slots: Mapping[str, _Part]) -> _Part:
    return _row([slots.get(word) or _Part(_word(word) + " ") for word in said.split()])


def _word(word: str) -> str:
    return re.escape(word.removesuffix(ENDING)) + (r"\w{0,2}" if word.endswith(ENDING) else "")


def _row(parts: list[_Part]) -> _Part:
    return _Part("".join(part.pattern for part in parts), _slots_of(parts))


def _slots_of(parts: list[_Part]) -> tuple[str, ...]:
    return tuple(slot for part in parts for slot in part.slots)
