"""The ledger is the gateway's bill, to the token: what was cut or killed in the middle stands in neither.

What came whole stands in both, also where nobody could use it or waited for it any more.
"""

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pydantic
import pytest
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from llm import budgets, chat, ledger, pricing, tools
from llm.errors import ModelError
from llm.models import ModelCall, Price, Spending
from tests.conftest import PATIENCE, ROOT, environment_for_a_process
from tests.gateway import CUT, RESET, Gateway, Reply, completion

QUESTION: list[chat.ChatMessage] = [{"role": "user", "content": "How long do refunds take?"}]
CALLER = """
import django
django.setup()
from llm import chat
print("".join(chat.stream([{"role": "user", "content": "How long?"}], feature="draft")))
"""


@pytest.mark.django_db(transaction=True)
def test_the_ledger_equals_the_bill_also_after_a_kill_in_the_middle(gateway: Gateway, valkey: object) -> None:
    enter_price()
    killed_in_the_middle(gateway)
    for number in range(1, 13):
        after = {0: CUT, 3: RESET}.get(number % 6)
        usage = {"prompt_tokens": 100 * number, "completion_tokens": number, "total_tokens": 101 * number}
        gateway.enqueue(Reply("Five days after it came.", usage=usage, after=after))
    with ThreadPoolExecutor(4) as callers:
        list(callers.map(lambda _: ask(), range(12)))
    ModelCall.objects.filter(outcome="started").update(started=timezone.now() - timedelta(hours=1))
    assert ledger.close_lost_calls() == 1
    paid = ModelCall.objects.filter(outcome="complete")
    assert ModelCall.objects.count() == 13 and paid.count() == len(gateway.billed) == 8
    ours = paid.aggregate(
        prompt=Sum("prompt_tokens"), completion=Sum("completion_tokens"), cost=Sum("cost_usd")
    )
    theirs = [sum(one[name] for one in gateway.billed) for name in ("prompt_tokens", "completion_tokens")]
    assert [ours["prompt"], ours["completion"]] == theirs
    assert ours["cost"] == (Decimal(theirs[0]) + 2 * theirs[1]) / 1000
    assert not ModelCall.objects.exclude(outcome="complete").exclude(cost_usd=0).exists()
    assert not Spending.objects.exclude(reserved_usd=0).exists()
    assert budgets.standings()[0].spent == ours["cost"]


OF_NO_USE = [
    (Reply("Five days", finish_reason="length"), "rejected"),
    (Reply("Five", finish_reason="content_filter"), "rejected"),
    (Reply("", finish_reason="stop"), "unavailable"),
    (Reply("Five", finish_reason="made_up"), "rejected"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("reply", "outcome"), [*OF_NO_USE, (Reply(calls=[("unasked", {})]), "rejected")])
def test_an_answer_of_no_use_is_paid_for(
    gateway: Gateway, valkey: object, reply: Reply, outcome: str
) -> None:
    enter_price()
    gateway.enqueue(reply)
    with pytest.raises(ModelError), ledger.billed_to("one"):
        "".join(chat.stream(QUESTION, feature="draft"))
    call = ModelCall.objects.get()
    assert (call.outcome, call.tokens_estimated, bool(call.error)) == (outcome, False, True)
    assert_on_the_bill(gateway, Decimal("0.14"))
    assert ledger.cost_of("one") == Decimal("0.14")


@pytest.mark.django_db
@pytest.mark.parametrize(("reply", "outcome"), OF_NO_USE)
def test_a_form_of_no_use_is_paid_for(gateway: Gateway, valkey: object, reply: Reply, outcome: str) -> None:
    enter_price()
    gateway.enqueue(reply)
    with pytest.raises(ModelError):
        tools.call(QUESTION, Form, feature="triage")
    assert ModelCall.objects.get().outcome == outcome
    assert_on_the_bill(gateway, Decimal("0.14"))


@pytest.mark.django_db
def test_an_answer_of_no_use_is_unpriced_until_a_price_is_entered(gateway: Gateway, valkey: object) -> None:
    gateway.enqueue(Reply("Five days", finish_reason="length"))
    with pytest.raises(ModelError), ledger.billed_to("one"):
        "".join(chat.stream(QUESTION, feature="draft"))
    assert ledger.cost_of("one") is None
    pricing.enter("glm-4.5", Decimal(1), Decimal(2), timezone.now() - timedelta(days=1))
    assert ledger.cost_of("one") == Decimal("0.14")
    assert_on_the_bill(gateway, Decimal("0.14"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "reply",
    [
        Reply("Five days", finish_reason=None),
        Reply("Five days", finish_reason="network_error", usage=None),
        Reply("Five days", after=CUT),
    ],
)
def test_an_answer_that_the_gateway_lost_costs_nothing(
    gateway: Gateway, valkey: object, reply: Reply
) -> None:
    enter_price()
    gateway.enqueue(reply)
    with pytest.raises(ModelError):
        "".join(chat.stream(QUESTION, feature="draft"))
    assert_on_the_bill(gateway, Decimal(0))


@pytest.mark.django_db
@pytest.mark.parametrize("streamed", [True, False])
def test_who_leaves_after_the_last_frame_has_an_answer_to_pay(
    gateway: Gateway, valkey: object, streamed: bool
) -> None:
    enter_price()
    said = Reply("Five days after it came.")
    gateway.enqueue(said if streamed else Reply(body=json.dumps(completion(said))))
    with chat.stream(QUESTION, feature="draft") as stream:
        next(iter(stream))
        end = time.monotonic() + 60
        while streamed and not gateway.billed and time.monotonic() < end:
            time.sleep(0.01)
    assert ModelCall.objects.get().outcome == "complete"
    assert ModelCall.objects.get().cost_usd == budgets.standings()[0].spent == Decimal("0.14")


class Form(pydantic.BaseModel):
    """What a ticket is about."""

    topic: str


def enter_price() -> None:
    yesterday = timezone.now() - timedelta(days=1)
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=2, since=yesterday)


def assert_on_the_bill(gateway: Gateway, cost: Decimal) -> None:
    """Of the one call."""
    call, theirs = ModelCall.objects.get(), gateway.billed
    assert call.prompt_tokens == sum(one["prompt_tokens"] for one in theirs)
    assert call.completion_tokens == sum(one["completion_tokens"] for one in theirs)
    assert call.cost_usd == budgets.standings()[0].spent == cost
    assert not Spending.objects.exclude(reserved_usd=0).exists()


def ask() -> None:
    try:
        with suppress(ModelError):
            "".join(chat.stream(QUESTION, feature="draft"))
    finally:
        connections.close_all()


def killed_in_the_middle(gateway: Gateway) -> None:
    """A process whose answer has begun to arrive."""
    gateway.enqueue(Reply("One two three four five six seven eight nine ten.", delay=3.0))
    environment = environment_for_a_process(DJANGO_SETTINGS_MODULE="config.settings", **gateway.environment)
    caller = subprocess.Popen([sys.executable, "-c", CALLER], cwd=ROOT, env=environment)
    try:
        end = time.monotonic() + PATIENCE
        while not (gateway.completions and ModelCall.objects.filter(outcome="started").exists()):
            assert time.monotonic() < end and caller.poll() is None
            time.sleep(0.05)
        time.sleep(1.5)
    finally:
        os.kill(caller.pid, signal.SIGKILL)
        caller.wait()
    assert ModelCall.objects.get().outcome == "started"
