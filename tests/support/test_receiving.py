"""What a customer writes is kept, once, with a waiting draft."""

import subprocess
import sys
import threading
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from support import live
from support.models import Agent, Customer, Draft, Message, Ticket
from support.receiving import LONGEST_MESSAGE, receive_message
from tests.conftest import PATIENCE, ROOT, environment_for_a_process

pytestmark = pytest.mark.django_db


@pytest.fixture
def carol() -> Customer:
    return Customer.objects.create(name="Carol")


def test_first_message_opens_a_ticket_with_a_waiting_draft(carol: Customer) -> None:
    message = receive_message(carol, "  How long do refunds take?\r\nI paid by card. ", uuid4())
    ticket = message.ticket
    assert message.text == "How long do refunds take?\nI paid by card."
    assert (ticket.customer, ticket.subject) == (carol, "How long do refunds take? I paid by card.")
    draft = ticket.drafts.get()
    assert (draft.state, draft.up_to) == ("waiting", message)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("Where is it?", "Where is it?"),  # short enough to be its own subject
        ("Hello dear team,\n\n" + "I hope you are well. " * 6 + "Can I return it?", "Can I return it?"),
        ("Hi!\n\nThe lamp of my bike is broken. " + "It rained. " * 12, "The lamp of my bike is broken."),
        ("word " * 500, "word " * 19 + "word…"),  # one endless sentence is cut
    ],
)
def test_a_subject_says_what_is_asked(carol: Customer, text: str, subject: str) -> None:
    assert receive_message(carol, text, uuid4()).ticket.subject == subject


def test_long_message_makes_a_short_subject(carol: Customer) -> None:
    assert len(receive_message(carol, "word " * 500, uuid4()).ticket.subject) <= 100


def test_same_key_is_one_message(carol: Customer) -> None:
    key = uuid4()
    first = receive_message(carol, "Hello?", key)
    assert receive_message(carol, "Hello?", key) == first
    assert (Message.objects.count(), Ticket.objects.count(), Draft.objects.count()) == (1, 1, 1)


def test_second_message_moves_the_waiting_draft(carol: Customer) -> None:
    first = receive_message(carol, "Hello?", uuid4())
    second = receive_message(carol, "I mean refunds.", uuid4(), first.ticket)
    assert second.ticket == first.ticket
    assert first.ticket.drafts.get().up_to == second


def test_message_supersedes_a_ready_draft_and_leaves_one_being_written(carol: Customer) -> None:
    first = receive_message(carol, "Hello?", uuid4())
    drafts = first.ticket.drafts
    drafts.update(state=Draft.State.READY)
    second = receive_message(carol, "And?", uuid4(), first.ticket)
    assert sorted(drafts.values_list("state", flat=True)) == ["superseded", "waiting"]
    drafts.filter(up_to=second).update(state=Draft.State.WRITING)
    receive_message(carol, "Well?", uuid4(), first.ticket)
    assert sorted(drafts.values_list("state", flat=True)) == ["superseded", "waiting", "writing"]


def test_message_reopens_a_closed_ticket(carol: Customer) -> None:
    ticket = receive_message(carol, "Hello?", uuid4()).ticket
    ticket.close()
    receive_message(carol, "Still broken.", uuid4(), ticket)
    ticket.refresh_from_db()
    assert ticket.status == Ticket.Status.OPEN
    assert ticket.drafts.filter(state=Draft.State.WAITING).count() == 1


@pytest.mark.parametrize("text", ["", "  \n\t ", "\x00", "\x07\x08"])
def test_empty_message_is_refused_with_a_sentence(carol: Customer, text: str) -> None:
    with pytest.raises(ValidationError, match="Write a message first"):
        receive_message(carol, text, uuid4())
    assert not Ticket.objects.exists()


def test_too_long_message_is_refused_with_its_length(carol: Customer) -> None:
    receive_message(carol, "x" * LONGEST_MESSAGE, uuid4())
    with pytest.raises(ValidationError, match=r"10,001 characters"):
        receive_message(carol, "x" * (LONGEST_MESSAGE + 1), uuid4())


def test_what_cannot_be_stored_is_taken_out(carol: Customer) -> None:
    assert receive_message(carol, "a\x00b\ud800\x1b[31m\tc 🙂", uuid4()).text == "ab?[31m\tc 🙂"


def test_marks_that_turn_what_is_read_are_taken_out(carol: Customer) -> None:
    assert receive_message(carol, "Pay \u202e05\u202c euros?", uuid4()).text == "Pay 05 euros?"


def test_nobody_writes_into_anothers_ticket_or_under_anothers_key(carol: Customer) -> None:
    key = uuid4()
    theirs = receive_message(carol, "Hello?", key)
    stranger = Customer.objects.create(name="Mallory")
    with pytest.raises(ValidationError):
        receive_message(stranger, "Hi", uuid4(), theirs.ticket)
    with pytest.raises(ValidationError):
        receive_message(stranger, "Hi", key)
    assert Message.objects.count() == 1


def test_key_of_a_reply_is_no_customers_key(carol: Customer) -> None:
    ticket = receive_message(carol, "Hello?", uuid4()).ticket
    alice = Agent.objects.create_user("alice@example.com", name="Alice")
    reply = Message.objects.create(ticket=ticket, kind=Message.Kind.REPLY, author=alice, text="Yes")
    with pytest.raises(ValidationError):
        receive_message(carol, "Hello", reply.key, ticket)


@pytest.mark.django_db(transaction=True)
def test_double_click_at_the_same_moment_is_one_message(carol: Customer, valkey: object) -> None:
    key, barrier, found = uuid4(), threading.Barrier(6), []

    def send() -> None:
        try:
            barrier.wait()
            found.append(receive_message(carol, "Hello?", key).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 6 and len(set(found)) == 1
    assert (Message.objects.count(), Ticket.objects.count(), Draft.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_agents_and_the_customer_are_told(carol: Customer, valkey) -> None:
    message = receive_message(carol, "Hello?", uuid4())
    data = f'{{"message": {message.pk}, "ticket": {message.ticket_id}}}'
    for channel in (f"ticket-{message.ticket_id}", f"customer-{message.ticket_id}", live.INBOX):
        ((_, fields),) = valkey.xrange(f"live:{channel}")
        assert fields == {"event": "message", "data": data}


BROKER_IS_AWAY = """
import sys, django
django.setup()
from uuid import uuid4
from support.models import Customer
from support.receiving import receive_message
from support.tasks import wake
message = receive_message(Customer.objects.get(), "Hello?", uuid4())
wake(message.ticket.drafts.get())
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_message_is_stored_while_the_broker_is_away(carol: Customer) -> None:
    environment = environment_for_a_process(REDIS_URL="redis://127.0.0.1:9/0")
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-c", BROKER_IS_AWAY]
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert "The broker is away" in done.stderr
    assert Message.objects.get().text == "Hello?" and Draft.objects.get().state == "waiting"
