"""Draft past tickets as it is done today, and as a version that is not live yet would have it done.

The real pipeline answers – passages, model, evidence check – and no draft is stored: nothing of it is shown
where customers are answered. Each ticket is a row, claimed by one conditional UPDATE and leased, so that a
dead worker's is begun again by another. Nothing here enqueues: doors do.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Max, Q, QuerySet
from django.utils import timezone

from kb.leases import LEASE, renewed
from kb.models import Audience
from llm import budgets, chat, ledger, variants
from llm.errors import ModelError, Unavailable
from support import composing, prompt_versions
from support.composing import Reply, Terms
from support.leases import pause
from support.models import DryRun, Message, PromptVersion, Ticket, Verdict
from support.prompts import Conversation, Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from support.evidence import Offered
    from support.models import Agent
    from support.prompts import Instructions

MOST_TICKETS = 20
USUAL_TICKETS = 10
ATTEMPTS = 3
# Nobody waits for it, and a gateway that is left alone needs its time.
FIRST_PAUSE, LONGEST_PAUSE = 20.0, 60.0
FRESH = timedelta(seconds=10)  # a row this young has its own wake-up on the way
# Of these prompts a past ticket shows what they do.
TRIED = (Prompt.HOUSE, Prompt.REPLY)

NEARLY_USED_UP = "The budget is nearly used up: what is left of it is kept for customers."

State = DryRun.State


class Refused(Exception):
    """Not begun. The message is a sentence for an admin."""


class Lost(Exception):
    """Another worker has the row now."""


@dataclass(frozen=True)
class Asked:
    """A past ticket, and the customer's message that was answered."""

    ticket: Ticket
    up_to: Message


def answered(agent: Agent, most: int = USUAL_TICKETS) -> list[Asked]:
    """The last tickets that somebody replied to, newest reply first."""
    said = Ticket.objects.for_agent(agent).filter(messages__kind=Message.Kind.REPLY)
    tickets = said.annotate(replied=Max("messages__pk")).order_by("-replied")[: min(most, MOST_TICKETS)]
    found = ((ticket, _answered_message(ticket)) for ticket in tickets)
    return [Asked(ticket, up_to) for ticket, up_to in found if up_to]


def _answered_message(ticket: Ticket) -> Message | None:
    """What the customer wrote before the last reply."""
    reply = ticket.messages.filter(kind=Message.Kind.REPLY).order_by("-pk").first()
    if reply is None:
        return None
    before = ticket.messages.filter(kind=Message.Kind.CUSTOMER, pk__lt=reply.pk)
    return before.order_by("-pk").first()


def start(version: PromptVersion, asked: Sequence[Asked], by: Agent) -> list[DryRun]:
    """A waiting row for each ticket; one that was tried before is tried again. Raises Refused."""
    if reason := why_not(version):
        raise Refused(reason)
    if not asked:
        raise Refused("Choose at least one ticket that somebody has replied to.")
    if len(asked) > MOST_TICKETS:
        raise Refused(f"Choose {MOST_TICKETS} tickets at most: each is drafted twice, and paid for.")
    with transaction.atomic():
        return [_waiting(version, one, by) for one in asked]


def why_not(version: PromptVersion) -> str:
    """A sentence for an admin, where nothing can be tried; else ""."""
    if version.prompt not in TRIED:
        return "A dry run drafts replies to past tickets, and this prompt has no part in them."
    if version.live:
        return "This version is in force already: there is nothing to hold it against."
    if not chat.configured():
        return f"{composing.NO_KEY} Without a model there is nothing to try."
    if budgets.tight():
        return NEARLY_USED_UP
    return ""


def _waiting(version: PromptVersion, asked: Asked, by: Agent) -> DryRun:
    """One that is being written goes on: it was just asked for."""
    fresh = {
        "up_to": asked.up_to,
        "state": State.WAITING,
        "lease": None,
        "attempts": 0,
        "reason": "",
        "before": {},
        "after": {},
        "model_call": None,
        "started_by": by,
        "created": timezone.now(),
        "finished": None,
    }
    row, made = DryRun.objects.get_or_create(version=version, ticket=asked.ticket, defaults=fresh)
    if not made:
        DryRun.objects.filter(pk=row.pk, state__in=[State.DONE, State.FAILED]).update(**fresh)
        row.refresh_from_db()
    return row


def claim(run_id: int) -> DryRun | None:
    """The row, now this worker's. One that keeps killing its workers has failed."""
    now = timezone.now()
    free = _claimable(now).filter(pk=run_id)
    free.filter(attempts__gte=ATTEMPTS).update(
        state=State.FAILED,
        lease=None,
        finished=now,
        reason=f"It was begun {ATTEMPTS} times and never came to an end: the bulk worker’s log says why.",
    )
    if not free.update(state=State.WRITING, lease=now + LEASE, attempts=F("attempts") + 1):
        return None
    return DryRun.objects.select_related("version", "ticket__customer", "up_to").get(pk=run_id)


