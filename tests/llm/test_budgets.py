"""No more is spent than a budget allows, whoever calls at the same time and whatever becomes of the calls."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from config import diagnosis
from llm import budgets, chat, ledger, pricing, tokens, variants
from llm.errors import Rejected, Unavailable
from llm.models import Budget, ModelCall, Price, Spending, Variant
from tests.gateway import DROP, Gateway, Reply

pytestmark = pytest.mark.django_db

# A prompt of 40 bytes and an answer of 10 tokens, at most.
PROMPT: list[chat.ChatMessage] = [{"role": "user", "content": "How long do refunds take, counted in day"}]
USAGE = {"prompt_tokens": 20, "completion_tokens": 10}


@pytest.fixture(autouse=True)
def priced(settings) -> None:
    settings.LLM_MAX_TOKENS = 10
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=10)


def ask(feature: str = "draft") -> chat.ChatResult:
    stream = chat.stream(PROMPT, feature=feature)
    list(stream)
    return stream.result


def day() -> Spending:
    return Spending.objects.get(period="day")


def test_call_reserves_the_most_it_can_cost_and_is_settled_at_what_it_did(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five days.", usage={"prompt_tokens": 18, "completion_tokens": 4}))
    stream = chat.stream(PROMPT, feature="draft")
    next(iter(stream))
    most = ModelCall.objects.get().reserved_usd
    assert day().reserved_usd == most >= Decimal("0.02") + Decimal("0.1")
    list(stream)
    assert stream.result.cost_usd == Decimal("0.058")
    for row in Spending.objects.all():
        assert (row.spent_usd, row.reserved_usd) == (Decimal("0.058"), 0), row.period


def test_request_names_the_longest_answer_that_was_reserved_for(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    ask()
    assert gateway.requests[-1].body["max_tokens"] == 10


@pytest.mark.parametrize("period", ["day", "month"])
def test_call_that_might_exceed_a_budget_is_not_made(gateway: Gateway, period: str) -> None:
    Budget.objects.create(period=period, limit_usd="0.01")
    with pytest.raises(Rejected, match=f"more than the whole budget of this {period} ") as refused:
        ask()
    assert "spent" not in str(refused.value)
    assert gateway.completions == []
    call = ModelCall.objects.get()
    assert (call.outcome, call.cost_usd) == ("rejected", 0)
    assert not Spending.objects.exclude(reserved_usd=0).exists()


def test_refusal_tells_what_the_call_would_cost_and_what_is_left(gateway: Gateway) -> None:
    Budget.objects.create(period="day", limit_usd="1")
    started = timezone.localdate()
    Spending.objects.create(period="day", starts=started, spent_usd="0.9", reserved_usd="0.05")
    with pytest.raises(budgets.OverBudget, match=r"might cost 0\.\d{4} USD, and 0\.0500 are left") as refused:
        ask()
    told = (
        "of this day (1.0000 USD): 0.9000 are spent, and 0.0500 are kept for calls under way. It begins anew"
    )
    assert told in str(refused.value)


def test_environment_sets_a_budget_and_an_admins_row_beats_it(gateway: Gateway, settings) -> None:
    settings.LLM_BUDGETS = {"day": Decimal("0.01"), "month": None}
    with pytest.raises(budgets.OverBudget):
        ask()
    Budget.objects.create(period="day", limit_usd=100)
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    assert ask().cost_usd == Decimal("0.12")


def test_model_without_a_price_is_not_called_on_a_budget(gateway: Gateway) -> None:
    Price.objects.all().delete()
    Budget.objects.create(period="day", limit_usd=100)
    with pytest.raises(Rejected, match="No price is known for glm"):
        ask()
    assert gateway.completions == []


def test_model_without_a_price_is_called_where_no_budget_is_set(gateway: Gateway) -> None:
    Price.objects.all().delete()
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    assert ask().cost_usd is None


def test_failed_call_frees_what_it_reserved(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five", after=DROP))
    with pytest.raises(Unavailable):
        ask()
    assert (day().spent_usd, day().reserved_usd) == (0, 0)


def test_call_that_is_left_or_whose_process_dies_frees_what_it_reserved(gateway: Gateway) -> None:
    with chat.stream(PROMPT, feature="draft") as stream:
        next(iter(stream))
        assert day().reserved_usd > 0
    assert day().reserved_usd == 0
    call = ledger.open_call("draft", "glm-4.5", "https://x/v1", most_tokens=(10, 10))
    assert day().reserved_usd > 0
    ModelCall.objects.filter(pk=call.pk).update(started="2026-01-01T00:00:00Z")
    Spending.objects.update(starts="2026-01-01")
    assert ledger.close_lost_calls() == 1
    assert day().reserved_usd == 0


@pytest.mark.django_db(transaction=True)
def test_fifty_callers_at_once_never_exceed_it(gateway: Gateway) -> None:
    Budget.objects.create(period="day", limit_usd="2.00")
    gateway.enqueue(*[Reply("Five days.", usage=USAGE, wait=0.05) for _ in range(50)])
    answered, refused = [], []

    def one() -> None:
        try:
            answered.append(ask())
        except budgets.OverBudget as error:
            refused.append(error)
        finally:
            connection.close()

    callers = [threading.Thread(target=one) for _ in range(50)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert len(answered) + len(refused) == 50 and answered and refused
    billed = len(gateway.completions) * Decimal("0.12")
    assert day().spent_usd == billed == sum(one.cost_usd or 0 for one in answered)
    assert billed <= 2 and day().reserved_usd == 0


def test_lighter_model_serves_once_a_budget_is_nearly_used_up(gateway: Gateway) -> None:
    Variant.objects.create(feature="lighter", model="glm-4.5-air")
    Budget.objects.create(period="day", limit_usd=10)
    assert variants.in_force("draft").model == "glm-4.5"
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    ask()
    Spending.objects.update(spent_usd=8)
    assert budgets.tight()
    served = variants.all_in_force()
    assert {one.feature for one in served} == set(Variant.Feature) - {Variant.Feature.LIGHTER}
    assert all(one.model == "glm-4.5-air" and "nearly used up" in one.set_by for one in served)


def test_calls_priced_later_count_as_spent(gateway: Gateway) -> None:
    Price.objects.all().delete()
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    ask()
    call = ModelCall.objects.get()
    pricing.enter("glm-4.5", Decimal(1), Decimal(10), call.started)
    assert day().spent_usd == Decimal("0.12")


def test_doctor_says_how_a_budget_stands() -> None:
    (finding,) = diagnosis.budget()
    assert finding.saw == "no limit is set"
    Budget.objects.create(period="day", limit_usd=10)
    budgets.settle(ModelCall.objects.create(feature="draft", model="glm-4.5", gateway="x"), Decimal(9))
    (finding,) = diagnosis.budget()
    assert (finding.state, finding.saw) == ("warning", "9.00 of 10.00 USD of this day are used")


def test_prompts_tokens_are_estimated_by_what_was_counted_before(gateway: Gateway) -> None:
    assert tokens.estimated(1000, 1, "glm-4.5") >= 500
    for _ in range(3):
        gateway.enqueue(Reply("Five days.", usage={"prompt_tokens": 10, "completion_tokens": 1}))
        ask()
    assert 1000 / 4 <= tokens.estimated(1000, 1, "glm-4.5") <= 1000 / 4 / 0.9 + 20


def test_prompt_with_a_token_a_byte_reserves_for_all_of_them_whatever_was_counted_before(
    gateway: Gateway,
) -> None:
    gateway.enqueue(Reply("Yes.", usage={"prompt_tokens": 1, "completion_tokens": 1}))
    ask()  # forty bytes a token
    dense = "a b " * 500
    usage = {"prompt_tokens": len(dense), "completion_tokens": 10}
    gateway.enqueue(Reply("Yes.", usage=usage))
    limit = Budget.objects.create(period="day", limit_usd="1.00")
    with pytest.raises(budgets.OverBudget):
        ask_long(dense)
    limit.limit_usd = day().spent_usd + Decimal("2.00") + Decimal("0.10") + Decimal("0.05")
    limit.save()
    ask_long(dense)
    assert len(gateway.completions) == 2 and day().spent_usd <= limit.limit_usd


def ask_long(text: str) -> None:
    list(chat.stream([{"role": "user", "content": text}], feature="draft"))


def test_call_is_settled_at_the_price_that_held_when_it_began(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    stream = chat.stream(PROMPT, feature="draft")
    pieces = iter(stream)
    next(pieces)
    pricing.enter("glm-4.5", Decimal(100), Decimal(100), timezone.now())
    list(pieces)
    assert stream.result.cost_usd == day().spent_usd == Decimal("0.12")


def test_call_that_began_before_its_price_held_stays_without_a_cost(gateway: Gateway) -> None:
    Price.objects.all().delete()
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    stream = chat.stream(PROMPT, feature="draft")
    pieces = iter(stream)
    next(pieces)
    pricing.enter("glm-4.5", Decimal(100), Decimal(100), timezone.now())
    list(pieces)
    assert stream.result.cost_usd is None
    assert pricing.enter("glm-4.5", Decimal(1), Decimal(1), timezone.now()).calls_priced == 0


def test_what_was_reserved_is_freed_once_though_the_price_came_back_later(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    stream = chat.stream(PROMPT, feature="draft")
    pieces = iter(stream)
    next(pieces)
    Price.objects.all().delete()
    list(pieces)
    assert stream.result.cost_usd is None and day().reserved_usd == 0
    pricing.enter("glm-4.5", Decimal(1), Decimal(10), stream.result.call.started)
    assert (day().spent_usd, day().reserved_usd) == (Decimal("0.12"), 0)


def test_answer_of_a_call_that_was_taken_for_lost_counts_once(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five days.", usage=USAGE))
    stream = chat.stream(PROMPT, feature="draft")
    pieces = iter(stream)
    next(pieces)
    began = timezone.now()
    ModelCall.objects.update(started=began - timedelta(hours=1))
    assert ledger.close_lost_calls() == 1
    ModelCall.objects.update(started=began)
    assert (day().spent_usd, day().reserved_usd) == (0, 0)
    list(pieces)
    call = ModelCall.objects.get()
    assert (call.outcome, call.cost_usd, call.error) == ("complete", Decimal("0.12"), "")
    assert (day().spent_usd, day().reserved_usd) == (Decimal("0.12"), 0)
    ledger.count(call, 20, 10)
    ledger.complete(call)
    assert day().spent_usd == Decimal("0.12")
