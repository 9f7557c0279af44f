"""A document's life on its pages: published, withdrawn, changed, set back, deleted. Adam is an admin."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb import categories, ingest, lifecycle, writing
from kb.models import Audience, Category, Document, Passage
from tests import cast
from tests.kb.pages import LATER, QUESTION, RETURNS, finds, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def test_an_unpublished_document_is_not_found_from_that_moment_on(adam: Client) -> None:
    document = searchable()
    assert finds(QUESTION, Audience.PUBLIC) == ["returns.md"]
    status = reverse("document-status", args=[document.pk])
    adam.post(status, {"status": "unpublished"})
    assert finds(QUESTION, Audience.INTERNAL) == []
    assert "unpublished: no search finds it" in adam.get(document.get_absolute_url()).content.decode()
    adam.post(status, {"status": "published"})
    assert finds(QUESTION, Audience.PUBLIC) == ["returns.md"]


def test_an_internal_document_is_found_by_agents_alone_from_that_moment_on(adam: Client) -> None:
    document = searchable()
    adam.post(reverse("document-audience", args=[document.pk]), {"audience": "internal"})
    assert finds(QUESTION, Audience.PUBLIC) == []
    assert finds(QUESTION, Audience.INTERNAL) == ["returns.md"]


def test_changing_the_audience_while_a_file_is_read_is_kept(adam: Client) -> None:
    document = ingest.receive("returns.md", RETURNS)
    claimed = ingest.claim(document.pk)
    assert claimed
    adam.post(reverse("document-audience", args=[document.pk]), {"audience": "internal"})
    adam.post(reverse("document-status", args=[document.pk]), {"status": "unpublished"})
    ingest.ingest(claimed)
    document.refresh_from_db()
    assert (document.state, document.audience, document.status) == ("searchable", "internal", "unpublished")


def test_deleting_asks_first_and_then_removes_rows_and_files(
    adam: Client, uploads: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    document = searchable()
    searchable(data=LATER)
    page = reverse("document-delete", args=[document.pk])
    assert "Delete for good" in adam.get(page).content.decode()
    assert Document.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert adam.post(page).url == reverse("documents")
    assert not Document.objects.exists() and not Passage.objects.exists()
    assert not [path for path in uploads.rglob("*") if path.is_file()]
    assert finds(QUESTION, Audience.INTERNAL) == []


def history(document: Document) -> list[tuple[dict, dict, str]]:
    rows = document.changes.order_by("pk")
    return [(row.was, row.became, row.author.email if row.author else "") for row in rows]


def details(document: Document, client: Client, **changed: str) -> dict[str, str]:
    """The form as its page fills it in, with what the admin changes."""
    page = client.get(reverse("document-details", args=[document.pk])).content.decode()
    inputs = re.findall(r'<input [^>]*?name="([\w-]+)"[^>]*?>', page)
    shown = {name: value_of(page, name) for name in inputs if name != "csrfmiddlewaretoken"}
    for name, options in re.findall(r'<select name="([\w-]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        shown[name] = chosen[1] if chosen else ""
    return shown | changed


def value_of(page: str, name: str) -> str:
    (tag,) = re.findall(rf'<input [^>]*?name="{name}"[^>]*?>', page)
    found = re.search(r'value="([^"]*)"', tag)
    return unescape(found[1]) if found else ""


def test_what_was_changed_is_kept_with_who_when_and_from_what_to_what(adam: Client) -> None:
    document = searchable()
    category = Category.objects.create(name="Orders")
    path = reverse("document-details", args=[document.pk])
    given = details(document, adam, category=str(category.pk), tags="Bikes, returns,bikes ", why="Sorted")
    assert adam.post(path, given).status_code == 302
    document.refresh_from_db()
    assert (document.category, document.tags) == (category, ["Bikes", "returns"])
    ((was, became, who),) = history(document)
    assert was == {"category": None, "tags": []} and who == "adam@example.com"
    assert became == {"category": {"id": category.pk, "name": "Orders"}, "tags": ["Bikes", "returns"]}
    page = adam.get(document.get_absolute_url()).content.decode()
    assert "<ins>Bikes, returns</ins>" in page and "Sorted" in page and "Adam Abbott" in page
    assert adam.post(path, details(document, adam)).status_code == 302  # nothing was different
    assert document.changes.count() == 1


def test_a_change_is_set_back(adam: Client) -> None:
    document = searchable()
    adam.post(reverse("document-audience", args=[document.pk]), {"audience": "internal"})
    change = document.changes.get()
    adam.post(reverse("restore-change", args=[document.pk, change.pk]))
    document.refresh_from_db()
    assert document.audience == "public" and document.changes.count() == 2
    assert document.changes.first().why.startswith("Restored from before")


def test_what_is_gone_cannot_be_set_back(adam: Client) -> None:
    document, category = searchable(), categories.create("Orders")
    lifecycle.change(document.pk, {"category": category}, by=None)
    lifecycle.change(document.pk, {"category": None}, by=None)
    categories.remove(category.pk)
    change = document.changes.first()
    answer = adam.post(reverse("restore-change", args=[document.pk, change.pk]), follow=True)
    assert "“Orders” is no longer there" in answer.content.decode()
    assert document.changes.count() == 2


def test_two_admins_change_a_document_at_once_and_the_second_is_told(adam: Client) -> None:
    document = searchable()
    mine = details(document, adam, audience="internal", tags="mine")
    lifecycle.change(document.pk, {"tags": ["theirs"]}, by=cast.alice())
    answer = adam.post(reverse("document-details", args=[document.pk]), mine)
    assert answer.status_code == 422
    assert "Alice Archer changed this meanwhile: tags." in answer.content.decode()
    document.refresh_from_db()
    assert (document.audience, document.tags) == ("public", ["theirs"])
    other = details(document, adam, audience="internal")
    lifecycle.change(document.pk, {"review_by": date(2031, 1, 1)}, by=None)
    assert adam.post(reverse("document-details", args=[document.pk]), other).status_code == 302
    document.refresh_from_db()
    assert (document.audience, document.review_by) == ("internal", date(2031, 1, 1))


REFUSED = [  # what is given, and what the page says
    ({"tags": ", ".join(map(str, range(21)))}, "These are 21 tags"),
    ({"tags": "x" * 51}, "too long for a tag"),
    ({"publish_at": "2031-01-01T10:00", "expire_at": "2030-01-01T10:00"}, "would expire before"),
    ({"publish_at": "2031-01-01T10:00", "status": "unpublished"}, "Choose the status"),
    ({"publish_at": "soon"}, "Enter a valid date/time"),
    ({"category": "4711"}, "not one of the available choices"),
    ({"owner": "4711"}, "not one of the available choices"),
    ({"status": "deleted"}, "not one of the available choices"),
]


@pytest.mark.parametrize(("given", "said"), REFUSED)
def test_details_that_cannot_be_are_refused_with_a_sentence(
    given: dict[str, str], said: str, adam: Client
) -> None:
    document = searchable()
    answer = adam.post(reverse("document-details", args=[document.pk]), details(document, adam, **given))
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not document.changes.exists()


def test_siblings_in_other_languages_are_linked_for_who_may_read_them(adam: Client, alice: Client) -> None:
    english = searchable()
    german = searchable("rueckgabe.md", "# Rückgabe\n\nDas Fahrrad kann binnen 30 Tagen zurück.".encode())
    hidden = searchable("retours.md", "# Retours\n\nVous pouvez rendre le vélo.".encode(), publish=False)
    for one in (german, hidden):
        path = reverse("link-sibling", args=[one.pk])
        assert adam.post(path, {"sibling": "Returns"}).status_code == 302
    page = alice.get(german.get_absolute_url()).content.decode()
    assert english.get_absolute_url() in page and hidden.get_absolute_url() not in page
    assert hidden.get_absolute_url() in adam.get(english.get_absolute_url()).content.decode()


def test_any_two_revisions_are_compared_word_by_word(adam: Client) -> None:
    document = searchable()
    searchable(data=LATER)
    path = reverse("document-compare", args=[document.pk])
    page = adam.get(path, {"from": "2", "to": "1"}).content.decode()
    assert "<del>30</del>" in page and "<ins>45</ins>" in page
    for numbers in ({"from": "1", "to": "9"}, {"from": "x"}, {}, {"from": "9" * 40, "to": "1"}):
        assert adam.get(path, numbers).status_code == 404


def test_a_restored_text_is_the_next_revision_and_is_searched_at_once(
    adam: Client, offered: list[int]
) -> None:
    document = searchable()
    kept = document.passages.get()
    searchable(data=LATER)
    path = reverse("restore-text", args=[document.pk, 1])
    assert "becomes the next revision" in adam.get(path).content.decode()
    offered.clear()
    adam.post(path, {"confirmed": "0 0"})
    document.refresh_from_db()
    assert document.current.number == 3 and document.current.why == "Restored from revision 1"
    assert document.current.author.email == "adam@example.com"
    assert "30 days" in document.passages.get().text and document.passages.get().pk != kept.pk
    assert offered == [document.pk] and document.state == "received"
    ingest.ingest(document)
    document.refresh_from_db()
    assert (document.state, document.current.number) == ("searchable", 3)
    assert finds(QUESTION, Audience.PUBLIC) == ["returns.md"]
    original = adam.get(reverse("document-original", args=[document.pk]), {"revision": "3"})
    assert original.content == RETURNS


def test_a_file_that_is_unchanged_does_not_undo_what_was_restored(adam: Client) -> None:
    document = searchable()
    searchable(data=LATER)
    adam.post(reverse("restore-text", args=[document.pk, 1]), {"confirmed": "0 0"})
    document.refresh_from_db()
    ingest.ingest(document)
    searchable(data=LATER)
    assert "30 days" in document.passages.get().text
    searchable(data=LATER.replace(b"45", b"60"))
    assert "60 days" in document.passages.get().text


def test_a_text_saved_meanwhile_is_not_restored_over(adam: Client) -> None:
    document = searchable()
    searchable(data=LATER)
    shown = Document.objects.get().current_id
    searchable(data=LATER.replace(b"45", b"60"))
    path = reverse("restore-text", args=[document.pk, 1])
    answer = adam.post(path, {"confirmed": "0 0", "based_on": str(shown)}, follow=True)
    assert "Somebody else saved another text" in answer.content.decode()
    assert "60 days" in document.passages.get().text


def test_a_worker_that_reads_the_old_file_does_not_undo_what_was_written_meanwhile(adam: Client) -> None:
    document = searchable()
    ingest.receive("returns.md", LATER)
    claimed = ingest.claim(document.pk)
    writing.write(document, "Returns", "You have 90 days.", by=cast.alice())
    ingest.ingest(claimed)
    document.refresh_from_db()
    assert document.current.text == "You have 90 days." and document.state == "received"
    assert ingest.claim(document.pk)


# Categories ---------------------------------------------------------------------------------------------


def test_categories_are_kept_as_a_tree_without_circles(adam: Client) -> None:
    add = reverse("categories")
    assert adam.post(add, {"name": "Orders"}).status_code == 302
    orders = Category.objects.get()
    adam.post(add, {"name": "Refunds", "parent": orders.pk})
    refunds = Category.objects.get(name="Refunds")
    assert [node.path for node in categories.tree()] == ["Orders", "Orders › Refunds"]
    for name, parent in (("refunds", orders.pk), ("ORDERS", "")):
        assert "a category of this name" in adam.post(add, {"name": name, "parent": parent}).content.decode()
    categories.change(orders.pk, "Orders", None)  # its own name is free
    assert adam.post(add, {"name": "a/b"}).status_code == adam.post(add, {"name": " "}).status_code == 422
    change = reverse("change-category", args=[orders.pk])
    answer = adam.post(change, {"name": "Orders", "parent": refunds.pk})
    assert "can’t stand below itself" in answer.content.decode()
    page = adam.post(change, {"name": "Purchases", "parent": ""}, follow=True).content.decode()
    assert "“Orders” is called “Purchases” now." in page
    again = reverse("change-category", args=[refunds.pk])
    page = adam.post(again, {"name": "Money", "parent": ""}, follow=True).content.decode()
    assert "“Refunds” is called “Money” now. “Money” stands at the top now." in page
    page = adam.post(again, {"name": "Refunds", "parent": orders.pk}, follow=True).content.decode()
    assert "“Refunds” stands below “Purchases” now." in page
    assert [node.path for node in categories.tree()] == ["Purchases", "Purchases › Refunds"]


def test_a_category_that_holds_something_stays(adam: Client) -> None:
    parent = categories.create("Orders")
    child = categories.create("Refunds", parent)
    document = searchable()
    lifecycle.change(document.pk, {"category": child}, by=None)
    assert [node.documents for node in categories.tree()] == [1, 1]  # as many as its list shows
    for category, said in ((parent, "holds other categories"), (child, "holds a document")):
        answer = adam.post(reverse("remove-category", args=[category.pk]), follow=True)
        assert said in answer.content.decode()
    assert finds(QUESTION, Audience.PUBLIC, categories=[parent.pk]) == ["returns.md"]
    assert finds(QUESTION, Audience.PUBLIC, categories=[child.pk], sources=["editor"]) == []
    lifecycle.change(document.pk, {"category": None}, by=None)
    assert finds(QUESTION, Audience.PUBLIC, categories=[parent.pk]) == []
    for category in (child, parent):
        page = adam.post(reverse("remove-category", args=[category.pk]), follow=True).content.decode()
        assert f"“{category}” is removed." in page
    assert not Category.objects.exists()
    with pytest.raises(lifecycle.Refused):
        lifecycle.change(document.pk, {"category": child}, by=None)


# The clock ----------------------------------------------------------------------------------------------


def test_a_schedule_holds_by_the_clock_and_is_written_into_the_history_afterwards(adam: Client) -> None:
    document, now = searchable(), timezone.now()
    Document.objects.update(publish_at=now + timedelta(hours=1))
    assert finds(QUESTION, Audience.INTERNAL) == [] and lifecycle.record_due() == 0
    assert "is published on" in adam.get(document.get_absolute_url()).content.decode()
    Document.objects.update(publish_at=now - timedelta(seconds=1), expire_at=now + timedelta(hours=1))
    assert finds(QUESTION, Audience.PUBLIC) == ["returns.md"]
    assert (lifecycle.record_due(), lifecycle.record_due()) == (1, 0)
    Document.objects.update(expire_at=now)
    assert finds(QUESTION, Audience.INTERNAL) == []
    assert "has expired" in adam.get(document.get_absolute_url()).content.decode()
    assert (lifecycle.record_due(), lifecycle.record_due()) == (1, 0)
    document.refresh_from_db()
    assert (document.status, document.expire_at) == ("archived", None)
    assert [change.why for change in document.changes.all()] == [lifecycle.ON_SCHEDULE] * 2
    adam.post(reverse("document-status", args=[document.pk]), {"status": "published"})
    assert finds(QUESTION, Audience.PUBLIC) == ["returns.md"]
