"""Replies show a strict subset of Markdown: nothing in them is fetched, runs, or leads where it must not."""

import re

import pytest
from django.core.checks import run_checks
from django.utils.html import format_html
from hypothesis import given
from hypothesis import strategies as st

from support.rendering import BEGIN, END, NOTHING, Stretch, _clean, render, render_stretches

CITED = "https://help.example/returns"
HOSTS = ["www.shop.example"]
LINK = ' target="_blank" rel="noopener noreferrer nofollow"'

CASES = [  # text, HTML, why
    ("You have **30** *days*.", "<p>You have <strong>30</strong> <em>days</em>.</p>", "emphasis"),
    ("One.\n\nTwo.\nThree.", "<p>One.</p>\n<p>Two.<br>\nThree.</p>", "a line ends where its writer ended it"),
    ("1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>", "steps"),
    ("3. c", '<ol start="3">\n<li>c</li>\n</ol>', "steps keep their numbers"),
    ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "lists"),
    ("Press `Esc <b>`", "<p>Press <code>Esc &lt;b&gt;</code></p>", "code"),
    ("2 * 3 * 4 and snake_case_name", "<p>2 * 3 * 4 and snake_case_name</p>", "marks that mark nothing"),
    (r"\\server\share and \*", r"<p>\\server\share and *</p>", "a path keeps its backslashes"),
    ("# A\n> b", "<p># A<br>\n&gt; b</p>", "no headings, no quotations"),
    ("a\n- - - -\nb", "<p>a</p>\n<p>---</p>\n<p>b</p>", "a line of dashes is one, and no lists in lists"),
    ("    x", "<p>x</p>", "no code by indenting"),
    ("&lt;b&gt; &nbsp;", "<p>&amp;lt;b&amp;gt; &amp;nbsp;</p>", "entities are text"),
    ("<b onclick=x>y</b><!-- z -->", "<p>&lt;b onclick=x&gt;y&lt;/b&gt;&lt;!-- z --&gt;</p>", "HTML is text"),
    ("![p](https://e.example/p.png)", "<p>p (https://e.example/p.png)</p>", "a picture is its address"),
    ("[here](https://e.example/?q=1)", "<p>here (https://e.example/?q=1)</p>", "so is another link"),
    ('[a](https://e.example "t")', "<p>a (https://e.example)</p>", "titles are dropped"),
    ("[![p](https://a.example)](https://b.example)", "<p>p (https://a.example) (https://b.example)</p>", ""),
    ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>", "not even an address"),
    ("[x](data:text/html;base64,PHM+)", "<p>[x](data:text/html;base64,PHM+)</p>", "nor this"),
    ("[x](/accounts/) [y](//e.example)", "<p>x (/accounts/) y (//e.example)</p>", "relative ones lead here"),
    ("[x](mailto:a@e.example)", "<p>x (mailto:a@e.example)</p>", "no mail is begun"),
    ("<https://e.example>", "<p>&lt;https://e.example&gt;</p>", "no autolinks"),
    ("[a]\n\n[a]: https://e.example", "<p>[a]</p>\n<p>[a]: https://e.example</p>", "no references"),
    ("https://e.example", "<p>https://e.example</p>", "an address is text"),
    ("[x](https://аpple.example)", "<p>x (https://xn--pple-43d.example)</p>", "a look-alike shows itself"),
    ("a\u202egnp.exe", "<p>agnp.exe</p>", "no turned text"),
    (
        "[terms](https://help.example/returns)",
        f'<p><a href="{CITED}"{LINK}>terms</a></p>',
        "a cited document",
    ),
    (f"See {CITED}.", f'<p>See <a href="{CITED}"{LINK}>{CITED}</a>.</p>', "also without words of its own"),
    (f"({CITED})", f'<p>(<a href="{CITED}"{LINK}>{CITED}</a>)</p>', "brackets are none of it"),
    (f"{CITED}?q=1", f"<p>{CITED}?q=1</p>", "that address, and no other of the site"),
    ("https://www.shop.example/a?b=1", None, "an allowed host"),
]


@pytest.mark.parametrize(("text", "html", "why"), CASES)
def test_a_reply_shows_this_much_and_no_more(text: str, html: str | None, why: str) -> None:
    expected = html or f'<p><a href="{text}"{LINK}>{text}</a></p>'
    assert render(text, [CITED], HOSTS).strip() == expected, why


@pytest.mark.parametrize(
    "address",
    [
        "http://www.shop.example/",
        "https://www.shop.example@e.example/",
        "https://www.shop.example.e.example/",
        "https://www.shop.example:8443/",
        "https://www.shop.example\\.e.example/",
        "https://user:word@www.shop.example/",
        "https://e.example/https://www.shop.example/",
        "https://e.example#www.shop.example",
        "ftp://www.shop.example/",
    ],
)
def test_an_allowed_host_is_that_host_over_https(address: str) -> None:
    assert "<a" not in render(f"{address} and [x]({address})", [CITED], HOSTS)


def test_a_cited_documents_address_is_a_link_only_if_it_is_of_the_web() -> None:
    assert "<a" not in render("[x](javascript:x) [y](guide.md)", ["javascript:x", "guide.md", ""])


