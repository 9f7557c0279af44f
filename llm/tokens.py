"""How many tokens a text will be at most, by what the gateway counted for earlier prompts of the model.

Not every model has its tokenizer at hand, but each answer tells how many bytes of its prompt made a token.
"""

import math
from collections.abc import Iterable, Mapping

from llm.models import ModelCall

# Before anything was counted: few texts have less.
BYTES_A_TOKEN = 2.0
# Of the fewest bytes a token seen lately, to be on the safe side.
MARGIN = 0.9
LATELY = 100  # calls
# What a chat's form adds to each message.
TOKENS_A_MESSAGE = 8


def size(messages: Iterable[Mapping[str, object]]) -> int:
    """In bytes of UTF-8."""
    return sum(len(str(message.get("content") or "").encode("utf-8", "replace")) for message in messages)


def at_most(prompt_bytes: int, messages: int, model: str) -> int:
    return math.ceil(prompt_bytes / bytes_a_token(model)) + TOKENS_A_MESSAGE * (messages + 1)


def bytes_a_token(model: str) -> float:
    """The fewest that a token of this model's prompts had lately, less a margin."""
    counted = ModelCall.objects.filter(
        model=model,
        outcome=ModelCall.Outcome.COMPLETE,
        tokens_estimated=False,
        prompt_bytes__gt=0,
        prompt_tokens__gt=0,
    )
    seen = counted.order_by("-pk").values_list("prompt_bytes", "prompt_tokens")[:LATELY]
    ratios = [in_bytes / in_tokens for in_bytes, in_tokens in seen]
    return min(ratios) * MARGIN if ratios else BYTES_A_TOKEN
