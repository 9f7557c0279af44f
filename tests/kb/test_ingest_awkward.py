"""`manage.py ingest` over the shared folder of awkward files: each is read or refused as its list expects."""

import csv
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from kb.extract import isolated
from kb.models import Document
from tests.endpoint import Endpoint

AWKWARD = Path(os.environ.get("CITEDESK_SHARED") or "/nonexistent") / "files" / "awkward"
MANIFEST = AWKWARD / "manifest.tsv"
# Where the list offers two, either. What we do differently from all that it offers, and why.
DISAGREED: dict[str, str] = {}


@pytest.fixture(autouse=True)
def quick(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """What is tested is reading: vectors come from an endpoint that costs nothing, and no scan is read."""
    monkeypatch.setattr(isolated, "_tesseract", lambda: None)
    settings.MEDIA_ROOT = tmp_path
    with Endpoint(quick=8) as endpoint:
        settings.EMBEDDINGS_BASE_URL = endpoint.url
        settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_DIMENSIONS = "quick", 8
        yield


@pytest.mark.django_db
@pytest.mark.skipif(not MANIFEST.is_file(), reason="CITEDESK_SHARED names no folder with files/awkward")
def test_each_awkward_file_is_read_or_refused_as_expected() -> None:
    out = io.StringIO()
    with pytest.raises(CommandError, match="could not be made searchable"):
        call_command("ingest", str(AWKWARD / "files"), "--json", stdout=out, stderr=io.StringIO())
    told = {file["file"]: file for file in json.loads(out.getvalue())["files"]}
    rows = list(csv.DictReader(MANIFEST.open(encoding="utf-8"), delimiter="\t"))

    assert told.keys() == {row["file"] for row in rows}
    wrong = {row["file"]: why for row in rows if (why := disagreement(row, told[row["file"]]))}
    assert wrong.keys() == DISAGREED.keys(), wrong


def disagreement(row: dict[str, str], told: dict[str, str]) -> str:
    """With all that the list offers for a file; or nothing."""
    expected, reason = row["expected"], told["reason"]
    if told["state"] == Document.State.SEARCHABLE:
        if expected.startswith(("refuse", "no-text")) and " or t" not in expected:
            return f"read, expected {expected}"
        current = Document.objects.get(reference=row["file"]).current
        return "" if current and row["must_contain"] in current.text else f"without {row['must_contain']}"
    if (
        not expected.startswith(("refuse", "no-text"))
        and "or refuse" not in expected
        and "-or-" not in expected
    ):
        return f"refused, expected {expected}: {reason}"
    named = {"password": "password", "image-only": "scanned", "empty": ("empty", "no text", "no pages")}
    words = next((named[kind] for kind in named if f":{kind}" in expected), "")
    one_sentence = reason.endswith(".") and ". " not in reason
    known = any(word in reason for word in ([words] if isinstance(words, str) else words))
    return "" if known and one_sentence else f"expected {expected}: {reason}"
