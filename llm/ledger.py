"""The ledger: each call has a row before it is made, closed once, with its cost. A failed call costs 0."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Q, Sum
from django.utils import timezone

from llm import budgets
from llm.errors import ModelError, Rejected
from llm.models import ModelCall, Price

# After the longest call, nobody is left who would close its row.
LOST_AFTER = timedelta(seconds=30)
OPEN = (ModelCall.Outcome.STARTED,)
# What a call may be when its answer comes.
NOT_ANSWERED = (*OPEN, ModelCall.Outcome.ABANDONED)


_bill: ContextVar[str] = ContextVar("bill", default="")


@contextmanager
def billed_to(bill: str) -> Iterator[None]:
    """Each call that is made within goes on this bill, whatever becomes of it."""
    before = _bill.set(bill)
    try:
        yield
    finally:
        _bill.reset(before)


def cost_of(bill: str) -> Decimal | None:
    """What all that went on this bill cost; None: a call of it is unpriced."""
    calls = ModelCall.objects.filter(bill=bill, outcome=ModelCall.Outcome.COMPLETE)
    sums = calls.aggregate(usd=Sum("cost_usd"), unpriced=Count("pk", filter=Q(cost_usd=None)))
    return None if sums["unpriced"] else sums["usd"] or Decimal(0)


def open_call(
    feature: str,
    model: str,
    gateway: str,
    prompt_version: str = "",
    *,
    prompt_bytes: int = 0,
    most_tokens: tuple[int, int],
    unpriced: bool = False,
) -> ModelCall:
    """`most_tokens`: of prompt and completion that the call can have; what they cost is reserved.

    `unpriced`: a model without a price may be called though there is a budget.
    Raises `OverBudget`; such a call is on the ledger as refused, and is not made.
    """
    row = ModelCall(
        feature=feature,
        model=model,
        gateway=gateway,
        prompt_version=prompt_version,
        bill=_bill.get(),
        prompt_bytes=prompt_bytes,
    )
    try:
        with transaction.atomic():
            row.save()
            price = Price.objects.in_force(model, row.started)
            if price or not unpriced:
                budgets.reserve(row, price.cost(*most_tokens) if price else None)
    except budgets.OverBudget as error:
        row.pk = None
        row.save(force_insert=True)
        failed(row, error)
        raise
    return row


def complete(
    call: ModelCall,
    prompt_tokens: int,
    completion_tokens: int = 0,
    cached_tokens: int = 0,
    **fields: Any,
) -> Decimal | None:
    """What it cost in USD, at the price of its beginning; None: unpriced. `fields`: whatever else is kept.

    An answer that comes when the call was taken for lost is paid for all the same, and so it counts.
    """
    price = Price.objects.in_force(call.model, call.started)
    cost = price.cost(prompt_tokens, completion_tokens, cached_tokens) if price else None
    tokens = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "cached_tokens": cached_tokens,
    }
    told = {"cost_usd": cost, "error": "", **tokens, **fields}
    _close(call, ModelCall.Outcome.COMPLETE, instead_of=NOT_ANSWERED, **told)
    return cost


def failed(call: ModelCall, error: ModelError, first_piece: datetime | None = None) -> None:
    rejected = isinstance(error, Rejected)
    outcome = ModelCall.Outcome.REJECTED if rejected else ModelCall.Outcome.UNAVAILABLE
    _close(call, outcome, error=_storable(str(error)), first_piece=first_piece)


def abandoned(call: ModelCall, first_piece: datetime | None = None) -> None:
    why = "The caller left before the answer was complete."
    _close(call, ModelCall.Outcome.ABANDONED, error=why, first_piece=first_piece)


def close_lost_calls() -> int:
    """Calls whose process died are closed as abandoned; how many."""
    longest = timedelta(seconds=settings.LLM_CALL_TIMEOUT) + LOST_AFTER
    lost = ModelCall.objects.filter(outcome=ModelCall.Outcome.STARTED, started__lt=timezone.now() - longest)
    why = "The process that made this call ended before the answer did."
    return sum(_close(call, ModelCall.Outcome.ABANDONED, error=why) for call in lost)


def _close(
    call: ModelCall,
    outcome: ModelCall.Outcome,
    *,
    instead_of: Collection[ModelCall.Outcome] = OPEN,
    **fields: Any,
) -> bool:
    """Once: a row that was closed stays as it is."""
    fields = {"cost_usd": Decimal(0), "outcome": outcome, "finished": timezone.now(), **fields}
    with transaction.atomic():
        open_row = ModelCall.objects.filter(pk=call.pk, outcome__in=instead_of)
        closed = open_row.update(**fields)
        if closed:
            budgets.settle(call, fields["cost_usd"])
    for name, value in fields.items():
        setattr(call, name, value)
    return closed == 1


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", " ")
