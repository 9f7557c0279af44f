"""Drafts that Alice asks for, from her key to the model and back: again, rewritten, compared."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from support.models import Citation, Draft, Message
from tests import cast
from tests.gateway import Reply
from tests.server import web_server

pytestmark = [pytest.mark.slow]

SLOW = 120_000  # a real worker, on a machine with more to do than cores


@pytest.fixture
def address(worker, gateway, tmp_path: Path) -> Iterator[str]:
    """A web server that knows the gateway, and a worker behind it."""
    worker.start()
    with web_server(tmp_path / "web.log", **gateway.environment) as address:
        yield address


@pytest.fixture
def page(address: str, article, visit: Callable[..., Page]) -> Page:
    # The browser is closed before its server.
    article("returns.md", "# Returns\n\nYou can return a bicycle within 30 days of the purchase.")
    article("boxes.md", "# Boxes\n\nA free box for the return can be ordered by phone.")
    client = Client()
    client.force_login(cast.alice())
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "127.0.0.1", "path": "/"}
    ticket = cast.ask("Until when can I return a bicycle?").ticket
    return visit(f"{address}/tickets/{ticket.pk}/", storage_state={"cookies": [cookie]})


def sentence(page: Page, text: str):
    return page.locator(".sentence", has=page.get_by_role("button", name=text, exact=True))


def test_a_draft_is_had_again_with_a_pin_rewritten_and_the_first_brought_back(page, gateway) -> None:
    rewritten = Reply(pieces=["Within ", "30 days", " [2]."], delay=0.5)
    gateway.enqueue("You have 30 days [1].", "You can return it within 30 days [2].", rewritten)
    page.get_by_role("button", name="Draft a reply").click()
    expect(sentence(page, "You have 30 days.")).to_be_visible(timeout=SLOW)

    page.keyboard.press("f")
    page.keyboard.type("order a free box by phone")
    pin = page.locator(".hit", has_text="A free box").get_by_role("button", name="Pin Boxes")
    pin.press("Enter")
    boxes = page.locator(".exhibit", has=page.get_by_role("heading", name="Boxes"))
    expect(boxes.get_by_text("pinned")).to_be_visible()
    page.keyboard.press("D")
    expect(sentence(page, "You can return it within 30 days.")).to_be_visible(timeout=SLOW)
    expect(boxes.get_by_text("pinned")).to_be_visible()
    expect(page.locator("evidence-passages")).to_have_count(1)
    assert "A free box for the return can be ordered by phone." in gateway.requests[1].prompt

    page.keyboard.press("w")
    expect(page.get_by_role("dialog", name="Rewrite the reply")).to_be_visible()
    page.keyboard.press("1")
    expect(page.get_by_label("Preview of the draft")).to_contain_text("Within", timeout=SLOW)
    expect(sentence(page, "Within 30 days.")).to_be_visible(timeout=SLOW)
    assert "You can return it within 30 days" in gateway.requests[2].prompt
    expect(page.locator(".exhibit mark").first).to_contain_text("30 days")

    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Compare drafts")
    expect(dialog.get_by_role("combobox", name="Draft on the right")).to_contain_text(
        "Draft 3, shorter (present)"
    )
    left = dialog.get_by_role("combobox", name="Draft on the left")
    left.focus()
    left.select_option(label="Draft 1")
    expect(left).to_be_focused()
    expect(dialog.locator(".said del").first).to_have_text("You have")
    dialog.get_by_role("button", name="Use this one").click()
    expect(sentence(page, "You have 30 days.")).to_be_visible()
    expect(page.locator("#reply .sentence-text").first).to_be_visible()
    assert Draft.objects.get(state=Draft.State.READY).text == "You have 30 days."


def test_a_draft_from_a_pinned_passage_is_reviewed_and_sent_by_keys(page, gateway) -> None:
    answer = "You can return a bicycle within 30 days of the purchase"
    gateway.enqueue("You have 90 days [1].", f"{answer} [1].")
    page.get_by_role("button", name="Draft a reply").click()
    expect(sentence(page, "You have 90 days.")).to_be_visible(timeout=SLOW)
    expect(page.locator(".sentence[data-verdict=matches]")).to_have_count(0)
    first = Draft.objects.get(state=Draft.State.READY)
    pinned = first.offered.get(number=1).passage

    page.keyboard.press("1")
    expect(page.locator(".exhibit button[aria-pressed=true]")).to_have_count(1)
    page.keyboard.press("D")
    expect(sentence(page, f"{answer}.")).to_be_visible(timeout=SLOW)
    expect(page.locator(".sentence[data-verdict=matches]")).to_have_count(1)
    expect(page.locator(".exhibit").first.get_by_text("pinned")).to_be_visible()
    again = Draft.objects.get(state=Draft.State.READY)
    assert [choice.passage for choice in again.choices.all()] == [pinned]
    assert again.offered.get(number=1).passage == pinned
    assert '<passage number="1" title="Returns"' in gateway.requests[1].prompt

    page.keyboard.press("d")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.reply")).to_contain_text(answer)
    sent = Message.objects.get(kind=Message.Kind.REPLY)
    assert [cited.passage for cited in Citation.objects.filter(sentence__message=sent)] == [pinned]
    first.refresh_from_db()
    again.refresh_from_db()
    assert (first.state, again.state) == (Draft.State.SUPERSEDED, Draft.State.SENT)


def test_what_alice_wrote_herself_is_rewritten_and_stays_to_go_back_to(page, gateway) -> None:
    gateway.enqueue("You have 30 days [1].", "Sie haben 30 Tage [1].")
    page.get_by_role("button", name="Draft a reply").click()
    expect(sentence(page, "You have 30 days.")).to_be_visible(timeout=SLOW)
    page.keyboard.press("r")
    page.get_by_label("Reply to Carol Cole").fill("You have got 30 days.")
    page.keyboard.press("Escape")
    page.keyboard.press("w")
    dialog = page.get_by_role("dialog", name="Rewrite the reply")
    dialog.get_by_label("Language").select_option(label="German")
    dialog.get_by_role("button", name="Translate").click()
    expect(sentence(page, "Sie haben 30 Tage.")).to_be_visible(timeout=SLOW)
    assert "You have got 30 days" in gateway.requests[1].prompt
    assert "German" in gateway.requests[1].prompt
    page.get_by_role("button", name="Back to my text").click()
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value("You have got 30 days.")
