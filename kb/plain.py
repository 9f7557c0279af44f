"""Show Markdown as plain words: what is read stays as it stands, the marks around it go. Pure.

And bring any words that somebody sends into a form that can be stored.
"""

import re
from dataclasses import dataclass
from itertools import groupby

COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
LINK = re.compile(r"\[([^\]\n]+)\]\([^)\n]*\)")
TAG = re.compile(r"</?[a-zA-Z][^>\n]*>")
EMPHASIS = re.compile(
    r"(?<!\\)(\*\*|__|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|`+|~~)"
)
ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
HEADING = re.compile(r"^[ \t]*#{1,6}[ \t]+", re.MULTILINE)
TABLE_RULE = re.compile(r"^[ \t]*\|?(?:[ \t]*:?-{3,}:?[ \t]*\|?)+[ \t]*(?:\n|\Z)", re.MULTILINE)
TABLE_ROW = re.compile(r"^[ \t]*\|(.*?)\|?[ \t]*$", re.MULTILINE)

# What goes, step by step: a pattern, and the group of it that stays.
BLOCKS = ((TABLE_RULE, 0), (TABLE_ROW, 1), (HEADING, 0))
INLINE = ((COMMENT, 0), (IMAGE, 0), (TAG, 0), (LINK, 1), (EMPHASIS, 0), (ESCAPE, 1))


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: words, or one of Markdown's marks."""

    text: str
    is_mark: bool = False


def encodable(text: str) -> str:
    """With a “?” for each half of a character, which no UTF-8 can hold; a terminal hands on any bytes so."""
    return text.encode("utf-8", "replace").decode()


def unmarked(text: str) -> str:
    """Without links' addresses, pictures, tags and emphasis; blanks and line breaks stay."""
    for pattern, kept in INLINE:
        text = pattern.sub(r"\1" if kept else "", text)
    return text


def lines(text: str) -> str:
    """As lines to be read: list marks stay, the cells of a table's row are divided by dots."""
    for pattern, kept in BLOCKS:
        text = pattern.sub(_row if kept else "", text)
    return unmarked(text)


def pieces(text: str) -> list[Piece]:
    """Cut where the marks begin and end: for places that hide them, so that offsets in the text hold."""
    shown = list(range(len(text)))
    for pattern, kept in (*BLOCKS, *INLINE):
        said = "".join(text[place] for place in shown)
        gone: set[int] = set()
        for found in pattern.finditer(said):
            gone.update(range(*found.span()))
            gone.difference_update(range(*found.span(kept)) if kept else ())
        shown = [place for n, place in enumerate(shown) if n not in gone]
    visible = set(shown)
    runs = groupby(range(len(text)), key=lambda place: place not in visible)
    return [Piece("".join(text[place] for place in run), is_mark) for is_mark, run in runs]


def _row(found: re.Match[str]) -> str:
    return " · ".join(cell.strip() for cell in re.split(r"(?<!\\)\|", found[1]))
