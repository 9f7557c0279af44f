"""What a misspelt word may have been meant to be: words an edit away, the likelier slips first. Pure."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from heapq import nsmallest

# Shorter words have too many neighbours; longer ones may hold two slips.
SHORTEST = 4
TWO_SLIPS = 8
LONGEST = 30
# Words a slip away, the likeliest slips first: all of them in an alphabet; a syllabary has more.
MOST = 4_000
# Two slips are looked for among words that begin or end with the same letters, so many of them.
EDGE = 3
# What the slips cost; any other one costs 1. Letters are swapped, doubled and hit beside their key more often
# than the wrong one is typed, and seldom the first.
SWAPPED = 0.7
DOUBLED = 0.6
NEIGHBOUR = 0.8
VOWEL = 0.8
FIRST = 0.4  # more

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
VOWELS = frozenset("aeiouyäöüàâéèêëíîïóôúáãõ")


@dataclass(frozen=True)
class Near:
    """A lexeme that may stand for a misspelt word."""

    lexeme: str
    locale: str
    passages: int
    written: str = ""  # as the documents write it
    share: float = 1.0  # of what a certain correction would count
    is_half: bool = False  # of a word that was taken for two


def may_be_misspelt(word: str) -> bool:
    """A word of letters of one script, long enough to be known by the rest of them; small letters."""
    return SHORTEST <= len(word) <= LONGEST and word.isalpha() and len(set(map(_script, word))) == 1


def slips_allowed(word: str) -> int:
    return 2 if len(word) >= TWO_SLIPS else 1


def one_slip(word: str) -> dict[str, float]:
    """The words that are one slip away, and what the slip costs; the likeliest first."""
    found: dict[str, float] = {}
    for other, cost, place in _slips(word):
        cost += FIRST if place == 0 else 0
        if other != word and cost < found.get(other, 99):
            found[other] = cost
    return dict(nsmallest(MOST, found.items(), key=lambda slip: (slip[1], slip[0])))


def _slips(word: str) -> Iterator[tuple[str, float, int]]:
    letters = _alphabet(word)
    for place in range(len(word) + 1):
        before, after = word[:place], word[place:]
        around = {before[-1:], after[:1]}
        for letter in letters:  # one was left out
            yield before + letter + after, DOUBLED if letter in around else 1, place
        if not after:
            continue
        yield before + after[1:], DOUBLED if before[-1:] == after[0] else 1, place
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:], SWAPPED, place
        for letter in letters if len(word) > SHORTEST else ():
            yield before + letter + after[1:], _mistaken(after[0], letter), place


def _mistaken(typed: str, meant: str) -> float:
    if meant in _neighbours().get(typed, ""):
        return NEIGHBOUR
    return VOWEL if typed in VOWELS and meant in VOWELS else 1


@lru_cache(maxsize=1)
def _neighbours() -> dict[str, str]:
    """The keys beside each key of a phone: in its row, and in the rows above and below."""
    beside: dict[str, str] = {}
    for number, row in enumerate(KEYBOARD):
        for place, key in enumerate(row):
            near = row[max(place - 1, 0) : place] + row[place + 1 : place + 2]
            above = KEYBOARD[number - 1][place : place + 2] if number else ""
            below = KEYBOARD[number + 1][max(place - 1, 0) : place + 1] if number < 2 else ""
            beside[key] = near + above + below
    return beside


def _alphabet(word: str) -> frozenset[str]:
    """The word's own letters, and those of its script that stand beside most of them."""
    ((block, _),) = Counter(ord(letter) // 128 for letter in word).most_common(1)
    return frozenset(word) | _letters(_script(word[0]), block)


def _script(letter: str) -> str:
    """ "LATIN", "CYRILLIC"."""
    return unicodedata.name(letter, "").split(" ")[0]


@lru_cache(maxsize=64)
def _letters(script: str, block: int) -> frozenset[str]:
    if script == "LATIN":
        return frozenset("abcdefghijklmnopqrstuvwxyz")
    letters = (chr(code) for code in range(block * 128, block * 128 + 128))
    return frozenset(
        letter
        for letter in letters
        if unicodedata.category(letter) in ("Ll", "Lo", "Mn", "Mc")
        and letter.casefold() == letter
        and _script(letter) == script
    )


def distance(one: str, other: str, most: int) -> int:
    """Letters left out, added, mistaken, or swapped with the next; `most` + 1 where there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        two_before, before, row = before, row, [i]
        for j, wanted in enumerate(other, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def splits(word: str, shortest: int = 2) -> Iterator[tuple[str, str]]:
    """The word as two, the most even first; between them may stand what joins the parts of a compound."""
    places = range(shortest, len(word) - shortest + 1)
    for place in sorted(places, key=lambda place: abs(2 * place - len(word))):
        first, second = word[:place], word[place:]
        yield first, second
        for joint in JOINTS:
            if first.endswith(joint) and len(first) - len(joint) >= LONG_PART:
                yield first.removesuffix(joint), second


# German, Dutch and the Nordic languages: "Versicherung-s-nummer".
JOINTS = ("s", "es", "n", "en", "e", "er")
LONG_PART = 4
