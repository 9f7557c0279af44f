"""How much a word tells by how rare it is in its language. Pure.

The local model's vocabulary is ordered by how common words are in English; what it doesn't hold is rare.
"""

import math
from functools import lru_cache

from llm.embed import local
from llm.errors import Rejected

# The commonest words tell nothing, from the rarest on all the same.
COMMONEST = 2_200
RAREST = 20_000
# Of a word in a language that the model doesn't know.
UNKNOWN = 0.7


@lru_cache(maxsize=20_000)
def rarity(word: str, language: str) -> float:
    """Between 0 and 1, of a word in small letters."""
    if language != "en":
        return UNKNOWN
    try:
        rank = local.rank(word)
    except Rejected:  # the model is not installed
        return UNKNOWN
    if rank is None:
        return 1.0
    return min(max(math.log(rank / COMMONEST) / math.log(RAREST / COMMONEST), 0.0), 1.0) if rank else 0.0
