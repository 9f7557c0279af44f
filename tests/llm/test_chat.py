"""The gateway, asked at the wire: what streams, what it costs, and how it says that it failed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from llm import chat, ledger
from llm.errors import Rejected, Unavailable
from llm.models import ModelCall, Price
from tests.gateway import DROP, KEY, Gateway, Reply, chunk, error, frames, stall

pytestmark = pytest.mark.django_db

QUESTION: list[chat.ChatMessage] = [
    {"role": "system", "content": "Answer from the passages."},
    {"role": "user", "content": "How long do refunds take?"},
]


def ask() -> chat.ChatResult:
    stream = chat.stream(QUESTION, feature="draft", prompt_version="v1")
    text = "".join(stream)
    assert stream.result.text == text
    return stream.result


def test_pieces_stream_and_the_result_is_their_sum(gateway: Gateway) -> None:
    gateway.enqueue("Refunds take 5 days [1].")
    stream = chat.stream(QUESTION, feature="draft")
    assert list(stream) == ["Refunds", " take", " 5", " days", " [1]."]
    assert stream.result.text == "Refunds take 5 days [1]."


def test_request_names_model_key_usage_and_the_extra_body(gateway: Gateway, settings) -> None:
    settings.LLM_MODEL = "glm-4.5-air"
    gateway.enqueue("Yes.")
    assert ask().model == "glm-4.5-air"
    (request,) = gateway.requests
    assert request.path == "/v1/chat/completions"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body["model"] == "glm-4.5-air"
    assert request.body["messages"] == QUESTION
    assert request.body["stream"] is True
    assert request.body["stream_options"] == {"include_usage": True}
    assert request.body["thinking"] == {"type": "disabled"}


def test_thinking_is_never_shown(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five days.", reasoning=["The customer", " wants to know"]))
    assert ask().text == "Five days."


def test_complete_call_is_on_the_ledger_with_its_tokens(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five days.", usage={"prompt_tokens": 321, "completion_tokens": 7}))
    result = ask()
    call = ModelCall.objects.get()
    assert call == result.call
    assert (call.outcome, call.feature, call.prompt_version) == ("complete", "draft", "v1")
    assert (call.prompt_tokens, call.completion_tokens, call.tokens_estimated) == (321, 7, False)
    assert call.gateway == gateway.url and call.finish_reason == "stop"
    assert call.started <= call.first_piece <= call.finished


def test_cost_is_unknown_until_a_price_is_entered(gateway: Gateway) -> None:
    assert ask().cost_usd is None
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k="0.0006", completion_usd_per_1k="0.0022")
    gateway.enqueue(Reply("Yes.", usage={"prompt_tokens": 1000, "completion_tokens": 500}))
    assert ask().cost_usd == Decimal("0.0017")


def test_missing_usage_is_estimated_and_says_so(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Five days, eight words, about twelve tokens.", usage=None))
    result = ask()
    call = ModelCall.objects.get()
    assert call.tokens_estimated
    assert (result.prompt_tokens, result.completion_tokens) == (14, 11)


@pytest.mark.parametrize("usage", [{"prompt_tokens": -5, "completion_tokens": "many"}, {"prompt_tokens": 4}])
def test_senseless_usage_is_estimated(gateway: Gateway, usage: dict) -> None:
    gateway.enqueue(Reply("Five days.", usage=usage))
    assert ask().call.tokens_estimated


def test_usage_within_the_last_piece_counts(gateway: Gateway) -> None:
    gateway.enqueue(Reply("Yes.", usage_in_last_piece=True))
    assert ask().prompt_tokens == 100


def test_failed_call_costs_nothing_and_keeps_its_reason(gateway: Gateway) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=1)
    gateway.enqueue(Reply("Refunds take", after=DROP))
    with pytest.raises(Unavailable):
        ask()
    call = ModelCall.objects.get()
    assert (call.outcome, call.cost_usd) == ("unavailable", 0)
    assert "broke off" in call.error and call.finished


def test_one_call_is_one_request_whatever_happens(gateway: Gateway) -> None:
    gateway.enqueue(error(500))
    with pytest.raises(Unavailable):
        ask()
    assert len(gateway.requests) == 1


def test_who_stops_listening_abandons_the_call(gateway: Gateway) -> None:
    gateway.enqueue(Reply("One" + " word" * 400, delay=0.05))
    with chat.stream(QUESTION, feature="draft") as stream:
        assert next(iter(stream)) == "One"
    call = ModelCall.objects.get()
    assert (call.outcome, call.cost_usd) == ("abandoned", 0)


def test_row_is_closed_once(gateway: Gateway) -> None:
    stream = chat.stream(QUESTION, feature="draft")
    list(stream)
    stream.close()
    assert ModelCall.objects.get().outcome == "complete"


def test_stream_that_nobody_reads_asks_nothing(gateway: Gateway) -> None:
    chat.stream(QUESTION, feature="draft").close()
    assert not gateway.requests and not ModelCall.objects.exists()


def test_without_a_key_nothing_is_asked_and_nothing_is_on_the_ledger(settings) -> None:
    settings.RUNAPI_KEY = ""
    assert not chat.configured()
    with pytest.raises(Rejected, match="RUNAPI_KEY"):
        ask()
    assert not ModelCall.objects.exists()


@pytest.mark.parametrize("key", ["schlüssel", "two\nlines"])
def test_key_that_no_header_can_carry_is_named(gateway: Gateway, settings, key: str) -> None:
    settings.RUNAPI_KEY = key
    with pytest.raises(Rejected, match="RUNAPI_KEY holds"):
        ask()


def test_key_never_appears_in_an_error(gateway: Gateway, settings) -> None:
    settings.RUNAPI_KEY = "sk-wrong-1234"
    with pytest.raises(Rejected) as refused:
        ask()
    assert "refused the key" in str(refused.value)
    gateway.enqueue(error(400, "bad request with sk-right-99 in it"))
    settings.RUNAPI_KEY = "sk-right-99"
    with pytest.raises(Rejected) as refused:
        ask()
    assert "bad request" in str(refused.value)
    assert not ModelCall.objects.filter(error__contains="sk-").exists()


def test_secret_in_the_address_is_not_kept(gateway: Gateway, settings) -> None:
    settings.LLM_BASE_URL = gateway.url.replace("://", "://user:secret@")
    with pytest.raises(Rejected):
        ask()
    assert "secret" not in ModelCall.objects.get().gateway


def test_unreachable_gateway_is_unavailable(gateway: Gateway, settings) -> None:
    settings.LLM_BASE_URL = "http://127.0.0.1:9/v1"
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1"):
        ask()


def test_rate_limit_says_when_to_come_back(gateway: Gateway) -> None:
    gateway.enqueue(error(429, Retry_After="7"))
    with pytest.raises(Unavailable) as limited:
        ask()
    assert limited.value.retry_after == 7


@pytest.mark.parametrize(
    ("limit", "reply"),
    [
        ("LLM_FIRST_PIECE_TIMEOUT", Reply("late", wait=60)),
        ("LLM_FIRST_PIECE_TIMEOUT", Reply(frames=[": waiting\n\n", 0.1] * 600)),
        ("LLM_PIECE_TIMEOUT", Reply("It stops", after=stall(60))),
        ("LLM_CALL_TIMEOUT", Reply("word " * 3000, delay=0.02)),
        ("LLM_CALL_TIMEOUT", Reply(frames=[b"d", 0.05] * 1200)),
    ],
    ids=["nothing", "comments only", "stall", "slow drip of pieces", "slow drip of bytes"],
)
def test_every_wait_has_a_limit(gateway: Gateway, settings, limit: str, reply: Reply) -> None:
    setattr(settings, limit, 0.4)
    gateway.enqueue(reply)
    with pytest.raises(Unavailable, match=r"within the time limit|took longer"):
        ask()


def test_thinking_counts_as_life(gateway: Gateway, settings) -> None:
    settings.LLM_FIRST_PIECE_TIMEOUT = settings.LLM_PIECE_TIMEOUT = 2
    thoughts = [item for _ in range(25) for item in (chunk({"reasoning_content": "hm"}), 0.1)]
    gateway.enqueue(Reply(frames=[*thoughts, *frames(Reply("Five days."))]))
    assert ask().text == "Five days."


def test_half_a_character_waits_for_its_other_half(gateway: Gateway) -> None:
    gateway.enqueue(Reply(pieces=["Done ", "\ud83d", "\ude00", " \x00ok \ud83d", "."]))
    text = ask().text
    assert text == "Done 😀 ok �."


def test_calls_of_dead_processes_are_closed_as_abandoned(settings) -> None:
    long_ago = timezone.now() - timedelta(seconds=settings.LLM_CALL_TIMEOUT + 60)
    dead = ModelCall.objects.create(feature="draft", model="glm-4.5", gateway="x", started=long_ago)
    alive = ModelCall.objects.create(feature="draft", model="glm-4.5", gateway="x")
    assert ledger.close_lost_calls() == 1
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.outcome, dead.cost_usd, alive.outcome) == ("abandoned", 0, "started")


@pytest.mark.django_db(transaction=True)
def test_no_database_connection_is_held_while_the_model_writes(gateway: Gateway) -> None:
    stream = chat.stream(QUESTION, feature="draft")
    for _ in stream:
        assert connection.connection is None
    assert stream.result.call.outcome == "complete"


def test_models_are_listed_for_the_doctor(gateway: Gateway, settings) -> None:
    gateway.models = ["glm-4.5", "glm-4.5-air"]
    assert chat.models() == ["glm-4.5", "glm-4.5-air"]
    settings.RUNAPI_KEY = "wrong"
    with pytest.raises(Rejected, match="refused the key"):
        chat.models()
