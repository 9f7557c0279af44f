"""Open streams: who may listen, where they go on, and that fifty of them stop nobody's page."""

import asyncio
import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.urls import reverse

from support import listening, live
from support.inbox.views import events
from tests import cast
from tests.conftest import PATIENCE
from tests.server import web_server

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


class Web:
    """One web process with a pool of four connections, as a signed-in agent sees it."""

    def __init__(self, address: str, cookie: str) -> None:
        self._host, self.cookie = urlsplit(address).netloc, cookie

    def open(self, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self._host, timeout=PATIENCE)
        connection.request("GET", path, headers={"Cookie": self.cookie, **headers})
        return connection.getresponse()


@pytest.fixture
def web(client, valkey, tmp_path: Path) -> Iterator[Web]:
    client.force_login(cast.alice())
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    with web_server(tmp_path / "web.log", DATABASE_POOL="4") as address:
        yield Web(address, cookie)


def event(stream: http.client.HTTPResponse) -> dict[str, str]:
    """The next event; comments and retries are not events."""
    found: dict[str, str] = {}
    while read := stream.readline():
        line = read.decode().rstrip("\n")
        if not line and "data" in found:
            return found
        name, _, value = line.partition(": ")
        if name in ("id", "event", "data"):
            found[name] = value
    raise AssertionError("the stream ended")


def test_fifty_open_streams_stop_nobodys_page(web: Web) -> None:
    ticket = cast.ask("Can I return it?").ticket
    streams = [web.open(reverse("ticket-events", args=[ticket.pk])) for _ in range(25)]
    streams += [web.open(reverse("inbox-events")) for _ in range(25)]
    assert {stream.status for stream in streams} == {200}
    assert all(stream.readline() for stream in streams)

    for path in [reverse("inbox"), reverse("ticket", args=[ticket.pk])] * 4:
        # Without a connection it would be refused after ten seconds.
        page = web.open(path)
        assert b"Can I return it?" in page.read()

    live.publish(live.ticket_channel(ticket.pk), "message", {"message": 1, "ticket": ticket.pk})
    assert {event(stream)["event"] for stream in streams[:25]} == {"message"}


def test_a_reconnect_goes_on_after_the_last_event(web: Web) -> None:
    ticket = cast.ask("Can I return it?").ticket
    channel, path = live.ticket_channel(ticket.pk), reverse("ticket-events", args=[ticket.pk])
    for text in ["one", "two", "three"]:
        live.publish(channel, "piece", {"text": text})
    first = event(web.open(path))
    resumed = web.open(path, **{"Last-Event-ID": first["id"]})
    assert [json.loads(event(resumed)["data"])["text"] for _ in range(2)] == ["two", "three"]
    assert json.loads(event(web.open(f"{path}?since={first['id']}"))["data"])["text"] == "two"


def test_a_page_opened_while_a_draft_is_written_sees_it_from_its_beginning(web: Web) -> None:
    ticket = cast.ask("Can I return it?").ticket
    preview = live.Preview(ticket.pk, 7)
    preview.begin()
    preview.add("You can")
    preview.flush()
    page = web.open(reverse("ticket", args=[ticket.pk])).read().decode()
    since = page.split('data-messages="')[0].rsplit('data-since="', 1)[1].split('"')[0]
    stream = web.open(f"{reverse('ticket-events', args=[ticket.pk])}?since={since}")
    assert [event(stream)["event"] for _ in range(2)] == ["writing", "piece"]


def test_who_was_deactivated_hears_nothing_after_two_minutes(client, valkey, monkeypatch) -> None:
    assert events.LONGEST <= 120
    monkeypatch.setattr(events, "LONGEST", 0.3)
    monkeypatch.setattr(listening, "HEARTBEAT_SECONDS", 0.1)
    alice = cast.alice()
    client.force_login(alice)
    opened = client.get(reverse("inbox-events"))
    type(alice).objects.filter(pk=alice.pk).update(is_active=False)

    async def whole() -> list[bytes]:
        return [block async for block in opened.streaming_content]

    assert asyncio.run(asyncio.wait_for(whole(), PATIENCE))
    assert client.get(reverse("inbox-events")).status_code == 302


def test_strangers_hear_nothing(web: Web) -> None:
    ticket = cast.ask("Can I return it?").ticket
    web.cookie = ""
    for path in [reverse("inbox-events"), reverse("ticket-events", args=[ticket.pk])]:
        assert web.open(path).status == 302
