"""Cut RTF into its words, signs and groups, and tell which charset its bytes are in. Pure."""

import re
from collections.abc import Iterator
from typing import NamedTuple

TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9a-fA-F]{2})|\\(?P<sign>[^a-zA-Z])|"
    rb"(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)"
)
IN_SKIPPED = re.compile(rb"\\bin(?P<number>\d{1,10}) ?|\\(?s:.)|(?P<brace>[{}])")

# By the number that a font says of its letters.
CHARSETS = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 255: "cp437",
}  # fmt: skip
SYMBOLS = 2  # a font of pictures, of which only the dot before a list's items says anything
DOT, BULLET = 0xB7, "•"
BY_WORD = {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
BY_PAGE = {10000: "mac_roman", 65001: "utf-8", 936: "gb18030", 1361: "johab"}
PAGES = {437, 850, 852, 866, 874, 932, 949, 950, *range(1250, 1259)}


class Token(NamedTuple):
    """A control word with its number, a sign behind a backslash, a brace, or bytes of text."""

    kind: str
    word: str = ""
    number: int | None = None
    data: bytes = b""


class Tokens:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __iter__(self) -> Iterator[Token]:
        while found := TOKEN.search(self._data, self._at):
            self._at = found.end()
            kind = str(found.lastgroup)
            if kind in ("word", "number"):
                number = int(found["number"]) if found["number"] else None
                if found["word"] == b"bin":
                    self._pass_over(number or 0)
                else:
                    yield Token("word", found["word"].decode(), number)
            elif kind == "byte":
                yield Token("text", data=bytes.fromhex(found["byte"].decode()))
            else:
                yield Token(kind, data=found[kind])

    def skip_group(self) -> memoryview:
        """To the brace that ends the group that is open, which is the next token; what is passed over."""
        depth, start = 1, self._at
        while found := IN_SKIPPED.search(self._data, self._at):
            if found["brace"]:
                depth += 1 if found["brace"] == b"{" else -1
                if not depth:
                    self._at = found.start()
                    return memoryview(self._data)[start : self._at]
            self._at = found.end()
            if found["number"]:
                self._pass_over(int(found["number"]))
        self._at = len(self._data)
        return memoryview(self._data)[start:]

    def _pass_over(self, count: int) -> None:
        """Bytes of a picture; who says that there are more than the file has says nothing."""
        if self._at + count < len(self._data):
            self._at += count


def code_page(number: int) -> str:
    return BY_PAGE.get(number, f"cp{number}" if number in PAGES else "cp1252")


def of_symbols(data: bytes) -> str:
    return BULLET if DOT in data else ""


def whole(text: str) -> str:
    """Signs that came in two halves are one; half of one is none."""
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text
