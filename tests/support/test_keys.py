"""The desk's keys: each is told to whoever looks, and to whoever listens."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
DESK = sorted((TEMPLATES / "support" / "inbox").glob("*.html"))
VALUE = r'"((?:\{%.*?%\}|\{\{.*?\}\}|[^"{])*)"'
KEY = re.compile(rf"data-key={VALUE}(?: aria-keyshortcuts={VALUE})?")
LISTED = set(re.findall(r"<kbd>([^<]+)</kbd>", (TEMPLATES / "_keys.html").read_text()))


def spoken(keys: str) -> str:
    """As aria-keyshortcuts names them: a capital is its letter with Shift."""
    return re.sub(r"\b[A-Z]\b", r"Shift+\g<0>", keys)


@pytest.mark.parametrize("template", DESK, ids=lambda path: path.name)
def test_each_key_is_told_to_screen_readers(template: Path) -> None:
    for key, told in KEY.findall(template.read_text()):
        assert told == spoken(key)


def test_each_key_of_the_page_is_in_the_list() -> None:
    text = "".join(path.read_text() for path in DESK)
    # Digits act in a dialog or on a passage, and stand there.
    single = {key for key, _ in KEY.findall(text) if len(key) == 1 and not key.isdigit()}
    moving = {"j", "k", "↓", "↑", "→", "←", "y", "i", "Enter", "Esc"}  # by scripts, not by a button
    assert len(single) > 10
    assert single | moving <= LISTED


def test_a_key_in_a_dialog_is_shown_where_it_acts() -> None:
    for name in ["_compare.html", "_reject.html", "_rewrite.html"]:
        text = (TEMPLATES / "support" / "inbox" / name).read_text()
        for button in re.findall(r"<button[^>]*data-key.*?</button>", text, re.DOTALL):
            assert "<kbd>" in button
