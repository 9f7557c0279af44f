"""An OpenAI-compatible `/embeddings`. Every call is on the ledger; what goes wrong is one of two errors."""

from __future__ import annotations

import importlib
import json
import math
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from django.conf import settings

from llm import ledger, tokens
from llm.embed.local import tokens_of
from llm.embed.vectors import CHARACTERS_A_TOKEN, Vectors, unit
from llm.errors import Rejected, Unavailable
from llm.masking import Masks

if TYPE_CHECKING:
    import openai

ENDPOINT_TOKENS = 512  # what any current embedding model accepts
MOST_DIMENSIONS = 4000  # what a half-precision vector may have to be indexed

# Seconds for a whole call. Somebody waits for a question's vector, nobody for a passage's.
PASSAGES_TIMEOUT = 30.0
QUESTION_TIMEOUT = 4.0
LONGEST_ANSWER = 64 * 1024 * 1024  # bytes; a batch of 4,000 dimensions has a tenth of that
# After a failure, questions are not sent for so long: each would wait for nothing.
PAUSE = 15.0
# An endpoint that is over its limit is waited for, so often and each time at most so long.
WAITS = 6
LONGEST_WAIT = 30.0
# What an endpoint over its limit is taken to have meant, if it names no time or one beyond all reason.
SOON, LATEST = 5.0, 3600.0


@dataclass(frozen=True)
class Endpoint:
    """Where a model is served, and what belongs to its vector space: another prefix makes other vectors."""

    base_url: str
    dimensions: int
    query_prefix: str = ""
    passage_prefix: str = ""


def endpoint_of_settings() -> Endpoint:
    return Endpoint(
        settings.EMBEDDINGS_BASE_URL,
        settings.EMBEDDINGS_DIMENSIONS,
        settings.EMBEDDINGS_QUERY_PREFIX,
        settings.EMBEDDINGS_PASSAGE_PREFIX,
    )


class EndpointEmbedder:
    """A model behind an endpoint's `/embeddings`. Every call is on the ledger."""

    max_tokens = ENDPOINT_TOKENS
    languages: frozenset[str] | None = None

    def __init__(self, name: str, endpoint: Endpoint) -> None:
        self.name = name
        self.endpoint = endpoint

    def passages(self, texts: Sequence[str]) -> Vectors:
        prefixed = [self.endpoint.passage_prefix + text for text in texts]
        return self._in_batches(prefixed, self._patiently)

    def query(self, text: str) -> Vectors:
        vector: Vectors = self.queries([text])[0]
        return vector

    def queries(self, texts: Sequence[str]) -> Vectors:
        self._insist_on_no_pause()
        # Questions are people's: what reaches them tells nothing of what is asked, and does not leave.
        prefixed = [self.endpoint.query_prefix + Masks().mask(text) for text in texts]
        try:
            return self._ask(prefixed, "embed question", QUESTION_TIMEOUT)
        except Unavailable as error:
            pause = min(error.retry_after or PAUSE, LONGEST_WAIT)
            _paused_until[self.endpoint.base_url] = time.monotonic() + pause
            raise

    def examples(self, texts: Sequence[str]) -> Vectors:
        """A failure says nothing of a single question, so those are sent on."""
        self._insist_on_no_pause()
        prefixed = [self.endpoint.query_prefix + text for text in texts]
        return self._in_batches(prefixed, lambda some: self._ask(some, "embed question", PASSAGES_TIMEOUT))

    def _insist_on_no_pause(self) -> None:
        if _paused_until.get(self.endpoint.base_url, 0.0) > time.monotonic():
            raise Unavailable(
                "The embeddings endpoint failed a moment ago and is left alone for some seconds."
            )

    def _in_batches(self, texts: Sequence[str], ask: Callable[[Sequence[str]], Vectors]) -> Vectors:
        size: int = settings.EMBEDDINGS_BATCH
        batches = [texts[start : start + size] for start in range(0, len(texts), size)]
        empty = np.empty((0, self.endpoint.dimensions), np.float32)
        return np.concatenate([empty, *map(ask, batches)])

    def _patiently(self, texts: Sequence[str]) -> Vectors:
        """A call that was refused for the rate limit is made again when the endpoint says so."""
        for _ in range(WAITS):
            try:
                return self._ask(texts, "embed passages", PASSAGES_TIMEOUT)
            except Unavailable as error:
                if error.retry_after is None or error.retry_after > LONGEST_WAIT:
                    raise
                time.sleep(error.retry_after)
        return self._ask(texts, "embed passages", PASSAGES_TIMEOUT)

    def count(self, text: str) -> int:
        """By the local tokenizer, whose pieces are shorter than those of newer models."""
        return len(tokens_of(text))

    def _ask(self, texts: Sequence[str], feature: str, seconds: float) -> Vectors:
        in_bytes = sum(len(text.encode("utf-8", "replace")) for text in texts)
        most = (tokens.at_most(in_bytes, len(texts)), 0)
        call = ledger.open_call(feature, self.name, self.endpoint.base_url, most_tokens=most, unpriced=True)
        try:
            with _two_errors():
                answer = json.loads(_within(seconds, lambda: self._read(texts, seconds)))
                if spent := _prompt_tokens(answer):  # also for vectors that are of no use
                    ledger.count(call, spent)
                vectors = self._vectors(answer, len(texts))
        except (Unavailable, Rejected) as error:
            ledger.failed(call, error)
            raise
        if not call.counted:
            ledger.count(call, spent)
        ledger.complete(call)
        return vectors

    def _read(self, texts: Sequence[str], seconds: float) -> bytes:
        """The body of the answer, as long as it is of a size that can be one."""
        client = _client(self.endpoint.base_url, _key(self.endpoint.base_url))
        body = bytearray()
        with client.embeddings.with_streaming_response.create(
            model=self.name,
            input=[_sendable(text) for text in texts],
            encoding_format="float",
            timeout=seconds,
        ) as response:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LONGEST_ANSWER:
                    raise Unavailable("The embeddings endpoint’s answer is too long to be one.")
        return bytes(body)

    def _vectors(self, answer: Any, wanted: int) -> Vectors:
        rows = sorted(answer["data"], key=lambda row: row["index"])
        if len(rows) != wanted:
            raise Unavailable(f"The embeddings endpoint answered {len(rows)} vectors for {wanted} texts.")
        vectors = np.array([row["embedding"] for row in rows], np.float32)
        if vectors.shape != (wanted, self.endpoint.dimensions):
            raise Rejected(
                f"The model “{self.name}” makes vectors of {len(rows[0]['embedding'])} dimensions, "
                f"not {self.endpoint.dimensions}: correct EMBEDDINGS_DIMENSIONS."
            )
        lengths = np.linalg.norm(vectors, axis=1)
        if not (np.isfinite(lengths) & (lengths > 0)).all():
            raise Unavailable("The embeddings endpoint answered numbers that make no vector.")
        return unit(vectors)


