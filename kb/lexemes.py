"""The words of a text in the form in which they are compared: one for passages and questions. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import Stemmer

from kb.identifiers import EXACTLY, is_identifier, is_label, phone_numbers, spellings

# Documents of unknown language are stemmed like this: without, English loses a lot, the others gain nothing.
UNKNOWN = "english"
LONGEST_LEXEME = 100
LONGEST_KNOWN = 40

STEMMED = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english",
    "es": "spanish", "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish",
    "hi": "hindi", "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian",
    "lt": "lithuanian", "nb": "norwegian", "ne": "nepali", "nl": "dutch", "nn": "norwegian",
    "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian", "ru": "russian",
    "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip


# Written without blanks between words: compared by pairs of characters.
# Thai, Lao, Burmese, Hangul, Khmer, kana, Han.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Of these a single character is a word, or the word before a particle: Han, Hangul.
SYLLABLE = re.compile(
    "[\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)


def _marks() -> str:
    """Vowel signs and accents that stand on their own; Python's \\w leaves them out."""
    return "".join(chr(code) for code in range(0x10000) if unicodedata.category(chr(code))[0] == "M")


RUN = re.compile(f"[{UNSPACED}]")
LETTER = rf"(?:(?![{UNSPACED}])[\w{_marks()}])"
# Words with what may stand inside: an apostrophe, or the signs of "e-17", "v2.1.3", "name@host", "user_id".
WORD = re.compile(rf"[{UNSPACED}]+|{LETTER}+(?:['.@_+&-]+{LETTER}+)*")
# The same where all is ASCII, without a look at each letter's script.
ASCII_WORD = re.compile(r"\w+(?:['.@_+&-]+\w+)*")
JOINT = re.compile(r"[.@_+&-]+")
JOINT_LEFT_OUT = re.compile(r"[_&+-]")
NUMBERED = re.compile(r"[\d@]")
ACCENTS = re.compile("[\u0300-\u036f]")
# One spelling for what looks the same: apostrophes, hyphens; without what can't be seen.
ALIKE = str.maketrans(
    {"\x00": " ", "’": "'", "\u2010": "-", "\u2011": "-", "\u2212": "-", "\u00ad": "", "\u2060": ""}
)


@dataclass(frozen=True)
class Word:
    """A word of a text and what it is compared by."""

    written: str  # in its own capitals
    lexemes: tuple[str, ...]
    whole: tuple[str, ...] = ()  # of an identifier: those lexemes that stand for all of it
    at: int = 0  # where it begins in the text after normalisation


def lexemes(text: str, locale: str) -> list[str]:
    """The words of a text in order, repeats included, in the form in which they are compared."""
    # What `words` gives, without a Word for each: an import spends a good part of its time here.
    language = language_of(locale) if locale else ""
    found: list[str] = []
    for written, _, whole in _spelt(text):
        if whole:
            found.append(whole)
        else:
            found += _known(written)(written, language)[0]
    return found


def words(text: str, locale: str) -> Iterator[Word]:
    """By word, each with a lexeme; after the words the telephone numbers, whose groups are words as well."""
    for written, at, whole in _spelt(text):
        yield Word(written, (whole,), (whole,), at) if whole else _word(written, locale, at)


@lru_cache(maxsize=8)
def _spelt(text: str) -> Sequence[tuple[str, int, str]]:
    """Each word, where it begins, and the one lexeme of what is compared as a whole whatever the language.

    A question is read once for each language of the documents.
    """
    normal = normalised(text)
    spelt: list[tuple[str, int, str]] = []
    before: re.Match[str] | None = None
    for found in (ASCII_WORD if normal.isascii() else WORD).finditer(normal):
        word = found[0]
        first = word[0]
        if before and first.isdigit() and is_label(before[0], normal[before.end() : found.start()], word):
            joined = (before[0] + word).casefold()[:LONGEST_LEXEME]
            spelt.append((f"{before[0]} {word}", before.start(), joined))
        before = found
        if first != "_" or not JOINT.fullmatch(word):  # "____", where something is to be filled in
            spelt.append((word, found.start(), ""))
    return [*spelt, *((written, at, digits) for written, digits, at in phone_numbers(normal))]


