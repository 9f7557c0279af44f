"""On a slow line: what is pressed before the scripts come is done, and answers that cross harm nothing."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from support.models import Message, Ticket, Widget
from tests import cast
from tests.browser.late import Late

pytestmark = [pytest.mark.slow]

WORDS = "Do not lose me"


@pytest.fixture
def ticket() -> Ticket:
    return cast.ask("Can I send it back?").ticket


@pytest.fixture
def other() -> Ticket:
    other = cast.ask("Where is my bike?").ticket
    cast.earlier(other, days=1)
    return other


def replies(ticket: Ticket) -> list[str]:
    return list(ticket.messages.filter(kind=Message.Kind.REPLY).values_list("text", flat=True))


def row(page: Page, ticket: Ticket):
    return page.locator(f"#row-{ticket.pk}")


def test_a_passage_pinned_by_a_double_click_and_one_right_after_it_are_both_there(
    desk, ticket, article
) -> None:
    article("gifts.md", "# Gift cards\n\nGift cards are valid for 3 years.")
    article("colours.md", "# Colours of gift cards\n\nGift cards are red.")
    page = desk(f"/tickets/{ticket.pk}/")
    page.get_by_label("Find another passage").fill("gift cards")
    pins = page.locator(".hit").get_by_role("button", name="Pin")
    expect(pins).to_have_count(2)
    added = Late(page, "**/passages/added/**")
    page.evaluate(
        "document.querySelectorAll('.hit [data-adds=\"\"]').forEach((one) => { one.click(); one.click() })"
    )
    added.wait().let_go()
    expect(page.locator(".exhibit[data-is-added].pinned")).to_have_count(2)


def subject(page: Page):
    return page.locator("#workspace #subject")


@pytest.mark.parametrize("by_key", [False, True])
def test_a_customer_who_is_quicker_than_the_widgets_scripts_loses_nothing(visit, eventually, by_key) -> None:
    Widget.objects.create(name=Widget.DEMO, key="wren")
    page = visit("/widget/demo/")
    scripts = Late(page, "**/widget/frame*.js", done=False)
    page.get_by_role("button", name="Open the chat").click()
    frame = page.frame_locator("citedesk-widget iframe")
    scripts.wait()
    text = frame.get_by_label("Your message")
    text.fill(WORDS)
    if by_key:
        frame.get_by_role("button", name="Send").press("Enter")
    else:
        frame.get_by_role("button", name="Send").dblclick()
    expect(text).to_have_value(WORDS)
    scripts.let_go()
    expect(frame.locator(".mine:not(.outgoing) .text")).to_have_text(WORDS)
    expect(text).to_have_value("")
    assert [message.text for message in Message.objects.all()] == [WORDS]


def test_a_message_written_while_another_is_under_way_follows_it(visit, eventually) -> None:
    Widget.objects.create(name=Widget.DEMO, key="wren")
    page = visit("/widget/demo/")
    page.get_by_role("button", name="Open the chat").click()
    frame = page.frame_locator("citedesk-widget iframe")
    text, delivered = frame.get_by_label("Your message"), frame.locator(".mine:not(.outgoing) .text")
    expect(text).to_be_focused()
    text.fill("Hello.")
    text.press("Enter")
    expect(delivered).to_have_text(["Hello."])
    sending = Late(page, "**/messages")
    for words in ("And one thing more.", "That is all."):
        text.fill(words)
        text.press("Enter")
    sending.wait().let_go()
    expect(delivered).to_have_text(["Hello.", "And one thing more.", "That is all."])


def test_an_agent_who_is_quicker_than_the_desks_scripts_loses_nothing(desk, ticket) -> None:
    page = desk("/account/")
    scripts = Late(page, "**/js/reply*.js", done=False)
    page.goto(f"/tickets/{ticket.pk}/", wait_until="commit")
    scripts.wait()
    text = page.get_by_label("Reply to Carol Cole")
    text.fill(WORDS)
    page.get_by_role("button", name="Send").click()
    scripts.let_go()
    expect(page.locator(".message.reply")).to_contain_text(WORDS)
    assert replies(ticket) == [WORDS] and "?" not in page.url


def test_what_was_written_before_the_scripts_survives_a_reload(desk, ticket) -> None:
    page = desk("/account/")
    scripts = Late(page, "**/js/reply*.js", done=False)
    page.goto(f"/tickets/{ticket.pk}/", wait_until="commit")
    scripts.wait()
    page.get_by_label("Reply to Carol Cole").fill(WORDS)
    scripts.let_go()
    page.wait_for_function("() => customElements.get('desk-reply') !== undefined")
    page.reload()
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value(WORDS)


def test_a_text_that_came_back_after_send_was_pressed_is_shown_before_it_is_sent(desk, ticket) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    text, send = page.get_by_label("Reply to Carol Cole"), page.get_by_role("button", name="Send")
    text.fill(WORDS)
    page.goto("/account/")
    scripts = Late(page, "**/js/reply*.js", done=False)
    page.go_back(wait_until="commit")
    scripts.wait()
    expect(text).to_have_value("")  # the browser brings nothing back that the page keeps
    text.fill("At once.")
    send.click()
    scripts.let_go()
    expect(page.get_by_text("Not sent: the page changed")).to_be_visible()
    expect(text).to_have_value(f"{WORDS}\nAt once.")
    assert not replies(ticket)
    send.click()
    expect(page.locator(".message.reply")).to_contain_text("At once.")
    assert replies(ticket) == [f"{WORDS}\nAt once."]


def test_a_button_replaced_before_the_scripts_came_is_told_and_stops_no_other(desk, ticket) -> None:
    page = desk("/account/")
    scripts = Late(page, "**/js/reply*.js", done=False)
    page.goto(f"/tickets/{ticket.pk}/", wait_until="commit")
    scripts.wait()
    page.get_by_label("Reply to Carol Cole").fill(WORDS)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Note").click()
    page.evaluate("document.querySelector('#reply [data-send]').outerHTML += ''")
    scripts.let_go()
    expect(page.get_by_text("Not sent: the page changed")).to_be_visible()
    expect(page.get_by_label("Internal note")).to_be_focused()
    assert not replies(ticket)


def test_of_two_tickets_the_one_chosen_last_is_shown(desk, ticket, other) -> None:
    page = desk("/tickets/")
    first, second = Late(page, f"**/tickets/{ticket.pk}/"), Late(page, f"**/tickets/{other.pk}/")
    row(page, ticket).click()
    first.wait()
    row(page, other).click()
    second.wait()
    first.let_go()
    second.let_go()
    expect(subject(page)).to_have_text("Where is my bike?")
    assert urlsplit(page.url).path == f"/tickets/{other.pk}/"
    expect(row(page, other)).to_have_attribute("aria-current", "true")


def test_a_ticket_closed_while_the_answer_to_a_note_is_under_way_is_shown_closed(desk, ticket) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    note, close = Late(page, "**/note/"), Late(page, "**/close/")
    page.keyboard.press("n")
    page.keyboard.type("Closed by phone.")
    page.keyboard.press("Control+Enter")
    note.wait()
    page.get_by_role("button", name="Close", exact=True).click()
    close.wait()
    note.let_go()
    expect(page.locator("#note")).to_be_hidden()
    close.let_go()
    expect(page.get_by_text("This ticket is closed.")).to_be_visible()
    expect(page.locator("#composer")).to_have_count(0)


def test_a_reply_sent_on_the_way_to_another_ticket_is_not_offered_again(desk, ticket, other) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    sending = Late(page, "**/reply/")
    page.get_by_label("Reply to Carol Cole").fill(WORDS)
    page.get_by_role("button", name="Send").click()
    sending.wait()
    row(page, other).click()
    expect(subject(page)).to_have_text("Where is my bike?")
    with page.expect_response("**/reply/"):
        sending.let_go()
    row(page, ticket).click()
    expect(page.locator(".message.reply")).to_contain_text(WORDS)
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value("")
    assert replies(ticket) == [WORDS]


def test_a_reply_refused_on_the_way_to_another_ticket_is_told_there(
    desk: Callable[..., Page], ticket: Ticket, other: Ticket
) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    cast.ask("Wait, it is the blue one.", ticket=ticket)
    sending = Late(page, "**/reply/")
    page.get_by_label("Reply to Carol Cole").fill(WORDS)
    page.get_by_role("button", name="Send").click()
    sending.wait()
    row(page, other).click()
    expect(subject(page)).to_have_text("Where is my bike?")
    sending.let_go()
    expect(page.get_by_text(f"The reply to ticket #{ticket.pk} was not sent.")).to_be_visible()
    expect(subject(page)).to_have_text("Where is my bike?")
    row(page, ticket).click()
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value(WORDS)
