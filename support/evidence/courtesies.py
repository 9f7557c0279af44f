"""Tell sentences that claim nothing: greetings, thanks, regrets, closings, offers of help, questions. Pure.

Every clause must be one that is said to anybody; what is not certainly one of these needs proof.
"""

import re
from functools import lru_cache

from support.evidence.courtesy_words import (
    ADDRESSED,
    ANSWERS,
    ASKED,
    ASSENTS,
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
_DECORATION = re.compile(r"[*_~`>#¡¿\"“”„«»]+|[^\w\s,;:!?.…–—()'’-]+")
_PART = re.compile(r"\(([^()]*)\)|(\S+)")
_NAME_FOLLOWS = ("_", ",")
CASE = "if: "
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
    return bool(clauses) and _matches("said", clauses[-1]) and all(map(_said_before_more, clauses))


def opens(head: str) -> bool:
    """Does what stands before a claim say nothing? There, an assent is a manner of speaking, too."""
    said = _plain(head)
    if any(_matches("case", clause) for clause in _clauses(said)):
        return False
    return claims_nothing(head) or _said_before_more(said)


def _plain(sentence: str) -> str:
    plain = _DECORATION.sub(" ", sentence.translate(_WIDE))
    return " ".join(plain.replace("’", "'").replace("ß", "ss").split())


def _clauses(said: str) -> list[str]:
    return [clause for clause in _BETWEEN_CLAUSES.split(said) if clause.strip(" '-")]


def _said_before_more(clause: str) -> bool:
    return _matches("said", clause) or _matches("assents", clause)


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
    found = (pattern.fullmatch(clause + " ") for pattern in _patterns(kind))
    return any(one is not None and all(map(_are_names, filter(None, one.groups()))) for one in found)


@lru_cache
def _patterns(kind: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.IGNORECASE) for pattern in _written(kind)]


def _written(kind: str) -> list[str]:
    """ "named": those of the courtesies behind which a name may stand; "case": those that are a case."""
    if kind == "assents":
        return [_pattern(line, {}) for line in _lines(ASSENTS)]
    if kind == "asked":
        told = rf"(?!(?:{_any_of(TELLING)}) ){_bar(_numbers())}"
        stated = rf"{told}(?!(?:{_any_of(STATING)}) ){_bar(_any_of(GRANTED))}"
        return [
            _pattern(line, {"…": told, "~": stated}) for lines in ASKED.values() for line in _lines(lines)
        ]
    return [
        _pattern(line.removeprefix(CASE).removesuffix(","), _bars(language))
        for language, lines in SAID.items()
        for line in _lines(lines)
        if kind == "said"
        or (kind == "case" and line.startswith(CASE))
        or (kind == "named" and line.endswith(_NAME_FOLLOWS))
    ]


def _bars(language: str) -> dict[str, str]:
    """What no slot may hold; where no words are known that claim something, there are no slots."""
    if language not in CLAIMING:
        return {}
    claiming = rf"(?!(?:{_any_of(CLAIMING[language])}) )"
    return {"…": rf"{claiming}(?!{_telling()}){_bar(_any_of(' '.join((FAULTS, *MONTHS_IN_FULL))))}"}


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


def _pattern(line: str, bars: dict[str, str]) -> str:
    """Every part takes the blank that follows it along."""
    return "".join(
        "(?:" + "|".join(_words(one, bars) for one in part[1].split("|")) + ")"
        if part[1] is not None
        else _words(part[2], bars)
        for part in _PART.finditer(line)
    )


def _words(said: str, bars: dict[str, str]) -> str:
    slots = {slot: rf"(?:(?:{bar}\S+ ){{1,8}})" for slot, bar in bars.items()}
    slots["_"] = r"((?:\S+ ){0,3})"
    return "".join(slots.get(word, re.escape(word) + " ") for word in said.split())
