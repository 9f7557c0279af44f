"""What may be spent in a day and in a month, in USD, and is never exceeded.

A call reserves the most that it can cost before it is made, by one conditional UPDATE for each period, and is
settled when it ends. Days and months are those of TIME_ZONE; a call belongs to those in which it began.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from llm.errors import Rejected
from llm.models import Budget, ModelCall, Spending

# From this share on, a lighter model answers, and nothing is drafted before an agent wants it.
TIGHT = Decimal("0.8")


class OverBudget(Rejected):
    """The call was not made: it might have cost more than is left."""


class Unpriced(OverBudget):
    """The call was not made: nobody knows what it might cost."""


@dataclass(frozen=True)
class Standing:
    """How a period's budget stands."""

    period: Budget.Period
    limit: Decimal | None  # None: no limit
    spent: Decimal
    reserved: Decimal

    @property
    def ends(self) -> str:
        return (
            "It begins anew tomorrow." if self.period == Budget.Period.DAY else "It begins anew next month."
        )

    @property
    def left(self) -> Decimal | None:
        """Neither spent nor reserved; None without a limit."""
        return None if self.limit is None else max(self.limit - self.spent - self.reserved, Decimal(0))

    @property
    def share(self) -> Decimal:
        """Of the limit, spent or reserved; 0 without a limit."""
        if self.limit is None:
            return Decimal(0)
        return (self.spent + self.reserved) / self.limit if self.limit else Decimal(1)


def standings(at: datetime | None = None) -> list[Standing]:
    """The day and the month of a moment (default: now)."""
    return [_standing(period, at or timezone.now()) for period in Budget.Period]


def tight() -> bool:
    """So much of a budget is used that drafts have to do with less."""
    return any(one.share >= TIGHT for one in standings())


def nearly_spent() -> bool:
    """Tight for good: what is only reserved may be free again in a moment."""
    return any(replace(one, reserved=Decimal(0)).share >= TIGHT for one in standings())


def reserve(call: ModelCall, most: Decimal | None) -> None:
    """In the transaction that makes the row. `most`: that the call can cost; None: its model is unpriced.

    Raises `OverBudget`; then nothing is reserved once the transaction is rolled back.
    """
    _make_rows(call.started)
    for one in standings(call.started):
        if one.limit is not None and most is None:
            raise Unpriced(
                f"No price is known for {call.model}, so the budget can’t be kept. An admin enters one with "
                "“manage.py prices set” or under Prices."
            )
        if most:
            _reserve(one, call.started, most)
    if most:
        ModelCall.objects.filter(pk=call.pk).update(reserved_usd=most)


def settle(call: ModelCall, cost: Decimal | None) -> None:
    """What was reserved is free again, once; what it cost is spent. In the transaction that closes it."""
    row = ModelCall.objects.filter(pk=call.pk)
    reserved = row.values_list("reserved_usd", flat=True).get()
    if not (cost or reserved):
        return
    row.update(reserved_usd=0)
    _make_rows(call.started)
    for period in Budget.Period:
        _row(period, call.started).update(
            spent_usd=F("spent_usd") + (cost or 0), reserved_usd=F("reserved_usd") - reserved
        )


def _reserve(one: Standing, at: datetime, most: Decimal) -> None:
    rows = _row(one.period, at)
    if one.limit is not None:
        rows = rows.filter(spent_usd__lte=one.limit - most - F("reserved_usd"))
    if not rows.update(reserved_usd=F("reserved_usd") + most):
        raise OverBudget(_too_little(one, most))


def _too_little(one: Standing, most: Decimal) -> str:
    cost, limit, left = (
        f"This call might cost {most:.4f} USD",
        one.limit or Decimal(0),
        one.left or Decimal(0),
    )
    if most > limit:
        return (
            f"{cost}: more than the whole budget of this {one.period} ({limit:f} USD). An admin can raise it."
        )
    kept = f", and {one.reserved:.4f} are kept for calls under way" if one.reserved else ""
    return (
        f"{cost}, and {left:.4f} are left of the budget of this {one.period} ({limit:f} USD): "
        f"{one.spent:.4f} are spent{kept}. {one.ends} An admin can raise it."
    )


def _standing(period: Budget.Period, at: datetime) -> Standing:
    row = _row(period, at).first() or Spending(period=period, starts=_starts(period, at))
    return Standing(period, _limit(period), Decimal(row.spent_usd), Decimal(row.reserved_usd))


def _limit(period: Budget.Period) -> Decimal | None:
    """An admin's row beats the environment."""
    if row := Budget.objects.filter(period=period).first():
        return row.limit_usd
    limit: Decimal | None = settings.LLM_BUDGETS[period]
    return limit


def _row(period: Budget.Period, at: datetime) -> QuerySet[Spending]:
    """The one row of the period in which the moment lies, if it was made."""
    return Spending.objects.filter(period=period, starts=_starts(period, at))


def _make_rows(at: datetime) -> None:
    missing = [period for period in Budget.Period if not _row(period, at).exists()]
    new = [Spending(period=period, starts=_starts(period, at)) for period in missing]
    Spending.objects.bulk_create(new, ignore_conflicts=True)


def _starts(period: Budget.Period, at: datetime) -> date:
    day = timezone.localtime(at).date()
    return day if period == Budget.Period.DAY else day.replace(day=1)
