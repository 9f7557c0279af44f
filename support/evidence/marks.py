"""The marks by which a writer cites passages: their numbers, and the sentence they belong to. Pure."""

import re
from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class Mark:
    """Where a mark stood, as a place in the shown text, and the numbers in it."""

    place: int
    numbers: tuple[int, ...]


def without_marks(text: str) -> tuple[str, list[Mark]]:
    """The text as it is shown, and where the marks were."""
    shown, marks, place = "", [], 0
    text = text.strip()
    for found in MARK.finditer(text):
        shown += text[place : found.start()]
        place = found.end()
        shown = shown.rstrip(BEFORE_MARK)
        if not shown or shown[-1] == "\n":
            # A mark that begins a line stands for what follows.
            place += len(text[place:]) - len(text[place:].lstrip(BEFORE_MARK))
        elif shown[-1].isalnum() and shown[-1].isascii() and text[place : place + 1].isalnum():
            shown += " "
        marks.append(Mark(len(shown), tuple(_numbers(found[1]))))
    shown = (shown + text[place:]).rstrip()
    return shown, [Mark(min(mark.place, len(shown)), mark.numbers) for mark in marks]


def given_out(text: str, spans: Sequence[sentences.Span], marks: Sequence[Mark]) -> list[list[int]]:
    """A mark belongs to the sentence it stands in or follows; at the head of a line, to what it leads."""
    given: list[list[int]] = [[] for _ in spans]
    for mark in marks:
        owner = _owner(text, spans, mark.place)
        if owner is not None:
            given[owner] += [number for number in mark.numbers if number not in given[owner]]
    return given


def _numbers(inside: str) -> Iterable[int]:
    for part in re.split(r"\s*[,;，、]\s*", inside):
        span = RANGE.fullmatch(part)
        if span and int(span[1]) <= int(span[2]):
            yield from range(int(span[1]), int(span[2]) + 1)
        else:
            yield from map(int, re.findall(r"\d+", part))


def _owner(text: str, spans: Sequence[sentences.Span], place: int) -> int | None:
    before = max((i for i, span in enumerate(spans) if span.start < place), default=None)
    if before is not None and place <= spans[before].end:
        return before
    line = text.rfind("\n", 0, place) + 1
    leads = not any(map(str.isalnum, text[line:place])) or _is_enumeration(text[line:place])
    if leads:
        rest = text.find("\n", place)
        for i, span in enumerate(spans):
            if span.start >= place and (rest < 0 or span.start < rest):
                return i
    return before if before is not None else (0 if spans else None)


def _is_enumeration(text: str) -> bool:
    return re.fullmatch(r"\s*\d{1,3}[.)]\s*", text) is not None
