"""A question as it reads among the documents of one locale: its words, what stands for them, what each tells.

Pure. What a question is about counts by its rarity; common words less, identifiers more, and what stands for
a word (its correction, a synonym, another way to write it) less than the word itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kb.identifiers import EXACTLY, is_identifier
from kb.lexemes import LONGEST_LEXEME, RUN, Word, is_unspaced, lexemes, stem, words
from kb.lexical import idf
from kb.misspellings import Near
from kb.retrieval.common_words import COMMON_WORDS
from kb.synonyms import Applied, Rule, applied


@dataclass(frozen=True)
class Boosts:
    """What a lexeme of a question counts, of what its rarity says."""

    common: float  # a word that questions have without being about it: "how", "you"
    identifier: float  # an identifier as a whole, in any of its spellings
    exact: float  # as it is spelt, beyond that
    part: float  # a part of an identifier
    character: float  # one of a run of several (Chinese, Korean), whose pairs tell more
    joined: float  # two words that are one elsewhere: "log in", "login"
    corrected: float  # the likeliest correction of a misspelt word
    synonym: float


# Chosen by nDCG@10 over the development sets, and so that an identifier's passage comes before those that
# hold the other words of the question (docs/evaluation.md).
BOOSTS = Boosts(
    common=1 / 3, identifier=2.5, exact=0.5, part=0.5, character=0.2, joined=0.5, corrected=0.8, synonym=0.8
)
# BM25 as books have it: every lexeme of the question by its rarity, and no other one.
PLAIN = Boosts(common=1, identifier=1, exact=1, part=1, character=1, joined=0, corrected=0, synonym=0)

# Lexemes that are added to those of the question.
MOST_ADDED = 60
# So many neighbours may be one word elsewhere.
JOINED_AT_MOST = 3
SHORTEST_JOINED = 5
BETWEEN = re.compile(r"\d+|[^\W\d_]+")
SIGNS = re.compile(r"[\W_]")


@dataclass(frozen=True)
class Words:
    """A question in the lexemes of one locale."""

    tell: Mapping[str, float]  # how much each tells: its idf, less for common words, repeats counted
    about: frozenset[str]  # those that are no common words
    known: frozenset[str]  # those that some passage holds
    # What stands beside the question's own words: other spellings, synonyms, second guesses.
    added: frozenset[str] = frozenset()
    # The word that each came from: the question's own, a correction, a synonym, as it is written.
    written: Mapping[str, str] = field(default_factory=dict)
    runs: Sequence[str] = ()  # without blanks, in which pairs of characters are found

    @property
    def total(self) -> float:
        return sum(self.tell[lexeme] for lexeme in self.tell.keys() - self.added)

    @property
    def unknown(self) -> float:
        """How much of what it is about no passage mentions, between 0 and 1."""
        wanted = sum(self.tell[lexeme] for lexeme in self.about)
        return sum(self.tell[lexeme] for lexeme in self.about - self.known) / wanted if wanted else 0.0

    @property
    def looked_for(self) -> frozenset[str]:
        return self.about | self.added

    def covered(self, found: Iterable[str]) -> float:
        """The share of what it is about that is among these lexemes."""
        return len(self.about.intersection(found)) / len(self.about) if self.about else 0.0

    def matched(self, found: Iterable[str]) -> list[str]:
        """In the order of the question, each once; of runs without blanks the stretches that were found."""
        held = self.looked_for.intersection(found)
        spelt = [self.written[lexeme] for lexeme in self.tell if lexeme in held and lexeme in self.written]
        return list(dict.fromkeys([*spelt, *(part for run in self.runs for part in _stretches(run, held))]))


def _stretches(run: str, held: frozenset[str]) -> list[str]:
    """The parts of a run whose pairs of characters are all among these."""
    pairs = [run[start : start + 2].casefold() in held for start in range(len(run) - 1)]
    found, start = [], None
    for place, is_held in enumerate([*pairs, False]):
        if is_held and start is None:
            start = place
        elif not is_held and start is not None:
            found.append(run[start : place + 1])
            start = None
    return found


@dataclass
class Term:
    """A lexeme that is looked up: how often it is asked, what it counts, and where it came from."""

    written: str
    factor: float
    times: int = 1
    is_about: bool = True
    is_added: bool = False
    unless: Collection[str] = ()  # only where none of these is known
    unless_all: Collection[str] = ()  # only where one of these isn't known

    def has_place(self, known: Collection[str]) -> bool:
        all_known = bool(self.unless_all) and all(lexeme in known for lexeme in self.unless_all)
        return not (all_known or any(lexeme in known for lexeme in self.unless))


@dataclass(frozen=True)
class Reading:
    """A question among the documents of a locale, while it is being looked up."""

    locale: str
    asked: Sequence[Word]
    common: frozenset[str]
    boosts: Boosts = BOOSTS
    terms: dict[str, Term] = field(default_factory=dict)
    synonyms: Sequence[Applied] = ()

    def wanted(self) -> set[str]:
        """Every lexeme whose frequency must be known."""
        return set(self.terms).union(*(word.lexemes for one in self.synonyms for word in one.instead))

    def plain(self) -> dict[str, str]:
        """The words that may be misspelt, in small letters, with their lexemes."""
        return {
            word.written.casefold(): word.lexemes[0]
            for word in self.asked
            if len(word.lexemes) == 1 and not word.whole and word.lexemes[0] not in self.common
        }

    def correct(self, word: str, near: Sequence[Near]) -> None:
        """What the documents hold takes the place of a word that they don't hold."""
        replaced = self.terms.pop(self.plain().get(word, ""), None) if near else None
        for one in near:
            term = Term(
                one.written,
                self.boosts.corrected * one.share,
                is_added=one.share < 1,
                is_about=one.share == 1,
            )
            term.times = replaced.times if replaced else 1
            self.terms.setdefault(one.lexeme, term)

    def words(self, passages: int, frequency: Mapping[str, int]) -> Words:
        tell = {
            lexeme: term.times * term.factor * idf(passages, frequency.get(lexeme, 0))
            for lexeme, term in self.terms.items()
            if not term.is_added or (lexeme in frequency and term.has_place(frequency))
        }
        terms = dict(self.terms)
        for lexeme, (weight, term) in self._instead(tell, passages, frequency).items():
            tell[lexeme], terms[lexeme] = weight, term
        return Words(
            tell,
            frozenset(lexeme for lexeme in tell if terms[lexeme].is_about),
            frozenset(tell.keys() & frequency.keys()),
            frozenset(lexeme for lexeme in tell if terms[lexeme].is_added),
            {lexeme: terms[lexeme].written for lexeme in tell if terms[lexeme].written},
            [word.written for word in self.asked if is_unspaced(word.written)],
        )

    def _instead(
        self, tell: Mapping[str, float], passages: int, frequency: Mapping[str, int]
    ) -> dict[str, tuple[float, Term]]:
        """The lexemes of the synonyms. A phrase of several words counts no more than what it stands for."""
        found: dict[str, tuple[float, Term]] = {}
        for one in self.synonyms:
            for_all = sum(max(tell.get(lexeme, 0.0) for lexeme in word.lexemes) for word in one.asked)
            lexemes = {lexeme for word in one.instead for lexeme in word.lexemes} & frequency.keys()
            told = {lexeme: idf(passages, frequency[lexeme]) for lexeme in lexemes - tell.keys()}
            share = min(1.0, for_all / sum(told.values())) if told else 0.0
            for lexeme, weight in told.items():
                term = Term(one.written, self.boosts.synonym, is_about=False, is_added=True)
                found.setdefault(lexeme, (self.boosts.synonym * share * weight, term))
        return dict(list(found.items())[:MOST_ADDED])


