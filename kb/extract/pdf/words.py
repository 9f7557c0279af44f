"""The words of a PDF's pages and the rules drawn on them, each with its place, as PDFium tells them.

Places are turned so that text stands upright: x grows to the right, y downwards.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pypdfium2.raw as pdfium

SOFT_HYPHEN = "\u00ad"
# A hyphen at the end of a line comes as one of these.
HYPHENS = {0x02, 0xAD, 0xFFFE}
BLANKS = {*range(0x02), *range(0x03, 0x21), 0xA0, *range(0x2000, 0x200C), 0x202F, 0x205F, 0x3000, 0xFEFF}
PRESENTATION = [(0xFB00, 0xFB50), (0xFB50, 0xFE00), (0xFE70, 0xFEFF)]
BOLD_WEIGHT = 600
FIXED_PITCH = 1
MOST_CHARACTERS = 200_000  # of one page
MOST_RULES = 4000
# A line leaning more than this is a stamp across the page.
MOST_SLANT = 0.2
THIN = 3.0

Box = tuple[float, float, float, float]
Turn = Callable[[float, float], tuple[float, float]]


@dataclass(slots=True)
class Word:
    text: str
    x0: float
    y0: float
    x1: float
    y1: float
    size: float
    bold: bool = False
    mono: bool = False
    direction: str = ""  # "R", "L", or "" for numbers and signs


@dataclass(slots=True)
class Rule:
    """A line drawn along a row or a column: where it begins and ends, and how far off it is."""

    start: float
    end: float
    at: float


@dataclass(slots=True)
class PageWords:
    """One page; `turned` are words that stand in another direction than most."""

    width: float
    height: float
    words: list[Word] = field(default_factory=list)
    turned: list[Word] = field(default_factory=list)
    across: list[Rule] = field(default_factory=list)
    down: list[Rule] = field(default_factory=list)
    pictured: bool = False
    broken: bool = False
    cut: bool = False  # more was filled into it than is read

    def letters(self) -> int:
        return sum(sum(map(str.isalnum, word.text)) for word in [*self.words, *self.turned])


@dataclass(slots=True)
class _Look:
    size: float
    bold: bool
    mono: bool
    quarter: int | None  # None: slanting


def read_page(page: Any) -> tuple[PageWords, Turn]:
    """`page` is PDFium's handle of a loaded page; with how its places are turned upright."""
    bounds = _bounds(page)
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return PageWords(bounds[2] - bounds[0], bounds[3] - bounds[1]), _turn(0, bounds)
    try:
        found = list(_words(text, bounds))
    finally:
        pdfium.FPDFText_ClosePage(text)
    counts: Counter[int] = Counter()
    for quarter, word in found:
        counts[quarter] += len(word.text)
    main = counts.most_common(1)[0][0] if counts else 0
    width, height = bounds[2] - bounds[0], bounds[3] - bounds[1]
    read = PageWords(*((height, width) if main % 2 else (width, height)))
    read.words = [word for quarter, word in found if quarter == main]
    for quarter in sorted(counts.keys() - {main}):
        read.turned += [word for other, word in found if other == quarter]
    turn = _turn(main, bounds)
    _draw(page, read, turn)
    return read, turn


def _bounds(page: Any) -> Box:
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return (0.0, 0.0, 612.0, 792.0)
    return (box.left, box.bottom, box.right, box.top)


def _turn(quarter: int, bounds: Box) -> Turn:
    """From the page's own places to upright ones, for text written in this direction."""
    left, bottom, right, top = bounds
    return (
        lambda x, y: (x - left, top - y),
        lambda x, y: (y - bottom, x - left),
        lambda x, y: (right - x, y - bottom),
        lambda x, y: (top - y, right - x),
    )[quarter]


def _words(text: Any, bounds: Box) -> Iterator[tuple[int, Word]]:
    codes = _codes(text)
    handle = ctypes.cast(text, ctypes.c_void_p).value
    looks: dict[int, _Look] = {}
    places = [_Places(handle, quarter, bounds) for quarter in range(4)]
    for start, end in _stretches(codes):
        drawn = _object_at(handle, start) or 0
        look = looks.get(drawn) or looks.setdefault(drawn, _look_of(text, start))
        if look.quarter is None or look.size < 1:
            continue
        quarter = look.quarter
        for word in _placed(codes, start, end, look, places[quarter]):
            yield quarter, word


