"""However a stream goes wrong, it is one of two errors, on the ledger, and never taken for an answer."""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from llm import breaker, chat
from llm.errors import ModelError, Rejected, Unavailable
from llm.models import ModelCall
from tests.gateway import (
    CUT,
    DROP,
    KEY,
    RESET,
    Act,
    Gateway,
    Reply,
    chunk,
    completion,
    error,
    frames,
    stall,
)

pytestmark = pytest.mark.django_db

ANSWER = "Refunds take 5 days [1]. Write to us 🙂."
QUESTION: list[chat.ChatMessage] = [{"role": "user", "content": "How long do refunds take?"}]
FRAMES = frames(Reply(ANSWER))
WHOLE = "".join(frame for frame in FRAMES if isinstance(frame, str)).encode()


# Short where a case waits for its end; elsewhere a busy machine must not meet it.
LIMITS = {
    "did not begin": ("LLM_FIRST_PIECE_TIMEOUT", 1),
    "stopped in the middle": ("LLM_PIECE_TIMEOUT", 1),
    "took longer": ("LLM_CALL_TIMEOUT", 3),
}


def ask() -> chat.ChatResult:
    stream = chat.stream(QUESTION, feature="draft")
    for _ in stream:
        pass
    return stream.result


def begun(*then: object) -> Reply:
    """Two words of an answer, and then what the case is about."""
    return Reply(frames=[chunk({"content": "Refunds"}), chunk({"content": " take"}), *then])


def whole_body(act: Act) -> Reply:
    """Half a body of a server that knows no streams, and then this."""
    half = json.dumps(completion(Reply(ANSWER)))[:80]
    return Reply(frames=[half, act], headers={"Content-Type": "application/json"})


def error_frame(**fields: object) -> str:
    return f"data: {json.dumps({'error': {'message': 'sorry', **fields}})}\n\n"


COMPLETE = {
    "plain": Reply(ANSWER),
    "without [DONE]": Reply(ANSWER, done=False),
    "usage with the last piece": Reply(ANSWER, usage_in_last_piece=True),
    "no usage at all": Reply(ANSWER, usage=None),
    "comments between the frames": Reply(frames=[x for f in FRAMES for x in (": ping\n\n", f)]),
    "empty data frames": Reply(frames=[x for f in FRAMES[:-1] for x in (f, "\n\n")] + FRAMES[-1:]),
    "Windows line ends": Reply(frames=[WHOLE.replace(b"\n", b"\r\n")]),
    "everything in one packet": Reply(frames=[WHOLE]),
    "one byte at a time": Reply(frames=[bytes([byte]) for byte in WHOLE]),
    "a choice with a null delta": Reply(frames=[*FRAMES[:-2], chunk({"content": None}), *FRAMES[-2:]]),
    "the ending twice": Reply(frames=[*FRAMES[:-2], chunk({}, finish_reason="stop"), *FRAMES[-2:]]),
    "text after the ending": Reply(frames=[*FRAMES[:-2], chunk({"content": "junk"}), *FRAMES[-2:]]),
    "thinking first": Reply(ANSWER, reasoning=["hm", "so"]),
    "usage before the text": Reply(frames=[FRAMES[-2], *FRAMES[:-2], FRAMES[-1]]),
    "usage twice": Reply(frames=[*FRAMES[:-1], FRAMES[-2], FRAMES[-1]]),
    "usage that is none": Reply(ANSWER, usage={"prompt_tokens": "many", "completion_tokens": -1}),
    "the opening twice": Reply(frames=[FRAMES[0], *FRAMES]),
    "one body instead of a stream": Reply(body=json.dumps(completion(Reply(ANSWER)))),
    "one body in pieces": Reply(
        frames=[part for byte in json.dumps(completion(Reply(ANSWER))).encode() for part in (bytes([byte]),)],
        headers={"Content-Type": "application/json; charset=utf-8"},
    ),
    "thinking in between": Reply(frames=[FRAMES[0], chunk({"reasoning_content": "x"}), *FRAMES[1:]]),
}


@pytest.mark.parametrize("reply", COMPLETE.values(), ids=COMPLETE.keys())
def test_odd_but_whole_answer_is_taken_whole(gateway: Gateway, reply: Reply) -> None:
    gateway.enqueue(reply)
    assert ask().text == ANSWER
    assert ModelCall.objects.get().outcome == "complete"


