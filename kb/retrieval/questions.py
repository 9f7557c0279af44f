"""A question in the words of the knowledge base, and how much each of them tells: the asking side of BM25."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from pgvector import SparseVector

from kb.lexemes import language_of
from kb.lexical import Count, sparse, stored
from kb.models import Passage
from kb.retrieval import synonyms
from kb.retrieval.corrections import corrections, doubtful
from kb.retrieval.dictionary import held
from kb.retrieval.languages import by_dictionary, spoken_language
from kb.retrieval.moment import Moment, moment
from kb.retrieval.reading import BOOSTS, PLAIN, Boosts, Reading, Words, read
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

# A question is read so far; who writes more has said what it is about.
LONGEST_QUESTION = 10_000


@dataclass(frozen=True)
class Question:
    """A question as it is looked up: for each locale that is searched, its words there."""

    language: str  # "": can't be told
    words: Mapping[str, Words]
    # Words that no passage holds, and those that were looked up instead.
    corrected: Mapping[str, str] = field(default_factory=dict)
    # Of the lexemes that some passage holds.
    counts: Mapping[str, Count] = field(default_factory=dict)
    share: float = 1.0  # of all passages, those in the locales that are searched

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


def look_up(
    text: str,
    locale: str,
    searched: Iterable[str] | None,
    *,
    scope: Scope | None = None,
    boosts: Boosts = BOOSTS,
    now: Moment | None = None,
) -> Question:
    """A question asked in `locale` ("": not known) of the documents in the `searched` locales (None: all).

    With a scope, words that nothing in it holds are corrected, by what it holds and nothing else.
    """
    text, now = text[:LONGEST_QUESTION], now or moment()
    passages = _passages(now, searched)
    language = language_of(locale) or spoken_language(text) or by_dictionary(text, passages)
    rules = synonyms.rules(now.synonyms, passages, language)
    readings = list(_readings(text, language, rules, boosts))
    doubted = doubtful(readings) if scope else {}
    wanted = {lexeme for reading in readings for lexeme in reading.wanted()}
    there = held(passages, wanted, scope, {lexeme for lexemes in doubted.values() for lexeme in lexemes})
    frequency = {lexeme: count.passages for lexeme, count in there.counts.items()}
    corrected = corrections(readings, doubted, there.seen, frequency, scope) if scope else {}
    for word, correction in corrected.items():
        for reading in readings:
            reading.correct(word, [near for near in correction.near if near.locale == reading.locale])
    total, everywhere = sum(passages.values()), sum(now.passages.values())
    instead = {near.lexeme for correction in corrected.values() for near in correction.near}
    return Question(
        language,
        {reading.locale: reading.words(total, frequency) for reading in readings},
        {word: correction.shown for word, correction in corrected.items()},
        there.counts | (held(passages, instead).counts if instead else {}),
        total / max(everywhere, 1),
    )


def _passages(now: Moment, searched: Iterable[str] | None) -> dict[str, int]:
    """The number of passages in each locale that is searched."""
    if searched is None:
        return dict(now.passages)
    among = set(searched)
    return {locale: passages for locale, passages in now.passages.items() if locale in among}


def _readings(text: str, language: str, rules: synonyms.Rules, boosts: Boosts) -> Iterator[Reading]:
    """For each locale; those of one language read a question alike."""
    known: dict[str, Reading] = {}
    for locale in rules:
        if (spoken := language_of(locale)) not in known:
            known[spoken] = read(text, locale, language, rules[locale], boosts)
        yield replace(known[spoken], locale=locale, terms=dict(known[spoken].terms))


def matched(question: Question, passage: Passage) -> list[str]:
    """The words of the question that a passage holds, as they are written in it; what was looked up instead
    of a word, or beside it, as that is written."""
    words = question.words.get(passage.document.locale)
    return words.matched(stored(passage.lexemes)) if words else []
