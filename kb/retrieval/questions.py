"""A question in the words of the knowledge base, and how much each of them tells: the asking side of BM25."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pgvector import SparseVector

from kb.lexemes import language_of
from kb.lexical import frequencies, sparse, stored
from kb.models import LexicalStatistics, Passage
from kb.retrieval import synonyms
from kb.retrieval.corrections import corrections
from kb.retrieval.languages import by_dictionary, spoken_language
from kb.retrieval.reading import BOOSTS, PLAIN, Boosts, Words, read
from kb.retrieval.scope import Scope

__all__ = [
    "BOOSTS",
    "LONGEST_QUESTION",
    "PLAIN",
    "Boosts",
    "Question",
    "Words",
    "look_up",
    "matched",
    "spoken_language",
]

# Candidates are the passages that hold one of so many lexemes, the rarest ones of the question.
TELLING = 12
# A question is read so far; who writes more has said what it is about.
LONGEST_QUESTION = 10_000


@dataclass(frozen=True)
class Question:
    """A question as it is looked up: for each locale that is searched, its words there."""

    language: str  # "": can't be told
    words: Mapping[str, Words]
    # Words that no passage holds, and those that were looked up instead.
    corrected: Mapping[str, str] = field(default_factory=dict)

    def weights(self) -> dict[str, float]:
        """The lexemes that some passage holds, and how much each tells."""
        known: dict[str, float] = {}
        for words in self.words.values():
            for lexeme in words.known:
                known[lexeme] = max(known.get(lexeme, 0.0), words.tell[lexeme])
        return known

    def vector(self) -> SparseVector:
        """Its inner product with a passage's weights is BM25."""
        return sparse(self.weights())

    def telling(self) -> list[str]:
        """The rarest lexemes that it is about; if no passage holds one of these, any."""
        known = self.weights()
        about = known.keys() & {lexeme for words in self.words.values() for lexeme in words.looked_for}
        return sorted(about or known, key=lambda lexeme: (-known[lexeme], lexeme))[:TELLING]


def look_up(
    text: str,
    locale: str,
    searched: Iterable[str] | None,
    *,
    scope: Scope | None = None,
    boosts: Boosts = BOOSTS,
) -> Question:
    """A question asked in `locale` ("": not known) of the documents in the `searched` locales (None: all).

    With a scope, words that nothing in it holds are corrected, by what it holds and nothing else.
    """
    text = text[:LONGEST_QUESTION]
    passages = _passages(searched)
    language = language_of(locale) or spoken_language(text) or by_dictionary(text, passages)
    rules = synonyms.rules(passages, language)
    readings = [read(text, where, language, rules[where], boosts) for where in passages]
    frequency = frequencies(passages, {lexeme for reading in readings for lexeme in reading.wanted()})
    corrected = corrections(readings, frequency, scope) if scope else {}
    for word, correction in corrected.items():
        for reading in readings:
            reading.correct(word, [near for near in correction.near if near.locale == reading.locale])
    total = sum(passages.values())
    return Question(
        language,
        {reading.locale: reading.words(total, frequency) for reading in readings},
        {word: correction.shown for word, correction in corrected.items()},
    )


def _passages(searched: Iterable[str] | None) -> dict[str, int]:
    """The number of passages in each locale that is searched."""
    statistics = LexicalStatistics.objects.filter(passages__gt=0)
    if searched is not None:
        statistics = statistics.filter(locale__in=list(searched))
    return dict(statistics.values_list("locale", "passages"))


def matched(question: Question, passage: Passage) -> list[str]:
    """The words of the question that a passage holds, as they are written in it; what was looked up instead
    of a word, or beside it, as that is written."""
    words = question.words.get(passage.document.locale)
    return words.matched(stored(passage.lexemes)) if words else []
