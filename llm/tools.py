"""Ask the model for one tool call whose arguments fit a schema, and read calls of tools. Not streamed.

Only `Unavailable` and `Rejected` leave here. The tool is forced where the server can do that; arguments that
don't fit are shown to the model once, with what is wrong; then it may write them in its text as well, which
no server's own reading of calls can damage. Every request is on the ledger. What is personal is masked
in what leaves, and put back in the arguments.
"""

import queue
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

import pydantic
from django.conf import settings

from llm import chat, schemas, tokens, variants, wire
from llm.calling import gateway_call
from llm.chat import ChatMessage
from llm.errors import InvalidToolCall, ModelError, RefusedRequest, Unavailable
from llm.masking import Masks
from llm.models import ModelCall
from llm.personal import cut

Tool = TypeVar("Tool", bound=pydantic.BaseModel)

# The first, and one in which the model sees what was wrong with it.
ROUNDS = 2
# Of what the model said, as it is shown it.
LONGEST_SAID = 4_000
AGAIN = "Call it again, rightly; and write the same arguments into your text as well, as one JSON object."


@dataclass(frozen=True)
class ToolResult(Generic[Tool]):
    """The arguments, and what all requests for them cost. `call`: the ledger's row of the last one."""

    arguments: Tool
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Decimal | None  # None: unpriced
    call: ModelCall


def call(
    messages: Sequence[ChatMessage], tool: type[Tool], *, feature: str, prompt_version: str = ""
) -> ToolResult[Tool]:
    """Raises `InvalidToolCall` where no arguments fit."""
    asking = _Asking(tool, feature, prompt_version)
    shown, name = list(messages), schemas.name_of(tool)
    problem = ""
    for number in range(ROUNDS):
        answer = asking.ask(shown, forced=number == 0)
        try:
            return asking.result(schemas.arguments(answer.ending.calls, answer.text, tool))
        except schemas.Unfit as unfit:
            problem = str(unfit)
        said = cut(answer.text or schemas.as_said(answer.ending.calls), LONGEST_SAID)
        correction = f"That is no valid call of the tool {name}: {problem} {AGAIN}"
        shown += [{"role": "assistant", "content": said}, {"role": "user", "content": correction}]
    raise InvalidToolCall(f"The model did not fill in the form “{name}” as asked: {problem[:300]}")


class _Asking:
    """The requests of one call, within one limit of time."""

    def __init__(self, tool: type[pydantic.BaseModel], feature: str, prompt_version: str) -> None:
        self._feature, self._prompt_version = feature, prompt_version
        self._variant = variants.in_force(feature)
        self._tools, self._name = [schemas.form(tool)], schemas.name_of(tool)
        self._end = time.monotonic() + settings.LLM_CALL_TIMEOUT
        self._spent = _Spent()

    def ask(self, messages: Sequence[ChatMessage], *, forced: bool) -> wire.Answer:
        """With the tool forced; where the server refuses that, with the tool offered."""
        server = (wire.gateway(), self._variant.model)
        if forced and server not in _refuse_forcing:
            try:
                return self._request(messages, {"type": "function", "function": {"name": self._name}})
            except RefusedRequest:
                answer = self._request(messages, "auto")
                _refuse_forcing.add(server)  # it was the forcing that was refused
                return answer
        return self._request(messages, "auto")

    def result(self, arguments: Tool) -> ToolResult[Tool]:
        spent = self._spent
        if spent.call is None:
            raise RuntimeError("Nothing was asked yet.")
        cost = spent.cost_usd
        return ToolResult(arguments, self._variant.model, spent.prompt, spent.completion, cost, spent.call)

    def _request(self, messages: Sequence[ChatMessage], choice: Any) -> wire.Answer:
        masks = Masks()
        sent = masks.messages(messages)
        size, model = tokens.size(sent, self._tools), self._variant.model
        asked = wire.Asked(model, self._variant.extra_body, self._tools, choice)
        with gateway_call(self._feature, model, self._prompt_version, size, len(sent)) as row:
            reading = wire.Whole(sent, asked)
            reading.start()
            try:
                answer = _waited_for(reading, self._end)
                _count(row, answer)
            except BaseException:
                _count_unread(row, reading)
                raise
            finally:
                reading.stop()
            chat.insist_on_completeness(_as_text(answer), answer.text, with_tools=True)
            self._spent = self._spent.and_for(row)
        return _unmasked(answer, masks)


@dataclass(frozen=True)
class _Spent:
    """So far."""

    prompt: int = 0
    completion: int = 0
    cost_usd: Decimal | None = Decimal(0)
    call: ModelCall | None = None

    def and_for(self, row: ModelCall) -> "_Spent":
        before, cost = self.cost_usd, row.cost_usd
        total = None if before is None or cost is None else before + cost
        return _Spent(self.prompt + row.prompt_tokens, self.completion + row.completion_tokens, total, row)


# Servers and their models that take no forced tool. Told once, a process need not ask again.
_refuse_forcing: set[tuple[str, str]] = set()


def _waited_for(reading: wire.Whole, end: float) -> wire.Answer:
    try:
        event = reading.next(end - time.monotonic())
    except queue.Empty:
        raise Unavailable(f"The answer took longer than {settings.LLM_CALL_TIMEOUT:g} seconds.") from None
    if isinstance(event, ModelError):
        raise event
    if not isinstance(event, wire.Answer):
        raise TypeError(f"{event!r} is no whole answer")
    return event


def _unmasked(answer: wire.Answer, masks: Masks) -> wire.Answer:
    """Arguments may stand in the text as well."""
    calls = tuple(masks.unmasked_call(one) for one in answer.ending.calls)
    return replace(answer, text=masks.unmask_json(answer.text), ending=replace(answer.ending, calls=calls))


def _as_text(answer: wire.Answer) -> wire.Ending:
    """A text ends with “stop”; some servers end one as they end a call."""
    called = answer.text and answer.ending.finish_reason in ("tool_calls", "function_call")
    return replace(answer.ending, finish_reason="stop") if called else answer.ending


def _count(row: ModelCall, answer: wire.Answer) -> None:
    said = answer.text + "".join(one.arguments for one in answer.ending.calls)
    chat.count(row, answer.ending, (row.prompt_bytes // 4, len(said.encode("utf-8", "replace")) // 4))


def _count_unread(row: ModelCall, reading: wire.Whole) -> None:
    """An answer that came when nobody waited any more."""
    for event in chat.unread(reading):
        if isinstance(event, wire.Answer):
            _count(row, event)
