"""The ledger is the gateway's bill, to the token: what was cut or killed in the middle stands in neither."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.db.models import Sum
from django.utils import timezone

from llm import budgets, chat, ledger
from llm.errors import ModelError
from llm.models import ModelCall, Price, Spending
from tests.conftest import ROOT, environment_for_a_process
from tests.gateway import CUT, RESET, Gateway, Reply

QUESTION: list[chat.ChatMessage] = [{"role": "user", "content": "How long do refunds take?"}]
CALLER = """
import django
django.setup()
from llm import chat
print("".join(chat.stream([{"role": "user", "content": "How long?"}], feature="draft")))
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(120)
def test_the_ledger_equals_the_bill_also_after_a_kill_in_the_middle(gateway: Gateway, valkey: object) -> None:
    Price.objects.create(
        model="glm-4.5",
        prompt_usd_per_1k=1,
        completion_usd_per_1k=2,
        since=timezone.now() - timedelta(days=1),
    )
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


def ask() -> None:
    try:
        with suppress(ModelError):
            "".join(chat.stream(QUESTION, feature="draft"))
    finally:
        connections.close_all()


def killed_in_the_middle(gateway: Gateway) -> None:
    """A process whose answer has begun to arrive."""
    gateway.enqueue(Reply("One two three four five six seven eight nine ten.", delay=1.0))
    environment = environment_for_a_process(DJANGO_SETTINGS_MODULE="config.settings", **gateway.environment)
    caller = subprocess.Popen([sys.executable, "-c", CALLER], cwd=ROOT, env=environment)
    try:
        end = time.monotonic() + 60
        while not (gateway.completions and ModelCall.objects.filter(outcome="started").exists()):
            assert time.monotonic() < end and caller.poll() is None
            time.sleep(0.05)
        time.sleep(1.5)
    finally:
        os.kill(caller.pid, signal.SIGKILL)
        caller.wait()
    assert ModelCall.objects.get().outcome == "started"
