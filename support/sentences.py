"""Cut plain or Markdown text into sentences with their offsets, and into words and numbers. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import sentencex

# A line that begins like this is a block of its own: list items, headings, quotations, table rows, fences.
PREFIX = re.compile(r"[ \t]*(?:(?:[-*+•–]|#{1,6}|>(?!\s*\d))[ \t]+|(?=\||```|~~~|[-*_=]{3,}[ \t]*$))")
# A number is the mark of a line only in a list that counts from 1; any other is what the line says.
NUMBERED = re.compile(r"^([ \t]*)(\d{1,3})[.)][ \t]+", re.MULTILINE)
LINES = re.compile(r"[^\n]*\n?")
# Signs that answer where they stand alone; and those that say something behind a sentence, too.
ANSWERS = re.compile("[✅☑✔👍👌🆗]")
TELLS = re.compile("[$€£¥₹₽₩₺%‰💯🔟🚫⛔❌❎✖✗✘🛑🙅👎\u20e3\U0001f100-\U0001f1ff]")
HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
WORD = re.compile(rf"[{CJK}]+|[^\W_{CJK}]+")
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
THOUSANDS_WITH_DOTS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
# The splitter takes a single letter for an initial; after a number or a slash it is a unit ("15 km/h.").
UNIT_ENDS = re.compile(r"(?:/|\d\s?)[a-z]\.\s+(?=[^\W\d_a-z])")
# An article may say "thirty days" where the answer says "30 days".
NUMBER_WORDS = """zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
fifteen sixteen seventeen eighteen nineteen"""
TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
SCALES = {"hundred": 100, "thousand": 1000}
SPELLED = {word: number for number, word in enumerate(NUMBER_WORDS.split())}
SPELLED |= {word: 20 + 10 * number for number, word in enumerate(TEN_WORDS.split())}
_JOIN = r"[\s\u2010\u2011-]"
_TENS = rf"(?:{TEN_WORDS.replace(' ', '|')})(?:{_JOIN}(?:one|two|three|four|five|six|seven|eight|nine))?"
_BELOW_100 = rf"(?:{_TENS}|{'|'.join(NUMBER_WORDS.split())})\b"
_SCALED = rf"(?:{_JOIN}(?:hundred|thousand)\b)"
_REST = rf"(?:{_JOIN}(?:and{_JOIN})?{_BELOW_100}(?!{_SCALED}))"
SPELLED_NUMBER = re.compile(rf"\b(?:(?:an?|{_BELOW_100}){_SCALED}{{1,2}}{_REST}?|{_BELOW_100})")
# "refund", "refunds" and "refunded" are one word here.
STEM = 6


@dataclass(frozen=True)
class Span:
    """A sentence's place in a text. A heading says what follows, and is no sentence of it."""

    start: int
    end: int
    heading: bool = False


def split(text: str, locale: str = "") -> list[Span]:
    """The sentences in order, without the blanks and list marks around them."""
    return [span for block in _blocks(text) for span in _sentences(text, block, locale)]


def steps(text: str) -> dict[int, int]:
    """Where the points of its numbered lists begin, and their numbers."""
    counted = _counted(text)
    return {line.end(): int(line[2]) for line in NUMBERED.finditer(text) if line.start() in counted}


def words(text: str) -> set[str]:
    """What two texts are compared by: stems of words, pairs of characters where no blanks divide words."""
    found: set[str] = set()
    for word in WORD.findall(unicodedata.normalize("NFKC", text).casefold()):
        if re.match(f"[{CJK}]", word):
            found.update(word[i : i + 2] for i in range(max(1, len(word) - 1)))
        else:
            found.add(word if word.isdigit() else word[:STEM])
    return found


def numbers(text: str) -> list[frozenset[str]]:
    """Each number of the text as the values it may mean: "1.500" is 1.5 here and 1500 there."""
    return [values(found) for found in NUMBER.findall(plain_digits(text))]


def spelled_numbers(text: str) -> set[str]:
    return {str(_said(found[0])) for found in SPELLED_NUMBER.finditer(text.casefold())}


