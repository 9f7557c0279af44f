"""Find what reaches or bills a person: e-mail addresses, phone, card and bank account numbers. Pure.

Better one too many than one that leaves; yet a date, a price, a version, the number of an order or a form
stays what it is, for a model needs it to answer. Where the digits alone do not tell, words beside them do.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers

from llm import personal_emails
from llm.personal_words import (
    ABOUT,
    AMOUNT,
    BANK_WORDS,
    BEGINS,
    BLANK,
    BOOK,
    CALLING,
    CARD_WORDS,
    DATE,
    ENDS,
    MACHINE,
    MONEY,
    NO_BANK,
    NORTH_AMERICAN,
    OTHER_CARDS,
    OTHER_WORDS,
    PHONE_WORDS,
    PLAIN,
    RANGE,
    TO_THE_NUMBER,
    UNSPACED,
    YEAR,
    YEARS,
    ZIP_CODE,
)


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


# Without one of these there is nothing to find.
ANY = re.compile(
    r"@|%40|&#0*64;|&commat;|\d\s{0,3}\D{0,3}\d|[\[({][aä]t[\])}]|\b(?:[aä]t|arroba|arobase)\b", re.IGNORECASE
)
IBAN_START = re.compile(r"(?:(?<![A-Za-z0-9])|(?<=iban))[A-Z]{2} ?[0-9]{2}", re.IGNORECASE | re.ASCII)
SHORTEST_IBAN, LONGEST_IBAN = 15, 34
BANK = re.compile(rf"{BEGINS}(?:{BANK_WORDS})", re.IGNORECASE)
# What may stand between the groups of a number that is written down to be copied.
BETWEEN = r"[\s/_.·-]{1,3}"
IBAN_GROUP = re.compile(rf"(?:{BETWEEN})?([A-Z0-9]+)", re.IGNORECASE | re.ASCII)
GROUPS = re.compile(rf"\d+(?:{BETWEEN}\d+)*")
PLAINLY = re.compile(r"[ .·-]")
FEWEST_CARD_DIGITS, MOST_CARD_DIGITS = 13, 19
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
    rf"(?:(?:[{BLANK}./-]|[{BLANK}]?[()][{BLANK}-]?|[{BLANK}]-[{BLANK}])?\d){{6,60}}{ENDS}(?![@%])"
)
# The same with more between its groups: that may as well be several numbers.
WIDE = re.compile(
    rf"{BEGINS}(?<!@)(?:[+＋] ?)?\(?\d(?:(?:[ ./_()-]{{1,4}}|\n)?\d){{6,60}}(?![^\W_{UNSPACED}])(?![@%])"
)
WIDELY = re.compile(r" *[/_] *| {2,}|\n|[()][ ./_()-]{2,}")
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

# Nothing that begins in a text reaches farther behind its cut.
MOST_BEHIND = 400
# How far a word may stand from the number that it tells about.
BEFORE, AFTER, NEAR = 32, 24, 16


def find(text: str) -> Sequence[Found]:
    """In order; none of them reaches into another."""
    text = text.translate(PLAIN)
    return _found(text) if ANY.search(text) else ()


def cut(text: str, longest: int) -> str:
    """Its beginning, which ends before what could be found in the whole text alone."""
    text, end = text[: longest + MOST_BEHIND], longest
    found = find(text) if len(text) > longest else ()
    while end < len(text):
        still = {(one.start, one.end) for one in find(text[:end])}
        torn = [one.start for one in found if one.start < end and (one.start, one.end) not in still]
        if not torn:
            break
        end = min(torn)
    return text[:end]


@lru_cache(maxsize=64)  # a request is read more than once before it leaves
def _found(text: str) -> tuple[Found, ...]:
    taken: list[Found] = []
    emails = (Found(Kind.EMAIL, *span) for span in personal_emails.spans(text))
    for found in (*emails, *_ibans(text), *_cards(text), *_accounts(text), *_phones(text)):
        if not any(found.start < other.end and other.start < found.end for other in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda one: one.start))


def bare(text: str, kind: Kind) -> str:
    """What is the same however it is written: without blanks, prefixes of countries and capitals."""
    if kind == Kind.EMAIL:
        return text.casefold()
    text = text.translate(PLAIN)
    letters = "".join(_digits(one) if one.isdecimal() else one.casefold() for one in text if one.isalnum())
    return letters.lstrip("0")[-9:] if kind == Kind.PHONE else letters


def _ibans(text: str) -> Iterator[Found]:
    for start in IBAN_START.finditer(text):
        if end := _iban_end(text, start.start()):
            yield Found(Kind.ACCOUNT, start.start(), end)


def _iban_end(text: str, start: int) -> int:
    """Of the longest that its check digits bear out, or else of what a bank word tells to be one; 0: none."""
    letters, found, told, place = "", 0, 0, start
    while (group := IBAN_GROUP.match(text, place)) and len(letters + group[1]) <= LONGEST_IBAN:
        letters, place = letters + group[1], group.end()
        whole = not text[place : place + 1].isalnum()
        if whole and len(letters) >= SHORTEST_IBAN and _bears_out(letters):
            found = place
        # A bank is named in letters, an account in digits.
        if (
            whole
            and (len(letters) <= 8 or any(one.isdigit() for one in group[1]))
            and told in (0, group.start())
        ):
            told = place
    long = sum(one.isalnum() for one in text[start:told]) >= SHORTEST_IBAN
    return found or (told if long and _is_of_a_bank(text, start) else 0)


def _is_of_a_bank(text: str, start: int) -> bool:
    before = text[max(0, start - BEFORE) : start]
    return _last(BANK, before) > _last(OTHER_WORDS, before)


def _bears_out(iban: str) -> bool:
    """ISO 7064, modulo 97-10."""
    return int("".join(str(int(one, 36)) for one in iban[4:] + iban[:4])) % 97 == 1


def _cards(text: str) -> Iterator[Found]:
    for run in GROUPS.finditer(text):
        if len(run[0]) < FEWEST_CARD_DIGITS:
            continue
        groups = list(re.finditer(r"\d+", run[0]))
        begin = 0
        while begin < len(groups):
            end = _card_end(run[0], groups, begin)
            if not end and begin == 0 and _is_of_a_card(text, *run.span()):
                end = _told_card_end(run[0], groups)
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
        if len(digits) > MOST_CARD_DIGITS:
            break
        if CARD.fullmatch(digits) and _luhn(digits) and _is_one(text, groups[begin : end + 1]):
            return end + 1
    return 0


def _is_one(text: str, groups: "list[re.Match[str]]") -> bool:
    """Numbers in a row, one below the other or as a date are several, unless all are of one length."""
    between = {text[one.end() : other.start()] for one, other in itertools.pairwise(groups)}
    if all(PLAINLY.fullmatch(one) for one in between):
        return True
    lengths = [len(one[0]) for one in groups]
    return lengths in ([4, 6, 5], [4, 6, 4]) or (
        len(between) <= 2 and lengths[0] > 1 and len(set(lengths[:-1])) == 1 and lengths[-1] <= lengths[0]
    )


def _is_of_a_card(text: str, start: int, end: int) -> bool:
    """Do the words beside it say so?"""
    before = text[max(0, start - BEFORE) : start].rstrip("#№ :.")
    other = max(_last(OTHER_WORDS, before), _last(OTHER_CARDS, before))
    card = _last(CARD_WORDS, before)
    if card >= 0 or other >= 0:
        return card > other
    return bool(
        re.match(r"\W*(?:is|ist|es|est)\b", text[end : end + AFTER])
        and CARD_WORDS.search(text, end, end + AFTER)
    )


def _told_card_end(text: str, groups: "list[re.Match[str]]") -> int:
    """Whatever its check digit says: as long as cards are, rather than with what stands behind them."""
    ends, count = {}, 0
    for end, group in enumerate(groups, start=1):
        count += len(group[0])
        ends[count] = end
    shapes = [16, 15, *range(FEWEST_CARD_DIGITS, MOST_CARD_DIGITS + 1)]
    end = next((ends[one] for one in shapes if one in ends), 0)
    said = text[groups[0].start() : groups[end - 1].end()] if end else ""
    return 0 if DATE.search(said) or AMOUNT.fullmatch(said) else end


def _luhn(digits: str) -> bool:
    doubled = [int(one) * (1 + place % 2) for place, one in enumerate(reversed(digits))]
    return sum(one // 10 + one % 10 for one in doubled) % 10 == 0


def _accounts(text: str) -> Iterator[Found]:
    for told in ACCOUNT.finditer(text):
        if NO_BANK.search(text, max(0, told.start() - BEFORE), told.start()):
            continue
        for name in ("one", "two"):
            count = len(_digits(told[name] or ""))
            if FEWEST_ACCOUNT_DIGITS <= count <= MOST_ACCOUNT_DIGITS and not YEAR.search(told[name]):
                yield Found(Kind.ACCOUNT, *told.span(name))


def _phones(text: str) -> Iterator[Found]:
    asked = 0
    for run in WIDE.finditer(text):
        start, end = _outside_brackets(text, *run.span())
        if asked < MOST_ASKED and WIDELY.search(text, start, end):
            asked += 1
            if _is_wide_phone(text, start, end):
                yield Found(Kind.PHONE, start, end)
    asked = 0
    for start, end in _numbers(text):
        said = text[start:end]
        if _is_something_else(said, text, start, end):
            continue
        asked += 1
        if asked > MOST_ASKED or _is_phone(said, text, start, end):
            yield Found(Kind.PHONE, start, end)


def _is_narrow_phone(text: str, start: int, end: int) -> bool:
    said = text[start:end]
    return not _is_something_else(said, text, start, end) and _is_phone(said, text, start, end)


def _is_wide_phone(text: str, start: int, end: int) -> bool:
    """One number, with much between its groups: what is a phone's anyhow, or is told to be one."""
    said = text[start:end]
    plus = said.startswith(("+", "＋"))
    first = next(_numbers(text, start, end), None)
    if first and first[0] == start and not plus and _is_narrow_phone(text, *first):
        return False  # several, then
    closer = WIDELY.sub(" ", said)
    if _is_something_else(closer, text, start, end):
        return False
    if "\n" in said and not plus:
        return _told(text, start, end) is True
    return _is_phone(said, text, start, end)


