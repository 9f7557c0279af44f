"""All of the desk's data that may go to the model gateway: the fields of `Material`, and nothing else. Pure.

A prompt is built of instructions and of one `Material`, so what is no field here can stand in none: no name
and no address of a customer, no id, no note, no subject, no agent, no reference of a document. What reaches
people in these texts is masked on its way out (`llm.masking`). docs/security.md has the list, tested.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from support.evidence import Offered

# Enough for what a customer means; older messages are left out first.
LONGEST_CONVERSATION = 12_000
LONGEST_MESSAGE = 4_000


@dataclass(frozen=True)
class Passage:
    """Of a document that customers may read."""

    number: int
    title: str
    heading: str
    text: str


@dataclass(frozen=True)
class PublicMessage:
    """What was said to the customer, or by them."""

    by_customer: bool
    text: str


@dataclass(frozen=True)
class Claim:
    """A sentence of a reply, and the numbers of the passages that it cites."""

    text: str
    cites: Sequence[int]


@dataclass(frozen=True)
class TagMeant:
    """A tag of the desk's own list, and what belongs to it."""

    name: str
    meaning: str


@dataclass(frozen=True)
class Material:
    passages: Sequence[Passage] = ()
    known_passages: Sequence[int] = ()  # found again: their numbers
    messages: Sequence[PublicMessage] = ()
    agent_text: str = ""  # to be rewritten
    claims: Sequence[Claim] = ()
    tags: Sequence[TagMeant] = ()
    language: str = ""  # by its name


def public(offered: Iterable[Offered]) -> list[Passage]:
    """What passages are to the model: they come through the gate of what customers may read."""
    return [Passage(one.number, one.title, one.heading, one.text) for one in offered]


def recent(messages: Sequence[PublicMessage]) -> list[PublicMessage]:
    """The last that fit; the very last one always."""
    kept: list[PublicMessage] = []
    room = LONGEST_CONVERSATION
    for message in reversed(messages):
        room -= min(len(message.text), LONGEST_MESSAGE)
        if kept and room < 0:
            break
        kept.insert(0, message)
    return kept
