"""What a dry run's page shows: each past ticket as it is drafted today, and as a version would have it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from llm.models import ModelCall
from support import dry_runs
from support.inbox import comparing
from support.models import Draft, DryRun, Ticket

if TYPE_CHECKING:
    from support.dry_runs import Total
    from support.inbox.comparing import Run
    from support.models import Agent, PromptVersion

# So many of the last drafts tell what one costs.
SAMPLE = 50


@dataclass(frozen=True)
class Said:
    """One sentence, with what the other side does not say."""

    runs: list[Run]
    verdict: str


@dataclass(frozen=True)
class Side:
    """What one prompt made of a ticket. `kept`: as the dry run stored it."""

    title: str
    tag: str  # how what differs is marked
    kept: dict[str, Any]
    said: list[Said]
    price: str

    @property
    def outcome(self) -> str:
        return Draft.Outcome(self.kept["outcome"]).label


@dataclass(frozen=True)
class Tried:
    run: DryRun
    sides: list[Side]

    @property
    def same(self) -> bool:
        """Done, and both sides say it in the same words."""
        said = [(side.kept["outcome"], side.kept["text"]) for side in self.sides]
        return bool(said) and said[0] == said[1]


def columns(version: PromptVersion, agent: Agent) -> dict[str, Any]:
    """The template's context: rows, how many are done, and what they come to."""
    seen = Ticket.objects.for_agent(agent)
    runs = list(version.dry_runs.filter(ticket__in=seen).select_related("ticket"))
    unfinished = sum(run.state in (DryRun.State.WAITING, DryRun.State.WRITING) for run in runs)
    done = [run for run in runs if run.state == DryRun.State.DONE]
    totals = [
        ("In force", dry_runs.total([run.before for run in done])),
        (f"Version {version.number}", dry_runs.total([run.after for run in done])),
    ]
    return {
        # What differs is what an admin wants to read first.
        "tried": sorted((Tried(run, _sides(run, version)) for run in runs), key=lambda one: one.same),
        "unfinished": unfinished,
        "finished": len(runs) - unfinished,
        "totals": [(name, total, _share(total), price(total.cost_usd)) for name, total in totals]
        if done
        else [],
    }


def _sides(run: DryRun, version: PromptVersion) -> list[Side]:
    if run.state != DryRun.State.DONE:
        return []
    differing = comparing.differences(run.before["text"], run.after["text"])
    named = (("In force", "del", run.before), (f"Version {version.number}", "ins", run.after))
    return [
        Side(title, tag, kept, _said(kept, places), price(kept["cost_usd"]))
        for (title, tag, kept), places in zip(named, differing, strict=True)
    ]


def _said(kept: dict[str, Any], places: set[int]) -> list[Said]:
    text = kept["text"]
    return [
        Said(comparing.runs(text, range(one["start"], one["end"]), places), one["verdict"])
        for one in kept["sentences"]
    ]


def _share(total: Total) -> str:
    return "–" if total.share is None else f"{total.share:.0%}"


def price(cost: Decimal | str | None) -> str:
    """As everywhere: a model without a price is unpriced, never free."""
    return "unpriced" if cost is None else f"${Decimal(cost):.4f}"


def estimate() -> str:
    """What drafting one ticket twice has cost of late; "": nothing is known."""
    calls = ModelCall.objects.filter(
        feature="draft", outcome=ModelCall.Outcome.COMPLETE, cost_usd__isnull=False
    )
    costs = calls.values_list("cost_usd", flat=True)[:SAMPLE]
    known = [cost for cost in costs if cost is not None]
    return price(2 * sum(known, Decimal(0)) / len(known)) if known else ""
