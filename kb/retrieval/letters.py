"""Read a message as its writer meant it: without the mail's furniture, and cut into what it asks. Pure.

Quoted history, signatures, disclaimers, greetings and thanks are left out; where too little would remain,
nothing is. A message that asks several things has a part for each; every part is a stretch of the message.
All work grows with the length of the message, never faster: rules are for single lines and short stretches.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from kb.lexemes import lexemes
from kb.retrieval import letter_words as said
from kb.retrieval.common_words import COMMON_WORDS

# More questions in one message share the last part.
MOST_PARTS = 4
# A message is read so far; who writes more has said what it is about.
LONGEST_LETTER = 20_000
# An "and" divides a sentence where both sides have so many telling words.
TELLING_WORDS = 2
# A part with fewer is understood with what stands around it.
CLEAR = 3
# What is left of a message without its furniture has to hold so many telling words.
LEAST_LEFT = 2
# A line longer than this is text, whatever it begins with.
LONGEST_HEADER = 300
LONGEST_SIGNATURE_LINE = 120
LONGEST_SIGNATURE = 12  # lines
LONGEST_LOOK = 40  # lines, empty ones included
# A line shorter than this was ended by its writer, not wrapped by a mail program.
WRAPPED_FROM = 50
LONGEST_SENTENCE = 2_000
# Of the places where an "and" may divide a sentence, so many are looked at.
MOST_JOINTS = 2 * MOST_PARTS

Span = tuple[int, int]


@dataclass(frozen=True)
class Letter:
    """What a message asks: its parts, what stands around them, and what it quotes of earlier messages."""

    parts: Sequence[str]
    written: str = ""  # all that its writer wrote
    quoted: str = ""

    @property
    def around(self) -> str:
        """What stands around its parts, where one of them says too little to be understood without."""
        alone = len(self.parts) < 2 or all(_telling(part) >= CLEAR for part in self.parts)
        return "" if alone else self.written

    @property
    def says_little(self) -> bool:
        return _telling(self.written) < CLEAR


def read(message: str) -> Letter:
    """A message without text has no parts."""
    text = message[:LONGEST_LETTER].replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        return Letter([])
    body = _body(text)
    own = _joined(text, body.written)
    if _telling(own) < LEAST_LEFT and _telling(own) < _telling(text) and not (own and body.quoted):
        return Letter([text.strip()], text.strip())
    parts = [text[start:end] for start, end in _parts(text, body.written)]
    return Letter(parts or [own or text.strip()], own, body.quoted)


def own_words(message: str) -> str:
    """What the writer of a message wrote in it; all of it, where that is nothing."""
    letter = read(message)
    return letter.written or message[:LONGEST_LETTER].strip()


@dataclass(frozen=True)
class _Body:
    written: Sequence[Span]  # runs of lines
    quoted: str


def _body(text: str) -> _Body:
    lines = list(_lines(text))
    shown = [text[start:end].strip() for start, end in lines]
    quoted = _quoted(shown)
    kept = [number for number in range(len(lines)) if number not in quoted]
    kept = _without_signature(shown, kept)
    kept = _without_furniture(shown, kept)
    history = "\n".join(shown[number].lstrip("> ") for number in sorted(quoted) if shown[number])
    return _Body(_runs(lines, kept), history)


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _runs(lines: Sequence[Span], kept: Sequence[int]) -> list[Span]:
    """Lines that follow each other as one stretch."""
    runs: list[Span] = []
    last = -2
    for number in kept:
        start, end = lines[number]
        if number == last + 1:
            runs[-1] = (runs[-1][0], end)
        else:
            runs.append((start, end))
        last = number
    return runs


def _joined(text: str, spans: Sequence[Span]) -> str:
    return "\n".join(filter(None, (text[start:end].strip() for start, end in spans)))


# Quoted history


def _quoted(lines: Sequence[str]) -> set[int]:
    """The numbers of the lines that others wrote: marked with “>”, or below a header of theirs."""
    quoted = {number for number, line in enumerate(lines) if line.startswith((">", "|>", "&gt;"))}
    for number in range(len(lines)):
        if number in quoted:
            continue
        height = _attribution(lines, number)
        if height:
            quoted.update(range(number, number + height))
            if not _marked_follow(lines, number + height):
                return quoted | set(range(number, len(lines)))
        elif _divides(lines, number):
            return quoted | set(range(number, len(lines)))
    return quoted


def _attribution(lines: Sequence[str], number: int) -> int:
    """How many lines say “On …, somebody wrote:” from this one on; 0: none."""
    joined = ""
    for height, line in enumerate(lines[number : number + 3], start=1):
        joined = f"{joined} {line}".strip()
        if not line or len(joined) > LONGEST_HEADER:
            return 0
        if line.endswith((":", "：")) and _DATED.search(joined) and said.WROTE.search(joined):
            return height
        if not said.DATE_BEGINS.match(joined):
            return 0
    return 0


_DATED = re.compile(r"\d|@")


def _marked_follow(lines: Sequence[str], number: int) -> bool:
    following = next((line for line in lines[number : number + 4] if line), "")
    return following.startswith(">")


def _divides(lines: Sequence[str], number: int) -> bool:
    """“-----Original Message-----”, or the From, Sent and To of a mail that is quoted below."""
    line = lines[number]
    if len(line) > LONGEST_HEADER:
        return False
    if line.startswith(("-", "_", "*", "=")) and said.ORIGINAL.match(line.strip("-_*= ").casefold()):
        return True
    if not said.FROM.match(line.lstrip("*")):
        return False
    following = [line.lstrip("*") for line in lines[number + 1 : number + 5]]
    return sum(bool(said.SENT.match(line)) for line in following) >= 1


# Signatures, greetings, thanks


def _without_signature(lines: Sequence[str], kept: list[int]) -> list[int]:
    for place, number in enumerate(kept):
        closing = lines[number] in _DASHES if place else False
        closing = closing or bool(said.CLOSING.match(lines[number][:LONGEST_HEADER]))
        if closing and _is_signature(lines, islice(kept, place + 1, place + 1 + LONGEST_LOOK)):
            return kept[:place] + _postscript(lines, kept[place + 1 :])
    return kept


_DASHES = frozenset(("--", "—", "–", "__"))


def _is_signature(lines: Sequence[str], rest: Iterable[int]) -> bool:
    """Short lines that ask nothing; what follows a postscript or a disclaimer is not looked at."""
    seen = 0
    for number in rest:
        line = lines[number]
        if said.POSTSCRIPT.match(line) or said.DISCLAIMER.search(line[:LONGEST_HEADER]):
            return True
        if line.endswith(_ASKED) or len(line) > LONGEST_SIGNATURE_LINE:
            return False
        seen += bool(line)
        if seen > LONGEST_SIGNATURE:
            return False
    return True


def _postscript(lines: Sequence[str], rest: Sequence[int]) -> list[int]:
    for place, number in enumerate(rest):
        if said.POSTSCRIPT.match(lines[number]):
            return list(rest[place:])
    return []


def _without_furniture(lines: Sequence[str], kept: Sequence[int]) -> list[int]:
    """Without greetings, thanks, "Sent from my phone", and paragraphs that forbid to read them."""
    left: list[int] = []
    forbidding = False
    for number in kept:
        line = lines[number]
        forbidding = bool(line) and (forbidding or _is_disclaimer(line))
        if not forbidding and not _is_courtesy(line):
            left.append(number)
    return left


def _is_disclaimer(line: str) -> bool:
    """Only with two of its phrases: a customer may ask what is confidential."""
    return len(set(said.DISCLAIMER.findall(line[:LONGEST_SENTENCE]))) > 1 and not line.endswith(_ASKED)


def _is_courtesy(line: str) -> bool:
    return len(line) < LONGEST_SIGNATURE_LINE and bool(
        said.SENT_FROM.match(line) or said.GREETING.match(line) or said.COURTESY.match(line)
    )


# Parts


_ASKED = ("?", "？", "؟", "⁇", "？」")
# Each row of marks is tried once, as a whole.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’»)]*+(?=\s)|[。！？；]+|[؟۔]+|\n")
_ITEM = re.compile(r"\s*(?:[-*•–·]|\(?\d{1,2}[.):]|\(?[a-h]\))\s+")
_LONGEST_MARK = 10
_LEADING = re.compile(r"[\s\-*•–·]*(?:\(?\d{1,2}[.):]\s+|\(?[a-h]\)\s+)?")


@dataclass(frozen=True)
class _Sentence:
    start: int
    end: int
    item: bool  # of a list


def _parts(text: str, written: Sequence[Span]) -> list[Span]:
    """The sentences that ask, if they are several; without any that ask, those that tell of a problem."""
    sentences = [one for start, end in written for one in _sentences(text, start, end)]
    asking = [one for one in sentences if _asks(text, one)]
    asking = asking or [one for one in sentences if _complains(text[one.start : one.end])]
    if len(asking) < 2:
        return []
    parts = [(one.start, one.end) for one in asking if _telling(text[one.start : one.end])]
    return _bounded(text, parts) if len(parts) > 1 else []


def _bounded(text: str, parts: list[Span]) -> list[Span]:
    """At most so many: those that say the most, in their order."""
    if len(parts) <= MOST_PARTS:
        return parts
    most = sorted(parts, key=lambda span: -_telling(text[span[0] : span[1]]))[:MOST_PARTS]
    return sorted(most)


def _sentences(text: str, start: int, end: int) -> Iterator[_Sentence]:
    begun = start
    for found in _SENTENCE_END.finditer(text, start, end):
        if _ends(text, begun, found, end):
            yield from _clauses(text, begun, found.end())
            begun = found.end()
    yield from _clauses(text, begun, end)


def _ends(text: str, begun: int, found: re.Match[str], end: int) -> bool:
    """A full stop does, unless a small letter follows; the end of a line, where its writer ended it."""
    if found[0] != "\n":
        if found.end() - begun < _LONGEST_MARK and _ITEM.fullmatch(text[begun : found.end() + 1]):
            return False  # "2." numbers what follows
        return not (found[0] == "." and text[found.end() : found.end() + 2].strip(" ")[:1].islower())
    line = text[text.rfind("\n", 0, found.start()) + 1 : found.start()]
    following = text[found.end() : min(end, found.end() + LONGEST_SIGNATURE_LINE)].split("\n")[0]
    return len(line) < WRAPPED_FROM or not following.strip() or bool(_ITEM.match(following))


def _clauses(text: str, start: int, end: int) -> Iterator[_Sentence]:
    """A sentence; or its questions, where one “and” joins two of them."""
    lead = _LEADING.match(text, start, end)
    item = bool(lead and _ITEM.match(text[start : lead.end()]))
    start = lead.end() if lead else start
    stretch = text[start:end]
    if len(stretch.strip()) < 2:
        return
    begun = 0
    if len(stretch) <= LONGEST_SENTENCE:
        for found in islice(said.AND_ASKS.finditer(stretch), MOST_JOINTS):
            if _telling(stretch[begun : found.start()]) >= TELLING_WORDS and (
                _telling(stretch[found.end() :]) >= TELLING_WORDS
            ):
                yield _stripped(text, start + begun, start + found.start(), item)
                begun = found.end()
    yield _stripped(text, start + begun, end, item)


def _stripped(text: str, start: int, end: int, item: bool) -> _Sentence:
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    return _Sentence(start, start + len(stretch.strip()), item)


def _asks(text: str, one: _Sentence) -> bool:
    stretch = text[one.start : one.end]
    return bool(
        one.item
        or stretch.endswith(_ASKED)
        or said.ASKS.match(stretch)
        or said.WANTS.search(stretch[:LONGEST_SENTENCE])
    )


def _complains(stretch: str) -> bool:
    return bool(said.PROBLEM.search(stretch[:LONGEST_SENTENCE]))


def _telling(text: str) -> int:
    """The number of its different words that are no common ones in any language we have a list of."""
    return len(set(lexemes(text[:LONGEST_SENTENCE], "xx")) - _common())


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(lexemes(" ".join([*COMMON_WORDS.values(), said.POLITE]), "xx"))