# A quarter of the time is saved where these take and give plain numbers.
def _address(function: Any) -> Any:
    return ctypes.cast(function, ctypes.c_void_p).value


_object_at = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)(
    _address(pdfium.FPDFText_GetTextObject)
)
_box_of = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    _address(pdfium.FPDFText_GetLooseCharBox)
)


class _Places:
    """Where the letters of a page stand, once what runs in one direction stands upright."""

    def __init__(self, handle: int | None, quarter: int, bounds: Box) -> None:
        self._handle, self._box = handle, pdfium.FS_RECTF()
        self._there = ctypes.addressof(self._box)
        self._turn = _turn(quarter, bounds)
        self._upright = quarter == 0
        self._left, self._top = bounds[0], bounds[3]
        self.farthest = max(bounds[2] - bounds[0], bounds[3] - bounds[1])

    def of(self, at: int) -> Box:
        _box_of(self._handle, at, self._there)
        box = self._box
        if self._upright:
            left, top = self._left, self._top
            return (box.left - left, top - box.top, box.right - left, top - box.bottom)
        (x0, y0), (x1, y1) = self._turn(box.left, box.bottom), self._turn(box.right, box.top)
        return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


def _codes(text: Any) -> list[int]:
    count = min(pdfium.FPDFText_CountChars(text), MOST_CHARACTERS)
    buffer = (ctypes.c_ushort * (count + 1))()
    written = pdfium.FPDFText_GetText(text, 0, count, buffer)
    if written - 1 == count and not any(0xD800 <= code < 0xE000 for code in buffer):
        return list(buffer[:count])
    return [pdfium.FPDFText_GetUnicode(text, at) for at in range(count)]


def _stretches(codes: list[int]) -> Iterator[tuple[int, int]]:
    """From blank to blank; a hyphen at the end of a line ends a word, too."""
    start = -1
    for at, code in enumerate(codes):
        if code in BLANKS:
            if start >= 0:
                yield start, at
            start = -1
        elif code in HYPHENS:
            yield (start if start >= 0 else at), at + 1
            start = -1
        elif start < 0:
            start = at
    if start >= 0:
        yield start, len(codes)


def _look_of(text: Any, at: int) -> _Look:
    """One piece of text drawn at once looks the same from its first letter to its last."""
    drawn = pdfium.FPDFText_GetTextObject(text, at)
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, at, matrix)
    size = pdfium.FPDFText_GetFontSize(text, at) * math.hypot(matrix.c, matrix.d)
    turns = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    quarter = round(turns) % 4 if abs(turns - round(turns)) < MOST_SLANT else None
    font = pdfium.FPDFTextObj_GetFont(drawn) if drawn else None
    if not font:
        return _Look(size, False, False, quarter)
    name = ctypes.create_string_buffer(200)
    pdfium.FPDFFont_GetBaseFontName(font, name, 200)
    called = name.value.lower()
    bold = pdfium.FPDFFont_GetWeight(font) >= BOLD_WEIGHT or b"bold" in called or b"black" in called
    mono = bool(pdfium.FPDFFont_GetFlags(font) & FIXED_PITCH) or b"mono" in called or b"courier" in called
    return _Look(size, bold, mono, quarter)


def _placed(codes: list[int], start: int, end: int, look: _Look, places: _Places) -> Iterator[Word]:
    letters = "".join(map(_letter, codes[start:end]))
    direction = direction_of(letters)
    first, last = places.of(start), places.of(end - 1)
    follows = last[0] >= first[0] - look.size and abs(last[3] - first[3]) < look.size * 0.7
    if direction == "R" or not follows:
        yield from _pieces(codes, start, end, look, places)
        return
    x0, y0 = first[0], min(first[1], last[1])
    x1, y1 = max(first[2], last[2]), max(first[3], last[3])
    if x1 < 0 or y1 < 0 or x0 > places.farthest or y0 > places.farthest:
        return  # beside the page, where nobody sees it
    yield Word(unfolded(letters), x0, y0, x1, y1, look.size, look.bold, look.mono, direction)


