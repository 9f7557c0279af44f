"""A question in the words of the knowledge base, and how much each of them tells: the asking side of BM25."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pgvector import SparseVector

from kb.lexemes import language_of, lexemes
from kb.lexical import frequencies, idf, sparse
from kb.models import LexicalStatistics
from kb.retrieval.common_words import COMMON_WORDS

# What a common word ("how", "you") counts, of what its rarity says (docs/evaluation.md).
COMMON = 1 / 3
# Candidates are the passages that hold one of so many lexemes, the rarest ones of the question.
TELLING = 12
# A question is read so far; who writes more has said what it is about.
LONGEST_QUESTION = 10_000


@dataclass(frozen=True)
class Words:
    """A question in the lexemes of one locale."""

    tell: Mapping[str, float]  # how much each tells: its idf, less for common words, repeats counted
    about: frozenset[str]  # those that are no common words
    known: frozenset[str]  # those that some passage holds

    @property
    def total(self) -> float:
        return sum(self.tell.values())

    @property
    def unknown(self) -> float:
        """How much of what it is about no passage mentions, between 0 and 1."""
        wanted = sum(self.tell[lexeme] for lexeme in self.about)
        return sum(self.tell[lexeme] for lexeme in self.about - self.known) / wanted if wanted else 0.0

    def covered(self, found: Iterable[str]) -> float:
        """The share of what it is about that is among these lexemes."""
        return len(self.about.intersection(found)) / len(self.about) if self.about else 0.0


@dataclass(frozen=True)
class Question:
    """A question as it is looked up: for each locale that is searched, its words there."""

    language: str  # "": can't be told
    words: Mapping[str, Words]

    def vector(self) -> SparseVector:
        """Its inner product with a passage's weights is BM25."""
        return sparse(self._known())

    def telling(self) -> list[str]:
        """The rarest lexemes that it is about; if no passage holds one of these, any."""
        known = self._known()
        about = known.keys() & {lexeme for words in self.words.values() for lexeme in words.about}
        return sorted(about or known, key=lambda lexeme: (-known[lexeme], lexeme))[:TELLING]

    def _known(self) -> dict[str, float]:
        known: dict[str, float] = {}
        for words in self.words.values():
            for lexeme in words.known:
                known[lexeme] = max(known.get(lexeme, 0.0), words.tell[lexeme])
        return known


def look_up(text: str, locale: str, searched: Iterable[str] | None) -> Question:
    """A question asked in `locale` ("": not known) of the documents in the `searched` locales (None: all)."""
    statistics = LexicalStatistics.objects.filter(passages__gt=0)
    if searched is not None:
        statistics = statistics.filter(locale__in=list(searched))
    passages = dict(statistics.values_list("locale", "passages"))
    language = language_of(locale) or spoken_language(text)
    forms = {where: Counter(lexemes(text[:LONGEST_QUESTION], where)) for where in passages}
    frequency = frequencies(passages, set().union(*forms.values()))
    total = sum(passages.values())
    words = {where: _words(counts, where, language, total, frequency) for where, counts in forms.items()}
    return Question(language, words)


def _words(
    counts: Counter[str], locale: str, language: str, passages: int, frequency: Mapping[str, int]
) -> Words:
    common = _common(language, locale)
    tell = {
        lexeme: times * idf(passages, frequency.get(lexeme, 0)) * (COMMON if lexeme in common else 1)
        for lexeme, times in counts.items()
    }
    return Words(tell, frozenset(counts.keys() - common), frozenset(counts.keys() & frequency.keys()))


@lru_cache(maxsize=100)
def _common(language: str, locale: str) -> frozenset[str]:
    """The common words of a language, in the form that they take among passages of a locale."""
    return frozenset(lexemes(COMMON_WORDS.get(language, ""), locale))


def spoken_language(text: str) -> str:
    """By the script and the common words; "" where these don't tell."""
    letters = [letter for letter in text[:LONGEST_QUESTION] if letter.isalpha()]
    foreign = [letter for letter in letters if not unicodedata.name(letter, "LATIN").startswith("LATIN")]
    if 2 * len(foreign) > len(letters):
        return _by_script(foreign)
    words = set(text[:LONGEST_QUESTION].casefold().replace("?", " ").replace(",", " ").split())
    found = Counter({language: len(words & common) for language, common in _COMMON_FORMS.items()})
    (first, most), (_, next_most) = found.most_common(2)
    return first if most > next_most else ""


_COMMON_FORMS = {language: frozenset(words.split()) for language, words in COMMON_WORDS.items()}


def _by_script(letters: list[str]) -> str:
    """The one language of a script that we know by it; "und" (undetermined) stands for all others."""
    names = {unicodedata.name(letter, "").split(" ")[0] for letter in letters}
    if names & {"HIRAGANA", "KATAKANA"}:
        return "ja"
    if "HANGUL" in names:
        return "ko"
    return "zh" if "CJK" in names else "und"
