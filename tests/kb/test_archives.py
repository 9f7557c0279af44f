"""A ZIP archive is its documents, each by itself; what it holds can do nothing."""

import io
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kb.archives import MOST_MEMBERS, Archive, picture_path
from kb.extract import Unreadable
from kb.images import address
from kb.importing import find, import_files
from kb.models import Document, Image
from tests.cast import adam
from tests.kb.office import packed
from tests.kb.test_images import picture


def opened(members: dict[str, str | bytes]) -> Archive:
    return Archive(io.BytesIO(packed(members)))


def test_what_systems_leave_in_archives_is_skipped_and_folders_stay():
    found = opened(
        {
            "help/a b/fees.md": "# Fees",
            "__MACOSX/help/._fees.md": "x",
            ".git/x.md": "x",
            "a.css": "x",
            "i.png": b"x",
        }
    )

    assert [member.path for member in found.documents()] == ["help/a b/fees.md"]
    assert (found.others, found.refused) == (["a.css"], {})


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd.md", "etc/passwd.md"),
        ("/etc/a.md", "etc/a.md"),
        ("C:\\Windows\\a.md", "Windows/a.md"),
        ("a/../../b.md", "a/b.md"),
        ("a\nb.md", "ab.md"),
    ],
)
def test_name_that_leads_elsewhere_is_harmless(name: str, path: str):
    assert list(opened({name: "# A"}).members) == [path]


def test_member_that_cannot_be_taken_is_told_and_the_others_go_on():
    found = opened({"a.md": "# A", "more.zip": b"PK", "b/../a.md": "# Other", "d/" * 40 + "e.md": "x"})

    assert list(found.members) == ["a.md", "b/a.md"]
    assert "within an archive" in found.refused["more.zip"]
    assert any("too deep" in why for why in found.refused.values())


def bomb(entries: int, size: int) -> bytes:
    """As small as zeros can be packed."""
    return packed({f"{n}.txt": b"\0" * size for n in range(entries)})


def overlapping() -> bytes:
    """Two entries of the directory that lead to the same bytes."""
    data = bytearray(packed({"a.md": "# A" * 99, "b.md": "# A" * 99}))
    second = data.rindex(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"no archive", "damaged"),
        (packed({"a.md": "x"})[:-30], "damaged"),
        (bomb(3, 9_000_000), "hundred times"),
        (bomb(MOST_MEMBERS + 1, 0), "more than"),
        (overlapping(), "one over another"),
    ],
    ids=["no archive", "cut off", "bomb", "many", "overlapping"],
)
def test_archive_that_would_be_too_much_is_refused_before_it_is_unpacked(data: bytes, told: str):
    with pytest.raises(Unreadable, match=told):
        Archive(io.BytesIO(data))


def test_member_that_is_larger_than_it_says_is_not_read():
    found = opened({"a.txt": b"a" * 5000})
    found.members["a.txt"].entry.file_size = 10

    with pytest.raises(Unreadable):
        found.read(found.members["a.txt"], 100)


@pytest.mark.parametrize(
    ("written", "path"),
    [("img/a.png", "help/img/a.png"), ("../a.png?v=1", "a.png"), ("/img/a%20b.png#x", "img/a b.png")],
)
def test_picture_is_found_where_its_document_says(written: str, path: str):
    assert picture_path(written, "help/fees.md") == path


@pytest.mark.django_db
def test_archive_becomes_its_documents_with_their_pictures(tmp_path: Path, settings: Any):
    settings.MEDIA_ROOT = tmp_path / "media"
    file = tmp_path / "help.zip"
    file.write_bytes(
        packed(
            {
                "en/fees.md": "# Fees\n\nSee ![the form](../img/form.png) and ![none](gone.png).",
                "en/page.html": "<html><body><h1>Page</h1><p>Text</p><img src='/img/bad.png'></body></html>",
                "img/form.png": picture(),
                "img/bad.png": b"no picture",
                "img/unused.png": picture(),
                "broken.pdf": b"%PDF-1.4 nothing",
            }
        )
    )
    results = {one.reference: one for one in import_files(find([file])[0])}

    assert {name: one.outcome for name, one in results.items()} == {
        "help.zip/en/fees.md": "created",
        "help.zip/en/page.html": "created",
        "help.zip/broken.pdf": "failed",
        "help.zip/img/bad.png": "failed",
    }
    image = Image.objects.get()
    fees = Document.objects.get(reference="help.zip/en/fees.md")
    assert (image.document, image.path) == (fees, "img/form.png")
    assert fees.current and f"![the form]({address(image)})" in fees.current.text
    assert "![none](gone.png)" in fees.current.text
    again = {one.reference: one.outcome for one in import_files(find([file])[0])}
    assert again["help.zip/en/fees.md"] == "unchanged" and Image.objects.count() == 1


@pytest.mark.django_db
def test_archive_that_cannot_be_opened_fails_by_itself(tmp_path: Path, settings: Any):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "bad.zip").write_bytes(b"no archive")
    (tmp_path / "in" / "a.md").write_text("# A\n\nText.")
    with zipfile.ZipFile(tmp_path / "in" / "empty.zip", "w"):
        pass
    results = import_files(find([tmp_path / "in"])[0])

    assert [(one.reference, one.outcome) for one in results] == [
        ("a.md", "created"),
        ("bad.zip", "failed"),
        ("empty.zip", "failed"),
    ]
    assert all(one.reason.endswith(".") for one in results if one.outcome == "failed")


@pytest.mark.django_db
def test_uploaded_archive_is_a_row_for_each_of_its_documents(
    tmp_path: Path, settings: Any, client: Client, django_capture_on_commit_callbacks: Any
):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(adam())
    members = {"a.md": "# A\n\n![p](p.png)", "b/c.md": "# C\n\nText.", "p.png": picture(), "in.zip": b"PK"}
    file = SimpleUploadedFile("help.zip", packed(members))
    answer = client.post(
        "/documents/upload/", {"file": file, "audience": "internal"}, headers={"HX-Request": "true"}
    )

    assert answer.content.decode().count('class="document-row"') == 2
    assert set(Document.objects.values_list("reference", "audience")) == {
        ("help.zip/a.md", "internal"),
        ("help.zip/b/c.md", "internal"),
    }
    assert Image.objects.get().path == "p.png"
    assert any("within an archive" in str(told) for told in get_messages(answer.wsgi_request))
    broken = SimpleUploadedFile("bad.zip", b"no archive")
    refused = client.post(
        "/documents/upload/", {"file": broken, "audience": "public"}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422 and "damaged" in refused.content.decode()
