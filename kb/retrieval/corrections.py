"""What stands in the documents instead of a word that they don't hold: misspelt, or written as two.

The dictionary is that of the lexemes, which knows no audience. So a word counts as held only if the searcher
may see a passage with it, and what takes its place comes from such passages and is the more frequent among
them: nobody learns from a correction what stands in a document that they may not read. Words that the local
embedding model knows whole are spelt right, whether the documents hold them or not.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

from django.db.models import BooleanField, F, Func, Value

from kb.lexemes import stem, stems, words
from kb.misspellings import (
    EDGE,
    Near,
    distance,
    may_be_misspelt,
    one_slip,
    slips_allowed,
    splits,
)
from kb.retrieval.common_words import COMMON_WORDS
from kb.retrieval.reading import Reading
from kb.retrieval.scope import Scope
from kb.retrieval.statements import rows
from llm.embed import LocalEmbedder

# So many words of a question, the first ones, and so many guesses for each.
MOST_WORDS = 8
GUESSES = 3
# Words a slip away that are looked up for one question, in all locales together; the likeliest of each word.
MOST_LOOKED_UP = 20_000
# Corrections of a word whose passages are counted, the nearest ones; and how far each is counted.
FINALISTS, COUNTED_TO = 20, 300
# Of two corrections that are as near, the more frequent: by so much for e times the passages.
FREQUENT = 0.1
# A slip that costs no more may have made a common word into this one.
LIKELY = 0.8
# Between a word and what is found instead, in the form in which that is written.
MOST_SLIPS = 2
# What two slips count of one.
LESS_SURE = 0.9
# The shortest half of a word that may be two.
SHORTEST_PART = 3

COMMON_EVERYWHERE = frozenset(word for listed in COMMON_WORDS.values() for word in listed.split())


@dataclass(frozen=True)
class Correction:
    """What is looked up instead of a word."""

    near: Sequence[Near]
    shown: str


def doubtful(readings: Iterable[Reading]) -> dict[str, set[str]]:
    """Words that may be misspelt, in small letters, with their lexemes in all locales."""
    asked: dict[str, set[str]] = {}
    for reading in readings:
        for word, lexeme in reading.plain().items():
            if _may_be_wrong(word):
                asked.setdefault(word, set()).add(lexeme)
    return asked


def corrections(
    readings: Collection[Reading],
    doubted: Mapping[str, Collection[str]],
    held: Collection[str],
    frequency: dict[str, int],
    scope: Scope,
) -> dict[str, Correction]:
    """For the doubtful words of which no lexeme is held by what is seen; their lexemes leave `frequency`."""
    missing = [word for word, lexemes in doubted.items() if not any(one in held for one in lexemes)]
    for word in missing:
        for lexeme in doubted[word]:
            frequency.pop(lexeme, None)
    found = _instead(missing[:MOST_WORDS], [reading.locale for reading in readings], scope)
    frequency.update({near.lexeme: near.passages for one in found.values() for near in one.near})
    return found


@lru_cache(maxsize=10_000)
def _may_be_wrong(word: str) -> bool:
    """Neither a common word nor one that the local model knows whole instead of by its pieces."""
    return may_be_misspelt(word) and word not in COMMON_EVERYWHERE and not LocalEmbedder().knows(word)


# A lexeme of a locale.
Place = tuple[str, str]


def _seen(lexemes: Iterable[str], locales: Iterable[str], scope: Scope) -> dict[Place, int]:
    """Those that the searcher may see, and in how many passages they are, for whomever. Letters only."""
    seen, selecting = scope.seen()
    asked = [*selecting, list(locales), list(lexemes)]
    told = rows(SEEN.format(holding=HOLDING.format(seen=seen)), asked)
    return {(locale, lexeme): number for locale, lexeme, number, is_seen in told if is_seen}


def _counted(places: Collection[Place], scope: Scope) -> dict[Place, int]:
    """In how many passages that the searcher may see, as far as it makes a difference."""
    locales, lexemes = {locale for locale, _ in places}, {lexeme for _, lexeme in places}
    seen, selecting = scope.seen()
    asked = [*selecting, COUNTED_TO, list(locales), list(lexemes)]
    told = rows(COUNTED.format(holding=HOLDING.format(seen=seen)), asked)
    return {(locale, lexeme): number for locale, lexeme, number in told}


# The passages that hold a row's lexeme. Thousands of words are asked for: as arrays, which are written fast.
HOLDING = """
    SELECT kept.id
    FROM kb_passage AS kept JOIN kb_document AS own ON own.id = kept.document_id
    WHERE kept.lexemes @@ ('''' || one.lexeme || '''')::tsquery
    AND own.locale = one.locale AND own.id IN ({seen})
"""
# Not a condition: each lexeme is looked up by itself, in the index.
SEEN = """
    SELECT one.locale, one.lexeme, one.passages, EXISTS ({holding})
    FROM kb_lexemecount AS one WHERE one.locale = ANY(%s::text[]) AND one.lexeme = ANY(%s::text[])
"""
COUNTED = """
    SELECT one.locale, one.lexeme, cardinality(ARRAY({holding} LIMIT %s))
    FROM kb_lexemecount AS one WHERE one.locale = ANY(%s::text[]) AND one.lexeme = ANY(%s::text[])
"""


class _Holds(Func):
    """Does a tsvector hold a lexeme, which is given in quotes?"""

    template = "(%(expressions)s::tsquery)"
    arg_joiner = " @@ "
    output_field = BooleanField()


def _instead(asked: Sequence[str], locales: Sequence[str], scope: Scope) -> dict[str, Correction]:
    """What the searcher may see instead of each word: a slip away, two words in one, or two slips away."""
    near_words = {word: one_slip(word) for word in asked}
    missing = [word for word in asked if not _is_nearly_common(near_words[word])]
    slips = _one_slip({word: near_words[word] for word in missing}, locales)
    halves = {word: _halves(word, locales) for word in missing}
    wanted = {lexeme for found in slips.values() for _, lexeme in found}
    wanted |= {lexeme for found in halves.values() for half in found for _, lexeme in half}
    seen = _seen(wanted, locales, scope) if wanted else {}
    chosen = {word: _best(slips[word], seen, scope) or _both(halves[word], seen) for word in missing}
    for word in (word for word, near in chosen.items() if not near):
        costs = _two_slips(word, locales)
        near = _best(costs, _seen({lexeme for _, lexeme in costs}, locales, scope), scope) if costs else []
        chosen[word] = [replace(one, share=one.share * LESS_SURE) for one in near]
    corrected = {word: _correction(word, near, scope) for word, near in chosen.items()}
    return {word: correction for word, correction in corrected.items() if correction.near}


def _is_nearly_common(slips: Mapping[str, float]) -> bool:
    """ "coudl": what it was meant to be tells nothing."""
    return any(slips[common] <= LIKELY for common in COMMON_EVERYWHERE & slips.keys())


def _one_slip(
    slips: Mapping[str, Mapping[str, float]], locales: Collection[str]
) -> dict[str, dict[Place, float]]:
    """For each word, what may stand in the dictionary of each locale, and what the slip costs."""
    each = MOST_LOOKED_UP // max(len(slips) * len(locales), 1)
    return {word: _places(dict(islice(costs.items(), each)), locales) for word, costs in slips.items()}


def _places(slips: Mapping[str, float], locales: Iterable[str]) -> dict[Place, float]:
    costs: dict[Place, float] = {}
    for locale in locales:
        for lexeme, cost in zip(stems(slips, locale), slips.values(), strict=True):
            costs[locale, lexeme] = min(cost, costs.get((locale, lexeme), cost))
    return costs


def _best(costs: Mapping[Place, float], seen: Mapping[Place, int], scope: Scope) -> list[Near]:
    """The likeliest words first; a word of several locales counts once, and stands in each."""
    nearest = sorted(costs.keys() & seen.keys(), key=lambda one: (costs[one], one))
    finalists = set(list(dict.fromkeys(lexeme for _, lexeme in nearest))[:FINALISTS])
    running = [one for one in nearest if one[1] in finalists]
    held = _counted(running, scope) if running else {}
    ranked = sorted(
        running, key=lambda one: (costs[one] - FREQUENT * math.log(max(held.get(one, 0), 1)), one)
    )
    lexemes = list(dict.fromkeys(lexeme for _, lexeme in ranked))[:GUESSES]
    return [
        Near(lexeme, locale, seen[locale, lexeme], share=1 / (lexemes.index(lexeme) + 1))
        for locale, lexeme in ranked
        if lexeme in lexemes
    ]


def _halves(word: str, locales: Iterable[str]) -> list[tuple[Place, Place]]:
    """The word as two, the most even first."""
    return [
        ((locale, stem(first, locale)), (locale, stem(second, locale)))
        for locale in locales
        for first, second in splits(word, SHORTEST_PART)
        if first not in COMMON_EVERYWHERE  # "anyways"
    ]


def _both(halves: Iterable[tuple[Place, Place]], seen: Mapping[Place, int]) -> list[Near]:
    """The first two words that are both there: "Rückgabe" and "Frist" of "Rückgabefrist"."""
    for half in halves:
        if all(place in seen for place in half):
            places = dict.fromkeys(half)
            return [Near(lexeme, where, seen[where, lexeme], is_half=True) for where, lexeme in places]
    return []


def _two_slips(word: str, locales: Iterable[str]) -> dict[Place, float]:
    """Of long words, among those that begin or end alike."""
    costs: dict[Place, float] = {}
    for locale in locales if slips_allowed(word) > 1 else ():
        meant = stem(word, locale)
        for lexeme in _alike(meant, locale) if len(meant) >= 2 * EDGE else ():
            slips = distance(meant, lexeme, 2)
            if slips <= 2 and lexeme.isalpha():
                costs[locale, lexeme] = slips
    return costs


def _alike(lexeme: str, locale: str) -> Iterable[str]:
    """Of the same first or last letters, about the same length, and hardly any other letters."""
    shortest, longest = len(lexeme) - 2, len(lexeme) + 2
    asked = [locale, lexeme[:EDGE], lexeme[-EDGE:], lexeme[0], shortest, longest, lexeme]
    return [other for (other,) in rows(ALIKE, asked)]


# Each letter of theirs that the word doesn't have is a slip.
ALIKE = f"""
    SELECT lexeme FROM kb_lexemecount
    WHERE locale = %s
    AND (left(lexeme, {EDGE}) = %s OR (right(lexeme, {EDGE}) = %s AND starts_with(lexeme, %s)))
    AND length(lexeme) BETWEEN %s AND %s AND length(translate(lexeme, %s, '')) <= 2
"""


def _correction(word: str, near: Iterable[Near], scope: Scope) -> Correction:
    """As the documents write it; the likeliest is shown."""
    spelt = [replace(one, written=_as_written(word, one, scope)) for one in near]
    seen = [one for one in spelt if one.written and (one.is_half or _is_like(word, one.written.casefold()))]
    best = {one.written.casefold(): one.written for one in reversed(seen) if one.share == seen[0].share}
    return Correction(seen, " ".join(reversed(best.values())))


def _is_like(asked: str, written: str) -> bool:
    """Words may share a stem after a slip and be far apart: "currencies", "current"."""
    return distance(asked, written, MOST_SLIPS) <= MOST_SLIPS or asked.startswith(written)


def _as_written(asked: str, near: Near, scope: Scope) -> str:
    """In a passage that the searcher may see, in the form that is nearest to what was asked; "": in none."""
    holding = scope.passages().filter(
        _Holds(F("lexemes"), Value(f"'{near.lexeme}'")), document__locale=near.locale
    )
    passage = holding.select_related("document").defer("weights", "lexemes").order_by().first()
    if passage is None:
        return ""
    text = passage.indexed_text()
    forms = {word.written for word in words(text, near.locale) if word.lexemes == (near.lexeme,)}
    return min(
        forms,
        key=lambda form: (distance(asked, form.casefold(), 9), form.lower() != form, form),
        default=near.lexeme,
    )
