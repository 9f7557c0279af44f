"""Markdown as plain words."""

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
