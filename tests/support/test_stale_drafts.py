"""A ready draft that was overtaken, or whose evidence has changed, says so; the desk hears of it once."""

from collections.abc import Callable

import pytest

from kb import ingest
from kb.models import Audience, Document
from support import live, requesting, staleness, tasks
from support.models import Draft, Message
from tests import cast
from tests.gateway import Gateway
from tests.support.conftest import PASSWORD, REFUNDS
from tests.support.drafts import ask, draft_of, written

pytestmark = pytest.mark.django_db

ASKED = "How many days does a refund take after my parcel arrived?"


@pytest.fixture
def ready(articles, gateway: Gateway) -> Draft:
    """It cites the first passage of the refunds, and was offered others."""
    gateway.enqueue("You get it within 5 business days [1].")
    return written(draft_of(ask(ASKED)))


def edit(article: Callable[..., Document]) -> None:
    article("refunds.md", REFUNDS.replace("5 business days", "30 days"))


def unpublish(article: Callable[..., Document]) -> None:
    Document.objects.filter(reference="refunds.md").update(status=Document.Status.UNPUBLISHED)


def withhold(article: Callable[..., Document]) -> None:
    Document.objects.filter(reference="refunds.md").update(audience=Audience.INTERNAL)


def delete(article: Callable[..., Document]) -> None:
    ingest.delete(Document.objects.get(reference="refunds.md"))


@pytest.mark.parametrize(
    ("happens", "says"),
    [
        (edit, "“Refunds” was changed since."),
        (unpublish, "“Refunds” is no longer published."),
        (withhold, "“Refunds” is internal now: customers can’t read it."),
        (delete, "“Refunds” was deleted since."),
    ],
)
def test_a_draft_whose_evidence_changed_says_what_happened(
    ready: Draft, article, happens: Callable, says: str
) -> None:
    assert staleness.stale(ready) == []
    happens(article)
    assert staleness.stale(ready) == [says]
    staleness.find_stale()  # or in the transaction that changed it
    ready.refresh_from_db()
    assert ready.stale_since is not None and ready.state == "ready"
    assert staleness.find_stale() == []  # told once


def test_a_passage_that_was_offered_and_not_cited_may_change(ready: Draft, article) -> None:
    offered = {row.reference for row in ready.offered.all()}
    assert "password.md" in offered
    article("password.md", PASSWORD.replace("12", "16"))
    article("refunds.md", REFUNDS.replace("14 days", "21 days"))  # another section of the cited article
    assert staleness.stale(ready) == [] and staleness.find_stale() == []


def test_evidence_that_is_back_is_not_stale(ready: Draft, article) -> None:
    unpublish(article)
    staleness.find_stale()
    Document.objects.update(status=Document.Status.PUBLISHED)
    ready.refresh_from_db()
    assert staleness.stale(ready) == []


def test_a_customer_who_goes_on_makes_a_draft_stale(ready: Draft) -> None:
    Message.objects.create(ticket=ready.ticket, kind="note", text="VIP")
    assert staleness.stale(ready) == []
    Message.objects.create(ticket=ready.ticket, kind="customer", text="And abroad?")
    assert staleness.stale(ready) == ["The customer has written since."]


@pytest.mark.parametrize("state", ["sent", "dismissed", "superseded", "failed", "waiting"])
def test_only_a_ready_draft_is_stale(ready: Draft, article, state: str) -> None:
    unpublish(article)
    Draft.objects.update(state=state)
    ready.refresh_from_db()
    assert staleness.stale(ready) == [] and staleness.find_stale() == []


def test_nobody_is_told_of_a_draft_in_a_closed_ticket(ready: Draft, article) -> None:
    unpublish(article)
    type(ready.ticket).objects.update(status="closed")
    assert staleness.find_stale() == []


def test_open_pages_are_told_of_a_stale_draft_once(ready: Draft, article, monkeypatch) -> None:
    told: list[tuple[str, str]] = []
    monkeypatch.setattr(live, "publish", lambda channel, event, data: told.append((channel, event)))
    tasks.tell_stale_drafts()
    assert not told
    unpublish(article)
    tasks.tell_stale_drafts()
    tasks.tell_stale_drafts()
    assert told == [(f"ticket-{ready.ticket_id}", "ticket"), ("inbox", "ticket")]


def test_a_draft_written_again_stands_on_what_is_there_now(ready: Draft, article, gateway: Gateway) -> None:
    edit(article)
    gateway.enqueue("You get it within 30 days [1].")
    again = written(requesting.request_draft(ready.ticket, ready.up_to, by=cast.alice()))
    assert again.state == "ready" and staleness.stale(again) == []
    assert again.sentences.get().verdict == "matches"


def test_looking_for_stale_drafts_is_one_query(ready: Draft, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        staleness.find_stale()
