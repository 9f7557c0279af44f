"""Turn a file's bytes into Markdown with a title and a locale, or say in one sentence why that can't be done.

What a file is, its content tells before its name does. Each is read in a process of its own with limits
and without network (kb.extract.isolated). What comes out holds no script, no NUL and nothing that a database
would refuse.
"""

from itertools import accumulate, pairwise

from kb.extract import isolated, kinds
from kb.extract.kinds import Kind, is_readable
from kb.extract.languages import borne_out, declared_locale, detected_locale
from kb.extract.result import Extracted, Reading, Unreadable

__all__ = ["Extracted", "Kind", "Unreadable", "clean", "extract", "is_readable", "title_from_name"]

TITLE_LENGTH = 500


def extract(data: bytes, name: str) -> Extracted:
    """The text of a file. `name` is its reference or file name. Raises Unreadable."""
    if not data:
        raise Unreadable("The file is empty; upload one that holds text.")
    reading = isolated.read(data, name)
    text = clean(reading.text).strip("\n")
    if not kinds.shows_something(text):
        raise Unreadable("The file holds no text; upload one that does.")
    title = " ".join(clean(reading.title).split()) or title_from_name(name)
    locale = declared_locale(reading.locale, name)
    detected = "" if locale else detected_locale(text) or borne_out(reading.usual_locale, text)
    starts = _page_starts(reading, len(text))
    return Extracted(title[:TITLE_LENGTH], text, locale, detected, starts, reading.notice)


def _page_starts(reading: Reading, length: int) -> tuple[int, ...]:
    """Where the pages begin in the text once it is clean."""
    starts = reading.page_starts
    if not starts:
        return ()
    lengths = [len(clean(reading.text[start:end])) for start, end in pairwise(starts)]
    cleaned = clean(reading.text)
    before = len(cleaned) - len(cleaned.lstrip("\n"))
    return tuple(min(max(start - before, 0), length) for start in accumulate(lengths, initial=0))


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
