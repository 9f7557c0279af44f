"""What is found out once: by one thread, while the others wait."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

import pytest

from kb.retrieval import once as once_module
from kb.retrieval.once import once
from tests.conftest import PATIENCE


class Counted:
    """A lock that tells how many have come to it."""

    arrived = 0
    counting = Lock()

    def __init__(self) -> None:
        self._lock = Lock()

    def __enter__(self) -> None:
        with self.counting:
            Counted.arrived += 1
        self._lock.acquire()

    def __exit__(self, *_: object) -> None:
        self._lock.release()


@pytest.fixture
def arrived(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    monkeypatch.setattr(Counted, "arrived", 0)
    monkeypatch.setattr(once_module, "Lock", Counted)
    return lambda: Counted.arrived


def test_threads_that_ask_at_the_same_time_have_it_found_out_once(
    arrived: Callable[[], int], eventually: Callable[..., Any]
) -> None:
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
        eventually(lambda: arrived() == 4)
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


def test_an_error_of_the_one_who_finds_it_out_harms_none_that_wait(
    arrived: Callable[[], int], eventually: Callable[..., Any]
) -> None:
    tried: list[int] = []
    begun, go_on = Event(), Event()

    @once(10)
    def find(number: int) -> str:
        tried.append(number)
        begun.set()
        if len(tried) == 1:
            assert go_on.wait(PATIENCE)
            raise ValueError("not yet")
        return "found"

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(find, 3)
        assert begun.wait(PATIENCE)
        others = [pool.submit(find, 3) for _ in range(3)]
        eventually(lambda: arrived() == 4)
        go_on.set()
        assert isinstance(first.exception(PATIENCE), ValueError)
        assert [one.result(PATIENCE) for one in others] == ["found"] * 3
    assert len(tried) == 2


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
