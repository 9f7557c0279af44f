"""Where many answers are read at once, each rests between its pieces; nothing of it is lost."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from llm import wire
from tests.conftest import PATIENCE
from tests.gateway import CUT, Gateway, Reply, frames

pytestmark = pytest.mark.usefixtures("gateway")

WORDS = [f"word{number} " for number in range(40)]


def begun() -> wire.Reading:
    reading = wire.Reading([{"role": "user", "content": "?"}], wire.Asked("glm-4.5"))
    reading.start()
    return reading


def held_back(told: threading.Event) -> Iterator[Any]:
    """The first word, and the others when it was told."""
    for number, frame in enumerate(frames(Reply(pieces=WORDS, delay=0.005))):
        yield frame
        if number == 2:  # after the opening and a pause
            told.wait(PATIENCE)


def read_to_the_end(slow: float = 0.0, told: threading.Event | None = None) -> list[Any]:
    reading, events = begun(), []
    while not events or isinstance(events[-1], wire.Piece | wire.Calling):
        time.sleep(slow)
        events.append(reading.next(PATIENCE))
        if told is not None:
            told.set()
    reading.stop()
    reading.join(PATIENCE)
    assert not reading.is_alive() and reading not in wire._being_read
    return events


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if each were one of very many."""
    monkeypatch.setattr(wire, "MANY", 0)
    monkeypatch.setattr(wire, "REST_SECONDS_A_STREAM", 0.05)


@pytest.mark.usefixtures("many")
def test_one_of_many_is_told_whole_and_its_beginning_at_once(gateway: Gateway) -> None:
    told = threading.Event()
    gateway.enqueue(Reply(frames=held_back(told)))  # type: ignore[arg-type]
    *pieces, ending = read_to_the_end(told=told)
    assert "".join(piece.text for piece in pieces) == "".join(WORDS)
    assert pieces[0].text == WORDS[0]
    assert ending.finish_reason == "stop" and ending.completion_tokens is not None


@pytest.mark.usefixtures("many")
def test_what_waits_for_a_slow_reader_is_fewer_pieces_in_the_same_order(gateway: Gateway) -> None:
    gateway.enqueue(Reply(pieces=WORDS, reasoning=["It", " thinks"]))
    *pieces, ending = read_to_the_end(slow=0.1)
    assert [piece.thinking for piece in pieces[:2]] == [True, True]
    assert "".join(piece.text for piece in pieces if not piece.thinking) == "".join(WORDS)
    assert len(pieces) < len(WORDS) and isinstance(ending, wire.Ending)


@pytest.mark.usefixtures("many")
def test_one_of_many_that_is_cut_has_no_finish_reason(gateway: Gateway) -> None:
    gateway.enqueue(Reply("It begins and", after=CUT))
    *pieces, ending = read_to_the_end()
    assert "".join(piece.text for piece in pieces) == "It begins and"
    assert not (isinstance(ending, wire.Ending) and ending.finish_reason)


@pytest.mark.usefixtures("many")
def test_one_that_rests_ends_when_nobody_listens(gateway: Gateway) -> None:
    gateway.enqueue(Reply(pieces=WORDS * 100, delay=0.02))
    reading = begun()
    assert reading.next(PATIENCE).text.startswith(WORDS[0])
    reading.stop()
    reading.join(PATIENCE)
    assert not reading.is_alive()
