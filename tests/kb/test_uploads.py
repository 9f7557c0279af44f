"""Files that admins bring: taken, refused, read again. Alice is an agent, Adam an admin."""

import io
import re
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from kb import archives, ingest, lifecycle, tasks, upload_pages
from kb.dependents import Impact
from kb.extract.kinds import Kind
from kb.models import Audience, Document, Passage
from support.models import Agent
from tests import cast
from tests.kb.pages import HTMX, LATER, RETURNS, searchable, send, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def test_the_address_of_the_upload_leads_back_to_its_form(adam: Client) -> None:
    answer = adam.get(reverse("upload"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("documents"))


def test_an_uploaded_file_waits_for_a_worker_and_its_row_is_watched(adam: Client, offered: list[int]) -> None:
    answer = send(adam)
    document = Document.objects.get()
    assert (document.reference, document.state, document.status) == ("returns.md", "received", "published")
    assert document.uploaded_by_id == Agent.objects.get().pk
    assert offered == [document.pk]
    text = answer.content.decode()
    assert "received" in text and f'name="watching" value="{document.pk}"' in text


def test_rows_are_watched_only_until_all_are_read(adam: Client) -> None:
    send(adam)
    document = Document.objects.get()
    watched = {"watching": [document.pk]}
    for page in (adam.get(reverse("document-rows"), watched), adam.get(reverse("documents"))):
        assert 'name="watching"' in page.content.decode()
    ingest.ingest(document)
    after = adam.get(reverse("document-rows"), watched).content.decode()
    assert "searchable" in after and "hx-swap-oob" in after and "watching" not in after
    assert 'name="watching"' not in adam.get(reverse("documents")).content.decode()


def test_counts_by_state_keep_up_with_what_is_read(adam: Client, alice: Client) -> None:
    send(adam, "empty.md", b" ")
    document = Document.objects.get()
    before, ingested = adam.get(reverse("document-rows")).content.decode(), ingest.ingest(document)
    after = adam.get(reverse("document-rows")).content.decode()
    assert ingested.passages == 0 and " failed" not in before and "1 failed</a>" in after
    assert (
        'id="counts"' in before and 'id="counts"' not in alice.get(reverse("document-rows")).content.decode()
    )


def test_the_row_of_a_deleted_document_is_taken_away(adam: Client) -> None:
    text = adam.get(reverse("document-rows"), {"watching": ["4711", "x", "-1"]}).content.decode()
    assert '<div id="document-4711" hx-swap-oob="delete">' in text


@pytest.mark.parametrize(
    ("together", "line"), [("1", "documents"), ("5", "documents"), ("6", "bulk"), ("x", "documents")]
)
def test_many_files_at_once_keep_nobody_waiting_who_saves_one_article(
    together: str, line: str, adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    for task, name in ((tasks.ingest_document, "documents"), (tasks.ingest_in_bulk, "bulk")):
        monkeypatch.setattr(task, "delay_on_commit", lambda pk, name=name: lines.append(name))
    send(adam, together=together)
    assert lines == [line]


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "²"])
def test_a_number_that_names_no_document_breaks_nothing(adam: Client, number: str) -> None:
    assert adam.get(reverse("document-rows"), {"watching": number}).status_code == 200
    assert adam.get(reverse("documents"), {"page": number}).status_code == 200


def test_a_bad_file_among_several_does_not_stop_the_others(adam: Client, offered: list[int]) -> None:
    files = [
        SimpleUploadedFile("returns.md", RETURNS),
        SimpleUploadedFile("tool.exe", b"MZ"),
        SimpleUploadedFile("broken.pdf", b"%PDF-1.7 nothing"),
        SimpleUploadedFile("empty.txt", b""),
        SimpleUploadedFile("delivery.txt", b"Delivery\n\nThree to five working days."),
    ]
    answer = adam.post(reverse("upload"), {"file": files, "audience": "public"}, follow=True)
    assert "tool.exe: This kind of file can’t be read." in answer.content.decode()
    for document in Document.objects.all():
        ingest.ingest(document)
    states = dict(Document.objects.values_list("reference", "state"))
    assert states == {
        "returns.md": "searchable",
        "delivery.txt": "searchable",
        "broken.pdf": "failed",
        "empty.txt": "failed",
    }
    listed = adam.get(reverse("documents")).content.decode()
    assert "The file is empty; upload one that holds text." in listed


def test_a_second_upload_of_a_name_becomes_a_new_revision(adam: Client, offered: list[int]) -> None:
    send(adam)
    ingest.ingest(Document.objects.get())
    send(adam, data=LATER, replace="all")
    assert "30 days" in Passage.objects.visible_to(Audience.PUBLIC).get().text, (
        "the old one answers until then"
    )
    ingest.ingest(Document.objects.get())
    document = Document.objects.get()
    assert [revision.number for revision in document.revisions.all()] == [2, 1]
    assert "45 days" in Passage.objects.get().text
    page = adam.get(document.get_absolute_url()).content.decode()
    assert "45 days" in page and "Revision 1" in page
    assert "30 days" in adam.get(document.get_absolute_url(), {"revision": "1"}).content.decode()


