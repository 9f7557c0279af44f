"""How long a piece of work takes, so that it says something on a slow and busy machine, too.

Only this thread's time counts (the process has others: embedders, servers, connections), the quickest of some
tries, without a collection of the garbage that hundreds of tests before have left.
"""

import gc
import time
from collections.abc import Callable

TRIES = 3


def seconds(work: Callable[[], object], tries: int = TRIES) -> float:
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return min(_once(work) for _ in range(tries))
    finally:
        if was_enabled:
            gc.enable()


def times_as_long(whole: Callable[[], object], part: Callable[[], object]) -> float:
    """As work on a part of the same takes: a machine's speed says nothing of that."""
    return seconds(whole, tries=2) / seconds(part)


def _once(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
