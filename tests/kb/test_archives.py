"""A ZIP archive is its documents, each by itself; what it holds can do nothing."""

import io
import re
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from kb import unpacking
from kb.archives import LOOKED_AT, MOST_MEMBERS, MOST_PICTURES, Archive, linked_pictures, picture_path
from kb.extract import Unreadable, isolated
from kb.images import PICTURE, address
from kb.importing import find, import_files
from kb.models import Document, Image
from tests.cast import adam
from tests.kb.office import packed
from tests.kb.test_images import picture
from tests.timing import seconds


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
        ("a\u202egnp\u200b.md", "agnp.md"),
    ],
)
def test_name_that_leads_elsewhere_is_harmless(name: str, path: str):
    assert list(opened({name: "# A"}).members) == [path]


def test_member_that_cannot_be_taken_is_told_and_the_others_go_on():
    found = opened({"a.md": "# A", "more.zip": b"PK", "b/../a.md": "# Other", "d/" * 40 + "e.md": "x"})

    assert list(found.members) == ["a.md", "b/a.md"]
    assert "within an archive" in found.refused["more.zip"]
    assert any("too deep" in why for why in found.refused.values())


def packed_by(method: int, **members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, text in members.items():
            archive.writestr(f"{name}.md", text)
    return file.getvalue()


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_member_that_is_packed_in_another_way_is_told(method: int):
    found = Archive(io.BytesIO(packed_by(method, a="# A")))

    assert not found.members and "ordinary ZIP" in found.refused["a.md"]


def test_link_is_no_document():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        plain = zipfile.ZipInfo("plain.md")
        plain.external_attr = (stat.S_IFREG | 0o644) << 16
        archive.writestr(plain, "# Plain")
    found = Archive(file)

    assert list(found.members) == ["plain.md"] and "link" in found.refused["link.md"]


def test_list_of_files_that_is_too_long_is_not_taken_in():
    one = packed({"a.md": ""})
    listed, end = one.index(b"PK\x01\x02"), one.index(b"PK\x05\x06")
    directory = one[listed:end] * (MOST_MEMBERS + 20_000)
    data = (
        one[:listed] + directory + one[end : end + 12] + struct.pack("<I", len(directory)) + one[end + 16 :]
    )
    tracemalloc.start()
    with pytest.raises(Unreadable, match="more than"):
        Archive(io.BytesIO(data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 2 * len(data)  # the bytes of the list, not an object for each


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_member_that_is_not_what_its_archive_says_is_unreadable_by_itself(method: int):
    data = bytearray(packed_by(method, a="# A is here", b="# B is here"))
    found = Archive(io.BytesIO(data))
    data[found.members["a.md"].entry.header_offset + 30 + len("a.md")] ^= 0x55
    found = Archive(io.BytesIO(data))

    with pytest.raises(Unreadable, match="at this file"):
        found.read(found.members["a.md"], 100)
    assert found.read(found.members["b.md"], 100) == b"# B is here"


def test_member_larger_than_its_archive_says_is_not_unpacked_further():
    data = bytearray(packed_by(zipfile.ZIP_DEFLATED, a="x" * 5_000_000))
    struct.pack_into("<I", data, data.index(b"PK\x01\x02") + 24, 50)
    found = Archive(io.BytesIO(data))

    with pytest.raises(Unreadable, match="at this file"):
        found.read(found.members["a.md"], 100)


def test_members_are_unpacked_in_a_process_of_their_own_and_what_ends_it_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
):
    def ended(*_: object) -> None:
        raise Unreadable(isolated.TOO_LONG)

    found = opened({"a.md": "# A", "b.md": "# B"})
    monkeypatch.setattr(isolated, "unpacked", ended)

    with pytest.raises(Unreadable, match="at this file"):
        found.read(found.members["a.md"], 100)


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


def members_of(*pictures: str) -> dict[str, Any]:
    return opened(dict.fromkeys(pictures, b"x")).members


def test_pictures_are_found_however_the_document_shows_them():
    page = b"""![a](b.png) ![x](<c.png>) ![wow!](d!.png "t!") <img alt="q" src='e.png'>
    <img data-src=z.png src = f.png> <img
    src="g.png"/> ![p [q](h[1].png) <img src=no.png> [link](b2.png)"""
    names = ["b.png", "c.png", "d!.png", "e.png", "f.png", "g.png", "h[1].png", "z.png", "b2.png"]

    assert list(linked_pictures(page, "a.md", members_of(*names))) == names[:7]
    assert linked_pictures(page, "a.pdf", members_of(*names)) == {}


def test_no_more_than_so_much_of_a_document_is_looked_at_for_pictures():
    names = [f"{n}.png" for n in range(MOST_PICTURES + 10)]
    shown = "".join(f"![]({name})" for name in names).encode()

    assert len(linked_pictures(shown, "a.md", members_of(*names))) == MOST_PICTURES
    assert linked_pictures(b" " * LOOKED_AT + b"![](0.png)", "a.md", members_of("0.png")) == {}


HOSTILE = [
    "<img ",
    "<img src ",
    "<img src=",
    "![",
    "![](",
    "![](a",
    "![](a ",
    "![a]( ",
    "![!",
    "![](!",
    "![](<a ",
]


@pytest.mark.parametrize(
    "search",
    [
        lambda text: linked_pictures(text.encode(), "a.md", members_of("p.png")),
        lambda text: PICTURE.sub("", text),
    ],
    ids=["linked", "addressed"],
)
@pytest.mark.parametrize("start", HOSTILE)
def test_looking_for_pictures_takes_time_by_the_length_of_the_text(
    start: str, search: Callable[[str], object]
):
    # What tries each beginning up to its limit takes hundreds of times what pictures in order take.
    plain = re.sub(r"[^ ]", "x", start)
    hostile, harmless = (
        start * (200_000 // len(start)),
        ("![x](" + plain + ") ") * (200_000 // (len(plain) + 7)),
    )

    assert seconds(lambda: search(hostile)) < 20 * seconds(lambda: search(harmless)) + 0.05


@pytest.mark.django_db
def test_what_one_member_raises_stops_none_of_the_others(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
):
    settings.MEDIA_ROOT = tmp_path
    receive = unpacking.receive

    def stumbling(reference: str, *given: Any, **options: Any) -> Document:
        if reference.endswith("b.md"):
            raise KeyError(reference)
        return receive(reference, *given, **options)

    monkeypatch.setattr(unpacking, "receive", stumbling)
    broken = bytearray(packed({name: f"# {name}" * 50 for name in ("a.md", "b.md", "c.md", "d.md")}))
    place = broken.index(b"c.md") + 4
    broken[place : place + 3] = b"\xff\xff\xff"
    received = unpacking.receive_archive("help.zip", io.BytesIO(bytes(broken)))

    assert [document.reference for document in received.documents] == ["help.zip/a.md", "help.zip/d.md"]
    assert [told.split(":")[0] for told in received.refused] == ["b.md", "c.md"]


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

    assert answer.content.decode().count('class="document-row"') == 3
    assert set(Document.objects.values_list("reference", "audience", "state")) == {
        ("help.zip/a.md", "internal", "received"),
        ("help.zip/b/c.md", "internal", "received"),
        ("help.zip/in.zip", "internal", "failed"),
    }
    assert Image.objects.get().path == "p.png"
    assert "within an archive" in Document.objects.get(state="failed").reason
    broken = SimpleUploadedFile("bad.zip", b"no archive")
    refused = client.post(
        "/documents/upload/", {"file": broken, "audience": "public"}, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422 and "damaged" in refused.content.decode()
