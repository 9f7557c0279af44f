"""The marks by which a writer cites passages: their numbers, and the sentence they belong to. Pure."""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from support import sentences

# "[1]", "[1, 2]", "[2-4]", "[^1]", "[Passage 1]", "【1】", and a link made of one.
MARK = re.compile(
    r"[\[【［]\s*\^?(?:(?:passages?|sources?)\s*)?(\d{1,2}(?:\s*[,;，、–-]\s*\d{1,2})*)(?:†[^\]】］\n]{0,40})?\s*[\]】］]"
    r"(?:\(https?://[^)\s]*\))?",
    re.IGNORECASE,
)
RANGE = re.compile(r"(\d{1,2})\s*[–-]\s*(\d{1,2})")
BEFORE_MARK = " \t\u00a0"
# What stands before a mark that leads its line, at most.
LONGEST_HEAD = 100
BLANKS = tuple(BEFORE_MARK)
LEADING = (":", "：")


@dataclass(frozen=True)
class Mark:
    """Where a mark stood, as a place in the shown text, and the numbers in it."""

    place: int
    numbers: tuple[int, ...]


def without_marks(text: str, known: Collection[int] | None = None) -> tuple[str, list[Mark]]:
    """The text as it is shown, and where the marks were; brackets around none of the known numbers stay."""
    pieces: list[str] = []
    marks: list[Mark] = []
    length = place = 0
    text = text.strip()
    for found in MARK.finditer(text):
        numbers = tuple(_numbers(found[1]))
        if known is not None and not any(number in known for number in numbers):
            continue
        piece = text[place : found.start()].rstrip(BEFORE_MARK)
        place = found.end()
        last = piece[-1:] or (pieces[-1][-1:] if pieces else "")
        if last in ("", "\n"):
            # A mark that begins a line stands for what follows.
            while text[place : place + 1] in BLANKS:
                place += 1
        elif last.isalnum() and last.isascii() and text[place : place + 1].isalnum():
            piece += " "
        if piece:
            pieces.append(piece)
            length += len(piece)
        marks.append(Mark(length, numbers))
    shown = ("".join(pieces) + text[place:]).rstrip()
    return shown, [Mark(min(mark.place, len(shown)), mark.numbers) for mark in marks]


def given_out(text: str, spans: Sequence[sentences.Span], marks: Sequence[Mark]) -> list[list[int]]:
    """A mark belongs to the sentence it stands in or follows; at the head of a line, to what it leads.

    "To check it:" without a mark rests on what the line after it cites.
    """
    given: list[dict[int, None]] = [{} for _ in spans]
    starts = [span.start for span in spans]
    for mark in marks:
        owner = _owner(text, spans, starts, mark.place)
        if owner is not None:
            given[owner].update(dict.fromkeys(mark.numbers))
    for index in range(len(spans) - 1):
        if not given[index] and text.endswith(LEADING, 0, spans[index].end):
            given[index] = given[index + 1]
    return [list(numbers) for numbers in given]


def _numbers(inside: str) -> Iterable[int]:
    for part in re.split(r"\s*[,;，、]\s*", inside):
        span = RANGE.fullmatch(part)
        if span and int(span[1]) <= int(span[2]):
            yield from range(int(span[1]), int(span[2]) + 1)
        else:
            yield from map(int, re.findall(r"\d+", part))


def _owner(text: str, spans: Sequence[sentences.Span], starts: Sequence[int], place: int) -> int | None:
    following = bisect_left(starts, place)
    before = following - 1 if following else None
    if before is not None and place <= spans[before].end:
        return before
    line = text.rfind("\n", 0, place) + 1
    head = text[line:place][:LONGEST_HEAD]
    leads = not any(map(str.isalnum, head)) or _is_enumeration(head)
    if leads and following < len(spans) and "\n" not in text[place : starts[following]]:
        return following
    return before if before is not None else (0 if spans else None)


def _is_enumeration(text: str) -> bool:
    return re.fullmatch(r"\s*\d{1,3}[.)]\s*", text) is not None
