"""A document's life in a real browser: Adam, an admin, changes what a draft rests on, beside another one."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image as Pillow
from playwright.sync_api import Page, expect

from kb import bulk, ingest
from kb.models import BulkChange, Document, Edit
from support.models import Agent, Verdict
from tests import cast

pytestmark = [pytest.mark.slow]

RETURNS = "# Returns\n\nYou can send the bike back within 30 days of delivery.\n"
QUESTION = "How many days do I have to send the bike back?"
PASTED = re.compile(r"Keep the box\.\s+!\[label\]\(/\S*images/[0-9a-f-]{36}\)$")
PASTE = """(field) => {
    const data = new DataTransfer()
    data.items.add(new File([Uint8Array.from(%s)], 'label.png', { type: 'image/png' }))
    field.setSelectionRange(field.value.length, field.value.length)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }))
}"""

Visit = Callable[..., Page]
Check = Callable[[Page], None]


@pytest.fixture
def document() -> Document:
    document = ingest.receive("returns.md", RETURNS.encode())
    ingest.ingest(document)
    return Document.objects.get(pk=document.pk)


@pytest.fixture
def fine(accessible: Check) -> Check:
    """No rule of axe-core is broken, and nothing stands out at the side."""

    def check(page: Page) -> None:
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url

    return check


def button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
def test_who_rests_on_a_text_is_shown_before_it_goes_and_the_text_is_had_back(
    width: int, dark: bool, document: Document, desk: Visit, fine: Check
) -> None:
    ticket = cast.ask("Can I send it back?").ticket
    cited = [(1, document.passages.get(), "within 30 days")]
    draft = cast.draft(ticket, [("Within 30 days.", Verdict.MATCHES, cited)])
    page = desk(f"{document.get_absolute_url()}edit/", cast.adam(), width=width, height=844, dark=dark)
    page.get_by_label("Text, in Markdown").fill(RETURNS.replace("30 days", "45 days"))
    button(page, "Save").click()
    impact = page.get_by_role("status").filter(has_text="1 open draft cites text that goes.")
    expect(impact.get_by_role("link")).to_have_attribute("href", ticket.get_absolute_url())
    expect(page.locator("[data-status]")).to_contain_text("Kept at")
    fine(page)
    draft.refresh_from_db()
    assert draft.stale_since is None and document.revisions.count() == 1
    button(page, "Save all the same").click()
    expect(page.get_by_role("article")).to_contain_text("45 days")
    draft.refresh_from_db()
    assert draft.stale_since is not None

    page.get_by_role("link", name="What changed in revision 2").click()
    expect(page.locator("ins")).to_have_text("45")
    fine(page)
    page.get_by_role("link", name="Restore revision 1…").click()
    expect(page.locator("ins")).to_have_text("30")
    fine(page)
    button(page, "Restore it").click()
    expect(page.get_by_text("The text of revision 1 is the current one again.")).to_be_visible()
    expect(page.get_by_role("article")).to_contain_text("30 days")
    fine(page)


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (390, False)])
def test_who_saves_second_sees_what_was_saved_first_and_loses_no_word(
    width: int, dark: bool, document: Document, desk: Visit, fine: Check
) -> None:
    ada = Agent.objects.create(email="ada@example.com", name="Ada Ames", is_staff=True, is_superuser=True)
    path = f"{document.get_absolute_url()}edit/"
    theirs, page = desk(path, cast.adam()), desk(path, ada, width=width, height=844, dark=dark)
    text = page.get_by_label("Text, in Markdown")
    text.fill(f"{RETURNS}\nKeep the box.\n")
    text.evaluate(PASTE % list(picture()))
    expect(text).to_have_value(PASTED)
    theirs.get_by_label("Text, in Markdown").fill(RETURNS.replace("30 days", "45 days"))
    button(theirs, "Save").click()
    expect(theirs.get_by_role("article")).to_contain_text("45 days")

    text.press("Control+End")
    text.press_sequentially(" The last word.")
    mine = text.input_value()
    button(page, "Save").click()
    expect(page.get_by_role("alert").filter(has_text="Adam Abbott saved another text")).to_be_visible()
    expect(page.locator(".theirs ins")).to_have_text("45")
    expect(text).to_have_value(mine)
    fine(page)
    # Nor is the last word lost if she leaves it for another day.
    expect(page.locator("[data-status]")).to_contain_text("Kept at")
    page.goto(path)
    expect(text).to_have_value(mine)
    expect(page.locator("[data-preview] img[alt=label]")).to_have_count(1)
    button(page, "Save").click()
    expect(page.get_by_role("article")).to_contain_text("The last word.")
    assert document.revisions.count() == 3 and not Edit.objects.exists()


def picture() -> bytes:
    file = io.BytesIO()
    Pillow.new("RGB", (40, 20), "teal").save(file, "PNG")
    return file.getvalue()


def test_what_is_unpublished_not_due_yet_or_archived_with_others_is_found_by_nobody(
    document: Document, desk: Visit, fine: Check
) -> None:
    search = f"/search/?q={QUESTION}&audience=public"
    page = desk(search, cast.adam())
    expect(page.locator("#hits")).to_contain_text("within 30 days")
    page.goto(document.get_absolute_url())
    button(page, "Unpublish").click()
    expect(page.get_by_text("is unpublished: no search finds it")).to_be_visible()
    fine(page)
    page.goto(search)
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    page.goto(f"{document.get_absolute_url()}details/")
    page.get_by_label("Status").select_option("published")
    page.get_by_label("Publish at").fill("2100-01-01T10:00")
    button(page, "Save").click()
    expect(page.get_by_text("is published on 1 Jan 2100, 10:00: until then no search")).to_be_visible()
    fine(page)
    page.goto("/documents/")
    expect(page.locator(".document-row")).to_contain_text("scheduled")
    page.goto(search)
    expect(page.get_by_text("Nothing found.")).to_be_visible()
    archive = BulkChange.Action.ARCHIVE
    change = bulk.begin(archive, {"status": "archived"}, [document], by=Agent.objects.get())
    page.goto(f"/documents/bulk/{change.pk}/")
    expect(page.get_by_text("0 of 1 document is done.")).to_be_visible()
    fine(page)
    bulk.work(change.pk, change.turns, 100)
    expect(page.get_by_text("All are done.")).to_be_visible()
    fine(page)
    page.goto(search)
    expect(page.get_by_text("Nothing found.")).to_be_visible()
