"""Markdown as plain words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import plain

CASES = [
    ("- **No light:** try another `socket`.", "- No light: try another socket."),
    ("See [the page](https://example.com/a_b) now.", "See the page now."),
    ("| Battery | Hours |\n|---|---:|\n| B5 | 7 |\n", "Battery · Hours\nB5 · 7\n"),
    ("## Heading\n\nText", "Heading\n\nText"),
    ("snake_case and 2 * 3 * 4 stay", "snake_case and 2 * 3 * 4 stay"),
    ("a\\*b and a \\| b", "a*b and a | b"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "shown"), CASES)
def test_marks_go_and_words_stay(text: str, shown: str) -> None:
    assert plain.lines(text) == shown


@given(st.text(alphabet="ab |-*_`#[]()<>\\\n"))
def test_any_text_can_be_shown(text: str) -> None:
    assert len(plain.lines(text)) <= len(text) + 2 * text.count("|")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("## Terms\n\nYou have **30 days**.", "Terms\n\nYou have 30 days."),
        ("See [the *new* form](https://example.com/a_b_c), or ask.", "See the new form, or ask."),
        ("![a map](map.png)Go <b>left</b><!-- no -->.", "Go left."),
        ("| Size | Price |\n| --- | --- |\n| small | 5 \\| 6 |", " Size | Price \n small | 5 | 6 "),
        ("snake_case and 2 * 3 * 4 stay", "snake_case and 2 * 3 * 4 stay"),
        ("• 😀 日本語 \u202eabc", "• 😀 日本語 \u202eabc"),
        ("", ""),
    ],
)
def test_marks_are_hidden_and_places_hold(text: str, shown: str) -> None:
    found = plain.pieces(text)
    assert "".join(piece.text for piece in found) == text
    assert "".join(piece.text for piece in found if not piece.is_mark) == shown


PARTS = [
    *[text for text, _ in CASES],
    "## Terms\n\n",
    "**30 days**",
    "*new*",
    "[the form](https://example.com/a_b_c)",
    "![a map](map.png)",
    "<b>left</b>",
    "<!-- no -->",
    "\n| Size | Price |\n| --- | --- |\n| **small** | 5 \\| 6 |\n",
    "\n",
    "a\\_b",
    "日本語 😀",
]


@given(st.lists(st.sampled_from(PARTS), max_size=8).map(" ".join))
def test_hiding_marks_and_leaving_them_out_show_the_same_words(text: str) -> None:
    hidden = "".join(piece.text for piece in plain.pieces(text) if not piece.is_mark)
    assert _words(hidden) == _words(plain.lines(text))


def _words(text: str) -> list[str]:
    return re.findall(r"[^\s|·]+", text)  # cells are divided by bars here, by dots there
