"""Tell the charset of a text that does not say: the one whose letters, one after the other, are a language's.

Each charset makes another text of the same bytes; how likely each is in the languages written in that charset
decides, and what language the lines in ASCII are in. How languages are written is learnt from what Django
says in them, when it is first needed.
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

WESTERN = "de fr es pt it nl sv da nb fi is ca sq en"  # Albanian writes the ë of names
CENTRAL = "pl cs sk sl hr hu ro de"
CYRILLIC = "ru uk bg sr mk be"
# The usual ones first: what two make the same text of is in the first.
CHARSETS = {
    "cp1252": WESTERN, "cp1250": CENTRAL, "cp1251": CYRILLIC, "cp1253": "el", "cp1254": "tr",
    "cp1257": "lt lv et", "cp1255": "he", "cp1256": "ar fa", "cp874": "th", "gb18030": "zh_Hans",
    "cp950": "zh_Hant", "cp932": "ja", "cp949": "ko", "koi8_u": CYRILLIC, "iso8859_2": CENTRAL,
    "iso8859_7": "el", "iso8859_5": CYRILLIC, "iso8859_6": "ar fa", "euc_jp": "ja", "cp866": CYRILLIC,
    "mac_cyrillic": CYRILLIC, "mac_roman": WESTERN, "cp850": WESTERN, "cp852": CENTRAL, "iso8859_16": "ro",
    "iso8859_15": WESTERN,
}  # fmt: skip
ANY = " ".join({*CHARSETS.values()})
# In these, ASCII is something else.
EBCDIC = {"cp500": WESTERN}
LATIN = frozenset(
    name for name, told in {**CHARSETS, **EBCDIC}.items() if {*told.split()} & {"de", "tr", "lt", "ro"}
)
LATIN_LANGUAGES = frozenset(one for name in LATIN & {*CHARSETS} for one in CHARSETS[name].split())
WIDE = {"utf-16-le": ANY, "utf-16-be": ANY}
# What hardly anybody has written a file in since the nineties, or without saying so.
RARE = frozenset(("mac_cyrillic", "mac_roman", "cp850", "cp852", "iso8859_16", "iso8859_15"))
# The signs that are written every day stand before this one, as a charset of their own orders them.
EVERYDAY = {
    "zh_Hans": ("gb2312", 0xD7), "zh_Hant": ("big5", 0xC6), "ja": ("euc_jp", 0xCF), "ko": ("euc_kr", 0xC8),
}  # fmt: skip
SAMPLE = 4000  # bytes
MOST_WORDS = 120
NOT_ASCII = re.compile(rb"[\x80-\xff]")
WORD = re.compile(r"(?:[^\W\d_²³¹½¼¾]|[\u0e31-\u0e4e])+")  # Thai's vowels are marks
PUNCTUATION = frozenset(
    "\u00a0\u2018\u2019\u201c\u201d\u201e\u2013\u2014\u2026«»€©®°§¿¡№•£²、。「」・ー？！：；，（）"
)
# Signs that are as usual as letters where a number or a unit stands with them.
MEASURE = re.compile(
    r"(?<=\d)[½¼¾](?!\w)|(?<!\w)[½¼¾](?!\w)|(?<=[\d ])[×÷](?=[\d ])|±(?= ?\d)|(?<!\w)Ø(?= ?\d)"
    r"|(?:(?<=\d)|(?<=\d )|(?<!\w))(?:µ(?=(?:[mslgAFVW]|mol)\b)|[¢‰])|¥(?= ?\d)|[§¶](?=[§¶ ]*\d)"
    r"|(?:(?<=\bm)|(?<=\dm)|(?<=\b[cdkm]m)|(?<=\d[cdkm]m))[²³]|(?<=\d)[ªº](?!\w)|(?<=\b[nN])º(?= ?\d)"
    r"|(?<= )·(?= )"
)
BEYOND = r"(?![\x00-\x7f])(?:[^\W\d_ªº²³¹½¼¾]|[\u0e31-\u0e4e])"
TWO_BEYOND = re.compile(BEYOND * 2)
AT_NUMBER = re.compile(rf"\d{BEYOND}|{BEYOND}(?=\d)")
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
OF_MEASURE = 2.0
OF_RARE_CHARSET, OF_EBCDIC = 4.0, 12.0
OF_OTHER_LANGUAGE = 6.0  # than the lines in ASCII, at most
OF_LETTER_ALONE = 8.0  # that is the only one of its script
OF_SIGN_WITHIN = 6.0  # a word
OF_CAPITAL_WITHIN, OF_ACCENTED_CAPITAL_WITHIN = 5.0, 9.0
OF_LETTER_AT_NUMBER = 6.0
BY_PAIR, BY_LETTER, BY_CHANCE = 0.70, 0.29, 0.01
BY_CHANCE_OF_MANY = 0.3  # where letters are thousands


def likeliest(data: bytes) -> str:
    """The charset's name; "" where nothing is known of any language."""
    best, least = _best(_telling(data), CHARSETS, _by_ascii(data))
    others = EBCDIC | (WIDE if len(data) % 2 == 0 and least < math.inf else {})
    best, least = _best(data[:SAMPLE], {best: CHARSETS[best], **others}, {})
    return best if least < math.inf else ""


