"""One change of many documents: shown first, made one by one, told of, gone on with. Adam is an admin."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.celery import app
from kb import bulk, bulk_pages, left_out, lifecycle, tasks, views
from kb.life_forms import ASKING, Action
from kb.models import Audience, BulkChange, BulkItem, Category, Document, DocumentChange
from tests.kb.pages import HTMX, QUESTION, finds, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def told(answer: Any) -> str:
    """The page that a form leads to."""
    assert answer.redirect_chain, answer.content.decode()
    return str(answer.content.decode())


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The changes, and the turns, that a worker was woken for."""
    turns: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.change_many, "delay_on_commit", lambda *turn: turns.append(turn))
    monkeypatch.setattr(bulk_pages, "FEW", 0)
    return turns


def rows(number: int, **fields: Any) -> list[Document]:
    """Documents without a text: what is said of them needs none."""
    made = [Document(reference=f"{n}.md", title=f"{n}", state="searchable", **fields) for n in range(number)]
    return Document.objects.bulk_create(made)


def chosen(documents: list[Document]) -> str:
    return " ".join(str(one.pk) for one in documents)


def test_many_documents_are_changed_at_once_and_each_is_told_of(adam: Client, offered: list[int]) -> None:
    documents = [searchable(f"{name}.md", f"# {name}\n\nText.".encode()) for name in ("a", "b", "c")]
    chosen = {"documents": [str(one.pk) for one in documents[:2]] + ["4711", "x"]}
    path = reverse("documents-bulk")
    asked = adam.post(path, {**chosen, "action": "archive"}).content.decode()
    assert "Archive: 2 documents?" in asked
    assert not DocumentChange.objects.exists()
    lifecycle.change(documents[0].pk, {"status": "archived"}, by=None)
    done = told(adam.post(path, {**chosen, "action": "archive", "go": "1"}, follow=True))
    assert "It was so already." in done and done.count("Done.") == 1
    statuses = dict(Document.objects.values_list("reference", "status"))
    assert statuses == {"a.md": "archived", "b.md": "archived", "c.md": "published"}
    adam.post(path, {**chosen, "action": "add_tags", "tags": "old", "go": "1"})
    adam.post(
        path, {**chosen, "action": "remove_tags", "tags": "OLD", "go": "1", "documents": documents[0].pk}
    )
    assert dict(Document.objects.values_list("reference", "tags")) == {
        "a.md": [],
        "b.md": ["old"],
        "c.md": [],
    }
    offered.clear()
    adam.post(path, {**chosen, "action": "read", "go": "1"})
    assert sorted(offered) == [one.pk for one in documents[:2]]


