"""OpenDocument texts become Markdown as their readers see them."""

import pytest

from kb.extract import Unreadable, extract
from tests.kb.office import packed

NAMES = {
    **{
        name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for name in ("office", "text", "table", "style", "drawing")
    },
    **{
        name: f"urn:oasis:names:tc:opendocument:xmlns:{long}-compatible:1.0"
        for name, long in (("fo", "xsl-fo"), ("svg", "svg"))
    },
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
}
DECLARED = " ".join(f'xmlns:{name}="{address}"' for name, address in NAMES.items())
STYLES = (
    '<style:style style:name="T1"><style:text-properties fo:font-weight="bold"/></style:style>'
    '<style:style style:name="T2"><style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="P1" style:parent-style-name="Title"/>'
    '<text:list-style style:name="L1"><text:list-level-style-number text:level="1" style:num-format="1"/>'
    '<text:list-level-style-bullet text:level="2"/></text:list-style>'
)


def document(body: str, styles: str = STYLES, **more: str) -> bytes:
    content = (
        f"<office:document-content {DECLARED}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return packed({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, **more})


def text_of(body: str, styles: str = STYLES) -> str:
    return extract(document(body, styles), "a.odt").text


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


COVERED = "<table:covered-table-cell/>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            '<text:p text:style-name="P1">Returns</text:p><text:h text:outline-level="2">Fees</text:h>',
            "# Returns\n\n## Fees",
        ),
        (
            '<text:p>You <text:span text:style-name="T1">must</text:span>\n  pay<text:s text:c="2"/>it'
            '<text:line-break/>at <text:a xlink:href="https://pay.example/">our page</text:a>.</text:p>',
            "You **must** pay  it\nat [our page](https://pay.example/).",
        ),
        (
            '<text:p>In<text:note><text:note-citation>1</text:note-citation><text:note-body>'
            "<text:p>Or not.</text:p></text:note-body></text:note> time.</text:p>",
            "In time.\n\n(Or not.)",
        ),
        (
            "<text:tracked-changes><text:p>Gone.</text:p></text:tracked-changes><text:p>Stays"
            "<office:annotation><text:p>Why?</text:p></office:annotation>"
            '<text:span text:style-name="T2">secret</text:span>.</text:p>'
            '<text:section text:display="none"><text:p>Hidden.</text:p></text:section>'
            "<text:table-of-content><text:p>Fees 7</text:p></text:table-of-content>",
            "Stays.",
        ),
        (
            '<text:list text:style-name="L1"><text:list-item><text:p>One</text:p><text:p>of two</text:p>'
            "<text:list><text:list-item><text:p>deeper</text:p></text:list-item></text:list></text:list-item>"
            "<text:list-item><text:p>Two</text:p></text:list-item></text:list>"
            '<text:list><text:list-item><text:h text:outline-level="1">A chapter</text:h></text:list-item>'
            "</text:list>",
            "1. One\n   of two\n   - deeper\n2. Two\n\n# A chapter",
        ),
        (
            "<text:p>See<drawing:frame><drawing:image/><svg:desc>The red key</svg:desc></drawing:frame>"
            "<drawing:frame><drawing:text-box><text:p>In a box</text:p></drawing:text-box></drawing:frame>"
            "</text:p>",
            "See\n\nThe red key\n\nIn a box",
        ),
        (
            '<text:p>See<text:span text:style-name="T2"><drawing:frame><drawing:image/>'
            "<svg:desc>secret</svg:desc></drawing:frame></text:span></text:p>",
            "See",
        ),
    ],
)  # fmt: skip
def test_text_is_read_as_it_is_seen(body: str, text: str):
    assert text_of(body) == text


def numbered(text: str, more: str = "", item: str = "") -> str:
    held = f"<text:list-item {item}><text:p>{text}</text:p></text:list-item>"
    return f'<text:list text:style-name="L1" {more}>{held}</text:list>'


def test_list_counts_on_after_a_paragraph_where_it_is_told_to():
    text = "<text:p>Note</text:p>"
    on, at_nine = 'text:continue-numbering="true"', 'text:start-value="9"'
    body = (
        numbered("One", 'xml:id="a"') + text + numbered("Two", on) + text + numbered("Anew")
        + text + numbered("Also two", 'text:continue-list="a"') + text + numbered("Nine", on, at_nine)
    )  # fmt: skip

    assert text_of(body).replace("\n\nNote\n\n", " ") == "1. One 2. Two 1. Anew 2. Also two 9. Nine"