def _within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """Done by a thread that is left behind when the time is up: an endpoint that drips never times out."""
    done: queue.SimpleQueue[bytes | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put(work())
        except BaseException as error:
            done.put(error)

    threading.Thread(target=run, name="embeddings", daemon=True).start()
    try:
        outcome = done.get(timeout=seconds)
    except queue.Empty:
        raise Unavailable(f"The embeddings endpoint did not answer within {seconds:.0f} seconds.") from None
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _prompt_tokens(answer: Any) -> int:
    """As the endpoint counted them; some don't, or say something else."""
    usage = answer.get("usage")
    told = usage.get("prompt_tokens") if isinstance(usage, dict) else None
    return told if isinstance(told, int) and 0 <= told < 2**31 else 0


def open_client() -> None:
    """Ahead of the first call. The client takes a second of the processor to import: not in every command."""
    importlib.import_module("openai")


# Of each endpoint, by this process's clock.
_paused_until: dict[str, float] = {}


@lru_cache(maxsize=8)
def _client(base_url: str, key: str) -> openai.OpenAI:
    """One for all searches of a process: to make one takes longer than a search."""
    import openai

    # Whoever calls owns the retries.
    return openai.OpenAI(base_url=base_url, api_key=key or "none", max_retries=0)


# Connections are not shared with a child.
os.register_at_fork(after_in_child=_client.cache_clear)


def _key(base_url: str) -> str:
    """An endpoint is sent its own key and no other's."""
    if base_url == settings.EMBEDDINGS_BASE_URL:
        return str(settings.EMBEDDINGS_API_KEY)
    return str(settings.EMBEDDINGS_OTHER_KEYS.get(base_url, ""))


def _sendable(text: str) -> str:
    """Servers refuse empty texts and what has no UTF-8 form; none embeds more than this many tokens."""
    cut = text[: ENDPOINT_TOKENS * CHARACTERS_A_TOKEN]
    return cut.encode("utf-8", "replace").decode().replace("\x00", " ") or " "


@contextmanager
def _two_errors() -> Iterator[None]:
    """What the client raises becomes one of the two errors that leave this package."""
    import openai

    try:
        yield
    except openai.APIStatusError as error:
        what = f"The embeddings endpoint answered {error.status_code}: {error.message[:300]}"
        if error.status_code in (408, 409, 425, 429) or error.status_code >= 500:
            raise Unavailable(what, retry_after=_retry_after(error)) from error
        raise Rejected(what) from error
    except (openai.OpenAIError, OSError) as error:
        raise Unavailable(f"The embeddings endpoint can't be reached or broke off: {error}") from error
    except (LookupError, AttributeError, TypeError, ValueError, RecursionError, OverflowError) as error:
        # JSON of any shape.
        raise Unavailable(
            "The embeddings endpoint answered something that is not a list of vectors."
        ) from error


def _retry_after(error: openai.APIStatusError) -> float | None:
    """Seconds until the endpoint wants to be asked again; None: its limit isn't the reason."""
    if error.status_code != 429:
        return None
    try:
        told = float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return SOON
    return min(max(told, 0.1), LATEST) if math.isfinite(told) else SOON
