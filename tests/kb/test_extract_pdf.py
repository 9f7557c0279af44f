"""A PDF's text as it was meant: headings, whole paragraphs, lists, tables, columns, and what is missing."""

import io
import shutil

import pytest
from PIL import Image, ImageDraw
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Table

from kb.extract import extract, isolated, pdf
from kb.extract.ocr import Tesseract
from kb.extract.pdf import forms
from kb.extract.pdf.hyphens import Known, joined
from tests.kb.test_extract_hostile import pdf as made_of

STYLES = getSampleStyleSheet()
WORDS = "The router keeps its settings in a memory that survives a power cut. " * 3
GRID = [("GRID", (0, 0), (-1, -1), 0.5, "black")]


def book(*story: object) -> bytes:
    def decorate(canvas: Canvas, document: SimpleDocTemplate) -> None:
        canvas.drawString(72, 810, "ACME Router Handbook 2026")
        canvas.drawRightString(520, 30, f"Page {document.page} of 99")

    file = io.BytesIO()
    SimpleDocTemplate(file).build(list(story), onFirstPage=decorate, onLaterPages=decorate)
    return file.getvalue()


def drawn(*lines: tuple[float, float, str]) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    for x, y, text in lines:
        canvas.drawString(x, y, text)
    canvas.save()
    return file.getvalue()


def styled(name: str, text: str) -> Paragraph:
    return Paragraph(text, STYLES[name])


def items(kind: str, *texts: str) -> ListFlowable:
    return ListFlowable([ListItem(styled("Normal", text)) for text in texts], bulletType=kind)


def test_headings_paragraphs_and_lists_are_kept():
    found = pdf.read(
        book(
            styled("Title", "Router Handbook"),
            styled("Normal", WORDS),
            styled("Heading2", "Lights"),
            items("bullet", "Red: unplug it. " * 12, "Green: all is well."),
            items("1", "Press the button.", "Wait."),
        )
    ).text

    assert f"# Router Handbook\n\n{WORDS.strip()}\n\n## Lights\n\n- Red: unplug it." in found
    assert "unplug it.\n- Green: all is well.\n1. Press the button.\n2. Wait." in found


def test_running_headers_and_page_numbers_are_left_out():
    texts = [
        f"Setting {n} keeps its value {n * 7} over a cut of power, however long. " * 4 for n in range(60)
    ]
    found = pdf.read(book(*(styled("Normal", text) for text in texts)))

    assert len(found.page_starts) > 3
    assert "Handbook" not in found.text and "of 99" not in found.text
    assert all(text.strip() in found.text for text in texts)


def test_long_table_keeps_its_cells_over_the_pages():
    rows = [["Part", "Name", "Price"]] + [[f"P-{n}", f"Part number {n}", f"{n}.50"] for n in range(300)]
    found = pdf.read(book(Table(rows, repeatRows=1, style=GRID)))

    assert found.text.count("| Part | Name | Price |") == 1
    assert all(f"| P-{n} | Part number {n} | {n}.50 |" in found.text for n in range(300))
    begins = [found.text[start:].split("\n")[0] for start in found.page_starts]
    assert begins[0].startswith("| Part") and all(row.startswith("| P-") for row in begins[1:])


def test_short_pieces_side_by_side_are_a_table_without_rules():
    rows = [["Part", "Name", "Price"]] + [[f"P-{n}", f"Part {n}", f"{n}.50"] for n in range(8)]

    assert "| P-7 | Part 7 | 7.50 |" in pdf.read(book(Table(rows))).text


def test_columns_are_read_one_after_the_other():
    left = [(72, 700 - 14 * n, f"In the left column stands line {n}") for n in range(12)]
    right = [(320, 700 - 14 * n, f"In the right column stands line {n}") for n in range(12)]
    both = [line for pair in zip(left, right, strict=True) for line in pair]
    found = pdf.read(
        drawn((72, 740, "A heading over both columns of the page, as wide as they are " * 2), *both)
    ).text

    assert found.index("left column stands line 11") < found.index("right column stands line 0")
    assert "|" not in found


def test_columns_whose_lines_stand_at_different_heights_are_read_one_after_the_other():
    columns = [
        (60 + 170 * k, 700 - 7 * (k == 0) - 14 * n, f"Column {k} says in its line {n}")
        for k in range(3)
        for n in range(9)
    ]
    below = [(60, 520, "What stands below is no column."), (60, 500, "It ends high on its page.")]
    found = pdf.read(drawn(*columns, *below)).text

    told = [found.index(f"Column {k} says in its line {n}") for k in range(3) for n in range(9)]
    assert told == sorted(told) and found.index("stands below") > told[-1]


def test_box_beside_a_heading_is_no_table():
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.setFont("Helvetica", 18)
    canvas.drawString(60, 700, "How to begin")
    canvas.setFont("Helvetica", 10)
    for n in range(5):
        canvas.drawString(60, 680 - 12 * n, f"Take step {n}.")
        canvas.drawString(400, 702 - 12 * n, f"Mind {n}.")
    canvas.save()
    found = pdf.read(file.getvalue()).text

    assert found.startswith("# How to begin\n\nTake step 0.") and "|" not in found


