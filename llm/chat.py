"""Stream answers from the model. Only `Unavailable` and `Rejected` leave here; every call is on the ledger.

Addresses and numbers of people are masked in what leaves and put back in what comes (`llm.masking`).

An answer is complete when the gateway says so with a finish reason, and only then: the client ends a stream
that was cut cleanly without an error. One that is complete is counted before it is judged, and also when its
reader has left: the gateway bills it. No database connection is held while the model writes.
"""

import contextlib
import queue
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from types import TracebackType
from typing import Any, Literal, NotRequired, TypedDict

from django.conf import settings
from django.utils import timezone

from llm import ledger, tokens, variants, wire
from llm.calling import gateway_call
from llm.errors import ModelError, RefusedRequest, Rejected, Unavailable
from llm.fragments import ToolCall
from llm.masking import Masks, Unmasking
from llm.models import ModelCall

# A support answer is a few hundred characters; who sends this many has run wild.
LONGEST_ANSWER = 50_000
# How a gateway says that it has no more of the answer itself.
LOST = ("network_error", "error")


class ChatMessage(TypedDict):
    """One message. `tool_calls`: of an assistant; `tool_call_id`: the call that a tool's message answers."""

    role: Literal["system", "user", "assistant", "tool"]
    content: str
    tool_calls: NotRequired[list[dict[str, Any]]]
    tool_call_id: NotRequired[str]


@dataclass(frozen=True)
class ChatResult:
    text: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Decimal | None  # None: unpriced
    call: ModelCall
    extra_body: Mapping[str, Any] = field(default_factory=dict)  # that went along
    calls: tuple[ToolCall, ...] = ()  # of the tools, as the model made them
    with_tools: bool = False  # they went along
    unknown: tuple[str, ...] = ()  # names that the model made up, as if something were masked by them


def configured() -> bool:
    """Is a key for the gateway set?"""
    return bool(settings.RUNAPI_KEY.strip())


def models() -> list[str]:
    """The models that the gateway offers for this key."""
    return wire.models()


def takes_tools(model: str) -> bool:
    """As far as this process knows: until the gateway refuses them."""
    return (wire.gateway(), model) not in _refuse_tools


def stream(
    messages: Sequence[ChatMessage],
    *,
    feature: str,
    prompt_version: str = "",
    variant: variants.InForce | None = None,
    tools: Sequence[dict[str, Any]] = (),
) -> "ChatStream":
    """`variant`: instead of the one that is in force for the feature.

    `tools`: that the model may call, as they are sent (`llm.tools.offered`). A server that refuses them is
    asked without.
    """
    return ChatStream(messages, feature, prompt_version, variant, tools)


