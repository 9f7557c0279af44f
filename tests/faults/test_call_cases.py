"""However a stream with a tool's call goes wrong, no call that was cut or damaged is taken for one."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from llm import breaker, chat, schemas
from llm.errors import ModelError, Rejected, Unavailable
from llm.models import ModelCall
from support.model_tools import TOOLS
from tests.faults.test_stream_cases import LIMITS
from tests.gateway import CUT, DROP, RESET, Act, Gateway, Reply, chunk, completion, error, frames, stall

pytestmark = pytest.mark.django_db

QUERY = {"query": "Wie lange dauert eine Rückzahlung 🙂?"}
QUESTION: list[chat.ChatMessage] = [{"role": "user", "content": "How long do refunds take?"}]
FORMS = [schemas.form(tool) for tool in TOOLS]


def raw(frame: Any) -> bytes:
    """As servers send it that don't escape what isn't ASCII."""
    data = str(frame).removeprefix("data: ").strip()
    sent = data if data == "[DONE]" else json.dumps(json.loads(data), ensure_ascii=False)
    return f"data: {sent}\n\n".encode()


CALL = Reply("Let me see. ", calls=[("search_kb", QUERY)])
FRAMES = [raw(frame) for frame in frames(CALL) if isinstance(frame, str)]
WHOLE = b"".join(FRAMES)


@pytest.fixture(autouse=True)
def tools_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat, "_refuse_tools", set())


def ask() -> chat.ChatResult:
    stream = chat.stream(QUESTION, feature="draft", tools=FORMS)
    for _ in stream:
        pass
    return stream.result


def meant(result: chat.ChatResult) -> list[dict[str, Any]]:
    return [schemas.read(call, TOOLS).model_dump() for call in result.calls]


def pieces(*said: Any, reason: str | None = "tool_calls") -> Reply:
    sent = [chunk({"tool_calls": [one]}) for one in said]
    return Reply(frames=[*sent, chunk({}, finish_reason=reason), "data: [DONE]\n\n"])


def function(arguments: Any, name: str | None = None, **fields: Any) -> dict[str, Any]:
    return {**fields, "function": {"name": name, "arguments": arguments}}


WHOLE_CALLS = {
    "plain": CALL,
    "not escaped": Reply(frames=FRAMES),
    "one byte at a time": Reply(frames=[bytes([byte]) for byte in WHOLE]),
    "everything in one packet": Reply(frames=[WHOLE]),
    "empty frames between": Reply(frames=[x for f in FRAMES for x in (b": ping\n\n", b"\n\n", f)]),
    "no usage": Reply("Let me see. ", calls=CALL.calls, usage=None),
    "without [DONE]": Reply("Let me see. ", calls=CALL.calls, done=False),
    "ended as a text is": Reply(frames=[f.replace(b'"tool_calls"}]', b'"stop"}]') for f in FRAMES]),
    "ended as calls once were": Reply(
        frames=[f.replace(b'"tool_calls"}]', b'"function_call"}]') for f in FRAMES]
    ),
    "the opening of the call twice": Reply(frames=[*FRAMES[:5], FRAMES[4], *FRAMES[5:]]),
    "no index": pieces(function(json.dumps(QUERY), "search_kb", id="a")),
    "an object": pieces(function(QUERY, "search_kb", index=0, id="a")),
    "JSON in JSON": pieces(function(json.dumps(json.dumps(QUERY)), "search_kb", index=0, id="a")),
    "as calls once were": Reply(
        frames=[
            chunk({"function_call": {"name": "search_kb", "arguments": ""}}),
            chunk({"function_call": {"arguments": json.dumps(QUERY)}}),
            chunk({}, finish_reason="function_call"),
        ]
    ),
    "one body instead of a stream": Reply(body=json.dumps(completion(CALL))),
}  # fmt: skip


@pytest.mark.parametrize("reply", WHOLE_CALLS.values(), ids=WHOLE_CALLS.keys())
def test_odd_but_whole_call_is_taken_whole(gateway: Gateway, reply: Reply) -> None:
    gateway.enqueue(reply)
    assert meant(ask()) == [QUERY]
    assert ModelCall.objects.get().outcome == "complete"


def begun(*then: object) -> Reply:
    """Half a call, and then what the case is about."""
    return Reply(frames=[*FRAMES[:7], *then])


def said(arguments: Any, name: str = "search_kb") -> Reply:
    return pieces(function(arguments, name, index=0, id="a"))


LOST = {
    "cut cleanly": (begun(CUT), Unavailable, "broke off"),
    "cut, but with [DONE]": (begun("data: [DONE]\n\n"), Unavailable, "broke off"),
    "hung up": (begun(DROP), Unavailable, "broke off"),
    "reset": (begun(RESET), Unavailable, "broke off"),
    "stall": (begun(stall(60)), Unavailable, "stopped in the middle"),
    "drip": (begun(*[FRAMES[6], 0.1] * 600), Unavailable, "took longer"),
    "error frame": (begun('data: {"error": {"code": 503}}\n\n'), Unavailable, "503"),
    "error frame, filter": (begun('data: {"error": {"code": "content_filter"}}\n\n'), Rejected, "refused"),
    "broken frame": (begun('data: {"choices": [{"delta": {"tool_calls"\n\n'), Unavailable, "cannot be read"),
    "calls that are text": (begun(chunk({"tool_calls": "no"})), Unavailable, "cannot be read"),
    "calls that are numbers": (begun(chunk({"tool_calls": [7]})), Unavailable, "cannot be read"),
    "length": (
        Reply(calls=[("search_kb", '{"query": "refu')], finish_reason="length"), Rejected, "cut off",
    ),
    "filter": (Reply(calls=CALL.calls, finish_reason="content_filter"), Rejected, "filter"),
    "lost model": (Reply(calls=CALL.calls, finish_reason="network_error"), Unavailable, "lost"),
    "no reason": (Reply(calls=CALL.calls, finish_reason=None), Unavailable, "broke off"),
    "a call that is not there": (Reply("Hm.", finish_reason="tool_calls"), Unavailable, "lost the call"),
    "without end": (pieces(*[function("x" * 900, index=0)] * 60), Rejected, "come to an end"),
    "calls without end": (
        pieces(*[function("{}", "f", index=number) for number in range(40)]), Rejected, "without end",
    ),
    "500 of what reads tools": (error(500, "tool parser crashed"), Unavailable, "500"),
    "503": (error(503), Unavailable, "503"),
    "429": (error(429), Unavailable, "rate limit"),
    "401": (error(401), Rejected, "key"),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "kind", "words"), LOST.values(), ids=LOST.keys())
def test_fault_is_classified_and_no_call_is_made(
    gateway: Gateway, settings: Any, reply: Reply, kind: type[ModelError], words: str
) -> None:
    if words in LIMITS:
        setattr(settings, *LIMITS[words])
    gateway.enqueue(reply)
    with pytest.raises(kind, match=words):
        ask()
    call = ModelCall.objects.get()
    # Nothing, unless its last frame came: that is billed, whatever it says; no price is known here.
    cost = None if gateway.billed or call.prompt_tokens else 0
    assert (call.outcome, call.cost_usd) == (kind.__name__.lower(), cost)


BROKEN = {
    "cut off": said('{"query": "refu'),
    "no JSON": said("refunds"),
    "wrong type": said({"query": 7}),
    "missing field": said({}),
    "one field more": said({**QUERY, "audience": "internal"}),
    "empty": said(""),
    "null": said("null"),
    "a list": said([QUERY]),
    "too long": said({"query": "x" * 301}),
    "no such tool": said(QUERY, "send_reply"),
    "nested without end": said('{"query":' * 5_000),
}


@pytest.mark.parametrize("reply", BROKEN.values(), ids=BROKEN.keys())
def test_call_that_breaks_its_schema_is_told_apart(gateway: Gateway, reply: Reply) -> None:
    gateway.enqueue(reply)
    result = ask()
    with pytest.raises(schemas.Unfit):
        meant(result)


def places() -> Iterator[int]:
    """The end of each frame before the one that completes the call, its middle, and within each character."""
    done = 0
    for frame in FRAMES[:-3]:
        yield done + len(frame) // 2
        done += len(frame)
        yield done
    yield from (place for place in range(len(WHOLE)) if WHOLE[place] & 0xC0 == 0x80)


@pytest.mark.parametrize("end", [CUT, DROP, RESET], ids=lambda end: end.name)
def test_cut_anywhere_before_the_end_is_no_call(gateway: Gateway, end: Act) -> None:
    for place in sorted(set(places())):
        gateway.enqueue(Reply(frames=[WHOLE[:place], end]))
        with pytest.raises(Unavailable):
            ask()
        breaker.answered()  # or it would be left alone after a few


@hypothesis_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=6))
def test_damaged_call_is_whole_or_unfit_or_one_of_two_errors(
    gateway: Gateway, place: int, junk: bytes
) -> None:
    gateway.enqueue(Reply(frames=[WHOLE[:place] + junk + WHOLE[place + len(junk) :]]))
    try:
        result = ask()
        assert all(one["query"] for one in meant(result) if "query" in one)
    except (Unavailable, Rejected, schemas.Unfit) as caught:
        assert str(caught)
        breaker.answered()
