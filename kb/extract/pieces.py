"""Write Markdown from what a file's format says: headings, paragraphs, lists, tables. Pure."""

import re
from collections.abc import Iterable, Sequence

DEEPEST_HEADING = 6
# What begins a block in Markdown without being meant so.
BLOCK_START = re.compile(r"^([ \t]*)(#{1,6}(?=[ \t]|$)|>|[-+*](?=[ \t]|$)|`{3,}|~{3,}|\|)", re.M)
NUMBER_START = re.compile(r"^([ \t]*\d{1,9})([.)])(?=[ \t]|$)", re.M)
UNDERLINE = re.compile(r"^([ \t]*)(=+|-+)[ \t]*$", re.M)
ROW = re.compile(r"\| .* \|")
RULE = re.compile(r"\|(?: --- \|)+")  # below the header
MOST_NUMBER = 999_999_999  # of an item, in Markdown
LINKED = ("http:", "https:", "mailto:")


def heading(level: int, text: str) -> str:
    words = " ".join(text.split())
    return f"{'#' * min(max(level, 1), DEEPEST_HEADING)} {words}" if words else ""


def paragraph(text: str) -> str:
    """Words that begin like a list or a heading stay words."""
    lines = (line.strip() for line in text.strip().split("\n"))
    plain = "\n".join(line for line in lines if line)
    plain = UNDERLINE.sub(r"\1\\\2", BLOCK_START.sub(r"\1\\\2", plain))
    return NUMBER_START.sub(r"\1\\\2", plain)


def link(words: str, address: str) -> str:
    """Words that lead somewhere that a reader can go to; else the words."""
    if not words.strip() or not address.lower().startswith(LINKED):
        return words
    address = "%20".join(address.split()).replace(")", "%29")
    return words if address in words else f"[{words}]({address})"


def bold(text: str) -> str:
    core = text.strip()
    return text.replace(core, f"**{core}**", 1) if core and "\n" not in core else text


class Items:
    """The items of one list, nested as deep as it is; those without a number have a mark."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open: list[tuple[int, int, int]] = []  # level, width of its mark, number of its last item
        self.below: list[str] = []  # what can't stand in an item

    def add(self, level: int, text: str, number: int | None = None, told: str = "") -> None:
        """`told`: what is seen before it; Markdown counts in figures alone, and keeps others as words."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        indent = " " * sum(width for _, width, _ in self._open)
        if told and told.strip("()[]. ") != str(number):
            mark, text = "- ", f"{told} {text}"
        else:
            mark = "- " if number is None else f"{min(max(number, 0), MOST_NUMBER)}. "
        self._open.append((level, len(mark), number or 0))
        first, *others = paragraph(text).split("\n")
        self._lines.append(f"{indent}{mark}{first}")
        self._lines += [f"{indent}{' ' * len(mark)}{line}" for line in others]

    def following(self, level: int, first: int = 1) -> int:
        """The number after that of the last item on this level, where that is not told."""
        last = next((number for at, _, number in self._open if at == level), 0)
        return last + 1 if last else first

    def __bool__(self) -> bool:
        return bool(self._lines)

    def text(self) -> str:
        return "\n".join(self._lines)

    def taken(self) -> list[str]:
        """The list, and what stands below it; what is added from now on is another."""
        blocks = [self.text(), *self.below]
        self._lines, self._open, self.below = [], [], []
        return blocks


def table(rows: Iterable[Sequence[str]]) -> str:
    """The first row is the header. Rows and columns that hold nothing are left out."""
    held = [[cell(value) for value in row] for row in rows]
    held = [row for row in held if any(row)]
    if not held:
        return ""
    width = max(map(len, held))
    full = [row + [""] * (width - len(row)) for row in held]
    kept = [column for column in range(width) if any(row[column] for row in full)]
    lines = [_row([row[column] for column in kept]) for row in full]
    return "\n".join([lines[0], _row(["---"] * len(kept)), *lines[1:]])


def is_table(text: str) -> bool:
    """Whether all of it is one as it is written here, of which each row is a line."""
    lines = text.split("\n")
    return len(lines) > 1 and bool(RULE.fullmatch(lines[1])) and all(map(ROW.fullmatch, lines))


def cell(value: str) -> str:
    """In one line, and without the sign that ends a cell."""
    return " ".join(value.split()).replace("\\|", "|").replace("|", "\\|")


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def joined(blocks: Iterable[str]) -> str:
    return "\n\n".join(block for block in blocks if block.strip())
