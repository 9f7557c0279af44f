"""A document's language, as an admin sets it. Adam is one."""

import importlib
import threading
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from kb import ingest, lexical, lifecycle, locales
from kb.extract.languages import declared_locale
from kb.models import Audience, Document, LexemeCount, LexicalStatistics, Synonym
from kb.reindexing import reindex, stale_locales
from tests import cast
from tests.kb.pages import LATER, QUESTION, RETURNS, finds, searchable, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]

SHORT = "# Plazos\n\nLas devoluciones: 30 días.\n".encode()


def rows(document: Document) -> list[tuple[int, str]]:
    return list(document.passages.order_by("pk").values_list("pk", "content_hash"))


def set_language(document: Document, adam: Client, given: str) -> Any:
    shown = {
        "status": "published",
        "audience": "public",
        "locale": given,
        "seen": lifecycle.last_change(document),
    }
    shown |= {f"initial-{name}": "" for name in lifecycle.FIELDS}
    shown |= {"initial-status": "published", "initial-audience": "public", "initial-locale": document.locale}
    return adam.post(reverse("document-details", args=[document.pk]), shown)


def test_a_language_set_by_hand_moves_the_words_and_keeps_passages_and_vectors(adam: Client) -> None:
    document = searchable("plazos.md", SHORT)
    assert document.locale == "", "too short to tell"
    before, vectors = rows(document), [p.embeddings.get().pk for p in document.passages.all()]
    assert set_language(document, adam, "ES").status_code == 302
    document.refresh_from_db()
    assert (document.locale, rows(document)) == ("es", before)
    assert [p.embeddings.get().pk for p in document.passages.all()] == vectors
    passage = document.passages.get()
    assert lexical.stored(str(passage.lexemes)) == sorted(set(lexical._counts(passage, "es")))
    counted = dict(LexicalStatistics.objects.values_list("locale", "passages"))
    assert (counted["es"], counted[""]) == (1, 0)
    (told,) = document.changes.all()
    assert (told.was, told.became) == ({"locale": ""}, {"locale": "es"})


def test_a_language_set_by_hand_stays_when_the_file_is_read_again() -> None:
    document = searchable(data=b"---\nlang: en\n---\n" + LATER)
    lifecycle.change(document.pk, {"locale": "nl"}, by=None)
    document.refresh_from_db()
    before = rows(document)
    assert ingest.read_again(document)
    ingest.ingest(document)
    document.refresh_from_db()
    assert (document.locale, document.read_locale, rows(document)) == ("nl", "en", before)
    lifecycle.change(document.pk, {"locale": ""}, by=None)
    document.refresh_from_db()
    assert document.locale == "en", "left empty, it is what the file says"


def test_a_language_set_while_the_file_is_read_stays() -> None:
    document = ingest.receive("plazos.md", SHORT)
    claimed = ingest.claim(document.pk)
    assert claimed
    lifecycle.change(document.pk, {"locale": "es"}, by=None)
    ingest.ingest(claimed)
    assert Document.objects.get().locale == "es"
    assert LexicalStatistics.objects.get(locale="es").passages == 1


@pytest.mark.parametrize("given", ["english", "und", "e", "en-", "en us", "en-toolongasubtag", "🦆"])
def test_what_names_no_language_is_refused(given: str, adam: Client) -> None:
    document = searchable()
    answer = set_language(document, adam, given)
    assert answer.status_code == 422 and "Write the language&#x27;s code" in answer.content.decode()


@pytest.mark.parametrize(
    ("given", "kept"),
    [("en-US", "en"), ("pt_br", "pt"), ("zh-Hant-TW", "zh"), ("fil", "fil"), (" ES ", "es")],
)
def test_a_language_is_kept_as_files_declare_theirs(given: str, kept: str) -> None:
    assert locales.code_of(given) == kept == declared_locale(given, "")


def test_a_document_set_to_a_country_s_language_is_found_by_questions_in_it(adam: Client) -> None:
    searchable("other.md", b"---\nlang: en\n---\n# Bells\n\nA bell rings.")
    document = searchable(data=RETURNS)
    assert set_language(document, adam, "en-US").status_code == 302
    for locale in ("en", "en-US"):
        assert document.reference in finds(QUESTION, Audience.PUBLIC, locale=locale)


