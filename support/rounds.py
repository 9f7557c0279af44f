"""Have the model write a reply in rounds: it writes, or searches first, or says that there is no answer.

What it finds is fenced and numbered like the passages that it was given, and is all that it gets by calling.
A call that does not fit its schema is shown to it once, with what is wrong; then the reply fails as a whole.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from llm import chat, context, schemas
from llm.chat import ChatMessage, ChatResult
from llm.errors import InvalidToolCall, Rejected
from llm.fragments import ToolCall
from llm.personal import cut
from llm.variants import InForce
from support import leaks, model_tools, offering, prompts
from support.evidence import Offered
from support.model_tools import ModelTool, SearchKb
from support.offering import Search
from support.prompts import Said

REPEATED = "The model’s answer repeated its instructions, so it is not shown."
TOO_LONG = (
    "The model takes too few tokens for even one article and the customer’s message. An admin names another "
    "model, or what this one takes (LLM_CONTEXT_TOKENS)."
)
NO_END = "The model called tools again and again, and wrote no reply."
NO_MORE = "No more searches: write the reply from the passages that you have, or say what is missing."
NOT_YET = "Not yet: read first what was found, then decide."
# Besides its searches: one that is refused, one call that is shown to be wrong, and the reply.
MORE_ROUNDS = 3
# Of what the model said, as it is shown it.
LONGEST_SAID = 4_000

Heard = Callable[[str], None]


@dataclass(frozen=True)
class Asking:
    """How the model is asked, in all rounds alike. `locale`: the customer's, for what is searched."""

    feature: str
    version: str
    variant: InForce | None = None
    search: Search = field(default_factory=Search)
    locale: str = ""

    def fits(self, messages: Sequence[ChatMessage]) -> bool:
        return context.fits(messages, self.feature, self.variant, _forms())


@dataclass(frozen=True)
class Written:
    """What the model said in the end, and how it came to that. `result`: of all requests together."""

    said: Said
    offered: Sequence[Offered]
    result: ChatResult
    raw: str
    rounds: Sequence[dict[str, Any]]


def streamed(
    messages: Sequence[ChatMessage],
    feature: str,
    version: str,
    on_piece: Heard | None,
    variant: InForce | None = None,
) -> ChatResult:
    """One text, without tools."""
    heard = _Listener(on_piece)
    with chat.stream(messages, feature=feature, prompt_version=version, variant=variant) as stream:
        for piece in stream:
            heard.hear(piece)
    _insist_on_discretion(stream.result.text, messages)
    return stream.result


def write(
    messages: Sequence[ChatMessage],
    offered: Sequence[Offered],
    asking: Asking,
    on_piece: Heard | None,
    begins_again: Callable[[], None] | None = None,
) -> Written:
    """`begins_again`: called before a round whose text takes the place of what was heard.

    Raises ModelError.
    """
    writing = _Writing(messages, offered, asking)
    again = False
    for _ in range(asking.search.times + MORE_ROUNDS):
        if again and begins_again:
            begins_again()
        heard = _Listener(on_piece)
        heard.hear("")  # who listens may know that nobody waits any more
        if written := writing.round(heard):
            return written
        again = heard.sure
    raise InvalidToolCall(NO_END)


@dataclass(frozen=True)
class _Read:
    """A call of the model's that fits its schema, or what is wrong with it."""

    call: ToolCall
    meant: ModelTool | None
    wrong: str = ""

    @property
    def ends(self) -> Said | None:
        """What the reply is then."""
        return model_tools.said_by(self.meant) if self.meant else None

    def told(self, found: Sequence[Offered] = ()) -> dict[str, Any]:
        """As the draft keeps it."""
        arguments: Any = self.meant.model_dump() if self.meant else self.call.arguments
        numbers = [one.number for one in found]
        told = {"call": self.call.name, "arguments": arguments, "found": numbers}
        return {**told, "wrong": self.wrong} if self.wrong else told


