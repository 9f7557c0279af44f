"""Nothing that reaches or bills a person leaves: it stands under another name while the model writes. Pure.

`alice@example.com` leaves as `EMAIL_1` and is put back in what the model says. The same value has the same
name through all requests of one `Masks`, and `unmask(mask(text)) == text` for every text: who writes
“EMAIL_1” themselves is masked as well. What the company itself has published is no secret, and stays.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from llm.fragments import ToolCall
from llm.personal import Found, Kind, bare, find

# What only looks like one of our names.
TERM = "TERM"
NAMES = (*Kind, TERM)
MASK = re.compile(rf"({'|'.join(NAMES)})\\*_([0-9]+)", re.IGNORECASE | re.ASCII)
# Prompts put nothing but public passages between these fences, and no text can open or close them.
PUBLIC = re.compile(r"<passages>\n(.*?)\n</passages>", re.DOTALL)
# The end of a text that is a name, or may become one.
BEGUN = re.compile(
    "(?:"
    + "|".join(
        rf"{name}\\*(?:_[0-9]*)?|{'|'.join(name[:n] for n in range(len(name) - 1, 0, -1))}" for name in NAMES
    )
    + r")\Z",
    re.IGNORECASE | re.ASCII,
)
# Told to the model where something is masked.
NOTE = (
    "\n\n{names}: names that stand for contact or payment details, which are hidden from you. Where your "
    "text needs one, copy its name exactly, in any language. Never make up another."
)

Change = Callable[[str], str]


class Masks:
    """The names of one errand, such as a draft with all its requests. `public`: texts that all may read."""

    def __init__(self, public: Iterable[str] = ()) -> None:
        self._public: list[str] = []
        self._public_values: set[tuple[Kind, str]] = set()
        self._names: dict[str, str] = {}
        self._values: dict[str, str] = {}
        self.publish(public)

    def publish(self, texts: Iterable[str]) -> None:
        """What stands in these leaves as it is, unless it has a name already."""
        for text in texts:
            self._public.append(text.casefold())
            self._public_values |= {(one.kind, bare(_said(text, one), one.kind)) for one in find(text)}

    @property
    def named(self) -> bool:
        """Is anything masked?"""
        return bool(self._values)

    def mask(self, text: str) -> str:
        return self._replaced(text, self._named(text))

    def messages(self, messages: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """As they leave: what they say, and what tools are called with. The model is told of the names."""
        read = list(messages)
        self.publish(_public(read))
        for message in read:  # a number may be told to be a phone's only further down
            _changed(message, self._heard)
        sent = [_changed(message, self.mask) for message in read]
        if self.named and sent:
            sent[0]["content"] = str(sent[0].get("content") or "") + NOTE.format(
                names=", ".join(self._values)
            )
        return sent

    def unmask(self, text: str) -> str:
        return MASK.sub(lambda name: self._values.get(_plain(name), name[0]), text)

    def unmask_json(self, text: str) -> str:
        """The same where the text is JSON."""
        return MASK.sub(lambda name: self._in_json(_plain(name), name[0]), text)

    def unmasked_call(self, call: ToolCall) -> ToolCall:
        return replace(call, arguments=self.unmask_json(call.arguments))

    def unknown(self, said: str) -> list[str]:
        """Names that the model made up: nothing stands behind them."""
        names = (_plain(name) for name in MASK.finditer(said))
        return list(dict.fromkeys(name for name in names if name not in self._values))

    def _in_json(self, name: str, said: str) -> str:
        value = self._values.get(name)
        return said if value is None else json.dumps(value, ensure_ascii=False)[1:-1]

    def _heard(self, text: str) -> str:
        self._named(text)
        return text

    def _named(self, text: str) -> list[tuple[int, int, str]]:
        """Where what has a name stands, and the name."""
        found = [one for one in find(text) if not self._is_public(_said(text, one), one.kind)]
        spans = [(one.start, one.end, str(one.kind)) for one in found]
        looks = [(term.start(), term.end(), TERM) for term in MASK.finditer(text)]
        terms = [one for one in looks if not any(one[0] < other[1] and other[0] < one[1] for other in spans)]
        named = [
            (start, end, self._name(kind, text[start:end])) for start, end, kind in sorted(spans + terms)
        ]
        # A name that ran into what follows would be read as another one.
        return [one for one in named if text[one[1] : one[1] + 1] not in tuple("0123456789")]

    def _is_public(self, said: str, kind: Kind) -> bool:
        if said in self._names:
            return False
        if (kind, bare(said, kind)) in self._public_values:
            return True
        word = re.compile(rf"(?<![\w.+-]){re.escape(said.casefold())}(?![\w-])")
        return any(word.search(text) for text in self._public)

    def _name(self, kind: str, value: str) -> str:
        if value not in self._names:
            number = 1 + sum(name.startswith(f"{kind}_") for name in self._values)
            self._names[value] = f"{kind}_{number}"
            self._values[f"{kind}_{number}"] = value
        return self._names[value]

    def _replaced(self, text: str, named: Sequence[tuple[int, int, str]]) -> str:
        parts, place = [], 0
        for start, end, name in named:
            parts += [self._again(text[place:start]), name]
            place = end
        return "".join([*parts, self._again(text[place:])])

    def _again(self, text: str) -> str:
        """A value where only another text tells that it is one."""
        for value in sorted(self._names, key=len, reverse=True):
            if value in text:
                text = re.sub(rf"(?<![\w@.]){re.escape(value)}(?![\w@])", self._names[value], text)
        return text


class Unmasking:
    """Puts back while a text arrives in pieces: what may become a name waits for what follows."""

    def __init__(self, masks: Masks) -> None:
        self._masks = masks
        self._waiting = ""

    def hear(self, piece: str) -> str:
        if not self._masks.named:
            return piece
        self._waiting += piece
        begun = BEGUN.search(self._waiting)
        return self._told(begun.start() if begun else len(self._waiting))

    def end(self) -> str:
        return self._told(len(self._waiting))

    def _told(self, length: int) -> str:
        said, self._waiting = self._waiting[:length], self._waiting[length:]
        return self._masks.unmask(said)


def _public(messages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """What the desk itself tells the model, and passages: not where the model's own words may stand."""
    asked = next((message for message in messages if message.get("role") == "user"), None)
    for message in messages:
        said = str(message.get("content") or "")
        if message.get("role") == "system":
            yield said
        elif message is asked or (message.get("role") == "tool" and said.startswith("<passages>\n")):
            yield from PUBLIC.findall(said)[:1]


def _changed(message: Mapping[str, Any], change: Change) -> dict[str, Any]:
    sent = dict(message)
    if isinstance(message.get("content"), str):
        sent["content"] = change(message["content"])
    if message.get("tool_calls"):
        sent["tool_calls"] = [_call_changed(call, change) for call in message["tool_calls"]]
    return sent


def _call_changed(call: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """Its arguments are JSON in a text, if the model made no mistake."""
    function = call["function"]
    try:
        arguments = json.dumps(
            _strings_changed(json.loads(function["arguments"]), change), ensure_ascii=False
        )
    except ValueError:
        arguments = change(str(function["arguments"]))
    return {**call, "function": {**function, "arguments": arguments}}


def _strings_changed(value: Any, change: Change) -> Any:
    match value:
        case str():
            return change(value)
        case list():
            return [_strings_changed(one, change) for one in value]
        case dict():
            return {change(name): _strings_changed(one, change) for name, one in value.items()}
    return value


def _plain(name: "re.Match[str]") -> str:
    return f"{name[1].upper()}_{name[2]}"


def _said(text: str, found: Found) -> str:
    return text[found.start : found.end]