def test_details_of_a_document_in_a_language_that_no_words_tell_are_saved(adam: Client) -> None:
    document = searchable(data=b"---\nlang: fil\n---\n" + LATER)
    assert document.locale == "fil"
    assert set_language(document, adam, "fil").status_code == 302


def test_siblings_are_linked_and_unlinked_from_either_side(adam: Client) -> None:
    english = searchable("returns.md")
    others = [searchable(f"{code}.md", f"# {code}\n\n30.".encode()) for code in ("de", "fr", "nl")]
    for one in others:
        lifecycle.change(one.pk, {"locale": one.reference[:2]}, by=None)
    german, french, dutch = others
    link = lambda one, other: adam.post(reverse("link-sibling", args=[one.pk]), {"sibling": other})  # noqa: E731
    assert link(english, "de.md").status_code == 302
    assert link(german, "FR").status_code == 302, "by title, from a translation"
    assert {one.pk for one in english.siblings} == {german.pk, french.pk}
    assert link(dutch, "returns.md").status_code == 302, "the one with translations is the original"
    german.refresh_from_db()
    assert {one.pk for one in german.siblings} == {english.pk, french.pk, dutch.pk}
    spanish, italian = (searchable(f"{code}.md", f"# {code}\n\n30.".encode()) for code in ("es", "it"))
    assert link(spanish, "it.md").status_code == 302 and link(english, "it.md").status_code == 422
    italian.refresh_from_db()
    assert {one.pk for one in italian.siblings} == {spanish.pk}, "nobody loses a sibling by linking"
    page = adam.get(reverse("document-details", args=[german.pk])).content.decode()
    assert "the original" in page and page.count(">Unlink<") == 3
    unlink = reverse("unlink-sibling", args=[german.pk, english.pk])
    assert signed_in(cast.alice()).post(unlink).status_code == 403
    adam.post(unlink)
    german.refresh_from_db()
    assert not german.siblings.exists()
    assert {one.pk for one in english.siblings} == {french.pk, dutch.pk}


REFUSED = [
    ("", "Name the document to link first."),
    ("nothing.md", "No document has this title or reference."),
    ("returns.md", "A document is no translation of itself."),
    ("twin.md", "is in the same language (en)"),
]


def test_known_languages_are_suggested_wherever_one_is_asked_for(adam: Client) -> None:
    document = searchable()
    Document.objects.update(locale="nl")
    pages = [
        adam.get(reverse("document-details", args=[document.pk])),
        adam.get(reverse("document-new")),
        adam.post(reverse("documents-bulk"), {"action": "locale", "documents": document.pk}),
    ]
    for page in pages:
        text = page.content.decode()
        assert 'list="known-locale"' in text
        assert '<datalist id="known-locale"><option value="nl"></option></datalist>' in text


def linked_pair() -> tuple[Document, Document]:
    english, german = searchable("returns.md"), searchable("rueckgabe.md", LATER)
    Document.objects.filter(pk=english.pk).update(locale="en", read_locale="en")
    Document.objects.filter(pk=german.pk).update(locale="de", read_locale="en", translation_of=english)
    return english, german


@pytest.mark.parametrize("place", [0, 1], ids=["original", "translation"])
@pytest.mark.parametrize("given", ["other", "", "bulk"])
def test_no_change_of_language_makes_siblings_speak_the_same(place: int, given: str, adam: Client) -> None:
    pair = linked_pair()
    document, other = pair[place], pair[1 - place]
    document.refresh_from_db()
    other.refresh_from_db()
    if given == "":  # as its words tell, which is as the other one is
        Document.objects.filter(pk=document.pk).update(read_locale=other.locale)
    if given == "bulk":
        asked = {"action": "locale", "documents": document.pk, "locale": other.locale, "go": "1"}
        page = adam.post(reverse("documents-bulk"), asked, follow=True).content.decode()
    else:
        answer = set_language(document, adam, given and other.locale)
        assert answer.status_code == 422
        page = answer.content.decode()
    assert f"is in the same language ({other.locale}): change that one, or unlink it, first." in page
    was = document.locale
    document.refresh_from_db()
    assert document.locale == was and not document.changes.exists()


