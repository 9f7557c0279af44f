"""Office files, books and tables become Markdown that keeps their structure."""

import io

import docx
import pytest

from kb.extract import Unreadable, extract, number_formats, tabular
from tests.kb import office
from tests.kb.office import row, shape


def test_word_file_keeps_lists_by_their_styles_and_cells_over_several_rows():
    made = docx.Document()
    made.add_heading("Reset", 1)
    for text, style in (
        ("Press it.", "List Number"),
        ("Wait.", "List Number"),
        ("Then", "Normal"),
        ("a", "List Bullet"),
    ):
        made.add_paragraph(text, style=style)
    table = made.add_table(3, 2)
    for number, text in enumerate(("Plan", "Fee", "Basic", "4 €", "", "6 €")):
        table.cell(number // 2, number % 2).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    made.sections[0].footer.paragraphs[0].text = "Page 1 of 9"
    out = io.BytesIO()
    made.save(out)

    assert extract(out.getvalue(), "a.docx").text == (
        "# Reset\n\n1. Press it.\n2. Wait.\n\nThen\n\n- a\n\n"
        "| Plan | Fee |\n| --- | --- |\n| Basic | 4 € |\n| Basic | 6 € |"
    )


LISTS = (
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/>'
    '</w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="Ours"/></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="Ours"/><w:lvl w:ilvl="0"><w:start w:val="7"/>'
    '<w:numFmt w:val="decimal"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
    '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="1"/></w:num>'
)


def listed(text: str, number: int = 0, level: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>' if number else ""
    return f"<w:p><w:pPr>{place}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_word_file_counts_its_lists_on_after_a_paragraph_and_anew_where_told():
    body = (
        listed("Open", 1) + listed("left", 1, 1) + listed("right", 1, 1) + listed("Note") + listed("Close", 1)
        + listed("up", 1, 1) + listed("Another") + listed("One", 2) + listed("Two", 1) + listed("Seven", 3)
        + f"<w:tbl><w:tr><w:tc>{listed('Three', 1)}</w:tc><w:tc>{listed('x')}</w:tc></w:tr></w:tbl>"
    )  # fmt: skip
    data = office.packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {office.W}><w:body>{body}</w:body></w:document>",
            "word/numbering.xml": f"<w:numbering {office.W}>{LISTS}</w:numbering>",
        }
    )

    assert extract(data, "a.docx").text == (
        "1. Open\n   - a. left\n   - b. right\n\nNote\n\n2. Close\n   - a. up\n\nAnother\n\n"
        "1. One\n2. Two\n7. Seven\n\n| 3. Three | x |\n| --- | --- |"
    )


def test_word_file_leaves_out_what_was_deleted_or_hidden_and_keeps_notes_and_boxes():
    body = (
        "<w:p><w:r><w:t>Kept </w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>added</w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        "<w:p><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></w:pict>"
        "</w:r></w:p>"
    )
    data = office.packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {office.W}><w:body>{body}</w:body></w:document>",
            "word/footnotes.xml": f"<w:footnotes {office.W}>"
            '<w:footnote w:id="2"><w:p><w:r><w:t>A note</w:t></w:r></w:p></w:footnote></w:footnotes>',
        }
    )

    assert extract(data, "a.docx").text == "Kept added\n\n(A note)\n\nIn a box"


MATH = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
FIELD = "<w:r><w:fldChar w:fldCharType='{}'/></w:r>"
SAID = "<w:r><w:t>{}</w:t></w:r>"
BOX = "<w:r><w:pict><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:pict></w:r>"
NOTED = '<w:r><w:footnoteReference w:id="2"/></w:r>'