def _said(number: str) -> int:
    """ "two hundred and fifty" is 250."""
    said = 0
    for word in WORD.findall(number):
        said = max(said, 1) * SCALES[word] if word in SCALES else said + SPELLED.get(word, 0)
    return said


def _blocks(text: str) -> Iterator[Span]:
    """Paragraphs, list items, headings, table rows, without their marks. Soft line breaks join."""
    start = end = None
    heading = False
    counted = _counted(text)
    for line in LINES.finditer(text):
        content = line[0].strip()
        prefix = NUMBERED.match(line[0]) if line.start() in counted else PREFIX.match(line[0])
        if start is not None and end is not None and (not content or prefix or heading):
            yield Span(start, end, heading)
            start = None
        if not content:
            continue
        if start is None:
            start = line.start() + (prefix.end() if prefix else 0)
            heading = bool(HEADING.match(line[0]))
        end = line.end()
    if start is not None and end is not None:
        yield Span(start, end, heading)


def _counted(text: str) -> set[int]:
    """Where the lines begin that are points of a list with at least two, counted from 1, at each depth."""
    counted: set[int] = set()
    lists: list[tuple[int, int, int]] = []  # depth, number and place of the last point
    for line in NUMBERED.finditer(text):
        depth, number = len(line[1].expandtabs(4)), int(line[2])
        while lists and lists[-1][0] > depth:
            lists.pop()
        _, before, place = lists[-1] if lists and lists[-1][0] == depth else (depth, 0, -1)
        if place >= 0 and (number == before + 1 or number == before == 1):
            counted |= {place, line.start()}
        elif number != 1:
            continue
        lists[:] = [*(one for one in lists if one[0] < depth), (depth, number, line.start())]
    return counted


def _sentences(text: str, block: Span, locale: str) -> Iterator[Span]:
    """Bits that say nothing, such as a closing quotation mark, belong to the sentence before."""
    held: Span | None = None
    for start, end in _boundaries(text[block.start : block.end], locale):
        span = _stripped(text, block.start + start, block.start + end, block.heading)
        if span is None:
            continue
        if held and not _says(text[span.start : span.end]):
            held = Span(held.start, span.end, held.heading)
            continue
        if held:
            yield held
        held = span
    if held and _says(text[held.start : held.end], alone=True):
        yield held


def _says(said: str, alone: bool = False) -> bool:
    if any(map(str.isalnum, said)) or TELLS.search(said):
        return True
    return alone and ANSWERS.search(said) is not None


def _boundaries(text: str, locale: str) -> Iterator[tuple[int, int]]:
    # Half characters would stop the splitter; one for one, so that places stay the same.
    whole = text.encode("utf-8", "replace").decode() if not text.isascii() else text
    place = 0
    for sentence in sentencex.segment(locale.split("-")[0] or "en", whole):
        begin = whole.find(sentence, place)
        if begin < 0:
            break
        place = begin + len(sentence)
        cuts = [begin, *(begin + found.end() for found in UNIT_ENDS.finditer(sentence)), place]
        yield from pairwise(cuts)
    if whole[place:].strip():
        yield place, len(whole)


def _stripped(text: str, start: int, end: int, heading: bool) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end, heading) if start < end else None


def plain_digits(text: str) -> str:
    """With every writing's digits as 0 to 9; places stay the same."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)


def values(number: str) -> frozenset[str]:
    """What a number may mean: "1.500" is 1.5 here and 1500 there."""
    readings = {number}
    if THOUSANDS.fullmatch(number):
        readings.add(number.replace(",", ""))
    if THOUSANDS_WITH_DOTS.fullmatch(number):
        readings.add(number.replace(".", "").replace(",", "."))
    if re.fullmatch(r"\d+,\d+", number):
        readings.add(number.replace(",", "."))
    return frozenset(_canonical(reading) for reading in readings)


def _canonical(number: str) -> str:
    """ "007", "7" and "7.0" are one value."""
    whole, dot, fraction = number.partition(".")
    if not (whole + fraction).isdigit():
        return number
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if dot and fraction else whole
