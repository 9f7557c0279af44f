"""A table that is longer than a passage has its header above each of its parts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.passages import split
from kb.tables import joined, repeat_headers

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


@pytest.mark.parametrize("between", ["\n", " \n\n\n", "\n   "])
def test_parts_are_one_table_again_as_soon_as_they_fit(between: str):
    long = repeat_headers(f"Fees:\n\n{HEADER}{rows(0, 90)}\nAll with tax.\n", "T", words).text
    shortened = "".join(
        line for line in long.splitlines(keepends=True) if "€" not in line or "Plan 1" in line
    )
    short = f"Fees:\n\n{HEADER}{rows(1, 2)}{rows(10, 20)}\nAll with tax.\n"

    assert long.count(HEADER) > 3 and repeat_headers(shortened, "T", words).text == short
    assert joined(long) == f"Fees:\n\n{HEADER}{rows(0, 90)}\nAll with tax.\n"
    assert joined(f"{HEADER}{rows(0, 3)}{between}{HEADER}{rows(3, 5)}") == f"{HEADER}{rows(0, 5)}"
    assert joined(f"{HEADER}{between}{HEADER}{rows(3, 5)}") == f"{HEADER}{rows(3, 5)}"


@pytest.mark.parametrize(
    "between", ["\nIn winter:\n\n", "\n[a]: https://example.com\n\n", "\n# More\n\n", "***\n"]
)
def test_tables_with_something_between_them_stay_apart(between: str):
    text = f"{HEADER}{rows(0, 3)}{between}{HEADER}{rows(3, 5)}"

    assert joined(text) == repeat_headers(text, "T", words).text == text


def test_tables_with_other_headers_stay_apart():
    text = f"{HEADER}{rows(0, 3)}\n| Plan | Price |\n| --- | --- |\n{rows(3, 5)}"

    assert joined(text) == text


LINES = ["", "", "a", "| b | c |", "| b | c |\n|---|---|", "|---|---|", "# H", "- x", "word " * 60, "> | q |"]
LINES += [f"| {'row ' * 30} | {n} |" for n in range(4)]
TEXTS = st.lists(st.sampled_from(LINES), max_size=60).map("\n".join)


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_whatever_the_text_nothing_is_lost_and_places_hold(text: str):
    found = repeat_headers(text, "T", words)

    gone = {place for change in found.changes for place in range(change.start, change.end)}
    assert all(text[at] == found.text[found.place(at)] for at in range(len(text)) if at not in gone)
    assert all(found.place(at) <= found.place(at + 1) for at in range(len(text)))
    for change in found.changes:
        taken = {line.strip() for line in text[change.start : change.end].splitlines()}
        assert taken <= {"", *(line.strip() for line in text[: change.start].splitlines())}


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_whatever_the_text_repeating_and_joining_again_change_nothing(text: str):
    once, whole = repeat_headers(text, "T", words).text, joined(text)

    assert repeat_headers(once, "T", words).text == once and joined(whole) == whole
    assert joined(once) == whole and repeat_headers(whole, "T", words).text == once
