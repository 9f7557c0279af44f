"""A burst of messages is one draft: written when the customer has paused, and never later than a while."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from support import drafting, requesting, tasks
from support.models import Draft, Message
from tests import cast
from tests.conftest import Worker
from tests.gateway import Gateway
from tests.support.drafts import ask, draft_of, written

pytestmark = pytest.mark.django_db

PAUSE = timedelta(seconds=3)


@pytest.fixture(autouse=True)
def pause(settings) -> None:
    settings.DRAFT_DEBOUNCE_SECONDS = 3


def due_after(message: Message) -> timedelta:
    lease = draft_of(message).lease
    assert lease is not None
    return lease - message.created


def test_a_draft_is_due_when_the_customer_has_paused(valkey) -> None:
    message = ask("Hello?")
    assert due_after(message) == PAUSE
    assert drafting.claim(draft_of(message).pk) is None
    assert drafting.forgotten_drafts(timedelta(0)) == []
    Draft.objects.update(lease=timezone.now() - timedelta(seconds=1))
    assert drafting.forgotten_drafts(timedelta(seconds=30)) == [draft_of(message).pk]  # should nobody wake it
    assert drafting.claim(draft_of(message).pk)


def test_each_message_of_a_burst_puts_it_off_but_not_for_ever(valkey) -> None:
    first = ask("Hello?")
    second = ask("My bike is broken.", first)
    assert due_after(second) == PAUSE
    assert Draft.objects.count() == 1
    began = timezone.now() - timedelta(seconds=14)
    Draft.objects.update(created=began)
    third = ask("The battery, that is.", first)
    assert draft_of(third).lease == began + 5 * PAUSE
    Draft.objects.update(created=began - timedelta(seconds=5))
    fourth = ask("It is red.", first)
    assert draft_of(fourth).lease is None  # now
    assert Draft.objects.count() == 1


def test_a_burst_is_one_draft_with_all_of_it_in_the_prompt(articles, gateway: Gateway) -> None:
    first = ask("Hello, about my refund.")
    last = ask("How many days does it take after my parcel arrived?", first)
    Draft.objects.update(lease=timezone.now() - timedelta(seconds=1))
    draft = written(draft_of(last))
    assert draft.state == "ready" and len(gateway.completions) == 1
    assert "about my refund" in gateway.completions[0].prompt
    assert drafting.forgotten_drafts(timedelta(0)) == []


def test_what_an_agent_asks_for_is_not_put_off(valkey) -> None:
    message = ask("Hello?")
    draft = requesting.request_draft(message.ticket, message, by=cast.alice())
    assert draft.lease is None and drafting.claim(draft.pk)


def test_without_a_pause_every_message_is_drafted_at_once(valkey, settings) -> None:
    settings.DRAFT_DEBOUNCE_SECONDS = 0
    assert draft_of(ask("Hello?")).lease is None


@pytest.mark.django_db(transaction=True)
def test_the_wake_up_comes_when_the_draft_is_due(valkey, monkeypatch) -> None:
    sent: list[float | None] = []
    monkeypatch.setattr(
        tasks.write_draft, "apply_async", lambda args, kwargs, **more: sent.append(more.get("countdown"))
    )
    message = ask("Hello?")
    tasks.wake(draft_of(message))
    tasks.wake(requesting.request_draft(message.ticket, message, by=cast.alice()))
    (countdown, at_once) = sent
    assert countdown is not None and 0 < countdown <= 3.2
    assert at_once is None


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_writes_a_burst_once(
    article, worker: Worker, gateway: Gateway, eventually: Callable[..., float]
) -> None:
    article("refunds.md", "# Refunds\n\nWe refund you within 5 business days after the parcel has arrived.\n")
    worker.environment |= {"RELEVANCE_FLOOR": "0", "DRAFT_DEBOUNCE_SECONDS": "3"}
    worker.start()
    eventually(lambda: "ready" in worker.log)
    first = ask("Hello, about my refund.")
    second = ask("How many days does it take after the parcel arrived?", first)
    due = draft_of(second).lease
    for _ in range(2):
        tasks.wake(draft_of(second))
    eventually(lambda: Draft.objects.filter(state="ready").exists())
    draft = Draft.objects.get()
    assert len(gateway.completions) == 1 and draft.model_call.started >= due
    assert draft.up_to == second
