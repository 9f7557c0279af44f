"""Read a text as what it says: words by their stems, numbers by their values, names, turning words. Pure.

Places are those of the text, but what is read is what its reader sees. Addresses, phone numbers, dates,
amounts and number words become what they mean, so that two ways to write one thing are one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from kb.lexemes import UNSPACED, language_of, stem
from kb.retrieval.common_words import COMMON_WORDS
from support import sentences
from support.evidence import shown
from support.evidence.bounds import bind_bounds
from support.evidence.joining import joined, phone_values
from support.evidence.kinds import Kind, Token
from support.evidence.quantities import bind
from support.evidence.turning_words import (
    CUES,
    DENIALS_WITHIN,
    LIGHT,
    MONTHS,
    NUMBER_WORDS,
    UNITS,
    UNMISTAKABLE,
)

_ADDRESS = r"(?:https?://|www\.)[^\s<>()\[\]\"]+|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}"
_HOST = r"(?:[A-Za-z0-9][\w-]{0,62}\.){1,4}[a-z]{2,18}(?![\w.])(?:/[^\s<>()\[\]\"]*)?"
_PHONE = r"(?<![\w.,])\+?\(?\d{1,4}\)?(?:[ \u00a0./-]\(?\d{2,7}\)?){2,5}(?!\w)"
# With two groups only what begins like one: "030 1234567".
_SHORT_PHONE = r"(?<![\w.,])\(?(?:\+|0)\d{1,5}\)?[ \u00a0/-]\d{5,9}(?!\w)|\+\d{7,15}(?!\w)"
# "21P-530EZ", "1099-INT": what a form or a product is called, if digits and capitals are in it.
_FORM = r"(?<![\w.,-])(?=[A-Z0-9-]*\d)(?=[A-Z0-9-]*[A-Z])[A-Z0-9]{1,12}(?:-[A-Z0-9]{1,12}){1,4}(?![\w-])"
# They change what everything beside them says: no, struck through, turned round.
_TURNED = rf"[{shown.NO}\u0334-\u0338\u20d2-\u20e6\u202d\u202e]"
_DATE = r"\b(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\.\d{1,2}\.\d{4}|\d{1,2}/\d{1,2}/\d{4})(?!\w)"
_LETTER = rf"(?![{UNSPACED}])[^\W\d_]"
_SIGN = rf"(?![{UNSPACED}])[^\W_]"
_NUMBER = rf"(?:{_LETTER}){{0,12}}\d(?:{_SIGN}){{0,40}}(?:[.,:]\d(?:{_SIGN}){{0,40}}){{0,12}}"
_HALF_OF_DAY = r"\b[AaPp]\. ?[Mm]\b\.?|(?<=\d )[AaPp][Mm]\b"
_SPELLED = rf"(?i:{sentences.SPELLED_NUMBER.pattern})"
_WORD = rf"(?:{_LETTER})+(?:['’](?:{_LETTER})+)*"
# Stems, so many of which are kept in mind.
REMEMBERED = 20_000
# Most words need no closer look: nothing in or behind them makes them more than a word, or half a number.
_PLAIN = rf"\b(?!(?i:an?|[ap]m|{'|'.join(sentences.SPELLED)})\b)[A-Za-z]+(?=[\s,;!?)]|$)"
TOKEN = re.compile(
    rf"(?P<plain>{_PLAIN})|(?P<address>{_ADDRESS}|{_HOST})"
    rf"|(?P<date>{_DATE})|(?P<phone>{_PHONE}|{_SHORT_PHONE})|(?P<form>{_FORM})"
    rf"|(?P<number>{_NUMBER})|(?P<turned>{_TURNED})"
    rf"|(?P<half>{_HALF_OF_DAY})|(?P<spelled>{_SPELLED})|(?P<wide>[{UNSPACED}]+)|(?P<word>{_WORD})|(?P<sign>[$€£¥%‰°])"
)
PLAIN_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
TIME = re.compile(r"(\d{1,2}):(\d{2})")
QUANTITY = re.compile(r"(\d+(?:[.,]\d+)*)([^\W\d_]{1,5})")
FEWEST_PHONE_DIGITS = 7
# "zurückzugeben" is "zurückgeben".
ZU_INSIDE = re.compile(
    r"^(zurück|weiter|herunter|wieder|ab|an|auf|aus|bei|ein|her|hin|mit|nach|um|vor|weg)zu(\w{4,}n)$"
)
ANSWERS = frozenset(("no", "nein", "non", "não", "nee"))
SPOKEN_OF = frozenset(("you", "we", "i", "it", "they", "there"))
DASH = re.compile(r"\s?[-–—]\s?")
CLAUSE_ENDS = frozenset(".,;:!?\n()。，；：！？、")
LONGEST_LOOK = 2_000  # for the language
# How many times as many common words another language must have than the one that is likely.
LIKELIER = 1.5
NEGATED_END = "n't"
SHORTENED = {"ca": "can", "wo": "will", "sha": "shall"}


def language_of_text(text: str, locale: str = "") -> str:
    """The language of its common words; where they don't tell, of its locale, or English."""
    said = language_of(locale)
    if said and said not in COMMON_WORDS:
        return said
    asked = set(text[:LONGEST_LOOK].casefold().split())
    counts = {language: len(asked & _function_words(language)) for language in COMMON_WORDS}
    best = max(counts, key=counts.__getitem__)
    likely = said or "en"
    at_home = len(asked & (_function_words(likely) | _cues(likely).keys()))  # "over" is Dutch, too
    return best if counts[best] > LIKELIER * at_home else likely


