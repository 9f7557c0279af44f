"""Find what reaches or bills a person: e-mail addresses, phone, card and bank account numbers. Pure.

Better one too many than one that leaves; yet a date, a price, a version, the number of an order or a form
stays what it is, for a model needs it to answer. Where the digits alone do not tell, words beside them do.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from llm.personal_words import BANK_WORDS, OTHER_WORDS, PHONE_WORDS, TO_THE_NUMBER


class Kind(StrEnum):
    """Also how it is called where it is masked."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    CARD = "CARD"
    ACCOUNT = "ACCOUNT"


@dataclass(frozen=True)
class Found:
    kind: Kind
    start: int
    end: int


BLANK = " \u00a0\u2007\u202f"
# Scripts that put no blank between a word and an address.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uffef"
LETTER = rf"[^\W_{UNSPACED}]"
# No part of a longer word.
BEGINS, ENDS = rf"(?<![^\W{UNSPACED}])", rf"(?![^\W{UNSPACED}])"

# Without one of these there is nothing to find.
ANY = re.compile(r"@|＠|%40|\d\D{0,3}\d|[\[({]at[\])}]", re.IGNORECASE)
AT = re.compile(r"@|＠|%40")
LOCALS = [re.compile(rf"(?:{LETTER}|[_.+%'-])+\Z"), re.compile(r"[\w.+%'-]+\Z")]
DOMAINS = [
    re.compile(rf"(?:{LETTER}(?:(?:{LETTER}|-){{0,61}}{LETTER})?\.)+(?![0-9]){LETTER}{{2,24}}(?!{LETTER})"),
    re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_]{2,24}(?![^\W_])"),
]
LONGEST_LOCAL, LONGEST_DOMAIN = 64, 253
SPELT_OUT = re.compile(
    rf"(?<![\w.+-])[\w.+-]{{1,64}}[{BLANK}]?[\[({{]at[\])}}][{BLANK}]?[\w-]{{1,63}}"
    rf"(?:(?:[{BLANK}]?[\[({{]dot[\])}}][{BLANK}]?|\.)[\w-]{{1,63}})+",
    re.IGNORECASE,
)

IBAN_START = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}")
SHORTEST_IBAN, LONGEST_IBAN = 15, 34
GROUPS = re.compile(rf"{BEGINS}\d+(?:[{BLANK}.·‐‑-]\d+)*{ENDS}")
# What cards begin with, and how long they are.
CARD = re.compile(
    r"4\d{12}(?:\d{3}){0,2}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|62\d{14,17}"
    r"|(?:50|5[6-9]|6[37])\d{14}"
)

ACCOUNT = re.compile(
    rf"{BEGINS}(?:{BANK_WORDS})(?![^\W\d_{UNSPACED}])\.?"
    rf"{TO_THE_NUMBER}{{0,12}}?(?P<one>\d[\d{BLANK}/.-]{{3,28}}\d){ENDS}"
    rf"(?:\s?(?:and|und|et|y|e|&|/|,|;)\s?(?P<two>\d{{6,17}}){ENDS})?",
    re.IGNORECASE,
)
FEWEST_ACCOUNT_DIGITS, MOST_ACCOUNT_DIGITS = 6, 20

NUMBER = re.compile(
    rf"{BEGINS}(?<!@)(?:[+＋] ?)?\(?\d"
    rf"(?:(?:[{BLANK}.‐‑–/-]|[{BLANK}]?[()][{BLANK}-]?|[{BLANK}][–-][{BLANK}])?\d){{6,60}}{ENDS}(?![@%])"
)
WITHOUT_BLANK = re.compile(rf"[^{BLANK}]+")
FEWEST_PHONE_DIGITS, MOST_PHONE_DIGITS = 7, 15
# Of a number that has no international form: where it may be one. Those whose languages are spoken to us.
REGIONS = re.findall(
    "[A-Z]{2}",
    "US GB DE FR ES IT NL BE AT CH PT BR MX AR CO CL IE AU NZ IN PK JP CN TW HK KR SG SE NO DK FI PL CZ SK HU"
    " RO GR TR RU UA IL SA AE EG ZA NG ID TH VN PH MY",
)
# A text with more numbers than this to ask about has them all masked that may be one.
MOST_ASKED = 40

