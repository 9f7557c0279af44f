"""The people of every test, and rows made directly: Alice is an agent, Adam an admin, Carol a customer.

Tests of the pipeline itself go through its own doors; these are for pages that show what it stored.
"""

import functools
import itertools
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.utils import timezone
from pgvector import SparseVector

from kb.models import LEXICAL_DIMENSIONS, Audience, Document, Passage, Revision
from support.models import (
    Agent,
    Citation,
    Customer,
    Draft,
    Message,
    OfferedPassage,
    Sentence,
    Ticket,
    Verdict,
)

PASSWORD = "correct-horse-battery"
counter = itertools.count(1)


def alice(**fields: Any) -> Agent:
    return _agent("alice@example.com", name="Alice Archer", **fields)


def adam(**fields: Any) -> Agent:
    return _agent("adam@example.com", name="Adam Abbott", is_staff=True, is_superuser=True, **fields)


def carol(**fields: Any) -> Customer:
    return Customer.objects.create(**{"name": "Carol Cole", "email": "carol@example.com", **fields})


def ask(text: str, customer: Customer | None = None, ticket: Ticket | None = None, **fields: Any) -> Message:
    """A message from a customer, in a ticket."""
    if ticket is None:
        subject = fields.pop("subject", text[:80])
        ticket = Ticket.objects.create(customer=customer or carol(), subject=subject, **fields)
    ticket.updated = timezone.now()
    ticket.save(update_fields=["updated"])
    return Message.objects.create(ticket=ticket, kind=Message.Kind.CUSTOMER, text=text)


def passage(text: str, title: str = "Returns", heading: str = "", **fields: Any) -> Passage:
    """A published document of one passage."""
    number = next(counter)
    document = Document.objects.create(
        **{
            "reference": f"article-{number}-{uuid.uuid4().hex[:8]}.md",
            "title": title,
            "locale": "en",
            "audience": Audience.PUBLIC,
            "state": Document.State.SEARCHABLE,
            "file": "documents/none",
            "file_hash": uuid.uuid4().hex,
            **fields,
        }
    )
    revision = Revision.objects.create(
        document=document,
        number=1,
        title=title,
        text=text,
        file="documents/none",
        file_hash=document.file_hash,
    )
    document.current = revision
    document.save(update_fields=["current"])
    return Passage.objects.create(
        document=document,
        revision=revision,
        position=0,
        heading=heading,
        text=text,
        start=0,
        end=len(text),
        content_hash=uuid.uuid4().hex,
        weights=SparseVector({1: 1.0}, LEXICAL_DIMENSIONS),
        lexemes="",
        length=len(text.split()),
    )


Said = tuple[str, Verdict, Sequence[tuple[int, Passage, str]]]


def draft(ticket: Ticket, said: Sequence[Said] = (), **fields: Any) -> Draft:
    """A ready draft of these sentences, each with its verdict and its citations: number, passage, quote."""
    text = " ".join(sentence for sentence, _, _ in said)
    up_to = ticket.last_public_message()
    made = Draft.objects.create(
        **{
            "ticket": ticket,
            "up_to": up_to,
            "state": Draft.State.READY,
            "outcome": Draft.Outcome.ANSWER,
            "written_by": Draft.Writer.MODEL,
            "text": text,
            "finished": timezone.now(),
            **fields,
        }
    )
    end = 0
    for position, (sentence, verdict, citations) in enumerate(said):
        start = text.index(sentence, end)
        end = start + len(sentence)
        row = Sentence.objects.create(
            draft=made, position=position, text=sentence, start=start, end=end, verdict=verdict
        )
        for number, source, quote in citations:
            _cite(row, number, source, quote)
            if not made.offered.filter(number=number).exists():
                offer(made, number, source)
    return made


def offer(draft: Draft, number: int, source: Passage, **fields: Any) -> OfferedPassage:
    """The passage as it stands now, offered to the draft's writer under this number."""
    return OfferedPassage.objects.create(
        **{
            "draft": draft,
            "number": number,
            "passage": source,
            "revision": source.revision,
            "reference": source.document.reference,
            "title": source.document.title,
            "heading": source.heading,
            "text": source.text,
            "start": source.start,
            "locale": source.document.locale,
            "content_hash": source.content_hash,
            **fields,
        }
    )


def _cite(sentence: Sentence, number: int, source: Passage, quote: str) -> Citation:
    start = source.start + source.text.index(quote)
    return Citation.objects.create(
        sentence=sentence,
        number=number,
        passage=source,
        revision=source.revision,
        title=source.document.title,
        heading=source.heading,
        quote=quote,
        start=start,
        end=start + len(quote),
    )


def earlier(ticket: Ticket, **ago: float) -> None:
    """As if the ticket had last changed so long ago."""
    ticket.updated = timezone.now() - timedelta(**ago)
    ticket.save(update_fields=["updated"])


def _agent(email: str, **fields: Any) -> Agent:
    found = Agent.objects.filter(email=email).first()
    return found or Agent.objects.create(email=email, password=_hashed(), **fields)


@functools.cache
def _hashed() -> str:
    """Once, because it is meant to be slow."""
    return make_password(PASSWORD)
