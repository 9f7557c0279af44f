"""Show Markdown as plain words: what is read stays as it stands, the marks around it go. Pure.

And bring any words that somebody sends into a form that can be stored.
"""

import re

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


def encodable(text: str) -> str:
    """With a “?” for each half of a character, which no UTF-8 can hold; a terminal hands on any bytes so."""
    return text.encode("utf-8", "replace").decode()


def unmarked(text: str) -> str:
    """Without links' addresses, pictures, tags and emphasis; blanks and line breaks stay."""
    text = TAG.sub("", IMAGE.sub("", COMMENT.sub("", text)))
    return ESCAPE.sub(r"\1", EMPHASIS.sub("", LINK.sub(r"\1", text)))


def lines(text: str) -> str:
    """As lines to be read: list marks stay, the cells of a table's row are divided by dots."""
    text = TABLE_ROW.sub(_row, TABLE_RULE.sub("", text))
    return unmarked(HEADING.sub("", text))


def _row(found: re.Match[str]) -> str:
    return " · ".join(cell.strip() for cell in re.split(r"(?<!\\)\|", found[1]))
