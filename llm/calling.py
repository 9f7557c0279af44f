"""One call of the gateway, whatever it asks: let through, in turn, within the budget, on the ledger."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from llm import breaker, ledger, places, rate, tokens, wire
from llm.errors import LimitReached, ModelError, Unavailable
from llm.models import ModelCall

# A gateway that reached its limit and doesn't say for how long is left alone for so long (s).
PAUSE = 1.0


@contextmanager
def gateway_call(
    feature: str, model: str, prompt_version: str, prompt_bytes: int, messages: int
) -> Iterator[ModelCall]:
    """The row, open; in the block `ledger.count` says what an answer cost that came whole.

    Raises what the block raises, and `Rejected` or `Unavailable` when the call can't be made at all. No
    database connection is held meanwhile.
    """
    wire.client()  # without a usable key there is no call, and no row
    _release_connection()
    with breaker.letting_through():
        rate.wait_for_turn()
        most = (tokens.at_most(prompt_bytes, messages), settings.LLM_MAX_TOKENS)
        row = ledger.open_call(
            feature, model, wire.gateway(), prompt_version, prompt_bytes=prompt_bytes, most_tokens=most
        )
        _release_connection()
        try:
            with places.left():
                yield row
        except ModelError as error:
            ledger.failed(row, error)
            _learn_from(error)
            raise
        except BaseException:
            ledger.abandoned(row)
            raise
        ledger.complete(row)
        breaker.answered()


def _learn_from(error: ModelError) -> None:
    if isinstance(error, Unavailable) and not isinstance(error, LimitReached):
        breaker.failed()
        return
    breaker.answered()
    if isinstance(error, LimitReached):
        rate.pause(PAUSE if error.retry_after is None else error.retry_after)


def _release_connection() -> None:
    """Back to the pool: waiting for a turn and for the model takes seconds."""
    if not connection.in_atomic_block:
        connection.close()
