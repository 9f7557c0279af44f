"""Sending while others work on the same rows: nobody waits in a circle, no agent meets an error."""

import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from kb.models import Document, Passage
from support.models import Message, Ticket, Verdict
from support.sending import Conflict, UsedAlready, add_note, send_reply
from tests import cast
from tests.conftest import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)

TERM = "You can return a bicycle within 30 days."


@pytest.fixture
def source() -> Passage:
    return cast.passage(TERM, title="Returns")


@pytest.fixture
def ticket() -> Ticket:
    return cast.ask("Can I send it back?").ticket


@contextmanager
def beside(work: Callable[[], Any]) -> Iterator[list[Any]]:
    """Work in a connection of its own, which waits for a lock of ours by the time that this goes on."""
    outcome: list[Any] = []

    def run() -> None:
        try:
            outcome.append(work())
        except Exception as error:
            outcome.append(error)
        finally:
            connection.close()

    def waits() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT bool_or(pg_backend_pid() = ANY(pg_blocking_pids(pid))) FROM pg_locks")
            return bool(cursor.fetchone()[0])

    thread = threading.Thread(target=run)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not waits():
        assert thread.is_alive(), f"nothing to wait for: {outcome}"
        assert time.monotonic() < until
        time.sleep(0.01)
    yield outcome


def sender(ticket: Ticket, source: Passage, **more: Any) -> Callable[[], Message]:
    draft = cast.draft(ticket, [(TERM, Verdict.MATCHES, [(1, source, TERM)])])
    alice, last = cast.alice(), ticket.last_public_message().pk
    return lambda: send_reply(ticket, alice, TERM, more.get("key", uuid.uuid4()), last, draft)


def after(outcome: list[Any]) -> Any:
    until = time.monotonic() + PATIENCE
    while not outcome:
        assert time.monotonic() < until
        time.sleep(0.01)
    return outcome[0]


def test_an_article_may_be_edited_while_a_reply_from_it_is_sent(ticket, source) -> None:
    """Whoever edits holds the document, then takes its passages: sending must hold none of them meanwhile."""
    send = sender(ticket, source)
    with transaction.atomic():
        Document.objects.select_for_update().get(pk=source.document_id)
        with beside(send) as outcome:
            Passage.objects.filter(pk=source.pk).select_for_update(nowait=True).get()
            Passage.objects.filter(pk=source.pk).delete()
    assert isinstance(after(outcome), Conflict)
    assert "“Returns” was changed or withdrawn" in str(outcome[0])


def test_a_sender_that_met_another_in_a_circle_sends_all_the_same(ticket, source) -> None:
    send = sender(ticket, source)
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL deadlock_timeout = '10min'")  # the sender is the one that gives way
        Document.objects.select_for_update().get(pk=source.document_id)
        with beside(send) as outcome:
            Ticket.objects.select_for_update().get(pk=ticket.pk)
    assert isinstance(after(outcome), Message), outcome
    assert ticket.messages.filter(kind=Message.Kind.REPLY).count() == 1


def test_a_key_that_is_being_used_for_another_ticket_is_refused_in_words(ticket, source) -> None:
    key, other = uuid.uuid4(), cast.ask("Where is it?").ticket
    send = sender(ticket, source, key=key)
    with transaction.atomic():
        add_note(other, cast.alice(), "Check first.", key)
        with beside(send) as outcome:
            pass
    assert isinstance(after(outcome), UsedAlready), outcome
    assert not ticket.messages.filter(kind=Message.Kind.REPLY).exists()