DATE = re.compile(
    r"(?<!\d)(?<!\d[./‐‑–-])(?:(?:19|20)\d\d([./‐‑–-])\d{1,2}\1\d{1,2}"
    r"|\d{1,2}([./‐‑–-]) ?\d{1,2}\2 ?(?:(?:19|20)\d\d|\d\d))(?![./‐‑–-]?\d)"
)
ZIP_CODE = re.compile(r"\d{5} ?- ?\d{4}")
YEAR = re.compile(r"^(?:19|20)\d\d[./-]|[./-](?:19|20)\d\d$")
# Years, hours and other ranges; amounts in groups of three; numbers of books; addresses of machines.
RANGE = re.compile(
    r"\d{1,4}(?:\s?[–/‐‑-]\s?\d{1,4}){1,2}|\d{4}\s?[–/‐‑-]\s?\d{4}(?:\s\d{4}\s?[–/‐‑-]\s?\d{4})*"
)
AMOUNT = re.compile(rf"[1-9]\d{{0,2}}(?:[{BLANK}.]\d{{3}})+")
BOOK = re.compile(r"97[89](?:[ -]?\d){10}")
MACHINE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d{1,3}(?:\.\d+){2,4}")
NORTH_AMERICAN = re.compile(
    rf"(?:1[{BLANK}.-])?(?:\([2-9]\d\d\)[{BLANK}]?|[2-9]\d\d[{BLANK}.‐‑-])\d{{3}}[{BLANK}.‐‑-]\d{{4}}"
    rf"|(?:1[-.])?\d{{3}}-\d{{3}}-\d{{4}}"
)
MONEY = re.compile(r"\s?(?:[$€£¥₹₽%]|usd|eur|gbp|chf|dollars?|euros?|°|kg|km|mb|gb|kb|px|ms)", re.IGNORECASE)

# How far a word may stand from the number that it tells about.
BEFORE, AFTER = 32, 24


def find(text: str) -> Sequence[Found]:
    """In order; none of them reaches into another."""
    return _found(text) if ANY.search(text) else ()


@lru_cache(maxsize=64)  # a request is read more than once before it leaves
def _found(text: str) -> tuple[Found, ...]:
    taken: list[Found] = []
    for found in (*_emails(text), *_ibans(text), *_cards(text), *_accounts(text), *_phones(text)):
        if not any(found.start < other.end and other.start < found.end for other in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda one: one.start))


def bare(text: str, kind: Kind) -> str:
    """What is the same however it is written: without blanks, prefixes of countries and capitals."""
    if kind == Kind.EMAIL:
        return text.casefold()
    letters = "".join(_digits(one) if one.isdigit() else one.casefold() for one in text if one.isalnum())
    return letters.lstrip("0")[-9:] if kind == Kind.PHONE else letters


def _emails(text: str) -> Iterator[Found]:
    for at in AT.finditer(text):
        before = text[max(0, at.start() - LONGEST_LOCAL) : at.start()]
        after = text[at.end() : at.end() + LONGEST_DOMAIN]
        local = next((one for one in (local.search(before) for local in LOCALS) if one), None)
        domain = next((one for one in (domain.match(after) for domain in DOMAINS) if one), None)
        if local and domain and (name := local[0].lstrip(".%'-")):
            yield Found(Kind.EMAIL, at.start() - len(name), at.end() + domain.end())
    for spelt in SPELT_OUT.finditer(text):
        yield Found(Kind.EMAIL, *spelt.span())


def _ibans(text: str) -> Iterator[Found]:
    for start in IBAN_START.finditer(text):
        if end := _iban_end(text, start.start()):
            yield Found(Kind.ACCOUNT, start.start(), end)


def _iban_end(text: str, start: int) -> int:
    """Of the longest that its check digits bear out; 0: none."""
    letters, found, place = "", 0, start
    while place < len(text) and len(letters) < LONGEST_IBAN:
        one = text[place]
        if one.isascii() and one.isalnum():
            letters += one
            whole = not text[place + 1 : place + 2].isalnum()
            if whole and len(letters) >= SHORTEST_IBAN and _bears_out(letters):
                found = place + 1
        elif one not in f"{BLANK}-" or not text[place + 1 : place + 2].isalnum():
            break
        place += 1
    return found


def _bears_out(iban: str) -> bool:
    """ISO 7064, modulo 97-10."""
    return int("".join(str(int(one, 36)) for one in iban[4:] + iban[:4])) % 97 == 1


def _cards(text: str) -> Iterator[Found]:
    for run in GROUPS.finditer(text):
        groups = list(re.finditer(r"\d+", run[0]))
        begin = 0
        while begin < len(groups):
            end = _card_end(run[0], groups, begin)
            if end:
                yield Found(
                    Kind.CARD, run.start() + groups[begin].start(), run.start() + groups[end - 1].end()
                )
            begin = end or begin + 1


def _card_end(text: str, groups: "list[re.Match[str]]", begin: int) -> int:
    """One past the last group of the card that begins here; 0: none does."""
    digits = ""
    for end in range(begin, len(groups)):
        digits += _digits(groups[end][0])
        if len(digits) > 19:
            break
        if CARD.fullmatch(digits) and _luhn(digits):
            return end + 1
    return 0


