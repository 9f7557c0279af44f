"""Publish what happens, for the pages that listen (`support.listening`). A preview; the rows are the truth.

Valkey Streams keep it for pages that come later. Failing to publish never breaks what is being published:
pages find the rows when they are loaded. Nothing here touches the database.
"""

import contextlib
import functools
import json
import logging
import threading
import time
from collections import deque
from collections.abc import Sequence
from typing import Any, cast
from weakref import WeakSet

import redis
from django.conf import settings

logger = logging.getLogger(__name__)

# Entries a channel keeps, and for how long after the last (s): a page that slept longer is loaded anew.
KEPT = 4000
KEPT_SECONDS = 3600
# The preview of a draft is of no use once another begins or the row is stored.
PREVIEW = ("writing", "piece")
ENDS_PREVIEW = ("writing", "draft")

# What a model says within this time (s) goes out as one frame; the more drafts are being written at once, the
# longer it is. Between its rounds, who publishes the frames of all of them waits for a moment.
FRAME_SECONDS = 0.04
FRAME_SECONDS_A_DRAFT = 0.0005
COLLECTING_SECONDS = 0.005
# That all threads of a process share.
CONNECTIONS = 8
# While Valkey is away, the pieces of a draft and the pages of the desk don't wait for it one by one.
AWAY_SECONDS = 5

_away_until: dict[str, float] = {}


def ticket_channel(ticket_id: int) -> str:
    """For agents who look at a ticket."""
    return f"ticket-{ticket_id}"


def customer_channel(ticket_id: int) -> str:
    """For the customer: nothing of a draft or a note ever goes here."""
    return f"customer-{ticket_id}"


INBOX = "inbox"


def publish(channel: str, event: str, data: dict[str, Any]) -> None:
    """For everyone who streams the channel, now or within the hour."""
    if event == "piece" and _away():
        return
    try:
        client = _client()
        if event in ENDS_PREVIEW:
            _forget_preview(client, channel)
        pipeline = client.pipeline(transaction=False)
        _append(pipeline, channel, event, data)
        pipeline.expire(key(channel), KEPT_SECONDS)
        pipeline.execute()
    except redis.RedisError as error:
        logger.warning("Nobody is told of %r on %s: %s", event, channel, error)
        _gone_away()


def ticket_changed(ticket_id: int) -> None:
    """For agents: its head, its draft or its place in a list is no longer what an open page shows."""
    for channel in (ticket_channel(ticket_id), INBOX):
        publish(channel, "ticket", {"ticket": ticket_id})


def position(channel: str) -> str:
    """Where a page that reads its rows after this begins to stream, so that it misses nothing.

    While a draft is being written that is before its first piece.
    """
    if _away():
        return "0-0"
    try:
        entries = _entries(_client(), channel)
    except redis.RedisError as error:
        logger.warning("The live events of %s cannot be read: %s", channel, error)
        _gone_away()
        return "0-0"
    before = "0-0"
    for entry, event in entries:
        if event == "writing":
            return before
        before = entry
    return before


class Preview:
    """A draft being written, for the agents who look at its ticket."""

    def __init__(self, ticket_id: int, draft_id: int) -> None:
        self.channel, self.draft = ticket_channel(ticket_id), draft_id
        self._row = {"draft": draft_id, "ticket": ticket_id}
        self._pieces: deque[str] = deque()
        self.lock = threading.Lock()  # held by who publishes what it says
        self.sent = 0.0

    def begin(self) -> None:
        """Or begin again: what waits to be shown is void."""
        _frames.previews.add(self)
        with self.lock:
            self._pieces.clear()
            publish(self.channel, "writing", {"draft": self.draft})
        publish(INBOX, "writing", self._row)

    def add(self, piece: str) -> None:
        """The first one goes out at once."""
        if piece:
            self._pieces.append(piece)
            if self.sent:
                _frames.add(self)
            else:
                self.flush()

    def flush(self) -> None:
        with self.lock:
            if text := self.take():
                publish(self.channel, "piece", {"draft": self.draft, "text": text})

    def end(self) -> None:
        """The row is stored, or nobody writes it for now: either way it is time to look at it."""
        _frames.previews.discard(self)
        with self.lock:
            self.take()
            publish(self.channel, "draft", {"draft": self.draft})
        publish(INBOX, "draft", self._row)

    def take(self) -> str:
        """What it says and nobody was told yet; one thread adds to it while another one takes."""
        self.sent = time.monotonic()
        taken = []
        with contextlib.suppress(IndexError):
            while True:
                taken.append(self._pieces.popleft())
        return "".join(taken)


