"""Find what reaches or bills a person: e-mail addresses, phone, card and bank account numbers. Pure.

Better one too many than one that leaves; yet a date, a price, a version, the number of an order or a form
stays what it is, for a model needs it to answer. Where the digits alone do not tell, words beside them do.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from llm import personal_emails, personal_phones
from llm.personal_words import (
    AFTER,
    AMOUNT,
    BANK_WORDS,
    BEFORE,
    BEGINS,
    BLANK,
    CARD_WORDS,
    DATE,
    ENDS,
    NO_BANK,
    OTHER_CARDS,
    OTHER_WORDS,
    PLAIN,
    TO_THE_NUMBER,
    UNSPACED,
    YEAR,
    digits_of,
    last,
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

# Nothing that begins in a text reaches farther behind its cut.
MOST_BEHIND = 400


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
    phones = (Found(Kind.PHONE, *span) for span in personal_phones.spans(text))
    for found in (*emails, *_ibans(text), *_cards(text), *_accounts(text), *phones):
        if not any(found.start < other.end and other.start < found.end for other in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda one: one.start))


def bare(text: str, kind: Kind) -> str:
    """What is the same however it is written: without blanks, prefixes of countries and capitals."""
    if kind == Kind.EMAIL:
        return text.casefold()
    text = text.translate(PLAIN)
    letters = "".join(digits_of(one) if one.isdecimal() else one.casefold() for one in text if one.isalnum())
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
    return last(BANK, before) > last(OTHER_WORDS, before)


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
        digits += digits_of(groups[end][0])
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
    other = max(last(OTHER_WORDS, before), last(OTHER_CARDS, before))
    card = last(CARD_WORDS, before)
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
            count = len(digits_of(told[name] or ""))
            if FEWEST_ACCOUNT_DIGITS <= count <= MOST_ACCOUNT_DIGITS and not YEAR.search(told[name]):
                yield Found(Kind.ACCOUNT, *told.span(name))
