"""Live events: what happens reaches open pages, in order, and once more after a reconnect."""

import asyncio
import contextlib
import json
import socket
import threading
import time

import pytest
import redis
from django.urls import reverse

from support import listening, live
from tests import cast
from tests.conftest import PATIENCE

pytestmark = pytest.mark.usefixtures("valkey")

CHANNEL = "ticket-7"


def read(last_id: str = "", until: str = "end", channel: str = CHANNEL) -> list[tuple[str, str, dict]]:
    """The events (id, name, data) of one connection up to the one called `until`."""

    async def collect() -> str:
        text = ""
        async for block in listening.stream(channel, last_id):
            text += block.decode()
            if f"event: {until}\n" in text:
                break
        return text

    events = []
    for frame in asyncio.run(asyncio.wait_for(collect(), PATIENCE)).split("\n\n"):
        fields = dict(line.split(": ", 1) for line in frame.splitlines() if not line.startswith(":"))
        if "event" in fields:
            events.append((fields["id"], fields["event"], json.loads(fields["data"])))
    return events


def names(events: list) -> list[str]:
    return [name for _, name, _ in events]


def test_events_arrive_in_order_with_their_data() -> None:
    live.publish(CHANNEL, "message", {"message": 1})
    live.publish(CHANNEL, "piece", {"draft": 1, "text": "line\none «é»\n\nevent: x"})
    live.publish(CHANNEL, "end", {})
    assert [(name, data) for _, name, data in read()] == [
        ("message", {"message": 1}),
        ("piece", {"draft": 1, "text": "line\none «é»\n\nevent: x"}),
        ("end", {}),
    ]


def test_reconnect_goes_on_where_it_stopped() -> None:
    for number in range(4):
        live.publish(CHANNEL, "piece", {"text": str(number)})
    live.publish(CHANNEL, "end", {})
    events = read()
    again = read(last_id=events[1][0])
    assert again == events[2:]


@pytest.mark.parametrize("last_id", ["", "nonsense", "5-0\r\nx: y", "$", "-1-0"])
def test_senseless_last_id_starts_with_the_oldest(last_id: str) -> None:
    live.publish(CHANNEL, "end", {"n": 1})
    assert names(read(last_id)) == ["end"]


