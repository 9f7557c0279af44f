"""The drafts worker's doors: load, one verb, and a wake-up for what waits next."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from llm.models import ModelCall
from support import tasks
from support.models import Customer, Draft
from support.receiving import receive_message

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(valkey: object) -> Draft:
    return receive_message(Customer.objects.create(name="Carol"), "Refund?", uuid4()).ticket.drafts.get()


def queued(valkey) -> int:
    return valkey.llen("drafts")


@pytest.mark.django_db(transaction=True)
def test_wake_up_is_a_message_in_the_drafts_queue(draft: Draft, valkey) -> None:
    tasks.wake(draft)
    assert queued(valkey) == 1


def test_draft_without_articles_is_stored_as_cannot_answer(draft: Draft) -> None:
    tasks.write_draft(draft.pk)
    draft.refresh_from_db()
    assert (draft.state, draft.outcome, draft.text) == ("ready", "cannot_answer", "")
    assert "Refund?" in draft.reason


def test_unknown_or_taken_draft_is_nobodys_business(draft: Draft) -> None:
    tasks.write_draft(10**9)
    Draft.objects.update(state=Draft.State.DISMISSED)
    tasks.write_draft(draft.pk)
    draft.refresh_from_db()
    assert draft.state == "dismissed"


def test_forgotten_draft_is_offered_again(draft: Draft, valkey) -> None:
    Draft.objects.update(created=timezone.now() - timedelta(seconds=10))
    tasks.offer_forgotten_drafts()
    assert queued(valkey) == 1


def test_fresh_draft_and_one_that_is_not_due_are_not_offered(draft: Draft, valkey) -> None:
    tasks.offer_forgotten_drafts()
    later = timezone.now() + timedelta(seconds=30)
    Draft.objects.update(created=timezone.now() - timedelta(seconds=10), lease=later)
    tasks.offer_forgotten_drafts()
    assert queued(valkey) == 0


def test_lost_calls_are_closed(settings, valkey) -> None:
    long_ago = timezone.now() - timedelta(seconds=settings.LLM_CALL_TIMEOUT + 60)
    call = ModelCall.objects.create(feature="draft", model="glm-4.5", gateway="x", started=long_ago)
    tasks.offer_forgotten_drafts()
    call.refresh_from_db()
    assert call.outcome == "abandoned"