def test_file_in_the_language_of_a_sibling_is_found_by_its_words_and_an_admin_is_told(
    adam: Client, alice: Client
) -> None:
    english, german = linked_pair()
    Document.objects.filter(pk=german.pk).update(read_locale="de")
    page = lambda client: client.get(german.get_absolute_url()).content.decode()  # noqa: E731
    assert "and is in the same one" not in page(adam)
    searchable("rueckgabe.md", b"---\nlang: en\n---\n" + LATER)
    german.refresh_from_db()
    assert german.locale == "en"
    assert f"linked with “{english}”" in page(adam) and "and is in the same one (en)" in page(adam)
    assert "and is in the same one" not in page(alice)


@pytest.mark.django_db(transaction=True)
def test_two_siblings_that_take_one_language_at_once_wait_for_each_other(adam: Client) -> None:
    english, german = linked_pair()
    outcomes: list[str] = []

    def second() -> None:
        try:
            lifecycle.change(german.pk, {"locale": "fr"}, by=None)
            outcomes.append("changed")
        except lifecycle.Refused as refused:
            outcomes.append(str(refused))
        finally:
            connection.close()

    with transaction.atomic():
        lifecycle.change(english.pk, {"locale": "fr"}, by=None)
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.3)
        assert not outcomes
    thread.join()
    assert "is in the same language (fr)" in outcomes[0]


@pytest.mark.parametrize(("sibling", "said"), REFUSED)
def test_what_is_no_sibling_is_refused_with_a_sentence(sibling: str, said: str, adam: Client) -> None:
    document = searchable()
    searchable("twin.md", LATER)
    Document.objects.update(locale="en", read_locale="en")
    answer = adam.post(reverse("link-sibling", args=[document.pk]), {"sibling": sibling})
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not document.siblings.exists()


def moved() -> None:
    """Rows of an older release become what this one keeps, by the migration's statements."""
    statements = importlib.import_module("kb.migrations.0024_languages_without_countries").MOVED
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def test_siblings_of_two_countries_that_would_be_in_one_language_are_linked_no_more() -> None:
    kept = ["de-at", "en-us", "en-gb", "en", "fr-ca", "de", "es", "es", ""]
    original, *others = Document.objects.bulk_create(
        Document(reference=str(at), title=f"No. {at}", locale=locale) for at, locale in enumerate(kept)
    )
    Document.objects.exclude(pk=original.pk).update(translation_of=original)
    moved()
    linked = original.siblings.order_by("pk").values_list("locale", flat=True)
    assert list(linked) == ["en", "fr", "es", "es", ""], "those that were in one language stay as they were"
    assert original.changes.count() == 0
    for alone in (others[1], others[2], others[4]):
        (told,) = alone.changes.all()
        was = {"translation_of": {"id": original.pk, "name": "No. 0"}}
        assert (told.was, told.became) == (was, {"translation_of": None})


def test_documents_kept_with_a_country_get_the_language_alone_and_are_counted_with_it() -> None:
    us = searchable("us.md")
    searchable("en.md", b"---\nlang: en\n---\n" + LATER)
    lifecycle.change(us.pk, {"locale": "en-us"}, by=None)
    Document.objects.filter(pk=us.pk).update(read_locale="en-US")
    Synonym.objects.create(locale="en-us", words=["bike"], means=["bicycle"])
    Synonym.objects.create(locale="en", words=["bike"], means=["bicycle"])
    Synonym.objects.create(locale="pt_BR", words=["bike"], means=["bicycle"])
    assert LexicalStatistics.objects.get(locale="en-us").passages == 1
    moved()
    us.refresh_from_db()
    assert (us.locale, us.read_locale) == ("en", "en")
    assert set(Synonym.objects.values_list("locale", flat=True)) == {"en", "pt"}
    assert list(LexicalStatistics.objects.exclude(passages=0).values_list("locale", "passages")) == [
        ("en", 2)
    ]
    assert LexemeCount.objects.get(locale="en", lexeme="bike").passages == 2
    assert not LexemeCount.objects.filter(locale="en-us").exists()
    assert stale_locales() == ["en"]
    reindex()
    assert finds(QUESTION, Audience.PUBLIC, locale="en")[:1] and stale_locales() == []
    assert LexemeCount.objects.get(locale="en", lexeme="bike").passages == 2, "as they are"
    made = us.changes.get()
    made.was = {"locale": "en-us"}
    assert lifecycle.wanted_back(made) == {"locale": "en"}, "the history stays as it was written"