def normalised(text: str) -> str:
    """In one spelling for what looks the same; its words are those of the text."""
    return unicodedata.normalize("NFKC", text.translate(ALIKE))


def stem(word: str, locale: str) -> str:
    """The lexeme of one plain word in small letters."""
    return _stem(word, _stemmer(locale))[:LONGEST_LEXEME]


def stems(plain: Iterable[str], locale: str) -> list[str]:
    """Those of many, all at once but what holds more than letters."""
    stemmer, known = _stemmer(locale), list(plain)
    return [
        (_bare(stemmed, word) if stemmed.isalpha() else _stem(word, stemmer))[:LONGEST_LEXEME]
        for word, stemmed in zip(known, stemmer.stemWords(known) if stemmer else known, strict=True)
    ]


@lru_cache(maxsize=1_000)
def language_of(locale: str) -> str:
    """ "pt" of "pt-BR"."""
    return re.split("[-_]", locale.lower())[0]


def _stemmer(locale: str) -> Stemmer.Stemmer | None:
    """A new one each time: they must not be shared by threads, and cost nothing to make."""
    language = STEMMED.get(language_of(locale)) if locale else UNKNOWN
    return Stemmer.Stemmer(language) if language else None


def is_unspaced(word: str) -> bool:
    """Is it of a writing without blanks between words?"""
    return bool(RUN.match(word))


def _word(written: str, locale: str, at: int) -> Word:
    return Word(written, *_known(written)(written, language_of(locale) if locale else ""), at)


def _known(written: str) -> Callable[[str, str], tuple[tuple[str, ...], tuple[str, ...]]]:
    """Words repeat: most of them are known already."""
    return _compared_by if len(written) <= LONGEST_KNOWN else _compared_by.__wrapped__


@lru_cache(maxsize=50_000)
def _compared_by(written: str, locale: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """A word's lexemes; and of an identifier those that stand for all of it."""
    stemmer = _stemmer(locale)
    word = written.casefold().replace("’", "'")
    if is_unspaced(word):
        return tuple(_pairs(word)), ()
    forms = [form[:LONGEST_LEXEME] for form in _forms(word, stemmer)]
    if not is_identifier(word):
        return tuple(forms), ()
    whole = [form[:LONGEST_LEXEME] for form in (forms[-1], *spellings(word), EXACTLY + word)]
    return (*forms, *whole[1:]), tuple(whole)


def _forms(word: str, stemmer: Stemmer.Stemmer | None) -> Iterator[str]:
    parts = [part for part in JOINT.split(word) if part]
    for part in parts:
        yield _stem(part, stemmer)
    if len(parts) > 1:
        # "RT-5520" is also found as "RT5520", "log-in" as "login"; the dots of versions and hosts stay.
        yield _stem(JOINT_LEFT_OUT.sub("", word), stemmer)


def _pairs(run: str) -> list[str]:
    """A run of characters without blanks: its pairs, and each that may be a word of its own."""
    pairs = [run[start : start + 2] for start in range(len(run) - 1)]
    return pairs + SYLLABLE.findall(run) if pairs else [run]


def _stem(word: str, stemmer: Stemmer.Stemmer | None) -> str:
    """Without ending, apostrophes and accents: customers leave them out."""
    stem = stemmer.stemWord(word) if stemmer and not NUMBERED.search(word) else word
    return _bare(stem, word)


def _bare(stem: str, word: str) -> str:
    if stem.isascii():
        return stem.replace("'", "") or word
    return ACCENTS.sub("", unicodedata.normalize("NFKD", stem)).replace("'", "") or word
