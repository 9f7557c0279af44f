"""Read a text as its reader sees it: without Markdown's marks, without what can't be seen. Pure.

"5**5**" and a 5, a space of no width and a 5 are 55 to a reader, a keycap is its digit, and a letter in
another font is that letter. Every character knows the place where it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from support import rendering

# A mark with letters or digits on both sides and no blank between: only there it hides what is read.
TIGHT = re.compile(r"[^\W_][^\w\s]*[*`\\\[\]_][^\w\s]*\w")
PARAGRAPH = re.compile(r"(?:[^\n]+\n?)+|\n+")
HREF = re.compile(r"\]\(\s*<?([^\s<>)]*)")
LONGEST_PARAGRAPH = 20_000
# Cf, apart from what turns the direction of all that follows; and what fonts show as nothing.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202c\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u20e3™℠]"
)
# Written as letters or digits, but normal forms don't know it.
PICTURES = {"🔟": "10", "💯": "100", "🆓": "FREE", "🆗": "OK"}
LETTERS_IN_BOXES = ((0x1F150, 26), (0x1F170, 26), (0x1F1E6, 26))
# Their normal form would say more than they do, or end a sentence: "No", "...".
KEPT = "№…‥"
# Alphabets that hold letters like those of another.
ALPHABETS = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC")
# "µg" and "kΩ" are units.
OF_UNITS = "μΩ"
LETTERS = re.compile(r"[^\W\d_]+")
# Signs that turn what they stand beside.
NO = "🚫⛔❌❎✖✗✘🛑🙅👎"


@dataclass(frozen=True)
class Shown:
    """`places[n]`: where character n was written; None where nothing was changed."""

    text: str
    places: Sequence[int] | None = None

    def place(self, n: int) -> int:
        return self.places[n] if self.places is not None else n

    def end(self, n: int) -> int:
        """Behind the character before n."""
        return self.place(n - 1) + 1 if n else 0


def as_read(text: str) -> str:
    return shown(text).text


@lru_cache(maxsize=512)
def shown(text: str) -> Shown:
    bare = _without_marks(text) if TIGHT.search(text) else Shown(text)
    return bare if all(map(_is_plain, set(bare.text))) else _plain(bare)


def length(text: str) -> int:
    """Of what is seen: a row of blanks is one."""
    return len(" ".join(as_read(text).split()))


def first(text: str, most: int) -> str:
    """The text if no more of it is seen, else its beginning."""
    return text if length(text) <= most else text[:most]


def tells(text: str) -> bool:
    """Beside what its words say, or in words that are in disguise."""
    if text.isascii() and "$" not in text:
        return False
    if any(one in NO or unicodedata.category(one) in ("Sc", "Sm") for one in text):
        return True
    return any(map(is_disguised, LETTERS.findall(as_read(text))))


def is_disguised(word: str) -> bool:
    """Of two alphabets: whoever reads it takes it for another word."""
    return not word.isascii() and len(_alphabets(word)) > 1


def is_foreign(word: str) -> bool:
    """Of another alphabet than Latin that holds letters like Latin ones."""
    return not word.isascii() and not _alphabets(word) <= {"LATIN", ""}


def has_several_alphabets(text: str) -> bool:
    return not text.isascii() and any(_alphabet(one) not in ("", "LATIN") for one in set(text))


def is_latin(text: str) -> bool:
    """Most of its letters are."""
    if text.isascii():
        return True
    letters = [character for character in text if character.isalpha()]
    return sum(_alphabet(character) == "LATIN" for character in letters) * 2 > len(letters)


def _alphabets(word: str) -> set[str]:
    return {_alphabet(one) for one in word if one.isalpha() and one not in OF_UNITS} - {""}


@lru_cache(maxsize=4096)
def _alphabet(character: str) -> str:
    name = unicodedata.name(character, "").partition(" ")[0]
    return name if name in ALPHABETS else ""


def _without_marks(text: str) -> Shown:
    """Paragraph by paragraph, as it is rendered."""
    said: list[str] = []
    places: list[int] = []
    for paragraph in PARAGRAPH.finditer(text):
        start = paragraph.start()
        for character, place in _seen(paragraph[0]):
            said.append(character)
            places.append(start + place)
    return Shown("".join(said), places)


def _seen(paragraph: str) -> Iterator[tuple[str, int]]:
    if len(paragraph) > LONGEST_PARAGRAPH or not TIGHT.search(paragraph):
        yield from zip(paragraph, range(len(paragraph)), strict=True)
        return
    last = len(paragraph) - 1
    place = 0
    addresses = ""
    for token in rendering.inline(paragraph):
        for character in "\n" if token.type in ("softbreak", "hardbreak") else token.content:
            found = paragraph.find(character, place)
            yield character, min(found if found >= 0 else place, last)
            place = found + 1 if found >= 0 else place
        if token.type == "link_close" or token.type == "image":
            address = HREF.search(paragraph, max(0, place - 1))
            addresses += f" ({address[1]})" if address else ""
            place = address.end() if address else place
    yield from ((character, last) for character in addresses)
    if paragraph.endswith("\n"):
        yield "\n", last


def _plain(bare: Shown) -> Shown:
    said: list[str] = []
    places: list[int] = []
    for start, end in _clusters(bare.text):
        read = _read(bare.text[start:end])
        said.append(read)
        places.extend([bare.place(start)] * len(read))
    return Shown("".join(said), places)


def _clusters(text: str) -> Iterator[tuple[int, int]]:
    """Characters with the accents that belong to them; what is not seen goes for itself."""
    start = 0
    for place in range(1, len(text) + 1):
        if place < len(text) and text[place] > "\u02ff" and _is_accent(text[place]):
            continue
        yield start, place
        start = place


@lru_cache(maxsize=8192)
def _is_plain(character: str) -> bool:
    return not _is_accent(character) and _read(character) == character


@lru_cache(maxsize=4096)
def _is_accent(character: str) -> bool:
    return unicodedata.combining(character) > 0 or character in "ﾞﾟ"


@lru_cache(maxsize=8192)
def _read(cluster: str) -> str:
    seen = UNSEEN.sub("", cluster)
    if len(seen) == 1:
        return _letter(seen)
    return unicodedata.normalize("NFKC", seen)


def _letter(character: str) -> str:
    if character.isascii() or character in KEPT:
        return character
    if character in PICTURES:
        return PICTURES[character]
    for first, count in LETTERS_IN_BOXES:
        if first <= ord(character) < first + count:
            return chr(ord("A") + ord(character) - first)
    if character == "\u2800":
        return " "
    if character in "\u0085\u2028\u2029":
        return "\n"
    if character.isdecimal():
        return str(unicodedata.decimal(character))
    plain = unicodedata.normalize("NFKC", character)
    is_raised = unicodedata.decomposition(character).startswith(("<super>", "<sub>"))  # "5²" is not 52
    return character if is_raised or (plain[0] == " " and not character.isspace()) else plain
