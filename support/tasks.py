"""Doors of the drafts worker. A message only wakes it up; what is to be done stands in the draft's row."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from llm import ledger, places
from support import drafting, dry_runs, live, staleness, triage
from support.models import Draft, Ticket, Triage

# A draft this young has its own wake-up on the way.
GRACE = timedelta(seconds=3)
# An offer that nobody took for so long (s) is made again; the old one is then worth nothing.
OFFER_SECONDS = 10
# Clocks differ a little; who comes too early finds nothing to do.
LATER_SECONDS = 0.1


def wake(draft: Draft) -> None:
    """Tell a worker when the transaction is done and the draft is due.

    If the broker is away, the draft is found all the same.
    """
    pause = (draft.lease - timezone.now()).total_seconds() if draft.lease else 0
    if draft.state == Draft.State.WAITING and pause > 0:
        write_draft.apply_async_on_commit((draft.pk,), countdown=pause + LATER_SECONDS)  # type: ignore[attr-defined]
    else:
        write_draft.delay_on_commit(draft.pk)  # type: ignore[attr-defined]


@shared_task
def write_draft(draft_id: int) -> None:
    with places.taken():
        draft = drafting.claim(draft_id)
        if draft is None:
            return
        following = drafting.write_draft(draft)
    if following is not None:
        write_draft.delay_on_commit(following)  # type: ignore[attr-defined]


def wake_triage(ticket: Ticket) -> None:
    """Tell a worker when the ticket's triage is due, if it waits for one."""
    if waiting := Triage.objects.filter(ticket=ticket, state=Triage.State.WAITING).first():
        pause = max(0.0, (waiting.lease - timezone.now()).total_seconds()) if waiting.lease else 0.0
        triage_ticket.apply_async_on_commit((waiting.pk,), countdown=pause + LATER_SECONDS)  # type: ignore[attr-defined]


@shared_task
def triage_ticket(triage_id: int) -> None:
    claimed = triage.claim(triage_id)
    if claimed is None:
        return
    following = triage.work(claimed)
    if following is not None:
        triage_ticket.delay_on_commit(following)  # type: ignore[attr-defined]


@shared_task
def offer_forgotten_triage() -> None:
    for triage_id in triage.forgotten(GRACE):
        triage_ticket.apply_async((triage_id,), expires=OFFER_SECONDS)


@shared_task
def offer_forgotten_drafts() -> None:
    for draft_id in drafting.forgotten_drafts(GRACE):
        write_draft.apply_async((draft_id,), expires=OFFER_SECONDS)
    ledger.close_lost_calls()


@shared_task
def write_dry_run(run_id: int) -> None:
    """On the bulk queue: no customer waits for it."""
    run = dry_runs.claim(run_id)
    if run is not None:
        dry_runs.write(run)


@shared_task
def offer_forgotten_dry_runs() -> None:
    for run_id in dry_runs.forgotten():
        write_dry_run.apply_async((run_id,), expires=OFFER_SECONDS)


@shared_task
def tell_stale_drafts() -> None:
    """Open pages show that the evidence of a draft has changed, and offer to write it again."""
    for draft in staleness.find_stale():
        live.ticket_changed(draft.ticket_id)