def test_form_tells_what_was_filled_in():
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(60, 700, "Reason of the return:")
    canvas.acroForm.textfield(name="reason", value="Broken on arrival", x=180, y=694, width=300, height=18)
    canvas.drawString(60, 600, "Refund wanted")
    canvas.acroForm.checkbox(name="refund", checked=True, x=180, y=596)
    canvas.save()
    found = pdf.read(file.getvalue()).text

    assert "Reason of the return: Broken on arrival" in found and "Refund wanted ☑" in found


def filled_in(words: int) -> bytes:
    """A page with a note, and a field of several lines."""
    said = "word " * words
    objects = (
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Annots[4 0 R 5 0 R]/Resources<<>>>>",
        f"<</Type/Annot/Subtype/FreeText/Rect[50 50 500 700]/Contents(Note: {said})/DA(/F 10 Tf)>>",
        f"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/Ff 4096/Rect[50 720 500 780]/V(Field: {said})/P 3 0 R>>",
    )
    return made_of(*map(str.encode, objects))


def test_long_notes_and_fields_are_read_and_what_is_cut_of_them_is_told():
    whole, cut = pdf.read(filled_in(3_000)), pdf.read(filled_in(30_000))

    assert whole.text.count("word") == 6_000 and whole.notice == ""
    assert "Note: word" in cut.text and "Field: word" in cut.text
    assert len(cut.text) < 2.1 * forms.LONGEST_VALUE
    assert "Pages 1 of 1 have more fields and notes, or longer ones" in cut.notice


def test_topics_that_are_numbered_like_their_pages_stay_and_headers_with_changing_parts_go():
    file = io.BytesIO()
    canvas = Canvas(file)
    for n in range(4):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(60, 815, "ACME Help Center")
        canvas.drawRightString(500, 815, ["Chapter 1", "Chapter 1", "On fees", "On returns"][n])
        canvas.setFont("Helvetica", 18)
        canvas.drawString(60, 770, f"Topic number {n + 1}")
        canvas.setFont("Helvetica", 10)
        canvas.drawString(60, 740, WORDS[:60])
        canvas.showPage()
    canvas.save()
    found = pdf.read(file.getvalue()).text

    assert [f"# Topic number {n}" in found for n in (1, 2, 3, 4)] == [True] * 4
    assert "Help Center" not in found and "On fees" not in found


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("a config-", "uration file", "a configuration file"),
        ("a config\u00ad", "uration file", "a configuration file"),
        ("the well-", "known way", "the well-known way"),  # so it stands elsewhere
        ("by self-", "service only", "by self-service only"),  # both are words
        ("under-", "stand it", "understand it"),  # both are words, and so are they together
        ("die Haus-", "tür zu", "die Haustür zu"),  # “tür” is none
        ("out-", "of-date", "out-of-date"),
        ("Baden-", "Baden", "Baden-Baden"),
        ("一二", "三", "一二三"),
        ("one", "two", "one two"),
    ],
)
def test_word_cut_in_two_is_whole_again(above: str, below: str, whole: str):
    lines = [
        "A well-known self, no service under-",
        "ground: stand, and understand the",
        "configuration",
        "Haus, Tür",
    ]
    lines += ["Haus, Tür", "What is out of the date is out-of-date."]
    assert joined(above, below, Known.of(lines)) == whole


def test_halves_of_a_cut_word_are_no_words_themselves():
    lines = ["All of the conver-", "sation in the con\u00ad", "tract"]

    assert not {"conver", "sation", "con", "tract"} & Known.of(lines).small
    assert joined("con\u00ad", "tract", Known.of(lines)) == "contract"


def test_text_along_the_side_follows_the_page():
    file = io.BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 700, "Upright words of the page itself")
    canvas.rotate(90)
    canvas.drawString(100, -500, "Turned words")
    canvas.save()

    assert pdf.read(file.getvalue()).text == "Upright words of the page itself\n\nTurned words"


def picture(text: str) -> ImageReader:
    image = Image.new("L", (800, 200), 255)
    ImageDraw.Draw(image).text((40, 60), text, fill=0, font_size=60)
    return ImageReader(image)


def half_scanned() -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file)
    for number in range(1, 6):
        if number in (2, 4, 5):
            canvas.drawImage(picture(f"Scan ZX {number}"), 72, 500, 400, 100)
        else:
            canvas.drawString(72, 700, f"Page {number} can be read as it stands")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def test_half_scanned_file_tells_which_pages_are_missing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(isolated, "_tesseract", lambda: None)
    found = extract(half_scanned(), "half.pdf")

    assert "Page 3 can be read" in found.text and len(found.page_starts) == 5
    assert found.notice == (
        "Pages 2 and 4–5 of 5 hold only scanned images and are missing here: "
        "Tesseract, which reads them, is not installed."
    )


class Reads(Tesseract):
    """In the place of the program, which not every machine has."""

    def with_languages(self) -> Tesseract:
        return self

    def read(self, picture: bytes) -> str:
        assert picture.startswith(b"P5 ")
        return "First line of a\nscanned page.\n\nAnother paragraph.\n"


def test_scanned_pages_are_read_in_their_places():
    found = pdf.read(half_scanned(), Reads("tesseract"))

    assert found.text.count("First line of a scanned page.\n\nAnother paragraph.") == 3 and not found.notice
    assert found.text[found.page_starts[1] :].startswith("First line")


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="needs tesseract")
def test_tesseract_reads_within_the_limits():
    assert "ZX 4" in extract(half_scanned(), "half.pdf").text
