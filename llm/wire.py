"""Talk to the gateway with the `openai` client; whatever goes wrong there becomes one of our two errors.

A reading runs in a thread of its own and hands over what arrives, so that its reader can give up on time:
the client's own timeouts begin anew with every byte, and a gateway that drips never meets them. Where many
are read at once, each of them rests between its pieces: waking up for every single one costs more than it.
"""

import functools
import json
import logging
import os
import queue
import select
import socket
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import openai
from django.conf import settings
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from llm.errors import ModelError, NotSetUp, Rejected
from llm.faults import explain
from llm.fragments import Calls, ToolCall, whole_text

logger = logging.getLogger(__name__)

# In bytes: so many are no form that somebody filled in.
LONGEST_BODY = 1_000_000
# What has arrived when a reader leaves is read within this time (s), or left.
LAST_SECONDS = 1.0
# From so many streams on in one process, each rests (s, for each of them all), up to so long.
MANY = 20
REST_SECONDS_A_STREAM = 0.0005
LONGEST_REST = 0.1
# So many pieces become one: who listens has time limits to keep.
MOST_AT_ONCE = 50
# It takes longer than that (s) only for a piece that was waited for.
READ_ON_SECONDS = 0.005

_being_read: "set[Reading]" = set()


@dataclass(frozen=True)
class Piece:
    """Text that arrived. Thinking is progress as well, but is never shown."""

    text: str
    thinking: bool = False


@dataclass(frozen=True)
class Calling:
    """A call of a tool is arriving: so many characters more of it."""

    length: int


