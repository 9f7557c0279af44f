"""Doors of the drafts worker. A message only wakes it up; what is to be done stands in the draft's row."""

from datetime import timedelta

from celery import shared_task

from llm import chat
from support import drafting
from support.models import Draft

# A draft this young has its own wake-up on the way.
GRACE = timedelta(seconds=3)
# An offer that nobody took for so long (s) is made again; the old one is then worth nothing.
OFFER_SECONDS = 10


def wake(draft: Draft) -> None:
    """Tell a worker, once the transaction is done. If the broker is away, the draft is found all the same."""
    write_draft.delay_on_commit(draft.pk)  # type: ignore[attr-defined]


@shared_task
def write_draft(draft_id: int) -> None:
    draft = drafting.claim(draft_id)
    if draft is None:
        return
    following = drafting.write_draft(draft)
    if following is not None:
        write_draft.delay_on_commit(following)  # type: ignore[attr-defined]


@shared_task
def offer_forgotten_drafts() -> None:
    for draft_id in drafting.forgotten_drafts(GRACE):
        write_draft.apply_async((draft_id,), expires=OFFER_SECONDS)
    chat.close_lost_calls()
