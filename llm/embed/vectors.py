"""What every embedder is: texts become vectors of length 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

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

    def queries(self, texts: Sequence[str]) -> Vectors:
        """The same of several questions: one row a question."""

    def examples(self, texts: Sequence[str]) -> Vectors:
        """The same of many questions that nobody has just asked."""

    def count(self, text: str) -> int:
        """How many tokens the text has, the marks at both ends included."""


def unit(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return scaled
