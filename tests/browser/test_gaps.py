"""The admins' list of gaps: reached from the rail, readable on every screen, its tickets a click away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from support.models import Gap
from tests import cast

pytestmark = [pytest.mark.slow]


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)], ids=["wide", "dark"])
def test_an_admin_reads_the_gaps_and_opens_a_ticket(
    desk: Callable[..., Page], accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = desk("/gaps/", agent=cast.adam(), width=width, dark=dark)
    expect(page.get_by_role("heading", name="No gap yet")).to_be_visible()
    accessible(page)
    message = cast.ask("How long does a refund to a bank account in Norway take?")
    missing = "Nothing is said of bank accounts outside the European Union."
    Gap.objects.create(ticket=message.ticket, question=message.text, missing=missing, locale="en")
    page.reload()
    expect(page.get_by_text(missing)).to_be_visible()
    expect(page.get_by_role("link", name="Gaps")).to_have_attribute("aria-current", "true")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name=f"#{message.ticket_id}").click()
    expect(page.get_by_role("heading", name=message.text)).to_be_visible()
