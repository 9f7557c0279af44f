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
from support.models.prompts import DryRun, PromptVersion
from support.models.tickets import Message, Ticket, TicketQuerySet
from support.models.triage import Priority, Tag, Triage, TriageDecision, TriageQuerySet

__all__ = [
    "Agent",
    "Citation",
    "Customer",
    "Draft",
    "DraftQuerySet",
    "DryRun",
    "Gap",
    "Message",
    "OfferedPassage",
    "PassageChoice",
    "Priority",
    "PromptVersion",
    "Sentence",
    "Tag",
    "Ticket",
    "TicketQuerySet",
    "Triage",
    "TriageDecision",
    "TriageQuerySet",
    "Verdict",
    "Widget",
    "new_token",
]
