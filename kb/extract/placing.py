"""Put boxes that stand freely on a page into the order in which they are read. Pure.

Row by row, except where they obviously are columns: where no line across divides them, or where boxes of one
width stand above one another as headings stand above what they head.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

# In 360,000ths of a centimetre. Boxes that overlap by no more only touch each other.
TOUCH = 90_000
# What begins within so many units (about 5 mm) stands in one row.
BAND = 200_000
# Boxes whose sizes differ by less are alike.
ALIKE = 1.5
DEEPEST = 30
MOST_TOGETHER = 8  # rows

T = TypeVar("T")


@dataclass(frozen=True)
class Box(Generic[T]):
    left: int
    top: int
    width: int
    height: int
    held: T

    @property
    def right(self) -> int:
        return self.left + max(self.width, 0)

    @property
    def bottom(self) -> int:
        return self.top + max(self.height, 0)


def in_order(boxes: Sequence[Box[T]], *, leftwards: bool = False, deep: int = 0) -> Iterator[T]:
    """`leftwards`: the first column stands on the right."""
    columns, bands = _across(boxes), _down(boxes)
    if len(boxes) < 2 or deep >= DEEPEST or (len(columns) == 1 and len(bands) == 1):
        yield from (box.held for box in sorted(boxes, key=lambda box: (box.top // BAND, box.left)))
        return
    if len(columns) > 1 and (len(bands) == 1 or _stand_below_heads(columns, bands)):
        parts = columns[::-1] if leftwards else columns
    else:
        parts = list(_kept_together(bands))
    for part in parts:
        yield from in_order(part, leftwards=leftwards, deep=deep + 1)


def _kept_together(bands: Sequence[list[Box[T]]]) -> Iterator[list[Box[T]]]:
    """Rows that are columns together stay so, below what stands over all of them."""
    start = 0
    while start < len(bands):
        ends = range(min(len(bands), start + MOST_TOGETHER), start + 1, -1)
        end = next((end for end in ends if _are_columns(bands[start:end])), start + 1)
        yield [box for band in bands[start:end] for box in band]
        start = end


def _are_columns(bands: Sequence[Sequence[Box[T]]]) -> bool:
    columns = _across([box for band in bands for box in band])
    return len(columns) > 1 and _stand_below_heads(columns, bands)


def _across(boxes: Sequence[Box[T]]) -> list[list[Box[T]]]:
    return _parts(boxes, lambda box: (box.left, box.right))


def _down(boxes: Sequence[Box[T]]) -> list[list[Box[T]]]:
    return _parts(boxes, lambda box: (box.top, box.bottom))


def _parts(boxes: Sequence[Box[T]], extent: Callable[[Box[T]], tuple[int, int]]) -> list[list[Box[T]]]:
    """What is divided where no box reaches over, in one direction."""
    parts: list[list[Box[T]]] = []
    reached = 0
    for box in sorted(boxes, key=extent):
        start, end = extent(box)
        if parts and start < reached - TOUCH:
            parts[-1].append(box)
        else:
            parts.append([box])
            reached = start
        # The smallest holds a line.
        reached = max(reached, end, start + 2 * TOUCH)
    return parts


def _stand_below_heads(columns: Sequence[Sequence[Box[T]]], bands: Sequence[Sequence[Box[T]]]) -> bool:
    """Columns are equally wide, and rows are not equally high; a table of boxes is otherwise."""
    widths = [max(box.right for box in column) - min(box.left for box in column) for column in columns]
    heights = [max(box.height for box in band) for band in bands]
    whole = all(len(column) > 1 for column in columns)
    return whole and max(widths) < ALIKE * min(widths) and max(heights) >= ALIKE * min(heights)
