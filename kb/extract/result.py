"""What reading a file gives."""

from dataclasses import dataclass


class Unreadable(Exception):
    """A file that can't become a document; the message tells an admin why, and what to do."""


class Unusable(Exception):
    """A picture that can't be kept; the message says why, and what to do."""


@dataclass(frozen=True)
class Drawn:
    """A picture as it is kept."""

    data: bytes
    format: str  # PNG, JPEG or WEBP
    width: int
    height: int


@dataclass(frozen=True)
class Reading:
    """What a format's reader found; the locale is what the file itself says, as it says it.

    `usual_locale` is what the program that wrote it was set to, which its words may belie. `page_starts`: of
    a file with pages, where each of them begins in the text. `notice` tells an admin in a sentence what of
    the file is missing.
    """

    text: str
    title: str = ""
    locale: str = ""
    page_starts: tuple[int, ...] = ()
    notice: str = ""
    usual_locale: str = ""


@dataclass(frozen=True)
class Extracted:
    """A document's Markdown. `locale` is what the file or its name declares; else one may be detected."""

    title: str
    text: str
    locale: str
    detected_locale: str = ""
    page_starts: tuple[int, ...] = ()
    notice: str = ""
