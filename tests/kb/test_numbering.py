"""Numbers of headings, clauses and items are kept as the reader of the document sees them."""

import pytest

from kb.extract import extract, numerals
from tests.kb import office


def run(text: str, looks: str = "") -> str:
    return f"<w:r><w:rPr>{looks}</w:rPr><w:t>{text}</w:t></w:r>"


def styled(style: str, text: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run(text)}</w:p>'


def level(at: int, form: str, shown: str, more: str = "") -> str:
    told = f'<w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{shown}"/>'
    return f'<w:lvl w:ilvl="{at}">{told}</w:lvl>'


def word(body: str, **more: str) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": "<Types/>",
        "word/document.xml": f"<w:document {office.W}><w:body>{body}</w:body></w:document>",
        **{
            f"word/{name}.xml": f"<w:{name} {office.W} {office.R}>{text}</w:{name}>"
            for name, text in more.items()
        },
    }


def contract(levels: str, body: str) -> dict[str, str | bytes]:
    """Headings of two levels and clauses, whose numbers stand in their styles."""
    style = (
        '<w:style w:styleId="{}"><w:name w:val="{}"/>{}<w:pPr><w:numPr>{}</w:numPr></w:pPr></w:style>'
    ).format
    number = '<w:numId w:val="1"/>'
    styles = (
        style("H1", "heading 1", "", number)
        + style("H2", "heading 2", '<w:basedOn w:val="H1"/>', '<w:ilvl w:val="1"/>')
        + style("C", "Clause", "", number)
    )
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    return word(body, styles=styles, numbering=numbering)


def text_of(members: dict[str, str | bytes]) -> str:
    return extract(office.packed(members), "a.docx").text


def test_word_file_keeps_numbers_of_headings_and_letters():
    clauses = '<w:pStyle w:val="C"/>'
    levels = (
        level(0, "decimal", "Article %1")
        + level(1, "upperLetter", "%2.")
        + level(2, "lowerRoman", "%3)", clauses)
    )
    told = (
        ("H1", "Scope"),
        ("H2", "Goods"),
        *[("C", "Item")] * 4,
        ("H2", "Services"),
        ("C", "Work"),
        ("H1", "End"),
    )

    assert text_of(contract(levels, "".join(styled(*one) for one in told))) == (
        "# Article 1 Scope\n\n## A. Goods\n\n- i) Item\n- ii) Item\n- iii) Item\n- iv) Item\n\n"
        "## B. Services\n\n- i) Work\n\n# Article 2 End"
    )


def test_word_file_tells_the_numbers_of_the_levels_above_where_they_are_seen():
    levels = (
        level(0, "upperRoman", "%1") + level(1, "decimal", "%1.%2", "<w:isLgl/>") + level(2, "none", "")
        + level(3, "lowerLetter", "(%4)", '<w:lvlRestart w:val="0"/>')
    )  # fmt: skip
    item = (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{{}}"/><w:numId w:val="1"/></w:numPr></w:pPr>{run("It")}</w:p>'
    )
    body = (
        styled("H1", "Scope") + styled("H2", "Goods") + item.format(3) + styled("H2", "Work") + item.format(2)
        + item.format(3)
    )  # fmt: skip

    assert text_of(contract(levels, body)) == (
        "# I Scope\n\n## 1.1 Goods\n\n- (a) It\n\n## 1.2 Work\n\n- It\n  - (b) It"
    )


def test_number_is_kept_however_its_form_is_told():
    newer = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        '<mc:Choice><w:numFmt w:val="custom" w:format="{}, ..."/></mc:Choice>'
        '<mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent>'
    ).format
    forms = (
        (newer("001, 002, 003"), "%1)"), (newer("α, β, γ"), "%2)"), ("", "%3)"),
        ('<w:numFmt w:val="upperRoman"/><w:isLgl w:val="0"/>', "%1.%4"),
    )  # fmt: skip
    levels = "".join(
        f'<w:lvl w:ilvl="{at}">{form}<w:lvlText w:val="{shown}"/></w:lvl>'
        for at, (form, shown) in enumerate(forms)
    )
    item = '<w:p><w:pPr><w:numPr><w:ilvl w:val="{}"/><w:numId w:val="1"/></w:numPr></w:pPr>{}</w:p>'.format
    body = "".join(item(at, run("It")) for at in range(4))

    assert text_of(contract(levels, body)) == "- 001\\) It\n  1. It\n     1. It\n        - 001.I It"


def test_strict_word_file_is_read_like_any_other():
    body = styled("H1", "Fees") + styled("C", "Eight")
    strict = {
        name: str(text)
        .replace("schemas.openxmlformats.org/", "purl.oclc.org/ooxml/")
        .replace("/2006/main", "/main")
        for name, text in contract(level(0, "decimal", "§ %1"), body).items()
    }

    assert text_of({**strict}) == "# § 1 Fees\n\n- § 2 Eight"


def test_slides_count_in_letters():
    item = '<a:p><a:pPr><a:buAutoNum type="{}" startAt="2"/></a:pPr><a:r><a:t>{}</a:t></a:r></a:p>'.format
    shapes = "".join(
        "<p:sp><p:nvSpPr><p:nvPr/></p:nvSpPr>"
        f"<p:txBody>{item(scheme, 'Two')}{item(scheme, 'Three')}</p:txBody></p:sp>"
        for scheme in ("alphaLcParenR", "romanUcPeriod", "arabicParenBoth")
    )

    assert extract(office.deck([office.shape("Fees", "title") + shapes], {}), "a.pptx").text == (
        "## Fees\n\n- b) Two\n- c) Three\n\n- II. Two\n- III. Three\n\n2. Two\n3. Three"
    )


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (26, "a", "z"), (28, "A", "BB"), (1994, "I", "MCMXCIV"), (4, "i", "iv"), (7, "01", "07"),
        (0, "a", "0"), (9**9, "a", str(9**9)), (9**9, "i", str(9**9)), (3, "?", "3"),
    ],
)  # fmt: skip
def test_number_is_written_in_its_form_and_in_figures_where_that_would_be_long(
    number: int, form: str, shown: str
):
    assert numerals.written(number, form) == shown


def test_notes_of_a_word_file_hide_what_is_hidden_and_lead_where_they_lead():
    noted = (
        f'<w:footnote w:id="2"><w:p>{run("See ")}{run("secret", "<w:vanish/>")}'
        f'<w:hyperlink r:id="r0">{run("here")}</w:hyperlink><w:del>{run("gone")}</w:del></w:p>'
        f"<w:p>{run('twice.')}</w:p></w:footnote>"
    )
    mark = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    cell = "<w:tc><w:p>{}</w:p></w:tc>".format
    body = (
        f"<w:p>{run('Text')}{mark}</w:p><w:tbl><w:tr>{cell(run('Fee') + mark)}{cell(run('8'))}</w:tr></w:tbl>"
    )
    remark = f"<w:comment><w:p>{run('a remark')}</w:p></w:comment>"
    outside = office.relations(("hyperlink", "https://a.example/")).replace("/>", ' TargetMode="External"/>')
    members = word(body, footnotes=noted, comments=remark) | {
        "word/_rels/document.xml.rels": outside.replace("a.example", "wrong.example"),
        "word/_rels/footnotes.xml.rels": outside,
    }
    note = "(See [here](https://a.example/) twice.)"

    assert text_of(members) == f"Text\n\n{note}\n\n| Fee; {note} | 8 |\n| --- | --- |"