def picture(shows: str, looks: str = "") -> str:
    return f"<w:r>{looks}<w:drawing><x><docPr xmlns='urn:x' descr='{shows}'/></x></w:drawing></w:r>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (
            "<w:p><w:r><w:rPr><w:rStyle w:val='C'/></w:rPr><w:t>secret</w:t></w:r>"
            "<w:r><w:t>Seen</w:t></w:r></w:p>"
            "<w:p><w:pPr><w:pStyle w:val='H'/></w:pPr><w:r><w:t>secret</w:t></w:r></w:p>",
            "Seen",
        ),
        ("<w:p><w:pPr><w:pStyle w:val='U'/></w:pPr><w:r><w:t>Fees</w:t></w:r></w:p>", "## Fees"),
        ("<w:p><w:pPr><w:pStyle w:val='I'/></w:pPr><w:r><w:t>Fees 3</w:t></w:r></w:p>" + listed("x"), "x"),
        (
            "<w:p><w:r><w:t>See</w:t><w:drawing><x><docPr xmlns='urn:x' descr='The red key'/></x></w:drawing>"
            "</w:r></w:p>",
            "See\n\nThe red key",
        ),
        (
            f"<w:p>{SAID.format('See')}<w:del>{picture('gone')}{BOX.format(SAID.format('gone'))}{NOTED}</w:del>"
            f"<w:moveFrom>{picture('gone')}</w:moveFrom><w:ins>{picture('The red key')}</w:ins>"
            f"{picture('hidden', '<w:rPr><w:vanish/></w:rPr>')}</w:p>",
            "See\n\nThe red key",
        ),
        (
            f"<w:p>{BOX.format(SAID.format('Box') + picture('# The&#10;red key'))}</w:p>",
            "Box\n\n\\# The red key",
        ),
        (f"<w:p><w:hyperlink>{NOTED}{picture('The red key')}</w:hyperlink></w:p>", "The red key\n\n(A note)"),
        (
            f"<w:p {MATH}><w:r><w:t>It is </w:t></w:r><m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num>"
            "<m:den><m:sSup><m:e><m:r><m:t>r</m:t></m:r></m:e><m:sup><m:r><m:t>2</m:t></m:r></m:sup></m:sSup>"
            "</m:den></m:f></m:oMath></w:p>",
            "It is (a+b)/(r^2)",
        ),
        (
            f"<w:p>{FIELD.format('begin')}<w:r><w:instrText> HYPERLINK "
            f'"https://a.example/" </w:instrText></w:r>{FIELD.format("separate")}'
            f"<w:r><w:t>Our page</w:t></w:r>{FIELD.format('end')}<w:r><w:t>.</w:t></w:r></w:p>",
            "[Our page](https://a.example/).",
        ),
        (
            f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>{listed('gone')}</w:tc><w:tc>{listed('x')}</w:tc></w:tr>"
            f"<w:tr><w:tc>{listed('Fee')}</w:tc><w:tc>{listed('8')}</w:tc></w:tr></w:tbl>",
            "| Fee | 8 |\n| --- | --- |",
        ),
    ],
)
def test_word_file_is_read_as_it_is_seen(body: str, text: str):
    styles = "".join(
        f"<w:style w:styleId='{name}'><w:name w:val='{called}'/><w:rPr>{looks}</w:rPr></w:style>"
        for name, called, looks in (
            ("C", "hidden", "<w:vanish/>"), ("H", "hidden too", "<w:vanish/>"), ("U", "Überschrift 2", ""),
            ("I", "toc 1", ""),
        )
    )  # fmt: skip
    data = office.packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {office.W}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {office.W}>{styles}</w:styles>",
            "word/footnotes.xml": f"<w:footnotes {office.W}><w:footnote w:id='2'>"
            f"{listed('A note')}</w:footnote></w:footnotes>",
        }
    )

    assert extract(data, "a.docx").text == text


