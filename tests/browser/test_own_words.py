"""What an agent writes beside a draft is said before it is sent: it has no citation."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from support.models import Verdict
from tests import cast

pytestmark = [pytest.mark.slow]

TERM = "You can return a bicycle within 30 days."
BOX = "A free box can be ordered."


def test_an_agents_own_words_are_counted_and_said(visit: Callable[..., Page]) -> None:
    ticket = cast.ask("Can I send it back?").ticket
    source = cast.passage(f"{TERM} {BOX}", title="Returns", heading="Terms")
    said = [
        ("You have 30 days.", Verdict.MATCHES, [(1, source, TERM)]),
        ("We send you a box.", Verdict.PARTLY, [(1, source, BOX)]),
        ("It is blue.", Verdict.NO_MATCH, []),
    ]
    cast.draft(ticket, said)
    page = visit(f"/tickets/{ticket.pk}/", storage_state={"cookies": [_alices_session()]})
    page.keyboard.press("r")
    field = page.get_by_label("Reply to Carol Cole")
    own = page.locator("[data-own]")

    def reads(text: str, button: str, line: str) -> None:
        field.fill(text)
        expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()
        expect(own).to_have_text(line)

    kept = "You have 30 days. We send you a box."
    one_own = "Your own words: 1 sentence without a citation."
    reads(kept, "Send", "")
    reads(f"Dear Carol,\n\n{kept}\n\nKind regards,\nAlice", "Send", "")
    reads(f"{kept} Shipping is free, too.", "Send – 1 sentence has no match", one_own)
    reads(f"{kept} It is blue. Shipping is free!", "Send – 2 sentences have no match", one_own)
    two_own = "Your own words: 2 sentences without a citation."
    reads("You have 30 days. We post you a box. Call 555 1234", "Send – 2 sentences have no match", two_own)
    page.locator(".sentence").nth(1).get_by_label("the citation still holds").check()
    expect(page.get_by_role("button", name="Send – 1 sentence has no match")).to_be_visible()
    expect(own).to_have_text(one_own)


def _alices_session() -> dict[str, str]:
    client = Client()
    client.force_login(cast.alice())
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "127.0.0.1", "path": "/"}