FAULTS = {
    # Before the answer.
    "401": (error(401, f"Incorrect API key provided: {KEY}"), Rejected, "refused the key"),
    "402": (error(402), Rejected, "credit"),
    "403": (error(403), Rejected, "does not allow"),
    "404": (error(404), Rejected, "LLM_MODEL"),
    "400": (error(400, "messages too long"), Rejected, "messages too long"),
    "413": (error(413), Rejected, "413"),
    "422": (error(422), Rejected, "422"),
    "429": (error(429), Unavailable, "rate limit"),
    "429 without quota": (error(429, code="insufficient_quota"), Rejected, "credit"),
    "408": (error(408), Unavailable, "408"),
    "500 in HTML": (Reply(status=500, body="<html>oh</html>"), Unavailable, "500"),
    "502": (error(502), Unavailable, "502"),
    "409": (error(409), Unavailable, "409"),
    "404 of the model": (error(404, code="model_not_found"), Rejected, "LLM_MODEL"),
    "502 in HTML": (Reply(status=502, body="<h1>Bad gateway</h1>"), Unavailable, "502"),
    "401 in HTML": (Reply(status=401, body="<h1>No</h1>"), Rejected, "refused the key"),
    "429 in HTML": (Reply(status=429, body="<h1>Slow</h1>"), Unavailable, "rate limit"),
    "500 that is no JSON": (Reply(status=500, body=b"\xff\x00"), Unavailable, "500"),
    "503": (error(503, Retry_After="3"), Unavailable, "503"),
    "529": (error(529), Unavailable, "529"),
    "200 in HTML": (Reply(body="<html>sign in</html>"), Unavailable, "cannot be read"),
    "200 and empty": (Reply(body=""), Unavailable, "cannot be read"),
    "200 in JSON": (Reply(body='{"choices": []}'), Unavailable, "cannot be read"),
    "one body, cut": (Reply(body=json.dumps(completion(Reply(ANSWER)))[:-20]), Unavailable, "cannot be read"),
    "one body, hung up": (whole_body(DROP), Unavailable, "broke off"),
    "one body, reset": (whole_body(RESET), Unavailable, "broke off"),
    "one body, stall": (whole_body(stall(60)), Unavailable, "did not begin"),
    "one body without a reason": (
        Reply(body=json.dumps(completion(Reply(ANSWER, finish_reason=None)))),
        Unavailable,
        "broke off",
    ),
    "one body at its length": (
        Reply(body=json.dumps(completion(Reply(ANSWER, finish_reason="length")))),
        Rejected,
        "cut off",
    ),
    "one body of an error": (Reply(body='{"error": {"message": "busy", "code": 503}}'), Unavailable, "503"),
    "one body of a filter": (Reply(body='{"error": {"code": "content_filter"}}'), Rejected, "refused"),
    "one body of null": (Reply(body="null"), Unavailable, "cannot be read"),
    "one body without end": (Reply(body='{"a": "' + "x" * 1_100_000), Rejected, "come to an end"),
    "junk that says it is deflated": (
        Reply(body=b"junk" * 9, headers={"Content-Encoding": "deflate"}),
        Unavailable,
        "cannot be read|broke off",
    ),
    "a body that is half a gzip": (
        Reply(body=gzip.compress(WHOLE)[:60], headers={"Content-Encoding": "gzip"}),
        Unavailable,
        "cannot be read|broke off",
    ),
    "nothing": (Reply(frames=[stall(60)]), Unavailable, "did not begin"),
    "hung up at once": (Reply(frames=[DROP]), Unavailable, "broke off"),
    "reset at once": (Reply(frames=[RESET]), Unavailable, "broke off"),
    "not gzip at all": (
        Reply(frames=[b"junk" * 9], headers={"Content-Encoding": "gzip"}),
        Unavailable,
        "cannot be read|broke off",
    ),
    "half a gzip": (
        Reply(frames=[gzip.compress(WHOLE)[:60]], headers={"Content-Encoding": "gzip"}),
        Unavailable,
        "broke off",
    ),
    # In the middle.
    "cut cleanly": (begun(CUT), Unavailable, "broke off"),
    "cut, but with [DONE]": (begun("data: [DONE]\n\n"), Unavailable, "broke off"),
    "hung up": (begun(DROP), Unavailable, "broke off"),
    "reset": (begun(RESET), Unavailable, "broke off"),
    "stall": (begun(stall(60)), Unavailable, "stopped in the middle"),
    "drip": (begun(*[chunk({"content": "."}), 0.1] * 600), Unavailable, "took longer"),
    "broken JSON": (begun('data: {"choices": [{"delta"\n\n'), Unavailable, "cannot be read"),
    "not UTF-8": (begun(b'data: {"choices": "\xff\xfe"}\n\n'), Unavailable, "cannot be read|broke off"),
    "a number for a frame": (begun("data: 7\n\n"), Unavailable, "cannot be read"),
    "null for a frame": (begun("data: null\n\n"), Unavailable, "cannot be read"),
    "a list for a frame": (begun("data: []\n\n"), Unavailable, "cannot be read"),
    "choices that are text": (begun('data: {"choices": "no"}\n\n'), Unavailable, "cannot be read"),
    "error frame": (begun(error_frame(type="server_error")), Unavailable, "sorry"),
    "error frame, overloaded": (begun(error_frame(code=529)), Unavailable, "529"),
    "error frame, rate limit": (begun(error_frame(code="429")), Unavailable, "rate limit"),
    "error frame, key": (begun(error_frame(code="invalid_api_key")), Rejected, "sorry"),
    "error frame, filter": (begun(error_frame(type="content_filter")), Rejected, "sorry"),
    "error frame, too long": (begun(error_frame(code="context_length_exceeded")), Rejected, "sorry"),
    "error frame of text": (begun('data: {"error": "no"}\n\n'), Unavailable, "error"),
    # At the end.
    "length": (Reply(ANSWER, finish_reason="length"), Rejected, "cut off"),
    "filter": (Reply(ANSWER, finish_reason="content_filter"), Rejected, "filter"),
    "unasked tool call": (Reply(ANSWER, finish_reason="tool_calls"), Rejected, "tool_calls"),
    "a call that was not offered": (Reply(calls=[("f", {})]), Rejected, "not offered"),
    "lost model": (Reply(ANSWER, finish_reason="network_error"), Unavailable, "lost"),
    "no finish reason": (Reply(ANSWER, finish_reason=None), Unavailable, "broke off"),
    "nothing but an ending": (Reply(""), Unavailable, "nothing"),
    "blanks only": (Reply(pieces=[" ", "\n"]), Unavailable, "nothing"),
    "thinking only": (Reply("", reasoning=["hm"]), Unavailable, "nothing"),
    "without end": (Reply(pieces=["word " * 2000] * 10), Rejected, "come to an end"),
}


