"""Tell what names one thing exactly (an error code, a form, a version), and how else it is written. Pure.

An identifier is compared as a whole and counts more than a word; quantities ("5gb", "3-5") don't.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

# Before an identifier as it is spelt, so that "E-11" is nearer to "E-11" than to "E11". No word begins so.
EXACTLY = "="

# A version as it is written with and without its letter.
VERSION = re.compile(r"v(\d+(?:\.\d+)*)")
DIGIT = re.compile(r"\d")
LETTER = re.compile(r"[^\W\d_]")
# "5gb", "2nd", "30min", "10am": a number and what it counts.
QUANTITY = re.compile(r"\d{1,3}(?:\.\d+)?[^\W\d_]+")
DECIMAL = re.compile(r"\d+(?:\.\d+)?")
# A number of so many digits counts nothing, it names: an order, a customer, a part.
LONG_NUMBER = 5
# Capitals before a number are its first half: "E 11", "DD 214".
LABEL = re.compile(r"[A-Z]{1,5}")
NUMBER = re.compile(r"\d{1,6}[A-Za-z]?")
# Groups of digits with blanks, dots, hyphens or brackets between them.
PHONE = re.compile(r"(?<![\w.])\+?\(?\d[\d() ./-]{6,22}\d(?![\w])")
PHONE_DIGITS = range(9, 16)
# Country and trunk prefixes differ in writing; what follows them doesn't.
PHONE_TAIL = 8


@lru_cache(maxsize=10_000)
def is_identifier(word: str) -> bool:
    """Does this word, in small letters, name one thing?"""
    if "@" in word:
        return "." in word.split("@")[-1]
    digits = len(DIGIT.findall(word))
    if not digits:
        return False
    if LETTER.search(word):
        return not QUANTITY.fullmatch(word)
    return digits >= LONG_NUMBER or word.count(".") > 1


def spellings(word: str) -> list[str]:
    """Other ways to write an identifier whose signs have been left out already: a version without its "v"."""
    found = VERSION.fullmatch(word)
    return [found[1]] if found and "." in word else []


def is_label(before: str, between: str, number: str) -> bool:
    """Are a word and the number after it one identifier that is written with a blank?"""
    return between in (" ", "\u00a0") and bool(LABEL.fullmatch(before) and NUMBER.fullmatch(number))


def phone_numbers(text: str) -> Iterator[tuple[str, str, int]]:
    """As they are written, by their last digits, and where; a number in one piece is among the words."""
    for found in PHONE.finditer(text):
        digits = "".join(DIGIT.findall(found[0]))
        if len(digits) in PHONE_DIGITS:
            yield found[0], digits[-PHONE_TAIL:], found.start()
