"""The words of a text in the form in which they are compared: one function for passages and questions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import Stemmer

# Documents of unknown language are stemmed like this: without, English loses a lot, the others gain nothing.
UNKNOWN = "english"
LONGEST_LEXEME = 100

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


def _marks() -> str:
    """Vowel signs and accents that stand on their own; Python's \\w leaves them out."""
    return "".join(chr(code) for code in range(0x10000) if unicodedata.category(chr(code))[0] == "M")


LETTER = rf"(?:(?![{UNSPACED}])[\w{_marks()}])"
# Words with what may stand inside: an apostrophe, or the signs of "e-17", "v2.1.3", "name@host", "user_id".
WORD = re.compile(rf"[{UNSPACED}]+|{LETTER}+(?:['.@_+&-]+{LETTER}+)*")
JOINT = re.compile(r"[.@_+&-]+")
IDENTIFIER = re.compile(r"[\d@]")
ACCENTS = re.compile("[\u0300-\u036f]")


def lexemes(text: str, locale: str) -> list[str]:
    """The words of a text in order, repeats included, in the form in which they are compared."""
    normal = unicodedata.normalize("NFKC", text.replace("\x00", " ")).casefold().replace("’", "'")
    stemmer = _stemmer(locale)
    return [lexeme[:LONGEST_LEXEME] for word in WORD.findall(normal) for lexeme in _forms(word, stemmer)]


def language_of(locale: str) -> str:
    """ "pt" of "pt-BR"."""
    return re.split("[-_]", locale.lower())[0]


def _stemmer(locale: str) -> Stemmer.Stemmer | None:
    """A new one each time: they must not be shared by threads, and cost nothing to make."""
    language = STEMMED.get(language_of(locale)) if locale else UNKNOWN
    return Stemmer.Stemmer(language) if language else None


def _forms(word: str, stemmer: Stemmer.Stemmer | None) -> Iterator[str]:
    if re.match(f"[{UNSPACED}]", word):
        yield from _pairs(word)
        return
    parts = [part for part in JOINT.split(word) if part]
    for part in parts:
        yield _stem(part, stemmer)
    if len(parts) > 1:
        # "RT-5520" is also found as "RT5520", "log-in" as "login"; the dots of versions and hosts stay.
        yield _stem(re.sub("[_&+-]", "", word), stemmer)


def _pairs(word: str) -> list[str]:
    return [word[start : start + 2] for start in range(len(word) - 1)] or [word]


def _stem(word: str, stemmer: Stemmer.Stemmer | None) -> str:
    """Without ending, apostrophes and accents: customers leave them out."""
    stem = stemmer.stemWord(word) if stemmer and not IDENTIFIER.search(word) else word
    return ACCENTS.sub("", unicodedata.normalize("NFKD", stem)).replace("'", "") or word
