"""Have suggestions made for each customer's last word, whatever dies meanwhile, and delay no draft.

A triage's row is the job: claimed by one conditional UPDATE, leased while its worker lives, taken over when
it doesn't. A newer message makes it be done again, unless an agent has settled it. Drafts come first: few
triages are at work at once, and none begins while a draft waits for a worker.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from kb.leases import LEASE, renewed
from llm.errors import Unavailable
from support import composing, live, requesting
from support.leases import pause
from support.models import Draft, Message, Tag, Ticket, Triage, TriageQuerySet
from support.triage import suggesting
from support.triage.suggesting import Suggestion, suggest

# The draft for the same message is begun first.
AFTER_THE_DRAFT = timedelta(seconds=1)
# Of a desk's drafts worker's threads, so many wait for the model's word on a ticket.
MOST_AT_ONCE = 2
# Who has made way for drafts for so long no longer does.
LONGEST_WAY = timedelta(seconds=60)
# A gateway that is down is asked this often before rules do it.
CALLS_BEFORE_RULES = 2
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 60.0
# Begun this often without an end, it kills its workers.
MOST_ATTEMPTS = 5
MOST_OFFERED = 20


def ask(ticket: Ticket, up_to: Message) -> Triage | None:
    """The ticket's one row waits from now on, up to this message. Call it while the ticket is locked.

    None: triage is off, or an agent has settled what the ticket is about.
    """
    if not settings.TRIAGE:
        return None
    triage = Triage.objects.select_for_update().filter(ticket=ticket).first()
    if triage and triage.settled:
        return None
    triage = triage or Triage(ticket=ticket, created=timezone.now())
    if triage.state != Triage.State.WAITING:
        triage.created = timezone.now()  # a burst of messages begins
    triage.state, triage.up_to, triage.attempts, triage.reason = Triage.State.WAITING, up_to, 0, ""
    began = triage.created if triage.pk else up_to.created
    triage.lease = (requesting.due(began, up_to) or timezone.now()) + AFTER_THE_DRAFT
    triage.save()
    return triage


def claim(triage_id: int) -> Triage | None:
    """The triage, now this worker's; None if it is another's, not due, has to make way, or is off."""
    now = timezone.now()
    if not settings.TRIAGE:
        return None
    _give_up_hopeless(triage_id)
    mine = _due(now).filter(pk=triage_id)
    if _makes_way(mine, now):
        return None
    if not mine.update(state=Triage.State.WORKING, lease=now + LEASE, attempts=F("attempts") + 1):
        return None
    return Triage.objects.select_related("ticket__customer", "up_to").get(pk=triage_id)


def work(triage: Triage) -> int | None:
    """A claimed triage becomes suggestions. Returns the one that is due next."""
    conversation = composing.conversation_of(triage.ticket, triage.up_to)
    patient = triage.attempts < CALLS_BEFORE_RULES
    with renewed(lambda moment: _owned(triage).update(lease=moment)):
        try:
            found = suggest(conversation, list(Tag.objects.all()), patient=patient)
        except Unavailable as error:
            _wait_again(triage, error)
        else:
            if _store(triage, found):
                live.ticket_changed(triage.ticket_id)
    return due()


def due() -> int | None:
    """The one that has waited longest."""
    return _due(timezone.now()).order_by("lease").values_list("pk", flat=True).first()


def forgotten(grace: timedelta) -> list[int]:
    """Those that wait for a wake-up which seems lost, and those that dead workers left behind."""
    if not settings.TRIAGE:
        return []
    overdue = _due(timezone.now() - grace).order_by("lease")
    return list(overdue.values_list("pk", flat=True)[:MOST_OFFERED])


def _due(now: datetime) -> TriageQuerySet:
    """Of tickets that somebody works on."""
    is_open = Ticket.objects.filter(pk=OuterRef("ticket"), status=Ticket.Status.OPEN)
    return Triage.objects.claimable(now).filter(Exists(is_open))


def _makes_way(mine: TriageQuerySet, now: datetime) -> bool:
    """For others, or for drafts: it is offered again."""
    working = Triage.objects.filter(state=Triage.State.WORKING, lease__gt=now)
    if working.count() >= MOST_AT_ONCE:
        return True
    drafts = Draft.objects.claimable(now).filter(state=Draft.State.WAITING)
    return drafts.exists() and not mine.filter(lease__lt=now - LONGEST_WAY).exists()


def _give_up_hopeless(triage_id: int) -> None:
    hopeless = Triage.objects.claimable(timezone.now()).filter(pk=triage_id, attempts__gte=MOST_ATTEMPTS)
    hopeless.update(
        state=Triage.State.FAILED,
        lease=None,
        finished=timezone.now(),
        reason=f"Triage was begun {MOST_ATTEMPTS} times and never ended: the drafts worker’s log says why.",
    )


def _owned(triage: Triage) -> TriageQuerySet:
    """The row, as long as it is this attempt's."""
    return Triage.objects.filter(
        pk=triage.pk, state=Triage.State.WORKING, attempts=triage.attempts, up_to=triage.up_to_id
    )


def _wait_again(triage: Triage, error: Unavailable) -> None:
    again = timezone.now() + pause(error, triage.attempts, first=FIRST_PAUSE, longest=LONGEST_PAUSE)
    _owned(triage).update(state=Triage.State.WAITING, lease=again, reason=suggesting.reason(error))


def _store(triage: Triage, found: Suggestion) -> bool:
    """False: a newer message, an agent or another worker came first."""
    with transaction.atomic():
        row = _owned(triage).select_for_update().first()
        if row is None:
            return False
        row.language, row.priority, row.sentiment = found.language, found.priority, found.sentiment
        row.summary, row.written_by, row.reason = found.summary, found.written_by, found.reason
        row.model_call = found.call
        row.prompt_version = found.call.prompt_version if found.call else ""
        row.state, row.lease, row.finished = Triage.State.DONE, None, timezone.now()
        row.save()
        row.tags.set(Tag.objects.filter(pk__in=[tag.pk for tag in found.tags]))
    return True
