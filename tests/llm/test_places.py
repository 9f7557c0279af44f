"""Few threads of a worker compute at a time, and all of them may wait for the model."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from llm import places
from tests.conftest import PATIENCE
from tests.gateway import Gateway, Reply
from tests.llm.test_chat import ask

pytestmark = pytest.mark.django_db(transaction=True)


def test_no_more_than_the_places_compute_at_a_time(eventually: Callable[..., Any]) -> None:
    inside, go_on, most = threading.Semaphore(0), threading.Event(), []

    def compute() -> None:
        with places.taken():
            inside.release()
            most.append(1)
            go_on.wait(PATIENCE)

    with ThreadPoolExecutor(places.PLACES + 3) as pool:
        done = [pool.submit(compute) for _ in range(places.PLACES + 3)]
        for _ in range(places.PLACES):
            assert inside.acquire(timeout=PATIENCE)
        assert not inside.acquire(timeout=0.2)
        go_on.set()
        assert all(one.result(PATIENCE) is None for one in done)
    assert len(most) == places.PLACES + 3


def test_who_waits_for_the_model_leaves_its_place_to_others(
    gateway: Gateway, eventually: Callable[..., Any]
) -> None:
    def write() -> str:
        try:
            with places.taken():
                return ask().text
        finally:
            connection.close()

    number = places.PLACES + 2
    # Nobody is answered before all have asked.
    gateway.enqueue(*[Reply("Yes.", wait=3)] * number)
    with ThreadPoolExecutor(number) as pool:
        answers = [pool.submit(write) for _ in range(number)]
        eventually(lambda: len(gateway.completions) == number)
        assert [one.result(PATIENCE) for one in answers] == ["Yes."] * number


def test_who_waits_for_a_place_holds_no_database_connection() -> None:
    held: list[bool] = []

    def compute() -> None:
        connection.ensure_connection()
        full = [places._places.acquire() for _ in range(places.PLACES)]
        threading.Timer(0.3, lambda: [places._places.release() for _ in full]).start()
        with places.taken():
            held.append(connection.connection is not None)

    thread = threading.Thread(target=compute)
    thread.start()
    thread.join(PATIENCE)
    assert held == [False]


def test_who_has_no_place_leaves_none() -> None:
    with places.left(), ThreadPoolExecutor(1) as pool, places.taken():
        assert pool.submit(lambda: places._places.acquire(blocking=False)).result(PATIENCE)
        places._places.release()
