"""Prompts in a browser: an admin reads what is in force, tries a version and puts it in force, on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support import prompt_versions
from support.models import DryRun, Message
from support.prompts import BUILT_IN, Prompt
from tests import cast

pytestmark = [pytest.mark.slow]

KEPT = {
    "text": "You have 30 days.",
    "outcome": "answer",
    "reason": "",
    "sentences": [{"text": "You have 30 days.", "start": 0, "end": 17, "verdict": "matches"}],
    "claims": 1,
    "matching": 1,
    "prompt_version": "reply-3",
    "model": "glm-4.5",
    "cost_usd": "0.0012",
}
WARMER = {
    **KEPT,
    "text": "You have 30 whole days.",
    "sentences": [{"text": "You have 30 whole days.", "start": 0, "end": 23, "verdict": "partly"}],
    "matching": 0,
    "prompt_version": "reply-3+house-1.2",
}


def test_an_admin_sees_what_a_version_would_change_and_puts_it_in_force(
    desk: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    adam = cast.adam()
    asked = cast.ask("Can I return it?")
    Message.objects.create(ticket=asked.ticket, kind=Message.Kind.REPLY, author=adam, text="Yes.")
    house = prompt_versions.write(Prompt.HOUSE, "Be warm.", "Marketing asked", adam)
    run = DryRun.objects.create(version=house, ticket=asked.ticket, up_to=asked)
    page = desk("/prompts/", agent=adam, width=390, height=844, dark=True)
    accessible(page)
    page.get_by_role("link", name="Tone and house rules").click()
    page.get_by_role("link", name="Version 1").click()
    expect(page.get_by_text("0 of 1 ticket is done.")).to_be_visible()
    DryRun.objects.filter(pk=run.pk).update(state=DryRun.State.DONE, before=KEPT, after=WARMER)
    expect(page.locator("ins", has_text="whole")).to_be_visible()  # by itself, without a reload
    accessible(page)
    assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth")
    page.reload()
    page.get_by_role("button", name="Put in force", exact=True).click()
    expect(page.get_by_role("heading", name="In force: version 1")).to_be_visible()
    accessible(page)
    assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth")
    assert prompt_versions.in_force(Prompt.REPLY).version == f"{BUILT_IN[Prompt.REPLY].version}+house-1.2"
