"""Put calls of tools together from the fragments in which a stream brings them. Pure.

Servers differ: some name a call's index with each fragment, some its id, some nothing; some send a call at
once, some a fragment twice, some the arguments as an object.
"""

import json
from dataclasses import dataclass
from typing import Any

from llm.errors import Rejected

# So many in one answer are no answer.
MOST_CALLS = 32


@dataclass(frozen=True)
class ToolCall:
    """As the model made it: nothing of it has been held against the tool's schema."""

    id: str
    name: str
    arguments: str


@dataclass
class _Growing:
    index: Any
    id: str
    name: str = ""
    arguments: str = ""


class Calls:
    """Of one answer."""

    def __init__(self) -> None:
        self._calls: list[_Growing] = []

    def add(self, fragment: Any) -> int:
        """How many characters it brought."""
        index, found = getattr(fragment, "index", None), whole_text(getattr(fragment, "id", ""))
        return self.add_function(fragment.function, index, found)

    def add_function(self, function: Any, index: Any = None, found: str = "") -> int:
        name = whole_text(getattr(function, "name", ""))
        arguments = as_json(getattr(function, "arguments", ""))
        call = self._belongs_to(index, found, name, arguments)
        if (call.name, call.arguments) == (name, arguments) and _is_whole(arguments):
            return len(arguments)  # a frame that came twice
        call.id = call.id or found
        if name != call.name and not call.arguments:
            call.name += name
        call.arguments += arguments
        return len(name) + len(arguments)

    def whole(self) -> tuple[ToolCall, ...]:
        """In the order in which they began, each with an id of its own."""
        made: dict[str, ToolCall] = {}
        for number, call in enumerate(self._calls, start=1):
            own = call.id if call.id and call.id not in made else f"call_{number}"
            while own in made:
                own += "_"
            made[own] = ToolCall(own, call.name, call.arguments)
        return tuple(made.values())

    def _belongs_to(self, index: Any, found: str, name: str, arguments: str) -> _Growing:
        call = self._known(index, found, name)
        if call is None or (name and _begins(call, found, name, arguments)):
            if len(self._calls) >= MOST_CALLS:
                raise Rejected("The model called tools without end.")
            call = _Growing(index, found)
            self._calls.append(call)
        return call

    def _known(self, index: Any, found: str, name: str) -> _Growing | None:
        """The last that the fragment can be of."""
        for call in reversed(self._calls):
            if call.index == index if index is not None else (not found or call.id == found):
                return call
        return self._calls[-1] if self._calls and index is None and not name else None


def _begins(call: _Growing, found: str, name: str, arguments: str) -> bool:
    """A name at the same place: another call, if the one before is told apart from it, or is whole."""
    if found and call.id and found != call.id:
        return True
    twice = (call.name, call.arguments) == (name, arguments)
    return bool(arguments) and not twice and _is_whole(call.arguments)


def _is_whole(arguments: str) -> bool:
    try:
        return isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False


def as_json(arguments: Any) -> str:
    """Some servers send the arguments as an object."""
    if arguments is None or isinstance(arguments, str):
        return whole_text(arguments)
    return whole_text(json.dumps(arguments))


def whole_text(text: object) -> str:
    """That can be stored."""
    return str(text or "").encode("utf-8", "replace").decode().replace("\x00", "")
