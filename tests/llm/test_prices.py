"""What models cost is entered once, from a moment on, and no bill that was told changes behind its reader."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from llm import chat
from llm.models import ModelCall, Price
from tests.gateway import Gateway, Reply

pytestmark = pytest.mark.django_db


def prices(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    call_command("prices", *arguments)
    return capsys.readouterr().out


def call_of(model: str, **fields: object) -> ModelCall:
    now = timezone.now()
    given = {"outcome": "complete", "prompt_tokens": 2000, "completion_tokens": 500, "finished": now}
    return ModelCall.objects.create(feature="draft", model=model, gateway="https://x/v1", **(given | fields))


def test_price_is_entered_and_listed(capsys) -> None:
    out = prices("set", "glm-4.5", "--prompt", "0.0006", "--completion", "0.0022", capsys=capsys)
    assert "glm-4.5 costs prompt 0.0006, completion 0.0022 USD per 1K since " in out
    (listed,) = json.loads(prices("--json", capsys=capsys))
    (price,) = listed["prices"]
    assert (listed["model"], price["prompt_usd_per_1k"], price["in_force"]) == ("glm-4.5", "0.0006", True)


def test_calls_without_a_price_are_unpriced_and_get_their_cost_when_it_is_entered(capsys) -> None:
    before = call_of("glm-4.5", started=timezone.now() - timedelta(days=40))
    unpriced, other = call_of("glm-4.5"), call_of("other")
    assert "calls without a cost: 2" in prices(capsys=capsys)
    since = (timezone.now() - timedelta(days=30)).strftime("%Y-%m-%d")
    out = prices("set", "glm-4.5", "--prompt", "1", "--completion", "2", "--since", since, capsys=capsys)
    assert "have a cost: 1" in out
    costs = [ModelCall.objects.get(pk=one.pk).cost_usd for one in (before, unpriced, other)]
    assert costs == [None, Decimal(3), None]


def test_new_price_leaves_what_was_billed(capsys) -> None:
    billed = call_of("glm-4.5", cost_usd=Decimal("0.5"))
    prices("set", "glm-4.5", "--prompt", "9", "--completion", "9", capsys=capsys)
    billed.refresh_from_db()
    assert billed.cost_usd == Decimal("0.5")


def test_price_of_the_future_is_not_in_force_yet(capsys) -> None:
    prices("set", "glm-4.5", "--prompt", "1", "--completion", "1", "--since", "2999-01-01", capsys=capsys)
    assert Price.objects.in_force("glm-4.5") is None
    assert "unpriced" in prices(capsys=capsys)


def test_cached_tokens_cost_their_own_price(gateway: Gateway) -> None:
    Price.objects.create(
        model="glm-4.5", prompt_usd_per_1k="1", cached_usd_per_1k="0.1", completion_usd_per_1k="2"
    )
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "prompt_tokens_details": {"cached_tokens": 600}}
    gateway.enqueue(Reply("Five days.", usage=usage))
    stream = chat.stream([{"role": "user", "content": "How long?"}], feature="draft")
    list(stream)
    assert stream.result.cost_usd == Decimal("0.4") + Decimal("0.06") + Decimal("0.2")
    assert ModelCall.objects.get().cached_tokens == 600


@pytest.mark.parametrize("told", [-5, 10**9, "many", None])
def test_gateway_that_miscounts_cached_tokens_never_makes_a_call_cost_less_than_nothing(
    gateway: Gateway, told: object
) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, cached_usd_per_1k=0, completion_usd_per_1k=1)
    usage = {"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": told}}
    gateway.enqueue(Reply("Yes.", usage=usage))
    stream = chat.stream([{"role": "user", "content": "Is it?"}], feature="draft")
    list(stream)
    assert 0 <= ModelCall.objects.get().cached_tokens <= 10
    assert stream.result.cost_usd is not None and stream.result.cost_usd > 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--prompt", "cheap", "--completion", "1"], "“cheap” is no price"),
        (["--prompt", "-1", "--completion", "1"], "is no price"),
        (["--prompt", "NaN", "--completion", "1"], "is no price"),
        (["--prompt", "99999999", "--completion", "1"], "digits before the decimal point"),
        (["--prompt", "1", "--completion", "1", "--since", "yesterday"], "“yesterday” is no date"),
        (["--prompt", "1", "--completion", "1", "--since", "2026-02-31"], "is no date"),
    ],
)
def test_what_is_no_price_is_refused_in_one_sentence(arguments: list[str], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("prices", "set", "glm-4.5", *arguments)
    assert not Price.objects.exists()


def test_without_any_price_the_list_says_how_to_enter_one(capsys) -> None:
    assert "manage.py prices set MODEL" in prices(capsys=capsys)
