"""A web process that is killed while it takes a message: sent again it is one message, and none is lost."""

import contextlib
import json
import secrets
import threading
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis
from django.db import connection, transaction

from support.models import Customer, Draft, Message, Ticket, Widget
from tests.conftest import PATIENCE
from tests.server import WebServer, web_process

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

TOKEN = secrets.token_urlsafe(32)
KEY = str(uuid.uuid4())


@pytest.fixture
def site(valkey: "redis.Redis", tmp_path: Path) -> Iterator[Callable[[], WebServer]]:
    """Starts a web process; what still runs at the end is stopped."""
    Widget.objects.create(name="Wrenmoor", key="wren")
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(web_process(tmp_path / "web.log"))


def send(site: WebServer) -> int:
    request = urllib.request.Request(
        f"{site.address}/widget/api/wren/messages",
        json.dumps({"key": KEY, "text": "Where is my bike?"}).encode(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {TOKEN}"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return int(answer.status)


def send_unheard(site: WebServer) -> threading.Thread:
    """In the background; nobody will ever answer."""

    def run() -> None:
        with contextlib.suppress(OSError):
            send(site)

    sending = threading.Thread(target=run)
    sending.start()
    return sending


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE NOT granted AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


@contextlib.contextmanager
def no_draft_can_be_stored() -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Draft._meta.db_table} IN SHARE MODE")
        yield


def counts() -> list[int]:
    return [table.objects.count() for table in (Customer, Ticket, Message, Draft)]


def test_message_half_stored_when_the_web_process_is_killed_is_stored_whole_the_next_time(
    site: Callable[[], WebServer], eventually: Callable[..., float]
) -> None:
    killed = site()
    with no_draft_can_be_stored():
        sending = send_unheard(killed)
        eventually(waits_for_a_lock)
        killed.kill()
        sending.join()
    assert counts() == [0, 0, 0, 0]
    assert send(site()) == 200
    assert counts() == [1, 1, 1, 1]


def test_message_stored_but_not_answered_when_the_web_process_is_killed_stays_one(
    site: Callable[[], WebServer], valkey: "redis.Redis", eventually: Callable[..., float]
) -> None:
    killed = site()
    with no_draft_can_be_stored():
        sending = send_unheard(killed)
        eventually(waits_for_a_lock)
        valkey.client_pause(60_000, all=False)  # so that it comes no further than the commit
    eventually(lambda: Message.objects.exists())
    killed.kill()
    sending.join()
    valkey.client_unpause()
    assert counts() == [1, 1, 1, 1]
    second = site()
    assert [send(second), send(second)] == [200, 200]
    assert counts() == [1, 1, 1, 1]
