"""A job that an admin starts: its row holds state, lease and attempts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractUser

ATTEMPTS = 3
# Whoever was woken for a job begins within this, if the message was not lost.
FRESH = timedelta(seconds=10)


class Job(models.Model):
    """Whoever works at it owns it by its lease; one that is lost or whose worker died is found again."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"  # by an admin

    state = models.CharField(max_length=20, choices=State, default=State.RUNNING)
    lease = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    reason = models.TextField(blank=True)  # why it failed or who stopped it, in a sentence for an admin
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    created = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.created:%Y-%m-%d %H:%M}"

    @classmethod
    def claim(cls, pk: int, lease: timedelta, *where: Q, **fields: object) -> Self | None:
        """Own it, unless someone else does. One that keeps killing its workers has failed."""
        now = timezone.now()
        free = cls._default_manager.filter(Q(lease__isnull=True) | Q(lease__lt=now), pk=pk)
        free = free.filter(*where, state=cls.State.RUNNING)
        beginning = {"lease": now + lease, "attempts": F("attempts") + 1, **fields}
        if free.filter(attempts__lt=ATTEMPTS).update(**beginning):
            return cls._default_manager.get(pk=pk)
        reason = f"It was broken off {ATTEMPTS} times; start another one."
        free.filter(attempts__gte=ATTEMPTS).update(
            state=cls.State.FAILED, lease=None, finished=now, reason=reason
        )
        return None

    @classmethod
    def forgotten(cls, now: datetime) -> list[Self]:
        """Those whose message was lost, or whose worker died."""
        lost = Q(lease__lt=now) | Q(lease__isnull=True, created__lt=now - FRESH)
        return list(cls._default_manager.filter(lost, state=cls.State.RUNNING))

    def mine(self) -> QuerySet[Self]:
        """The row, as long as this claim is the last."""
        rows: QuerySet[Self] = type(self)._default_manager.filter(
            pk=self.pk, state=self.State.RUNNING, attempts=self.attempts
        )
        return rows

    def end(self, **fields: object) -> None:
        """Done, if it is still this claim's."""
        self.mine().update(state=self.State.DONE, lease=None, finished=timezone.now(), **fields)

    def fail(self, reason: str) -> None:
        self.mine().update(state=self.State.FAILED, lease=None, finished=timezone.now(), reason=reason)

    def stop(self, by: AbstractUser) -> None:
        """Whoever is at it finds it lost. One that has ended stays as it is."""
        running = type(self)._default_manager.filter(pk=self.pk, state=self.State.RUNNING)
        told = {"state": self.State.STOPPED, "reason": f"{by} stopped it."}
        running.update(lease=None, finished=timezone.now(), **told)


class LoneJob(Job):
    """One of which one runs at a time: the subclass has a unique constraint on the state that runs."""

    class Meta(Job.Meta):
        abstract = True

    @classmethod
    def request(cls, by: AbstractUser | None = None) -> Self:
        """The one that waits or is at work; a new one where there is none."""
        try:
            with transaction.atomic():
                return cls._default_manager.create(started_by_id=by.pk if by else None)
        except IntegrityError:
            running = cls._default_manager.filter(state=cls.State.RUNNING).first()
            return running or cls.request(by)
