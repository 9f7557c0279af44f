"""A tool call, asked for at the wire: forced, held against its schema, repaired once, else a failure."""

import json
from decimal import Decimal
from random import Random
from typing import Any, Literal

import pydantic
import pytest

from llm import tools
from llm.chat import ChatMessage
from llm.errors import InvalidToolCall, Rejected, Unavailable
from llm.models import ModelCall, Price
from tests.damages import DAMAGES, Corrupting, damaged
from tests.gateway import DROP, KEY, Gateway, Reply, error, stall

pytestmark = pytest.mark.django_db

QUESTION: list[ChatMessage] = [{"role": "user", "content": "Where shall it go?"}]


class Choose(pydantic.BaseModel):
    """Choose a team."""

    team: Literal["sales", "workshop"]
    urgency: int = pydantic.Field(ge=1, le=5)


RIGHT = {"team": "workshop", "urgency": 2}


@pytest.fixture(autouse=True)
def servers_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tools, "_refuse_forcing", set())


def ask() -> tools.ToolResult[Choose]:
    return tools.call(QUESTION, Choose, feature="second_opinion", prompt_version="v1")


def test_arguments_are_an_instance_and_the_request_forces_the_tool(gateway: Gateway) -> None:
    gateway.enqueue(Reply(calls=[("Choose", RIGHT)]))
    result = ask()
    assert result.arguments == Choose(team="workshop", urgency=2)
    (request,) = gateway.completions
    assert request.body["tool_choice"] == {"type": "function", "function": {"name": "Choose"}}
    (offered,) = request.body["tools"]
    schema = Choose.model_json_schema()
    assert schema.pop("description") == offered["function"]["description"]
    assert offered["function"]["parameters"] == schema
    assert offered["function"]["description"] == "Choose a team."
    assert not request.body.get("stream") and request.body["max_tokens"]


def test_call_is_on_the_ledger_with_its_cost(gateway: Gateway) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k="0.0006", completion_usd_per_1k="0.0022")
    gateway.enqueue(Reply(calls=[("Choose", RIGHT)], usage={"prompt_tokens": 1000, "completion_tokens": 500}))
    result = ask()
    call = ModelCall.objects.get()
    assert call == result.call and call.cost_usd == result.cost_usd == Decimal("0.0017")
    assert (call.outcome, call.feature, call.prompt_version) == ("complete", "second_opinion", "v1")
    assert call.finish_reason == "tool_calls"


UNFIT = [  # what the model answers first, what it is told
    (Reply(calls=[("Choose", {"team": "cook", "urgency": 2})]), "team: Input should be 'sales' or"),
    (Reply(calls=[("Choose", {"team": "sales", "urgency": 9})]), "urgency: Input should be less than"),
    (Reply(calls=[("Choose", {"team": "sales", "urgency": "2"})]), "urgency: Input should be a valid int"),
    (Reply(calls=[("Choose", {"team": "sales"})]), "urgency: Field required"),
    (Reply(calls=[("Choose", "{'team': oops")]), "Invalid JSON"),
    (Reply(calls=[("Choose", "[1]")]), "the whole"),
    (Reply(calls=[("Refund", RIGHT)]), "there is no tool Refund"),
    (Reply("To the workshop, I think."), "no call was made"),
]  # fmt: skip


@pytest.mark.parametrize(("first", "told"), UNFIT)
def test_what_does_not_fit_is_shown_to_the_model_once(gateway: Gateway, first: Reply, told: str) -> None:
    gateway.enqueue(first, Reply(calls=[("Choose", RIGHT)]))
    result = ask()
    assert result.arguments.team == "workshop"
    *_, said, correction = gateway.completions[1].body["messages"]
    assert (said["role"], correction["role"]) == ("assistant", "user")
    assert told in correction["content"]
    assert result.prompt_tokens == 200 and ModelCall.objects.filter(outcome="complete").count() == 2


