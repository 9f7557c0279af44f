"""The ledger: each call has a row before it is made, closed once, with its cost.

The gateway bills an answer whose end it sent, whatever becomes of it here; so a call whose answer came whole
costs what it took, be the answer of no use or its caller gone. Every other call costs 0.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from llm import budgets
from llm.errors import ModelError, Rejected
from llm.models import UNPRICED, ModelCall, Price

# After the longest call, nobody is left who would close its row.
LOST_AFTER = timedelta(seconds=30)
OPEN = (ModelCall.Outcome.STARTED,)
# What a call may be when its answer comes.
NOT_ANSWERED = (*OPEN, ModelCall.Outcome.ABANDONED)
COUNTED = (
    "cost_usd",
    "prompt_tokens",
    "completion_tokens",
    "cached_tokens",
    "tokens_estimated",
    "finish_reason",
)

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
    calls = ModelCall.objects.filter(bill=bill)
    sums = calls.aggregate(usd=Sum("cost_usd"), unpriced=Count("pk", filter=UNPRICED))
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


def count(
    call: ModelCall,
    prompt_tokens: int,
    completion_tokens: int = 0,
    cached_tokens: int = 0,
    *,
    tokens_estimated: bool = False,
    finish_reason: str = "",
) -> Decimal | None:
    """Its answer came whole: what that cost in USD, at the price of its beginning; None: unpriced.

    The row gets it when it is closed, however that will be.
    """
    price = Price.objects.in_force(call.model, call.started)
    call.prompt_tokens, call.completion_tokens = prompt_tokens, completion_tokens
    call.cached_tokens, call.tokens_estimated = cached_tokens, tokens_estimated
    call.finish_reason, call.counted = finish_reason, True
    call.cost_usd = price.cost(prompt_tokens, completion_tokens, cached_tokens) if price else None
    return call.cost_usd


def complete(call: ModelCall) -> None:
    """Its answer was counted and is of use."""
    _close(call, ModelCall.Outcome.COMPLETE)


def failed(call: ModelCall, error: ModelError) -> None:
    rejected = isinstance(error, Rejected)
    outcome = ModelCall.Outcome.REJECTED if rejected else ModelCall.Outcome.UNAVAILABLE
    _close(call, outcome, error=_storable(str(error)))


def abandoned(call: ModelCall) -> None:
    """Its caller left. What was counted by then is complete all the same."""
    if call.counted:
        return complete(call)
    _close(call, ModelCall.Outcome.ABANDONED, error="The caller left before the answer was complete.")


def close_lost_calls() -> int:
    """Calls whose process died are closed as abandoned; how many."""
    longest = timedelta(seconds=settings.LLM_CALL_TIMEOUT) + LOST_AFTER
    lost = ModelCall.objects.filter(outcome=ModelCall.Outcome.STARTED, started__lt=timezone.now() - longest)
    why = "The process that made this call ended before the answer did."
    return sum(_close(call, ModelCall.Outcome.ABANDONED, error=why) for call in lost)


def _close(call: ModelCall, outcome: ModelCall.Outcome, *, error: str = "") -> bool:
    """Once: a closed row stays as it is; but an answer counts that came when it was taken for lost."""
    kept = {name: getattr(call, name) for name in COUNTED} if call.counted else {"cost_usd": Decimal(0)}
    fields: dict[str, Any] = {"first_piece": call.first_piece, "finished": timezone.now(), **kept}
    fields |= {"outcome": outcome, "error": error}
    with transaction.atomic():
        closable = NOT_ANSWERED if call.counted else OPEN
        open_row = ModelCall.objects.filter(pk=call.pk, outcome__in=closable)
        closed = open_row.update(**fields)
        if closed:
            budgets.settle(call, fields["cost_usd"])
    for name, value in fields.items():
        setattr(call, name, value)
    return closed == 1


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode().replace("\x00", " ")
