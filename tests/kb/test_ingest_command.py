"""`manage.py ingest` and the documents worker: whole folders at once, and nothing forgotten."""

import io
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.core.management import CommandError, call_command
from django.utils import timezone

from kb.ingest import LARGE, claim, receive
from kb.models import Document, Embedding
from kb.tasks import FEW_FILES, FRESH, ingest_document, ingest_in_bulk, offer_forgotten_documents

SHARED = Path(os.environ.get("CITEDESK_SHARED") or "/nonexistent")


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "help center"
    (folder / "returns").mkdir(parents=True)
    (folder / "returns" / "refunds.md").write_text("# Refunds\n\nWithin 14 days.")
    (folder / "fees.html").write_text("<h1>Fees</h1><p>Five euros.</p>")
    (folder / "hours.txt").write_text("Open from 8 to 18.")
    (folder / ".hidden.md").write_text("Hidden")
    (folder / ".git").mkdir()
    (folder / ".git" / "x.md").write_text("Hidden")
    (folder / "logo.png").write_bytes(b"\x89PNG")
    return folder


def run(*arguments: object) -> tuple[dict[str, Any], str]:
    """What was printed, and the complaint that goes with exit code 1."""
    out, complaint = io.StringIO(), ""
    try:
        call_command("ingest", *map(str, arguments), "--json", stdout=out, stderr=io.StringIO())
    except CommandError as error:
        complaint = str(error)
    return json.loads(out.getvalue() or "{}"), complaint


@pytest.mark.django_db
def test_folder_becomes_documents_named_by_their_path(folder: Path):
    report, complaint = run(folder)

    assert not complaint
    assert list(report) == [
        *(
            "documents",
            "created",
            "updated",
            "unchanged",
            "failed",
            "passages",
            "embedded",
            "seconds",
            "files",
        )
    ]
    assert [report[key] for key in ("documents", "created", "passages", "embedded")] == [3, 3, 3, 3]
    assert report["files"] == [
        {"file": name, "state": "searchable", "reason": "", "passages": 1}
        for name in ("fees.html", "hours.txt", "returns/refunds.md")
    ]


@pytest.mark.django_db
def test_second_run_embeds_nothing_and_knows_what_changed(folder: Path):
    run(folder)
    (folder / "hours.txt").write_text("Open from 9 to 18.")

    report, _ = run(folder)
    assert [report[key] for key in ("created", "updated", "unchanged", "embedded")] == [0, 1, 2, 1]

    report, _ = run(folder)
    assert [report[key] for key in ("created", "updated", "unchanged", "embedded")] == [0, 0, 3, 0]
    assert Embedding.objects.count() == report["passages"] == 3


@pytest.mark.django_db
def test_bad_file_fails_alone_and_is_told(folder: Path):
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7")
    (folder / "empty.md").write_bytes(b"")

    report, complaint = run(folder)

    assert (report["created"], report["failed"], report["documents"]) == (3, 2, 5)
    assert complaint == "2 of 5 files could not be made searchable."
    reasons = {file["file"]: file["reason"] for file in report["files"] if file["state"] == "failed"}
    assert "damaged" in reasons["broken.pdf"] and "empty" in reasons["empty.md"]


@pytest.mark.django_db
def test_file_by_itself_is_named_by_its_name(folder: Path):
    report, _ = run(folder / "returns" / "refunds.md", "--audience", "internal", "--locale", "de")

    document = Document.objects.get()
    assert report["files"][0]["file"] == document.reference == "refunds.md"
    assert (document.audience, document.locale) == ("internal", "de")


@pytest.mark.django_db
def test_second_run_leaves_the_audience_unless_it_is_named(folder: Path):
    run(folder, "--audience", "internal")
    run(folder)
    assert set(Document.objects.values_list("audience", flat=True)) == {"internal"}

    report, _ = run(folder, "--audience", "public")
    assert set(Document.objects.values_list("audience", flat=True)) == {"public"}
    assert report["embedded"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("paths", "told"),
    [(["nowhere"], "is not there"), (["help center", "help center/returns/../other"], "would both be")],
)
def test_wrong_path_is_told(folder: Path, paths: list[str], told: str):
    (folder / "other").mkdir()
    (folder / "other" / "hours.txt").write_text("Other hours.")

    report, complaint = run(*(folder.parent / path for path in paths))

    assert told in complaint and not report and not Document.objects.exists()