def test_workbook_is_a_heading_and_a_table_for_each_sheet_as_it_is_shown():
    prices = (
        row(1, "Plan", "Fee", "From") + row(2, "Basic", (9.9, 1), (46082, 2)) + row(3, "Pro | 2", (1234.5, 1))
    )
    data = office.workbook(
        {
            "Prices": prices,
            "Places": row(1, "Opening hours") + row(3, "Town", "Phone") + row(4, "Ulm", "0731"),
        },
        ("#,##0.00\\ &quot;€&quot;", "dd.mm.yyyy"),
    )

    assert extract(data, "book.xlsx").text == (
        "## Prices\n\n| Plan | Fee | From |\n| --- | --- | --- |\n| Basic | 9.90 € | 01.03.2026 |\n"
        "| Pro \\| 2 | 1,234.50 € |  |\n\n"
        "## Places\n\nOpening hours\n\n| Town | Phone |\n| --- | --- |\n| Ulm | 0731 |"
    )


def test_cell_of_a_sheet_over_others_stands_in_each_of_them_and_a_headline_once():
    rows = row(1, "Prices") + row(2, "Zone", "Fee", "") + row(3, "EU", 8, 80) + row(4, "", 9, 90)
    merged = "".join(f'<mergeCell ref="{place}"/>' for place in ("A1:C1", "B2:C2", "A3:A4"))
    sheet = office.packed(
        {
            name: content.replace("</sheetData>", f"</sheetData><mergeCells>{merged}</mergeCells>")
            for name, content in office.unpacked(office.workbook({"A": rows})).items()
        }
    )

    assert extract(sheet, "a.xlsx").text == (
        "## A\n\nPrices\n\n| Zone | Fee | Fee |\n| --- | --- | --- |\n| EU | 8 | 80 |\n| EU | 9 | 90 |"
    )


def test_heading_of_a_word_file_without_styles_is_one_by_its_styles_name():
    paragraph = '<w:p><w:pPr><w:pStyle w:val="{}"/></w:pPr><w:r><w:t>{}</w:t></w:r></w:p>'
    body = paragraph.format("Title", "Fees") + paragraph.format("Heading2", "EU") + paragraph.format("X", "8")
    data = office.packed(
        {
            "[Content_Types].xml": "<Types/>",
            "word/document.xml": f"<w:document {office.W}><w:body>{body}</w:body></w:document>",
        }
    )

    assert extract(data, "a.docx").text == "# Fees\n\n## EU\n\n8"


def test_sheet_that_is_hidden_stays_so():
    data = office.workbook({"A": row(1, "x", "y"), "B": row(1, "secret", "z")}, state="hidden")

    assert "secret" not in extract(data, "a.xlsx").text


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (1234567.891, "", "1234567.891"),
        (0.1 + 0.2, "General", "0.3"),
        (1234.5, "#,##0.00", "1,234.50"),
        (-1234.5, "#,##0.00;(#,##0.00)", "(1,234.50)"),
        (-5, "0.00", "-5.00"),
        (0.256, "0.0%", "25.6%"),
        (12.5, "[$€-407] #,##0.00", "€ 12.50"),
        (12.5, '#,##0.00 "per month"', "12.50 per month"),
        (1500000, '0.0,,"M"', "1.5M"),
        (7, "000", "007"),
        (2.5, "0.##", "2.5"),
        (3, "0.##", "3"),
        (12345.678, "0.00E+00", "1.23E+04"),
        (46082, "yyyy-mm-dd", "2026-03-01"),
        (46082.604166667, "d mmm yyyy h:mm AM/PM", "1 Mar 2026 2:30 PM"),
        (0.5, "hh:mm", "12:00"),
        (1.25, "[h]:mm", "30:00"),
        (46082, "[$-409]dddd, mmmm d", "Sunday, March 1"),
        (1e12, "yyyy", "1000000000000"),
        (4930123, "0000 000", "4930123"),
        (5, '"only words"', "only words"),
    ],
)
def test_number_is_shown_as_its_sheet_shows_it(value: float, code: str, shown: str):
    assert number_formats.shown(value, code) == shown