def _pieces(codes: list[int], start: int, end: int, look: _Look, places: _Places) -> Iterator[Word]:
    """Letter by letter: what is written from right to left, and what leaps to another place."""
    held: list[tuple[str, Box]] = []
    for at in range(start, end):
        box = places.of(at)
        if held and abs(box[3] - held[-1][1][3]) > look.size * 0.7:
            yield _piece(held, look)
            held = []
        held.append((_letter(codes[at]), box))
    if held:
        yield _piece(held, look)


def _piece(held: list[tuple[str, Box]], look: _Look) -> Word:
    direction = direction_of("".join(letter for letter, _ in held))
    if direction == "R":
        # What shares one place comes turned round.
        held.reverse()
        held.sort(key=lambda one: -(one[1][0] + one[1][2]))
    letters = unfolded("".join(letter for letter, _ in held))
    x0, y0 = min(box[0] for _, box in held), min(box[1] for _, box in held)
    x1, y1 = max(box[2] for _, box in held), max(box[3] for _, box in held)
    return Word(letters, x0, y0, x1, y1, look.size, look.bold, look.mono, direction)


def _letter(code: int) -> str:
    if code in HYPHENS:
        return SOFT_HYPHEN
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"


def direction_of(letters: str) -> str:
    """Which way most of the letters run."""
    if letters.isascii():
        return "L" if any(map(str.isalpha, letters)) else ""
    kinds = Counter(unicodedata.bidirectional(letter) for letter in letters)
    right, left = kinds["R"] + kinds["AL"], kinds["L"]
    return ("R" if right > left else "L") if right or left else ""


def unfolded(letters: str) -> str:
    """Ligatures and the shapes of Arabic letters as the letters that they are."""
    if letters.isascii():
        return letters
    return "".join(
        unicodedata.normalize("NFKC", letter)
        if any(low <= ord(letter) < high for low, high in PRESENTATION)
        else letter
        for letter in letters
    )


def _draw(page: Any, read: PageWords, turn: Turn) -> None:
    """The straight lines on a page, and whether there are pictures."""
    for at in range(min(pdfium.FPDFPage_CountObjects(page), MOST_CHARACTERS)):
        drawn = pdfium.FPDFPage_GetObject(page, at)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM):
            read.pictured = True
        elif kind == pdfium.FPDF_PAGEOBJ_PATH and len(read.across) + len(read.down) < MOST_RULES:
            _rule(drawn, read, turn)


def _rule(drawn: Any, read: PageWords, turn: Turn) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(drawn, fill, stroke)
    sides = [ctypes.c_float() for _ in range(4)]
    pdfium.FPDFPageObj_GetBounds(drawn, *sides)
    left, bottom, right, top = (side.value for side in sides)
    if not stroke.value and min(right - left, top - bottom) > THIN:
        return  # a coloured ground
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(drawn, matrix)
    points = list(_points(drawn, matrix, turn))
    for (x0, y0, _), (x1, y1, drawn_to) in pairwise(points):
        if not drawn_to:
            continue
        if abs(y0 - y1) < 1 and abs(x0 - x1) > THIN:
            read.across.append(Rule(min(x0, x1), max(x0, x1), y0))
        elif abs(x0 - x1) < 1 and abs(y0 - y1) > THIN:
            read.down.append(Rule(min(y0, y1), max(y0, y1), x0))


def _points(drawn: Any, matrix: Any, turn: Turn) -> Iterator[tuple[float, float, bool]]:
    """Each with whether a line is drawn to it."""
    x, y = ctypes.c_float(), ctypes.c_float()
    first: tuple[float, float] = (0.0, 0.0)
    for at in range(min(pdfium.FPDFPath_CountSegments(drawn), MOST_RULES)):
        segment = pdfium.FPDFPath_GetPathSegment(drawn, at)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        place = turn(
            matrix.a * x.value + matrix.c * y.value + matrix.e,
            matrix.b * x.value + matrix.d * y.value + matrix.f,
        )
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            first = place
        yield (*place, kind == pdfium.FPDF_SEGMENT_LINETO)
        if pdfium.FPDFPathSegment_GetClose(segment):
            yield (*first, True)
