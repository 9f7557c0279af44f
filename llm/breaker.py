"""Leave a gateway alone that fails again and again: then quotes serve at once, and nobody waits for nothing.

*closed*: calls are made. After FAILURES in a row within WINDOW seconds *open*: none is, for OPEN seconds.
Then *trying*: one call is let through; if it succeeds all are, if it fails the breaker opens again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from llm import shared
from llm.errors import Rejected

FAILURES = 5
WINDOW = 120
OPEN = 30
# Who was let through to try and never told how it went is forgotten after so long.
TRYING = 60

# KEYS[1]: a hash of failures (in a row), until (open till then, s), trying (one is under way till then, s).
# ARGV: 1 to take the one try, for how long (s). Answers with the state, how long it lasts (s), the failures,
# and until when the try that was taken lasts.
LOOK = """
local now = tonumber(redis.call('TIME')[1])
local failures = tonumber(redis.call('HGET', KEYS[1], 'failures') or 0)
local ends = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
local trying = tonumber(redis.call('HGET', KEYS[1], 'trying') or 0)
if ends == 0 then return {'closed', '0', tostring(failures), ''} end
if now < ends then return {'open', tostring(ends - now), tostring(failures), ''} end
if now < trying then return {'busy', tostring(trying - now), tostring(failures), ''} end
if ARGV[1] == '1' then
  redis.call('HSET', KEYS[1], 'trying', string.format('%d', now + tonumber(ARGV[2])))
end
return {'trying', '0', tostring(failures), redis.call('HGET', KEYS[1], 'trying') or ''}
"""
# ARGV: until when the try lasts that is given back. One that was forgotten since, another may have.
GIVE_BACK = """
if redis.call('HGET', KEYS[1], 'trying') == ARGV[1] then redis.call('HDEL', KEYS[1], 'trying') end
return {}
"""
# ARGV: failures, seconds open, seconds the count is kept.
FAIL = """
local failures = redis.call('HINCRBY', KEYS[1], 'failures', 1)
if failures >= tonumber(ARGV[1]) then
  redis.call('HSET', KEYS[1], 'until', tonumber(redis.call('TIME')[1]) + tonumber(ARGV[2]))
  redis.call('HDEL', KEYS[1], 'trying')
end
redis.call('EXPIRE', KEYS[1], tonumber(ARGV[3]))
return {}
"""
FORGET = "redis.call('DEL', KEYS[1]) return {}"

State = Literal["closed", "open", "trying"]


class GatewayResting(Rejected):
    """The call was not made: the gateway failed too often just now."""


@dataclass(frozen=True)
class Standing:
    state: State
    seconds: int  # until it is tried again
    failures: int  # in a row
    attempt: str = ""  # the one try, if it was taken


def standing() -> Standing:
    return _look(take=False)


@contextmanager
def letting_through() -> Iterator[None]:
    """For the time of a call; one that neither failed nor was answered leaves its try to the next.

    Such as one that is refused before it is made, or whose caller goes away.
    """
    attempt = let_through()
    try:
        yield
    finally:
        if attempt:
            shared.run(GIVE_BACK, "breaker", attempt)


def let_through() -> str:
    """The one try, if that is what this call is. Raises `GatewayResting` while the breaker is open."""
    found = _look(take=True)
    if found.state == "open":
        raise GatewayResting(
            f"The gateway failed {found.failures} times in a row and is left alone for another "
            f"{found.seconds} seconds."
        )
    return found.attempt


def failed() -> None:
    """By no answer, or a broken one; a limit that is reached is no fault."""
    shared.run(FAIL, "breaker", FAILURES, OPEN, WINDOW)


def answered() -> None:
    """Also with a refusal, or that its limit is reached: it is there."""
    shared.run(FORGET, "breaker")


def _look(*, take: bool) -> Standing:
    answer = shared.run(LOOK, "breaker", int(take), TRYING)
    if answer is None:
        return Standing("closed", 0, 0)
    state, seconds, failures, attempt = answer
    told: dict[str, State] = {"closed": "closed", "open": "open", "busy": "open", "trying": "trying"}
    return Standing(told[state], int(float(seconds)), int(failures), attempt if take else "")
