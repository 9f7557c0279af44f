"""Headings in plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.extract import extract, txt

CASES = [
    ("Returns\n\nYou have 30 days.\n", "# Returns\n\nYou have 30 days."),
    ("Hello there.\n\nHow to pay\n\nBy card.", "Hello there.\n\n## How to pay\n\nBy card."),
    ("Ask us.\n\n2 Payment\n\nBy card.", "Ask us.\n\n## 2 Payment\n\nBy card."),
    ("Ask us.\n\nNote:\n\nBy card.", "Ask us.\n\nNote:\n\nBy card."),  # leads over, and is no heading
    ("Ask us.\n\nBananas\n\nApples\n\nPears\n", "Ask us.\n\nBananas\n\nApples\n\nPears"),  # a list
    ("Ask us.\n\n- One\n\nBy card.", "Ask us.\n\n- One\n\nBy card."),
    ("Just one line", "Just one line"),
    ("Two lines\nin one block\n\nBy card.", "Two lines\nin one block\n\nBy card."),
]


@pytest.mark.parametrize(("text", "read"), CASES)
def test_a_short_line_above_a_paragraph_is_its_heading(text: str, read: str) -> None:
    assert txt.read(text).text == read


def test_a_heading_at_the_top_is_the_title() -> None:
    found = extract(b"Unlocking without a phone\n\nUse the code.\n", "unlock.txt")
    assert (found.title, found.text) == (
        "Unlocking without a phone",
        "# Unlocking without a phone\n\nUse the code.",
    )


@given(st.text(alphabet="Ab1 \n.:-#\t"))
def test_no_word_is_lost(text: str) -> None:
    assert txt.read(text).text.replace("#", "").split() == text.replace("#", "").split()