def read(text: str, language: str = "en", given: bool = False) -> list[Token]:
    """What a text says, in order. What is `given` says more ways at once: "24/7" is 24, and 7, too."""
    seen = shown.shown(text)
    plain = seen.text
    found = list(joined(plain, _tokens(plain, language, given), given))
    if shown.has_several_alphabets(plain):
        _name_the_foreign(plain, found)
    for token in found:
        if token.kind in (Kind.WORD, Kind.LIGHT):
            token.written, token.stem = token.stem, _stem(token.stem, language)
    end = 0
    for token in found:
        token.said = plain[token.start : token.end]
        token.opens = not CLAUSE_ENDS.isdisjoint(plain[end : token.start])
        token.dashed = token.kind == Kind.NUMBER and DASH.fullmatch(plain, end, token.start) is not None
        end = token.end
        if seen.places is not None:
            token.start, token.end = seen.place(token.start), seen.end(token.end)
    for token, following in pairwise(found):
        if token.cue == "not" and (_answers(token, following) or following.cue == "only"):
            token.cue = ""  # "No, you may": the rest is not negated; nor by "not only"
    bind(found, language)
    bind_bounds(found, language)
    return found


@lru_cache(maxsize=REMEMBERED)
def _stem(word: str, language: str) -> str:
    """Most words of a help center come again and again."""
    return stem(word, language)


def _answers(token: Token, following: Token) -> bool:
    """ "No, you may", but "No other shop may", "Non può" and "No puede"."""
    return token.starts and token.stem in ANSWERS and (following.opens or following.stem in SPOKEN_OF)


def _name_the_foreign(plain: str, tokens: Sequence[Token]) -> None:
    """A word with a letter of another alphabet looks like one that it is not."""
    is_foreign = shown.is_foreign if shown.is_latin(plain) else shown.is_disguised
    for token in tokens:
        said = plain[token.start : token.end]
        if token.kind in (Kind.FUNCTION, Kind.LIGHT, Kind.WORD) and is_foreign(said):
            token.kind, token.stem, token.cue = Kind.NAME, said.casefold(), ""


