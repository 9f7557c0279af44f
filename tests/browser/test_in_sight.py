"""What an agent must see is in sight, and nothing is lost on the way: the focus, the passages, the place."""

import pytest
from playwright.sync_api import Locator, Page, expect

from kb.models import Audience, Document
from llm.models import ModelCall
from support import live
from support.models import Draft, Ticket, Verdict
from tests import cast

pytestmark = [pytest.mark.slow]

TERM = "You can return a bicycle within 30 days of delivery."
PHONE = {"width": 390, "height": 844}
FILLER = " ".join(f"Frame number {number} has its own paint." for number in range(60))


@pytest.fixture
def ticket() -> Ticket:
    return cast.ask("Can I send it back?").ticket


@pytest.fixture
def draft(ticket: Ticket) -> Draft:
    source = cast.passage(f"{TERM} {FILLER}", title="Returns")
    said = [(f"{number}. {TERM}", Verdict.MATCHES, [(1, source, TERM)]) for number in "abcdefghij"]
    made = cast.draft(ticket, [*said, ("It is blue.", Verdict.NO_MATCH, [])])
    for number in range(2, 5):
        cast.offer(made, number, cast.passage(f"{number} {FILLER}", title=f"More {number}"))
    return made


def in_sight(page: Page, element: Locator) -> None:
    """Its middle can be clicked: nothing lies over it, and no edge cuts it off."""
    expect(element).to_be_visible()
    handle = element.element_handle()
    page.wait_for_function(
        """(one) => {
            const { left, top, width, height } = one.getBoundingClientRect()
            return one.contains(document.elementFromPoint(left + width / 2, top + height / 2))
        }""",
        arg=handle,
    )


@pytest.mark.parametrize("size", [{}, PHONE], ids=["1440", "390"])
def test_a_stale_notices_button_holds_its_label(desk, ticket, draft, size) -> None:
    Document.objects.filter(title="Returns").update(status=Document.Status.UNPUBLISHED)
    page = desk(f"/tickets/{ticket.pk}/", **size)
    button = page.locator(".reply-notices .warn button")
    expect(button).to_be_visible()
    assert button.evaluate("(one) => one.scrollWidth <= one.clientWidth && one.clientWidth > 60")
    text = page.locator(".reply-notices .warn > div")
    assert text.bounding_box()["width"] > button.bounding_box()["width"]


def test_what_is_found_is_in_sight_and_the_place_is_found_again(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    pane = page.locator("#evidence .pane-body")
    pane.evaluate("(one) => { one.scrollTop = 1400 }")
    page.keyboard.press("f")
    page.keyboard.type("paint of a frame")
    in_sight(page, page.locator(".passage-hits p").first)
    page.keyboard.press("Escape")
    expect(page.locator(".passage-hits")).to_have_count(0)
    assert pane.evaluate("(one) => one.scrollTop") == 1400


@pytest.mark.parametrize("size", [{"height": 700}, PHONE], ids=["1440", "390"])
def test_after_a_refusal_the_box_to_check_is_in_sight(desk, ticket, draft, size) -> None:
    page = desk(f"/tickets/{ticket.pk}/", **size)
    page.locator("#reply [data-send]").click()
    box = page.get_by_label("I checked this")
    expect(box).to_be_focused()
    in_sight(page, box)


def test_on_a_phone_the_caret_s_sentence_is_in_sight_while_one_writes(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/", **PHONE)
    page.keyboard.press("r")
    page.keyboard.type(" It costs 900 euros.")
    added = page.locator(".sentence", has_text="900 euros")
    expect(added).to_have_class("sentence at-caret")
    in_sight(page, added.locator(".sentence-text"))
    in_sight(page, added.get_by_label("I checked this"))
    in_sight(page, page.locator("#reply [data-send]"))


def test_a_passage_that_became_internal_says_so_and_moves_nothing(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.locator("#evidence .pane-body").evaluate("(one) => { one.scrollTop = 1400 }")
    reading = page.locator(".exhibit").nth(2)
    before = reading.bounding_box()["y"]
    Document.objects.filter(title__in=["Returns", "More 4"]).update(audience=Audience.INTERNAL)
    live.ticket_changed(ticket.pk)
    first = page.locator(".exhibit").first
    expect(first.get_by_text("internal now")).to_be_visible()
    expect(first.get_by_role("button", name="Pin")).to_have_count(0)
    expect(page.locator(".exhibit").nth(1).get_by_role("button", name="Pin")).to_be_visible()
    assert abs(reading.bounding_box()["y"] - before) < 1


def test_after_a_refused_sending_the_passages_are_up_to_date(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.get_by_label("I checked this").check()
    Document.objects.filter(title="Returns").update(audience=Audience.INTERNAL)
    page.locator("#reply [data-send]").click()
    expect(page.get_by_role("alert")).to_contain_text("Something changed")
    expect(page.locator(".exhibit").first.get_by_text("internal now")).to_be_visible()
    expect(page.get_by_role("alert")).to_be_visible()


def test_escape_leads_from_a_sentence_to_its_row(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("d")
    page.keyboard.press("Escape")
    expect(page.locator(f"#row-{ticket.pk}")).to_be_focused()


def test_what_was_sent_has_the_focus_and_unfolds_in_sight(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.get_by_label("I checked this").check()
    page.keyboard.press("d")
    page.keyboard.press("Control+Enter")
    message = page.locator(".message.reply")
    expect(message).to_be_focused()
    message.locator("summary").click()
    in_sight(page, message.locator("summary"))
    in_sight(page, message.locator(".sent-sentences li").first.locator("p").first)


def test_nothing_is_offered_to_be_rewritten_before_there_is_a_text(desk, ticket) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    rewrite = page.get_by_role("button", name="Rewrite")
    expect(rewrite).to_be_disabled()
    page.keyboard.press("r")
    page.keyboard.type("Yes")
    expect(rewrite).to_be_enabled()


def test_on_a_phone_the_reply_s_head_takes_one_line(desk, ticket) -> None:
    page = desk(f"/tickets/{ticket.pk}/", **PHONE)
    expect(page.get_by_role("button", name="Note")).to_be_visible()
    middles = page.locator("#reply .reply-head > :is(h3, button)").evaluate_all(
        "(all) => all.map((one) => one.getBoundingClientRect()).map(({ top, height }) => top + height / 2)"
    )
    assert max(middles) - min(middles) < 2
    draft = cast.draft(ticket, [("Five days.", "no_match", [])])
    call = ModelCall.objects.create(feature="draft", model="glm-4.5", gateway="x", cost_usd="0.0042")
    Draft.objects.filter(pk=draft.pk).update(model_call=call)
    page.reload()
    said = page.get_by_text("by glm-4.5 · $0.0042")
    assert said.evaluate("(one) => one.clientWidth > 100 && one.scrollWidth <= one.clientWidth"), (
        "its price is told"
    )