def test_numbers_of_headings_and_letters_are_kept_as_they_are_seen():
    form = '<text:{} text:level="{}" style:num-format="{}" style:num-prefix="{}" style:num-suffix="{}" {}/>'
    lists = form.format("list-level-style-number", 1, "a", "", ")", "")
    parts = form.format("outline-level-style", 1, "I", "Part ", ":", "")
    outline = parts + form.format("outline-level-style", 2, "1", "", ".", 'text:display-levels="2"')
    styles = (
        f'<text:list-style style:name="L9">{lists}</text:list-style>'
        f'<text:outline-style style:name="Outline">{outline}</text:outline-style>'
    )
    head = '<text:h text:outline-level="{}"{}>{}</text:h>'
    body = (
        head.format(1, "", "Scope") + head.format(2, "", "Goods") + head.format(2, "", "Work")
        + numbered("One").replace("L1", "L9") + head.format(1, ' text:is-list-header="true"', "Note")
        + head.format(1, "", "End")
    )  # fmt: skip

    assert text_of(body, styles=styles) == (
        "# Part I: Scope\n\n## I.1. Goods\n\n## I.2. Work\n\n- a) One\n\n# Note\n\n# Part II: End"
    )


OUTLINE = (
    '<style:style style:name="Plain" style:list-style-name=""/>'
    '<style:style style:name="Bare" style:parent-style-name="Plain"/>'
    '<text:outline-style><text:outline-level-style text:level="1" style:num-format="1" text:start-value="0"/>'
    "</text:outline-style>"
)


def test_heading_without_a_number_takes_none_from_the_others():
    head = '<text:h text:outline-level="1" text:style-name="{}">{}</text:h>'.format
    body = head("", "Before") + head("Plain", "Preface") + head("Bare", "Thanks") + head("", "Scope")

    assert text_of(body, OUTLINE) == "# 0 Before\n\n# Preface\n\n# Thanks\n\n# 1 Scope"


def test_heading_in_a_list_has_the_number_of_its_item():
    head = '<text:h text:outline-level="1">{}</text:h>'.format
    deeper = "<text:list><text:list-item><text:p>Deeper</text:p></text:list-item></text:list>"
    one = numbered("{}").replace("<text:p>{}</text:p>", head("Scope") + deeper)
    two = numbered("{}", 'text:continue-numbering="true"').replace("<text:p>{}</text:p>", head("Fees"))
    body = head("Above") + one + two

    assert text_of(body, STYLES + OUTLINE) == "# 0 Above\n\n# 1 Scope\n\n- Deeper\n\n# 2 Fees"


def test_cell_over_others_stands_in_each_of_them():
    table = (
        row(cell("Zone"), cell("Fee", 'table:number-columns-spanned="2"'), COVERED)
        + row(cell("EU", 'table:number-rows-spanned="2"'), cell("8"), cell("a month"))
        + row(COVERED, cell("80"), cell("a year"))
        + row(cell("All with tax", 'table:number-columns-spanned="3"'), COVERED, COVERED)
        + row(cell("<text:s/>"), cell("9", 'table:number-columns-repeated="2"'))
    )

    assert text_of(f"<table:table>{table}</table:table>") == (
        "| Zone | Fee | Fee |\n| --- | --- | --- |\n| EU | 8 | a month |\n| EU | 80 | a year |\n"
        "| All with tax |  |  |\n|  | 9 | 9 |"
    )


def test_table_in_a_cell_is_part_of_that_cell():
    inner = f"<table:table>{row(cell('a'), cell('b'))}</table:table>"
    outer = row(cell("Fee"), f"<table:table-cell>{inner}<text:p>c</text:p></table:table-cell>")

    assert text_of(f"<table:table>{outer}</table:table>") == "| Fee | a, b; c |\n| --- | --- |"


def test_frames_in_frames_say_what_they_hold_once():
    held = "<text:p>Held</text:p>"
    for _ in range(30):
        held = f"<table:table>{row(f'<table:table-cell>{held}</table:table-cell>')}</table:table>"

    assert text_of(held) == "Held"


def test_text_behind_a_password_is_refused():
    manifest = "<manifest:encryption-data/>"

    with pytest.raises(Unreadable, match="protected by a password"):
        extract(document("", **{"META-INF/manifest.xml": manifest}), "a.odt")
