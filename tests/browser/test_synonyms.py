"""The synonyms' page in a real browser: Adam, an admin, keeps the list."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kb.models import Synonym
from support.models import Agent
from tests import cast

pytestmark = [pytest.mark.slow]

Visit = Callable[..., Page]


@pytest.fixture
def desk(visit: Visit) -> Visit:
    """Open a page of the desk, signed in as an admin."""

    def open_page(path: str, **more: Any) -> Page:
        adam = Agent.objects.filter(is_staff=True).first() or cast.adam()
        page = visit(f"/sign-in/?next={path}", **more)
        page.get_by_label("E-mail address").fill(adam.email)
        page.get_by_label("Password").fill(cast.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    return open_page


def test_a_list_is_pasted_corrected_and_kept(desk: Visit) -> None:
    page = desk("/documents/")
    page.get_by_role("link", name="Synonyms").click()
    expect(page.get_by_role("heading", name="No synonyms yet")).to_be_visible()
    lines = page.get_by_label("Lines to add")
    lines.fill("handy, mobile phone\nalone")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_role("alert")).to_contain_text("Line 2: One word alone means nothing else.")
    expect(lines).to_have_value("handy, mobile phone\nalone")
    lines.fill("handy, mobile phone\npedelec => electric bike")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_role("row").filter(has_text="pedelec")).to_contain_text("electric bike")
    page.get_by_role("link", name="Change handy").click()
    page.get_by_label("Line", exact=True).fill("handy, mobile phone, cell phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("row").filter(has_text="cell phone")).to_be_visible()
    page.get_by_role("button", name="Remove pedelec").click()
    expect(page.get_by_role("row").filter(has_text="pedelec")).to_have_count(0)
    assert [str(line) for line in Synonym.objects.all()] == ["handy, mobile phone, cell phone"]


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_is_accessible_and_fits(
    width: int, dark: bool, desk: Visit, accessible: Callable[[Page], None]
) -> None:
    page = desk("/synonyms/", width=width, dark=dark)
    accessible(page)
    line = Synonym.objects.create(words=["handy", "mobile phone", "x" * 80], means=[])
    Synonym.objects.create(words=["pedelec"], means=["electric bike"], locale="de")
    for path in ("/synonyms/", "/synonyms/?q=nothing", f"/synonyms/{line.pk}/"):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth"), path
    page.goto("/synonyms/")
    page.get_by_label("Lines to add").fill("alone")
    page.get_by_role("button", name="Add to the list").click()
    expect(page.get_by_role("alert")).to_be_visible()
    accessible(page)
