"""Tell the charset of a text that does not say: the one whose letters, one after the other, are a language's.

Each charset makes another text of the same bytes; how likely each is in the languages written in that charset
decides. How they are written is learnt from what Django says in them, when it is first needed.
"""

import gettext
import importlib.util
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

WESTERN = "de fr es pt it nl sv da nb fi is ca en"
CENTRAL = "pl cs sk sl hr hu ro de"
CYRILLIC = "ru uk bg sr mk be"
# The usual ones first: what two make the same text of is in the first.
CHARSETS = {
    "cp1252": WESTERN, "cp1250": CENTRAL, "cp1251": CYRILLIC, "cp1253": "el", "cp1254": "tr",
    "cp1257": "lt lv et", "cp1255": "he", "cp1256": "ar fa", "cp874": "th", "gb18030": "zh_Hans",
    "cp950": "zh_Hant", "cp932": "ja", "cp949": "ko", "koi8_u": CYRILLIC, "iso8859_2": CENTRAL,
    "iso8859_7": "el", "iso8859_5": CYRILLIC, "iso8859_6": "ar fa", "euc_jp": "ja", "cp866": CYRILLIC,
    "mac_cyrillic": CYRILLIC, "mac_roman": WESTERN, "cp850": WESTERN, "cp852": CENTRAL, "iso8859_16": "ro",
    "iso8859_15": WESTERN, "cp500": WESTERN,
}  # fmt: skip
LATIN = frozenset(name for name, told in CHARSETS.items() if {*told.split()} & {"de", "tr", "lt", "ro"})
LATIN_LANGUAGES = frozenset(one for name in LATIN for one in CHARSETS[name].split())
ANY = " ".join({*CHARSETS.values()})
WIDE = {"utf-16-le": ANY, "utf-16-be": ANY}
# What hardly anybody has written a file in since the nineties, or without saying so.
RARE = frozenset(("mac_cyrillic", "mac_roman", "cp850", "cp852", "iso8859_16", "iso8859_15", "cp500"))
# The signs that are written every day stand before this one, as a charset of their own orders them.
EVERYDAY = {
    "zh_Hans": ("gb2312", 0xD7), "zh_Hant": ("big5", 0xC6), "ja": ("euc_jp", 0xCF), "ko": ("euc_kr", 0xC8),
}  # fmt: skip
SAMPLE = 4000  # bytes
MOST_WORDS = 120
WORD = re.compile(r"(?:[^\W\d_²³¹½¼¾]|[\u0e31-\u0e4e])+")  # Thai's vowels are marks
PUNCTUATION = frozenset(
    "\u00a0\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026«»€©®°§¿¡№•£²、。「」・ー？！：；，（）"
)
JOINS = frozenset("'’-–—·. \t\n/")

# Romanian's charsets have its letters with a cedilla.
ALIKE: dict[str, dict[int, int]] = {"ro": str.maketrans("şţ", "șț")}
FEW = 3  # letters tell nothing of their script
MOST_BEYOND, MOST_MIXED = 0.6, 0.4  # of letters

# How surprising something is: the negated logarithm of how likely (by which texts: docs/decisions/0018).
OF_ASCII = 3.0
OF_LATIN = 4.0  # where another script is written
OF_PUNCTUATION = 5.0
OF_EVERYDAY = 8.0
OF_NO_LETTER = 14.0
OF_RARE_CHARSET = 4.0
OF_SIGN_WITHIN = 6.0  # a word
OF_CAPITAL_WITHIN = 5.0
BY_PAIR, BY_LETTER, BY_CHANCE = 0.70, 0.29, 0.01
BY_CHANCE_OF_MANY = 0.3  # where letters are thousands


def likeliest(data: bytes) -> str:
    """The charset's name; "" where nothing is known of any language."""
    best, least = _best(_telling(data), CHARSETS)
    if len(data) % 2 == 0:
        start = data[:SAMPLE]
        best = _best(start, {best: CHARSETS[best], **WIDE})[0]
    return best if least < math.inf else ""


def learn() -> None:
    """What is learnt when it is needed, now."""
    for language in ANY.split():
        _letters(language)


def has_learnt() -> bool:
    return _letters.cache_info().currsize > 0


def _best(data: bytes, charsets: dict[str, str]) -> tuple[str, float]:
    """The first of those that fit best."""
    found: dict[tuple[str, str], float] = {}
    best, least = next(iter(charsets)), math.inf
    for name, languages in charsets.items():
        text = data.decode(name, "replace")
        if (text, languages) not in found:  # else the same was made of it by a more usual one
            found[text, languages] = _surprise(name, text, languages)
            if found[text, languages] < least:
                best, least = name, found[text, languages]
    return best, least