def test_a_second_unfit_call_is_a_typed_failure(gateway: Gateway) -> None:
    gateway.enqueue(*[Reply(calls=[("Choose", {"team": "kitchen"})])] * 2)
    with pytest.raises(InvalidToolCall, match="Choose"):
        ask()
    assert issubclass(InvalidToolCall, Rejected) and len(gateway.completions) == 2


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RIGHT),
        f"```json\n{json.dumps(RIGHT, indent=2)}\n```",
        f"Sure {{really}}: {json.dumps(RIGHT)} – fine?",
        json.dumps({"name": "Choose", "arguments": RIGHT}),
    ],
)
def test_a_server_that_ignores_tools_is_read_from_its_text(gateway: Gateway, text: str) -> None:
    gateway.enqueue(Reply(text))
    assert ask().arguments == Choose(team="workshop", urgency=2)
    assert len(gateway.completions) == 1


def test_a_server_that_refuses_forcing_is_offered_the_tool_from_then_on(gateway: Gateway) -> None:
    refused = error(400, "tool_choice: only auto is supported")
    gateway.enqueue(refused, *[Reply(calls=[("Choose", RIGHT)])] * 2)
    assert ask().arguments == ask().arguments
    choices = [request.body["tool_choice"] for request in gateway.completions]
    assert [choice if choice == "auto" else "forced" for choice in choices] == ["forced", "auto", "auto"]
    assert list(ModelCall.objects.order_by("pk").values_list("outcome", flat=True)) == [
        "rejected",
        "complete",
        "complete",
    ]


def test_a_server_that_knows_no_tools_at_all_says_so(gateway: Gateway) -> None:
    gateway.enqueue(error(400, "tools are not supported"), error(400, "tools are not supported"))
    with pytest.raises(Rejected, match="tools are not supported"):
        ask()


def test_arguments_may_come_as_an_object(gateway: Gateway) -> None:
    function = {"name": "Choose", "arguments": RIGHT}
    message = {"role": "assistant", "tool_calls": [{"id": "1", "type": "function", "function": function}]}
    gateway.enqueue(Reply(body=json.dumps({"choices": [{"message": message, "finish_reason": "stop"}]})))
    result = ask()
    assert result.arguments.team == "workshop" and result.call.tokens_estimated


@pytest.mark.parametrize(
    ("reply", "failure", "why"),
    [
        (error(401), Rejected, "refused the key"),
        (error(429, Retry_After="3"), Unavailable, "rate limit"),
        (error(503), Unavailable, "fault"),
        (Reply(frames=["{", DROP]), Unavailable, "broke off"),
        (Reply(frames=["not JSON"]), Unavailable, "cannot be read"),
        (Reply(body="[]"), Unavailable, "cannot be read"),
        (Reply(body='{"choices": []}'), Unavailable, "cannot be read"),
        (Reply(body='{"choices": [{"message": 5}]}'), Unavailable, "cannot be read"),
        (Reply(body='{"error": {"message": "overloaded", "code": 503}}'), Unavailable, "503"),
        (Reply(body='{"error": {"message": "no", "code": "insufficient_quota"}}'), Rejected, "no"),
        (Reply("half", finish_reason="length"), Rejected, "cut off"),
        (Reply("", finish_reason="stop"), Unavailable, "nothing"),
        (Reply("x" * 1_100_000), Rejected, "did not come to an end"),
    ],
)
def test_every_failure_is_one_of_two(
    gateway: Gateway, reply: Reply, failure: type[Exception], why: str
) -> None:
    gateway.enqueue(reply)
    with pytest.raises(failure, match=why):
        ask()
    call = ModelCall.objects.get()
    assert call.outcome == ("rejected" if failure is Rejected else "unavailable")
    assert call.cost_usd == (None if call.finish_reason else 0), "paid for, if it came whole"


@pytest.mark.parametrize("frames", [[stall(60)], [b"{", 0.05] * 1200], ids=["silence", "drip"])
def test_the_whole_call_has_one_limit(gateway: Gateway, settings: Any, frames: list[Any]) -> None:
    settings.LLM_CALL_TIMEOUT = 0.4
    gateway.enqueue(Reply(frames=frames))
    with pytest.raises(Unavailable, match="took longer"):
        ask()
    assert ModelCall.objects.get().outcome == "unavailable"


