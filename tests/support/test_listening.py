"""Pages that listen: each hears all of its channel once, whenever it comes and however slow it is."""

import asyncio
import contextlib
import random
import re

import pytest
import redis

from support import listening, live
from tests.conftest import PATIENCE

pytestmark = pytest.mark.usefixtures("valkey")

CHANNEL = "ticket-7"


def tell(number: int, channel: str = CHANNEL) -> None:
    live.publish(channel, "message" if number >= 0 else "end", {"n": number})


async def heard(channel: str = CHANNEL, last: str = "", pause: float = 0.0) -> list[int]:
    """All numbers up to the end, at the page's own pace."""
    text = b""
    async with contextlib.aclosing(listening.stream(channel, last)) as stream:
        async for block in stream:
            text += block
            await asyncio.sleep(pause)
            if b'"n": -1}' in block:
                break
    return [int(n) for n in re.findall(rb'"n": (-?\d+)', text)]


def test_pages_that_come_and_go_while_a_channel_is_busy_hear_all_of_it_once() -> None:
    chance = random.Random(5)

    async def come_and_go() -> list[int]:
        """As a browser that loses its connection after every few frames."""
        numbers: list[int] = []
        last = ""
        while -1 not in numbers:
            async with contextlib.aclosing(listening.stream(CHANNEL, last)) as stream:
                frames = chance.randrange(1, 6)
                async for block in stream:
                    numbers += [int(n) for n in re.findall(rb'"n": (-?\d+)', block)]
                    if ids := re.findall(rb"id: (\S+)", block):
                        last = ids[-1].decode()
                        frames -= 1
                    if not frames or -1 in numbers:
                        break
            await asyncio.sleep(chance.random() * 0.01)
        return numbers

    async def publish() -> None:
        for number in [*range(300), -1]:
            await asyncio.to_thread(tell, number)
            await asyncio.sleep(chance.random() * 0.002)

    async def all_of_them() -> list[list[int]]:
        pages = [asyncio.create_task(come_and_go()) for _ in range(8)]
        pages += [asyncio.create_task(heard(pause=0.01)), asyncio.create_task(heard())]
        await publish()
        return await asyncio.gather(*pages)

    for numbers in asyncio.run(asyncio.wait_for(all_of_them(), 2 * PATIENCE)):
        assert numbers == [*range(300), -1]


def test_one_that_joins_while_the_channel_is_ahead_of_it_misses_nothing(monkeypatch) -> None:
    """What is published between its own reading and its joining was told to the others already."""
    own = listening._Reader.kept_for

    async def late(reader: listening._Reader, page: listening._Page) -> list[listening.Entry]:
        join = reader._join

        def join_late(joining: listening._Page) -> None:
            monkeypatch.setattr(listening._Reader, "kept_for", own)
            tell(1)
            reader._channels[page.key].tell([((2**60, 0), b"")])  # as if the reader had read it
            join(joining)

        reader._join = join_late  # type: ignore[method-assign]
        try:
            return await own(reader, page)
        finally:
            reader._join = join  # type: ignore[method-assign]

    async def both() -> list[int]:
        tell(0)
        first = listening.stream(CHANNEL)
        assert [b'"n": 0' in await anext(first) for _ in range(2)] == [False, True]
        monkeypatch.setattr(listening._Reader, "kept_for", late)
        second = listening.stream(CHANNEL)
        blocks = [await anext(second) for _ in range(3)]
        await first.aclose()
        await second.aclose()
        return [int(n) for n in re.findall(rb'"n": (-?\d+)', b"".join(blocks))]

    assert asyncio.run(asyncio.wait_for(both(), PATIENCE)) == [0, 1]


def test_a_slow_page_delays_nobody_and_still_hears_all(monkeypatch) -> None:
    monkeypatch.setattr(listening, "MOST_WAITING", 5)
    monkeypatch.setattr(listening, "PAGE", 7)

    async def slow_and_fast() -> list[int]:
        slow = listening.stream(CHANNEL)
        await anext(slow)
        fast = asyncio.create_task(heard())
        # Nobody takes what the slow one is given meanwhile.
        text = b""
        tell(0)
        while b'"n": 0' not in text:
            text += await anext(slow)
        for number in [*range(1, 100), -1]:
            await asyncio.to_thread(tell, number)
        assert await fast == [*range(100), -1]
        while b'"n": -1' not in text:
            text += await anext(slow)
        await slow.aclose()
        return [int(n) for n in re.findall(rb'"n": (-?\d+)', text)]

    assert asyncio.run(asyncio.wait_for(slow_and_fast(), 2 * PATIENCE)) == [*range(100), -1]


def connected(valkey: "redis.Redis") -> int:
    """To the database of these tests: others run beside them."""
    own = str(valkey.get_connection_kwargs()["db"])
    return sum(client["db"] == own for client in valkey.client_list())


def test_many_pages_share_few_connections(valkey: "redis.Redis") -> None:
    async def many() -> int:
        pages = [asyncio.create_task(heard(f"ticket-{number}")) for number in range(60)]
        while len(listening._reader()._channels) < 60:
            await asyncio.sleep(0.01)
        taken = connected(valkey) - before
        for number in range(60):
            tell(-1, f"ticket-{number}")
        assert await asyncio.gather(*pages) == [[-1]] * 60
        return taken

    tell(0, "warm")
    before = connected(valkey)
    assert 0 < asyncio.run(asyncio.wait_for(many(), PATIENCE)) <= listening.CONNECTIONS


def test_all_pages_end_when_the_reader_does(monkeypatch, caplog) -> None:
    async def away(*_: object, **__: object) -> object:
        raise redis.ConnectionError("gone")

    async def ended() -> None:
        tell(0)
        pages = [asyncio.create_task(heard()) for _ in range(3)]
        # All have read what is kept, and wait for what comes.
        while not (channels := listening._reader()._channels) or len(channels[live.key(CHANNEL)].pages) < 3:
            await asyncio.sleep(0.01)
        monkeypatch.setattr(listening._Reader, "_read", away)
        while not all(page.done() for page in pages):
            tell(0)
            await asyncio.sleep(0.1)
        await asyncio.gather(*pages)

    asyncio.run(asyncio.wait_for(ended(), PATIENCE))
    assert "break off" in caplog.text
