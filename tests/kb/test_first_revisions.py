"""What many new documents say is stored together as each by itself would be, and one stops no other."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kb import first_revisions
from kb.ingest import claim, ingest, ingest_all, receive
from kb.models import Document, LexemeCount, Passage, Revision

pytestmark = pytest.mark.django_db

TEXTS = {
    "a.md": "# Returns\n\nSend \\N it\tback.\n\n## Refunds\n\nWe refund within 14 days: “all” of it.",
    "b.md": "# Rücksendung\n\nWir erstatten das Geld, wenn die Ware nicht gefällt und zurückgeschickt wird.",
    "c.md": "# Exchanges\n\nWe exchange what doesn't fit, C:\\temp\\new included.",
}


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "uploads"


def received() -> list[Document]:
    return [receive(name, text.encode()) for name, text in TEXTS.items()]


def claimed() -> list[Document]:
    return [document for one in received() if (document := claim(one.pk))]


def rows() -> Sequence[Any]:
    """What readers and searches see of them."""
    documents = Document.objects.order_by("reference")
    revisions = Revision.objects.order_by("document__reference")
    passages = Passage.objects.order_by("document__reference", "position")
    return [
        list(documents.values_list("reference", "title", "locale", "read_locale", "state", "reason")),
        list(revisions.values_list("document__reference", "number", "title", "text", "file_hash", "notice")),
        list(passages.values_list("heading", "text", "start", "end", "content_hash", "lexemes", "length")),
        list(LexemeCount.objects.order_by("locale", "lexeme").values_list("locale", "lexeme", "passages")),
        [document.current_id for document in documents] == [revision.pk for revision in revisions],
    ]


def test_documents_stored_together_are_as_those_stored_one_by_one():
    for document in received():
        ingest(document)
    by_itself = rows()
    Document.objects.all().delete()
    LexemeCount.objects.all().delete()

    done = ingest_all(claimed())

    assert [one.passages for one in done] == [2, 1, 1]
    assert [one.embedded for one in done] == [2, 1, 1]
    assert rows() == by_itself


def test_one_that_cannot_be_stored_fails_alone(monkeypatch: pytest.MonkeyPatch):
    def stumbling(document: Document, position: int, cut: Any) -> Passage:
        if document.reference == "b.md":
            raise ZeroDivisionError
        return passage_of(document, position, cut)

    passage_of = first_revisions.passage_of
    monkeypatch.setattr(first_revisions, "passage_of", stumbling)

    ingest_all(claimed())

    states = dict(Document.objects.values_list("reference", "state"))
    assert states == {"a.md": "searchable", "b.md": "failed", "c.md": "searchable"}
    assert list(Revision.objects.order_by("title").values_list("title", flat=True)) == [
        "Exchanges",
        "Returns",
    ]
    assert not LexemeCount.objects.filter(locale="de").exists()


def test_one_that_was_given_another_file_meanwhile_is_left_to_its_next_worker(
    django_capture_on_commit_callbacks: Any,
):
    documents = claimed()
    receive("b.md", b"# Anew\n\nOther words.")

    done = ingest_all(documents)

    assert [one.passages for one in done] == [2, 0, 1]
    left = Document.objects.get(reference="b.md")
    assert (left.state, left.current, left.passages.count()) == ("received", None, 0)
