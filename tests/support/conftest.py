"""Fixtures for the tests of people and replies."""

from collections.abc import Callable

import pytest
from django.test import Client

from kb.models import Audience, Document, Passage
from support import leases
from support.models import Agent, Draft, Ticket, Verdict
from tests import cast

TERM = "You can return a bicycle within 30 days."

REFUNDS = """# Refunds

## How long a refund takes

We refund you within 5 business days after the parcel has arrived at our warehouse. The money goes back to the
card or account that you paid with.

## Damaged parcels

Send us a photo of the damaged parcel within 14 days, and we replace it free of charge.
"""
PASSWORD = """# Password

Open Settings, choose Security and press Change password. The new password needs 12 characters.
"""
SECRET = (
    "# Refunds for staff\n\nAgents may refund up to 500 EUR for a damaged parcel without asking a manager.\n"
)


@pytest.fixture
def articles(
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    settings,
    article: Callable[..., Document],
    valkey: object,
) -> dict[str, Document]:
    """Two public articles and an internal one, and nothing that keeps a draft from being written."""
    settings.RELEVANCE_FLOOR = 0.0  # two articles are no collection to estimate from
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        # Renewal has a connection of its own: what one test's transaction holds, it would take for lost.
        monkeypatch.setattr(leases, "renew", lambda held: None)
    return {
        "refunds.md": article("refunds.md", REFUNDS),
        "password.md": article("password.md", PASSWORD),
        "secret.md": article("secret.md", SECRET, Audience.INTERNAL),
    }


@pytest.fixture
def alice(client: Client) -> Agent:
    """An agent who has signed in."""
    alice = cast.alice()
    client.force_login(alice)
    return alice


@pytest.fixture
def ticket(alice: Agent) -> Ticket:
    return cast.ask("Can I return it?").ticket


@pytest.fixture
def source() -> Passage:
    """What `draft` cites."""
    return cast.passage(TERM)


@pytest.fixture
def draft(ticket: Ticket, source: Passage) -> Draft:
    return cast.draft(ticket, [("You have 30 days.", Verdict.MATCHES, [(1, source, TERM)])])