def _telling(data: bytes) -> bytes:
    """Lines that are not only ASCII."""
    lines = (line for line in data[: 64 * SAMPLE].split(b"\n") if not line.isascii())
    return b"\n".join(lines)[:SAMPLE]


def _surprise(charset: str, text: str, languages: str) -> float:
    text = unicodedata.normalize("NFC", text)
    words, signs = Counter(WORD.findall(text)), Counter(WORD.sub("", text))
    is_latin = charset in LATIN
    if charset not in WIDE and _is_of_other_script(words, is_latin):
        return math.inf
    told = Counter(dict(words.most_common(MOST_WORDS)))
    known = [letters for letters in map(_letters, languages.split()) if letters.count]
    said = min((letters.all(told, is_latin) for letters in known), default=math.inf)
    rest = sum(count * _of_sign(sign) for sign, count in signs.items())
    return said + rest + _within(text) + OF_RARE_CHARSET * (charset in RARE)


def _is_of_other_script(words: Counter[str], is_latin: bool) -> bool:
    """Words in Latin letters have few beyond ASCII, and those of other scripts hardly any of it."""
    letters = [letter for word in words if not word.isascii() for letter in word]
    ascii_letters = sum(map(str.isascii, letters))
    if is_latin:
        return len(letters) - ascii_letters > max(FEW, MOST_BEYOND * len(letters))
    return ascii_letters > max(FEW, MOST_MIXED * len(letters))


def _of_sign(sign: str) -> float:
    if sign < "\x7f":
        return OF_ASCII if sign >= " " or sign in "\t\n\r\f" else OF_NO_LETTER
    return OF_PUNCTUATION if sign in PUNCTUATION else OF_NO_LETTER


def _within(text: str) -> float:
    """Signs and capitals where nobody writes them."""
    signs = sum(
        1
        for before, sign, after in zip(text, text[1:], text[2:], strict=False)
        if sign > "\x7f"
        and not WORD.match(sign)
        and sign not in JOINS
        and before.isalpha()
        and after.isalpha()
    )
    capitals = sum(one.islower() and other.isupper() for one, other in pairwise(text))
    return signs * OF_SIGN_WITHIN + capitals * OF_CAPITAL_WITHIN


@dataclass(frozen=True)
class _Letters:
    """Of one language, how often each letter is written, and after which one."""

    language: str
    single: Counter[str]
    pairs: Counter[str]
    count: int

    def all(self, words: Counter[str], is_latin: bool) -> float:
        """A word of ASCII may be any language's."""
        of_ascii = OF_ASCII if is_latin else OF_LATIN
        return sum(
            count
            * (min(self.surprise(word), len(word) * of_ascii) if word.isascii() else self.surprise(word))
            for word, count in words.items()
        )

    def surprise(self, word: str) -> float:
        return sum(
            self._of(before, letter)
            for before, letter in pairwise(f" {word.lower().translate(ALIKE.get(self.language, {}))}")
        )

    def _of(self, before: str, letter: str) -> float:
        pair = self.pairs[before + letter] / max(self.single[before], 1)
        alone = self.single[letter] / self.count
        chance = math.exp(-(OF_EVERYDAY if self._is_everyday(letter) else OF_NO_LETTER))
        by_chance = BY_CHANCE_OF_MANY if self.language in EVERYDAY else BY_CHANCE
        return -math.log(BY_PAIR * pair + BY_LETTER * alone + by_chance * chance)

    def _is_everyday(self, letter: str) -> bool:
        charset, last = EVERYDAY.get(self.language, ("ascii", 0))
        try:
            return letter.encode(charset)[0] <= last
        except UnicodeEncodeError:
            return False


@cache
def _letters(language: str) -> _Letters:
    said = " ".join(_said(language)).lower()
    words = WORD.findall(said.translate(ALIKE[language]) if language in ALIKE else said)
    if language not in LATIN_LANGUAGES:
        words = [word for word in words if not word.isascii()]
    text = f" {' '.join(words)} " if words else ""
    return _Letters(language, Counter(text), Counter(map("".join, pairwise(text))), len(text))


def _said(language: str) -> Iterator[str]:
    """English is what the others were translated from."""
    found = importlib.util.find_spec("django")
    for folder in (found.submodule_search_locations or []) if found else []:
        for part in ("conf", "contrib/admin"):
            where = "de" if language == "en" else language
            file = Path(folder, part, "locale", where, "LC_MESSAGES", "django.mo")
            if file.is_file():
                with file.open("rb") as opened:
                    kept = gettext.GNUTranslations(opened)._catalog  # type: ignore[attr-defined]
                yield from (str(name if language == "en" else text) for name, text in kept.items() if name)