@pytest.mark.django_db
def test_an_empty_path_is_not_the_current_folder(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(folder)

    report, complaint = run("")

    assert "name a file or a folder" in complaint and not report and not Document.objects.exists()


@pytest.mark.django_db
def test_what_is_neither_file_nor_folder_is_told_and_not_waited_for(folder: Path):
    os.mkfifo(folder / "pipe.md")

    report, complaint = run(folder / "pipe.md")

    assert "neither a file nor a folder" in complaint and not report


@pytest.mark.django_db
def test_file_of_an_unknown_type_is_told_when_it_is_named(folder: Path):
    (folder / "data.xyz").write_text("words")

    report, _ = run(folder / "data.xyz")

    assert "type .xyz" in report["files"][0]["reason"]


@pytest.mark.django_db
def test_file_over_the_upload_limit_is_not_read(folder: Path, settings: Any):
    settings.UPLOAD_LIMIT = 25

    report, _ = run(folder)

    assert {file["file"]: "larger than" in file["reason"] for file in report["files"]} == {
        "fees.html": True,
        "hours.txt": False,
        "returns/refunds.md": True,
    }


@pytest.mark.django_db
def test_name_that_is_no_utf8_is_stored_as_text(folder: Path):
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.md")).write_text("Coffee.")

    report, complaint = run(folder)

    assert not complaint and "caf�.md" in [file["file"] for file in report["files"]]


@pytest.mark.django_db
def test_task_makes_its_document_searchable_and_may_come_twice():
    document = receive("returns.md", b"# Returns\n\nWithin 30 days.")

    ingest_document(document.pk)
    ingest_document(document.pk)
    ingest_document(document.pk + 1)

    document.refresh_from_db()
    assert (document.state, document.attempts, document.passages.count()) == ("searchable", 0, 1)


@pytest.mark.django_db
def test_forgotten_documents_are_offered_and_others_are_not(valkey: "redis.Redis"):
    now = timezone.now()
    lost, died, fresh, working, done = (receive(name, name.encode()) for name in ("a", "b", "c", "d", "e"))
    Document.objects.filter(pk=lost.pk).update(changed=now - FRESH - timedelta(seconds=1))
    claim(died.pk)
    Document.objects.filter(pk=died.pk).update(lease=now - timedelta(seconds=1))
    claim(working.pk)
    ingest_document(done.pk)

    offer_forgotten_documents()

    offered = [json.loads(message)["headers"]["argsrepr"] for message in valkey.lrange("documents", 0, -1)]
    assert sorted(offered) == sorted(f"({document.pk},)" for document in (lost, died))
    assert fresh.state == "received"


def waiting_in(valkey: "redis.Redis", queue: str) -> list[int]:
    """The documents of its messages."""
    messages = [json.loads(message)["headers"]["argsrepr"] for message in valkey.lrange(queue, 0, -1)]
    return sorted(int(arguments.strip("(,)")) for arguments in messages)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("reference", "size"), [("help.zip/returns.md", 20), ("long.md", LARGE)], ids=["of an archive", "large"]
)
def test_what_may_take_long_leaves_the_line_of_saved_articles(
    valkey: "redis.Redis", reference: str, size: int
):
    document = receive(reference, b"# Returns\n\nShort. <!--" + b"x" * size + b"-->")

    ingest_document(document.pk)

    document.refresh_from_db()
    assert (document.state, waiting_in(valkey, "bulk")) == ("received", [document.pk])
    ingest_in_bulk(document.pk)
    document.refresh_from_db()
    assert document.state == "searchable"


@pytest.mark.django_db
def test_many_that_wait_are_offered_in_a_line_of_their_own_and_a_written_article_is_not(
    valkey: "redis.Redis",
):
    many = [receive(f"{number}.md", b"# Number").pk for number in range(FEW_FILES + 1)]
    written = receive("written.md", b"# Written").pk
    Document.objects.update(changed=timezone.now() - FRESH - timedelta(seconds=1))
    Document.objects.filter(pk=written).update(source=Document.Source.EDITOR)

    offer_forgotten_documents()

    assert (waiting_in(valkey, "bulk"), waiting_in(valkey, "documents")) == (many, [written])


@pytest.mark.django_db
def test_single_documents_are_offered_before_members_of_archives(
    valkey: "redis.Redis", monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("kb.tasks.OFFERED_AT_ONCE", 2)
    for name in ("help.zip/a.md", "help.zip/b.md"):
        receive(name, b"# Member")
    uploaded, written = (receive(name, b"# Single").pk for name in ("uploaded.md", "written.md"))
    Document.objects.update(changed=timezone.now() - FRESH - timedelta(seconds=1))
    Document.objects.filter(pk=written).update(source=Document.Source.EDITOR)

    offer_forgotten_documents()

    assert (waiting_in(valkey, "bulk"), waiting_in(valkey, "documents")) == ([], [uploaded, written])


@pytest.mark.skipif(not SHARED.is_dir(), reason="CITEDESK_SHARED names no folder")
@pytest.mark.django_db
def test_part_of_a_real_help_center_is_ingested():
    report, complaint = run(SHARED / "files" / "help-center" / "help" / "create-account")

    assert not complaint and report["created"] == report["documents"] > 20
    assert set(Document.objects.values_list("locale", flat=True)) == {"en", "es", "fr", "zh"}
