"""Tickets of a throw-away desk whose drafts are asked for all at once, and what became of them."""

import itertools
import time
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test import Client

from support import requesting, tasks
from support.models import Customer, Draft, Message, Ticket

_counter = itertools.count(1)


def cookie() -> str:
    """Of an agent who is signed in."""
    fields = {"email": "bench@example.com", "name": "Bench", "is_staff": True, "is_superuser": True}
    agent = get_user_model().objects.get_or_create(email=fields["email"], defaults=fields)[0]
    client = Client()
    client.force_login(agent, "django.contrib.auth.backends.ModelBackend")
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def asked(number: int, questions: Sequence[str]) -> list[Ticket]:
    """Each with a customer's question, and no draft yet."""
    return [_asked(question) for question in itertools.islice(itertools.cycle(questions), number)]


def _asked(question: str) -> Ticket:
    customer = Customer.objects.create(name=f"Customer {next(_counter)}")
    ticket = Ticket.objects.create(customer=customer, subject=question)
    Message.objects.create(ticket=ticket, kind=Message.Kind.CUSTOMER, text=question)
    return ticket


def request_drafts(tickets: Sequence[Ticket]) -> None:
    """At once: every wake-up is sent when all are stored."""
    agent = get_user_model().objects.get(email="bench@example.com")
    with transaction.atomic():
        for ticket in tickets:
            tasks.wake(requesting.request_draft(ticket, ticket.messages.get(), by=agent))


def outcomes(tickets: Sequence[Ticket], seconds: float) -> dict[str, int]:
    """How many drafts ended how, when all have or the time is over."""
    unfinished = Draft.objects.filter(ticket__in=tickets, state__in=requesting.UNFINISHED)
    until = time.monotonic() + seconds
    while unfinished.exists() and time.monotonic() < until:
        connection.close()
        time.sleep(0.2)
    found: dict[str, int] = {}
    for state, outcome, writer in Draft.objects.filter(ticket__in=tickets).values_list(
        "state", "outcome", "written_by"
    ):
        name = " ".join(filter(None, (state, outcome, writer)))
        found[name] = found.get(name, 0) + 1
    return found


def questions(folder: Path) -> list[str]:
    """What the articles' own titles ask about."""
    titles = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))]
    heads = [next((line[2:] for line in text.splitlines() if line.startswith("# ")), "") for text in titles]
    return [f"{head.strip().rstrip('?')}: how does that work?" for head in heads if head]
