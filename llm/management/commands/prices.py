"""What the models cost: list the prices, enter one."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from llm import pricing
from llm.models import Price
from llm.pricing import Standing


class Command(BaseCommand):
    help = "The models' prices in USD per 1,000 tokens: without a verb they are listed; `set` enters one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON value")
        verbs = parser.add_subparsers(dest="verb")
        entering = verbs.add_parser("set", help="enter a model's price from a moment on")
        entering.add_argument("model", help="as the gateway calls it, such as glm-4.5")
        entering.add_argument("--prompt", type=usd, required=True, metavar="USD", help="1,000 prompt tokens")
        entering.add_argument(
            "--completion", type=usd, required=True, metavar="USD", help="1,000 completion tokens"
        )
        entering.add_argument(
            "--cached", type=usd, metavar="USD", help="1,000 prompt tokens that the gateway had cached"
        )
        entering.add_argument("--since", type=moment, metavar="DATE", help="2026-11-01 (default: now)")

    def handle(self, *, verb: str | None, **options: Any) -> None:
        if verb == "set":
            self.enter(
                **{name: options[name] for name in ("model", "prompt", "completion", "cached", "since")}
            )
        elif options["json"]:
            self.stdout.write(json.dumps([_as_json(one) for one in pricing.standings()]))
        else:
            self.list(pricing.standings())

    def enter(
        self,
        model: str,
        prompt: Decimal,
        completion: Decimal,
        cached: Decimal | None,
        since: datetime | None,
    ) -> None:
        try:
            entered = pricing.enter(model.strip(), prompt, completion, since or timezone.now(), cached)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        verb = "costs" if entered.new else "now costs"
        self.stdout.write(f"{entered.price.model} {verb} {_said(entered.price)}.")
        if entered.calls_priced:
            self.stdout.write(f"Calls that were unpriced until now and have a cost: {entered.calls_priced}.")

    def list(self, standings: list[Standing]) -> None:
        if not standings:
            self.stdout.write(
                "No price is entered, and no model was called. Enter one with: "
                "manage.py prices set MODEL --prompt USD --completion USD"
            )
        for one in standings:
            self.stdout.write(one.model)
            for price in one.prices:
                mark = "in force" if price == one.in_force else ""
                self.stdout.write(f"  {_said(price)}  {mark}".rstrip())
            if one.in_force is None:
                self.stdout.write("  unpriced: calls have no cost until a price is entered")
            if one.unpriced_calls:
                self.stdout.write(f"  calls without a cost: {one.unpriced_calls}")


def usd(given: str) -> Decimal:
    try:
        amount = Decimal(given)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or amount < 0:
        raise ArgumentTypeError(f"“{given}” is no price: write US dollars for 1,000 tokens, such as 0.0006")
    return amount


def moment(given: str) -> datetime:
    try:
        day = parse_date(given)
        found = datetime(day.year, day.month, day.day) if day else parse_datetime(given)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError(f"“{given}” is no date: write it as 2026-11-01")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _said(price: Price) -> str:
    cached = "" if price.cached_usd_per_1k is None else f", cached {_plain(price.cached_usd_per_1k)}"
    prompt, completion = _plain(price.prompt_usd_per_1k), _plain(price.completion_usd_per_1k)
    return (
        f"prompt {prompt}{cached}, completion {completion} USD per 1K since {price.since:%Y-%m-%d %H:%M %Z}"
    )


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _as_json(one: Standing) -> dict[str, Any]:
    return {
        "model": one.model,
        "unpriced_calls": one.unpriced_calls,
        "prices": [
            {
                "since": price.since.isoformat(),
                "prompt_usd_per_1k": _plain(price.prompt_usd_per_1k),
                "cached_usd_per_1k": None
                if price.cached_usd_per_1k is None
                else _plain(price.cached_usd_per_1k),
                "completion_usd_per_1k": _plain(price.completion_usd_per_1k),
                "in_force": price == one.in_force,
            }
            for price in one.prices
        ],
    }