class _Frames:
    """One thread publishes what all drafts of this process say, many frames in one round trip."""

    def __init__(self) -> None:
        self.previews: WeakSet[Preview] = WeakSet()  # being written
        self._waiting: set[Preview] = set()
        self._changes = threading.Lock()
        self._something = threading.Event()
        self._thread: threading.Thread | None = None

    def add(self, preview: Preview) -> None:
        with self._changes:
            self._waiting.add(preview)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, daemon=True, name="frames")
                self._thread.start()
        self._something.set()

    def _run(self) -> None:
        while self._something.wait():
            self._publish(self._due())
            time.sleep(COLLECTING_SECONDS)

    def _due(self) -> list[Preview]:
        pause = max(FRAME_SECONDS, FRAME_SECONDS_A_DRAFT * len(self.previews))
        due_since = time.monotonic() - pause
        with self._changes:
            # One whose lock is taken is being told of, or has just ended.
            due = [one for one in self._waiting if one.sent <= due_since and one.lock.acquire(blocking=False)]
            self._waiting.difference_update(due)
            if not self._waiting:
                self._something.clear()
        return due

    def _publish(self, previews: Sequence[Preview]) -> None:
        try:
            told = [(one, text) for one in previews if (text := one.take())]
            if told and not _away():
                _publish_pieces(told)
        except redis.RedisError as error:
            logger.warning("Nobody is told how drafts go on: %s", error)
            _gone_away()
        finally:
            for one in previews:
                one.lock.release()


_frames = _Frames()


def _publish_pieces(told: Sequence[tuple[Preview, str]]) -> None:
    """Their channels expire already: the drafts' beginnings were told of."""
    pipeline = _client().pipeline(transaction=False)
    for preview, text in told:
        _append(pipeline, preview.channel, "piece", {"draft": preview.draft, "text": text})
    pipeline.execute()


def _append(pipeline: "redis.client.Pipeline", channel: str, event: str, data: dict[str, Any]) -> None:
    fields = {"event": event, "data": json.dumps(data, ensure_ascii=False)}
    pipeline.xadd(key(channel), cast(Any, fields), maxlen=KEPT, approximate=True)


def key(channel: str) -> str:
    """Of the stream that keeps what happened."""
    return f"live:{channel}"


def _away() -> bool:
    return time.monotonic() < _away_until.get(settings.REDIS_URL, 0)


def _gone_away() -> None:
    _away_until[settings.REDIS_URL] = time.monotonic() + AWAY_SECONDS


def _client() -> "redis.Redis":
    """Made when first needed; its pool knows when it was forked."""
    return _client_for(settings.REDIS_URL)


@functools.lru_cache(maxsize=2)
def _client_for(url: str) -> "redis.Redis":
    # Of hundreds of drafts some wait for a connection, rather than each having one of its own.
    pool = redis.BlockingConnectionPool.from_url(
        url,
        max_connections=CONNECTIONS,
        timeout=2,
        decode_responses=True,
        socket_timeout=2,
        socket_connect_timeout=1,
    )
    return redis.Redis.from_pool(pool)


def _forget_preview(client: "redis.Redis", channel: str) -> None:
    """A page that opens later shows the draft being written, and not the one before."""
    old = [entry for entry, event in _entries(client, channel) if event in PREVIEW]
    if old:
        client.xdel(key(channel), *old)


def _entries(client: "redis.Redis", channel: str) -> list[tuple[str, str]]:
    """Ids and events of all that the channel keeps, oldest first."""
    found = cast(list[tuple[str, dict[str, str]]], client.xrange(key(channel)))
    return [(entry, fields.get("event", "")) for entry, fields in found]
