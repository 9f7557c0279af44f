"""Say at the start what is wrong with the gateway's settings, before a draft fails for it."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

WAITS = ("LLM_CONNECT_TIMEOUT", "LLM_FIRST_PIECE_TIMEOUT", "LLM_PIECE_TIMEOUT", "LLM_CALL_TIMEOUT")


@register
def gateway_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [*_address(), *_key(), *_extra_body(), *_waits()]


def _address() -> list[CheckMessage]:
    parts = urlsplit(str(settings.LLM_BASE_URL))
    if parts.scheme in ("http", "https") and parts.hostname:
        return []
    hint = "Set it to the address before /chat/completions, such as https://runapi.ai/v1."
    return [Error("LLM_BASE_URL is not an address.", hint=hint, id="llm.E001")]


def _key() -> list[CheckMessage]:
    key = settings.RUNAPI_KEY.strip()
    if key.isascii() and (key.isprintable() or not key):
        return []
    return [Error("RUNAPI_KEY holds characters that no key has.", hint="Copy it again.", id="llm.E002")]


def _extra_body() -> list[CheckMessage]:
    if settings.LLM_EXTRA_BODY is None or isinstance(settings.LLM_EXTRA_BODY, dict):
        return []
    hint = 'Such as {"thinking": {"type": "disabled"}}, or {} for nothing.'
    return [Error("LLM_EXTRA_BODY is not a JSON object.", hint=hint, id="llm.E003")]


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
