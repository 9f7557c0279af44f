"""Take in what a customer writes: message, waiting draft and triage in one transaction, the same key once.

When most of a budget is used, no draft waits: an agent asks for one.

The door that calls this wakes the drafts worker (`support.tasks.wake`, `wake_triage`); if it cannot, both
wait for the next look at forgotten ones, and nothing is lost.
"""

import unicodedata
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import Truncator

from kb.plain import encodable
from support import live, requesting, sentences, triage
from support.models import Customer, Message, Ticket
from support.rendering import without_turning

LONGEST_MESSAGE = 10_000
SUBJECT_LENGTH = 100
# Less than this is a greeting.
SHORTEST_SUBJECT = 25


def receive_message(customer: Customer, text: str, key: UUID, ticket: Ticket | None = None) -> Message:
    """A closed ticket is open again; without a ticket a new one begins.

    Raises ValidationError, with a sentence for the customer, for what cannot be taken.
    """
    text = _readable(text)
    try:
        with transaction.atomic():
            return _known(customer, key) or _store(customer, text, key, ticket)
    except IntegrityError:
        # The same form a second time, while the first was being stored.
        if known := _known(customer, key):
            return known
        raise


def _readable(text: str) -> str:
    """Without what cannot be stored or seen; a message has something in it, and an end."""
    text = without_turning(encodable(text.replace("\r\n", "\n")))
    text = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
    if not text:
        raise ValidationError("Write a message first.", code="empty")
    if len(text) > LONGEST_MESSAGE:
        raise ValidationError(
            f"This message has {len(text):,} characters; at most {LONGEST_MESSAGE:,} can be sent at once.",
            code="too_long",
        )
    return text


def _known(customer: Customer, key: UUID) -> Message | None:
    known = Message.objects.filter(key=key).select_related("ticket").first()
    if known and (known.kind != Message.Kind.CUSTOMER or known.ticket.customer_id != customer.pk):
        raise ValidationError("This message cannot be sent again. Reload the page.", code="foreign_key")
    return known


def _store(customer: Customer, text: str, key: UUID, ticket: Ticket | None) -> Message:
    ticket = _own_ticket(customer, ticket) if ticket else _new_ticket(customer, text)
    message = Message.objects.create(ticket=ticket, kind=Message.Kind.CUSTOMER, text=text, key=key)
    reopened = ticket.status == Ticket.Status.CLOSED
    ticket.status, ticket.updated = Ticket.Status.OPEN, timezone.now()
    ticket.save(update_fields=["status", "updated"])
    if requesting.ahead_of_time():
        requesting.request_draft(ticket, message)
    triage.ask(ticket, message)
    transaction.on_commit(lambda: _announce(message, reopened))
    return message


def _own_ticket(customer: Customer, ticket: Ticket) -> Ticket:
    """Locked, so that a reply that is being sent sees this message or comes before it."""
    own = Ticket.objects.select_for_update().filter(pk=ticket.pk, customer=customer).first()
    if own is None:
        raise ValidationError("This conversation is not yours.", code="foreign_ticket")
    return own


def _new_ticket(customer: Customer, text: str) -> Ticket:
    return Ticket.objects.create(customer=customer, subject=_subject(text))


def _subject(text: str) -> str:
    """A short message itself; of a longer one the first question, or what comes after the greeting."""
    whole = " ".join(text.split())
    if len(whole) <= SUBJECT_LENGTH:
        return whole
    said = [" ".join(text[span.start : span.end].split()) for span in sentences.split(text)]
    asked = [one for one in said if one.endswith(("?", "？", "؟"))]
    told = [one for one in said if len(one) >= SHORTEST_SUBJECT]
    return Truncator((asked or told or [whole])[0]).chars(SUBJECT_LENGTH)


def _announce(message: Message, reopened: bool) -> None:
    ticket = message.ticket_id
    data = {"message": message.pk, "ticket": ticket}
    for channel in (live.ticket_channel(ticket), live.customer_channel(ticket), live.INBOX):
        live.publish(channel, "message", data)
    if reopened:
        live.ticket_changed(ticket)
