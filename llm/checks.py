"""Say at the start what is wrong with the settings of the models, before a draft or a search fails for it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from llm.embed.endpoint import MOST_DIMENSIONS

WAITS = ("LLM_CONNECT_TIMEOUT", "LLM_FIRST_PIECE_TIMEOUT", "LLM_PIECE_TIMEOUT", "LLM_CALL_TIMEOUT")
# Keys of a request that are not for LLM_EXTRA_BODY, and where what they say belongs.
TAKE_OUT = "Take it out."
INSTEAD = {
    "model": "Name the model in LLM_MODEL or LLM_MODEL_….",
    "messages": TAKE_OUT,
    "stream": TAKE_OUT,
    "stream_options": TAKE_OUT,
    "max_tokens": "Set LLM_MAX_TOKENS: from it what a call can cost is reserved.",
    "max_completion_tokens": "Set LLM_MAX_TOKENS: from it what a call can cost is reserved.",
    "n": "Take it out: one answer is read, and each is paid for.",
    "best_of": "Take it out: one answer is read, and each is paid for.",
    "tools": TAKE_OUT,
    "tool_choice": TAKE_OUT,
    "functions": TAKE_OUT,
    "function_call": TAKE_OUT,
}
OURS = tuple(INSTEAD)


@register("models")
def gateway_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        *_address(),
        *_key(),
        *_extra_body(),
        *_extra_bodies(),
        *_overriding(),
        *_models(),
        *_amounts(),
        *_context(),
        *_waits(),
        *_embeddings(),
    ]


def _address() -> list[CheckMessage]:
    if _is_address(settings.LLM_BASE_URL):
        return []
    hint = "Set it to the address before /chat/completions, such as https://runapi.ai/v1."
    return [Error("LLM_BASE_URL is not an address.", hint=hint, id="llm.E001")]


def _is_address(given: object) -> bool:
    try:
        parts = urlsplit(str(given))
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def _is_key(given: object) -> bool:
    key = str(given).strip()
    return key.isascii() and (key.isprintable() or not key)


def _key() -> list[CheckMessage]:
    if _is_key(settings.RUNAPI_KEY):
        return []
    return [Error("RUNAPI_KEY holds characters that no key has.", hint="Copy it again.", id="llm.E002")]


def _extra_body() -> list[CheckMessage]:
    if settings.LLM_EXTRA_BODY is None or isinstance(settings.LLM_EXTRA_BODY, dict):
        return []
    hint = 'Such as {"thinking": {"type": "disabled"}}, or {} for nothing.'
    return [Error("LLM_EXTRA_BODY is not a JSON object.", hint=hint, id="llm.E003")]


def _extra_bodies() -> list[CheckMessage]:
    bodies = settings.LLM_EXTRA_BODIES
    if isinstance(bodies, dict) and all(body is None or isinstance(body, dict) for body in bodies.values()):
        return []
    hint = 'A JSON object for each model, such as {"glm-4.5-air": {}}; {} if every model gets LLM_EXTRA_BODY.'
    return [Error("LLM_EXTRA_BODIES is not a JSON object of objects.", hint=hint, id="llm.E010")]


def _overriding() -> list[CheckMessage]:
    """What a request says for itself: how long, how dear and of what form an answer is rests on it."""
    bodies = settings.LLM_EXTRA_BODIES if isinstance(settings.LLM_EXTRA_BODIES, dict) else {}
    given = [("LLM_EXTRA_BODY", settings.LLM_EXTRA_BODY)]
    given += [(f"LLM_EXTRA_BODIES: “{model}”", body) for model, body in bodies.items()]
    found = [(name, key) for name, body in given for key in OURS if isinstance(body, dict) and key in body]
    return [
        Error(f"{name} sets “{key}”, which each request says for itself.", hint=INSTEAD[key], id="llm.E015")
        for name, key in found
    ]


def _models() -> list[CheckMessage]:
    if str(settings.LLM_MODEL).strip():
        return []
    return [Error("LLM_MODEL is empty.", hint="Name the model that writes drafts: glm-4.5.", id="llm.E016")]


def _amounts() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.LLM_MAX_TOKENS < 1:
        hint = "The longest answer, in tokens, such as 2048."
        found.append(Error("LLM_MAX_TOKENS is below 1.", hint=hint, id="llm.E011"))
    if settings.LLM_REQUESTS_PER_MINUTE < 0:
        hint = "How many calls a minute the key allows; 0 for no limit of ours."
        found.append(Error("LLM_REQUESTS_PER_MINUTE is below 0.", hint=hint, id="llm.E012"))
    return found


def _context() -> list[CheckMessage]:
    sizes = settings.LLM_CONTEXT_TOKENS
    if not isinstance(sizes, dict) or not all(type(size) is int for size in sizes.values()):
        hint = 'How many tokens each model takes, as whole numbers: {"my-model": 8192}.'
        return [Error("LLM_CONTEXT_TOKENS is not a JSON object of numbers.", hint=hint, id="llm.E013")]
    # The answer's tokens count, too: with fewer, not a single prompt would fit.
    hint = "Prompt and answer share these tokens: name what the model takes, or lower LLM_MAX_TOKENS."
    return [
        Error(f"LLM_CONTEXT_TOKENS: “{model}” has no room for a prompt.", hint=hint, id="llm.E014")
        for model, size in sizes.items()
        if size <= settings.LLM_MAX_TOKENS
    ]


def _waits() -> list[CheckMessage]:
    found: list[CheckMessage] = [
        Error(f"{name} is not a number of seconds above 0.", id="llm.E004")
        for name in WAITS
        if not getattr(settings, name) > 0
    ]
    longest = max(settings.LLM_FIRST_PIECE_TIMEOUT, settings.LLM_PIECE_TIMEOUT)
    if longest > settings.LLM_CALL_TIMEOUT:
        hint = "LLM_CALL_TIMEOUT ends the call before the other limits are reached."
        found.append(Warning("A limit within a call is longer than the call's.", hint=hint, id="llm.W001"))
    return found


def _embeddings() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if not 0 < settings.EMBEDDINGS_DIMENSIONS <= MOST_DIMENSIONS:
        hint = f"Vectors of 1 to {MOST_DIMENSIONS} dimensions can be searched; see the model's description."
        found.append(Error("EMBEDDINGS_DIMENSIONS is out of range.", hint=hint, id="llm.E005"))
    if settings.EMBEDDINGS_BATCH < 1:
        hint = "How many texts are sent in one call; most endpoints take 32."
        found.append(Error("EMBEDDINGS_BATCH is below 1.", hint=hint, id="llm.E006"))
    if settings.EMBEDDINGS_BASE_URL and not _is_address(settings.EMBEDDINGS_BASE_URL):
        hint = "Set it to the address before /embeddings, such as https://example.com/v1."
        found.append(Error("EMBEDDINGS_BASE_URL is not an address.", hint=hint, id="llm.E008"))
    others = settings.EMBEDDINGS_OTHER_KEYS
    if not isinstance(others, dict) or not all(map(_is_key, (settings.EMBEDDINGS_API_KEY, *others.values()))):
        hint = 'A key in EMBEDDINGS_API_KEY, and {"https://old.example.com/v1": "its key"} for others.'
        found.append(Error("A key of an embeddings endpoint can’t be one.", hint=hint, id="llm.E009"))
    if settings.EMBEDDINGS_BASE_URL and not settings.EMBEDDINGS_MODEL:
        hint = "Name the model that the endpoint is asked for."
        found.append(Error("EMBEDDINGS_BASE_URL is set without EMBEDDINGS_MODEL.", hint=hint, id="llm.E007"))
    return found
