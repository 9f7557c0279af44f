"""A draft reviewed in a real browser: by keys alone, and checked again while Alice types."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kb.models import Document
from support import live
from support.models import Draft, Message, Sentence, Ticket, Verdict
from tests import cast
from tests.browser.late import Late

pytestmark = [pytest.mark.slow]

TERM = "You can return a bicycle within 30 days of delivery."
BOX = "A free box can be ordered."
BLUE = "It is blue."
DRAFTED = [TERM, "A box can be ordered by you.", BLUE]
OTHER = "You can return a bicycle within 30 days of delivery, and a free box can be ordered."


@pytest.fixture
def ticket() -> Ticket:
    return cast.ask("Can I send it back?").ticket


@pytest.fixture
def draft(ticket: Ticket) -> Draft:
    source = cast.passage(f"{TERM} {BOX} Refunds take 5 days.", title="Returns", heading="Terms")
    said = [
        (DRAFTED[0], Verdict.MATCHES, [(1, source, TERM)]),
        (DRAFTED[1], Verdict.PARTLY, [(1, source, BOX)]),
        (BLUE, Verdict.NO_MATCH, []),
    ]
    return cast.draft(ticket, said)


def field(page: Page):
    return page.get_by_label("Reply to Carol Cole")


def sentence(page: Page, words: str):
    return page.locator(".sentence", has_text=words)


# As by a quick typist, on however slow a machine: between two keys there is no pause.
TYPE_AT_ONCE = """(words) => {
    const field = document.getElementById('reply-text')
    for (const sign of words) {
        field.setRangeText(sign, field.value.length, field.value.length, 'end')
        field.dispatchEvent(new InputEvent('input', { bubbles: true }))
    }
}"""


def sent(ticket: Ticket) -> list[str]:
    return list(ticket.messages.filter(kind=Message.Kind.REPLY).values_list("text", flat=True))


def select_words(page: Page, words: str) -> None:
    """As by Shift and the arrows."""
    page.evaluate(
        """(words) => {
            const field = document.getElementById('reply-text')
            const start = field.value.indexOf(words)
            field.focus()
            field.setSelectionRange(start, start + words.length)
        }""",
        words,
    )


def send(page: Page) -> None:
    """Until the answer is there: news of it may come first, and what is done then is done to the old page."""
    field(page).press("Control+Enter")
    expect(field(page)).to_have_value("")


def test_a_review_without_the_mouse(desk, ticket, draft) -> None:
    page = desk("/tickets/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Can I send it back?")).to_be_visible()

    # Step through the sentences; each brings its quote into view.
    page.keyboard.press("d")
    expect(page.locator(".passage mark.lit")).to_have_text(TERM)
    page.keyboard.press("j")
    expect(page.locator(".passage mark.lit")).to_have_text(BOX)
    page.keyboard.press("ArrowRight")
    expect(page.locator(".passage mark.lit")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("j")
    expect(page.locator(".sentence.chosen")).to_contain_text(BLUE)

    # Say that it was checked.
    expect(page.get_by_role("button", name="Not yet – 1 sentence has no match")).to_be_visible()
    page.keyboard.press("y")
    send = page.get_by_role("button", name="Send – 1 sentence only partly matches, 1 checked by you")
    expect(send).to_be_visible()

    # Pin the passage, and have another draft written from it.
    page.keyboard.press("1")
    expect(page.get_by_role("button", name="Pin passage 1")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Shift+D")
    expect(page.get_by_text("A draft is waiting for a worker")).to_be_visible()
    waiting = ticket.drafts.get(state=Draft.State.WAITING)
    assert [choice.passage_id for choice in waiting.choices.all()] == [draft.offered.get().passage_id]
    write(waiting, draft)
    expect(page.get_by_role("button", name=OTHER)).to_be_visible()
    expect(page.locator(".exhibit")).to_have_count(1)

    # Compare the two, and send the new one.
    page.keyboard.press("c")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(BLUE)
    expect(dialog).to_contain_text("within 30 days of delivery, and")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("d")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.reply")).to_contain_text(OTHER)
    assert sent(ticket) == [OTHER]


def write(waiting: Draft, like: Draft) -> None:
    """As the worker ends: the row is stored, then open pages are told."""
    source = like.offered.get().passage
    made = cast.draft(waiting.ticket, [(OTHER, Verdict.MATCHES, [(1, source, TERM)])], state="superseded")
    made.sentences.update(draft=waiting)
    made.offered.update(draft=waiting)
    made.delete()
    Draft.objects.filter(pk=like.pk).update(state=Draft.State.SUPERSEDED)
    ready = {"state": Draft.State.READY, "outcome": "answer", "written_by": "model", "text": OTHER}
    Draft.objects.filter(pk=waiting.pk).update(**ready)
    live.Preview(waiting.ticket_id, waiting.pk).end()


def test_an_edit_that_breaks_a_number_is_caught_while_it_is_typed(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("r")
    select_words(page, "30")
    place = field(page).bounding_box()
    page.keyboard.type("45")
    broken = sentence(page, "within 45 days")
    expect(broken.locator(".badge.change")).to_have_text("changed")
    expect(broken).not_to_have_attribute("data-verdict", "matches")
    expect(broken.locator(".sentence-reason")).to_contain_text("45")
    expect(field(page)).to_be_focused()
    assert page.evaluate("document.activeElement.selectionEnd") == TERM.index("30") + 2
    assert field(page).bounding_box() == place, "what was found out moved the text"
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.type("30")
    mended = sentence(page, "within 30 days")
    expect(mended).to_have_attribute("data-verdict", "matches")
    expect(mended.locator(".badge.change")).to_have_text("kept")


def test_each_sentence_says_what_was_done_to_the_draft_and_the_reply_keeps_it(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("r")
    field(page).fill(f"{TERM} A box can be ordered by you today. Thank you!")
    for words, change in [(TERM, "kept"), ("you today", "changed"), ("Thank you", "added")]:
        expect(sentence(page, words).locator(".badge.change")).to_have_text(change)
    expect(page.locator("[data-summary]")).to_contain_text("3 sentences")
    expect(page.locator("[data-summary]")).to_contain_text("1 removed")
    expect(page.locator("[data-said]")).to_contain_text("1 removed")
    for box in page.get_by_label("I checked this").all():
        box.check()
    send(page)
    proof = page.locator(".message.reply details")
    expect(proof).to_contain_text("1 kept, 1 changed, 1 added, 1 removed")
    proof.locator("summary").click()
    expect(proof).to_contain_text("Drafted: A box can be ordered by you.")
    expect(proof.locator(".badge", has_text="changed")).to_be_visible()
    rows = Sentence.objects.filter(message__ticket=ticket)
    assert [one.change for one in rows] == ["kept", "changed", "added"]


def test_what_was_checked_stays_checked_until_that_sentence_is_changed(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.get_by_label("I checked this").check()
    page.keyboard.press("r")
    page.keyboard.press("Control+Home")
    page.keyboard.type("Thank you! ")
    expect(sentence(page, "Thank you!")).to_be_visible()
    expect(sentence(page, BLUE).get_by_label("I checked this")).to_be_checked()
    page.reload()
    expect(sentence(page, BLUE).get_by_label("I checked this")).to_be_checked()
    select_words(page, "blue")
    page.keyboard.type("red")
    expect(sentence(page, "It is red.").get_by_label("I checked this")).not_to_be_checked()
    expect(page.get_by_role("button", name="Not yet – 1 sentence has no match")).to_be_visible()


def test_what_nobody_checked_is_refused_and_found(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.get_by_role("button", name="Not yet – 1 sentence has no match").click()
    refusal = page.get_by_role("alert")
    expect(refusal).to_contain_text("Not sent. This sentence has no match")
    expect(refusal).to_contain_text(BLUE)
    expect(page.get_by_label("I checked this")).to_be_focused()
    assert sent(ticket) == []
    page.keyboard.press("Space")
    expect(refusal).to_be_hidden()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.reply")).to_contain_text(BLUE)
    assert [one.text for one in Sentence.objects.filter(message__ticket=ticket, checked=True)] == [BLUE]


def test_who_went_on_before_a_late_answer_keeps_the_focus(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    checked = Late(page, "**/check/", done=False)
    page.get_by_role("button", name="Not yet – 1 sentence has no match").click()
    expect(page.get_by_role("alert")).to_contain_text("Not sent")
    page.keyboard.press("f")
    checked.wait()
    with page.expect_response("**/check/"):
        checked.let_go()
    expect(page.locator(".reviewed[data-busy]")).to_have_count(0)
    expect(page.get_by_role("searchbox", name="Find another passage")).to_be_focused()


def test_editing_begins_at_the_sentence_that_is_chosen(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    for key in ("d", "j", "r"):
        page.keyboard.press(key)
    page.keyboard.type(" Gladly.")
    assert field(page).input_value() == f"{DRAFTED[0]} {DRAFTED[1]} Gladly. {BLUE}"


def test_typing_asks_when_it_pauses_and_not_at_every_key(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/check/") else None)
    page.keyboard.press("r")
    page.evaluate(TYPE_AT_ONCE, " We look forward to hearing from you soon.")
    expect(sentence(page, "hearing from you soon")).to_be_visible()
    assert len(asked) == 1


def test_the_caret_shows_its_sentence_in_the_list(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("r")
    expect(page.locator(".sentence.at-caret")).to_contain_text(BLUE)
    page.keyboard.press("Control+Home")
    expect(page.locator(".sentence.at-caret")).to_contain_text(TERM)


def test_a_quote_comes_in_at_the_caret_and_is_checked(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("r")
    page.keyboard.press("Control+Home")
    page.evaluate("document.getElementById('reply').insertText('Refunds take 5 days.')")
    expect(field(page)).to_have_value(f"Refunds take 5 days. {' '.join(DRAFTED)}")
    expect(sentence(page, "Refunds take 5 days.")).to_have_attribute("data-verdict", "matches")


def test_an_added_passage_backs_a_sentence_and_the_focus_stays(desk, ticket, draft) -> None:
    colours = cast.passage(BLUE, title="Colours")
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("d")
    page.evaluate("(id) => document.getElementById('reply').setPassages([id])", colours.pk)
    expect(sentence(page, BLUE)).to_have_attribute("data-verdict", "matches")
    expect(page.locator(".sentence-text", has_text=TERM)).to_be_focused()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.reply")).to_contain_text("3 citations sent")


def test_a_draft_out_of_date_says_so_and_leaves_the_text_alone(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("r")
    page.keyboard.type(" Thank you!")
    expect(sentence(page, "Thank you!")).to_be_visible()
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    live.ticket_changed(ticket.pk)
    expect(page.get_by_text("This draft is out of date.")).to_be_visible()
    expect(page.get_by_text("“Returns” is no longer published.")).to_be_visible()
    expect(sentence(page, TERM)).to_have_attribute("data-verdict", "no_match")
    expect(field(page)).to_have_value(f"{' '.join(DRAFTED)} Thank you!")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+D")
    expect(page.get_by_text("A draft is waiting for a worker")).to_be_visible()


def test_of_two_agents_who_send_at_once_one_is_told_and_loses_nothing(desk, ticket, draft) -> None:
    pages = [desk(f"/tickets/{ticket.pk}/", agent=agent) for agent in (cast.alice(), cast.adam())]
    for number, page in enumerate(pages):
        page.keyboard.press("r")
        field(page).fill(f"{TERM} Thank you{'!' * (number + 1)}")
        expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
        # Neither page hears of the other before its own button is pressed.
        page.route("**/events/**", lambda route: route.abort())
    for page in pages:
        page.evaluate("document.querySelector('#reply [data-send]').click()")
    for page in pages:
        expect(page.locator(".message.reply").first).to_be_visible()
    (told,) = sent(ticket)
    loser = pages[2 - told.count("!")]
    expect(loser.get_by_role("alert")).to_contain_text("replied: “You can return a bicycle")
    expect(field(loser)).to_have_value(f"{TERM} Thank you{'!' * (pages.index(loser) + 1)}")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_reviewing_and_writing_are_accessible(
    desk: Callable[..., Page], accessible, ticket, draft, width, dark
) -> None:
    page = desk(f"/tickets/{ticket.pk}/", width=width, height=900 if width > 500 else 844, dark=dark)
    page.keyboard.press("d")
    accessible(page)
    page.keyboard.press("r")
    page.keyboard.type(" Our shop in Berlin opens on Sundays.")
    expect(sentence(page, "in Berlin")).to_be_visible()
    accessible(page)
    field(page).press("Control+Enter")
    expect(page.get_by_role("alert")).to_contain_text("Not sent.")
    accessible(page)
    for box in page.get_by_label("I checked this").all():
        box.check()
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    send(page)
    page.locator(".message.reply details summary").click()
    accessible(page)
