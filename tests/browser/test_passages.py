"""The passages beside a draft in a real browser: quotes, pins, another passage, comparing, rewriting."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, expect

from kb.models import Audience, Document
from support.models import Draft, PassageChoice, Ticket, Verdict
from support.offering import MOST_NUMBERS
from tests import cast
from tests.browser.late import Late

pytestmark = [pytest.mark.slow]

TERM = "You can return a bicycle **within 30 days**."
BOX = "A free 📦 box can be ordered."
FORM = "Use the return form."


@pytest.fixture
def ticket() -> Ticket:
    return cast.ask("Can I send it back?").ticket


@pytest.fixture
def draft(ticket: Ticket) -> Draft:
    returns = cast.passage(f"## Terms\n\n{TERM} {BOX} Refunds take 5 days.", title="Returns")
    made = cast.draft(
        ticket,
        [
            ("You have 30 days.", Verdict.MATCHES, [(1, returns, TERM)]),
            ("We send you a box.", Verdict.PARTLY, [(1, returns, BOX)]),
            ("It is blue.", Verdict.NO_MATCH, []),
        ],
    )
    cast.offer(made, 2, cast.passage(f"{FORM} It is online.", title="Forms"))
    return made


@pytest.fixture
def desk(visit: Callable[..., Page], ticket: Ticket) -> Callable[..., Page]:
    """Alice is signed in and looks at the ticket."""

    def open_page(path: str = "", **more: object) -> Page:
        client = Client()
        client.force_login(cast.alice())
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "127.0.0.1", "path": "/"}
        page = visit(path or f"/tickets/{ticket.pk}/", storage_state={"cookies": [cookie]}, **more)
        expect(page.locator("#passages [data-count]")).not_to_be_empty()
        return page

    return open_page


def earlier_draft(ticket: Ticket, text: str = "You have 14 days.") -> Draft:
    return cast.draft(
        ticket, [(text, Verdict.NO_MATCH, [])], state=Draft.State.SUPERSEDED, written_by="quotes"
    )


def test_quotes_are_marked_where_they_stand_and_lead_back(desk, draft) -> None:
    page = desk()
    expect(page.locator(".exhibit")).to_have_count(2)
    expect(page.locator(".exhibit").first.locator(".passage")).to_contain_text("Terms")
    expect(page.locator(".exhibit mark")).to_have_count(2)
    page.keyboard.press("d")
    page.keyboard.press("j")
    expect(page.locator("mark.lit")).to_have_text(BOX)
    page.keyboard.press("ArrowRight")
    expect(page.locator("mark.lit")).to_be_focused()
    page.keyboard.press("k")
    assert page.locator("mark.lit").inner_text() == "You can return a bicycle within 30 days."
    expect(page.locator(".sentence.chosen")).to_contain_text("You have 30 days.")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="You have 30 days.")).to_be_focused()
    link = page.locator(".exhibit.chosen").get_by_role("link", name="Open the document")
    link.click()
    expect(page.locator("#text")).to_be_visible()
    assert "quote=You+can+return" in page.url


def test_digits_pin_and_exclude_and_the_next_draft_is_asked_for_with_them(desk, ticket, draft) -> None:
    page = desk()
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="Pin passage 1")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+Digit2")
    expect(page.locator("[data-count]")).to_have_text("2 passages · 1 pinned · 1 excluded")
    page.reload()
    expect(page.locator("[data-count]")).to_have_text("2 passages · 1 pinned · 1 excluded")
    page.keyboard.press("2")
    expect(page.locator("[data-count]")).to_have_text("2 passages · 2 pinned")
    page.keyboard.press("Shift+Digit2")
    page.keyboard.press("D")
    expect(page.get_by_text("A draft is waiting for a worker")).to_be_visible()
    waiting = ticket.drafts.get(state=Draft.State.WAITING)
    kinds = {choice.passage.document.title: choice.kind for choice in waiting.choices.all()}
    assert kinds == {"Returns": PassageChoice.Kind.PINNED, "Forms": PassageChoice.Kind.EXCLUDED}


def test_keys_do_nothing_while_somebody_types(desk, draft) -> None:
    page = desk()
    page.keyboard.press("r")
    page.keyboard.type("12 cfiwx")
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value(f"{draft.text}12 cfiwx")
    expect(page.locator("[data-count]")).to_have_text("2 passages")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_another_passage_is_found_pinned_and_quoted_by_keys(desk, ticket, draft, article) -> None:
    article("gifts.md", "# Gifts\n\nGift cards are valid for 3 years. They can't be returned.")
    article("secret.md", "# Gift cards inside\n\nGift cards cost us 2 %.", Audience.INTERNAL)
    page = desk()
    page.keyboard.press("f")
    page.keyboard.type("how long are gift cards valid")
    expect(page.locator(".hit")).to_have_count(1)
    assert "2 %" not in page.content()
    page.get_by_role("button", name="Pin Gifts").press("Enter")
    added = page.locator(".exhibit[data-is-added]")
    expect(added.get_by_role("button", name="Pin passage 3")).to_be_focused()
    expect(page.locator("#reply [name=passages]")).to_have_value(added.get_attribute("data-passage"))
    page.reload()
    expect(added).to_have_count(1)
    page.keyboard.press("f")
    page.keyboard.type("how long are gift cards valid")
    page.get_by_role("button", name="Insert quote of Gifts").click()
    field = page.get_by_label("Reply to Carol Cole")
    expect(field).to_be_focused()
    expect(field).to_have_value(f"{draft.text} Gift cards are valid for 3 years.")
    expect(page.locator(".sentence").last).to_have_attribute("data-verdict", "matches")
    expect(added.locator("mark")).to_have_text("Gift cards are valid for 3 years.")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Digit3")
    expect(added).to_have_count(0)
    expect(page.locator("#reply [name=passages]")).to_have_value("")


def test_no_passage_is_added_behind_the_last_number_and_a_sentence_says_so(desk, draft, article) -> None:
    for number in range(3, MOST_NUMBERS + 1):
        cast.offer(draft, number, cast.passage(f"Text {number}.", title=f"Article {number}"))
    article("gifts.md", "# Gifts\n\nGift cards are valid for 3 years.")
    page = desk()
    page.keyboard.press("f")
    page.keyboard.type("how long are gift cards valid")
    page.get_by_role("button", name="Pin Gifts").click()
    expect(page.get_by_text(f"{MOST_NUMBERS} passages are the most.")).to_be_visible()
    expect(page.locator(".exhibit")).to_have_count(MOST_NUMBERS)


def test_i_inserts_the_chosen_quote_or_the_selected_words(desk, draft) -> None:
    page = desk()
    page.keyboard.press("d")
    page.keyboard.press("i")
    field = page.get_by_label("Reply to Carol Cole")
    expect(field).to_have_value(f"{draft.text} You can return a bicycle within 30 days.")
    page.keyboard.press("Escape")
    page.locator(".exhibit").nth(1).locator(".passage").click(click_count=3)
    page.keyboard.press("i")
    expect(field).to_have_value(f"{draft.text} You can return a bicycle within 30 days. {FORM} It is online.")


def test_an_answer_that_is_overtaken_by_the_news_of_it_still_counts(desk, draft) -> None:
    page = desk()
    answer = Late(page, "**/draft/again/")
    page.get_by_role("button", name="Write again").first.click()
    answer.wait()
    page.evaluate("document.getElementById('reply').refresh()")
    expect(page.locator("#reply[data-state=waiting]")).to_be_visible()
    page.evaluate("document.getElementById('reply').dataset.overtaken = 'yes'")
    answer.let_go()
    expect(page.locator("#reply[data-state=waiting]:not([data-overtaken])")).to_be_visible()


def test_the_key_means_the_selection_that_the_browser_has_not_told_of_yet(desk, draft) -> None:
    page = desk()
    page.keyboard.press("d")
    page.evaluate(
        """() => {
            const passage = document.querySelectorAll('.exhibit .passage')[1]
            getSelection().selectAllChildren(passage)
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'i', bubbles: true }))
        }"""
    )
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value(f"{draft.text} {FORM} It is online.")


def test_any_sentence_of_a_passage_is_chosen_by_keys_and_inserted(desk, draft) -> None:
    page = desk()
    page.get_by_role("button", name="Insert quote of passage 2").press("Enter")
    expect(page.locator("mark.lit")).to_be_focused()
    expect(page.locator("mark.lit")).to_have_text(FORM)
    page.keyboard.press("j")
    expect(page.locator("mark.lit")).to_have_text("It is online.")
    page.keyboard.press("i")
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value(f"{draft.text} It is online.")
    expect(page.locator(".sentence").last).to_have_attribute("data-verdict", "matches")


def test_two_generations_are_compared_and_the_earlier_one_brought_back(desk, ticket, accessible) -> None:
    before = earlier_draft(ticket)
    cast.draft(ticket, [("You have 30 days.", Verdict.NO_MATCH, [])])
    page = desk()
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog", name="Compare drafts")
    expect(dialog.locator(".said del")).to_have_text("14")
    expect(dialog.locator(".said ins")).to_have_text("30")
    expect(dialog.get_by_text("quotes", exact=True)).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    opener = page.get_by_role("button", name="Compare 2 drafts")
    opener.press("Enter")
    dialog.get_by_role("button", name="Use this one").click()
    expect(page.locator(".sentence")).to_contain_text("You have 14 days.")
    expect(dialog).to_have_count(0)
    before.refresh_from_db()
    assert before.state == Draft.State.READY


def test_without_a_key_nothing_is_rewritten_and_the_reason_is_there(desk, draft) -> None:
    page = desk()
    page.keyboard.press("w")
    dialog = page.get_by_role("dialog", name="Rewrite the reply")
    expect(dialog.get_by_text("no key for its gateway is set")).to_be_visible()
    expect(dialog.get_by_role("button", name="Shorter")).to_be_disabled()
    dialog.get_by_role("button", name="Close").click()
    expect(page.get_by_role("button", name="Rewrite")).to_be_focused()


def test_a_draft_is_rejected_with_a_reason_by_two_keys(desk, ticket, draft) -> None:
    page = desk()
    page.keyboard.press("x")
    expect(page.get_by_role("dialog", name="Why is this draft not wanted?")).to_be_visible()
    page.keyboard.press("o")
    expect(page.get_by_role("button", name="Draft a reply")).to_be_visible()
    draft.refresh_from_db()
    assert (draft.state, draft.rejection, draft.rejected_by) == ("dismissed", "outdated", cast.alice())


def test_in_the_drawer_everything_goes_by_keys_too(desk, draft) -> None:
    page = desk(width=1024, height=768)
    page.keyboard.press("1")
    expect(page.get_by_text("Passage 1 is pinned.")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.press("ArrowRight")
    expect(page.locator("mark.lit")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("button", name="You have 30 days.")).to_be_focused()
    expect(page.locator("#evidence")).to_be_hidden()
    page.keyboard.press("f")
    expect(page.get_by_label("Find another passage")).to_be_focused()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_the_pane_and_its_dialogs_are_accessible(
    desk, ticket, draft, article, accessible, width, dark
) -> None:
    earlier_draft(ticket)
    article("gifts.md", "# Gifts\n\nGift cards are valid for 3 years. They can't be returned.")
    changed = cast.passage("An old text.", title="Changed")
    inside = cast.passage("For us alone.", title="Inside")
    cast.offer(draft, 3, changed, content_hash="other")
    cast.offer(draft, 4, inside)
    Document.objects.filter(pk=inside.document_id).update(audience=Audience.INTERNAL)
    out = cast.passage("Not this one.", title="Left out")
    PassageChoice.objects.create(draft=draft, passage=out, kind=PassageChoice.Kind.EXCLUDED)
    page = desk(width=width, height=900, dark=dark, reduced_motion="reduce")
    page.keyboard.press("1")
    page.keyboard.press("Shift+Digit2")
    if width < 1280:
        page.get_by_role("button", name="Evidence", exact=True).click()
    page.get_by_label("Find another passage").fill("how long are gift cards valid")
    expect(page.locator(".hit")).to_have_count(1)
    accessible(page)
    page.get_by_role("button", name="Pin Gifts").click()
    expect(page.locator(".exhibit[data-is-added]")).to_have_count(1)
    accessible(page)
    page.get_by_role("button", name="Compare 2 drafts").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    if width < 1280:
        page.get_by_role("button", name="Close the evidence").click()
    for name in ["Rewrite", "Dismiss"]:
        page.get_by_role("button", name=name).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        accessible(page)
        page.keyboard.press("Escape")
    assert page.evaluate("document.documentElement.scrollWidth") == width