def test_deck_is_a_heading_for_each_slide_in_order_with_its_notes():
    slides = [
        shape("Within 30 days\nUnopened", "body") + shape("Returns", "title") + shape("7", "sldNum"),
        shape("lower", top=4_000_000) + shape("upper", top=1_000_000),
        shape("HIDDEN", "title"),
    ]
    data = office.deck(slides, {0: shape("Say RN-77.", "body")})

    assert extract(data, "deck.pptx").text == (
        "## Returns\n\n- Within 30 days\n- Unopened\n\n**Notes**\n\nSay RN-77.\n\n"
        "## Slide 2\n\nupper\n\nlower"
    )


def test_book_is_its_chapters_in_their_order_under_their_names():
    data = office.book(
        {"z.xhtml": "<h1>One</h1><p>First.</p><script>bad()</script>", "a.xhtml": "<p>Second.</p>"},
        {"a.xhtml": "Chapter two"},
    )
    found = extract(data, "b.epub")

    assert (found.title, found.locale) == ("The Handbook", "en")
    assert found.text == "# One\n\nFirst.\n\n# Chapter two\n\nSecond."


def test_chapter_that_a_book_names_twice_is_read_once():
    members = office.unpacked(office.book({"a.xhtml": "<h1>One</h1>", "b.xhtml": "<h1>Two</h1>"}, {}))
    members["OPS/book.opf"] = members["OPS/book.opf"].replace("</spine>", '<itemref idref="c0"/></spine>')

    assert extract(office.packed(members), "a.epub").text == "# One\n\n# Two"


def test_book_that_is_locked_is_refused():
    data = office.packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": "<container/>",
            "META-INF/encryption.xml": "<EncryptionMethod Algorithm='http://www.w3.org/2001/04/xmlenc#aes256-cbc'/>",
        }
    )
    with pytest.raises(Unreadable, match="protected against copying"):
        extract(data, "b.epub")


def test_opendocument_sheet_is_read_as_it_is_shown():
    names = " ".join(
        f'xmlns:{part}="urn:oasis:names:tc:opendocument:xmlns:{part}:1.0"'
        for part in ("office", "table", "text")
    )
    cell = "<table:table-cell{}><text:p>{}</text:p></table:table-cell>"
    rows = "".join(
        f"<table:table-row>{''.join(cell.format(extra, text) for extra, text in cells)}</table:table-row>"
        for cells in (
            [("", "Day"), (' table:number-columns-repeated="2"', "Open")],
            [(' office:date-value="2026-03-01"', "1 March"), ("", "8<text:s/>am"), ("", "9 am")],
        )
    )
    data = office.packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Hours">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )

    assert extract(data, "a.ods").text == (
        "## Hours\n\n| Day | Open | Open |\n| --- | --- | --- |\n| 1 March | 8 am | 9 am |"
    )


@pytest.mark.parametrize(
    ("table", "text"),
    [
        (
            "Question,Answer,Topic\nHow long?,14 days.,Returns\n",
            "## How long?\n\n14 days.\n\nTopic: Returns",
        ),
        ("\ufeffId;Frage;Antwort\r\n7;Wie lange?;14 Tage.\r\n", "## Wie lange?\n\n14 Tage.\n\nId: 7"),
        ("質問\t回答\nいつ?\t明日。\n", "## いつ?\n\n明日。"),
        ("How long?,14 days.\nFee?,\"4 €, or 6.\"\n", "## How long?\n\n14 days.\n\n## Fee?\n\n4 €, or 6."),
        ("title,content\nFees,<p>4 €<br>a day</p>\n", "## Fees\n\n4 €  \na day"),
        ("Plan,Fee\nBasic,4\n", "| Plan | Fee |\n| --- | --- |\n| Basic | 4 |"),
        ("sep=;\nPlan;Fee\nA,B;4\n", "| Plan | Fee |\n| --- | --- |\n| A,B | 4 |"),
        ("a\nb\n", "| a |\n| --- |\n| b |"),
    ],
)  # fmt: skip
def test_table_of_questions_becomes_sections_and_any_other_stays_a_table(table: str, text: str):
    assert tabular.read(table.removeprefix("\ufeff")).text == text
    assert extract(table.encode(), "faq.csv").text == text