def follows(number: int) -> Stretch:
    return Stretch("", format_html("<b>{}</b>", number))


def supported(text: str, number: int) -> Stretch:
    return Stretch(text, format_html("<b>{}</b>", number))


def test_a_supported_stretch_is_marked_wherever_its_markdown_puts_it() -> None:
    html = render_stretches(
        [Stretch("Hello. "), supported("It takes **5 days**.", 1), Stretch("\n\n- "), supported("A box.", 2)]
    )
    assert html == (
        '<p>Hello. <span class="cited" data-sentence="1">It takes </span>'
        '<strong><span class="cited" data-sentence="1">5 days</span></strong>'
        '<span class="cited" data-sentence="1">.</span><b>1</b></p>\n'
        '<ul>\n<li><span class="cited" data-sentence="3">A box.</span><b>2</b></li>\n</ul>\n'
    )


def test_a_stretch_over_two_paragraphs_is_marked_in_both() -> None:
    html = render_stretches([supported("One\n\ntwo.", 1), Stretch(" Three.")])
    assert html == (
        '<p><span class="cited" data-sentence="0">One</span></p>\n'
        '<p><span class="cited" data-sentence="0">two.</span><b>1</b> Three.</p>\n'
    )


def test_what_follows_a_stretch_is_never_lost_and_never_doubled() -> None:
    html = render_stretches(
        [Stretch("[a](https://e.example/"), supported("b", 1), Stretch(") `c"), supported("d", 2), follows(3)]
    )
    assert [html.count(f"<b>{number}</b>") for number in (1, 2, 3)] == [1, 1, 1]


def test_the_borders_own_characters_forge_nothing() -> None:
    forged = f"{END}0{END}{END}1{END}{BEGIN}1{BEGIN}x{END}9{END}"
    html = render_stretches([Stretch(forged), supported("y", 1)])
    assert html.count("<b>1</b>") == 1 and html.count("cited") == 1


MARKS = st.text(st.sampled_from([*"ab <>[]()!*_`\\\n-1.:/\"'&;#=|~é", BEGIN, END, "\u202e", "\ud800"]))


@given(st.lists(st.tuples(MARKS, st.booleans()), max_size=4))
def test_whatever_is_written_becomes_harmless_html(parts: list[tuple[str, bool]]) -> None:
    stretches = [
        Stretch(text.encode("utf-8", "replace").decode(), format_html("<b>{}</b>", n) if cited else NOTHING)
        for n, (text, cited) in enumerate(parts)
    ]
    html = render_stretches(stretches)
    allowed = r"</?(?:p|ul|ol|li|em|strong|code|b)>|<br>|</span>"
    allowed += r"|<ol start=\"\d+\">|<span class=\"cited\" data-sentence=\"\d+\">"
    assert "<" not in re.sub(allowed, "", html)
    assert html.count("<b>") == sum(cited for _, cited in parts)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_no_word_of_a_reply_is_lost(text: str) -> None:
    words = re.findall(r"[a-zA-Z]{3,}", text)
    html = render(text)
    assert all(word in html for word in words)


@pytest.mark.parametrize("part", ["[", "![", "*a **b ", "_", "`a", "- ", "[a](", "https://a) ", "1. a\n  "])
def test_a_long_hostile_reply_is_rendered_all_the_same(part: str) -> None:
    assert "end" in render(part * (20_000 // len(part)) + "\n\nend")


@pytest.mark.parametrize("host", ["https://help.example.com", "help.example.com/path", "*.example.com", ""])
def test_a_host_that_is_none_is_found_at_the_start(settings, host: str) -> None:
    settings.REPLY_LINK_HOSTS = [host]
    assert "support.E001" in [found.id for found in run_checks()]
    settings.REPLY_LINK_HOSTS = ["help.example.com", " localhost"]
    assert "support.E001" not in [found.id for found in run_checks()]


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>a<img src=x onerror=alert(1)></p>", "<p>a</p>"),
        ("<p>a<script>alert(1)</script></p>", "<p>a</p>"),
        ("<p onclick=alert(1) style=x:y hx-get=/x>a</p>", "<p>a</p>"),
        ('<a href="javascript:x">a</a>', f"<a{LINK}>a</a>"),
        ('<a href="data:text/html,x">a</a>', f"<a{LINK}>a</a>"),
        ('<span class="other" data-sentence="1">a</span>', '<span data-sentence="1">a</span>'),
        ('<span class="cited">a</span>', '<span class="cited">a</span>'),
        ("<iframe src=//e.example></iframe><form action=//e.example>a</form>", "a"),
        ("a<!-- b -->", "a"),
    ],
)
def test_the_second_lock_holds_by_itself(html: str, kept: str) -> None:
    """What the parser would one day let through is taken out of its HTML."""
    assert _attributes_sorted(_clean(html)) == _attributes_sorted(kept)


def _attributes_sorted(html: str) -> str:
    return re.sub(r"<(\w+)( [^>]*)>", lambda tag: f"<{tag[1]} {sorted(tag[2].split())}>", html)
