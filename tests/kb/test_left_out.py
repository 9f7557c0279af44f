"""What of an archive could not be taken, in the list of documents. Adam is an admin."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from kb import archives, ingest
from kb.models import Document
from tests.kb.pages import HTMX, RETURNS, listed, send

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
    assert rows.count('class="document-row"') == 3 and rows.count(">Read again<") == 2
    failed = dict(Document.objects.filter(state="failed").values_list("reference", "reason"))
    assert failed == {
        "help.zip/in.zip": "An archive within an archive is not unpacked; add it by itself.",
        "help.zip": "3 files were left out, because this kind can’t be read: 2 .mp4, 1 .css.",
    }
    assert listed(adam, state="failed") == set(failed)
    assert offered == [Document.objects.get(reference="help.zip/a.md").pk], "no worker reads the others"


def test_what_was_refused_is_taken_on_retry_as_soon_as_it_can_be(
    adam: Client, offered: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_why_not", lambda entry, path, again: "Not today." if "b" in path else "")
    send(adam, "help.zip", packed(a__md=RETURNS, b__md=b"# B\n\nText."))
    refused = Document.objects.get(reference="help.zip/b.md")
    offered.clear()
    adam.post(reverse("document-read-again", args=[refused.pk]), **HTMX)
    refused.refresh_from_db()
    assert (refused.state, refused.reason, offered) == ("failed", "Not today.", [])
    monkeypatch.undo()
    told = adam.post(
        reverse("documents-bulk"), {"action": "read", "documents": refused.pk, "go": "1"}
    ).content.decode()
    assert "It waits for a worker." in told
    refused.refresh_from_db()
    ingest.ingest(refused)
    refused.refresh_from_db()
    assert (refused.state, refused.title) == ("searchable", "B")


def test_the_archive_is_kept_once_until_the_last_of_its_failures_is_gone(adam: Client, uploads: Path) -> None:
    send(adam, "help.zip", packed(a__zip=b"PK", b__zip=b"PK"))
    first, second = Document.objects.order_by("pk")
    assert first.file.name == second.file.name
    answer = adam.get(reverse("document-original", args=[first.pk]))
    assert answer.content.startswith(b"PK") and "help.zip" in answer["Content-Disposition"]


def test_deleting_one_failure_keeps_the_archive_for_the_others(
    adam: Client, uploads: Path, django_capture_on_commit_callbacks: Any
) -> None:
    send(adam, "help.zip", packed(a__zip=b"PK", b__zip=b"PK"))
    for document, left in zip(Document.objects.order_by("pk"), (1, 0), strict=True):
        with django_capture_on_commit_callbacks(execute=True):
            ingest.delete(document)
        assert len([path for path in uploads.rglob("*") if path.is_file()]) == left


def test_an_archive_that_can_all_be_taken_leaves_no_failure(adam: Client) -> None:
    send(adam, "help.zip", packed(a__md=RETURNS, film__mp4=b"x"))
    send(adam, "help.zip", packed(a__md=RETURNS))
    assert listed(adam) == {"help.zip/a.md"}
