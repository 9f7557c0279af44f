"""Fill an empty desk with a fictional company: help center, agents, tags and open tickets. Safe to run twice.

What is there already is never touched: a document keeps its text, an agent who has signed in keeps the
password, and what was deleted afterwards stays away. The file of logins is written last; while it stands,
there is nothing to do.
"""

import os
import secrets
import tomllib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from kb.importing import Found, Imported, import_files
from kb.leases import WORKING
from kb.locks import in_turn
from kb.models import Audience, Document
from support.models import Agent, Customer, Message, Tag, Ticket, Widget
from support.receiving import receive_message
from support.sending import record_earlier_reply

CONTENT = settings.BASE_DIR / "demo"
COMPANY = "wrenmoor.example"
PEOPLE = [("Ada Moreau", True), ("Alice Berger", False), ("Bruno Costa", False)]
KEYS = uuid.UUID("6f1d2a0e-7c55-4a53-9c1e-0d8a3b5e42c1")  # a message's key is made from this and its number
TURN = "the demo company"  # two runs at once would make everything twice

Progress = Callable[[Imported], None]


@dataclass(frozen=True)
class Loaded:
    """What a run did. Neither flag set: everything was there already."""

    refused: bool = False
    documents: Sequence[Imported] = ()
    tickets: int = 0


def load(progress: Progress, *, only_if_empty: bool = False) -> Loaded:
    """`only_if_empty`: leave a desk alone that has agents or documents, unless they came from here."""
    if logins_file().exists():
        return Loaded()
    with in_turn(TURN):
        if only_if_empty and _belongs_to_somebody():
            return Loaded(refused=True)
        logins = _people_and_widget()
        documents, tickets = _content(progress)
        _write_logins(logins)
    return Loaded(documents=documents, tickets=tickets)


def logins_file() -> Path:
    path: Path = settings.DATA / "demo-logins.txt"
    return path


def _belongs_to_somebody() -> bool:
    from_here = Widget.objects.filter(name=Widget.DEMO).exists()
    return not from_here and (Agent.objects.exists() or Document.objects.exists())


@transaction.atomic
def _people_and_widget() -> list[str]:
    """A line for each login. Nobody knows a password yet that a killed run has made: it is made again."""
    Widget.objects.get_or_create(name=Widget.DEMO, defaults={"greeting": "Hello. What can we help you with?"})
    lines = []
    for name, is_admin in PEOPLE:
        email = f"{name.split()[0].lower()}@{COMPANY}"
        fresh = Agent(email=email, name=name, is_staff=is_admin, is_superuser=is_admin)
        agent = Agent.objects.filter(email=email).first() or fresh
        password = "(the password it has)" if agent.last_login else agent.give_new_password()
        lines.append(f"{'admin' if agent.is_staff else 'agent'}  {agent.name:<13} {email:<24} {password}")
    return lines


def _content(progress: Progress) -> tuple[Sequence[Imported], int]:
    """Documents first: a draft written before them finds nothing. Once there are tickets, both are done."""
    if Message.objects.filter(key=_key(0)).exists():
        return [], 0
    documents = [
        *import_files(_missing("articles"), Audience.PUBLIC, progress=progress),
        *import_files(_missing("internal"), Audience.INTERNAL, progress=progress),
    ]
    return documents, _tickets()


def _missing(folder: str) -> list[Found]:
    """The files whose name no document has, or whose document a killed run has left half read."""
    found = [Found(path, path.name) for path in sorted((CONTENT / folder).iterdir())]
    read = Document.objects.filter(current__isnull=False).exclude(state__in=WORKING)
    done = set(read.values_list("reference", flat=True))
    return [file for file in found if file.reference not in done]


@transaction.atomic
def _tickets() -> int:
    """All or none, each with its waiting draft. Then they are given their age."""
    now = timezone.now()
    numbers = iter(range(1000))
    content = tomllib.loads((CONTENT / "tickets.toml").read_text("utf-8"))
    for tag in content["tags"]:
        Tag.objects.get_or_create(name__iexact=tag["name"], defaults=tag)
    told = content["tickets"]
    for one in sorted(told, key=lambda one: -one["messages"][-1]["hours_ago"]):
        customer = Customer.objects.create(**one["customer"])
        ticket: Ticket | None = None
        for message in one["messages"]:
            ticket = _message(customer, ticket, message, next(numbers), now)
        if ticket and "subject" in one:
            Ticket.objects.filter(pk=ticket.pk).update(subject=one["subject"])
    return len(told)


def _message(
    customer: Customer, ticket: Ticket | None, told: dict[str, Any], number: int, now: datetime
) -> Ticket:
    if ticket and told["from"] == "agent":
        alice = Agent.objects.get(email=f"alice@{COMPANY}")
        message = record_earlier_reply(ticket, alice, told["text"].strip(), _key(number))
    else:
        message = receive_message(customer, told["text"], _key(number), ticket)
    written = now - timedelta(hours=told["hours_ago"])
    Message.objects.filter(pk=message.pk).update(created=written)
    Ticket.objects.filter(pk=message.ticket_id).update(updated=written)
    if ticket is None:
        Ticket.objects.filter(pk=message.ticket_id).update(created=written)
    return message.ticket


def _key(number: int) -> uuid.UUID:
    return uuid.uuid5(KEYS, str(number))


def _write_logins(lines: list[str]) -> None:
    """Whole or not at all, and for nobody else's eyes."""
    path = logins_file()
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
