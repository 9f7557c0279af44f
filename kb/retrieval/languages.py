"""The language of a question: by its script, its common words, or the documents that hold its words."""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping

from kb.lexemes import language_of, words
from kb.models import LexemeCount
from kb.retrieval.common_words import COMMON_WORDS

# Read so far.
LONGEST = 10_000
# How much likelier (in natural logarithms) a language must be than the next: of the short questions of the
# development sets, none more is taken for another language then (docs/evaluation.md).
SURE = 3.0
# What a word counts that no passage of a language holds.
UNSEEN = 0.3


def spoken_language(text: str) -> str:
    """By the script and the common words; "" where these don't tell."""
    if not text.isascii() and (script := _script(text[:LONGEST])):
        return script
    asked = set(text[:LONGEST].casefold().replace("?", " ").replace(",", " ").split())
    found = Counter({language: len(asked & common) for language, common in _COMMON_FORMS.items()})
    (first, most), (_, next_most) = found.most_common(2)
    return first if most > next_most else ""


def _script(text: str) -> str:
    """The language of a text that is mostly written in other letters than Latin ones."""
    letters = [letter for letter in text if letter.isalpha()]
    others = [letter for letter in letters if not unicodedata.name(letter, "LATIN").startswith("LATIN")]
    return _by_script(others) if 2 * len(others) > len(letters) else ""


_COMMON_FORMS = {language: frozenset(words.split()) for language, words in COMMON_WORDS.items()}


def _by_script(letters: list[str]) -> str:
    """The one language of a script that we know by it; "und" (undetermined) stands for all others."""
    names = {unicodedata.name(letter, "").split(" ")[0] for letter in letters}
    if names & {"HIRAGANA", "KATAKANA"}:
        return "ja"
    if "HANGUL" in names:
        return "ko"
    return "zh" if "CJK" in names else "und"


def by_dictionary(text: str, passages: Mapping[str, int]) -> str:
    """The language in whose passages the words are at home, of those that the knowledge base has.

    Of a word that hardly differs between two languages, or that none of them holds, "".
    """
    if len({language_of(locale) for locale in passages} - {""}) < 2:
        return ""
    forms = {locale: [word.lexemes[0] for word in words(text, locale)] for locale in passages if locale}
    counts = _counts(forms)
    known = [
        any(counts.get(one) for one in zip(forms, spelt, strict=True))
        for spelt in zip(*forms.values(), strict=True)
    ]
    likely: dict[str, float] = {}
    for locale, spelt in forms.items():
        held = (
            counts.get((locale, lexeme), 0) for lexeme, is_known in zip(spelt, known, strict=True) if is_known
        )
        told = sum(math.log((number + UNSEEN) / (passages[locale] + 1)) for number in held)
        language = language_of(locale)
        likely[language] = max(told, likely.get(language, -math.inf))
    (first, best), (_, next_best), *_ = sorted(likely.items(), key=lambda item: -item[1])
    return first if best - next_best >= SURE else ""


def _counts(forms: Mapping[str, list[str]]) -> dict[tuple[str, str], int]:
    """In how many passages of each locale each lexeme occurs."""
    wanted = {lexeme for spelt in forms.values() for lexeme in spelt}
    rows = LexemeCount.objects.filter(locale__in=list(forms), lexeme__in=wanted)
    return {
        (locale, lexeme): number
        for locale, lexeme, number in rows.values_list("locale", "lexeme", "passages")
    }
