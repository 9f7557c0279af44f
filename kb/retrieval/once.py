"""What is found out once in a process is found out by one thread; whoever else needs it waits for that."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from threading import Lock
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def once(kept: int) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """By arguments, the last `kept` of them. An error isn't kept: the next one tries again.

    Just after the active model was changed all threads ask the same at the same time. Each finding it out by
    itself, they would take the processor from all searches for as many times as long.
    """

    def decorated(find_out: Callable[P, T]) -> Callable[P, T]:
        remembered = lru_cache(maxsize=kept)(find_out)
        # Those who ask something else don't wait.
        turns: dict[Hashable, Lock] = {}

        @wraps(find_out)
        def known(*args: P.args, **kwargs: P.kwargs) -> T:
            if len(turns) > kept:
                turns.clear()
            with turns.setdefault((args, *sorted(kwargs.items())), Lock()):
                return remembered(*args, **kwargs)  # type: ignore[arg-type]

        return known

    return decorated