def _numbers(text: str, begin: int = 0, stop: int | None = None) -> Iterator[tuple[int, int]]:
    """Several may stand in a row, with nothing but a blank between them."""
    for run in NUMBER.finditer(text, begin, len(text) if stop is None else stop):
        start, end = _outside_brackets(text, *run.span())
        if len(_digits(text[start:end])) <= MOST_PHONE_DIGITS:
            yield start, end
        else:
            yield from _in_a_row(text, start, end)


def _outside_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """No bracket is taken without its other half: “(0171 2345678)”, “0171 2345678 (1)”, “1) 0171 2345678”."""
    opened, closed = text.rfind("(", start, end), text.find(")", start, end)
    if opened > text.rfind(")", start, end):
        few = len(_digits(text[opened:end])) <= 2
        if opened == start:
            start += 1
        elif few:
            end = start + len(text[start:opened].rstrip(" ./-_"))
        elif text[end : end + 1] == ")":
            end += 1
    if closed >= 0 and "(" not in text[start:closed]:
        start = closed + 1 + len(text[closed + 1 : end]) - len(text[closed + 1 : end].lstrip(" ./-_"))
    return start, end


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
    shapes = (RANGE, YEARS, BOOK, MACHINE)
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
    said = WIDELY.sub(" ", said)
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
    before = text[max(0, start - BEFORE) : start]
    line = before.rpartition("\n")[2]
    before = line if line.strip() else before.rstrip()[-NEAR:].rpartition("\n")[2]
    after = text[end : end + AFTER].partition("\n")[0]
    if ABOUT.search(before):
        return False
    phone, other = _last(PHONE_WORDS, before), _last(OTHER_WORDS, before)
    if phone >= 0 or other >= 0:
        return phone > other
    behind = PHONE_WORDS.search(after)
    if behind and CALLING.match(behind[0]):  # “4085551234, call me”: it may be where to
        digits = _digits(text[start:end])
        return (len(digits) >= 10 and any(_is_valid(digits, region) for region in REGIONS)) or None
    return True if behind else None


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
