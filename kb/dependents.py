"""Who rests on the documents' text tells what would go with it. The apps above register at the start.

Nothing here knows what a reply is: `support` says how many cite a text, and is told when one went.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractUser

    from kb.models import Document, PassageQuerySet


@dataclass(frozen=True)
class Place:
    """Where something cites a text, as a link for who may see it."""

    url: str
    label: str
    what: str


@dataclass(frozen=True)
class Impact:
    """How many open drafts and how many replies of late cite a text, and where some of them are."""

    drafts: int = 0
    replies: int = 0
    places: Sequence[Place] = ()
    places_in_all: int = 0

    def __bool__(self) -> bool:
        return bool(self.drafts or self.replies)

    def __str__(self) -> str:
        if not self:
            return "No open draft and no reply of the last 30 days cites text that goes."
        return f"{self.who} {self.cites} text that goes."

    @property
    def who(self) -> str:
        replies = f"{self.replies} repl{'y' if self.replies == 1 else 'ies'} of the last 30 days"
        drafts = f"{self.drafts} open draft{'' if self.drafts == 1 else 's'}"
        return " and ".join(one for one, number in ((drafts, self.drafts), (replies, self.replies)) if number)

    @property
    def cites(self) -> str:
        return "cites" if self.drafts + self.replies == 1 else "cite"

    @property
    def shown(self) -> str:
        """What a page sends back once it was confirmed; see `is_covered`."""
        return f"{self.drafts} {self.replies}"

    def is_covered(self, shown: str) -> bool:
        """Nothing rests on the text, or a page has shown at least as much as there is now."""
        if not self:
            return True
        drafts, _, replies = shown.partition(" ")
        seen = [int(one) if one.isdecimal() and len(one) < 10 else -1 for one in (drafts, replies)]
        return seen[0] >= self.drafts and seen[1] >= self.replies

    @property
    def more(self) -> int:
        return self.places_in_all - len(self.places)

    def __add__(self, other: Impact) -> Impact:
        return Impact(
            self.drafts + other.drafts,
            self.replies + other.replies,
            [*self.places, *other.places],
            self.places_in_all + other.places_in_all,
        )


class Dependents(Protocol):
    def impact(self, passages: PassageQuerySet, viewer: AbstractUser) -> Impact:
        """Of these passages' going; the links are those that the viewer may open."""

    def cited(self, document: Document) -> Collection[int]:
        """The ids of its revisions that what was sent cites: they are kept when it is deleted."""

    def withdrawn(self, documents: Collection[int]) -> None:
        """Called in the transaction that withdraws text of theirs, after it is withdrawn."""

    def citations(self, since: datetime) -> Mapping[int, int]:
        """How many replies since then cite a document, by its id; those that none cites are left out."""

    def asked(self, viewer: AbstractUser) -> Sequence[str]:
        """What customers asked of late, as far as the viewer may read it, the newest first."""


_registered: list[Dependents] = []


def register(dependents: Dependents) -> None:
    if dependents not in _registered:
        _registered.append(dependents)


def impact(passages: PassageQuerySet, viewer: AbstractUser) -> Impact:
    return sum((one.impact(passages, viewer) for one in _registered), Impact())


def cited(document: Document) -> set[int]:
    return {pk for one in _registered for pk in one.cited(document)}


def citations(since: datetime) -> Counter[int]:
    found: Counter[int] = Counter()
    for one in _registered:
        found.update(one.citations(since))
    return found


def asked(viewer: AbstractUser) -> list[str]:
    return [question for one in _registered for question in one.asked(viewer)]


def withdrawn(documents: Collection[int]) -> None:
    for one in _registered:
        one.withdrawn(documents)