def test_event_published_while_waiting_arrives_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not with the next sign of life only."""
    monkeypatch.setattr(listening, "HEARTBEAT_SECONDS", 2 * PATIENCE)
    threading.Timer(0.3, live.publish, [CHANNEL, "end", {"at": 0}]).start()
    assert names(read()) == ["end"]


def test_channels_are_apart() -> None:
    live.publish("ticket-8", "message", {"message": 1})
    live.publish(CHANNEL, "end", {})
    assert names(read()) == ["end"]


def test_late_opener_sees_the_draft_being_written_only() -> None:
    preview = live.Preview(7, 1)
    preview.begin()
    preview.add("old")
    live.publish(CHANNEL, "message", {"message": 5})
    again = live.Preview(7, 2)
    again.begin()
    again.add("new")
    live.publish(CHANNEL, "end", {})
    assert [(name, data.get("text")) for _, name, data in read()] == [
        ("message", None),
        ("writing", None),
        ("piece", "new"),
        ("end", None),
    ]


def test_stored_draft_ends_its_preview() -> None:
    preview = live.Preview(7, 1)
    preview.begin()
    preview.add("text")
    preview.end()
    live.publish(CHANNEL, "end", {})
    assert names(read()) == ["draft", "end"]


def test_pieces_within_a_moment_are_one_frame_and_none_is_lost() -> None:
    preview = live.Preview(7, 1)
    preview.begin()
    for number in range(500):
        preview.add(f"{number} ")
    preview.flush()
    live.publish(CHANNEL, "end", {})
    pieces = [data["text"] for _, name, data in read() if name == "piece"]
    assert "".join(pieces) == "".join(f"{number} " for number in range(500))
    assert len(pieces) < 50


def test_page_that_begins_at_the_position_misses_nothing() -> None:
    live.publish(CHANNEL, "message", {"message": 1})
    position = live.position(CHANNEL)
    live.publish(CHANNEL, "end", {})
    assert names(read(position)) == ["end"]


def test_position_while_a_draft_is_written_is_before_its_first_piece() -> None:
    live.publish(CHANNEL, "message", {"message": 1})
    preview = live.Preview(7, 1)
    preview.begin()
    preview.add("one")
    position = live.position(CHANNEL)
    live.publish(CHANNEL, "end", {})
    assert names(read(position)) == ["writing", "piece", "end"]


def test_quiet_channel_sends_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "HEARTBEAT_SECONDS", 0.2)

    async def two_blocks() -> list[bytes]:
        stream = listening.stream("quiet")
        blocks = [await anext(stream), await anext(stream)]
        await stream.aclose()
        return blocks

    assert asyncio.run(asyncio.wait_for(two_blocks(), PATIENCE))[1] == b": alive\n\n"


def test_reader_that_goes_away_leaves_no_busy_connection(valkey: "redis.Redis") -> None:
    async def open_and_leave() -> None:
        for _ in range(10):
            task = asyncio.create_task(anext_twice(listening.stream("quiet")))
            await asyncio.sleep(0.1)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        until = time.monotonic() + PATIENCE
        while blocked := [c for c in valkey.client_list() if c["cmd"] == "xread" and "b" in c["flags"]]:
            assert time.monotonic() < until, blocked
            await asyncio.sleep(0.1)

    async def anext_twice(stream) -> None:
        await anext(stream)
        await anext(stream)

    asyncio.run(open_and_leave())


def test_channel_keeps_a_bounded_number_of_entries(
    valkey: "redis.Redis", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "KEPT", 200)
    for number in range(live.KEPT + 500):
        live.publish(CHANNEL, "piece", {"n": number})
    assert valkey.xlen("live:ticket-7") < live.KEPT + 200
    assert 0 < valkey.ttl("live:ticket-7") <= live.KEPT_SECONDS


def test_broker_that_is_away_breaks_nothing(settings, caplog: pytest.LogCaptureFixture) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    live.publish(CHANNEL, "message", {"message": 1})
    assert live.position(CHANNEL) == "0-0"
    assert "message" in caplog.text

    async def whole() -> list[bytes]:
        return [block async for block in listening.stream(CHANNEL)]

    assert len(asyncio.run(whole())) == 1


def test_pages_do_not_wait_for_a_broker_that_hangs(client, settings, db, monkeypatch) -> None:
    monkeypatch.setattr(live, "AWAY_SECONDS", 600)
    with socket.create_server(("127.0.0.1", 0)) as deaf:  # takes connections and never answers
        deaf.setblocking(False)
        settings.REDIS_URL = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        client.force_login(cast.alice())
        client.get(reverse("inbox"))
        assert taken_by(deaf) > 0, "the first page finds out"
        assert client.get(reverse("inbox")).status_code == 200
        assert client.get(reverse("ticket", args=[cast.ask("Hello").ticket.pk])).status_code == 200
        assert taken_by(deaf) == 0


def taken_by(server: socket.socket) -> int:
    """The connections that were opened to it since the last look."""
    number = 0
    with contextlib.suppress(BlockingIOError):
        while server.accept():
            number += 1
    return number


def test_pieces_do_not_wait_for_a_broker_that_is_away(settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AWAY_SECONDS", 600)
    settings.REDIS_URL = "redis://127.0.0.1:9/1"
    tried: list[str] = []
    client = redis.Redis.from_url(settings.REDIS_URL)
    monkeypatch.setattr(live, "_client", lambda: tried.append("x") or client)
    preview = live.Preview(7, 1)
    preview.begin()
    for _ in range(50):
        preview.add("word ")
        preview.flush()
    preview.end()
    assert len(tried) == 4  # writing and draft, on two channels each
