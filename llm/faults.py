"""Whatever goes wrong at the gateway, as one of our two errors, with a sentence for a person."""

import logging
import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import openai
from django.conf import settings

from llm.errors import LimitReached, ModelError, RefusedRequest, Rejected, Unavailable

logger = logging.getLogger(__name__)

# Words in an error's code or type that say: asking again will not help.
FINAL_CODES = (
    "invalid_api_key",
    "authentication",
    "permission",
    "insufficient_quota",
    "invalid_request",
    "context_length",
    "content_filter",
    "model_not_found",
)
# Some servers have no other status for tools that they don't take.
NO_TOOLS = re.compile(r"\btools?\b.*(?:support|requir|enabl|allow|--)|unsupported.*\btools?\b", re.IGNORECASE)
TRY_AGAIN_STATUSES = {408, 409, 425, 429}


def explain(error: Exception, model: str) -> ModelError:
    """The error as a decision, with a sentence for a person."""
    if isinstance(error, ModelError):
        return error
    if isinstance(error, openai.APIStatusError):
        return _refused(error.status_code, error, model, _retry_after(error.response.headers))
    if isinstance(error, openai.APITimeoutError):
        return Unavailable(f"The gateway at {_host()} did not answer in time.")
    if isinstance(error, openai.APIConnectionError):
        return Unavailable(
            f"The connection to the gateway at {_host()} failed or broke off. "
            "If this goes on, check LLM_BASE_URL and the network."
        )
    if isinstance(error, openai.APIError):
        return _error_in_stream(error, model)
    # A broken frame surfaces as whatever it broke: JSONDecodeError, a missing attribute, a decoding error.
    if not isinstance(error, ValueError | TypeError | AttributeError | LookupError):
        logger.exception("The model gateway failed in a way that we have not seen", exc_info=error)
    return Unavailable(f"The gateway at {_host()} sent something that cannot be read.")


def _refused(status: int, error: openai.APIError, model: str, retry_after: float | None) -> ModelError:
    if status == 401:
        return Rejected("The gateway refused the key (401). Check RUNAPI_KEY.")
    if status == 402 or error.code == "insufficient_quota":
        return Rejected(f"The gateway says that the account has no credit left ({status}).")
    if status == 403:
        return Rejected(f"The gateway does not allow this key to use {model} (403).")
    if status == 404:
        return Rejected(
            f"The gateway at {_host()} knows no model {model}, or has another address (404). "
            "Check the model’s name (LLM_MODEL) and LLM_BASE_URL."
        )
    if status == 429:
        return LimitReached("The gateway's rate limit is reached (429).", retry_after=retry_after)
    if status >= 500 and NO_TOOLS.search(_said(error)):
        return RefusedRequest(f"The gateway refused the request ({status}){_said(error)}")
    if status in TRY_AGAIN_STATUSES or status >= 500:
        return Unavailable(f"The gateway at {_host()} has a fault ({status}).", retry_after=retry_after)
    return RefusedRequest(f"The gateway refused the request ({status}){_said(error)}")


def _error_in_stream(error: openai.APIError, model: str) -> ModelError:
    """An error frame after the answer began: no status, but often a code that is one, or says as much."""
    body = error.body if isinstance(error.body, dict) else {}
    code = str(error.code or body.get("code") or body.get("status") or "")
    if code.isascii() and code.isdigit() and 400 <= int(code) < 600:
        return _refused(int(code), error, model, None)
    words = f"{code} {error.type or body.get('type') or ''}".lower()
    if any(final in words for final in FINAL_CODES):
        return Rejected(f"The gateway refused the request{_said(error)}")
    return Unavailable(f"The gateway broke off with an error{_said(error)}")


def _said(error: openai.APIError) -> str:
    """The gateway's own words, short, on one line, and never with the key in them."""
    body = error.body if isinstance(error.body, dict) else {}
    words = " ".join(str(body.get("message") or "").split())
    if key := settings.RUNAPI_KEY.strip():
        words = words.replace(key, "…")
    return f": {words[:200]}" if words else "."


def _retry_after(headers: Any) -> float | None:
    """Seconds, from a number or a date."""
    value = str(headers.get("retry-after") or "").strip()
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _host() -> str:
    return urlsplit(str(settings.LLM_BASE_URL)).hostname or "LLM_BASE_URL"