def _luhn(digits: str) -> bool:
    doubled = [int(one) * (1 + place % 2) for place, one in enumerate(reversed(digits))]
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0


def _accounts(text: str) -> Iterator[Found]:
    for told in ACCOUNT.finditer(text):
        for name in ("one", "two"):
            count = len(_digits(told[name] or ""))
            if FEWEST_ACCOUNT_DIGITS <= count <= MOST_ACCOUNT_DIGITS and not YEAR.search(told[name]):
                yield Found(Kind.ACCOUNT, *told.span(name))


def _phones(text: str) -> Iterator[Found]:
    asked = 0
    for start, end in _numbers(text):
        said = text[start:end]
        if _is_something_else(said, text, start, end):
            continue
        asked += 1
        if asked > MOST_ASKED or _is_phone(said, text, start, end):
            yield Found(Kind.PHONE, start, end)


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    """Several may stand in a row, with nothing but a blank between them."""
    for run in NUMBER.finditer(text):
        start, end = run.span()
        if text[start] == "(" and ")" not in run[0]:
            start += 1
        if len(_digits(run[0])) <= MOST_PHONE_DIGITS:
            yield start, end
        else:
            yield from _in_a_row(text, start, end)


def _in_a_row(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A number begins where one can begin, or where the one before could not go on."""
    first, last, count = start, start, 0
    for part in WITHOUT_BLANK.finditer(text, start, end):
        more = len(_digits(part[0]))
        begins = count >= FEWEST_PHONE_DIGITS and part[0][0] in "+＋0("
        if begins or count + more > MOST_PHONE_DIGITS:
            yield first, last
            first, count = part.start(), 0
        last, count = part.end(), count + more
    yield first, last


def _is_something_else(said: str, text: str, start: int, end: int) -> bool:
    """By its own shape, and by what touches it."""
    if not FEWEST_PHONE_DIGITS <= len(_digits(said)) <= MOST_PHONE_DIGITS or DATE.search(said):
        return True
    if ZIP_CODE.fullmatch(said):
        return True
    shapes = (RANGE, BOOK, MACHINE)
    if (
        not NORTH_AMERICAN.fullmatch(said)
        and said[0] not in "+＋0("
        and any(one.fullmatch(said) for one in shapes)
    ):
        return not (RANGE.fullmatch(said) and re.fullmatch(r"\d{3}[‐‑-]\d{4}", said))
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    if before[-1:] in tuple("-_#$€£¥₹\\") or re.fullmatch(r"\d[.,:/]", before):
        return bool(before[-1:])
    return bool(re.match(r"[-/:_\\]\w|[.,]\d", after) or MONEY.match(text, end))


def _is_phone(said: str, text: str, start: int, end: int) -> bool:
    if said[0] in "+＋":
        return _is_possible("+" + _digits(said))
    told = _told(text, start, end)
    if told is not None:
        return told
    if NORTH_AMERICAN.fullmatch(said):
        return True
    grouped = len(re.findall(r"\d+", said)) > 1
    if AMOUNT.fullmatch(said):
        return False
    if said.startswith("00") and _is_valid("+" + _digits(said)[2:], ""):
        return True
    alone = not text[:start].rpartition("\n")[2].strip() and not text[end:].partition("\n")[0].strip(" .,\r")
    if alone or said[0] in "0(":
        return len(_digits(said)) >= 9 and any(_is_valid(_digits(said), region) for region in REGIONS)
    return grouped and any(_is_written(said, region) for region in REGIONS)


def _told(text: str, start: int, end: int) -> bool | None:
    """What the words beside it say; None: nothing. The nearest before it counts, then those behind."""
    before = text[max(0, start - BEFORE) : start].rpartition("\n")[2]
    after = text[end : end + AFTER].partition("\n")[0]
    phone, other = _last(PHONE_WORDS, before), _last(OTHER_WORDS, before)
    if phone >= 0 or other >= 0:
        return phone > other
    return True if PHONE_WORDS.search(after) else None


def _last(words: "re.Pattern[str]", text: str) -> int:
    return max((found.end() for found in words.finditer(text)), default=-1)


@lru_cache(maxsize=1024)
def _is_valid(digits: str, region: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(digits, region or None))
    except phonenumbers.NumberParseException:
        return False


def _is_possible(digits: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(digits, None))
    except phonenumbers.NumberParseException:
        return False


def _is_written(said: str, region: str) -> bool:
    """Is it a number of the region, in the groups that it is written in there?"""
    if not _is_valid(_digits(said), region):
        return False
    exact = phonenumbers.Leniency.EXACT_GROUPING
    return any(True for _ in phonenumbers.PhoneNumberMatcher(said, region, exact, 1))


def _digits(text: str) -> str:
    """As ASCII."""
    return "".join(str(unicodedata.decimal(one)) for one in text if one.isdecimal())
