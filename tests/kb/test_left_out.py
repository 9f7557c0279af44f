"""What of an archive could not be taken, in the list of documents. Adam is an admin."""

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from kb import archives, editing, ingest, left_out
from kb.models import Document, DocumentChange
from support.models import Agent
from tests.kb.pages import HTMX, LATER, RETURNS, listed, searchable, send

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def packed(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return buffer.getvalue()


def test_each_refused_file_of_an_archive_is_listed_with_its_sentence(
    adam: Client, offered: list[int]
) -> None:
    told = packed(a__md=RETURNS, in__zip=b"PK", film__mp4=b"x", song__mp4=b"y", page__css=b"z")
    rows = send(adam, "help.zip", told).content.decode()
    assert rows.count('class="document-row"') == 3 and ">Read again<" not in rows
    failed = dict(Document.objects.filter(state="failed").values_list("reference", "reason"))
    assert failed == {
        "help.zip/in.zip": "An archive within an archive is not unpacked; add it by itself.",
        "help.zip": "3 files were left out, because this kind can’t be read: 2 .mp4, 1 .css.",
    }
    assert listed(adam, state="failed") == set(failed)
    assert offered == [Document.objects.get(reference="help.zip/a.md").pk], "no worker reads the others"


def retried(client: Client, document: Document) -> str:
    """What the page of many documents tells, after the one of a row was asked as well."""
    client.post(reverse("document-read-again", args=[document.pk]), **HTMX)
    asked = {"action": "read", "documents": document.pk, "go": "1"}
    return str(client.post(reverse("documents-bulk"), asked, follow=True).content.decode())


def refuse(monkeypatch: pytest.MonkeyPatch, letter: str) -> None:
    monkeypatch.setattr(archives, "_why_not", lambda entry, path, again: "No." if letter in path else "")


def test_what_was_refused_is_taken_when_the_archive_is_uploaded_again(
    adam: Client, offered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    told = packed(a__md=RETURNS, b__md=b"# B\n\nText.")
    refuse(monkeypatch, "b")
    send(adam, "help.zip", told)
    refused = Document.objects.get(reference="help.zip/b.md")
    offered.clear()
    assert "upload the archive again" in retried(adam, refused)
    refused.refresh_from_db()
    assert (refused.state, refused.reason, offered) == ("failed", "No.", [])
    monkeypatch.undo()
    send(adam, "help.zip", told)
    refused.refresh_from_db()
    ingest.ingest(refused)
    refused.refresh_from_db()
    assert (refused.state, refused.title) == ("searchable", "B")


def test_nothing_of_an_archive_but_its_documents_is_kept(adam: Client, alice: Client, uploads: Path) -> None:
    send(adam, "help.zip", packed(a__md=RETURNS, b__zip=b"PK", film__mp4=b"x"))
    assert len([path for path in uploads.rglob("*") if path.is_file()]) == 1
    for row in Document.objects.filter(state="failed"):
        assert alice.get(reverse("document-original", args=[row.pk])).status_code == 404


def test_no_retry_brings_a_deleted_document_back(adam: Client) -> None:
    send(adam, "help.zip", packed(a__md=RETURNS, film__mp4=b"x"))
    ingest.delete(Document.objects.get(reference="help.zip/a.md"))
    retried(adam, Document.objects.get(reference="help.zip"))
    assert listed(adam) == {"help.zip"}


def test_what_was_refused_becomes_internal_with_its_archive_and_stays_so(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = packed(a__md=RETURNS, b__md=b"# B\n\nText.")
    refuse(monkeypatch, "b")
    for audience in ("public", "internal", "public"):
        send(adam, "help.zip", told, audience=audience)
    assert Document.objects.get(reference="help.zip/b.md").audience == "internal"
    monkeypatch.undo()
    send(adam, "help.zip", told)
    assert Document.objects.get(reference="help.zip/b.md").audience == "internal"


def test_every_refused_file_becomes_internal_with_its_archive_also_one_that_has_no_row_or_is_being_read(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"b{number}__md" for number in range(4)]
    for name in names[1:]:
        searchable(f"help.zip/{name.replace('__', '.')}")
    Document.objects.filter(reference="help.zip/b1.md").update(state="reading")
    monkeypatch.setattr(left_out, "MOST", 2)
    refuse(monkeypatch, "b")
    told = packed(a__md=RETURNS, **dict.fromkeys(names, LATER))
    send(adam, "help.zip", told, audience="internal", replace="all")
    assert not Document.objects.exclude(audience="internal").exists()
    assert listed(adam, state="failed") == {"help.zip/b0.md", "help.zip"}
    assert DocumentChange.objects.count() == 3, "each tells of it in its history"


def test_a_refused_file_leaves_the_text_that_is_there_and_its_file(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = searchable("help.zip/a.md")
    written = searchable("help.zip/as_written.md")
    author = Agent.objects.get(is_staff=True)
    editing.publish(written, author, "Returns", "By hand.", why="", based_on=written.current_id)
    Document.objects.filter(pk=written.pk).update(state="searchable")
    refuse(monkeypatch, "a")
    send(adam, "help.zip", packed(a__md=b"# Other", as_written__md=b"# Other"))
    for document, text in ((known, "within 30 days"), (written, "By hand.")):
        document.refresh_from_db()
        assert (document.state, document.reason) == ("failed", "No.")
        adam.post(reverse("document-read-again", args=[document.pk]), **HTMX)
        document.refresh_from_db()
        ingest.ingest(document)
        document.refresh_from_db()
        assert document.state == "searchable" and document.current and text in document.current.text


def test_a_refused_file_whose_name_is_being_read_is_told_of(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(adam, "help.zip", packed(a__md=RETURNS))
    refuse(monkeypatch, "a")
    answer = send(adam, "help.zip", packed(a__md=LATER))
    assert answer.status_code == 422 and "being read just now" in answer.content.decode()


def test_refused_files_are_listed_in_one_order_whichever_the_archive_has(adam: Client, uploads: Path) -> None:
    """Two uploads at once would wait for each other's rows otherwise."""
    send(adam, "help.zip", packed(b__zip=b"PK", a__zip=b"PK"))
    names = list(Document.objects.order_by("pk").values_list("reference", flat=True))
    assert names == ["help.zip/a.zip", "help.zip/b.zip"]


def test_an_archive_that_can_all_be_taken_leaves_no_failure(adam: Client) -> None:
    send(adam, "help.zip", packed(a__md=RETURNS, film__mp4=b"x"))
    send(adam, "help.zip", packed(a__md=RETURNS))
    assert listed(adam) == {"help.zip/a.md"}


def test_pictures_that_could_not_be_kept_are_told_on_their_documents_page(adam: Client) -> None:
    shown = b"# A\n\n![a](img/a.png) ![b](b.svg) ![c](https://x.example/c.png) ![a](img/a.png)\n\nText."
    send(adam, "help.zip", packed(a__md=shown, b__svg=b"<svg/>"))
    document = Document.objects.get(reference="help.zip/a.md")
    ingest.ingest(document)
    page = adam.get(document.get_absolute_url()).content.decode()
    assert "These pictures are not in the archive, or could not be kept: img/a.png, b.svg." in page
    assert "c.png" not in Document.objects.get(pk=document.pk).current.notice
