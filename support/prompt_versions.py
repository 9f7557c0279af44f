"""Which prompts are in force, and their versions: written by admins, put live and taken back, never deleted.

Read with each call, so that a change is in force at once, in every process. What is in force has a name that
the ledger and the draft keep: "reply-3" is built in, "reply-v4" is an admin's, "+house-3.2" the house's rules
in the second frame, "+house-3" in the first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from support.models import PromptVersion
from support.prompts import BUILT_IN, Instructions, Prompt, guards
from support.prompts.instructions import FRAME, FRAMES

if TYPE_CHECKING:
    from datetime import datetime

    from support.models import Agent

SWITCHES_SHOWN = 20
# The house's rules go along with what is read by customers, and with nothing else.
TO_CUSTOMERS = (Prompt.REPLY, Prompt.REWRITE)
NAME = re.compile(
    r"(?P<base>(?P<prompt>[a-z]+)-(?P<own>v?)(?P<number>\d{1,9}))"
    r"(?:\+house-(?P<house>\d{1,9})(?:\.(?P<frame>\d{1,3}))?)?"
)


class Refused(Exception):
    """Not done. The message is a sentence for an admin."""


class Unknown(Exception):
    """No such version, or none that is known any more. The message says what to name instead."""


@dataclass(frozen=True)
class Live:
    """What is in force of one prompt. `row`: an admin's version; None: the text that is built in."""

    prompt: Prompt
    row: PromptVersion | None

    @property
    def number(self) -> int:
        return self.row.number if self.row else 0

    @property
    def text(self) -> str:
        return self.row.text if self.row else BUILT_IN[self.prompt].text


@dataclass(frozen=True)
class Switch:
    """`by` put a version in force, or the built-in text (0)."""

    number: int
    by: str
    at: datetime


def in_force(prompt: Prompt) -> Instructions:
    """What the model is told, by which name."""
    rows = {Prompt(row.prompt): row for row in PromptVersion.objects.filter(live=True)}
    told = _own(prompt, rows.get(prompt))
    return _with_house(told, rows.get(Prompt.HOUSE)) if prompt in TO_CUSTOMERS else told


def as_if_live(version: PromptVersion, prompt: Prompt = Prompt.REPLY) -> Instructions:
    """What `prompt` would be, were this version in force besides what is."""
    if version.prompt != Prompt.HOUSE:
        return _with_house(_own(prompt, version), live(Prompt.HOUSE).row)
    return _with_house(_own(prompt, live(prompt).row), version)


def named(name: str, prompt: Prompt = Prompt.REPLY) -> Instructions:
    """The one that drafts and the ledger call so. Raises Unknown."""
    found = NAME.fullmatch(name.strip())
    if not found or found["prompt"] != prompt:
        known = f"“{BUILT_IN[prompt].version}” is built in, “{prompt}-v1” an admin’s first"
        raise Unknown(f"“{name[:60]}” names no prompt of {prompt.label.lower()}: {known}.")
    if found["own"]:
        told = _own(prompt, _row(prompt, int(found["number"])))
    elif found["base"] == BUILT_IN[prompt].version:
        told = BUILT_IN[prompt]
    else:
        now = BUILT_IN[prompt].version
        raise Unknown(f"“{found['base']}” is not built in any more: this release has “{now}”.")
    if not found["house"]:
        return told
    return _with_house(told, _row(Prompt.HOUSE, int(found["house"])), _frame(name, found["frame"]))


def _row(prompt: Prompt, number: int) -> PromptVersion:
    row = PromptVersion.objects.filter(prompt=prompt, number=number).first()
    if row is None:
        raise Unknown(f"There is no version {number} of “{prompt.label}”.")
    return row


def _frame(name: str, number: str | None) -> int:
    """House rules had one frame, and their names none, before there were more."""
    frame = int(number or 1)
    if frame not in FRAMES:
        raise Unknown(f"“{name}” names frame {frame} of the house rules: this release has 1 to {FRAME}.")
    return frame


def _own(prompt: Prompt, row: PromptVersion | None) -> Instructions:
    return Instructions(row.text, f"{prompt}-v{row.number}") if row else BUILT_IN[prompt]


def _with_house(told: Instructions, row: PromptVersion | None, frame: int = FRAME) -> Instructions:
    if row is None:
        return told
    name = f"{told.version}+house-{row.number}" + (f".{frame}" if frame > 1 else "")
    return replace(told, house=row.text, version=name, frame=frame)


def live(prompt: Prompt) -> Live:
    return Live(prompt, PromptVersion.objects.filter(prompt=prompt, live=True).first())


def write(prompt: Prompt, text: str, why: str, author: Agent | None) -> PromptVersion:
    """A new version, not live yet. Raises Refused where the desk could not work with it."""
    text = guards.clean(text)
    if problems := guards.problems(prompt, text):
        raise Refused(" ".join(problems))
    while True:
        newest = PromptVersion.objects.filter(prompt=prompt).aggregate(newest=Max("number"))["newest"] or 0
        try:
            with transaction.atomic():
                return PromptVersion.objects.create(
                    prompt=prompt, number=newest + 1, text=text, why=why.strip(), author=author
                )
        except IntegrityError:  # a colleague wrote that number in the same moment
            continue


def make_live(prompt: Prompt, number: int, seen: int, by: Agent | None = None) -> None:
    """Put a version in force; 0: the text that is built in. `seen`: what the admin saw in force.

    Raises Refused where that has changed, and where this release could not work with the version.
    """
    with transaction.atomic():
        versions = PromptVersion.objects.filter(prompt=prompt)
        rows = {row.number: row for row in versions.select_for_update().order_by("pk")}
        if number and number not in rows:
            raise Refused("That version does not exist.")
        now = next((row.number for row in rows.values() if row.live), 0)
        if now not in (seen, number):
            raise Refused(f"Meanwhile {called(now)} was put in force. Look at it, then choose again.")
        if number and (problems := guards.problems(prompt, rows[number].text)):
            raise Refused(" ".join(problems))
        versions.filter(live=True).update(live=False)
        versions.filter(number=number).update(live=True, went_live=timezone.now())
        if by and number != now:
            _remember(prompt, number, by)


def _remember(prompt: Prompt, number: int, by: Agent) -> None:
    """In Django's own log of what admins did, the way back to the built-in text included."""
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(PromptVersion),
        object_id=prompt.value,
        object_repr=f"{prompt.label}: {called(number)}",
        action_flag=CHANGE,
        change_message=str(number),
    )


def switches(prompt: Prompt) -> list[Switch]:
    """Who put what in force, the last first."""
    kind = ContentType.objects.get_for_model(PromptVersion)
    entries = LogEntry.objects.filter(
        content_type=kind, object_id=prompt.value, change_message__regex=r"^\d+$"
    )
    last = entries.select_related("user").order_by("-action_time", "-pk")[:SWITCHES_SHOWN]
    return [Switch(int(one.change_message), str(one.user), one.action_time) for one in last]


def called(number: int) -> str:
    return f"version {number}" if number else "the built-in text"