def _tokens(plain: str, language: str, given: bool) -> Iterator[Token]:
    starts = True
    for found in TOKEN.finditer(plain):
        kind, said, start, end = found.lastgroup, found[0], found.start(), found.end()
        match kind:
            case "plain":
                yield _plain_word(said.casefold(), said, start, end, language, starts)
            case "address":
                yield Token(_address(said), Kind.NAME, start, end)
            case "date":
                yield from _date(said, start, end)
            case "phone":
                yield from _phone(said, start, given)
            case "form":
                yield from _form(said, start, end)
            case "turned":
                yield Token(said, Kind.NAME, start, end)
            case "number":
                yield from _number(said, start, end)
            case "sign":
                yield Token(UNITS.get(said, said), Kind.UNIT, start, end)
            case "half":
                yield Token(said[0].casefold() + "m", Kind.UNIT, start, end)
            case "spelled" if not said.isalpha():
                values = frozenset(sentences.spelled_numbers(said))
                yield Token("#" + min(values), Kind.NUMBER, start, end, values)
            case "wide":
                yield from _pairs(said, start)
            case _:
                yield from _word(plain, said, start, end, language, starts)
        starts = plain[end : end + 1] in (".", "!", "?", ":", "\n") if end < len(plain) else False


def _address(said: str) -> str:
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", said.rstrip(".,;:!?…/").casefold())
    return bare.rstrip("/")


def _date(said: str, start: int, end: int) -> Iterator[Token]:
    """Year, month and day, each for itself; "3/4/2020" may be either."""
    first, second, third = re.split(r"[-./]", said)
    if "-" in said:
        first, second, third = third, second, first
    yield Token(f"#{int(first)}", Kind.NUMBER, start, end, frozenset({str(int(first))}))
    either = {f"month {int(second)}"} | ({str(int(second))} if "/" in said else set())
    yield Token(f"month {int(second)}", Kind.NUMBER, start, end, frozenset(either))
    yield Token(f"#{third}", Kind.NUMBER, start, end, frozenset({third}))


def _phone(said: str, start: int, given: bool) -> Iterator[Token]:
    digits = re.sub(r"\D", "", said)
    if len(digits) >= FEWEST_PHONE_DIGITS and not re.fullmatch(r"\d{1,3}(?:[ \u00a0.]\d{3})+", said):
        yield Token("tel " + digits, Kind.NAME, start, start + len(said), phone_values(said, given))
        return
    for part in re.finditer(r"\d+", said):
        yield from _number(part[0], start + part.start(), start + part.end())


def _form(said: str, start: int, end: int) -> Iterator[Token]:
    """But "5-GB" is a number and its unit."""
    parts = list(re.finditer(r"[^-]+", said))
    if any(part[0].casefold() in UNITS for part in parts):
        for part in parts:
            begin, after = start + part.start(), start + part.end()
            unit = UNITS.get(part[0].casefold())
            yield from [Token(unit, Kind.UNIT, begin, after)] if unit else _number(part[0], begin, after)
        return
    yield Token(said.replace("-", "").casefold(), Kind.NAME, start, end)


def _number(said: str, start: int, end: int) -> Iterator[Token]:
    quantity = QUANTITY.fullmatch(said)
    time = TIME.fullmatch(said)
    if time:
        value = str(int(time[1])) if time[2] == "00" else f"{int(time[1])}:{time[2]}"
        yield Token("#" + value, Kind.NUMBER, start, end, frozenset({value}))
    elif PLAIN_NUMBER.fullmatch(said):
        values = sentences.values(said)
        yield Token("#" + min(values), Kind.NUMBER, start, end, values)
    elif quantity:
        values, unit = sentences.values(quantity[1]), quantity[2].casefold()
        middle = start + len(quantity[1])
        is_word = len(unit) > 1 and quantity[2].islower()
        if unit in ("st", "nd", "rd", "th") or is_word or unit in UNITS:
            yield Token("#" + min(values), Kind.NUMBER, start, middle, values)
            yield Token(UNITS.get(unit, unit), Kind.UNIT, middle, end)
        else:
            yield Token(said.casefold(), Kind.NAME, start, end)
    else:
        yield Token(re.sub(r"[.,:]+$", "", said).casefold(), Kind.NAME, start, end)