@pytest.mark.parametrize(("reply", "kind", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_fault_is_classified_and_never_taken_for_an_answer(
    gateway: Gateway, settings, reply: Reply, kind: type[ModelError], words: str
) -> None:
    if words in LIMITS:
        setattr(settings, *LIMITS[words])
    gateway.enqueue(reply)
    with pytest.raises(kind, match=words) as caught:
        ask()
    assert KEY not in str(caught.value)
    call = ModelCall.objects.get()
    assert call.outcome == kind.__name__.lower()
    assert call.finished and call.error == str(caught.value)
    # Nothing, unless its last frame came: that is billed, whatever it says; no price is known here.
    assert call.cost_usd == (None if gateway.billed or call.prompt_tokens else 0)
    assert len(gateway.requests) == 1


IN_A_MINUTE = "in a minute"  # reckoned when the test runs


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [
        ("7", 7, 7),
        ("0.5", 0.5, 0.5),
        ("-3", 0, 0),
        ("99999999", 99999999, 99999999),
        (IN_A_MINUTE, 1, 60),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0, 0),
    ],
)
def test_retry_after_is_understood(gateway: Gateway, header: str, low: float, high: float) -> None:
    if header == IN_A_MINUTE:
        header = format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)
    gateway.enqueue(error(429, Retry_After=header))
    with pytest.raises(Unavailable) as caught:
        ask()
    assert caught.value.retry_after is not None
    assert low <= caught.value.retry_after <= high


@pytest.mark.parametrize("header", ["soon", "nan", "inf", ""])
def test_senseless_retry_after_is_left_out(gateway: Gateway, header: str) -> None:
    gateway.enqueue(error(429, Retry_After=header))
    with pytest.raises(Unavailable) as caught:
        ask()
    assert caught.value.retry_after is None


def boundaries() -> Iterator[int]:
    """The ends of all frames before the one that completes the answer, and a few places within."""
    place = 0
    for frame in FRAMES[:-3]:
        if isinstance(frame, str):
            yield place + len(frame.encode()) // 2
            place += len(frame.encode())
            yield place


@pytest.mark.parametrize("end", ["cut", "drop"])
def test_cut_anywhere_before_the_end_is_no_answer(gateway: Gateway, end: str) -> None:
    for place in boundaries():
        gateway.enqueue(Reply(frames=[WHOLE[:place], CUT if end == "cut" else DROP]))
        with pytest.raises(Unavailable):
            ask()
        breaker.answered()  # or it would be left alone after a few


@hypothesis_settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=6))
def test_damaged_stream_is_an_answer_or_one_of_two_errors(gateway: Gateway, place: int, junk: bytes) -> None:
    gateway.enqueue(Reply(frames=[WHOLE[:place] + junk + WHOLE[place + len(junk) :]]))
    try:
        assert ask().text
    except (Unavailable, Rejected) as caught:
        assert str(caught)
        breaker.answered()
