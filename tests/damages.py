"""A gateway that damages calls of tools on their way, in the manners in which servers do."""

import json
from random import Random
from typing import Any

from tests.gateway import Gateway, Reply, Request, Verbatim

DAMAGES = (
    "broken",
    "cut off",
    "wrong type",
    "missing field",
    "one field more",
    "wrong name",
    "object",
    "JSON in JSON",
)


class Corrupting(Gateway):
    """The model calls the tool that it is offered, rightly; what it sends is damaged on the way, by chance.

    Shown an error it does as it is told: it calls again, and writes the arguments into its text as well.
    """

    def __init__(self, name: str, arguments: dict[str, Any], share: float = 0.1, seed: int = 5) -> None:
        super().__init__()
        self._name, self._arguments, self._share = name, arguments, share
        self._chance = Random(seed)
        self.damaged = 0

    def next_reply(self, request: Request) -> Reply:
        shown = len(request.body["messages"]) > 1
        said = self._or_damaged()[1] if shown else ""
        said = json.dumps(said.value) if isinstance(said, Verbatim) else said
        return Reply(said, calls=[self._or_damaged()])

    def _or_damaged(self) -> tuple[str, Any]:
        if self._chance.random() >= self._share:
            return self._name, json.dumps(self._arguments)
        self.damaged += 1
        return damaged(self._chance.choice(DAMAGES), self._name, self._arguments, self._chance)


def damaged(kind: str, name: str, arguments: dict[str, Any], chance: Random) -> tuple[str, Any]:
    """A call as a bad server sends it."""
    said, field_name = json.dumps(arguments), chance.choice(sorted(arguments))
    match kind:
        case "broken":
            return name, said.replace('"', "'")
        case "cut off":
            return name, said[: chance.randrange(1, len(said))]
        case "wrong type":
            return name, json.dumps({**arguments, field_name: [arguments[field_name]]})
        case "missing field":
            return name, json.dumps({key: value for key, value in arguments.items() if key != field_name})
        case "one field more":
            return name, json.dumps({**arguments, "thoughts": "hm"})
        case "wrong name":
            return f"functions_{name}", said
        case "object":
            return name, Verbatim(arguments)
        case _:
            return name, json.dumps(said)
