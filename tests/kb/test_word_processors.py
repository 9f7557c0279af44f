"""What word processors write alike is understood alike, in whatever format it comes."""

import pytest

from kb.extract import pieces, rtf
from kb.extract.package import whole
from kb.extract.word_processors import address, described, heading_level


@pytest.mark.parametrize(
    ("style", "level"),
    [
        ("heading 2", 2), ("Nagłówek 3", 3), ("見出し1", 1), ("Kop 4", 4), ("Title", 1),
        ("heading 1,H1;", 1), (" heading 2;", 2), ("heading 1 Char;", 0), ("Normal", 0),
    ],
)  # fmt: skip
def test_heading_is_known_by_its_style_s_name(style: str, level: int) -> None:
    assert heading_level(style) == level


def test_rtf_knows_the_headings_that_word_files_know() -> None:
    styled = rb"{\rtf1\ansi{\stylesheet{\s3 Rubrik 2;}}\pard\s3 Fees\par\pard Four.\par}"

    assert rtf.read(styled).text == "## Fees\n\nFour."


@pytest.mark.parametrize(
    ("field", "leads_to"),
    [
        (' HYPERLINK "https://a.example/my file" \\h', "https://a.example/my file"),
        ("HYPERLINK https://a.example/ \\o tip", "https://a.example/"),
        ('HYPERLINK \\l "bookmark"', ""),
        ("PAGE", ""),
    ],
)
def test_field_leads_where_its_words_say(field: str, leads_to: str) -> None:
    assert address(field) == leads_to


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("The  red\nkey", "The red key"),
        ("Key. Description automatically generated", ""),
        ("Ein Bild, Beschreibung automatisch generiert", ""),
        ("Description générée automatiquement", ""),
        ("Description of automatic doors", "Description of automatic doors"),
    ],
)
def test_what_a_program_made_of_a_picture_says_nothing(said: str, told: str) -> None:
    assert described(said) == told


@pytest.mark.parametrize("told", [None, "", "x", "-1", "1.5", "²", "9" * 5000])
def test_what_is_no_number_is_the_other_one(told: str | None) -> None:
    assert (whole(told, 7), whole("12", 7)) == (7, 12)


def test_items_whose_number_is_not_told_count_on_at_their_level() -> None:
    items = pieces.Items()
    for level, text in [(0, "a"), (1, "b"), (1, "c"), (0, "d")]:
        items.add(level, text, items.following(level, first=3))

    assert items.text() == "3. a\n   3. b\n   4. c\n4. d"
