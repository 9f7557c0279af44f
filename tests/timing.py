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


def rounds(work: Callable[[], object]) -> float:
    """How often this machine counts to a hundred thousand meanwhile; once takes some milliseconds."""
    return seconds(work, tries=1) / seconds(lambda: sum(number & 7 for number in range(100_000)))


def _once(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return time.thread_time() - began
