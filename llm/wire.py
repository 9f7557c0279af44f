"""Talk to the gateway with the `openai` client; whatever goes wrong there becomes one of our two errors.

A reading runs in a thread of its own and hands over what arrives, so that its reader can give up on time:
the client's own timeouts begin anew with every byte, and a gateway that drips never meets them.
"""

import functools
import json
import logging
import math
import os
import queue
import socket
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import openai
from django.conf import settings
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from llm.errors import LimitReached, ModelError, RefusedRequest, Rejected, Unavailable

logger = logging.getLogger(__name__)

# Words in an error's code or type that say: asking again will not help.
FINAL_CODES = (
    "invalid_api_key",
    "authentication",
    "permission",
    "insufficient_quota",
    "invalid_request",
    "context_length",
    "content_filter",
    "model_not_found",
)
# In bytes: so many are no form that somebody filled in.
LONGEST_BODY = 1_000_000
TRY_AGAIN_STATUSES = {408, 409, 425, 429}


@dataclass(frozen=True)
class Piece:
    """Text that arrived. Thinking is progress as well, but is never shown."""

    text: str
    thinking: bool = False


@dataclass(frozen=True)
class Ending:
    """The stream is over; without a finish reason it was cut."""

    finish_reason: str
    prompt_tokens: int | None
    completion_tokens: int | None
    cached_tokens: int = 0  # of the prompt's


@dataclass(frozen=True)
class Answer:
    """A whole answer: the tools that are called in it, by name and with their arguments, and its text."""

    calls: tuple[tuple[str, str], ...]
    text: str
    ending: Ending


Event = Piece | Ending | Answer | ModelError


class Reading(threading.Thread):
    """One streamed completion. Its last event is an Ending or an error."""

    def __init__(self, messages: Iterable[Any], model: str, extra_body: dict[str, Any]) -> None:
        super().__init__(daemon=True, name="gateway")
        self._messages, self._model, self._extra_body = list(messages), model, extra_body
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        self._response: Any = None  # whose connection can be hung up
        self._stopped = False

    def next(self, seconds: float) -> Event:
        """The next event, waited for so long; `queue.Empty` when none came."""
        return self._events.get(timeout=max(seconds, 0.001))

    def stop(self) -> None:
        """Nobody listens any more: hang up, so that the thread ends and nothing more is generated."""
        self._stopped = True
        if self._response is not None:
            _hang_up(self._response)

    def run(self) -> None:
        try:
            self._events.put(self._read())
        except Exception as error:
            if not self._stopped:
                self._events.put(explain(error, self._model))

    def _read(self) -> Event:
        reason, usage = "", None
        with self._open() as stream:
            self._response = stream.response
            for chunk in stream:
                if self._stopped:
                    break
                for choice in (chunk.choices or [])[:1]:
                    if not reason:
                        self._hand_over(choice.delta)
                    reason = reason or choice.finish_reason or ""
                usage = chunk.usage or usage
        prompt_tokens, completion_tokens = _tokens(usage) if usage else (None, None)
        return Ending(str(reason), prompt_tokens, completion_tokens, _cached(usage, prompt_tokens))

    def _open(self) -> openai.Stream[ChatCompletionChunk]:
        return client().chat.completions.create(
            model=self._model,
            messages=self._messages,
            stream=True,
            stream_options={"include_usage": True},
            max_tokens=settings.LLM_MAX_TOKENS,
            extra_body=self._extra_body or None,
        )

    def _hand_over(self, delta: Any) -> None:
        """`reasoning_content` is no field of the client's own: it comes as an extra."""
        if delta is None:
            return
        if getattr(delta, "reasoning_content", None):
            self._events.put(Piece(str(delta.reasoning_content), thinking=True))
        if delta.content:
            self._events.put(Piece(str(delta.content)))


class Whole(Reading):
    """One completion with a tool, not streamed. Its only event is an Answer or an error."""

    def __init__(
        self, messages: Iterable[Any], model: str, extra_body: dict[str, Any], tools: list[Any], choice: Any
    ) -> None:
        super().__init__(messages, model, extra_body)
        self._tools, self._choice = tools, choice

    def _read(self) -> Event:
        body = bytearray()
        with client().chat.completions.with_streaming_response.create(
            model=self._model,
            messages=self._messages,
            tools=self._tools,
            tool_choice=self._choice,
            max_tokens=settings.LLM_MAX_TOKENS,
            extra_body=self._extra_body or None,
        ) as response:
            self._response = response.http_response
            for piece in _pieces(response):
                body += piece
                if len(body) > LONGEST_BODY:
                    raise Rejected("The model's answer did not come to an end.")
        return _answer(json.loads(body))


def _pieces(response: openai.APIResponse[Any]) -> Iterator[bytes]:
    """What the transport raises while it is read, the client leaves as it is."""
    try:
        yield from response.iter_bytes()
    except Exception as error:
        raise openai.APIConnectionError(request=response.http_request) from error


