"""All workers keep one rate and heed one pause; a gateway that fails again and again is left alone."""

import threading
import time

import pytest
import redis
from django.conf import settings as configured
from django.db import connection

from config import diagnosis
from llm import breaker, budgets, chat, rate, shared
from llm.errors import Rejected, Unavailable
from llm.models import Budget, ModelCall, Price
from tests.gateway import Gateway, error

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_is_kept(valkey: redis.Redis) -> None:
    """No limit is used, no failure counted."""


def ask() -> str:
    return "".join(chat.stream([{"role": "user", "content": "Ready?"}], feature="draft"))


def pass_time(name: str, field: str, seconds: float) -> None:
    """As if so long had passed: the moment that Valkey keeps lies that much earlier."""
    client = redis.Redis.from_url(configured.REDIS_URL, decode_responses=True)
    key = f"llm:{shared._gateway()}:{name}"
    kept = client.hget(key, field)
    assert kept is not None
    client.hset(key, field, str(float(kept) - seconds))


def test_without_a_limit_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    paused: list[float] = []
    monkeypatch.setattr(rate.time, "sleep", paused.append)
    for _ in range(20):
        rate.wait_for_turn()
    assert not paused


def test_turns_are_given_out_evenly_over_all_who_ask(settings) -> None:
    settings.LLM_REQUESTS_PER_MINUTE = 600  # one each 0.1 s, 100 at once
    turns: list[float] = []

    def worker() -> None:
        for _ in range(30):
            rate.wait_for_turn()
            turns.append(time.monotonic())

    workers = [threading.Thread(target=worker) for _ in range(4)]
    began = time.monotonic()
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    # 100 at once, the other 20 one by one.
    assert len(turns) == 120 and max(turns) - began >= 1.9


def test_turn_that_is_too_far_off_is_not_waited_for(settings) -> None:
    settings.LLM_REQUESTS_PER_MINUTE = 1
    rate.wait_for_turn()
    with pytest.raises(Unavailable) as refused:
        rate.wait_for_turn()
    assert refused.value.retry_after is not None and 20 < refused.value.retry_after <= 60


def test_limit_of_the_gateway_makes_all_wait_and_is_no_fault(gateway: Gateway) -> None:
    gateway.enqueue(error(429, Retry_After="90"))
    for _ in range(2):
        with pytest.raises(Unavailable) as refused:
            ask()
    assert len(gateway.completions) == 1  # the second was not made at all
    assert refused.value.retry_after is not None and refused.value.retry_after > 60
    assert breaker.standing().state == "closed"
    pass_time("rate", "until", 90)
    gateway.enqueue("Yes.")
    assert ask() == "Yes."


def test_pause_is_believed_up_to_a_limit(gateway: Gateway) -> None:
    gateway.enqueue(error(429, Retry_After="999999"))
    with pytest.raises(Unavailable):
        ask()
    with pytest.raises(Unavailable) as refused:
        rate.wait_for_turn()
    assert refused.value.retry_after is not None and refused.value.retry_after <= rate.LONGEST_PAUSE


def fail_often(gateway: Gateway) -> None:
    gateway.enqueue(*[error(502) for _ in range(breaker.FAILURES)])
    for _ in range(breaker.FAILURES):
        with pytest.raises(Unavailable):
            ask()


def test_gateway_that_fails_again_and_again_is_left_alone(gateway: Gateway) -> None:
    fail_often(gateway)
    with pytest.raises(breaker.GatewayResting, match="failed 5 times in a row"):
        ask()
    assert len(gateway.completions) == breaker.FAILURES
    assert ModelCall.objects.count() == breaker.FAILURES
    (finding,) = diagnosis.rest()
    assert finding.state == "warning" and "open: 5 calls in a row failed" in finding.saw


def test_after_a_rest_one_call_tries_and_its_success_lets_all_through(gateway: Gateway) -> None:
    fail_often(gateway)
    pass_time("breaker", "until", breaker.OPEN)
    assert breaker.standing().state == "trying"
    breaker.let_through()
    with pytest.raises(Rejected):
        breaker.let_through()  # one at a time
    breaker.answered()
    gateway.enqueue("Yes.", "Yes.")
    assert ask() == ask() == "Yes."
    assert breaker.standing().state == "closed"


def test_try_that_fails_opens_it_again_at_once(gateway: Gateway) -> None:
    fail_often(gateway)
    pass_time("breaker", "until", breaker.OPEN)
    gateway.enqueue(error(502))
    with pytest.raises(Unavailable):
        ask()
    assert breaker.standing().state == "open"


def resting_is_over(gateway: Gateway) -> None:
    fail_often(gateway)
    pass_time("breaker", "until", breaker.OPEN)
    assert breaker.standing().state == "trying"


def test_try_that_meets_the_limit_is_an_answer(gateway: Gateway) -> None:
    resting_is_over(gateway)
    gateway.enqueue(error(429, Retry_After="0"))
    with pytest.raises(Unavailable):
        ask()
    assert breaker.standing().state == "closed"
    gateway.enqueue("Yes.")
    assert ask() == "Yes."


def test_try_that_is_refused_before_it_is_made_is_left_to_the_next(gateway: Gateway, settings) -> None:
    resting_is_over(gateway)
    limit = Budget.objects.create(period="day", limit_usd=0)
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=1)
    with pytest.raises(budgets.OverBudget):
        ask()
    limit.delete()
    rate.pause(90)
    with pytest.raises(Unavailable):
        ask()
    pass_time("rate", "until", 90)
    assert breaker.standing().state == "trying"
    gateway.enqueue("Yes.")
    assert ask() == "Yes."
    assert breaker.standing().state == "closed"


def test_try_whose_caller_leaves_is_left_to_the_next(gateway: Gateway) -> None:
    resting_is_over(gateway)
    gateway.enqueue("Yes.", "Yes.")
    with chat.stream([{"role": "user", "content": "Ready?"}], feature="draft") as stream:
        next(iter(stream))
    assert breaker.standing().state == "trying"
    assert ask() == "Yes."


def test_only_the_call_that_tries_leaves_its_try(gateway: Gateway) -> None:
    gateway.enqueue("Yes.")
    with chat.stream([{"role": "user", "content": "Ready?"}], feature="draft") as earlier:
        next(iter(earlier))
        resting_is_over(gateway)
        breaker.let_through()
    assert breaker.standing().state == "open"  # another call is trying


def test_single_failures_between_answers_open_nothing(gateway: Gateway) -> None:
    for _ in range(breaker.FAILURES):
        gateway.enqueue(error(502), "Yes.")
        with pytest.raises(Unavailable):
            ask()
        assert ask() == "Yes."
    assert breaker.standing().state == "closed"


def test_refused_key_is_an_answer(gateway: Gateway) -> None:
    gateway.enqueue(*[error(401) for _ in range(breaker.FAILURES + 1)])
    for _ in range(breaker.FAILURES + 1):
        with pytest.raises(Rejected, match="key"):
            ask()
    assert breaker.standing().state == "closed"


def test_without_valkey_calls_are_made_all_the_same(gateway: Gateway, settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    settings.LLM_REQUESTS_PER_MINUTE = 1
    gateway.enqueue("Yes.", "Yes.")
    assert ask() == ask() == "Yes."


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_a_turn_is_waited_for(gateway: Gateway, monkeypatch) -> None:
    held: list[bool] = []
    monkeypatch.setattr(rate.time, "sleep", lambda seconds: held.append(connection.connection is not None))
    rate.pause(5)
    gateway.enqueue("Yes.")
    assert ask() == "Yes."
    assert held == [False]
