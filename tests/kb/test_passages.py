"""A document's Markdown becomes passages: short enough, under their headings, with exact offsets."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.passages import MOST_CHARACTERS_PER_TOKEN, PASSAGE_TOKENS, Cut, by_word, sections, split


def words(text: str) -> int:
    return len(text.split())


def cuts(text: str, title: str = "Returns") -> list[Cut]:
    return split(text, title, words)


def test_short_section_is_one_passage_under_its_heading():
    found = cuts("# Returns\n\nSend it back.\n\n## Refunds\n\nWithin 14 days.\n\n### By card\n\nFaster.\n")

    assert [(cut.heading, cut.text) for cut in found] == [
        ("", "Send it back."),
        ("Refunds", "Within 14 days."),
        ("Refunds › By card", "Faster."),
    ]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("Fees\n====\n\na\n\nLate\n----\n\nb\n", ["Fees", "Fees › Late"]),  # underlined
        ("## Ask *us* `now` &amp; [here](/x)\n\na\n", ["Ask us now & here"]),  # without marks
        ("```\n# no heading\n```\n", [""]),  # a comment in code
        ("~~~\n## no\n\n# heading\n~~~\n\n# One\n\na\n", ["", "One"]),
        ("    # indented code\n", [""]),
        ("- # in a list\n- b\n", [""]),
        ("> # quoted\n", [""]),
        ("# Deep\n\n### Below\n\na\n\n## Beside\n\nb\n", ["Deep › Below", "Deep › Beside"]),
        ("#no blank after the mark\n", [""]),
        ("| a |\n|---|\n| b |\n", [""]),  # a table's line is no underline
    ],
)
def test_headings_are_those_of_the_document(text: str, headings: list[str]):
    assert [cut.heading for cut in cuts(text)] == headings


def test_heading_with_nothing_below_it_is_a_passage_itself():
    assert [(cut.heading, cut.text) for cut in cuts("## Call 0800 1234\n\n## Write\n\nTo us.\n")] == [
        ("Call 0800 1234", "## Call 0800 1234"),
        ("Write", "To us."),
    ]


def test_long_section_is_cut_between_paragraphs():
    paragraphs = [f"Paragraph {number} " + "word " * 78 for number in range(6)]
    found = cuts("## Long\n\n" + "\n\n".join(paragraphs))

    assert [cut.heading for cut in found] == ["Long"] * 3
    assert all(cut.text.startswith("Paragraph") for cut in found)


def test_table_that_fits_stays_whole():
    table = "\n".join(["| Fee | Euro |", "| --- | --- |", *(f"| f{n} | {n} |" for n in range(20))])
    found = cuts("## Fees\n\n" + "Some words before the table. " * 30 + "\n\n" + table + "\n")

    assert any(table in cut.text for cut in found)


def test_passage_leaves_room_for_what_is_indexed_with_it():
    title = "A rather long title " * 5
    found = split("## Heading of ten words that is indexed with it too\n\n" + "word " * 900, title, words)

    assert all(words(f"{title} {cut.heading} {cut.text}") <= PASSAGE_TOKENS for cut in found)


def test_word_without_end_is_cut_all_the_same():
    found = split("x" * 5000, "", len)

    assert "".join(cut.text for cut in found) == "x" * 5000
    assert all(len(cut.text) <= PASSAGE_TOKENS for cut in found)


BITS = st.sampled_from(
    [
        *(
            "# ",
            "## ",
            "###### ",
            "```\n",
            "~~~\n",
            "- ",
            "1. ",
            "> ",
            "    ",
            "\t",
            "| a | b |\n",
            "| --- | --- |\n",
        ),
        *(
            "---\n",
            "===\n",
            "\n",
            "\n\n",
            "\r\n",
            "\r",
            "\f",
            "\x0b",
            "\x1c",
            "\x85",
            "\u2028",
            "\0",
            "\ufeff",
        ),
        *("<div>", "</div>", "<!-- ", " -->", "[a](b)", "[x]: y\n", "*b*", "`c`", "&amp;", "\\"),
        *(
            "word ",
            "Sentence one. ",
            "日本語。",
            "ﷺ",
            "e\u0301",
            "👩‍👩‍👧",
            "İ",
            "x" * 300,
            "many words " * 60,
        ),
    ]
)
DOCUMENTS = st.lists(st.one_of(BITS, st.text(max_size=30)), max_size=40).map("".join)


@pytest.mark.parametrize("bit", ["x", "日", "word " + "y" * 3000 + "\n"])
def test_words_of_any_length_make_no_long_passage(bit: str):
    """A tokenizer may take each for a single token."""
    text = bit * (30_000 // len(bit))
    found = cuts(text)

    assert all(len(cut.text) <= PASSAGE_TOKENS * MOST_CHARACTERS_PER_TOKEN for cut in found)
    assert "".join("".join(cut.text.split()) for cut in found) == "".join(text.split())


@settings(deadline=None)
@given(text=DOCUMENTS, title=st.text(max_size=20))
def test_whatever_the_text_offsets_are_exact_and_nothing_is_lost(text: str, title: str):
    found = split(text, title, words)

    assert all(text[cut.start : cut.end] == cut.text and cut.text.strip() for cut in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
    covered = {place for cut in found for place in range(cut.start, cut.end)}
    in_headings = {place for part in sections(text) for place in range(part.heading_start, part.start)}
    lost = [place for place in range(len(text)) if place not in covered | in_headings and text[place].strip()]
    assert not lost


@settings(deadline=None)
@given(DOCUMENTS)
def test_tokens_counted_by_word_are_those_of_the_text(text: str):
    def with_marks(words: str) -> int:
        return 2 + sum(-(-len(word) // 4) for word in words.split())

    assert by_word(with_marks)(text) == with_marks(text)


def test_around_an_edit_of_a_long_section_passages_stay_as_they_were_cut() -> None:
    lines = [
        f"Step {number}: open panel {number}, read what it shows, and confirm it." for number in range(90)
    ]
    count = lambda text: len(text.split())  # noqa: E731
    written = "# Guide\n\n" + "\n\n".join(lines)
    before = [(cut.heading, cut.text) for cut in split(written, "Guide", count)]
    edited = written.replace(
        lines[40], f"{lines[40]} It takes some minutes, during which nothing is to be done."
    )
    cuts = split(edited, "Guide", count, before)
    assert all(edited[cut.start : cut.end] == cut.text for cut in cuts)
    assert " ".join(cut.text for cut in cuts).split() == edited.split()[2:], (
        "nothing is lost, nothing doubled"
    )
    assert len({cut.text for cut in cuts} - {text for _, text in before}) <= 2
    again = split(edited, "Guide", count, [(cut.heading, cut.text) for cut in cuts])
    assert again == cuts, "reading it again changes nothing"


def test_many_small_additions_grind_no_text_to_crumbs() -> None:
    count = lambda text: len(text.split())  # noqa: E731
    lines: list[str] = []
    before: list[tuple[str, str]] = []
    for number in range(200):
        lines.insert(number // 2, f"A short note {number}.")
        cuts = split("# Notes\n\n" + "\n\n".join(lines), "Notes", count, before)
        before = [(cut.heading, cut.text) for cut in cuts]
    anew = split("# Notes\n\n" + "\n\n".join(lines), "Notes", count)
    assert len(cuts) <= 2 * len(anew) + 2