def learn() -> None:
    """What is learnt when it is needed, now."""
    for language in ANY.split():
        _letters(language)


def has_learnt() -> bool:
    return _letters.cache_info().currsize > 0


def _best(data: bytes, charsets: dict[str, str], by_ascii: dict[str, float]) -> tuple[str, float]:
    """The first of those that fit best."""
    found: dict[tuple[str, str], float] = {}
    best, least = next(iter(charsets)), math.inf
    for name, languages in charsets.items():
        text = data.decode(name, "replace")
        if (text, languages) not in found:  # else the same was made of it by a more usual one
            found[text, languages] = _surprise(name, text, languages) + by_ascii.get(languages, 0.0)
            if found[text, languages] < least:
                best, least = name, found[text, languages]
    return best, least


def _telling(data: bytes) -> bytes:
    """Lines that are not only ASCII, from the first one."""
    found = NOT_ASCII.search(data)
    first = found.start() if found else 0
    begin = max(data.rfind(b"\n", 0, first) + 1, first - SAMPLE // 2)
    lines = (line for line in data[begin : begin + 64 * SAMPLE].split(b"\n") if not line.isascii())
    return b"\n".join(lines)[:SAMPLE]


def _by_ascii(data: bytes) -> dict[str, float]:
    """How surprising it is, by the lines in ASCII, that a file is in a charset of these languages.

    A line may be in another language than the rest, so there is a limit.
    """
    lines = b"\n".join(line for line in data[: 64 * SAMPLE].split(b"\n") if line.isascii())[:SAMPLE]
    words = Counter(dict(Counter(WORD.findall(lines.decode())).most_common(MOST_WORDS)))
    of_latin = OF_LATIN * sum(len(word) * count for word, count in words.items())
    each = {one: _letters(one).plain(words) for one in LATIN_LANGUAGES}
    found = {
        told: min((each[one] for one in _own(told) if one in each), default=of_latin)
        for told in CHARSETS.values()
    }
    least = min(found.values())
    return {told: min(one - least, OF_OTHER_LANGUAGE) for told, one in found.items()}


def _own(languages: str) -> set[str]:
    """German may be written in the charset of its eastern neighbours, and hardly ever is."""
    return set(languages.split()) - (set() if languages == WESTERN else set(WESTERN.split()))


def _surprise(charset: str, text: str, languages: str) -> float:
    text, measures = MEASURE.subn(" ", unicodedata.normalize("NFC", text))
    words, signs = Counter(WORD.findall(text)), Counter(WORD.sub("", text))
    is_latin = charset in LATIN
    if charset not in WIDE and _is_of_other_script(words, is_latin):
        return math.inf
    told = Counter(dict(words.most_common(MOST_WORDS)))
    known = [letters for letters in map(_letters, languages.split()) if letters.count]
    said = min((letters.all(told, is_latin) for letters in known), default=math.inf)
    rest = sum(count * _of_sign(sign) for sign, count in signs.items())
    rest += measures * OF_MEASURE + _within(text) + OF_RARE_CHARSET * (charset in RARE)
    rest += OF_EBCDIC * (charset in EBCDIC)
    if is_latin:
        return said + rest + OF_LETTER_AT_NUMBER * len(AT_NUMBER.findall(text))
    return said + rest + OF_LETTER_ALONE * (not TWO_BEYOND.search(text))


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
    capitals = (other for one, other in pairwise(text) if one.islower() and other.isupper())
    of_capitals = (OF_CAPITAL_WITHIN if one.isascii() else OF_ACCENTED_CAPITAL_WITHIN for one in capitals)
    return signs * OF_SIGN_WITHIN + sum(of_capitals)


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

    def plain(self, words: Counter[str]) -> float:
        return sum(count * self.surprise(word) for word, count in words.items())

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
