"""People, tickets, drafts and what they rest on: each word of the glossary kept here is one class."""

from support.models.drafts import (
    Citation,
    Draft,
    DraftQuerySet,
    Gap,
    OfferedPassage,
    PassageChoice,
    Sentence,
    Verdict,
)
from support.models.people import Agent, Customer, Widget, new_token
from support.models.tickets import Message, Ticket, TicketQuerySet

__all__ = [
    "Agent",
    "Citation",
    "Customer",
    "Draft",
    "DraftQuerySet",
    "Gap",
    "Message",
    "OfferedPassage",
    "PassageChoice",
    "Sentence",
    "Ticket",
    "TicketQuerySet",
    "Verdict",
    "Widget",
    "new_token",
]
