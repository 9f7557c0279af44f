"""Say what arguments a tool takes, and hold what a model sent against exactly that. Pure.

What is harmless is read as it is meant: JSON in JSON, or an object where a text is due. Whatever else doesn't
fit is unfit, in words for the model: nothing is guessed, and nothing that was cut is completed.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

import pydantic

from llm.fragments import ToolCall, whole_text

Tool = TypeVar("Tool", bound=pydantic.BaseModel)

# Of what was wrong with a call, as the model is shown it.
MOST_PROBLEMS = 5
# In a text, so many places are tried as the beginning of the arguments.
MOST_PLACES = 20
# So many times in each other, arguments are a text that is JSON.
MOST_WRAPPINGS = 2


class Unfit(Exception):
    """What is wrong with what the model said, in words for the model."""


def name_of(tool: type[pydantic.BaseModel]) -> str:
    """Its title, if it has one."""
    return str(tool.model_config.get("title") or tool.__name__)


def form(tool: type[pydantic.BaseModel]) -> dict[str, Any]:
    """The tool as it is sent: what it is for is its docstring, and stands there once."""
    description = " ".join((tool.__doc__ or "").split())
    schema = {name: told for name, told in tool.model_json_schema().items() if name != "description"}
    named = {"name": name_of(tool), "description": description, "parameters": schema}
    return {"type": "function", "function": named}


def read(call: ToolCall, tools: Sequence[type[Tool]]) -> Tool:
    """One call of one of the tools. Raises Unfit."""
    for tool in tools:
        if name_of(tool) == call.name:
            return _fitting(call.arguments, tool)
    known = ", ".join(map(name_of, tools))
    raise Unfit(f"there is no tool {call.name[:100]}; there are {known}.")


def arguments(calls: Sequence[ToolCall], text: str, tool: type[Tool]) -> Tool:
    """Of the first call that fits; of a server that knows no tools, from the text. Raises Unfit."""
    problem = "no call was made."
    for candidate in _candidates(calls, text, name_of(tool)):
        try:
            return _fitting(candidate, tool)
        except Unfit as unfit:
            problem = str(unfit)
    if not text and (others := {call.name for call in calls} - {name_of(tool)}):
        problem = f"there is no tool {', '.join(sorted(others))[:200]}."
    raise Unfit(problem)


def as_said(calls: Sequence[ToolCall]) -> str:
    """For the model, which is shown what it called, and for whoever reads what it said."""
    return "\n".join(f"{call.name}({call.arguments})" for call in calls)


def _fitting(said: str, tool: type[Tool]) -> Tool:
    try:
        return tool.model_validate_json(_plain(said), strict=True)
    except pydantic.ValidationError as error:
        raise Unfit(_in_words(error)) from error
    except (ValueError, RecursionError) as error:
        raise Unfit("the arguments are no JSON.") from error


def _plain(said: str) -> str:
    """JSON of what can be stored; what is none stays as it is, and is unfit."""
    found: Any = said
    try:
        for _ in range(1 + MOST_WRAPPINGS):
            if isinstance(found, str):
                found = json.loads(found)
    except ValueError:
        return said
    return json.dumps(_storable(found))


def _storable(value: Any) -> Any:
    """Escapes in JSON can say characters that no text can hold."""
    if isinstance(value, str):
        return whole_text(value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {whole_text(name): _storable(one) for name, one in value.items()}
    return value


def _candidates(calls: Sequence[ToolCall], text: str, name: str) -> Iterator[str]:
    yield from (call.arguments for call in calls if call.name == name)
    place = text.find("{")
    for _ in range(MOST_PLACES):
        if place < 0:
            return
        try:
            found, end = _object_at(place, text, name)
        except (ValueError, RecursionError):  # no JSON, or deeper than can be read or written
            end = place + 1
        else:
            yield found
        place = text.find("{", end)


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
