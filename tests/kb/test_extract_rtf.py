"""RTF becomes Markdown as its readers see it, and none of what a program keeps beside it."""

import pytest

from kb.extract import extract, rtf


def text_of(body: str | bytes, head: bytes = rb"\ansi\ansicpg1252\uc1") -> str:
    return rtf.read(b"{\\rtf1" + head + b" " + (body.encode() if isinstance(body, str) else body) + b"}").text


STYLES = (
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s5 Heading 2;}{\*\cs10 Default Font;}}"
    r"{\*\generator Word}{\info{\title Fees}{\author Bob}}{\header Page 1}{\footer Page 2}"
)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (STYLES + r"\pard\s1 Fees\par\pard\s5 Abroad\par\pard Eight.\par", "# Fees\n\n## Abroad\n\nEight."),
        (r"\pard\outlinelevel2\b Fees\par\pard\plain \b You\b0  must.\par", "### Fees\n\n**You** must."),
        (r"Gr\'f6\'dfe \u8364? 8\~\endash  \u-10179?\u-8704? \{a\}\line b", "Größe € 8 – 😀 {a}\nb"),
        (r"{\uc2\u228\'84\'e4}Z \u252ue\par".replace("ue", r"\'75"), "äZ ü"),
        (r"Kept{\deleted gone}{\v secret}{\*\unknown {no}}\deleted more\deleted0 .\par", "Kept."),
        (r"See {\pict\pngblip 8950{\*\x y}4e47} it.", "See  it."),
        (r"In time{\footnote\pard {\super\chftn} Or not.\par}.\par", "In time.\n\n(Or not.)"),
        (
            r'{\field{\*\fldinst{HYPERLINK "https://a.example/"}}{\fldrslt{\ul Our page}}}, '
            r"page {\field{\*\fldinst PAGE}{\fldrslt 7}}",
            "[Our page](https://a.example/), page 7",
        ),
        (r'{\field{\*\fldinst TOC \\o}{\fldrslt Fees\tab 7\par Returns\tab 8\par}}Fees\par', "Fees"),
        (
            r"\pard\ls1\ilvl0{\listtext 1.\tab}One\par\pard\ls1\ilvl1{\listtext\bullet\tab}a\par"
            r"\pard\ls1\ilvl0{\listtext 2.\tab}Two\par\pard End\par",
            "1. One\n   - a\n2. Two\n\nEnd",
        ),
        (
            r"\pard\ls1{\listtext 1.\tab}One\par\pard Note\par\pard\ls1{\listtext 2.\tab}Two\par"
            r"\pard\ls1\ilvl1{\listtext 2.3.\tab}Deep\par",
            "1. One\n\nNote\n\n2. Two\n   - 2.3. Deep",
        ),
        (
            STYLES + r"\pard\s1{\listtext Article 1\tab}Fees\par\pard\ls1{\listtext iv)\tab}Four\par",
            "# Article 1 Fees\n\n- iv) Four",
        ),
        (r"\pard\li360 \bullet\tab One\par\pard\li720 1.\tab Two\par", "- One\n  1. Two"),
        (
            r"{\shp{\*\shpinst{\sp{\sn a}{\sv b}}{\shptxt In a box\par}}{\shprslt old}}Text\par",
            "Text\n\nIn a box",
        ),
        (r"1. of May\par", "1\\. of May"),
        (r"{{{Open", "Open"),
    ],
)  # fmt: skip
def test_text_is_read_as_it_is_seen(body: str, text: str):
    assert text_of(body) == text


def test_cell_over_others_stands_in_each_of_them():
    table = (
        r"\trowd\cellx1000\cellx3000\intbl Zone\cell Fee\cell\row"
        r"\trowd\clvmgf\cellx1000\cellx2000\cellx3005\intbl EU\cell 8\cell a month\cell\row"
        r"\trowd\clvmrg\cellx1000\cellx2000\cellx3000\intbl\cell 80\par or 90\cell a year\cell\row"
        r"\trowd\cellx3000\intbl All with tax\cell\row\pard End\par"
    )

    assert text_of(table) == (
        "| Zone | Fee | Fee |\n| --- | --- | --- |\n| EU | 8 | a month |\n| EU | 80; or 90 | a year |\n"
        "| All with tax |  |  |\n\nEnd"
    )


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (rb"\ansi\ansicpg1251", rb"\'c2\'ee\'e7\'e2\'f0\'e0\'f2", "Возврат"),
        (rb"\ansi{\fonttbl{\f0 A;}{\f3\fcharset204 B;}}", rb"{\f3\'c2\'ee\'e7}\'e9", "Возé"),
        (rb"\ansi{\fonttbl{\f0\fcharset128 M;}}\f0", b"\\'83A\\'83\\'43", "アイ"),
        (rb"\ansi{\fonttbl{\f2\fcharset2 Symbol;}}", rb"{\f2\'b7}\tab Fee", "- Fee"),
        (rb"\mac", rb"\'8a", "ä"),
    ],
)  # fmt: skip
def test_bytes_are_in_the_charset_of_their_font_or_file(head: bytes, body: bytes, text: str):
    assert text_of(body, head) == text


def test_picture_in_bytes_is_passed_over_and_one_without_end_takes_nothing_along():
    assert text_of(b"A{\\pict\\bin4 {}\\{}B") == "AB"
    assert text_of(b"A{\\pict\\bin2147483647 x}B") == "AB"


def test_file_is_named_by_its_title():
    assert extract(b"{\\rtf1" + STYLES.encode() + b" Eight.}", "a.rtf").title == "Fees"


def test_picture_is_what_its_author_says_that_it_shows():
    picture = rb"{\pict{\*\picprop{\sp{\sn wzDescription}{\sv Die T\'fcr \u8364?}}}\pngblip 8950}"

    assert text_of(rb"{\*\shppict" + picture + rb"}{\nonshppict{\pict 01}}Auf.\par") == "Auf.\n\nDie Tür €"
    assert text_of(rb"{\v" + picture + rb"}{\deleted" + picture + rb"}Auf.\par") == "Auf."


def test_language_is_what_the_words_are_marked_as_unless_they_belie_it():
    def told(text: str) -> str:
        data = rf"{{\rtf1\ansi\deflang1033\pard\lang1031 {text}\par}}".encode()
        return extract(data, "a.rtf").detected_locale

    assert told("Die Taste und der Schalter.") == "de"
    assert told("The key and the switch were not here.") == ""
