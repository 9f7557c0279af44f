"""Turn a file's bytes into Markdown with a title and a locale, or say in one sentence why that can't be done.

What a file is, its content tells before its name does. Hostile formats are read in a child process with
limits (kb.extract.isolated). What comes out holds no script, no NUL and nothing that a database would refuse.
"""

from kb.extract import decoding, html, isolated, kinds, markdown, tabular, txt
from kb.extract.kinds import Kind, is_readable
from kb.extract.languages import declared_locale, detected_locale
from kb.extract.result import Extracted, Reading, Unreadable

__all__ = ["Extracted", "Kind", "Unreadable", "clean", "extract", "is_readable", "title_from_name"]

TITLE_LENGTH = 500
# Cleaning HTML takes a time that grows with the square of what a hostile page holds.
LARGE_PAGE = 200_000


def extract(data: bytes, name: str) -> Extracted:
    """The text of a file. `name` is its reference or file name. Raises Unreadable."""
    if not data:
        raise Unreadable("The file is empty; upload one that holds text.")
    reading = _read(data, name)
    text = clean(reading.text).strip("\n")
    if not text.strip():
        raise Unreadable("The file holds no text; upload one that does.")
    title = " ".join(clean(reading.title).split()) or title_from_name(name)
    locale = declared_locale(reading.locale, name)
    detected = "" if locale else detected_locale(text)
    return Extracted(title[:TITLE_LENGTH], text, locale, detected)


def _read(data: bytes, name: str) -> Reading:
    kind = kinds.kind_of(data, name)
    match kind:
        case Kind.MARKDOWN:
            return markdown.read(decoding.decode(data))
        case Kind.TEXT:
            return txt.read(decoding.decode(data))
        case Kind.CSV:
            return tabular.read(decoding.decode(data), name)
        case Kind.HTML:
            return html.read_page(data) if len(data) <= LARGE_PAGE else isolated.read_page(data)
        case _:
            return isolated.read(data, kind)


def clean(text: str) -> str:
    """One kind of line end, and none of the characters that PostgreSQL or a browser stumble over."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").replace("\ufeff", "")
    return text.translate(_UNWANTED).encode("utf-8", "ignore").decode("utf-8")


# Control characters, but for tab and new line; the form feed between a PDF's pages becomes a line end.
_UNWANTED = {code: None for code in [*range(0x20), 0x7F] if chr(code) not in "\t\n\f"} | {0x0C: "\n"}


def title_from_name(name: str) -> str:
    """`help/reset-your_password._es.md` is called "Reset your password"."""
    stem = kinds.stem(name)
    words = " ".join(stem.replace("_", " ").replace("-", " ").split()) if " " not in stem else stem
    words = clean(words).strip() or "Untitled"
    return (words[0].upper() + words[1:])[:TITLE_LENGTH]