def _answer(body: Any) -> Answer:
    """JSON of whatever shape: what is missing or strange in it surfaces, and is explained as unreadable."""
    if body.get("error"):
        error = body["error"] if isinstance(body["error"], dict) else {"message": str(body["error"])}
        no_request: Any = None
        raise openai.APIError(str(error.get("message")), no_request, body=error)
    completion: Any = ChatCompletion.construct(**body)
    choice, usage = completion.choices[0], completion.usage
    calls = [
        (str(one.function.name), _as_json(one.function.arguments)) for one in choice.message.tool_calls or []
    ]
    prompt_tokens, completion_tokens = _tokens(usage) if usage else (None, None)
    cached = _cached(usage, prompt_tokens)
    ending = Ending(str(choice.finish_reason or ""), prompt_tokens, completion_tokens, cached)
    return Answer(tuple(calls), _whole_text(choice.message.content), ending)


def _as_json(arguments: Any) -> str:
    """Some servers send the arguments as an object."""
    return _whole_text(arguments if isinstance(arguments, str) else json.dumps(arguments))


def _whole_text(text: object) -> str:
    return str(text or "").encode("utf-8", "replace").decode().replace("\x00", "")


def client() -> openai.OpenAI:
    """One client for each process: connections do not survive a fork."""
    key = settings.RUNAPI_KEY.strip()
    if not key:
        raise Rejected("No key for the model gateway is set: set RUNAPI_KEY.")
    if not (key.isascii() and key.isprintable()):
        raise Rejected("RUNAPI_KEY holds characters that no key has: copy it again.")
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


def explain(error: Exception, model: str) -> ModelError:
    """The error as a decision, with a sentence for a person."""
    if isinstance(error, ModelError):
        return error
    if isinstance(error, openai.APIStatusError):
        return _refused(error.status_code, error, model, _retry_after(error.response.headers))
    if isinstance(error, openai.APITimeoutError):
        return Unavailable(f"The gateway at {_host()} did not answer in time.")
    if isinstance(error, openai.APIConnectionError):
        return Unavailable(
            f"The connection to the gateway at {_host()} failed or broke off. "
            "If this goes on, check LLM_BASE_URL and the network."
        )
    if isinstance(error, openai.APIError):
        return _error_in_stream(error, model)
    # A broken frame surfaces as whatever it broke: JSONDecodeError, a missing attribute, a decoding error.
    if not isinstance(error, ValueError | TypeError | AttributeError | KeyError):
        logger.exception("The model gateway failed in a way that we have not seen", exc_info=error)
    return Unavailable(f"The gateway at {_host()} sent something that cannot be read.")


def _refused(status: int, error: openai.APIError, model: str, retry_after: float | None) -> ModelError:
    if status == 401:
        return Rejected("The gateway refused the key (401). Check RUNAPI_KEY.")
    if status == 402 or error.code == "insufficient_quota":
        return Rejected(f"The gateway says that the account has no credit left ({status}).")
    if status == 403:
        return Rejected(f"The gateway does not allow this key to use {model} (403).")
    if status == 404:
        return Rejected(
            f"The gateway at {_host()} knows no model {model}, or has another address (404). "
            "Check the model’s name (LLM_MODEL) and LLM_BASE_URL."
        )
    if status == 429:
        return LimitReached("The gateway's rate limit is reached (429).", retry_after=retry_after)
    if status in TRY_AGAIN_STATUSES or status >= 500:
        return Unavailable(f"The gateway at {_host()} has a fault ({status}).", retry_after=retry_after)
    return RefusedRequest(f"The gateway refused the request ({status}){_said(error)}")


def _error_in_stream(error: openai.APIError, model: str) -> ModelError:
    """An error frame after the answer began: no status, but often a code that is one, or says as much."""
    body = error.body if isinstance(error.body, dict) else {}
    code = str(error.code or body.get("code") or body.get("status") or "")
    if code.isascii() and code.isdigit() and 400 <= int(code) < 600:
        return _refused(int(code), error, model, None)
    words = f"{code} {error.type or body.get('type') or ''}".lower()
    if any(final in words for final in FINAL_CODES):
        return Rejected(f"The gateway refused the request{_said(error)}")
    return Unavailable(f"The gateway broke off with an error{_said(error)}")


def _said(error: openai.APIError) -> str:
    """The gateway's own words, short, on one line, and never with the key in them."""
    body = error.body if isinstance(error.body, dict) else {}
    words = " ".join(str(body.get("message") or "").split())
    if key := settings.RUNAPI_KEY.strip():
        words = words.replace(key, "…")
    return f": {words[:200]}" if words else "."


def _retry_after(headers: Any) -> float | None:
    """Seconds, from a number or a date."""
    value = str(headers.get("retry-after") or "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


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


def _host() -> str:
    return urlsplit(str(settings.LLM_BASE_URL)).hostname or gateway()


def _hang_up(response: Any) -> None:
    """Closing alone does not wake a thread that waits for bytes; shutting the socket down does."""
    network = response.extensions.get("network_stream")
    found = network.get_extra_info("socket") if network else None
    if isinstance(found, socket.socket):
        try:
            socket.socket.shutdown(found, socket.SHUT_RDWR)
        except OSError:
            logger.debug("The gateway had hung up already")
