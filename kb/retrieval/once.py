"""What is found out once in a process is found out by one thread; whoever else needs it waits for that.

A model's error is theirs, too, who waited: each trying it in turn, the last would wait for all the others'
failures. Any other error is of the thread that has it, and who waited tries by itself, all at the same time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from functools import wraps
from threading import Lock
from time import monotonic
from typing import Any, ParamSpec, TypeVar, cast

from llm.errors import ModelError

P = ParamSpec("P")
T = TypeVar("T")


class Turns:
    """A lock for each thing that is found out: who needs another one doesn't wait."""

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._turns: dict[Hashable, Lock] = {}

    def of(self, key: Hashable) -> Lock:
        if len(self._turns) > self._kept:
            self._turns.clear()  # at worst two find out the same
        return self._turns.setdefault(key, Lock())


class UnderWay:
    """What is being found out in this moment."""

    def __init__(self) -> None:
        self._running: dict[Hashable, Future[Any]] = {}

    def found(self, key: Hashable, find_out: Callable[[], T]) -> T:
        """By this thread, or by the one that does so already."""
        mine: Future[T] = Future()
        running = self._running.setdefault(key, mine)
        if running is not mine:
            error = running.exception()
            shared = error is None or isinstance(error, ModelError)
            return cast("T", running.result()) if shared else find_out()
        try:
            mine.set_result(find_out())
        except BaseException as error:
            mine.set_exception(error)
        finally:
            self._running.pop(key, None)
        return mine.result()


def once(
    kept: int, seconds: Callable[[Any], float] = lambda found: math.inf
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """By arguments, the last `kept` of them, each for so many seconds. Errors are not kept.

    Just after the active model was changed all threads ask the same at the same time. Each finding it out by
    itself, they would take the processor from all searches for as many times as long.
    """

    def decorated(find_out: Callable[P, T]) -> Callable[P, T]:
        known: dict[Hashable, tuple[float, T]] = {}
        under_way = UnderWay()

        @wraps(find_out)
        def asked(*args: P.args, **kwargs: P.kwargs) -> T:
            key = (args, *sorted(kwargs.items()))

            def kept_or_found() -> T:
                until_and_found = known.get(key)
                if until_and_found and until_and_found[0] > monotonic():
                    return until_and_found[1]
                found = find_out(*args, **kwargs)
                known.pop(key, None)  # the newest stands last
                known[key] = monotonic() + seconds(found), found
                for old in list(known)[:-kept]:
                    known.pop(old, None)
                return found

            return under_way.found(key, kept_or_found)

        return asked

    return decorated
