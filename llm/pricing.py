"""What models cost: prices from a moment on, and calls that were made before their price was known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, QuerySet

from llm import budgets
from llm.models import UNPRICED, ModelCall, Price


@dataclass(frozen=True)
class Entered:
    """A price, and how many complete calls were unpriced until it was entered."""

    price: Price
    new: bool
    calls_priced: int


@dataclass(frozen=True)
class Standing:
    """A model that has prices, newest first, or calls without one."""

    model: str
    prices: list[Price]
    in_force: Price | None
    unpriced_calls: int


def enter(
    model: str, prompt: Decimal, completion: Decimal, since: datetime, cached: Decimal | None = None
) -> Entered:
    """A price from a moment on; complete calls begun since then that had none are given their cost.

    What was priced once keeps its cost: a bill that was told does not change behind its reader.
    Raises `ValidationError` for a price that is none.
    """
    given = {"prompt_usd_per_1k": prompt, "completion_usd_per_1k": completion, "cached_usd_per_1k": cached}
    with transaction.atomic():
        price = Price.objects.filter(model=model, since=since).first() or Price(model=model, since=since)
        new = price.pk is None
        for name, value in given.items():
            setattr(price, name, value)
        price.full_clean()
        price.save()
        return Entered(price, new, _price_calls(model))


def standings() -> list[Standing]:
    """Each model that was priced or called, by name."""
    prices: dict[str, list[Price]] = {}
    for price in Price.objects.all():
        prices.setdefault(price.model, []).append(price)
    unpriced = dict(_unpriced().values_list("model").annotate(Count("pk")).order_by())
    called = ModelCall.objects.order_by().values_list("model", flat=True).distinct()
    return [
        Standing(model, prices.get(model, []), Price.objects.in_force(model), unpriced.get(model, 0))
        for model in sorted({*prices, *called})
    ]


def _price_calls(model: str) -> int:
    priced = list(_newly_priced(model))
    ModelCall.objects.bulk_update(priced, ["cost_usd"], batch_size=500)
    for call in priced:
        budgets.settle(call, call.cost_usd)
    return len(priced)


def _newly_priced(model: str) -> Iterator[ModelCall]:
    for call in _unpriced().filter(model=model).select_for_update():
        if price := Price.objects.in_force(model, call.started):
            call.cost_usd = price.cost(call.prompt_tokens, call.completion_tokens, call.cached_tokens)
            yield call


def _unpriced() -> QuerySet[ModelCall]:
    return ModelCall.objects.filter(UNPRICED)
