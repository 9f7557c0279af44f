"""Customers who wait for a reply hold no connection to the database, and stop nobody."""

import contextlib
import secrets
import socket
import urllib.request
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from support import live
from support.models import Customer, Message, Ticket, Widget
from support.widget.access import hashed
from tests.conftest import PATIENCE
from tests.server import web_server

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STREAMS = 50


def waiting_customer(widget: Widget, token: str) -> Ticket:
    customer = Customer.objects.create(widget=widget, token_hash=hashed(token))
    ticket = Ticket.objects.create(customer=customer, subject="Where is my bike?")
    Message.objects.create(ticket=ticket, kind=Message.Kind.CUSTOMER, text="Where is my bike?")
    return ticket


def listen(site: str, token: str) -> socket.socket:
    """An open stream, past its headers."""
    address = urlsplit(site)
    stream = socket.create_connection((address.hostname, address.port), timeout=PATIENCE)
    lines = [
        "GET /widget/api/wren/events HTTP/1.1",
        f"Host: {address.netloc}",
        f"Authorization: Bearer {token}",
    ]
    stream.sendall("\r\n".join([*lines, "", ""]).encode())
    received = heard(stream, b": open")
    assert received.startswith(b"HTTP/1.1 200")
    return stream


def heard(stream: socket.socket, awaited: bytes) -> bytes:
    """All up to what is awaited: signs of life may come before it."""
    received = b""
    while awaited not in received:
        more = stream.recv(4096)
        assert more, f"the stream ended after {received!r}"
        received += more
    return received


def at_once(stream: socket.socket) -> bytes:
    """What there is to hear, if anything."""
    received = b""
    stream.settimeout(0.5)
    with contextlib.suppress(TimeoutError):
        while more := stream.recv(4096):
            received += more
    return received


def fetched(url: str, **headers: str) -> int:
    """Without a connection to the database it would be refused after ten seconds."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=PATIENCE) as answer:
        answer.read()
        return int(answer.status)


def test_fifty_waiting_customers_leave_four_connections_to_the_others(valkey: Any, tmp_path: Path) -> None:
    widget = Widget.objects.create(name="Wrenmoor", key="wren")
    tokens = [secrets.token_urlsafe(32) for _ in range(STREAMS)]
    tickets = [waiting_customer(widget, token) for token in tokens]
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(web_server(tmp_path / "web.log", DATABASE_POOL="4"))
        streams = [stack.enter_context(listen(site, token)) for token in tokens]
        for token in tokens[:10]:
            conversation = f"{site}/widget/api/wren/conversation"
            assert fetched(conversation, Authorization=f"Bearer {token}") == 200
        assert fetched(f"{site}/widget/frame/wren/") == 200

        live.publish(live.customer_channel(tickets[-1].pk), "message", {"message": 1})
        heard(streams[-1], b"event: message")
        assert b"event:" not in at_once(streams[0]), "another customer's news"
