"""What is found out once: by one thread, while the others wait."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

import pytest

from kb.retrieval import once as once_module
from kb.retrieval.once import once
from llm.errors import Unavailable
from tests.conftest import PATIENCE


class Counted(Future[Any]):
    """Tells how many wait for it, or have."""

    waiting = 0
    counting = Lock()

    def exception(self, timeout: float | None = None) -> BaseException | None:
        if not self.done():
            with self.counting:
                Counted.waiting += 1
        return super().exception(timeout)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    monkeypatch.setattr(Counted, "waiting", 0)
    monkeypatch.setattr(once_module, "Future", Counted)
    return lambda: Counted.waiting


def test_threads_that_ask_at_the_same_time_have_it_found_out_once(
    waiting: Callable[[], int], eventually: Callable[..., Any]
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
        eventually(lambda: waiting() == 3)
        go_on.set()
        assert [found.result(PATIENCE) for found in (first, *others)] == [9, 9, 9, 9]
    assert asked == [3]


def test_who_asks_something_else_does_not_wait() -> None:
    begun, go_on = Event(), Event()

    @once(10)
    def slow(name: str) -> str:
        begun.set()
        assert name == "other" or go_on.wait(PATIENCE)
        return name

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(slow, "first")
        assert begun.wait(PATIENCE)
        assert pool.submit(slow, "other").result(PATIENCE) == "other"
        assert not first.done()
        go_on.set()


@pytest.mark.parametrize(
    ("error", "told", "tries"),
    [
        (Unavailable("not yet"), ["not yet"] * 4, 1),  # the others would wait for the same
        (ValueError("not yet"), ["not yet", "None", "None", "None"], 4),  # such as: no connection was free
        (
            SystemExit("not yet"),
            ["not yet", "None", "None", "None"],
            4,
        ),  # one thread's end is not the others'
    ],
)
def test_who_waited_is_told_the_models_error_and_tries_after_any_other(
    waiting: Callable[[], int],
    eventually: Callable[..., Any],
    error: BaseException,
    told: list[str],
    tries: int,
) -> None:
    tried: list[int] = []
    begun, go_on = Event(), Event()

    @once(10)
    def find(number: int) -> str:
        tried.append(number)
        begun.set()
        if len(tried) == 1:
            assert go_on.wait(PATIENCE)
            raise error
        return "found"

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(find, 3)
        assert begun.wait(PATIENCE)
        others = [pool.submit(find, 3) for _ in range(3)]
        eventually(lambda: waiting() == 3)
        go_on.set()
        assert [str(one.exception(PATIENCE)) for one in (first, *others)] == told
    assert len(tried) <= tries
    assert find(3) == "found"


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
