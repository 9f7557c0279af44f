"""A PDF's pages: kept with its text, told where it is cited, opened in the original."""

import io
import urllib.parse

import pytest
from django.test import Client
from reportlab.pdfgen.canvas import Canvas

from kb import ingest
from kb.models import Audience, Document
from support.inbox import evidence_pane

pytestmark = pytest.mark.django_db


def handbook(*pages: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, invariant=True)
    for text in pages:
        canvas.setFont("Helvetica-Bold", 18)
        canvas.drawString(72, 760, text.split(".")[0])
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(text.split(". ")):
            canvas.drawString(72, 700 - 20 * number, line + ".")
        canvas.showPage()
    canvas.save()
    return file.getvalue()


PAGES = [
    "Returns. You may return anything within thirty days of buying it. We pay the postage",
    "Warranty. The warranty covers faults of material for two years. Water is not covered",
    "Repairs. Send the device to our workshop in Ghent. Repairs take nine working days",
]


@pytest.fixture
def document() -> Document:
    received = ingest.receive("manuals/handbook.pdf", handbook(*PAGES))
    ingest.ingest(received)
    received.refresh_from_db()
    assert received.state == Document.State.SEARCHABLE, received.reason
    return received


def test_each_page_begins_where_its_text_does(document: Document):
    revision = document.current
    assert revision is not None and revision.page_starts[0] == 0
    begins = [revision.text[start:].split("\n")[0] for start in revision.page_starts]

    assert begins == ["# Returns", "# Warranty", "# Repairs"]
    assert [page.number for place in range(len(revision.text)) if (page := revision.page_of(place))][-1] == 3


def test_document_page_leads_to_the_page_of_the_original(alice: Client, document: Document):
    page = alice.get(document.get_absolute_url()).content.decode()

    address = f"/documents/{document.pk}/original/?revision=1&amp;open=1"
    assert f'href="{address}#page=3"' in page and "page 3</a>" in page and "3 pages" in page


def test_search_of_an_agent_names_the_page_of_the_quote(document: Document):
    (hit, *_) = evidence_pane.searched("How long do repairs take?", "").hits

    assert hit.page is not None and hit.page.number == 3
    assert urllib.parse.urlsplit(hit.page.url).fragment == "page=3"


def test_original_opens_in_the_viewer_and_nowhere_else(alice: Client, document: Document):
    opened = alice.get(f"/documents/{document.pk}/original/", {"revision": "1", "open": "1"})
    saved = alice.get(f"/documents/{document.pk}/original/")

    assert opened["Content-Type"] == "application/pdf" and opened["Content-Disposition"].startswith("inline")
    assert "frame-ancestors 'none'" in opened["Content-Security-Policy"]
    assert opened["X-Content-Type-Options"] == "nosniff" and "no-store" in opened["Cache-Control"]
    assert saved["Content-Disposition"].startswith("attachment")


def test_only_a_pdf_opens(alice: Client):
    received = ingest.receive("page.pdf", b"<!doctype html><html><script>alert(1)</script><p>Words</html>")
    ingest.ingest(received)

    answer = alice.get(f"/documents/{received.pk}/original/", {"open": "1"})
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")


def test_original_is_gated_as_its_document_is(alice: Client, client: Client, document: Document):
    Document.objects.filter(pk=document.pk).update(status=Document.Status.UNPUBLISHED)
    address = f"/documents/{document.pk}/original/?open=1"

    assert alice.get(address).status_code == 404
    assert client.get(address).status_code == 302


def test_notice_of_missing_pages_is_shown_to_admins(adam: Client, alice: Client, document: Document):
    document.current.notice = "Pages 2 and 4 of 9 hold only scanned images and are missing here."
    document.current.save()

    assert "Pages 2 and 4 of 9" in adam.get(document.get_absolute_url()).content.decode()
    assert "Pages 2 and 4 of 9" not in alice.get(document.get_absolute_url()).content.decode()


def test_reading_the_same_file_again_makes_no_revision(document: Document):
    document.state = Document.State.FAILED
    document.save()
    ingest.receive("manuals/handbook.pdf", handbook(*PAGES), audience=Audience.PUBLIC)
    ingest.ingest(Document.objects.get(pk=document.pk))

    assert document.revisions.count() == 1
