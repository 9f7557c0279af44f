"""Tell open pages what happens: server-sent events. One reader of Valkey serves all streams of a process.

An event's id is the id of its entry in the channel, so who connects again misses nothing and hears nothing
twice. Who is new, or too slow for the reader, reads by itself what is kept after the last event it was given,
and joins the others then. However many pages are open, the connections to Valkey stay as few.
"""

import asyncio
import logging
import re
import secrets
from collections.abc import AsyncGenerator, Iterator, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import redis
import redis.asyncio
from django.conf import settings

from support import live

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 15
# For the reader, for what wakes it, and for pages that read by themselves.
CONNECTIONS = 4
# Entries of a channel in one answer, and so many that wait for a slow page.
PAGE = 500
MOST_WAITING = 1000
# Before each of its rounds the reader waits for a moment, so that a round of many channels tells of many.
COLLECTING_SECONDS = 0.002
COLLECTING_SECONDS_A_CHANNEL = 0.00004
ENTRY_ID = re.compile(r"\d{1,20}-\d{1,20}")

Place = tuple[int, int]  # of an entry in its channel
Entry = tuple[Place, bytes]  # and the frame that tells of it

_readers: "WeakKeyDictionary[asyncio.AbstractEventLoop, _Reader]" = WeakKeyDictionary()


async def stream(channel: str, last_id: str = "") -> AsyncGenerator[bytes, None]:
    """Server-sent events after `last_id`, or all that are kept. Ends when Valkey is away."""
    page = _Page(live.key(channel), _place(last_id) if ENTRY_ID.fullmatch(last_id) else (0, 0))
    reader = _reader()
    yield b"retry: 1000\n: open\n\n"
    try:
        while not page.broken_off:
            alone = page.behind
            told = await (reader.kept_for(page) if alone else page.told())
            if told or not alone:
                yield b"".join(frame for _, frame in told) or b": alive\n\n"
    except redis.RedisError as error:
        logger.warning("The live events of %s break off: %s", channel, error)  # the browser connects again
    finally:
        reader.leave(page)


