"""What differs between two texts, shown so that a person finds it."""

import random

import pytest

from kb.differences import MOST_FOLDED, Block, compare
from tests.timing import times_as_long

CASES = [  # before, after, the lines that are shown: their kind and what differs in them
    ("a b c", "a x c", [("removed", ["b"]), ("added", ["x"])]),
    ("30 days.", "45 days.", [("removed", ["30"]), ("added", ["45"])]),
    ("one\ntwo", "one", [("same", []), ("removed", [])]),
    ("one", "one\ntwo", [("same", []), ("added", [])]),
    ("", "new", [("added", [])]),
    ("entirely other words here", "nothing like before", [("removed", []), ("added", [])]),
    ("退货 30 天", "退货 45 天", [("removed", ["30"]), ("added", ["45"])]),
]


@pytest.mark.parametrize(("before", "after", "shown"), CASES)
def test_what_differs_is_marked_word_by_word(before: str, after: str, shown: list) -> None:
    lines = [line for block in compare(before, after) for line in block.lines]
    marked = [[piece.text.strip() for piece in line.pieces if piece.differs] for line in lines]
    assert [(line.kind, words) for line, words in zip(lines, marked, strict=True)] == shown


def test_texts_that_are_the_same_differ_in_nothing() -> None:
    assert compare("a\nb", "a\nb") == []


def whole(blocks: list[Block], kind: str) -> list[str]:
    """One of the two texts, put together again."""
    lines = [line for block in blocks for line in block.lines if line.kind in ("same", kind)]
    return ["".join(piece.text for piece in line.pieces) for line in lines]


def test_both_texts_stand_in_the_difference_to_the_letter() -> None:
    rng = random.Random(1)
    words = ["bike", "  refund ", "30", "days,", "\t", "é", "–", "“x”"]
    for _ in range(200):
        before, after = (
            [" ".join(rng.choices(words, k=rng.randrange(6))) for _ in range(rng.randrange(8))] for _ in "ab"
        )
        blocks = compare("\n".join(before), "\n".join(after))
        if blocks:
            assert whole(blocks, "removed") == "\n".join(before).splitlines()
            assert whole(blocks, "added") == "\n".join(after).splitlines()


def test_side_by_side_each_changed_line_stands_beside_what_it_became() -> None:
    (block,) = compare("same\n14 days.\n3 euros.\ngone\nend", "same\n30 days.\n5 euros.\nend\nmore")
    rows = [
        tuple("".join(piece.text for piece in line.pieces) if line else "" for line in row)
        for row in block.sides
    ]
    changed = [("14 days.", "30 days."), ("3 euros.", "5 euros."), ("gone", "")]
    assert rows == [("same", "same"), *changed, ("end", "end"), ("", "more")]


def test_what_is_the_same_is_folded_and_a_long_stretch_only_counted() -> None:
    same = [f"line {number}" for number in range(MOST_FOLDED + 50)]
    blocks = compare("\n".join(["old", *same]), "\n".join(["new", *same]))
    assert [block.folded for block in blocks] == [False, True]
    assert (blocks[1].number, blocks[1].lines) == (MOST_FOLDED + 47, [])
    (_, folded) = compare("\n".join(["old", *same[:20]]), "\n".join(["new", *same[:20]]))
    assert folded.number == len(folded.lines) == 17


HARD = [  # what comes again and again, and more often than is compared with care
    [f"row {number % 300}" for number in range(20_000)],
    ["the same line"] * 5_000,
    [" ".join(["a", "b", "c"] * 300)] * 300,
    [" ".join(f"word{number}" for number in range(500))] * 250,
]


def compare_mixed(lines: list[str]) -> None:
    rng = random.Random(2)
    other = [f"{line} x" if rng.random() < 0.5 else line for line in lines]
    compare("\n".join(lines), "\n".join(rng.sample(other, len(other))))


@pytest.mark.parametrize("lines", HARD, ids=range(len(HARD)))
def test_no_text_keeps_the_page_waiting(lines: list[str]) -> None:
    assert times_as_long(lambda: compare_mixed(lines * 3), lambda: compare_mixed(lines)) < 7
