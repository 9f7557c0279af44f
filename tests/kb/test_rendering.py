"""Markdown becomes HTML that can't do anything, with passages marked. Pure."""

import pytest

from kb.rendering import Stretch, render
from tests.timing import seconds

CASES = [  # Markdown, HTML, why
    ("Within **30 days**.", "<p>Within <strong>30 days</strong>.</p>", "ordinary text"),
    ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>", "HTML is text"),
    (
        "[x](/people/)",
        '<p><a rel="noopener noreferrer nofollow">x</a></p>',
        "a relative link leads into the desk",
    ),
    (
        "[x](//evil.example)",
        '<p><a rel="noopener noreferrer nofollow">x</a></p>',
        "so does one without a scheme",
    ),
    ("[x](javascript:x)", "<p>[x](javascript:x)</p>", "not a link at all"),
    (
        "![Plug <b>](http://t.example/p.png)",
        "<p><em>Plug &lt;b&gt;</em></p>",
        "pictures are named, not fetched",
    ),
    ("a  \nb", "<p>a<br>\nb</p>", "line breaks stay"),
]


@pytest.mark.parametrize(("text", "html", "why"), CASES)
def test_text_is_shown_and_does_nothing(text: str, html: str, why: str) -> None:
    assert render(text, "Title").strip() == html, why


def test_links_to_the_web_and_to_mail_stay() -> None:
    html = render("[a](https://a.example/?x=1&y=2) <help@a.example>", "Title")
    assert 'href="https://a.example/?x=1&amp;y=2"' in html
    assert 'href="mailto:help@a.example"' in html


def test_headings_go_down_step_by_step() -> None:
    html = render("# Title\n\n### A\n\n###### B\n\n# C\n", "Title")
    assert [html.count(f"<h{level}>") for level in (1, 2, 3)] == [0, 2, 1]


def test_an_empty_corner_of_a_table_is_no_header() -> None:
    html = render("| | City 3 |\n|---|---|\n| Weight | 21.8 kg |\n", "Title")
    assert "<td></td>\n<th>City 3</th>" in html


def test_every_passage_has_its_beginning_once() -> None:
    text = "One. Two.\n\n- a\n- b\n\n```\ncode\n```\n\nLast."
    cuts = [(0, 4), (5, 9), (11, 18), (20, len(text))]
    html = render(text, "Title", [Stretch(number, *cut) for number, cut in enumerate(cuts)])
    assert [html.count(f'id="passage-{number}"') for number in range(4)] == [1, 1, 1, 1]
    assert '<p data-passages="0 1">One. Two.</p>' in html
    assert '<ul data-passages="2">' in html
    assert '<p data-passages="3">Last.</p>' in html


def test_a_book_is_rendered_in_a_moment() -> None:
    part = "## Part\n\nSome words about something, and a few more.\n\n- one\n- two\n\n"
    text = part * 2000
    stretches = [Stretch(n, n * len(part) + 9, (n + 1) * len(part)) for n in range(2000)]
    assert render(text, "Book", stretches).count("<span id=") == 2000
    tenth = seconds(lambda: render(text[: len(text) // 10], "Book", stretches[:200]))
    assert seconds(lambda: render(text, "Book", stretches)) < 40 * tenth
