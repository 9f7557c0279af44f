"""How many tokens a text will be: a bound that holds whatever it says, and an estimate that is nearer.

Not every model has its tokenizer at hand. No token is less than a byte; and each answer of the gateway tells
how many bytes of its prompt made one, as long as the next prompt is of the same kind.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence

from llm.models import ModelCall

# Before anything was counted: few texts have less.
BYTES_A_TOKEN = 2.0
# Of the fewest bytes a token seen lately, to be on the safe side.
MARGIN = 0.9
LATELY = 100  # calls
# What a chat's form adds to each message.
TOKENS_A_MESSAGE = 8


def size(messages: Iterable[Mapping[str, object]], tools: Sequence[Mapping[str, object]] = ()) -> int:
    """In bytes of UTF-8, with the tools that go along."""
    contents = [str(message.get("content") or "") for message in messages]
    calls = [json.dumps(message["tool_calls"]) for message in messages if message.get("tool_calls")]
    forms = [json.dumps(tool) for tool in tools]
    return sum(len(text.encode("utf-8", "replace")) for text in contents + calls + forms)


def at_most(prompt_bytes: int, messages: int) -> int:
    """For money: never exceeded, and three or four times what most prompts have."""
    return prompt_bytes + TOKENS_A_MESSAGE * (messages + 1)


def estimated(prompt_bytes: int, messages: int, model: str) -> int:
    """For room: as many as prompts of this model had lately, at their densest. A denser one has more."""
    return math.ceil(prompt_bytes / _bytes_a_token(model)) + TOKENS_A_MESSAGE * (messages + 1)


def _bytes_a_token(model: str) -> float:
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
