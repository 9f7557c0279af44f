"""Many new files at once: each is owned, or left to whoever was first."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kb.arriving import claim_new
from kb.ingest import claim, ingest_all, receive
from kb.leases import update_mine
from kb.models import Audience, Document

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


def text_of(name: str) -> bytes:
    return f"# {name}\n\nWords of {name}.".encode()


def unreadable() -> bytes:
    raise OSError("gone")


def files_in(folder: Path) -> int:
    return len([path for path in folder.rglob("*") if path.is_file()])


def test_new_files_are_owned_together_and_become_searchable():
    files = [(name, lambda name=name: text_of(name)) for name in ("a.md", "b.md")]

    owned = claim_new(files, Audience.INTERNAL)

    assert {document.state for document in Document.objects.all()} == {"reading"}
    assert not any(claim(document.pk) for document in owned.values()), "nobody else may take them"
    ingest_all(list(owned.values()))
    rows = set(Document.objects.values_list("reference", "state", "audience", "attempts"))
    assert rows == {(name, "searchable", "internal", 0) for name in ("a.md", "b.md")}


def test_of_a_reference_that_somebody_has_nothing_is_kept_or_changed(uploads: Path):
    first = receive("a.md", text_of("first"))

    owned = claim_new([("a.md", lambda: text_of("second")), ("gone.md", unreadable)])

    assert (owned, files_in(uploads)) == ({}, 1)
    there = Document.objects.get()
    assert (there.file.name, there.state) == (first.file.name, "received")


def test_an_import_that_fails_leaves_no_files(uploads: Path):
    def broken_off() -> bytes:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        claim_new([("a.md", lambda: text_of("a")), ("b.md", broken_off)])

    assert (files_in(uploads), Document.objects.count()) == (0, 0)


def test_of_several_only_those_that_are_still_ours_are_renewed():
    owned = claim_new([(name, lambda name=name: text_of(name)) for name in ("a.md", "b.md")])
    receive("b.md", text_of("another"))
    moment = timezone.now()

    update_mine(list(owned.values()), lease=moment)

    leases = dict(Document.objects.values_list("reference", "lease"))
    assert leases == {"a.md": moment, "b.md": None}
