"""Decode bytes to text whatever the charset, never failing. Pure."""

import codecs
import re

from charset_normalizer import from_bytes

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# How much of a file a guess looks at.
SAMPLE = 64 * 1024
# A file that is UTF-8 but for this share of its bytes is UTF-8 with a few broken ones.
BROKEN_SHARE = 0.01
META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-z0-9_:-]{2,40})", re.I)
XML_CHARSET = re.compile(rb"^<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([a-z0-9_:-]{2,40})", re.I)


def decode(data: bytes, declared: str = "") -> str:
    """By its byte order mark, as UTF-8, as declared, or by a guess."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    # Whole UTF-8 beyond ASCII hardly ever comes about by chance, whatever the page says it is.
    first = "" if data.isascii() else "utf-8"
    for encoding in (first, _known(declared), "utf-8", _wide(data)):
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


def _wide(data: bytes) -> str:
    """UTF-16 without its mark has a NUL at every other byte of Latin text."""
    sample = data[:SAMPLE]
    if len(data) % 2 or sample.count(0) < len(sample) * 0.3:
        return ""
    return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"


def _guessed(data: bytes) -> str:
    lenient = data.decode("utf-8", "replace")
    if (
        lenient.count("\ufffd") <= len(data) * BROKEN_SHARE
        and any(byte >= 0xC2 for byte in data)
        and _has_utf8(data)
    ):
        return lenient
    if latin := _latin(data):
        return latin
    best = from_bytes(data[:SAMPLE]).best()
    return data.decode(best.encoding if best else "cp1252", "replace")


# What the languages in Latin letters write beside A to Z; texts of a few words are told by these alone.
ALPHABETS = (
    "äöüßéàè", "éèàçêùâîôûëïüœæÿ", "ñáéíóúüºª", "ãõáéíóúâêôçàü", "àèéìíòóùú", "åäöéæøü", "ðþæöáéíóúý",
    "ëïéèöüáóçê", "áéíóöőúüű", "ąćęłńóśźż", "áčďéěíňóřšťúůýžľĺŕôä", "čćđšž", "ăâîșțşţ", "çğıöşüâîi̇",
    "āčēģīķļņšūž", "ąčęėįšųūž", "äõöüšž",
)  # fmt: skip
LATIN = ("cp1252", "cp1250", "iso-8859-2", "cp1254", "cp1257")
SIGNS = set(
    "\u201c\u201d\u201e\u2018\u2019\u201a\u2013\u2014\u2026\u2022\u2122\u2039\u203a\u00a0€£§©®«»°·¡¿²³½×±µ´"
)
# Other scripts have hardly a letter of ASCII.
ASCII_LETTERS = 0.4


# Another charset's letter, where a letter stands beside it: `wys³ka`. What follows an m is a power.
MISREAD = re.compile(r"[^\W\d_][¿¡±£½]|[^\W\d_m][²³]|[²³½±£º´](?=[^\W\d_])")


def _latin(data: bytes) -> str:
    """The text, if one Latin charset makes of every byte a letter or sign that one language has."""
    sample = data[:SAMPLE]
    if sum(chr(byte).isalpha() for byte in sample if byte < 0x80) < ASCII_LETTERS * _letters(sample):
        return ""
    texts = (_strictly(data, encoding) for encoding in LATIN)
    return next((text for text in texts if text and _fits(text[:SAMPLE])), "")


def _fits(text: str) -> bool:
    beyond = {sign.lower()[0] for sign in text if sign > "\x7f"} - SIGNS
    return not MISREAD.search(text) and any(beyond <= {*alphabet, "i"} for alphabet in ALPHABETS)


def _letters(sample: bytes) -> int:
    """Of ASCII, and whatever the others may be."""
    return sum(byte >= 0x80 or chr(byte).isalpha() for byte in sample)


def _has_utf8(data: bytes) -> bool:
    """Some character of two or more bytes is whole: single-byte text hardly ever looks like that."""
    return any(ord(letter) > 0x7F and letter != "\ufffd" for letter in data.decode("utf-8", "replace"))