def read(
    text: str, locale: str, language: str, rules: Sequence[Rule] = (), boosts: Boosts = BOOSTS
) -> Reading:
    asked = list(words(text, locale))
    common = common_lexemes(language, locale)
    reading = Reading(locale, asked, common, boosts, {}, applied(rules, asked, locale))
    for word in asked:
        for lexeme in word.lexemes:
            _ask(reading, word, lexeme)
    for lexeme, term in (*_joined(reading), *_parted(reading)) if boosts.joined else ():
        if len(reading.terms) < len(asked) * 3 + MOST_ADDED:
            reading.terms.setdefault(lexeme, term)
    return reading


@lru_cache(maxsize=100)
def common_lexemes(language: str, locale: str) -> frozenset[str]:
    """The common words of a language, in the form that they take among passages of a locale."""
    return frozenset(lexemes(COMMON_WORDS.get(language, ""), locale))


def _ask(reading: Reading, word: Word, lexeme: str) -> None:
    is_common = lexeme in reading.common and not word.whole
    is_run = is_unspaced(word.written)
    is_character = is_run and len(lexeme) == 1 < len(word.written)
    factor = _factor(reading.boosts, word, lexeme)
    factor *= reading.boosts.common if is_common else reading.boosts.character if is_character else 1
    is_about = not (is_common or is_character or lexeme.startswith(EXACTLY))
    written = "" if is_run and len(word.written) > 1 else _written(word, lexeme)
    term = reading.terms.setdefault(lexeme, Term(written, factor, times=0, is_about=is_about))
    term.times += 1
    term.factor = max(term.factor, factor)
    term.is_about |= is_about


