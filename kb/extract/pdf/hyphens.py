"""Put lines together: a word that the end of a line cuts in two is whole, as its document writes it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from kb.extract.pdf.words import SOFT_HYPHEN

# Stands before the first word of each page until all is written; no PDF's word holds it.
PAGE = "\x01"
WORD = re.compile(r"\w+(?:-\w+)*")
LAST = re.compile(r"(\w+(?:-\w+)*)\W$")
LONGEST = 50  # of a word's half
LEAST = 3  # letters of what may be a word of its own
EAST_ASIAN = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]")


@dataclass(frozen=True)
class Known:
    """A document's words, as they are written and in small letters; but for what its lines may cut in two."""

    written: frozenset[str]
    small: frozenset[str]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Known:
        written: set[str] = set()
        for above, one in pairwise(["", *lines]):
            words = WORD.findall(one)
            written.update(words[int(_is_cut(above)) : len(words) - int(_is_cut(one))])
        return cls(frozenset(written), frozenset(map(str.lower, written)))

    def has_hyphen(self, one: str, other: str) -> bool:
        """By how it stands elsewhere; else it has one if both halves are words of their own."""
        if (one + other).lower() in self.small:
            return False
        if f"{one}-{other}".lower() in self.small:
            return True
        # As it is written: in German, the second half of a compound is no word without its capital.
        one, other = one.split("-")[-1].lower(), other.split("-")[0]
        return min(len(one), len(other)) >= LEAST and one in self.small and other in self.written


def _is_cut(text: str) -> bool:
    return text.endswith(SOFT_HYPHEN) or (text.endswith("-") and text[-2:-1].isalpha())


def joined(above: str, below: str, known: Known) -> str:
    """What is lower on the page may begin with marks of pages."""
    marks = below[: len(below) - len(below.lstrip(PAGE))]
    rest = below[len(marks) :]
    if _is_cut(above):
        first, second = LAST.search(above[-LONGEST:]), WORD.match(rest[:LONGEST])
        halves = (first[1] if first else "", second[0] if second else "")
        hyphen = not rest[:1].islower() or known.has_hyphen(*halves)
        return f"{above[:-1]}{'-' if hyphen else ''}{marks}{rest}"
    if above and rest and EAST_ASIAN.match(above[-1]) and EAST_ASIAN.match(rest[0]):
        return above + below
    return f"{above} {below}"
