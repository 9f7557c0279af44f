"""Files made to harm: each is refused in a sentence or read, within the limits of time and memory."""

import io
import zipfile
import zlib
from collections.abc import Callable

import pytest

from kb.extract import isolated

MOST_MB = 512
MOST_CPU_SECONDS = 10


def pdf(*objects: bytes) -> bytes:
    """Its catalog is the first object; PDFium finds the others without a table of places."""
    numbered = (b"%d 0 obj\n%s\nendobj\n" % (number, body) for number, body in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer<</Size 9/Root 1 0 R>>\n%%EOF"


def stream(content: bytes, more: bytes = b"") -> bytes:
    packed = zlib.compress(content, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(packed), more, packed)


CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R"
    b"/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>"
)
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
TEXT = b"BT /F 10 Tf 72 700 Td (some words) Tj ET\n"
FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>"


def pages(count: int) -> bytes:
    return b"<</Type/Pages/Kids[%s]/Count %d>>" % (b"3 0 R " * count, count)


def word(xml: bytes, others: int = 0) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b"<Types/>")
        archive.writestr("word/document.xml", xml)
        for number in range(others):
            archive.writestr(f"word/{number}.xml", b"")
    return file.getvalue()


NS = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
BODY = b"<w:document %s><w:body><w:p><w:r><w:t>&j;</w:t></w:r></w:p></w:body></w:document>" % NS

# Made when they are needed.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "pages without end.pdf": lambda: pdf(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>"),
    "more pages than a book.pdf": lambda: pdf(CATALOG, pages(6000), PAGE, stream(TEXT), FONT),
    "two billion pages.pdf": lambda: pdf(
        CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>", PAGE, stream(TEXT)
    ),
    "a stream that swells.pdf": lambda: pdf(CATALOG, pages(1), PAGE, stream(b" " * 500_000_000), FONT),
    "a form that draws itself.pdf": lambda: pdf(
        CATALOG, pages(1), PAGE, stream(b"/X Do"), FONT, stream(b"/X Do", FORM)
    ),
    "words without end.pdf": lambda: pdf(CATALOG, pages(1), PAGE, stream(TEXT * 500_000), FONT),
    "laughs.docx": lambda: word(b'<!DOCTYPE l [<!ENTITY a "lol">%s]>%s' % (LAUGHS, BODY)),
    "entries.docx": lambda: word(BODY, others=5000),
    "tables in tables.docx": lambda: word(
        b"<w:document %s><w:body>%s" % (NS, b"<w:tbl><w:tr><w:tc>" * 50_000)
    ),
    "tags.html": lambda: b"<html>" + b"<b>" * 200_000,
    "groups.rtf": lambda: b"{\\rtf1" + b"{" * 500_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_ends_within_the_limits(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(isolated, "_tesseract", lambda: None)

    cost = isolated.cost(HOSTILE[name](), name)

    assert cost.peak_mb < MOST_MB and cost.cpu_seconds < MOST_CPU_SECONDS
    assert cost.refusal.endswith(".") or not cost.refusal
    assert isolated.read(b"The next file is read.", "next.txt").text == "The next file is read."
