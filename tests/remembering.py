"""The local embedder's vectors, made once for each text: hundreds of tests put the same articles in.

What a text's vector is doesn't depend on its company (tests/llm/test_embed.py, which remembers nothing).
"""

import numpy as np

from llm.embed import local
from llm.embed.vectors import Vectors

make = local._run
_made: dict[tuple[int, ...], Vectors] = {}


def remembered(batch: list[list[int]]) -> Vectors:
    """In the place of `local._run`."""
    keys = [tuple(tokens) for tokens in batch]
    if new := [key for key in dict.fromkeys(keys) if key not in _made]:
        _made.update(zip(new, make([list(key) for key in new]), strict=True))
    return np.stack([_made[key] for key in keys])
