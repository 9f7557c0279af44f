"""How long a request may be: what its model takes, less the longest answer, by an estimate."""

from collections.abc import Iterable, Mapping, Sequence

from django.conf import settings

from llm import tokens, variants
from llm.masking import Masks

# In tokens, prompt and answer together; LLM_CONTEXT_TOKENS adds to it.
KNOWN = {"glm-4.5": 128_000, "glm-4.5-air": 128_000}
# Of a model that neither names: most have more.
UNKNOWN = 16_384


def size_of(model: str) -> int:
    size: int = {**KNOWN, **settings.LLM_CONTEXT_TOKENS}.get(model, UNKNOWN)
    return size


def fits(
    messages: Iterable[Mapping[str, object]],
    feature: str,
    variant: variants.InForce | None = None,
    tools: Sequence[Mapping[str, object]] = (),
) -> bool:
    """As far as the gateway's counts have taught us: one that is denser, the gateway refuses."""
    model, asked = (variant or variants.in_force(feature)).model, Masks().messages(messages)
    prompt = tokens.estimated(tokens.size(asked, tools), len(asked), model)
    wanted: int = prompt + settings.LLM_MAX_TOKENS
    return wanted <= size_of(model)
