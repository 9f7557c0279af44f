"""Pages of a PDF that are only pictures: read where Tesseract is there, else told as missing."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from typing import Any

from kb.extract.ocr import Tesseract
from kb.extract.pdf.lines import Line

DOTS_AN_INCH = 300
MOST_DOTS = 25_000_000
MOST_PAGES = 300
SECONDS = 420  # for all pages together
POINTS_AN_INCH = 72
# Paragraphs are known already: they are kept as far apart as if a line stood between.
APART = 100.0
SIZE = 10.0


def read(document: Any, numbers: Sequence[int], tesseract: Tesseract) -> dict[int, list[Line]]:
    """The lines of the pages on which something was read, in time."""
    tesseract = tesseract.with_languages()
    until = time.monotonic() + SECONDS
    found: dict[int, list[Line]] = {}
    for number in numbers[:MOST_PAGES]:
        if time.monotonic() > until:
            break
        lines = list(_lines(tesseract.read(_picture(document[number]))))
        if lines:
            found[number] = lines
    return found


def _picture(page: Any) -> bytes:
    """As a PGM file, grey, no larger than what a reader of letters needs."""
    width, height = page.get_size()
    scale = DOTS_AN_INCH / POINTS_AN_INCH
    scale = min(scale, (MOST_DOTS / max(width * height, 1)) ** 0.5)
    bitmap = page.render(scale=scale, grayscale=True, rev_byteorder=False)
    rows = memoryview(bitmap.buffer)
    file = io.BytesIO()
    file.write(b"P5 %d %d 255\n" % (bitmap.width, bitmap.height))
    for row in range(bitmap.height):
        file.write(rows[row * bitmap.stride : row * bitmap.stride + bitmap.width])
    bitmap.close()
    page.close()
    return file.getvalue()


def _lines(text: str) -> Iterator[Line]:
    """Line by line, as Tesseract parts the paragraphs."""
    y = 0.0
    for paragraph in text.split("\n\n"):
        y += APART
        for line in filter(str.strip, paragraph.split("\n")):
            y += SIZE
            yield Line([], 0.0, y, 1.0, y + SIZE, SIZE, text=" ".join(line.split()))


def refusal(tried: bool) -> str:
    if tried:
        return (
            "This PDF holds only scanned images on which no words were found; "
            "upload a sharper scan, or a version whose text can be selected."
        )
    return (
        "This PDF holds only scanned images, or no text at all; upload a version whose text can be selected, "
        "or have Tesseract installed on the server, which reads scans."
    )


def notice(missing: Sequence[int], broken: Sequence[int], cut: Sequence[int], count: int, tried: bool) -> str:
    """What of a file of `count` pages is not in its text, in a sentence for an admin; pages count from 0."""
    told = []
    if missing:
        why = "no words were found on them" if tried else "Tesseract, which reads them, is not installed"
        told.append(f"{_named(missing)} of {count} hold only scanned images and are missing here: {why}.")
    if broken:
        told.append(f"{_named(broken)} of {count} are damaged and missing here; save the file again.")
    if cut:
        told.append(
            f"{_named(cut)} of {count} have more fields and notes, or longer ones, than are read: "
            "some of what they say is missing here; upload it as text."
        )
    return " ".join(told)


def _named(numbers: Sequence[int]) -> str:
    """ "Pages 2 and 4–6"."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    shown = [f"{run[0] + 1}" if len(run) == 1 else f"{run[0] + 1}–{run[-1] + 1}" for run in runs]
    if len(shown) > 1:
        return f"Pages {', '.join(shown[:-1])} and {shown[-1]}"
    return f"Pages {shown[0]}"
