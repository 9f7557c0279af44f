"""Tell sentences that claim nothing: greetings, thanks, regrets, closings, offers of help, questions. Pure.

Every clause must be one that is said to anybody; what is not certainly one of these needs proof.
"""

import re
from functools import lru_cache

from support.evidence.courtesy_words import ASKED, CLAIMING, SAID, TELLING

LONGEST = 200
QUESTION_MARKS = ("?", "？", "؟")
_DIGIT_OR_ADDRESS = re.compile(r"\d|@|://|www\.|\w\.\w")
_BETWEEN_CLAUSES = re.compile(r"\s*[,;:!?.…–—()]+\s*|\s+-+\s+")
_DECORATION = re.compile(r"[*_~`>#¡¿\"“”„«»]+|[^\w\s,;:!?.…–—()'’-]+")
_PART = re.compile(r"\(([^()]*)\)|(\S+)")


def claims_nothing(sentence: str) -> bool:
    if len(sentence) > LONGEST or _DIGIT_OR_ADDRESS.search(sentence):
        return False
    said = " ".join(_DECORATION.sub(" ", sentence.casefold()).replace("’", "'").split())
    if said.endswith(QUESTION_MARKS) and _asked(said.rstrip("?？؟ ")):
        return True
    clauses = [clause for clause in _BETWEEN_CLAUSES.split(said) if clause.strip(" '-")]
    if len(clauses) > 1 and _is_name(sentence, clauses[-1]):
        clauses.pop()
    return bool(clauses) and all(map(_said, clauses))


def _is_name(sentence: str, clause: str) -> bool:
    """ "Thanks, Carol": one word with a capital behind a courtesy."""
    return clause.isalpha() and clause.capitalize() in sentence and clause not in _every_claiming_word()


@lru_cache(maxsize=1)
def _every_claiming_word() -> frozenset[str]:
    return frozenset(word for words in CLAIMING.values() for word in words.split())


def _said(clause: str) -> bool:
    return any(pattern.fullmatch(clause + " ") for pattern in _patterns("said"))


def _asked(question: str) -> bool:
    words = " ".join(_BETWEEN_CLAUSES.sub(" ", question).split())
    return any(pattern.fullmatch(words + " ") for pattern in _patterns("asked"))


@lru_cache(maxsize=2)
def _patterns(kind: str) -> list[re.Pattern[str]]:
    lists = SAID if kind == "said" else ASKED
    return [
        re.compile(_pattern(line.casefold(), _any_of(CLAIMING[language] if kind == "said" else TELLING)))
        for language, lines in lists.items()
        for line in lines.splitlines()
        if line.strip()
    ]


def _any_of(words: str) -> str:
    return "|".join(map(re.escape, words.casefold().split()))


def _pattern(line: str, claiming: str) -> str:
    """Every part takes the blank that follows it along."""
    return "".join(
        "(?:" + "|".join(_words(one, claiming) for one in part[1].split("|")) + ")"
        if part[1] is not None
        else _words(part[2], claiming)
        for part in _PART.finditer(line)
    )


def _words(said: str, claiming: str) -> str:
    harmless = rf"(?:(?!(?:{claiming}) )\S+ )"
    slots = {"…": harmless + "{1,8}", "_": harmless + "{0,3}"}
    return "".join(slots.get(word, re.escape(word) + " ") for word in said.split())