class _Writing:
    """One reply, so far."""

    def __init__(self, messages: Sequence[ChatMessage], offered: Sequence[Offered], asking: Asking) -> None:
        self._messages, self._offered, self._asking = list(messages), list(offered), asking
        self._results: list[ChatResult] = []
        self._rounds: list[dict[str, Any]] = []
        self._searches_left = asking.search.times
        self._refused = self._corrected = False

    def round(self, heard: "_Listener") -> Written | None:
        """One request; None: the model called, was answered, and is to be asked again."""
        result = self._ask(heard)
        if not result.calls:
            return self._written(prompts.read_form(result.text))
        read = [_read(call) for call in result.calls]
        searches = [one for one in read if isinstance(one.meant, SearchKb)]
        ends = [one for one in read if one.ends]
        self._rounds += [one.told() for one in read if one.wrong]
        if ends and ends[0].ends and not (searches and self._searches_left):
            self._rounds.append(ends[0].told())
            return self._written(ends[0].ends)
        if searches:
            self._search(result, searches, ends)
        else:
            self._correct(result, read)
        return None

    def _ask(self, heard: "_Listener") -> ChatResult:
        asking = self._asking
        if not asking.fits(self._messages):
            raise Rejected(TOO_LONG)
        with chat.stream(
            self._messages,
            feature=asking.feature,
            prompt_version=asking.version,
            variant=asking.variant,
            tools=_forms(),
        ) as stream:
            for piece in stream:
                heard.hear(piece)
        self._results.append(stream.result)
        return stream.result

    def _written(self, said: Said) -> Written:
        last = self._results[-1]
        _insist_on_discretion(f"{last.text}\n{said.text}", self._messages)
        raw = "\n\n".join(filter(None, (_raw(result) for result in self._results)))
        return Written(said, self._offered, summed(self._results), raw, self._rounds)

    def _correct(self, result: ChatResult, read: Sequence[_Read]) -> None:
        """In plain text: a server may choke on a call that is none."""
        problem = " ".join(f"{one.call.name}: {one.wrong}" for one in read)
        problem = cut(problem, LONGEST_SAID)
        if self._corrected:
            raise InvalidToolCall(f"The model called a tool wrongly, twice: {problem[:300]}")
        self._corrected = True
        correction = f"That is no valid call. {problem} Call a tool rightly, or write the reply without one."
        self._messages += [
            {"role": "assistant", "content": cut(_raw(result), LONGEST_SAID)},
            {"role": "user", "content": correction},
        ]

    def _search(self, result: ChatResult, searches: Sequence[_Read], ends: Sequence[_Read]) -> None:
        if not self._searches_left:
            if self._refused:
                raise InvalidToolCall(NO_END)
            self._refused = True
        self._messages.append(_as_called(result, [*searches, *ends]))
        for one in searches:
            self._answer(one.call, self._found(one))
        for one in ends:
            self._answer(one.call, NOT_YET)

    def _found(self, one: _Read) -> str:
        """In the model's words; of new passages as many as there is room for."""
        if not (self._searches_left and isinstance(one.meant, SearchKb)):
            self._rounds.append(one.told())
            return NO_MORE
        self._searches_left -= 1
        asking, query = self._asking, one.meant.query
        new, known = offering.searched(query, self._offered, asking.search, asking.locale)
        while new and not asking.fits([*self._messages, _answer(one.call, self._in_words(new, known))]):
            new.pop()
        self._offered += new
        self._rounds.append(one.told([*new, *known]))
        return self._in_words(new, known)

    def _in_words(self, new: Sequence[Offered], known: Sequence[Offered]) -> str:
        more = "You may search once more." if self._searches_left else NO_MORE
        return f"{prompts.build_found(new, known)}\n{more}"

    def _answer(self, call: ToolCall, content: str) -> None:
        self._messages.append(_answer(call, content))


def summed(results: Sequence[ChatResult]) -> ChatResult:
    """The last, with the tokens and the cost of all."""
    costs = [result.cost_usd for result in results]
    known = [cost for cost in costs if cost is not None]
    return replace(
        results[-1],
        prompt_tokens=sum(result.prompt_tokens for result in results),
        completion_tokens=sum(result.completion_tokens for result in results),
        cost_usd=sum(known[1:], known[0]) if len(known) == len(costs) else None,
        with_tools=all(result.with_tools for result in results),
    )


def _forms() -> list[dict[str, Any]]:
    return [schemas.form(tool) for tool in model_tools.TOOLS]


def _read(call: ToolCall) -> _Read:
    try:
        return _Read(call, schemas.read(call, model_tools.TOOLS))
    except schemas.Unfit as unfit:
        return _Read(call, None, str(unfit))


def _as_called(result: ChatResult, read: Sequence[_Read]) -> ChatMessage:
    """What the model said, with its calls as they were read."""
    calls = [
        {
            "id": one.call.id,
            "type": "function",
            "function": {
                "name": one.call.name,
                "arguments": json.dumps(one.meant.model_dump() if one.meant else {}, ensure_ascii=False),
            },
        }
        for one in read
    ]
    return {"role": "assistant", "content": cut(result.text, LONGEST_SAID), "tool_calls": calls}


def _answer(call: ToolCall, content: str) -> ChatMessage:
    return {"role": "tool", "tool_call_id": call.id, "content": content}


def _raw(result: ChatResult) -> str:
    if not result.calls:
        return result.text
    return "\n".join(filter(None, (result.text, schemas.as_said(result.calls))))


def _insist_on_discretion(text: str, messages: Sequence[ChatMessage]) -> None:
    if leaks.repeats(text, prompts.instructed(messages)):
        raise Rejected(REPEATED)


class _Listener:
    """Hands pieces on, once it is sure that they are not the form in which the model declines."""

    def __init__(self, on_piece: Heard | None) -> None:
        self._on_piece, self._held, self.sure = on_piece, "", False

    def hear(self, piece: str) -> None:
        if self._on_piece is None:
            return
        self._held += piece
        if not self.sure and prompts.undecided(self._held):
            self._on_piece("")
            return
        self.sure = True
        self._on_piece(self._held)
        self._held = ""
