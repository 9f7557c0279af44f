"""A table that is longer than a passage has its header above each of its parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.passages import split
from kb.tables import repeat_headers

HEADER = "| Plan | Fee |\n| --- | --- |\n"


def words(text: str) -> int:
    return len(text.split())


def rows(first: int, last: int) -> str:
    return "".join(f"| Plan {n} | {n} € a month, and {n} more |\n" for n in range(first, last))


def test_each_passage_of_a_long_table_begins_with_its_header():
    text = repeat_headers(
        f"# Fees\n\nWhat it costs:\n\n{HEADER}{rows(0, 90)}\nAll with tax.\n", "Fees", words
    ).text
    found = [cut for cut in split(text, "Fees", words) if "| Plan " in cut.text]

    assert len(found) > 3
    assert all(HEADER in cut.text and text[cut.start : cut.end] == cut.text for cut in found)
    assert found[0].text.startswith("What it costs:")
    said = [line for cut in found for line in cut.text.splitlines() if "month" in line]
    assert said == rows(0, 90).splitlines()


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}{rows(0, 5)}",  # short
        "No table.\n\n---\n\nAt all.",
        f"- in a list\n\n  {HEADER}",
        "| " + "long header " * 200 + "| b |\n|---|---|\n" + "| a | b |\n" * 90,
        f"```\n{HEADER}{rows(0, 90)}```\n",
    ],
)
def test_other_texts_stay_as_they_are(text: str):
    assert repeat_headers(text, "T", words).text == text


def test_doing_it_again_changes_nothing():
    once = repeat_headers(f"{HEADER}{rows(0, 200)}", "T", words).text

    assert once != f"{HEADER}{rows(0, 200)}"
    assert repeat_headers(once, "T", words).text == once


def test_one_row_more_leaves_most_parts_as_they_are():
    def parts(table: str) -> set[str]:
        return {cut.text for cut in split(repeat_headers(table, "T", words).text, "T", words)}

    before = parts(f"{HEADER}{rows(0, 400)}")
    after = parts(f"{HEADER}{rows(0, 100)}| Plan new | 1 € |\n{rows(100, 400)}")

    assert len(after - before) <= 6 < len(before) / 3


@given(
    st.lists(st.sampled_from(["", "a", "| b | c |", "|---|---|", "# H", "- x", "word " * 60]), max_size=60)
)
@settings(max_examples=60, deadline=None)
def test_whatever_the_text_nothing_is_lost_and_places_hold(lines: list[str]):
    text = "\n".join(lines)
    found = repeat_headers(text, "T", words)

    left, at = [], 0
    for place, length in found.added:
        left.append(found.text[at : found.place(place) - length])
        at = found.place(place)
    assert "".join([*left, found.text[at:]]) == text
