"""Real drafts workers on a real broker, killed as the kernel kills: nothing lost, nothing asked twice."""

import time
from collections.abc import Callable
from uuid import uuid4

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from llm.models import ModelCall
from support import leases
from support.models import Customer, Draft, Message
from support.receiving import receive_message
from support.tasks import wake
from tests.conftest import Worker
from tests.gateway import Gateway, Reply

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

ARTICLE = """# Refunds

We refund you within 5 business days after the parcel has arrived at our warehouse.
"""
WORKER = "worker"  # what PostgreSQL knows its connections by
QUESTION = "How many days does a refund take after my parcel arrived at the warehouse?"


@pytest.fixture
def question(article: Callable[..., object]) -> Callable[[], Message]:
    article("refunds.md", ARTICLE)

    def ask() -> Message:
        message = receive_message(Customer.objects.create(name="Carol"), QUESTION, uuid4())
        wake(message.ticket.drafts.get())
        return message

    return ask


@pytest.fixture(autouse=True)
def any_relevance(monkeypatch: pytest.MonkeyPatch, worker: Worker) -> None:
    worker.environment["RELEVANCE_FLOOR"] = "0"


def test_draft_is_written_as_soon_as_the_message_is_there(
    worker: Worker, question: Callable, gateway: Gateway, eventually: Callable
) -> None:
    worker.start(beat=False)  # which would find it by itself a while later
    question()  # the first one loads the models
    eventually(lambda: Draft.objects.filter(state="ready").exists())
    gateway.enqueue("Within 5 business days [1].")
    message = question()
    eventually(lambda: Draft.objects.filter(state="ready").count() == 2)
    assert message.ticket.drafts.get().text == "Within 5 business days."
    assert len(gateway.completions) == 2


def test_killed_worker_s_draft_is_finished_by_the_next_after_its_lease_and_asked_for_once_more(
    worker: Worker, question: Callable, gateway: Gateway, eventually: Callable
) -> None:
    gateway.enqueue(Reply("word " * 400, delay=0.1), "Within 5 business days [1].")
    worker.start()
    question()
    eventually(lambda: len(gateway.completions) == 1)
    time.sleep(1)
    assert Draft.objects.get().state == "writing"
    worker.kill()
    lease = Draft.objects.get().lease
    assert lease and lease - timezone.now() <= leases.LEASE  # and nobody renews it now
    worker.start()
    eventually(lambda: worker.log.count(" ready.") == 2)  # a worker is there again
    eventually(lambda: Draft.objects.filter(state="ready").exists())
    draft = Draft.objects.get()
    assert (draft.text, draft.attempts) == ("Within 5 business days.", 2)
    time.sleep(3)  # nothing comes after
    assert len(gateway.completions) == 2
    assert sorted(ModelCall.objects.values_list("outcome", flat=True)) == ["complete", "started"]


def test_a_lease_and_two_looks_of_beat_s_take_less_than_15_seconds() -> None:
    """How long a dead worker's draft waits for a living one; how long the writing takes is the machine's."""
    look = settings.CELERY_BEAT_SCHEDULE["offer-forgotten-drafts"]["schedule"]
    assert leases.LEASE.total_seconds() + 2 * look < 15


def test_draft_outlives_the_loss_of_every_database_connection(
    worker: Worker, question: Callable, gateway: Gateway, eventually: Callable
) -> None:
    answer = "Within 5 business days [1]."
    gateway.enqueue(Reply(pieces=list(answer), delay=0.05), answer)
    worker.environment["PGAPPNAME"] = WORKER
    worker.start()
    question()
    eventually(lambda: len(gateway.completions) == 1)
    until = time.monotonic() + 3  # the answer is complete before, and there is no way to store it
    while time.monotonic() < until:
        terminate_connections()
        time.sleep(0.01)
    eventually(lambda: Draft.objects.filter(state="ready").exists())
    draft = Draft.objects.get()
    assert (draft.text, draft.sentences.count()) == ("Within 5 business days.", 1)
    assert len(gateway.completions) <= 2, worker.log


def terminate_connections() -> None:
    """All of the worker's, as when the database fails over."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = %s",
            [WORKER],
        )


def test_broker_that_lost_everything_loses_no_draft(
    worker: Worker, question: Callable, gateway: Gateway, valkey: "redis.Redis", eventually: Callable
) -> None:
    for _ in range(5):
        question()
    valkey.flushdb()
    worker.start()
    eventually(lambda: Draft.objects.filter(state="ready").count() == 5)
    time.sleep(2.5)
    assert len(gateway.completions) == 5


def test_message_delivered_many_times_is_one_draft_and_one_call(
    worker: Worker, question: Callable, gateway: Gateway, eventually: Callable
) -> None:
    gateway.enqueue(Reply("Within 5 business days [1].", delay=0.3))
    message = question()
    draft = message.ticket.drafts.get()
    for _ in range(20):
        wake(draft)
    worker.start()
    eventually(lambda: Draft.objects.filter(state="ready").exists())
    time.sleep(1)
    assert len(gateway.completions) == 1


def test_writing_holds_no_database_connection(
    worker: Worker, question: Callable, gateway: Gateway, eventually: Callable
) -> None:
    gateway.enqueue(*[Reply("word " * 40, delay=0.2) for _ in range(8)])
    for _ in range(8):
        question()
    worker.start()
    eventually(lambda: len(gateway.completions) == 8)
    time.sleep(1)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND state <> 'idle'"
        )
        (busy,) = cursor.fetchone()
    assert busy <= 1
    eventually(lambda: Draft.objects.filter(state="ready").count() == 8)