def test_all_documents_that_match_are_changed_together(adam: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b", "c"):
        searchable(f"{name}.md", f"# {name}\n\nText.".encode())
    searchable("other.md", b"# Other\n\nText.", audience=Audience.INTERNAL)
    path = reverse("documents-bulk")
    monkeypatch.setattr(views, "A_PAGE", 2)
    page = adam.get(reverse("documents"), {"audience": "public"}).content.decode()
    assert "Select all 3 documents that match" in page and 'value="audience=public"' in page
    asked = adam.post(path, {"action": "delete", "every": "audience=public"}).content.decode()
    assert "Delete: 3 documents?" in asked and "removed for good" in asked
    named = " ".join(str(one.pk) for one in Document.objects.filter(audience=Audience.PUBLIC))
    searchable("later.md", b"# Later\n\nText.")
    page = told(adam.post(path, {"action": "delete", "documents": named, "go": "1"}, follow=True))
    assert page.count("Deleted, with its passages") == 3
    assert set(Document.objects.values_list("reference", flat=True)) == {"other.md", "later.md"}, (
        "as was seen"
    )
    monkeypatch.setattr(bulk_pages, "MOST_AT_ONCE", 1)
    assert "1 more stay as they are" in adam.post(path, {"action": "archive", "every": ""}).content.decode()


@pytest.mark.parametrize("every", ["tag=old", "colour=red", "tag=old&audience=public"])
def test_all_that_match_are_none_where_the_filter_is_not_understood_any_more(
    every: str, adam: Client
) -> None:
    searchable()
    path = reverse("documents-bulk")
    for more in ({}, {"go": "1"}):
        page = adam.post(path, {"action": "delete", "every": every, **more}).content.decode()
        assert "No document is selected" in page and "filter it again" in page
    adam.post(path, {"action": "delete", "every": "audience=public", "go": "1"})
    assert Document.objects.exists(), "what was not shown is not done"


def test_nothing_is_done_without_documents_or_an_action(adam: Client) -> None:
    path = reverse("documents-bulk")
    assert "No document is selected" in adam.post(path, {"action": "archive"}).content.decode()
    for given in ({}, {"action": "explode"}):
        assert adam.post(path, given).status_code == 302
    document = searchable()
    for tags in ("", ", ,"):
        answer = adam.post(path, {"action": "add_tags", "documents": document.pk, "go": "1", "tags": tags})
        assert answer.status_code == 422 and "Write a tag first." in answer.content.decode()
    assert not BulkChange.objects.exists()


def test_many_are_changed_by_a_worker_in_turns_and_the_page_tells_how_far_it_is(
    adam: Client, woken: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = rows(5)
    monkeypatch.setattr(bulk, "A_TURN", 0)  # of one document
    given = {"action": "archive", "documents": chosen(documents), "why": "Old season", "go": "1"}
    page = told(adam.post(reverse("documents-bulk"), given, follow=True))
    ((number, first),) = woken
    assert "0 of 5</strong> documents are done" in page and not DocumentChange.objects.exists()
    assert "Archive: 5 documents" in adam.get(reverse("documents")).content.decode()
    for turn in (first, first + 1):
        tasks.change_many(number, turn)
    assert Document.objects.filter(status="archived").count() == 2
    address = reverse("bulk-change", args=[number])
    assert "2 of 5</strong>" in adam.get(address, **HTMX).content.decode()
    assert woken == [(number, first + turn) for turn in range(3)], "the others are another message"
    assert not bulk.work(number, first + 2, 100).more
    assert adam.get(address, **HTMX)["HX-Refresh"] == "true"
    page = adam.get(address).content.decode()
    assert "All are done." in page and page.count("Done.") == 5
    assert set(DocumentChange.objects.values_list("why", "author__name")) == {("Old season", "Adam Abbott")}
    assert DocumentChange.objects.count() == 5
    assert "Archive: 5 documents" not in adam.get(reverse("documents")).content.decode()


def begun(action: str, documents: list[Document], **given: Any) -> BulkChange:
    return bulk.begin(Action(action), given, documents, by=get_user_model().objects.get())


def whole(change: BulkChange) -> bulk.Turn:
    """All of it, from where it is."""
    change.refresh_from_db()
    return bulk.work(change.pk, change.turns, 100)


@pytest.mark.parametrize("action", ["add_tags", "remove_tags", "read"])
def test_document_that_is_deleted_in_the_moment_of_its_change_is_gone(
    adam: Client, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = bulk._done

    def just_deleted(change: BulkChange, document: Document) -> str:
        Document.objects.filter(pk=document.pk).delete()
        return done(change, document)

    monkeypatch.setattr(bulk, "_done", just_deleted)
    change = begun(action, rows(1), tags=["old"])
    whole(change)
    assert change.items.get().told == "It is gone."


def test_of_all_messages_for_a_turn_one_has_an_effect_and_one_is_the_next(
    adam: Client, woken: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "A_TURN", 0)
    offered: list[tuple[int, int]] = []
    monkeypatch.setattr(tasks.change_many, "apply_async", lambda turn, **more: offered.append(turn))
    change = begun("archive", rows(5), status="archived")
    BulkChange.objects.update(created=timezone.now() - timedelta(hours=1))
    for _ in range(3):  # between two turns it looks as if it were forgotten
        tasks.offer_forgotten_bulk_changes()
    assert offered == [(change.pk, 0)] * 3
    for turn in offered:
        tasks.change_many(*turn)
    assert woken == [(change.pk, 1)]
    assert DocumentChange.objects.count() == 1


def test_two_turns_of_a_change_are_told_apart(adam: Client) -> None:
    change = begun("archive", rows(2), status="archived")
    lost = BulkChange.claim_turn(change.pk, 0, bulk.LEASE)
    BulkChange.objects.update(lease=timezone.now() - bulk.LEASE)
    assert bulk.work(change.pk, 1, 0).more
    again = BulkChange.claim_turn(change.pk, 2, bulk.LEASE)
    assert lost and again and again.mine().exists() and not lost.mine().exists()
    lost.pause()
    lost.fail("Lost.")
    again.refresh_from_db()
    assert again.lease and again.state == BulkChange.State.RUNNING


def test_a_change_whose_worker_dies_again_and_again_has_failed_and_one_that_goes_on_has_not(
    adam: Client,
) -> None:
    change = begun("archive", rows(6), status="archived")
    assert all(bulk.work(change.pk, turn, 0).more for turn in range(5))
    for turn in range(5, 9):
        BulkChange.claim_turn(change.pk, turn, bulk.LEASE)
        BulkChange.objects.update(lease=timezone.now() - bulk.LEASE)
    change.refresh_from_db()
    assert change.state == BulkChange.State.FAILED and "broken off 3 times" in change.reason


def test_it_waits_for_no_import() -> None:
    lines = [
        app.amqp.router.route({}, task.name)["queue"].name
        for task in (tasks.change_many, tasks.ingest_in_bulk)
    ]
    assert lines == ["documents", "bulk"]


def test_each_action_says_what_it_asks_for() -> None:
    assert list(ASKING) == list(Action)


def test_what_a_worker_that_died_had_changed_is_not_changed_again(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = begun("add_tags", rows(3), tags=["new"])
    save, saved = BulkItem.save, []

    def dies(item: BulkItem, **more: Any) -> None:
        if saved:
            raise SystemExit
        saved.append(item.pk)
        save(item, **more)

    monkeypatch.setattr(BulkItem, "save", dies)
    with pytest.raises(SystemExit):
        whole(change)
    assert DocumentChange.objects.count() == 1, "the change whose outcome was not kept is undone with it"
    monkeypatch.undo()
    BulkChange.objects.update(lease=timezone.now() - bulk.LEASE)
    assert BulkChange.forgotten(timezone.now()) == [change]
    whole(change)
    assert DocumentChange.objects.count() == 3
    change.refresh_from_db()
    assert change.state == BulkChange.State.DONE


def test_a_document_that_cannot_be_changed_stops_no_other_and_comes_first(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, kept, odd, last = rows(4)
    change = begun("read", [gone, kept, odd, last])
    gone.delete()
    Document.objects.filter(pk=kept.pk).update(state="failed", reason="No.")
    read_again = left_out.read_again
    monkeypatch.setattr(left_out, "read_again", lambda one: 1 / 0 if one == odd else read_again(one))
    assert whole(change).to_read == [last.pk]
    refused = dict(change.items.filter(outcome="refused").values_list("reference", "told"))
    assert refused == {"0.md": "It is gone.", "1.md": left_out.NOT_KEPT, "2.md": bulk.MET_AN_ERROR}
    page = adam.get(reverse("bulk-change", args=[change.pk])).content.decode()
    assert "3 of 4 documents could not be changed" in page
    assert page.index(">2.md") < page.index(">3.md")


def test_a_change_that_is_stopped_leaves_the_others_as_they_are(adam: Client) -> None:
    documents = rows(3)
    change = begun("archive", documents, status="archived")
    documents[0].delete()
    assert bulk.work(change.pk, 0, 0).more
    adam.post(reverse("stop-bulk-change", args=[change.pk]))
    assert whole(change) == bulk.Turn()
    page = adam.get(reverse("bulk-change", args=[change.pk])).content.decode()
    assert "Adam Abbott stopped it. 0 of 3 documents were done before, 1 could not be changed; the" in page
    assert page.count("not done") == 2
    assert not DocumentChange.objects.exists()
    change.refresh_from_db()
    assert change.state == BulkChange.State.STOPPED


def test_tags_that_somebody_else_adds_meanwhile_are_kept(adam: Client) -> None:
    (document,) = rows(1)
    change = begun("add_tags", [document], tags=["new"])
    Document.objects.filter(pk=document.pk).update(tags=["theirs"])
    assert bulk._wanted(change, document) == {"tags": ["new", "theirs"]}


@pytest.mark.parametrize("lost", [{"is_staff": False}, {"is_active": False}])
def test_it_ends_with_the_right_of_whoever_began_it(adam: Client, lost: dict[str, bool]) -> None:
    change = begun("archive", rows(3), status="archived")
    assert bulk.work(change.pk, 0, 0).more
    get_user_model().objects.filter(pk=change.started_by_id).update(**lost)
    assert whole(change) == bulk.Turn()
    change.refresh_from_db()
    assert (change.state, change.reason) == (BulkChange.State.FAILED, bulk.NO_ADMIN)
    assert DocumentChange.objects.count() == 1


def test_what_was_chosen_is_kept_until_it_is_done(adam: Client) -> None:
    category = Category.objects.create(name="Orders")
    documents = rows(2)
    owner = get_user_model().objects.get()
    day = timezone.localdate()
    given = {"category": {"category": category}, "owner": {"owner": owner}, "review": {"review_by": day}}
    for action, values in {**given, "locale": {"locale": "en"}}.items():
        whole(begun(action, documents, **values))
    for one in Document.objects.all():
        assert (one.category, one.owner, one.review_by, one.locale) == (category, owner, day, "en")
    later = begun("category", documents, category=category)
    Document.objects.update(category=None)
    category.delete()
    whole(later)
    assert set(later.items.values_list("outcome", "told")) == {
        ("refused", "“Orders” is no longer there, so “category” can’t be set to it: choose another.")
    }


def test_documents_withdrawn_together_are_found_by_nobody_from_then_on(adam: Client) -> None:
    document = searchable()
    assert finds(QUESTION, Audience.PUBLIC)
    whole(begun("internal", [document], audience="internal"))
    assert not finds(QUESTION, Audience.PUBLIC) and finds(QUESTION, Audience.INTERNAL)
