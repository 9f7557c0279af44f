"""What is found out once: by one thread, while the others wait."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from kb.retrieval.once import once
from tests.conftest import PATIENCE


def test_threads_that_ask_at_the_same_time_have_it_found_out_once() -> None:
    asked: list[int] = []
    begun, go_on = Event(), Event()

    @once(10)
    def square(number: int) -> int:
        asked.append(number)
        begun.set()
        assert go_on.wait(PATIENCE)
        return number**2

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(square, 3)
        assert begun.wait(PATIENCE)
        others = [pool.submit(square, 3) for _ in range(3)]
        go_on.set()
        assert [found.result(PATIENCE) for found in (first, *others)] == [9, 9, 9, 9]
    assert asked == [3]


def test_who_asks_something_else_does_not_wait() -> None:
    begun, go_on = Event(), Event()

    @once(10)
    def waiting(name: str) -> str:
        begun.set()
        assert name == "other" or go_on.wait(PATIENCE)
        return name

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(waiting, "first")
        assert begun.wait(PATIENCE)
        assert pool.submit(waiting, "other").result(PATIENCE) == "other"
        assert not first.done()
        go_on.set()


def test_an_error_is_not_kept() -> None:
    outcomes = iter([ValueError("not yet"), "found"])

    @once(10)
    def find() -> str:
        outcome = next(outcomes)
        if isinstance(outcome, ValueError):
            raise outcome
        return outcome

    with pytest.raises(ValueError, match="not yet"):
        find()
    assert find() == find() == "found"
