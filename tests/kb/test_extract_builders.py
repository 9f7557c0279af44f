"""Markdown of site builders, and HTML of help centers, is read as their visitors see it."""

import pytest

from kb.extract import html, markdown
from kb.extract.html import to_markdown
from tests.timing import times_as_long


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (":::note[Mind]\n\nHot.\n\n:::\n\nEnd.", "**Mind**\n\nHot.\n\nEnd."),
        (":::tip\nDo it.\n:::", "**Tip**\n\nDo it."),
        ('!!! warning "Hot"\n    Do not.\n\n    Touch.\n\nEnd.', "**Hot**\n\nDo not.\n\nTouch.\n\nEnd."),
        ("??? question\n    Yes.\n", "**Question**\n\nYes."),
        ("> [!TIP]\n> Use it.", "> **Tip**  \n> Use it."),
        ('{{< note title="Mind" >}}Hot.{{< /note >}} {{% x %}}End.', "**Mind**Hot. End."),
        ("# Fees {#fees}", "# Fees"),
        ("```\n:::note\n!!! a\n    b\n```", "```\n:::note\n!!! a\n    b\n```"),
        ("Press <Enter> or `<Tab>`.", "Press <Enter> or `<Tab>`."),
        ("Is it so?!!! Yes.", "Is it so?!!! Yes."),
    ],
)
def test_admonitions_and_shortcodes_are_text(source: str, text: str):
    assert markdown.read(source).text.strip() == text


def test_mdx_keeps_what_its_components_say():
    source = (
        "---\ntitle: Keys\n---\nimport Tabs from '@theme/Tabs';\nexport const x = 1;\n\n{/* hidden */}\n"
        '<Tabs>\n  <TabItem value="w" label="Windows">\n\n    Press **Win**.\n\n  </TabItem>\n</Tabs>\n'
        "<Image onClick={() => { go({a: 1}) }} />\n\n```jsx\nimport y from 'z';\n<Tabs/>\n```\n"
    )
    found = markdown.read(source, "keys.mdx")

    assert found.title == "Keys"
    assert found.text.strip() == "**Windows**\n\nPress **Win**.\n\n```jsx\nimport y from 'z';\n<Tabs/>\n```"


def test_front_matter_of_hugo_gives_title_and_locale():
    found = markdown.read('+++\ntitle = "Fees"\nlang = "de"\n+++\nText.')

    assert (found.title, found.locale, found.text) == ("Fees", "de", "Text.")
    assert markdown.read("+++\nbroken = \n+++\nText.").text.startswith("+++")


@pytest.mark.parametrize(
    "bit",
    [
        "<A b={",
        "{/*",
        ":::",
        "!!! a\n    ",
        "{{< a ",
        "<A '",
        "import a from 'b'\n",
        "import {\n",
        "import {\n\n",
    ],
)
def test_marks_without_end_take_no_long_time(bit: str):
    whole, tenth = (lambda: markdown.read(bit * 4000, "a.mdx")), (lambda: markdown.read(bit * 400, "a.mdx"))
    assert times_as_long(whole, tenth) < 40


def page(body: str) -> str:
    return html.read_page(f"<html><body>{body}</body></html>".encode()).text.strip()


def test_furniture_of_a_page_is_left_out_whatever_it_is_made_of():
    text = page(
        '<div class="site-header">Shop</div><div role="navigation">Menu</div>'
        '<ol class="breadcrumbs"><li>Home</li></ol>'
        '<div id="onetrust-consent-sdk"><div>We use <b>cookies</b></div></div><div><h1>Fees</h1>'
        "<p>4 € for <span class='cookie-cutter'>cutters</span></p></div><div class='footer'>Imprint</div>"
    )

    assert text == "# Fees\n\n4 € for cutters"


def test_accordion_is_a_heading_with_what_it_unfolds():
    assert (
        page("<h2>FAQ</h2><details><summary>Why?</summary><p>So.</p></details>")
        == "## FAQ\n\n### Why?\n\nSo."
    )
    assert page('<h2>FAQ</h2><button aria-expanded="false">Why?</button><div hidden>So.</div>') == (
        "## FAQ\n\n### Why?\n\nSo."
    )
    assert page('<h3><button aria-expanded="false">Why?</button></h3><div>So.</div>') == "### Why?\n\nSo."
    assert page("<ul><li><details><summary>Why?</summary>So.</details></li></ul>").startswith("- ")


def test_term_and_what_is_said_of_it_are_one_item():
    assert (
        page("<dl><dt>Fee</dt><dd>4 €</dd><dt>Tax</dt><dd>19 %</dd></dl>")
        == "- **Fee**: 4 €\n- **Tax**: 19 %"
    )


def test_cell_over_several_rows_stands_in_each_of_them():
    table = (
        "<table><tr><th colspan=2>Plan</th><th>Fee</th></tr>"
        "<tr><td rowspan=2>Basic</td><td>a month</td><td>4</td></tr>"
        "<tr><td>a year</td><td>40</td></tr><tr><td colspan=3>All with tax</td></tr></table>"
    )

    assert to_markdown(table).strip() == (
        "| Plan | Plan | Fee |\n| --- | --- | --- |\n| Basic | a month | 4 |\n| Basic | a year | 40 |\n"
        "| All with tax |  |  |"
    )


@pytest.mark.parametrize(
    "bit", ["<div class='", '<a b="', "<dl><dt>", "<summary>", "<td rowspan=9999>", "<!--"]
)
def test_page_without_end_takes_no_long_time(bit: str):
    # Elements within elements take some more; what takes ten times as long for each takes a hundred times.
    assert times_as_long(lambda: page(bit * 2500), lambda: page(bit * 250)) < 70


def test_terms_and_meanings_whose_ends_are_left_out_are_items():
    source = "<p>A</p><dl><dt>Fee<dd>8 €<dt>Tax<dt>Duty<dd>none</dl><p>B</p>"

    assert to_markdown(source).strip() == "A\n\n- **Fee**: 8 €\n- **Tax**, **Duty**: none\n\nB"


def test_page_that_a_program_shows_is_read_by_its_questions_for_search_engines():
    data = (
        '{"@type": "FAQPage", "mainEntity": [{"@type": "Question", "name": "Free?", '
        '"acceptedAnswer": {"@type": "Answer", "text": "<p>For <b>30</b> days.</p>"}}]}'
    )
    page = f'<html><head><script type="application/ld+json">{data}</script></head><body>SHOWN</body></html>'

    assert html.read_page(page.replace("SHOWN", "").encode()).text.strip() == "## Free?\n\nFor **30** days."
    assert html.read_page(page.replace("SHOWN", "<p>Seen.</p>").encode()).text.strip() == "Seen."


def test_picture_that_is_not_kept_is_what_it_shows_and_no_icons_name():
    picture = "<img src='{}' alt='{}'>"
    shown = picture.format("data:image/png;base64,AA", "The red key")
    source = f"<p>See {shown}{picture.format('https://a.example/i.png', 'icon')}</p>"

    assert to_markdown(source).strip() == "See The red key"
    source = "<p>See</p>" + picture.format("https://a.example/i.png", "The&#10;&#10;# red\nkey")
    assert to_markdown(source).strip() == "See\n\nThe # red key"


def test_front_matter_in_one_line_of_json_is_front_matter():
    found = markdown.read('{"title": "Fees", "lang": "fr"}\n\nText.')

    assert (found.title, found.locale, found.text.strip()) == ("Fees", "fr", "Text.")