def _factor(boosts: Boosts, word: Word, lexeme: str) -> float:
    if lexeme in word.whole:
        return boosts.exact if lexeme.startswith(EXACTLY) else boosts.identifier
    return boosts.part if word.whole else 1.0


def _written(word: Word, lexeme: str) -> str:
    """Of a part of an identifier, the part."""
    return lexeme if word.whole and lexeme not in word.whole else word.written


def _joined(reading: Reading) -> Iterator[tuple[str, Term]]:
    """Neighbours may be one word elsewhere: "log in", "E 11", "10-10 EZ"."""
    boosts = reading.boosts
    bare = [SIGNS.sub("", word.written).casefold() for word in reading.asked]
    for size in range(2, JOINED_AT_MOST + 1):
        for start in range(len(bare) - size + 1):
            joined, neighbours = "".join(bare[start : start + size]), reading.asked[start : start + size]
            if is_identifier(joined):
                written = " ".join(word.written for word in neighbours)
                yield joined[:LONGEST_LEXEME], _beside(written, boosts.identifier)
            elif size == 2 and _may_be_one(reading, neighbours[0], joined):
                written = " ".join(word.written for word in neighbours)
                yield stem(joined, reading.locale), _one_of_two(reading, neighbours, written)


def _one_of_two(reading: Reading, neighbours: Sequence[Word], written: str) -> Term:
    """Two words that both tell something, and are there, need no other form; "log in" does."""
    tells = reading.common.isdisjoint(neighbours[1].lexemes)
    term = _beside(written, reading.boosts.joined)
    term.unless_all = [word.lexemes[-1] for word in neighbours] if tells else []
    return term


def _may_be_one(reading: Reading, first: Word, joined: str) -> bool:
    if reading.common.intersection(first.lexemes) or RUN.search(joined):
        return False
    return SHORTEST_JOINED <= len(joined) < LONGEST_LEXEME and joined.isalpha()


def _parted(reading: Reading) -> Iterator[tuple[str, Term]]:
    """What is written as one may be two elsewhere: "City3", "model500"."""
    for word in reading.asked:
        parts = BETWEEN.findall(word.written)
        if word.whole and word.written.isalnum() and 1 < len(parts) <= JOINED_AT_MOST:
            for part in parts:
                yield stem(part.casefold(), reading.locale), _beside(part, reading.boosts.part, word.whole)


def _beside(written: str, factor: float, unless: Collection[str] = ()) -> Term:
    return Term(written, factor, is_about=False, is_added=True, unless=unless)
