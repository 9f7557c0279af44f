"""Find the desk's own instructions in what a model wrote, also in a guise that is easily taken off. Pure.

A translation, a summary or a cipher of the model's own is not found; nothing backs those sentences either.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

# So many words in a row are no chance.
RUN = 8
# As many characters of a code as a few words take.
BASE64 = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")
HEX = re.compile(r"(?:[0-9A-Fa-f]{2}[\s:,]?){24,}")


def repeats(text: str, instructions: str) -> bool:
    """Whatever stands between the letters, in either direction."""
    runs = _runs(instructions)
    return any(run in letters for letters in map(_letters, _guises(text)) for run in runs)


def _guises(text: str) -> Iterator[str]:
    for plain in (text, *_decoded(text)):
        yield plain
        yield plain[::-1]
        yield codecs.encode(plain, "rot13")


def _decoded(text: str) -> Iterator[str]:
    unbroken = re.sub(r"\s+", "", text)
    for code in BASE64.findall(unbroken) + BASE64.findall(text):
        sized = code.rstrip("=").translate(str.maketrans("-_", "+/"))
        # A word before the code may have run into it, so that it begins at any of four places.
        for start in range(4):
            part = sized[start:]
            yield base64.b64decode(part[: len(part) // 4 * 4]).decode("utf-8", "ignore")
    for code in HEX.findall(text):
        yield binascii.unhexlify(re.sub(r"[^0-9A-Fa-f]", "", code)).decode("utf-8", "ignore")


@lru_cache(maxsize=16)
def _runs(instructions: str) -> tuple[str, ...]:
    words = [letters for letters in map(_letters, instructions.split()) if letters]
    return tuple("".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1))


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, unicodedata.normalize("NFKC", text).casefold()))
