"""How often the gateway is called, over all workers: a token bucket in Valkey, and pauses that it asks for.

The bucket is the generic cell rate algorithm (ITU-T I.371): one number, the time at which it would be full
again. Who comes too early is given a slot of their own and waits for it, so that calls go out evenly.
"""

import time

from django.conf import settings

from llm import places, shared
from llm.errors import Unavailable

# So much of a minute's calls may be made at once.
BURST_SHARE = 1 / 6
# A slot further off than this is not waited for.
LONGEST_WAIT = 20.0
# A pause that the gateway asks for is believed up to here.
LONGEST_PAUSE = 300.0

# KEYS[1]: a hash of full (when the bucket is full again) and until (a pause's end), in seconds.
# ARGV: seconds a call, calls at once, longest wait. Answers with the seconds to wait; below 0: no slot.
TAKE = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local each, burst, longest = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(now, tonumber(redis.call('HGET', KEYS[1], 'full') or 0))
local paused = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
local slot = math.max(now, full + each - burst * each, paused)
if slot - now > longest then return {tostring(now - slot)} end
redis.call('HSET', KEYS[1], 'full', math.max(full + each, slot))
redis.call('EXPIRE', KEYS[1], 600)
return {tostring(slot - now)}
"""
# ARGV: seconds.
PAUSE = """
local time = redis.call('TIME')
local ends = tonumber(time[1]) + tonumber(time[2]) / 1000000 + tonumber(ARGV[1])
local before = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
if ends > before then redis.call('HSET', KEYS[1], 'until', ends) end
redis.call('EXPIRE', KEYS[1], 600)
return {}
"""


def wait_for_turn() -> None:
    """Until the next call may be made. Raises `Unavailable`, with the time, when that is too far off."""
    a_minute = settings.LLM_REQUESTS_PER_MINUTE
    each = 60 / a_minute if a_minute else 0
    answer = shared.run(TAKE, "rate", each, max(1, a_minute * BURST_SHARE), LONGEST_WAIT)
    wait = float(answer[0]) if answer else 0.0
    if wait < 0:
        raise Unavailable("The gateway’s limit of calls is used up for now.", retry_after=-wait)
    if wait:
        with places.left():
            time.sleep(wait)


def pause(seconds: float) -> None:
    """The gateway wants no call for so long (seconds)."""
    shared.run(PAUSE, "rate", min(seconds, LONGEST_PAUSE))