def test_the_same_bytes_again_cost_nothing(adam: Client, offered: list[int]) -> None:
    searchable()
    send(adam)
    assert offered == []
    assert Document.objects.get().state == "searchable"


def test_an_upload_never_makes_an_internal_document_public(adam: Client) -> None:
    searchable(audience=Audience.INTERNAL)
    send(adam, data=LATER, audience="public", replace="all")
    assert Document.objects.get().audience == Audience.INTERNAL


def test_an_upload_marked_internal_makes_a_public_document_internal(adam: Client) -> None:
    searchable()
    send(adam, data=LATER, audience="internal", replace="all")
    assert Document.objects.get().audience == Audience.INTERNAL
    assert not Passage.objects.visible_to(Audience.PUBLIC).exists()


def test_a_file_over_the_limit_is_refused_with_a_sentence(adam: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1024
    answer = send(adam, data=b"x" * 2000)
    assert answer.status_code == 422
    assert "1\xa0KB is the limit" in answer.content.decode()
    assert not Document.objects.exists()


def test_the_page_says_the_limit_before_anything_is_sent(adam: Client) -> None:
    text = adam.get(reverse("documents")).content.decode()
    assert f'data-limit="{settings.UPLOAD_LIMIT}"' in text and "25\xa0MB each" in text
    assert all(kind.split()[0] in text for kind in Kind), "every kind of file that can be read is named"


def test_a_document_that_was_never_read_is_not_shown_as_published_and_can_be_deleted(adam: Client) -> None:
    document = ingest.receive("broken.pdf", b"%PDF-1.7 nothing")
    ingest.ingest(document)
    document.refresh_from_db()
    assert document.state == Document.State.FAILED
    listed = adam.get(reverse("documents")).content.decode()
    row = listed.split(f'id="document-{document.pk}"')[1]
    assert ">published<" not in row and ">public<" not in row
    assert f'href="{reverse("document-delete", args=[document.pk])}"' in row


def test_an_upload_without_a_file_says_what_to_do(adam: Client) -> None:
    answer = adam.post(reverse("upload"), {"audience": "public"}, **HTMX)
    assert (answer.status_code, answer.content.decode()) == (422, "Choose a file first.")


def test_an_upload_survives_a_broker_that_is_down(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def down(document_id: int) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(upload_pages.ingest_document, "delay", down)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert send(signed_in(cast.adam())).status_code == 200
    assert callbacks
    assert Document.objects.get().state == "received"


NAMES = [  # sent, and the reference that comes of it
    ("Rückgabe & Umtausch (neu).md", "Rückgabe & Umtausch (neu).md"),
    ("../../etc/returns.md", "returns.md"),
    ("..\\..\\returns.md", "returns.md"),
    ("/absolute/returns.md", "returns.md"),
    ("invoice\u202etxt.md", "invoicetxt.md"),  # would be shown as invoicedm.txt
    ("a\nb.md", "ab.md"),
    ("u\u0308ber.md", "\u00fcber.md"),
    ("退货.md", "退货.md"),
    ("<img src=x onerror=alert(1)>.md", "<img src=x onerror=alert(1)>.md"),
]


@pytest.mark.parametrize(("sent", "reference"), NAMES)
def test_odd_file_names_are_only_ever_shown(sent: str, reference: str, adam: Client, uploads: Path) -> None:
    assert send(adam, name=sent).status_code == 200
    document = Document.objects.get()
    assert document.reference == reference
    assert re.fullmatch(r"documents/[0-9a-f]{32}", document.file.name)
    stored = [path for path in uploads.rglob("*") if path.is_file()]
    assert stored == [uploads / document.file.name]
    assert "<img" not in adam.get(reverse("documents")).content.decode()


def test_a_failed_file_says_why_and_is_read_again_on_request(adam: Client, offered: list[int]) -> None:
    send(adam, name="empty.txt", data=b"")
    document = Document.objects.get()
    ingest.ingest(document)
    assert "The file is empty" in adam.get(document.get_absolute_url()).content.decode()
    offered.clear()
    answer = adam.post(reverse("document-read-again", args=[document.pk]), **HTMX)
    assert "received" in answer.content.decode()
    assert offered == [document.pk]


def test_retrying_what_has_not_failed_changes_nothing(adam: Client, offered: list[int]) -> None:
    document = searchable()
    adam.post(reverse("document-read-again", args=[document.pk]))
    document.refresh_from_db()
    assert (document.state, offered) == ("searchable", [])


def test_what_a_file_would_replace_and_who_cites_it_is_shown_before_it_does(
    adam: Client, offered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    document, other = searchable(), searchable("other.md", b"# Other\n\nText.")
    cited = Impact(drafts=1, replies=2)
    monkeypatch.setattr(lifecycle, "impact", lambda documents, viewer: cited)
    for more in ({}, {"replace": str(other.pk)}, {"replace": str(document.pk), "confirmed": "1 1"}):
        answer = send(adam, data=LATER, **more)
        assert (answer.status_code, answer.json()) == (409, {"texts": [document.pk], "hidden": []})
    assert offered == [] and "30 days" in Passage.objects.get(document=document).text
    named = {"texts": f"{document.pk} {other.pk} x"}
    asked = adam.post(reverse("upload-replaced"), named).content.decode()
    assert "2 documents would get another text" in asked
    assert "1 open draft and 2 replies of the last 30 days" in asked
    seen = {"replace": f"{document.pk} {other.pk}", "confirmed": "1 2"}
    assert send(adam, data=LATER, **seen).status_code == 200
    assert offered == [document.pk]


def packed(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.md", "# A\n\nText.")
        archive.writestr("b.md", f"# B\n\n{text}")
    return buffer.getvalue()


def test_the_files_of_an_archive_that_would_replace_documents_are_shown_first(adam: Client) -> None:
    assert send(adam, "help.zip", packed("Text.")).status_code == 200
    for document in Document.objects.all():
        ingest.ingest(document)
    changed = Document.objects.get(reference="help.zip/b.md")
    assert send(adam, "help.zip", packed("Text.")).status_code == 200
    assert send(adam, "help.zip", packed("Other.")).json() == {"texts": [changed.pk], "hidden": []}
    assert send(adam, "help.zip", packed("Other."), replace="all").status_code == 200
    changed.refresh_from_db()
    assert changed.state == Document.State.RECEIVED


def test_known_bytes_sent_as_internal_are_asked_about_before_customers_lose_them(adam: Client) -> None:
    public, internal = searchable(), searchable("rules.md", audience=Audience.INTERNAL)
    for name in ("returns.md", "rules.md"):
        answer = send(adam, name, audience="internal")
        hidden = [public.pk] if name == "returns.md" else None
        assert (answer.json()["hidden"] if answer.status_code == 409 else None) == hidden
    assert Passage.objects.visible_to(Audience.PUBLIC).exists()
    asked = adam.post(reverse("upload-replaced"), {"texts": "", "hidden": public.pk}).content.decode()
    assert "1 document would become internal" in asked and "another text" not in asked
    assert send(adam, audience="internal", replace=str(public.pk)).status_code == 200
    assert not Passage.objects.visible_to(Audience.PUBLIC).exists()
    assert send(adam, "rules.md", audience="public").status_code == 200
    internal.refresh_from_db()
    assert internal.audience == Audience.INTERNAL


def test_an_archive_sent_as_internal_asks_for_each_document_that_customers_lose(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(adam, "help.zip", packed("Text."))
    documents = list(Document.objects.order_by("reference"))
    for document in documents:
        ingest.ingest(document)
    monkeypatch.setattr(archives, "_why_not", lambda entry, path, again: "No." if path == "b.md" else "")
    answer = send(adam, "help.zip", packed("Text."), audience="internal")
    assert answer.json() == {"texts": [], "hidden": [one.pk for one in documents]}, "a refused one as well"
    assert not Document.objects.filter(audience=Audience.INTERNAL).exists()


def test_a_file_that_nobody_has_read_yet_is_not_replaced_unasked(adam: Client) -> None:
    send(adam)
    document = Document.objects.get()
    assert send(adam).status_code == 200, "the same file again"
    assert send(adam, data=LATER).json() == {"texts": [document.pk], "hidden": []}
    assert send(adam, data=LATER, audience="internal", replace=str(document.pk)).status_code == 200
    ingest.ingest(Document.objects.get())
    assert "45 days" in Passage.objects.get().text


def test_a_file_that_could_not_be_read_asks_again_before_it_replaces_a_text(adam: Client) -> None:
    searchable()
    send(adam, data=b"\0", replace="all")
    document = Document.objects.get()
    ingest.ingest(document)
    assert send(adam, data=b"\0").json() == {"texts": [document.pk], "hidden": []}
    assert send(adam).status_code == 200, "what it says already"
    Document.objects.all().delete()
    send(adam, data=b"\0")
    ingest.ingest(Document.objects.get())
    assert send(adam).status_code == 200, "nothing is lost"


def test_a_file_waits_for_no_other_one_of_its_name(adam: Client, offered: list[int]) -> None:
    with closing(connection.copy()) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended('returns.md', 0))")
        answer = send(adam)
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert answer.status_code == 422 and "is being taken just now" in answer.content.decode()
    assert not Document.objects.exists() and send(adam).status_code == 200


def test_without_the_script_the_sentence_says_what_to_tick(adam: Client) -> None:
    searchable()
    file = SimpleUploadedFile("returns.md", LATER)
    page = adam.post(reverse("upload"), {"file": file, "audience": "public"}, follow=True).content.decode()
    assert (
        "would replace the text of “Returns”" in page and "Tick “Replace documents of the same name”" in page
    )
    file = SimpleUploadedFile("returns.md", RETURNS)
    page = adam.post(reverse("upload"), {"file": file, "audience": "internal"}, follow=True).content.decode()
    assert "This would take from customers “Returns”. No open draft" in page
