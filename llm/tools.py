"""Ask the model for one tool call whose arguments fit a schema. Not streamed.

Only `Unavailable` and `Rejected` leave here. The tool is forced where the server can do that; arguments that
don't fit are shown to the model once, with what is wrong. Every request is on the ledger.
"""

import json
import queue
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Generic, TypeVar

import pydantic
from django.conf import settings

from llm import chat, ledger, tokens, variants, wire
from llm.calling import gateway_call
from llm.chat import ChatMessage
from llm.errors import InvalidToolCall, ModelError, RefusedRequest, Unavailable
from llm.models import ModelCall

Tool = TypeVar("Tool", bound=pydantic.BaseModel)

# The first, and one in which the model sees what was wrong with it.
ROUNDS = 2
# Of what the model said and of what was wrong with it, as the model is shown them.
LONGEST_SAID = 4_000
MOST_PROBLEMS = 5
# In a text, so many places are tried as the beginning of the arguments.
MOST_PLACES = 20


@dataclass(frozen=True)
class ToolResult(Generic[Tool]):
    """The arguments, and what all requests for them cost. `call`: the ledger's row of the last one."""

    arguments: Tool
    model: str
    prompt_tokens: int
    completion_tokens: int
    cost_usd: Decimal | None  # None: unpriced
    call: ModelCall


class _Unfit(Exception):
    """What is wrong with what the model said, in words for the model."""


def call(
    messages: Sequence[ChatMessage], tool: type[Tool], *, feature: str, prompt_version: str = ""
) -> ToolResult[Tool]:
    """Raises `InvalidToolCall` where no arguments fit."""
    asking = _Asking(tool, feature, prompt_version)
    shown = list(messages)
    problem = ""
    for _ in range(ROUNDS):
        answer = asking.ask(shown)
        try:
            return asking.result(_arguments(answer, tool))
        except _Unfit as unfit:
            problem = str(unfit)
        said = (answer.text or json.dumps(answer.calls))[:LONGEST_SAID]
        correction = f"That is no valid call of the tool {tool.__name__}: {problem} Call it again, rightly."
        shown += [{"role": "assistant", "content": said}, {"role": "user", "content": correction}]
    raise InvalidToolCall(f"The model did not fill in the form “{tool.__name__}” as asked: {problem[:300]}")


class _Asking:
    """The requests of one call, within one limit of time."""

    def __init__(self, tool: type[pydantic.BaseModel], feature: str, prompt_version: str) -> None:
        self._feature, self._prompt_version = feature, prompt_version
        self._variant = variants.in_force(feature)
        self._form = _form(tool)
        self._end = time.monotonic() + settings.LLM_CALL_TIMEOUT
        self._spent = _Spent()

    def ask(self, messages: Sequence[ChatMessage]) -> wire.Answer:
        """With the tool forced; where the server refuses that, with the tool offered."""
        server = (wire.gateway(), self._variant.model)
        if server not in _refuse_forcing:
            try:
                return self._request(messages, {"type": "function", "function": {"name": self._form["name"]}})
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
        size = tokens.size(messages) + len(json.dumps(self._form))
        tools = [{"type": "function", "function": self._form}]
        model = self._variant.model
        with gateway_call(self._feature, model, self._prompt_version, size, len(messages)) as row:
            reading = wire.Whole(messages, model, self._variant.extra_body, tools, choice)
            reading.start()
            try:
                answer = _waited_for(reading, self._end)
            finally:
                reading.stop()
            chat.insist_on_completeness(_as_text(answer), answer.text or "".join(map(str, answer.calls)))
            self._spent = _close(row, answer, self._spent)
        return answer


@dataclass(frozen=True)
class _Spent:
    """So far."""

    prompt: int = 0
    completion: int = 0
    cost_usd: Decimal | None = Decimal(0)
    call: ModelCall | None = None


# Servers and their models that take no forced tool. Told once, a process need not ask again.
_refuse_forcing: set[tuple[str, str]] = set()


def _form(tool: type[pydantic.BaseModel]) -> dict[str, Any]:
    schema = tool.model_json_schema()
    description = " ".join((tool.__doc__ or "").split())
    return {"name": tool.__name__, "description": description, "parameters": schema}


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


def _as_text(answer: wire.Answer) -> wire.Ending:
    """A text ends with “stop”; so does, by another name, a call."""
    called = answer.ending.finish_reason in ("tool_calls", "function_call")
    return replace(answer.ending, finish_reason="stop") if called else answer.ending


def _close(row: ModelCall, answer: wire.Answer, before: _Spent) -> _Spent:
    prompt, completion = answer.ending.prompt_tokens, answer.ending.completion_tokens
    estimated = prompt is None or completion is None
    if prompt is None or completion is None:
        said = answer.text + "".join(arguments for _, arguments in answer.calls)
        prompt, completion = row.prompt_bytes // 4, len(said.encode("utf-8", "replace")) // 4
    reason = answer.ending.finish_reason[:40]
    cached = answer.ending.cached_tokens
    cost = ledger.complete(row, prompt, completion, cached, tokens_estimated=estimated, finish_reason=reason)
    total = None if cost is None or before.cost_usd is None else before.cost_usd + cost
    return _Spent(before.prompt + prompt, before.completion + completion, total, row)


def _arguments(answer: wire.Answer, tool: type[Tool]) -> Tool:
    """Of the first call that fits; of a server that knows no tools, from the text."""
    problem = "no call was made."
    for candidate in _candidates(answer, tool.__name__):
        try:
            return tool.model_validate_json(candidate, strict=True)
        except pydantic.ValidationError as error:
            problem = _in_words(error)
        except ValueError:
            problem = "the arguments are no JSON."
    if not answer.text and (others := {name for name, _ in answer.calls} - {tool.__name__}):
        problem = f"there is no tool {', '.join(sorted(others))[:200]}."
    raise _Unfit(problem)


def _candidates(answer: wire.Answer, name: str) -> Iterator[str]:
    yield from (arguments for called, arguments in answer.calls if called == name)
    place = answer.text.find("{")
    for _ in range(MOST_PLACES):
        if place < 0:
            return
        try:
            found, end = _object_at(place, answer.text, name)
        except (ValueError, RecursionError):  # no JSON, or deeper than can be read or written
            end = place + 1
        else:
            yield found
        place = answer.text.find("{", end)


def _object_at(place: int, text: str, name: str) -> tuple[str, int]:
    """As JSON, and its end. Some write the call itself: {"name": …, "arguments": {…}}."""
    found, end = json.JSONDecoder().raw_decode(text, place)
    inner = found.get("arguments") if found.get("name") == name else None
    return json.dumps(found if inner is None else inner), end


def _in_words(error: pydantic.ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    named = [
        f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}." for one in problems[:MOST_PROBLEMS]
    ]
    return " ".join(named)