def forgotten() -> list[int]:
    """Rows whose wake-up was lost, whose pause is over, or whose worker died."""
    now = timezone.now()
    fresh = Q(state=State.WAITING, lease__isnull=True, created__gt=now - FRESH)
    return list(_claimable(now).exclude(fresh).order_by("pk").values_list("pk", flat=True)[:50])


def _claimable(now: datetime) -> QuerySet[DryRun]:
    waiting = Q(state=State.WAITING) & (Q(lease__isnull=True) | Q(lease__lt=now))
    return DryRun.objects.filter(waiting | Q(state=State.WRITING, lease__lt=now))


def write(run: DryRun) -> None:
    """A claimed row becomes done, or failed with its reason. A model that is away is asked again."""
    with renewed(lambda moment: _owned(run).update(lease=moment)):
        try:
            _write(run)
        except Lost:
            return
        except Unavailable as error:
            _wait_again(run, error)
        except ModelError as error:
            _fail(run, error)


def _write(run: DryRun) -> None:
    conversation = composing.conversation_of(run.ticket, run.up_to)
    offered, nothing, note = composing.look_up(conversation, Audience.PUBLIC)
    if not run.before:
        told = prompt_versions.in_force(Prompt.REPLY)
        before = nothing or _drafted(run, "before", conversation, offered, told)
        run.before = _kept(run, "before", composing.noted(before, note), told)
        _hold(run, before=run.before)
    told = prompt_versions.as_if_live(run.version)
    after = nothing or _drafted(run, "after", conversation, offered, told)
    _hold(
        run,
        after=_kept(run, "after", composing.noted(after, note), told),
        state=State.DONE,
        lease=None,
        reason="",
        model_call=after.call,
        finished=timezone.now(),
    )


def _drafted(
    run: DryRun, side: str, conversation: Conversation, offered: Sequence[Offered], told: Instructions
) -> Reply:
    """By the model that drafts; on the ledger and in the budget as a dry run, and not once that is tight."""
    if budgets.tight():
        raise budgets.OverBudget(NEARLY_USED_UP)
    _hold(run, lease=timezone.now() + LEASE)
    terms = Terms(instructions=told, variant=variants.in_force("draft"), feature="dry_run")
    with ledger.billed_to(_bill(run, side)):
        return composing.written(conversation, offered, None, terms)


def _bill(run: DryRun, side: str) -> str:
    """Tried again, a ticket is paid for again."""
    return f"dry-{run.pk}-{run.created:%y%m%d%H%M%S}-{side}"


def _kept(run: DryRun, side: str, reply: Reply, told: Instructions) -> dict[str, Any]:
    """What the page shows of it."""
    cost = ledger.cost_of(_bill(run, side))
    proven = [one for one in reply.sentences if one.verdict != Verdict.NEEDS_NO_PROOF]
    return {
        "text": reply.text,
        "outcome": str(reply.outcome),
        "reason": reply.reason,
        "sentences": [
            {"text": one.text, "start": one.start, "end": one.end, "verdict": str(one.verdict)}
            for one in reply.sentences
        ],
        "claims": len(proven),
        "matching": sum(one.verdict == Verdict.MATCHES for one in proven),
        "prompt_version": told.version,
        "model": reply.model,
        "cost_usd": None if cost is None else str(cost),
    }


def _owned(run: DryRun) -> QuerySet[DryRun]:
    """The row, as long as it is this attempt's; tried again, it is as if made anew."""
    mine = DryRun.objects.filter(pk=run.pk, created=run.created, attempts=run.attempts)
    return mine.filter(state=State.WRITING)


def _hold(run: DryRun, **changed: Any) -> None:
    if not _owned(run).update(**changed):
        raise Lost


def _wait_again(run: DryRun, error: Unavailable) -> None:
    if run.attempts >= ATTEMPTS:
        return _fail(run, error)
    again = timezone.now() + pause(error, run.attempts, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
    _owned(run).update(state=State.WAITING, lease=again, reason=str(error))


def _fail(run: DryRun, error: ModelError) -> None:
    _owned(run).update(state=State.FAILED, lease=None, finished=timezone.now(), reason=str(error))


@dataclass(frozen=True)
class Total:
    """What the finished runs of a version come to, on one side."""

    drafts: int
    answers: int
    claims: int
    matching: int
    cost_usd: Decimal | None

    @property
    def share(self) -> float | None:
        """Of the sentences that say something, those that match; None: there is none."""
        return self.matching / self.claims if self.claims else None


def total(kept: Sequence[dict[str, Any]]) -> Total:
    costs = [one["cost_usd"] for one in kept]
    return Total(
        drafts=len(kept),
        answers=sum(one["outcome"] == "answer" for one in kept),
        claims=sum(one["claims"] for one in kept),
        matching=sum(one["matching"] for one in kept),
        cost_usd=None if None in costs else sum(map(Decimal, costs), Decimal(0)),
    )
