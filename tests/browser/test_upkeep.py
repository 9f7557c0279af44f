"""The upkeep page in a real browser: what it lists is reached, compared and dismissed."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kb.models import Document, Duplicate, DuplicateSearch
from tests import cast

pytestmark = [pytest.mark.slow]


LONG = "Keep the box and the label until we tell you that the parcel has arrived. " * 4
OVERFLOWING = "(lines) => lines.filter((line) => line.scrollHeight > line.clientHeight + 1).length"


def pair() -> Duplicate:
    passages = [
        cast.passage(f"You have {days} days. {LONG}\n\nKeep the box.", title=f"Returns {days}")
        for days in (14, 30)
    ]
    for one in passages:
        Document.objects.filter(pk=one.document_id).update(created=timezone.now() - timedelta(days=200))
    first, second = sorted(one.document_id for one in passages)
    DuplicateSearch.objects.create(state="done", finished=timezone.now(), documents=2)
    return Duplicate.objects.create(document_id=first, other_id=second, shared=0.75, likeness=0.96)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_duplicates_are_compared_and_dismissed(
    width: int, dark: bool, desk: Callable[..., Page], accessible: Callable[[Page], None]
) -> None:
    pair()
    page = desk("/documents/upkeep/", cast.adam(), width=width, height=900, dark=dark)
    expect(page.get_by_text("75 %")).to_be_visible()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Compare").click()
    expect(page.locator("ins")).to_have_text("30")
    old, new = (page.locator(name).bounding_box() for name in ("del", "ins"))
    assert (
        old and new and (old["y"] == new["y"]) == (width > 719)
    )  # side by side, on a phone one below the other
    assert page.locator(".sides .line").evaluate_all(OVERFLOWING) == 0
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Both are meant").click()
    expect(page.get_by_text("1 pair dismissed.")).to_be_visible()
