"""Say for each sentence of an answer what supports it, with the quote. Pure; takes any text there is.

A citation counts only if its number was offered. Its quote is the sentence of that passage that has most in
common with the answer's, word for word. What is shown has no marks in it.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from support import sentences
from support.models import Verdict

# "[1]", "[1, 2]", "[2-4]", "[^1]", "[Passage 1]", "【1】", and a link made of one.
MARK = re.compile(
    r"[\[【［]\s*\^?(?:(?:passages?|sources?)\s*)?(\d{1,2}(?:\s*[,;，、–-]\s*\d{1,2})*)(?:†[^\]】］\n]{0,40})?\s*[\]】］]"
    r"(?:\(https?://[^)\s]*\))?",
    re.IGNORECASE,
)
RANGE = re.compile(r"(\d{1,2})\s*[–-]\s*(\d{1,2})")
BEFORE_MARK = " \t\u00a0"
# What must not differ weighs most.
NUMBER_WEIGHT = 2.0
# "One of our colleagues" counts nobody.
IDIOMATIC = {"0", "1"}


@dataclass(frozen=True)
class Offered:
    """A passage as it was offered to the writer, under a number."""

    number: int
    document: str  # its reference
    title: str
    heading: str
    text: str
    start: int = 0  # of the text, in the revision
    locale: str = ""
    passage_id: int | None = None
    revision_id: int | None = None
    content_hash: str = ""


@dataclass(frozen=True)
class Cited:
    """The quote is verbatim; start and end are its place in the revision's text."""

    offered: Offered
    quote: str
    start: int
    end: int

    @property
    def number(self) -> int:
        return self.offered.number


@dataclass(frozen=True)
class Checked:
    """One sentence of the text that is shown; start and end are its place there."""

    text: str
    start: int
    end: int
    verdict: Verdict
    citations: tuple[Cited, ...] = ()

    @property
    def supported(self) -> bool:
        return self.verdict == Verdict.MATCHES


@dataclass(frozen=True)
class Evidence:
    """The text without its marks, and what supports each sentence of it."""

    text: str
    sentences: tuple[Checked, ...]


@dataclass(frozen=True)
class Mark:
    """Where a mark stood, as a place in the shown text, and the numbers in it."""

    place: int
    numbers: tuple[int, ...]


def check(text: str, offered: Sequence[Offered], locale: str = "") -> Evidence:
    shown, marks = without_marks(text)
    spans = sentences.split(shown, locale)
    numbers = _given_out(shown, spans, marks)
    known = {one.number: one for one in offered}
    checked = [
        _checked(shown, span, [known[number] for number in cited if number in known])
        for span, cited in zip(spans, numbers, strict=True)
    ]
    return Evidence(shown, tuple(checked))


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


def quote(sentence: str, offered: Offered) -> Cited | None:
    """The passage's sentence that has most in common with this one; None if the passage has no sentence."""
    candidates, bags, weights = _candidates(offered.text, offered.locale)
    if not candidates:
        return None
    asked = sentences.words(sentence)
    overlaps = [sum(weights[word] for word in asked & bag) for bag in bags]
    # Of equals the shorter says it most plainly.
    best = max(range(len(bags)), key=lambda i: (round(overlaps[i], 9), -len(bags[i]), -i))
    span = candidates[best]
    text = offered.text[span.start : span.end]
    return Cited(offered, text, offered.start + span.start, offered.start + span.end)


@lru_cache(maxsize=128)
def _candidates(text: str, locale: str) -> tuple[list[sentences.Span], list[set[str]], dict[str, float]]:
    """A passage's sentences, or its headings if it has none; their words and what these weigh."""
    spans = sentences.split(text, locale)
    candidates = [span for span in spans if not span.heading] or spans
    bags = [sentences.words(text[span.start : span.end]) for span in candidates]
    return candidates, bags, _weights(bags)


def _numbers(inside: str) -> Iterable[int]:
    for part in re.split(r"\s*[,;，、]\s*", inside):
        span = RANGE.fullmatch(part)
        if span and int(span[1]) <= int(span[2]):
            yield from range(int(span[1]), int(span[2]) + 1)
        else:
            yield from map(int, re.findall(r"\d+", part))


def _given_out(text: str, spans: Sequence[sentences.Span], marks: Sequence[Mark]) -> list[list[int]]:
    """A mark belongs to the sentence it stands in or follows; at the head of a line, to what it leads."""
    given: list[list[int]] = [[] for _ in spans]
    for mark in marks:
        owner = _owner(text, spans, mark.place)
        if owner is not None:
            given[owner] += [number for number in mark.numbers if number not in given[owner]]
    return given


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


def _checked(text: str, span: sentences.Span, offered: Sequence[Offered]) -> Checked:
    sentence = text[span.start : span.end]
    quotes = [quote(sentence, one) for one in offered]
    citations = tuple(cited for cited in quotes if cited is not None)
    return Checked(sentence, span.start, span.end, _verdict(sentence, citations), citations)


def _verdict(sentence: str, citations: Sequence[Cited]) -> Verdict:
    if not citations:
        return Verdict.NO_MATCH
    passages = [f"{cited.offered.heading}\n{cited.offered.text}" for cited in citations]
    known = set(chain.from_iterable(chain.from_iterable(map(sentences.numbers, passages))))
    known |= set(chain.from_iterable(map(sentences.spelled_numbers, passages)))
    spelled = sentences.spelled_numbers(sentence) - IDIOMATIC
    all_known = spelled <= known and all(values & known for values in sentences.numbers(sentence))
    return Verdict.MATCHES if all_known else Verdict.PARTLY


def _weights(bags: Sequence[set[str]]) -> dict[str, float]:
    """Words that stand in few sentences of the passage tell more; so do numbers."""
    counts = Counter(chain.from_iterable(bags))
    return {
        word: math.log(1 + len(bags) / count) * (NUMBER_WEIGHT if word.isdigit() else 1.0)
        for word, count in counts.items()
    }
