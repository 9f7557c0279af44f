"""A file becomes evidence: once, whatever is repeated, replaced, refused or killed on the way."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone

from kb import leases, lexical, storing
from kb.embeddings import embed_missing
from kb.ingest import ATTEMPTS, claim, delete, ingest, ingest_all, read_again, receive
from kb.leases import LEASE
from kb.lexical import stored
from kb.models import Audience, Document, Embedding, EmbeddingModel, LexemeCount, LexicalStatistics, Passage
from support.models import Citation, Verdict
from tests import cast
from tests.kb.test_embeddings import InThread

ARTICLE = """# Returns

Send it back within 30 days.

## Refunds

We refund within 14 days.

## Exchanges

We exchange sizes for free.
"""
CHANGED = ARTICLE.replace("14 days", "10 days").replace("# Returns\n", "# Returns\n\nA new first line.\n")


@pytest.fixture(autouse=True)
def uploads(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "uploads"
    return tmp_path / "uploads"


def files_in(uploads: Path) -> int:
    return len([path for path in uploads.rglob("*") if path.is_file()])


def ingested(text: str = ARTICLE, reference: str = "returns.md", **options: Any) -> Document:
    document = receive(reference, text.encode(), **options)
    ingest(document)
    document.refresh_from_db()
    return document


def row_versions() -> list[Any]:
    """Of all rows of documents; any write changes them."""
    tables = ("document", "revision", "passage", "embedding", "lexemecount", "lexicalstatistics")
    with connection.cursor() as cursor:
        versions = []
        for table in tables:
            cursor.execute(f"SELECT ctid::text FROM kb_{table} ORDER BY id")
            versions.append(cursor.fetchall())
    return versions


@pytest.mark.django_db
def test_file_becomes_searchable_passages():
    document = receive("help/returns.md", ARTICLE.encode())
    assert (document.state, document.title) == ("received", "Returns")

    result = ingest(document)

    document.refresh_from_db()
    assert (result.passages, result.embedded) == (3, 3)
    assert (document.state, document.lease, document.reason, document.attempts) == ("searchable", None, "", 0)
    assert document.current and document.current.number == 1
    for passage in document.passages.all():
        assert document.current.text[passage.start : passage.end] == passage.text
        assert stored(passage.lexemes) and passage.length
    assert [passage.heading for passage in document.passages.all()] == ["", "Refunds", "Exchanges"]
    assert Embedding.objects.filter(model=EmbeddingModel.objects.active()).count() == 3


@pytest.mark.django_db
def test_second_run_changes_nothing():
    document = ingested()
    before = row_versions()

    again = receive("returns.md", ARTICLE.encode())
    result = ingest(again)

    assert again.state == "searchable"
    assert (result.passages, result.embedded) == (3, 0)
    assert ingest(document).embedded == 0
    assert row_versions() == before


@pytest.mark.django_db
def test_unchanged_passages_keep_row_vector_and_citations():
    document = ingested()
    refunds, exchanges = document.passages.filter(heading__in=["Refunds", "Exchanges"]).order_by("position")
    citation = a_citation_of(exchanges)

    result = ingest(receive("returns.md", CHANGED.encode()))

    document.refresh_from_db()
    assert document.current and document.current.number == 2
    kept = document.passages.get(heading="Exchanges")
    assert kept.pk == exchanges.pk and kept.revision_id == document.current_id
    assert document.current.text[kept.start : kept.end] == kept.text
    assert Citation.objects.get(pk=citation.pk).passage_id == exchanges.pk
    assert not Passage.objects.filter(pk=refunds.pk).exists()
    assert (result.passages, result.embedded) == (3, 2)


def a_citation_of(passage: Passage) -> Citation:
    said = ("We exchange sizes for free.", Verdict.MATCHES, [(1, passage, passage.text)])
    cast.draft(cast.ask("How do I exchange?").ticket, [said])
    return Citation.objects.get()


@pytest.mark.django_db
def test_lexeme_counts_follow_the_passages():
    ingested()
    assert LexemeCount.objects.get(locale="", lexeme="14").passages == 1

    ingested(CHANGED)

    assert not LexemeCount.objects.filter(lexeme="14").exists()
    assert LexemeCount.objects.get(locale="", lexeme="10").passages == 1
    assert LexicalStatistics.objects.get(locale="").passages == 3


@pytest.mark.django_db
def test_old_revision_answers_until_the_new_one_is_stored():
    document = ingested()

    receive("returns.md", CHANGED.encode())
    assert "14 days" in " ".join(passages_shown())

    ingest(Document.objects.get(pk=document.pk))
    assert "14 days" not in " ".join(passages_shown()) and "10 days" in " ".join(passages_shown())


@pytest.mark.django_db
def test_old_revision_answers_when_the_new_file_cannot_be_read():
    document = ingested()

    broken = ingested("%PDF-1.7 broken")

    assert broken.pk == document.pk
    assert broken.state == "failed" and "PDF" in broken.reason
    assert broken.current_id == document.current_id
    assert "14 days" in " ".join(passages_shown())


def passages_shown() -> list[str]:
    return list(Passage.objects.visible_to(Audience.PUBLIC).values_list("text", flat=True))


@pytest.mark.django_db
def test_failed_file_is_read_again_when_someone_asks(uploads: Path):
    document = ingested("   ")
    assert (document.state, document.reason) == ("failed", "The file holds no text; upload one that does.")

    default_storage.delete(document.file.name)
    assert read_again(document)
    ingest(document)

    document.refresh_from_db()
    assert "upload it again" in document.reason
    assert ingested("   \n").state == "failed"
    assert ingested().state == "searchable"


@pytest.mark.django_db
def test_going_back_to_the_current_text_needs_no_new_revision(uploads: Path):
    document = ingested()
    with_broken = ingested(" ")
    assert with_broken.state == "failed"

    back = ingested()

    assert back.state == "searchable" and back.current_id == document.current_id


@pytest.mark.django_db
def test_new_file_keeps_audience_and_status_unless_told():
    document = ingested(audience=Audience.INTERNAL, publish=False)
    assert (document.audience, document.status) == ("internal", "unpublished")

    changed = ingested(CHANGED)
    assert (changed.audience, changed.status) == ("internal", "unpublished")

    assert ingested(CHANGED, audience=Audience.PUBLIC).audience == "public"


@pytest.mark.django_db
def test_locale_of_the_file_wins_over_the_one_told():
    told = receive("a.md", b"Short.")
    declared = receive("b.es.md", b"Corto.")
    for document in (told, declared):
        ingest(document, locale="fr")
        document.refresh_from_db()

    assert (told.locale, declared.locale) == ("fr", "es")


@pytest.mark.django_db
def test_document_is_claimed_once_and_again_when_its_worker_has_died():
    document = receive("returns.md", ARTICLE.encode())

    assert claim(document.pk) is not None
    assert claim(document.pk) is None
    Document.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert claim(document.pk) is not None


@pytest.mark.django_db
def test_file_that_keeps_killing_workers_is_given_up():
    document = receive("returns.md", ARTICLE.encode())
    for _ in range(ATTEMPTS):
        assert claim(document.pk) is not None
        Document.objects.update(lease=timezone.now() - timedelta(seconds=1))

    assert claim(document.pk) is None

    document.refresh_from_db()
    assert document.state == "failed" and "broken off" in document.reason


@pytest.mark.django_db
def test_file_replaced_while_it_is_read_is_not_stored(uploads: Path, django_capture_on_commit_callbacks: Any):
    slow = claim(receive("returns.md", ARTICLE.encode()).pk)
    assert slow
    with django_capture_on_commit_callbacks(execute=True):
        receive("returns.md", CHANGED.encode())

    ingest(slow)
    assert Passage.objects.count() == 0

    ingest(Document.objects.get())
    document = Document.objects.get()
    assert document.state == "searchable" and document.current and "10 days" in document.current.text
    assert files_in(uploads) == 1


@pytest.mark.django_db
def test_deleted_document_leaves_nothing(uploads: Path, django_capture_on_commit_callbacks: Any):
    ingested()
    document = ingested(CHANGED)
    other = ingested("Other words entirely.", "other.md")

    with django_capture_on_commit_callbacks(execute=True):
        delete(document)
        delete(document)

    assert list(Document.objects.all()) == [other]
    assert set(Passage.objects.values_list("document_id", flat=True)) == {other.pk}
    assert not LexemeCount.objects.filter(lexeme="refund").exists()
    assert files_in(uploads) == 1


@pytest.mark.django_db
def test_endpoint_that_is_down_leaves_the_words_searchable_and_is_asked_later(settings: Any):
    settings.EMBEDDINGS_BASE_URL, settings.EMBEDDINGS_MODEL = "http://127.0.0.1:9/v1", "away"

    waiting = ingested()

    assert waiting.state == "embedding" and waiting.lease and waiting.lease > timezone.now()
    assert passages_shown() and waiting.reason
    for _ in range(ATTEMPTS):
        Document.objects.update(lease=timezone.now() - timedelta(seconds=1))
        if claimed := claim(waiting.pk):
            ingest(claimed)
    waiting.refresh_from_db()
    assert waiting.state == "failed" and waiting.reason
    assert len(passages_shown()) == 3


@pytest.mark.django_db
def test_error_of_ours_stops_no_other_file(monkeypatch: pytest.MonkeyPatch):
    claimed = [claim(receive(name, f"Words of {name}".encode()).pk) for name in ("a.md", "b.md", "c.md")]

    def extract_or_fall(data: bytes, name: str) -> Any:
        if name == "b.md":
            raise ZeroDivisionError
        return extract(data, name)

    extract = storing.extract
    monkeypatch.setattr(storing, "extract", extract_or_fall)

    ingest_all([document for document in claimed if document])

    states = dict(Document.objects.values_list("reference", "state"))
    assert states == {"a.md": "searchable", "b.md": "failed", "c.md": "searchable"}


@pytest.mark.django_db(transaction=True)
def test_lease_is_renewed_while_a_long_file_is_read(monkeypatch: pytest.MonkeyPatch, eventually: Callable):
    document = claim(receive("returns.md", ARTICLE.encode()).pk)
    assert document
    seen = []

    def slowly(data: bytes, name: str) -> Any:
        eventually(lambda: Document.objects.get().lease > document.lease)
        seen.append(1)
        return extract(data, name)

    extract = storing.extract
    monkeypatch.setattr(storing, "extract", slowly)
    monkeypatch.setattr(leases, "RENEWED_EVERY", 0.1)

    ingest(document)

    assert seen
    assert Document.objects.get().state == "searchable"


@pytest.mark.django_db(transaction=True)
def test_ingest_that_is_broken_off_frees_its_document_at_once(monkeypatch: pytest.MonkeyPatch):
    document = claim(receive("returns.md", ARTICLE.encode()).pk)
    assert document and document.lease and document.lease > timezone.now() + LEASE / 2

    def interrupted(*args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(storing, "extract", interrupted)
    with pytest.raises(KeyboardInterrupt):
        ingest(document)
    monkeypatch.undo()

    assert claim(document.pk) is not None


def rewrite(document: Document) -> Document:
    ingest(receive(document.reference, b"# Something else\n\nNot a word of it stays."))
    return document


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [delete, rewrite])
def test_change_beside_the_storing_of_vectors_locks_nobody_out(change: Callable[[Document], object]):
    document = ingested()
    model = EmbeddingModel.objects.active()
    Embedding.objects.all().delete()
    first, middle, last = document.passages.order_by("pk")
    for passage in (middle, first):
        lie_behind_all_others(passage)
    changing = InThread(lambda: change(document))
    storing = InThread(lambda: embed_missing(model, [document]))

    with transaction.atomic():
        Passage.objects.select_for_update().get(pk=middle.pk)
        changing.begin()
        storing.begin()

    for thread in (changing, storing):
        thread.end()
    assert not Passage.objects.filter(pk__in=[first.pk, middle.pk, last.pk]).exists()


def lie_behind_all_others(passage: Passage) -> None:
    """In the table, as when reindexing gave it other words."""
    Passage.objects.filter(pk=passage.pk).update(lexemes="'old'")
    lexical.rewrite([passage])
