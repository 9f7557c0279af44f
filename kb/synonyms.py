"""Words that an admin says mean the same: their lines, and where they apply in a question. Pure.

"handy, mobile phone, cell phone" are found for each other; "handy => mobile phone" finds the second for the
first and not the other way. Nothing is stored with passages, so a line takes effect on the next search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.lexemes import Word, is_unspaced, words

ARROW = "=>"
LONGEST_PHRASE = 80
MOST_PHRASES = 30
LONGEST_LINE = 500
# What one question is widened by.
MOST_APPLIED = 40


class BadLine(Exception):
    """A line says no synonyms; the message says what to write."""


@dataclass(frozen=True)
class Rule:
    """Each of `words` also finds `means`; without these, each of the others. Locale "": in all."""

    words: tuple[str, ...]
    means: tuple[str, ...] = ()
    locale: str = ""

    def __str__(self) -> str:
        left, right = ", ".join(self.words), ", ".join(self.means)
        return f"{left} {ARROW} {right}" if right else left

    def instead(self) -> Iterator[tuple[str, str]]:
        """Each phrase with one that is found for it."""
        for word in self.words:
            yield from ((word, other) for other in self.means or self.words if other != word)


@dataclass(frozen=True)
class Applied:
    """Words of a question, and those that are found for them as well."""

    asked: Sequence[Word]
    instead: Sequence[Word]
    written: str


def parse(line: str, locale: str = "") -> Rule:
    """One line of a list."""
    if len(line) > LONGEST_LINE:
        raise BadLine(f"It has {len(line)} characters, and {LONGEST_LINE} is the limit. Split it.")
    left, arrow, right = line.partition(ARROW)
    if ARROW in right:
        raise BadLine(f"There is more than one “{ARROW}”. Write one line for each.")
    first, second = _phrases(left), _phrases(right)
    if not first or (arrow and not second):
        raise BadLine(f"Something is missing beside “{ARROW}”. Write: handy {ARROW} mobile phone")
    if not arrow and len(first) < 2:
        raise BadLine("One word alone means nothing else. Separate words that mean the same by commas.")
    if set(first) & set(second):
        raise BadLine(f"“{next(one for one in first if one in second)}” stands on both sides.")
    return Rule(first, second, locale)


def _phrases(text: str) -> tuple[str, ...]:
    phrases = tuple(dict.fromkeys(filter(None, (" ".join(part.split()) for part in text.split(",")))))
    if len(phrases) > MOST_PHRASES:
        raise BadLine(f"There are {len(phrases)} words, and {MOST_PHRASES} is the limit. Split the line.")
    for phrase in phrases:
        if len(phrase) > LONGEST_PHRASE:
            raise BadLine(f"“{phrase[:30]}…” has more than {LONGEST_PHRASE} characters. Shorten it.")
        if not any(words(phrase, "")):
            raise BadLine(f"“{phrase}” holds no letter and no digit, so nobody searches for it.")
    return phrases


def applied(rules: Sequence[Rule], asked: Sequence[Word], locale: str) -> list[Applied]:
    """What the rules add to a question, whose words are those of a locale."""
    if not rules or not asked:
        return []
    known = _compiled(tuple(rules), locale)
    found: dict[tuple[str, str], Applied] = {}
    keys = [_key(word) for word in asked]
    for start, key in enumerate(keys):
        for phrase, other in known.phrases.get(key, ()):
            if tuple(keys[start : start + len(phrase)]) == phrase:
                found.setdefault((key, other.written), other.of(asked[start : start + len(phrase)]))
    for word in asked:
        for text, of_text, other in known.stretches:
            if text in word.written:
                found.setdefault((text, other.written), other.of([of_text]))
    return list(found.values())[:MOST_APPLIED]


@dataclass(frozen=True)
class Other:
    """A phrase that is found for another one."""

    written: str
    instead: Sequence[Word]

    def of(self, asked: Sequence[Word]) -> Applied:
        return Applied(asked, self.instead, self.written)


@dataclass(frozen=True)
class Compiled:
    """Rules by what they apply to, in the lexemes of a locale."""

    phrases: Mapping[str, Sequence[tuple[tuple[str, ...], Other]]]  # by the first word
    stretches: Sequence[tuple[str, Word, Other]]  # of writing without blanks: they stand inside longer runs


@lru_cache(maxsize=32)
def _compiled(rules: tuple[Rule, ...], locale: str) -> Compiled:
    phrases: dict[str, list[tuple[tuple[str, ...], Other]]] = defaultdict(list)
    stretches: list[tuple[str, Word, Other]] = []
    for asked, other in (pair for rule in rules for pair in rule.instead()):
        own, instead = list(words(asked, locale)), Other(other, list(words(other, locale)))
        if len(own) == 1 and is_unspaced(own[0].written):
            stretches.append((own[0].written, own[0], instead))
        elif own:
            keys = tuple(_key(word) for word in own)
            phrases[keys[0]].append((keys, instead))
    return Compiled(phrases, stretches)


def _key(word: Word) -> str:
    """What a word is known by, in whatever way it is written."""
    return word.whole[0] if word.whole else word.lexemes[-1]
