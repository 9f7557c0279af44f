"""Words that an admin says mean the same: their lines, and where they apply in a question. Pure.

"handy, mobile phone, cell phone" are found for each other; "handy => mobile phone" finds the second for the
first and not the other way. Nothing is stored with passages, so a line takes effect on the next search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kb.lexemes import Word, is_unspaced, words

ARROW = "=>"
LONGEST_PHRASE = 80
MOST_PHRASES = 30
LONGEST_LINE = 500
# Of all lines: reading them again after a change takes a moment.
MOST_WORDS = 30_000
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
    found: dict[tuple[str, str], Applied] = {}
    for key, own, match in _matches(_compiled(tuple(rules), locale), asked, locale):
        for other in match.others():
            if len(found) == MOST_APPLIED:
                return list(found.values())
            if (key, other) not in found:
                found[key, other] = Applied(own, list(words(other, locale)), other)
    return list(found.values())


@dataclass(frozen=True)
class Match:
    """A phrase of a rule."""

    rule: Rule
    written: str

    def others(self) -> Iterator[str]:
        """The phrases that are found for it."""
        return (other for other in self.rule.means or self.rule.words if other != self.written)


class Table:
    """Phrases by what they are made of: their words, or the characters of writing without blanks."""

    def __init__(self) -> None:
        self._matches: dict[tuple[str, ...], list[Match]] = defaultdict(list)
        self._lengths: dict[str, set[int]] = defaultdict(set)  # by what a phrase begins with

    def add(self, phrase: tuple[str, ...], match: Match) -> None:
        self._matches[phrase].append(match)
        self._lengths[phrase[0]].add(len(phrase))

    def within(self, text: Sequence[str]) -> Iterator[tuple[int, tuple[str, ...], list[Match]]]:
        """Where phrases begin in a text, the longest first."""
        for start, first in enumerate(text):
            for length in sorted(self._lengths.get(first, ()), reverse=True):
                phrase = tuple(text[start : start + length])
                if phrase in self._matches:
                    yield start, phrase, self._matches[phrase]


@dataclass(frozen=True)
class Compiled:
    """Rules by what they apply to, in the lexemes of a locale; each phrase once."""

    phrases: Table
    stretches: Table  # of writing without blanks: they stand inside longer runs


def _matches(known: Compiled, asked: Sequence[Word], locale: str) -> Iterator[tuple[str, list[Word], Match]]:
    """What of a question the rules apply to, each once: what it is known by, its words, and the rule's."""
    seen: set[tuple[str, ...]] = set()
    for start, phrase, matches in known.phrases.within([_key(word) for word in asked]):
        if phrase not in seen:
            seen.add(phrase)
            yield from ((phrase[0], list(asked[start : start + len(phrase)]), match) for match in matches)
    seen = set()
    for run in (word.written for word in asked):
        for _, characters, matches in known.stretches.within(run):
            if characters not in seen:
                seen.add(characters)
                text = "".join(characters)
                yield from ((text, list(words(text, locale)), match) for match in matches)


@lru_cache(maxsize=32)
def _compiled(rules: tuple[Rule, ...], locale: str) -> Compiled:
    known = Compiled(Table(), Table())
    for match in (Match(rule, written) for rule in rules for written in rule.words):
        own = list(words(match.written, locale))
        if len(own) == 1 and is_unspaced(own[0].written):
            known.stretches.add(tuple(own[0].written), match)
        elif own:
            known.phrases.add(tuple(_key(word) for word in own), match)
    return known


def _key(word: Word) -> str:
    """What a word is known by, in whatever way it is written."""
    return word.whole[0] if word.whole else word.lexemes[-1]