@dataclass(frozen=True)
class Ending:
    """The answer is over; without a finish reason it was cut. `calls`: of tools, as the model made them."""

    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int = 0  # of the prompt's
    calls: tuple[ToolCall, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A whole answer."""

    text: str
    ending: Ending


@dataclass(frozen=True)
class Asked:
    """What goes along with each request. `tools`: as they are sent; `choice`: whether one is forced."""

    model: str
    extra_body: dict[str, Any] = field(default_factory=dict)
    tools: Sequence[dict[str, Any]] = ()
    choice: Any = "auto"

    def options(self) -> dict[str, Any]:
        options: dict[str, Any] = {"model": self.model, "max_tokens": settings.LLM_MAX_TOKENS}
        if self.tools:
            options |= {"tools": list(self.tools), "tool_choice": self.choice}
        return {**options, "extra_body": self.extra_body or None}


Event = Piece | Calling | Ending | Answer | ModelError


class Reading(threading.Thread):
    """One streamed completion. Its last event is an Ending or an error."""

    def __init__(self, messages: Iterable[Any], asked: Asked) -> None:
        super().__init__(daemon=True, name="gateway")
        self._messages, self._asked = list(messages), asked
        self._calls = Calls()
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._ahead: Event | None = None
        self._rested = 0.0
        self._response: Any = None  # whose connection can be hung up
        self._stopped = False

    def next(self, seconds: float) -> Event:
        """The next event, waited for so long; `queue.Empty` when none came."""
        event, self._ahead = self._ahead, None
        if event is None:
            event = self._events.get(timeout=max(seconds, 0.001))
        return self._with_more(event) if len(_being_read) >= MANY else event

    def _with_more(self, event: Event) -> Event:
        """Text that has come meanwhile is part of the piece."""
        texts: list[str] = []
        while isinstance(event, Piece) and not event.thinking and len(texts) < MOST_AT_ONCE:
            texts.append(event.text)
            if self._events.empty():
                return Piece("".join(texts))
            event = self._events.get()
        if not texts:
            return event
        self._ahead = event
        return Piece("".join(texts))

    def stop(self) -> None:
        """Nobody listens any more: hang up, so that the thread ends and nothing more is generated."""
        self._stopped = True
        if self._response is not None:
            _hang_up(self._response)

    def end(self) -> None:
        """Hang up, and have what had arrived by then."""
        self.stop()
        if self._response is not None:
            self.join(LAST_SECONDS)

    def run(self) -> None:
        _being_read.add(self)
        try:
            self._events.put(self._read())
        except Exception as error:
            if not self._stopped:
                self._events.put(explain(error, self._asked.model))
        finally:
            _being_read.discard(self)

    def _read(self) -> Event:
        reason, usage = "", None
        with self._open() as stream:
            self._response = stream.response
            if self._stopped:
                _hang_up(stream.response)
            if "json" in str(stream.response.headers.get("content-type") or "").lower():
                return self._read_whole(stream.response)
            for read in stream:
                if self._stopped and not _socket(stream.response):
                    break  # else it ends by itself, with what had arrived
                if text := _text_alone(read):
                    if not reason:
                        self._events.put(Piece(text))
                        self._rest()
                    continue
                chunk = ChatCompletionChunk.construct(**read)
                for choice in (chunk.choices or [])[:1]:
                    if not reason:
                        self._hand_over(choice.delta)
                    reason = reason or choice.finish_reason or ""
                usage = chunk.usage or usage
        return _ending(reason, usage, self._calls.whole())

    def _rest(self) -> None:
        """Before waiting for the next piece, while many are read: then several have come."""
        many = len(_being_read)
        if many < MANY or time.monotonic() < self._rested + READ_ON_SECONDS or _unread(self._response):
            return
        time.sleep(min(REST_SECONDS_A_STREAM * many, LONGEST_REST))
        self._rested = time.monotonic()

    def _open(self) -> openai.Stream[Any]:
        """Its chunks as they are: making the client's types of them takes twice the time of all the rest."""
        options = self._asked.options()
        extra_body = options.pop("extra_body") or {}
        streaming = {"stream": True, "stream_options": {"include_usage": True}}
        return client().post(
            "/chat/completions",
            cast_to=cast(type[Any], object),
            body={"messages": self._messages, **streaming, **options, **extra_body},
            stream=True,
            stream_cls=openai.Stream[Any],
        )

    def _read_whole(self, response: Any) -> Ending:
        """Some servers know no streams, and answer at once."""
        answer = _answer(json.loads(_body(response.iter_bytes(), response.request)))
        if answer.text:
            self._events.put(Piece(answer.text))
        return answer.ending

    def _hand_over(self, delta: Any) -> None:
        """`reasoning_content` is no field of the client's own: it comes as an extra."""
        if delta is None:
            return
        if getattr(delta, "reasoning_content", None):
            self._events.put(Piece(str(delta.reasoning_content), thinking=True))
        if delta.content:
            self._events.put(Piece(str(delta.content)))
        for fragment in delta.tool_calls or []:
            self._events.put(Calling(self._calls.add(fragment)))
        if delta.function_call:
            self._events.put(Calling(self._calls.add_function(delta.function_call)))


def _text_alone(chunk: Any) -> str:
    """What most chunks are, text and nothing else; "" for all that the client's types have to read."""
    match chunk:
        case {"choices": [{"delta": {"content": str(text), **others}, "finish_reason": None}], **rest}:
            alone = not rest.get("usage") and not any(others[name] for name in others if name != "role")
            return text if alone else ""
    return ""


class Whole(Reading):
    """One completion that is not streamed. Its only event is an Answer or an error."""

    def _read(self) -> Event:
        with client().chat.completions.with_streaming_response.create(
            messages=self._messages, **self._asked.options()
        ) as response:
            self._response = response.http_response
            body = _body(response.iter_bytes(), response.http_request)
        return _answer(json.loads(body))


def _body(pieces: Iterator[bytes], request: Any) -> bytes:
    """What the transport raises while it is read, the client leaves as it is."""
    body = bytearray()
    try:
        for piece in pieces:
            body += piece
            if len(body) > LONGEST_BODY:
                raise Rejected("The model's answer did not come to an end.")
    except ModelError:
        raise
    except Exception as error:
        raise openai.APIConnectionError(request=request) from error
    return bytes(body)


def _answer(body: Any) -> Answer:
    """JSON of whatever shape: what is missing or strange in it surfaces, and is explained as unreadable."""
    if body.get("error"):
        error = body["error"] if isinstance(body["error"], dict) else {"message": str(body["error"])}
        no_request: Any = None
        raise openai.APIError(str(error.get("message")), no_request, body=error)
    completion: Any = ChatCompletion.construct(**body)
    choice, usage = completion.choices[0], completion.usage
    calls, message = Calls(), choice.message
    for one in message.tool_calls or []:
        calls.add(one)
    if message.function_call:
        calls.add_function(message.function_call)
    ending = _ending(choice.finish_reason, usage, calls.whole())
    return Answer(whole_text(message.content), ending)


def _ending(reason: Any, usage: Any, calls: tuple[ToolCall, ...]) -> Ending:
    prompt_tokens, completion_tokens = _tokens(usage) if usage else (None, None)
    cached = _cached(usage, prompt_tokens)
    return Ending(str(reason or ""), prompt_tokens, completion_tokens, cached, calls)


def client() -> openai.OpenAI:
    """One client for each process: connections do not survive a fork."""
    key = settings.RUNAPI_KEY.strip()
    if not key:
        raise NotSetUp("No key for the model gateway is set: set RUNAPI_KEY.")
    if not (key.isascii() and key.isprintable()):
        raise NotSetUp("RUNAPI_KEY holds characters that no key has: copy it again.")
    return _client(os.getpid(), settings.LLM_BASE_URL, key)


@functools.lru_cache(maxsize=4)
def _client(process: int, base_url: str, key: str) -> openai.OpenAI:
    """Retries belong to the caller alone; two layers of them multiply paid calls."""
    connect = settings.LLM_CONNECT_TIMEOUT
    silence = max(settings.LLM_FIRST_PIECE_TIMEOUT, settings.LLM_PIECE_TIMEOUT)
    timeout = openai.Timeout(connect=connect, read=silence, write=connect, pool=connect)
    # The client leaves the end of a stream unread and so hardly ever uses a connection twice; saying so keeps
    # a reading that hangs up from ever meeting another's connection.
    headers = {"Connection": "close"}
    return openai.OpenAI(
        api_key=key, base_url=base_url, max_retries=0, timeout=timeout, default_headers=headers
    )


def gateway() -> str:
    """The gateway's address without a secret that may stand in it."""
    parts = urlsplit(str(settings.LLM_BASE_URL))
    netloc = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{netloc}{parts.path}"[:500]


def models() -> list[str]:
    """The models that the gateway offers for this key."""
    try:
        return [model.id for model in client().models.list()]
    except Exception as error:
        raise explain(error, settings.LLM_MODEL) from error


def _tokens(usage: Any) -> tuple[int | None, int | None]:
    """Believed only when they are counts."""
    counts = (usage.prompt_tokens, usage.completion_tokens)
    prompt, completion = (n if isinstance(n, int) and 0 <= n < 10**9 else None for n in counts)
    return prompt, completion


def _cached(usage: Any, prompt_tokens: int | None) -> int:
    """How many of the prompt's tokens the gateway had cached: no more than there were."""
    details = getattr(usage, "prompt_tokens_details", None)
    cached = getattr(details, "cached_tokens", None)
    return min(cached, prompt_tokens or 0) if isinstance(cached, int) and cached > 0 else 0


def _hang_up(response: Any) -> None:
    """Closing alone does not wake a thread that waits for bytes; shutting the socket down does."""
    if found := _socket(response):
        try:
            socket.socket.shutdown(found, socket.SHUT_RDWR)
        except OSError:
            logger.debug("The gateway had hung up already")


def _unread(response: Any) -> bool:
    """Has more come than was read? Also said of a connection that is closed, or is not known."""
    found = _socket(response)
    if found is None or found.fileno() < 0:
        return True
    poll = select.poll()
    poll.register(found, select.POLLIN)
    return bool(poll.poll(0))


def _socket(response: Any) -> socket.socket | None:
    network = response.extensions.get("network_stream")
    found = network.get_extra_info("socket") if network else None
    return found if isinstance(found, socket.socket) else None