def _pairs(said: str, start: int) -> Iterator[Token]:
    """Of a writing without blanks: every two characters."""
    denied = _cues("zh")
    for place in range(max(1, len(said) - 1)):
        pair = said[place : place + 2]
        cue = "not" if said.startswith(DENIALS_WITHIN, place) else denied.get(said[place], "")
        yield Token(pair, Kind.WORD, start + place, start + place + len(pair), cue=cue)


def _word(text: str, said: str, start: int, end: int, language: str, starts: bool) -> Iterator[Token]:
    word = said.casefold().replace("’", "'")
    if word.endswith(NEGATED_END) and len(word) > len(NEGATED_END):
        stem = word[: -len(NEGATED_END)]
        yield _plain_word(SHORTENED.get(stem, stem), "", start, end, language, starts)
        yield Token("not", Kind.FUNCTION, start, end, cue="not")
        return
    if "'" in word:
        head, _, tail = word.partition("'")
        if len(head) > 2 or tail in ("s", "re", "ve", "ll", "d", "m"):
            word = head
            if tail == "ll":
                yield Token("will", Kind.FUNCTION, start, end)
        elif len(head) <= 2:
            word = tail or head  # "l'article"
    yield _plain_word(word, said, start, end, language, starts)


def _plain_word(word: str, said: str, start: int, end: int, language: str, starts: bool) -> Token:
    found = _known_word(word, said, language, starts)
    return Token(
        found.stem, found.kind, start, end, found.values, found.cue, found.capital, starts=found.starts
    )


@lru_cache(maxsize=REMEMBERED)
def _known_word(word: str, said: str, language: str, starts: bool) -> Token:
    """At no place: most words of a help center come again and again."""
    if word == "may" and said == "May" and not starts:
        return Token("month 5", Kind.NUMBER, 0, 0, frozenset({"month 5"}))
    if word in MONTHS and said[:1].isupper() and word != "may":
        value = f"month {MONTHS[word]}"
        return Token(value, Kind.NUMBER, 0, 0, frozenset({value}))
    if word in NUMBER_WORDS and (word, language) != ("ten", "nl"):  # "ten minste"
        value = str(NUMBER_WORDS[word])
        return Token("#" + value, Kind.NUMBER, 0, 0, frozenset({value}))
    if word in UNITS:
        return Token(UNITS[word], Kind.UNIT, 0, 0)
    return _other_word(word, said, language, starts)


def _other_word(word: str, said: str, language: str, starts: bool) -> Token:
    if language == "de":
        word = ZU_INSIDE.sub(r"\1\2", word)
    cue = _cues(language).get(word, "")
    capital = said[:1].isupper() and (language != "de" or not said[1:].islower())
    if said[1:] != said[1:].casefold():  # "FAFSA", "GmbH": at the beginning of a sentence, too
        return Token(word, Kind.WORD, 0, 0, cue=cue, capital=capital)
    if cue or word in _function_words(language):
        kind = Kind.FUNCTION
    else:
        kind = Kind.LIGHT if word in _LIGHT else Kind.WORD
    return Token(word, kind, 0, 0, cue=cue, capital=capital, starts=starts)


_LIGHT = frozenset(LIGHT.split())

LIKE = {"no": "nb", "nn": "nb"}


@lru_cache(maxsize=64)
def _cues(language: str) -> dict[str, str]:
    cues = CUES.get(LIKE.get(language, language), CUES["en"])
    return dict.fromkeys(UNMISTAKABLE, "not") | {
        word: name for name, words in cues.items() for word in words.split()
    }


@lru_cache(maxsize=64)
def _function_words(language: str) -> frozenset[str]:
    return frozenset(COMMON_WORDS.get(language, "").split())
