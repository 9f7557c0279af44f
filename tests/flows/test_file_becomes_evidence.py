"""Walk (a): an uploaded file becomes evidence, stays it over revisions, and stops being it at once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from kb.models import Audience, Document, Passage
from kb.retrieval import retrieve
from kb.tasks import ingest_document
from tests import cast

pytestmark = pytest.mark.django_db

QUESTION = "How long may I take to send a kettle back?"
FIRST = "# Returns\n\nYou may send a kettle back within 30 days.\n\n## Cost\n\nThe parcel is free.\n"
SECOND = FIRST.replace("30 days", "45 days")


@pytest.fixture
def admin(client: Client, settings: Any, tmp_path: Any) -> Client:
    settings.MEDIA_ROOT = tmp_path
    client.force_login(cast.adam())
    return client


def upload(client: Client, text: str, audience: str = "public") -> Document:
    """As the page does it once the admin knows what it replaces, then what the documents worker does."""
    file = SimpleUploadedFile("returns.md", text.encode())
    response = client.post(reverse("upload"), {"file": file, "audience": audience, "replace": "all"})
    assert response.status_code in (200, 302), response.content
    document = Document.objects.get(reference="returns.md")
    ingest_document(document.pk)
    document.refresh_from_db()
    return document


def texts(audience: Audience = Audience.PUBLIC) -> str:
    return "\n".join(hit.passage.text for hit in retrieve(QUESTION, audience).hits)


def test_an_uploaded_file_answers(admin: Client) -> None:
    document = upload(admin, FIRST)
    assert document.state == Document.State.SEARCHABLE
    found = retrieve(QUESTION, Audience.PUBLIC)
    assert found.sufficient
    passage = found.hits[0].passage
    assert "30 days" in passage.text
    assert passage.revision.text[passage.start : passage.end] == passage.text


def test_a_new_revision_replaces_only_what_changed(admin: Client) -> None:
    upload(admin, FIRST)
    before = {passage.content_hash: passage.pk for passage in Passage.objects.all()}
    document = upload(admin, SECOND)
    assert document.current is not None and document.current.number == 2
    assert "45 days" in texts() and "30 days" not in texts()
    kept = Passage.objects.filter(content_hash__in=before)
    assert all(passage.pk == before[passage.content_hash] for passage in kept)
    assert set(Passage.objects.values_list("revision", flat=True)) == {document.current.pk}


def test_the_same_file_again_changes_nothing(admin: Client) -> None:
    upload(admin, FIRST)
    before = list(Passage.objects.values_list("pk", "revision", "content_hash"))
    document = upload(admin, FIRST)
    assert document.revisions.count() == 1
    assert list(Passage.objects.values_list("pk", "revision", "content_hash")) == before


def test_internal_text_is_no_evidence_for_customers(admin: Client) -> None:
    upload(admin, FIRST, audience="internal")
    assert texts() == ""
    assert "30 days" in texts(Audience.INTERNAL)


def test_a_deleted_document_is_no_evidence_at_once(admin: Client) -> None:
    document = upload(admin, FIRST)
    admin.post(reverse("document-delete", args=[document.pk]))
    assert texts(Audience.INTERNAL) == ""
    assert not Document.objects.exists()
