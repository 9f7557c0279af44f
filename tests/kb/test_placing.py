"""Boxes that stand freely on a slide are read as people read them."""

import pytest

from kb.extract import extract
from kb.extract.placing import Box, in_order
from tests.kb import office

CM = 360_000


def read(*boxes: tuple[float, float, float, float], leftwards: bool = False) -> list[int]:
    """Left, top, width, height in centimetres; they are numbered in the order that they should come in."""
    made = [Box(*(int(CM * size) for size in box), number) for number, box in enumerate(boxes)]
    return list(in_order(made[::-1], leftwards=leftwards))


@pytest.mark.parametrize(
    "boxes",
    [
        # Columns of unequal boxes: no line across divides them.
        [(1, 3, 8, 2), (1, 5.5, 8, 6), (10, 3, 8, 4), (10, 7.5, 8, 4)],
        # A heading over each text, one of them a little lower; and something above all.
        [(1, 1, 24, 1), (1, 3, 7, 1), (1, 4.2, 7, 6), (9, 3.1, 7, 1), (9, 4.2, 7, 5), (17, 3, 7, 1),
         (17, 4, 7, 6)],
        # Words beside what they name, line by line.
        [(1, 3, 4, 1), (6, 3, 12, 1), (1, 4.2, 4, 1), (6, 4.2, 12, 3), (1, 7.5, 4, 1), (6, 7.5, 12, 1)],
        # Cards of one size, in rows.
        [(1, 3, 8, 4), (10, 3, 8, 4), (1, 8, 8, 4), (10, 8, 8, 4)],
        # One row, not quite level.
        [(1, 3, 4, 1), (6, 2.9, 4, 1), (11, 3.2, 4, 1)],
        # What overlaps goes from top to bottom.
        [(1, 1, 10, 10), (2, 3, 10, 10), (1, 5, 5, 2)],
        # Without sizes, row by row.
        [(1, 3, 0, 0), (9, 3, 0, 0), (1, 5, 0, 0), (9, 5, 0, 0)],
    ],
)  # fmt: skip
def test_boxes_come_in_the_order_in_which_they_are_read(boxes: list[tuple[float, float, float, float]]):
    assert read(*boxes) == list(range(len(boxes)))


def test_columns_of_a_script_to_the_left_begin_on_the_right():
    assert read((10, 3, 8, 2), (10, 5.5, 8, 6), (1, 3, 8, 4), (1, 7.5, 8, 4), leftwards=True) == [0, 1, 2, 3]


def test_slide_with_free_boxes_is_read_column_by_column():
    def free(text: str, left: int, top: int, height: int) -> str:
        place = f'<a:off x="{left * CM}" y="{top * CM}"/><a:ext cx="{8 * CM}" cy="{height * CM}"/>'
        words = f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" if text else ""
        return (
            f"<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>{place}</a:xfrm></p:spPr>"
            f"<p:txBody>{words}</p:txBody></p:sp>"
        )

    shapes = (
        free("", 1, 3, 14) + free("EU", 10, 3, 1) + free("Home", 1, 3, 1) + free("Eight", 10, 4, 5)
        + free("Free", 1, 4, 6) + office.shape("Fees", "title", 0)
    )  # fmt: skip

    assert extract(office.deck([shapes], {}), "a.pptx").text == "## Fees\n\nHome\n\nFree\n\nEU\n\nEight"