def test_without_a_key_nothing_is_asked(settings: Any) -> None:
    settings.RUNAPI_KEY = ""
    with pytest.raises(Rejected, match="RUNAPI_KEY"):
        ask()
    assert not ModelCall.objects.exists()


@pytest.mark.parametrize("depth", [300, 900, 950, 970, 990, 5000])
def test_text_that_is_nested_without_end_is_no_call(gateway: Gateway, depth: int) -> None:
    nested = '{"a":' * depth + "1" + "}" * depth
    wrapped = f'{{"name": "Choose", "arguments": {nested}}}'
    gateway.enqueue(Reply(nested), Reply(wrapped))
    with pytest.raises(InvalidToolCall):
        ask()


def test_arguments_beside_what_is_nested_without_end_are_found(gateway: Gateway) -> None:
    nested = '{"a":' * 970 + "1" + "}" * 970
    gateway.enqueue(Reply(f"{json.dumps(RIGHT)} {nested}"))
    assert ask().arguments.urgency == 2


# --- a server that damages calls ---


@pytest.mark.parametrize("kind", DAMAGES)
def test_damage_is_read_where_it_is_harmless_and_else_repaired(gateway: Gateway, kind: str) -> None:
    bad = damaged(kind, "Choose", RIGHT, Random(3))
    gateway.enqueue(Reply(calls=[bad]), Reply(calls=[("Choose", RIGHT)]))
    assert ask().arguments == Choose(team="workshop", urgency=2)
    harmless = kind in ("one field more", "object", "JSON in JSON")
    assert len(gateway.completions) == (1 if harmless else 2)


def test_a_thousand_calls_of_a_server_that_damages_a_tenth(settings: Any) -> None:
    """Each call and each text by itself, in the repair as well."""
    calls, failed = 1_000, 0
    with Corrupting("Choose", RIGHT) as gateway:
        settings.LLM_BASE_URL, settings.RUNAPI_KEY = gateway.url, KEY
        for _ in range(calls):
            try:
                assert ask().arguments == Choose(**RIGHT)
            except InvalidToolCall:
                failed += 1
    assert gateway.damaged >= 0.08 * calls
    assert 1 - failed / calls >= 0.999
    assert calls < len(gateway.completions) < 1.10 * calls


def test_a_repair_may_stand_in_the_text_where_the_call_is_damaged_again(gateway: Gateway) -> None:
    cut = ("Choose", '{"team": "work')
    gateway.enqueue(Reply(calls=[cut]), Reply(json.dumps(RIGHT), calls=[cut]))
    assert ask().arguments.team == "workshop"
    first, repair = gateway.completions
    assert repair.body["tool_choice"] == "auto" and first.body["tool_choice"] != "auto"
    assert "into your text as well" in repair.body["messages"][-1]["content"]


@pytest.mark.parametrize("text", ['{"team": "workshop", "urgency": 2', '{"team": "workshop"}', "{", "2"])
def test_what_was_cut_is_never_completed(gateway: Gateway, text: str) -> None:
    gateway.enqueue(*[Reply(text, calls=[("Choose", text)])] * 2)
    with pytest.raises(InvalidToolCall):
        ask()


def test_forcing_that_is_refused_and_then_ignored_ends_in_the_typed_failure(gateway: Gateway) -> None:
    gateway.enqueue(error(400, "tool_choice is not supported"), *[Reply("To the workshop, I think.")] * 2)
    with pytest.raises(InvalidToolCall, match="no call was made"):
        ask()
    assert len(gateway.completions) == 3


def test_arguments_hold_only_what_can_be_stored(gateway: Gateway) -> None:
    class Note(pydantic.BaseModel):
        text: str

    gateway.enqueue(Reply(calls=[("Note", r'{"text": "a\u0000b \ud800 c"}')]))
    found = tools.call(QUESTION, Note, feature="second_opinion").arguments
    assert found.text == "ab ? c"
