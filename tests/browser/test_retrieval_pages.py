"""The pages to try retrieval in a real browser: Adam tries a question, labels it and runs the set."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from kb import ingest, labelled
from kb.models import Audience, Document, LabelledQuestion, LabelledRun
from support.models import Agent
from tests import cast

pytestmark = [pytest.mark.slow]

RETURNS = b"# Returns\n\n## Deadline\n\nYou can send the bike back within 30 days of delivery.\n"
SHIPPING = b"# Shipping\n\nWe ship to all countries of Europe for 5 euros.\n"
Visit = Callable[..., Page]


@pytest.fixture
def desk(visit: Visit, transactional_db: None) -> Visit:
    def open_page(path: str, **more: Any) -> Page:
        for name, data in ("returns.md", RETURNS), ("shipping.md", SHIPPING):
            if not Document.objects.filter(reference=name).exists():
                ingest.ingest(ingest.receive(name, data))
        adam = Agent.objects.filter(is_staff=True).first() or cast.adam()
        page = visit(f"/sign-in/?next={path}", **more)
        page.get_by_label("E-mail address").fill(adam.email)
        page.get_by_label("Password").fill(cast.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    return open_page


def try_question(page: Page, text: str) -> None:
    page.get_by_label("Question").fill(text)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Relevance")).to_be_visible()


def test_a_question_is_tried_labelled_and_run(desk: Visit) -> None:
    page = desk("/documents/")
    page.get_by_role("link", name="Try retrieval").click()
    try_question(page, "until when can I send the bike back")
    first = page.get_by_role("listitem").filter(has_text="Returns").first
    expect(first).to_contain_text("#1")
    expect(first.locator("mark").first).to_be_visible()
    first.get_by_role("button", name="This answers it").click()
    expect(page.get_by_text("Kept in the labelled set with “Returns”")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Returns").first).to_contain_text("right")
    page.get_by_role("link", name="Labelled set").click()
    page.get_by_role("button", name="Run the set").click()
    expect(page.get_by_text("Asking the set.")).to_be_visible()
    run = LabelledRun.claim(LabelledRun.objects.get().pk, labelled.LEASE)
    assert run is not None
    labelled.run(run)
    expect(page.get_by_text("Asking the set.")).to_have_count(0)
    expect(page.get_by_role("region", name="Runs over time")).to_contain_text("1.000")
    page.reload()
    expect(page.get_by_role("row").filter(has_text="until when")).to_contain_text("1")


def test_a_question_that_nothing_answers_is_kept_as_such(desk: Visit) -> None:
    page = desk("/retrieval/")
    try_question(page, "do you repair bicycles of others")
    page.get_by_role("button", name="No document answers this").click()
    expect(page.get_by_text("as one that no document answers")).to_be_visible()
    assert LabelledQuestion.objects.get().unanswerable


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_the_pages_are_accessible(
    desk: Visit, accessible: Callable[[Page], None], width: int, dark: bool
) -> None:
    page = desk("/retrieval/", width=width, dark=dark)
    accessible(page)
    try_question(page, "until when can I send the bike back")
    accessible(page)
    for audience in Audience:
        labelled.label("send the bike back", audience, "", Document.objects.filter(reference="returns.md"))
    for _ in range(2):
        run = LabelledRun.claim(LabelledRun.request().pk, labelled.LEASE)
        assert run is not None
        labelled.run(run)
    page.goto("/retrieval/questions/")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
