"""Find telephone numbers: by their form, by `phonenumbers`, and by the words beside them. Pure."""

import re
from collections.abc import Iterator
from functools import lru_cache

import phonenumbers

from llm.personal_words import (
    ABOUT,
    AFTER,
    AMOUNT,
    BEFORE,
    BEGINS,
    BLANK,
    BOOK,
    CALLING,
    DATE,
    ENDS,
    MACHINE,
    MONEY,
    NEAR,
    NORTH_AMERICAN,
    OTHER_WORDS,
    PHONE_WORDS,
    RANGE,
    UNSPACED,
    YEARS,
    ZIP_CODE,
    digits_of,
    last,
)

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


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where they stand. What is found in two ways is told twice."""
    asked = 0
    for run in WIDE.finditer(text):
        start, end = _outside_brackets(text, *run.span())
        if asked < MOST_ASKED and WIDELY.search(text, start, end):
            asked += 1
            if _is_wide_phone(text, start, end):
                yield start, end
    asked = 0
    for start, end in _numbers(text):
        said = text[start:end]
        if _is_something_else(said, text, start, end):
            continue
        asked += 1
        if asked > MOST_ASKED or _is_phone(said, text, start, end):
            yield start, end


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
        if len(digits_of(text[start:end])) <= MOST_PHONE_DIGITS:
            yield start, end
        else:
            yield from _in_a_row(text, start, end)


def _outside_brackets(text: str, start: int, end: int) -> tuple[int, int]:
    """No bracket is taken without its other half: “(0171 2345678)”, “0171 2345678 (1)”, “1) 0171 2345678”."""
    opened, closed = text.rfind("(", start, end), text.find(")", start, end)
    if opened > text.rfind(")", start, end):
        few = len(digits_of(text[opened:end])) <= 2
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
        more = len(digits_of(part[0]))
        begins = count >= FEWEST_PHONE_DIGITS and part[0][0] in "+＋0("
        if begins or count + more > MOST_PHONE_DIGITS:
            yield first, last
            first, count = part.start(), 0
        last, count = part.end(), count + more
    yield first, last


def _is_something_else(said: str, text: str, start: int, end: int) -> bool:
    """By its own shape, and by what touches it."""
    if not FEWEST_PHONE_DIGITS <= len(digits_of(said)) <= MOST_PHONE_DIGITS or DATE.search(said):
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
        return _is_possible("+" + digits_of(said))
    told = _told(text, start, end)
    if told is not None:
        return told
    said = WIDELY.sub(" ", said)
    if NORTH_AMERICAN.fullmatch(said):
        return True
    grouped = len(re.findall(r"\d+", said)) > 1
    if AMOUNT.fullmatch(said):
        return False
    if said.startswith("00") and _is_valid("+" + digits_of(said)[2:], ""):
        return True
    alone = not text[:start].rpartition("\n")[2].strip() and not text[end:].partition("\n")[0].strip(" .,\r")
    if alone or said[0] in "0(":
        return len(digits_of(said)) >= 9 and any(_is_valid(digits_of(said), region) for region in REGIONS)
    return grouped and any(_is_written(said, region) for region in REGIONS)


def _told(text: str, start: int, end: int) -> bool | None:
    """What the words beside it say; None: nothing. The nearest before it counts, then those behind."""
    before = text[max(0, start - BEFORE) : start]
    line = before.rpartition("\n")[2]
    before = line if line.strip() else before.rstrip()[-NEAR:].rpartition("\n")[2]
    after = text[end : end + AFTER].partition("\n")[0]
    if ABOUT.search(before):
        return False
    phone, other = last(PHONE_WORDS, before), last(OTHER_WORDS, before)
    if phone >= 0 or other >= 0:
        return phone > other
    behind = PHONE_WORDS.search(after)
    if behind and CALLING.match(behind[0]):  # “4085551234, call me”: it may be where to
        digits = digits_of(text[start:end])
        return (len(digits) >= 10 and any(_is_valid(digits, region) for region in REGIONS)) or None
    return True if behind else None


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
    if not _is_valid(digits_of(said), region):
        return False
    exact = phonenumbers.Leniency.EXACT_GROUPING
    return any(True for _ in phonenumbers.PhoneNumberMatcher(said, region, exact, 1))
