"""Decode bytes to text whatever the charset, never failing. Pure."""

import codecs
import re

from charset_normalizer import from_bytes

from kb.extract import charsets

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How much of a file a guess looks at.
SAMPLE = 64 * 1024
# A file that is UTF-8 but for these shares is UTF-8 with a few broken bytes.
BROKEN_SHARE = 0.01
BROKEN_LETTERS = 0.5  # of the whole ones beyond ASCII
ASCII = bytes(range(0x80))
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-z0-9_:-]{2,40})", re.I)
XML_CHARSET = re.compile(rb"^<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([a-z0-9_:-]{2,40})", re.I)


def decode(data: bytes, declared: str = "") -> str:
    """By its byte order mark, as UTF-8, as declared, or by a guess."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    # Whole UTF-8 beyond ASCII hardly ever comes about by chance, whatever the page says it is.
    first = "" if data.isascii() else "utf-8"
    for encoding in (_wide(data), _switching(data), first, _known(declared), "utf-8"):
        if encoding and (text := _strictly(data, encoding)) is not None:
            return text
    return _guessed(data)


def decode_html(data: bytes) -> str:
    head = data[:4096]
    told = META_CHARSET.search(head) or XML_CHARSET.search(head)
    declared = told[1].decode("ascii") if told else ""
    # A page that says UTF-16 in plain bytes is not; browsers take it for UTF-8.
    return decode(data, "" if declared.lower().startswith("utf-16") else declared)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _known(declared: str) -> str:
    """As browsers read them: what says Latin-1 is Windows-1252, Shift_JIS has Microsoft's additions."""
    name = declared.strip().lower()
    aliases = {"iso-8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
    aliases |= {
        "shift_jis": "cp932",
        "shift-jis": "cp932",
        "x-sjis": "cp932",
        "gb2312": "gb18030",
        "gbk": "gb18030",
    }
    name = aliases.get(name, name)
    try:
        return name if name and codecs.lookup(name)._is_text_encoding else ""
    except LookupError:
        return ""


# What every other byte of UTF-16 is: of Latin, Greek, Cyrillic, Hebrew, Arabic, Thai.
UPPER = bytes((0, 3, 4, 5, 6, 0x0E))
LEAST_UPPER = 0.6  # spaces and points between have another one


def _wide(data: bytes) -> str:
    """UTF-16 without its mark."""
    sample = data[:SAMPLE]
    if len(data) % 2 or not sample:
        return ""
    first, second = (len(half) - len(half.translate(None, UPPER)) for half in (sample[::2], sample[1::2]))
    if max(first, second) < LEAST_UPPER * len(sample) / 2 or first == second:
        return ""
    return "utf-16-le" if second > first else "utf-16-be"


def _switching(data: bytes) -> str:
    """Japanese mail is ASCII that says where its letters begin and end."""
    return "iso2022_jp" if b"\x1b$" in data and data.isascii() else ""


def _guessed(data: bytes) -> str:
    if (lenient := _leniently(data)) is not None:
        return lenient
    name = charsets.likeliest(data) or getattr(from_bytes(data[:SAMPLE]).best(), "encoding", "cp1252")
    return data.decode(name, "replace")


def _leniently(data: bytes) -> str | None:
    """UTF-8 but for a few bytes: in other charsets, hardly any letters look like whole ones of it."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    ascii_letters = len(data) - len(data.translate(None, ASCII))
    whole = len(text) - ascii_letters - broken
    few = broken <= len(data) * BROKEN_SHARE and broken <= max(1, whole * BROKEN_LETTERS)
    return text if whole and few else None