class _Page:
    """Who listens to a channel: it was given all up to `last`, and waits for more."""

    def __init__(self, key: str, last: Place) -> None:
        self.key, self.last = key, last
        self.behind = True  # what it was not given it has to read by itself
        self.broken_off = False
        self._waiting: list[Entry] = []
        self._something = asyncio.Event()

    def tell(self, entries: Sequence[Entry]) -> None:
        """Waits for nobody."""
        if not self.behind:
            self._waiting += entries
            if len(self._waiting) > MOST_WAITING:
                self.fall_behind()
            self._something.set()

    def fall_behind(self) -> None:
        self.behind = True
        self._waiting.clear()

    def break_off(self) -> None:
        self.broken_off = True
        self._something.set()

    async def told(self) -> list[Entry]:
        """Nothing, when it was quiet for as long as a heartbeat."""
        try:
            async with asyncio.timeout(HEARTBEAT_SECONDS):
                await self._something.wait()
        except TimeoutError:
            return []
        self._something.clear()
        waiting, self._waiting = self._waiting, []
        return self.given(waiting)

    def given(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those of the entries that it was not given before."""
        new = [entry for entry in entries if entry[0] > self.last]
        if new:
            self.last = new[-1][0]
        return new


class _Channel:
    """What pages listen to, read up to `place`."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.pages: set[_Page] = set()

    def tell(self, entries: Sequence[Entry]) -> None:
        self.place = entries[-1][0]
        for page in self.pages:
            page.tell(entries)


class _Reader:
    """Of one event loop. It reads all channels that pages listen to, and ends when there are none."""

    def __init__(self) -> None:
        self._client = _client()
        self._channels: dict[str, _Channel] = {}
        self._task: asyncio.Task[None] | None = None
        # An entry in a stream of its own interrupts what it waits for.
        self._own = live.key(f"reader-{secrets.token_hex(8)}")
        self._interrupted: Place = (0, 0)
        self._interrupt_wanted = False
        self._interrupting: asyncio.Task[None] | None = None

    async def kept_for(self, page: _Page) -> list[Entry]:
        """What is kept of its channel and was not given to it yet, and more of it if it is still behind."""
        page.behind = False  # what is told while it reads waits for it
        entries = await self._read({page.key: page.last})
        new = page.given(next((found for _, found in entries), []))
        if len(new) >= PAGE:
            page.fall_behind()
        else:
            self._join(page)
        return new

    def _join(self, page: _Page) -> None:
        """From where it is; one who is behind those who are there already has to read once more."""
        if page.key not in self._channels:
            self._channels[page.key] = _Channel(page.last)
            self._look_again()
        channel = self._channels[page.key]
        if page not in channel.pages:
            channel.pages.add(page)
            page.behind = channel.place > page.last

    def leave(self, page: _Page) -> None:
        channel = self._channels.get(page.key)
        if channel and page in channel.pages:
            channel.pages.remove(page)
            if not channel.pages:
                del self._channels[page.key]
            if not self._channels:
                self._look_again()

    def _look_again(self) -> None:
        """What it waits for is not what pages listen to any more."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
            return
        self._interrupt_wanted = True
        if self._interrupting is None or self._interrupting.done():
            self._interrupting = asyncio.create_task(self._interrupt())

    async def _run(self) -> None:
        try:
            while self._channels:
                moment = COLLECTING_SECONDS_A_CHANNEL * len(self._channels)
                await asyncio.sleep(COLLECTING_SECONDS + moment)
                await self._round()
        except Exception as error:  # whatever it is: nobody goes on listening to a reader that has ended
            self._break_off(error)

    async def _round(self) -> None:
        read = dict(self._channels)
        places = {key: channel.place for key, channel in read.items()}
        for key, entries in await self._read({self._own: self._interrupted, **places}, wait=True):
            if key == self._own:
                self._interrupted = entries[-1][0]
            elif self._channels.get(key) is read[key]:
                # Else all had left it, and who came since listens from another place.
                read[key].tell(entries)

    async def _interrupt(self) -> None:
        try:
            while self._interrupt_wanted:
                self._interrupt_wanted = False
                pipeline = self._client.pipeline(transaction=False)
                pipeline.xadd(self._own, {"event": "look", "data": "{}"}, maxlen=1)
                pipeline.expire(self._own, live.KEPT_SECONDS)
                await pipeline.execute()
        except redis.RedisError as error:
            self._break_off(error)

    def _break_off(self, error: Exception) -> None:
        """All browsers connect again, by themselves."""
        logger.warning("The live events of %d channels break off: %s", len(self._channels), error)
        channels, self._channels = self._channels, {}
        for page in [page for channel in channels.values() for page in channel.pages]:
            page.break_off()

    async def _read(
        self, places: dict[str, Place], *, wait: bool = False
    ) -> Iterator[tuple[str, list[Entry]]]:
        """Of each of the channels what comes after the place, if anything does."""
        after: Any = {key: f"{place[0]}-{place[1]}" for key, place in places.items()}
        block = int(HEARTBEAT_SECONDS * 1000) if wait else None
        return _channels_in(await self._client.xread(after, count=PAGE, block=block))


def _reader() -> _Reader:
    """One for each event loop: connections cannot move to another."""
    loop = asyncio.get_running_loop()
    if loop not in _readers:
        _readers[loop] = _Reader()
    return _readers[loop]


def _client() -> "redis.asyncio.Redis":
    pool = redis.asyncio.BlockingConnectionPool.from_url(
        settings.REDIS_URL,
        max_connections=CONNECTIONS,
        timeout=10,
        socket_timeout=HEARTBEAT_SECONDS + 10,
        socket_connect_timeout=2,
    )
    return redis.asyncio.Redis.from_pool(pool)


def _channels_in(answer: Any) -> Iterator[tuple[str, list[Entry]]]:
    """The protocol's versions wrap them differently."""
    for key, found in answer.items() if isinstance(answer, dict) else answer or ():
        nested = isinstance(answer, dict) and found and isinstance(found[0], list)
        entries = found[0] if nested else found
        yield key.decode(), [(_place(entry.decode()), _frame(entry, fields)) for entry, fields in entries]


def _place(entry: str) -> Place:
    time, number = entry.split("-")
    return int(time), int(number)


def _frame(entry: bytes, fields: dict[bytes, bytes]) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (entry, fields[b"event"], fields[b"data"])