class ChatStream:
    """Iterate it for pieces of text; then `result`. Leaving early (`close`, `with`) abandons the call.

    Text that comes after the beginning of a tool's call stands in the result alone.
    """

    def __init__(
        self,
        messages: Sequence[ChatMessage],
        feature: str,
        prompt_version: str,
        variant: variants.InForce | None = None,
        tools: Sequence[dict[str, Any]] = (),
    ) -> None:
        self._masks = Masks()
        self._messages, self._tools = self._masks.messages(messages), tools
        self._feature, self._prompt_version = feature, prompt_version
        self._variant = variant or variants.in_force(feature)
        self._model = self._variant.model
        self._calling = False
        self._text: list[str] = []
        self._thought = 0  # characters of thinking
        self._result: ChatResult | None = None
        self._pieces = self._run()

    def __iter__(self) -> Iterator[str]:
        return self._pieces

    def __enter__(self) -> "ChatStream":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._pieces.close()

    @property
    def result(self) -> ChatResult:
        if self._result is None:
            raise RuntimeError("There is no result before the stream has come to its end.")
        return self._result

    def _run(self) -> Generator[str, None, None]:
        if self._tools and takes_tools(self._model):
            try:
                yield from self._request(self._tools)
                return
            except RefusedRequest:
                if self._text or self._calling:
                    raise
            yield from self._request(())
            _refuse_tools.add((wire.gateway(), self._model))  # it was the tools that were refused
            return
        yield from self._request(())

    def _request(self, tools: Sequence[dict[str, Any]]) -> Generator[str, None, None]:
        size, count = tokens.size(self._messages, tools), len(self._messages)
        asked = wire.Asked(self._model, self._variant.extra_body, tools)
        with gateway_call(self._feature, self._model, self._prompt_version, size, count) as call:
            reading = wire.Reading(self._messages, asked)
            reading.start()
            try:
                ending = yield from self._read(reading, call)
                self._count(call, ending)
            except BaseException:
                self._count_unread(call, reading)
                raise
            finally:
                reading.stop()
            insist_on_completeness(ending, "".join(self._text), bool(tools))
            self._result = self._told(call, ending, bool(tools))

    def _read(self, reading: wire.Reading, call: ModelCall) -> Generator[str, None, wire.Ending]:
        """Pieces as they arrive, none of them later than the limits allow."""
        began = time.monotonic()
        patience, waiting_for = settings.LLM_FIRST_PIECE_TIMEOUT, "did not begin to answer"
        limit, length, half = began + patience, 0, ""
        heard = Unmasking(self._masks)
        while True:
            event = _next(reading, limit, began + settings.LLM_CALL_TIMEOUT, waiting_for)
            if isinstance(event, ModelError):
                raise event
            if isinstance(event, wire.Ending | wire.Calling) and (rest := heard.end()) and not self._calling:
                yield rest
            if isinstance(event, wire.Ending):
                return event
            if not isinstance(event, wire.Piece | wire.Calling):
                raise TypeError(f"{event!r} is no part of a stream")
            limit, waiting_for = time.monotonic() + settings.LLM_PIECE_TIMEOUT, "stopped in the middle"
            length += event.length if isinstance(event, wire.Calling) else len(event.text)
            if length > LONGEST_ANSWER:
                raise Rejected("The model's answer did not come to an end.")
            if isinstance(event, wire.Calling):
                call.first_piece = call.first_piece or timezone.now()
                self._calling = True
                continue
            if event.thinking:
                self._thought += len(event.text)
                continue
            text, half = _whole(half + event.text)
            if text:
                call.first_piece = call.first_piece or timezone.now()
                self._text.append(text)
                shown = heard.hear(text)
                if shown and not self._calling:
                    yield shown

    def _count(self, call: ModelCall, ending: wire.Ending) -> None:
        prompt = sum(_tokens(str(message["content"])) for message in self._messages)
        count(call, ending, (prompt, _tokens(self._said(ending)) + self._thought // 4))

    def _count_unread(self, call: ModelCall, reading: wire.Reading) -> None:
        """Of an answer that had come whole when its reader left."""
        for event in unread(reading):
            if isinstance(event, wire.Piece):
                self._text.append(event.text)
            elif isinstance(event, wire.Ending):
                self._count(call, event)

    def _said(self, ending: wire.Ending) -> str:
        return "".join(self._text) + "".join(one.name + one.arguments for one in ending.calls)

    def _told(self, call: ModelCall, ending: wire.Ending, with_tools: bool) -> ChatResult:
        return ChatResult(
            self._masks.unmask("".join(self._text)),
            self._model,
            call.prompt_tokens,
            call.completion_tokens,
            call.cost_usd,
            call,
            self._variant.extra_body,
            tuple(self._masks.unmasked_call(one) for one in ending.calls),
            with_tools,
            tuple(self._masks.unknown(self._said(ending))),
        )


# Servers and their models that take no tools along with a stream. Told once, a process need not ask again.
_refuse_tools: set[tuple[str, str]] = set()


def _next(reading: wire.Reading, limit: float, end: float, waiting_for: str) -> wire.Event:
    try:
        if time.monotonic() < end:
            return reading.next(min(limit, end) - time.monotonic())
    except queue.Empty:
        if limit < end:
            raise Unavailable(f"The gateway {waiting_for} within the time limit.") from None
    raise Unavailable(f"The answer took longer than {settings.LLM_CALL_TIMEOUT:g} seconds.")


def unread(reading: wire.Reading) -> Iterator[wire.Event]:
    """What has come and was not read, without waiting for more."""
    reading.end()
    with contextlib.suppress(queue.Empty):
        while True:
            yield reading.next(0)


def count(call: ModelCall, ending: wire.Ending, estimate: tuple[int, int]) -> None:
    """An answer whose end the gateway sent is paid for, whatever it is worth; one that it lost, if told so.

    `estimate`: of the tokens of prompt and answer, for a gateway that names none.
    """
    prompt, completion = ending.prompt_tokens, ending.completion_tokens
    estimated = prompt is None or completion is None
    if not ending.finish_reason or (estimated and ending.finish_reason in LOST):
        return
    if prompt is None or completion is None:
        prompt, completion = estimate
    reason, cached = ending.finish_reason[:40], ending.cached_tokens
    ledger.count(call, prompt, completion, cached, tokens_estimated=estimated, finish_reason=reason)


def insist_on_completeness(ending: wire.Ending, text: str, with_tools: bool = False) -> None:
    """Raises what an answer is that is not whole. Some servers end a call as they end a text."""
    match ending.finish_reason:
        case "stop" | "tool_calls" | "function_call" if ending.calls:
            if not with_tools:
                raise Rejected("The model called a tool that it was not offered.")
        case "tool_calls" | "function_call" if with_tools:
            raise Unavailable("The gateway lost the call that the model made.")
        case "stop" if text.strip():
            return
        case "stop":
            raise Unavailable("The model answered with nothing.")
        case "":
            raise Unavailable("The gateway broke off in the middle of the answer.")
        case "length":
            # Asked again, it would be cut at the same place, and be paid for again.
            raise Rejected("The model's answer was cut off at its length limit.")
        case "content_filter" | "sensitive":
            raise Rejected("The gateway's content filter stopped the answer.")
        case other if other in LOST:
            raise Unavailable("The gateway lost the model in the middle of the answer.")
        case other:
            raise Rejected(f"The model ended in a way that is no answer ({other[:40]}).")


def _whole(text: str) -> tuple[str, str]:
    """Text that can be stored, and a half character that waits for its other half in the next frame."""
    half = ""
    if text and "\ud800" <= text[-1] <= "\udbff":
        text, half = text[:-1], text[-1]
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\x00", ""), half


def _tokens(text: str) -> int:
    """Roughly: a token is about four bytes of text."""
    return -(-len(text.encode("utf-8", "replace")) // 4)
