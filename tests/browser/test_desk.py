"""The desk in a real browser, as Alice uses it: live drafts, evidence, editing, sending, keys, all widths."""

import uuid
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from support import live
from support.models import Draft, Message, Ticket, Verdict
from support.sending import send_reply
from tests import cast

pytestmark = [pytest.mark.slow]

TERM = "You can return a bicycle within 30 days."
BOX = "A free box can be ordered."
BLUE = "It is blue."
ANSWER = f"You can return it within 30 days. A box can be ordered by you. {BLUE}"


@pytest.fixture
def ticket() -> Ticket:
    return cast.ask("Can I send it back?\n\nIt is too small.").ticket


@pytest.fixture
def draft(ticket: Ticket) -> Draft:
    return answered(ticket)


def answered(ticket: Ticket, **fields: object) -> Draft:
    source = cast.passage(f"{TERM} {BOX} Refunds take 5 days.", title="Returns", heading="Terms")
    said = [
        ("You can return it within 30 days.", Verdict.MATCHES, [(1, source, TERM)]),
        ("A box can be ordered by you.", Verdict.PARTLY, [(1, source, BOX)]),
        (BLUE, Verdict.NO_MATCH, []),
    ]
    return cast.draft(ticket, said, **fields)


def written(draft: Draft) -> None:
    """As the worker ends: the row is stored, then open pages are told."""
    answered(draft.ticket, state=Draft.State.SUPERSEDED)
    made = draft.ticket.drafts.order_by("-pk").first()
    made.sentences.update(draft=draft)
    made.offered.update(draft=draft)
    made.delete()
    Draft.objects.filter(pk=draft.pk).update(
        state=Draft.State.READY, outcome="answer", written_by="model", text=ANSWER
    )
    live.Preview(draft.ticket_id, draft.pk).end()


def replies(ticket: Ticket) -> list[str]:
    return list(ticket.messages.filter(kind=Message.Kind.REPLY).values_list("text", flat=True))


def test_alice_signs_in_reads_the_evidence_and_sends(visit, ticket, draft) -> None:
    cast.alice()
    page = visit("/")
    page.get_by_label("E-mail address").fill("Alice@example.com")
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Can I send it back?").click()
    page.get_by_role("button", name="You can return it within 30 days.").click()
    expect(page.locator(".passage mark.lit")).to_have_text(TERM)
    expect(page.get_by_role("link", name="Open the document")).to_be_visible()
    page.locator(".passage mark", has_text=BOX).click()
    expect(page.locator(".sentence.chosen")).to_contain_text("A box can be ordered by you.")
    expect(page.get_by_role("button", name="Not yet – 1 sentence has no match")).to_be_visible()
    page.get_by_label("I checked this").check()
    page.get_by_role("button", name="Send – 1 sentence only partly matches, 1 checked by you").click()
    expect(page.locator(".message.reply")).to_contain_text("You can return it within 30 days.")
    assert replies(ticket) == [ANSWER]


def test_a_draft_streams_in_and_moves_nothing(desk, ticket) -> None:
    waiting = cast.draft(ticket, state=Draft.State.WAITING, outcome="", written_by="")
    page = desk(f"/tickets/{ticket.pk}/")
    expect(page.get_by_text("A draft is waiting for a worker")).to_be_visible()
    before = page.locator(".message").bounding_box()
    Draft.objects.filter(pk=waiting.pk).update(state=Draft.State.WRITING)
    preview = live.Preview(ticket.pk, waiting.pk)
    preview.begin()
    for number in range(40):
        preview.add(f"Sentence number {number} of the answer. ")
        preview.flush()
    expect(page.get_by_label("Preview of the draft")).to_contain_text("Sentence number 39")
    assert page.locator(".message").bounding_box() == before
    written(waiting)
    expect(page.get_by_role("button", name="Not yet – 1 sentence has no match")).to_be_visible()
    assert page.locator(".message").bounding_box() == before


def test_a_page_opened_late_shows_what_was_written_so_far(desk, ticket) -> None:
    writing = cast.draft(ticket, state=Draft.State.WRITING, outcome="", written_by="")
    preview = live.Preview(ticket.pk, writing.pk)
    preview.begin()
    preview.add("You have 30 days")
    preview.flush()
    page = desk(f"/tickets/{ticket.pk}/")
    expect(page.get_by_label("Preview of the draft")).to_have_text("You have 30 days")


def test_a_live_update_never_overwrites_what_alice_began(desk, ticket) -> None:
    writing = cast.draft(ticket, state=Draft.State.WRITING, outcome="", written_by="")
    page = desk(f"/tickets/{ticket.pk}/")
    page.get_by_role("button", name="Write it yourself").click()
    page.keyboard.type("Dear Carol, ")
    written(writing)
    expect(page.get_by_text("A new draft is ready; your text is untouched.")).to_be_visible()
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value("Dear Carol, ")
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("button", name="A box can be ordered by you.")).to_be_visible()
    page.get_by_role("button", name="Back to my text").click()
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value("Dear Carol, ")


def test_a_half_written_reply_survives_a_reload_and_ends_with_the_sending(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("r")
    field = page.get_by_label("Reply to Carol Cole")
    field.fill("You can return it within 30 days.")
    page.reload()
    expect(field).to_have_value("You can return it within 30 days.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".message.reply")).to_be_visible()
    expect(field).to_have_value("")  # the answer is there, not only the news of it
    page.reload()
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value("")


def test_a_double_click_sends_one_message(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.get_by_label("I checked this").check()
    page.get_by_role("button", name="Send –").dblclick()
    expect(page.locator(".message.reply")).to_be_visible()
    page.wait_for_timeout(300)
    assert len(replies(ticket)) == 1


def test_sending_is_refused_when_the_customer_wrote_and_the_text_stays(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("r")
    page.get_by_label("Reply to Carol Cole").fill("My own words.")
    page.locator(".sentence", has_text="My own words.").get_by_label("I checked this").check()
    cast.ask("Wait, it is the blue one.", ticket=ticket)
    page.get_by_role("button", name="Send – 1 checked by you").click()
    expect(page.get_by_role("alert")).to_contain_text("Carol Cole wrote again: “Wait, it is the blue one.”")
    expect(page.locator(".message").last).to_contain_text("Wait, it is the blue one.")
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value("My own words.")
    assert replies(ticket) == []
    page.get_by_role("button", name="Send – 1 checked by you").click()
    expect(page.locator(".message.reply")).to_contain_text("My own words.")


def test_a_colleagues_reply_appears_while_alice_writes(desk, ticket, draft) -> None:
    page = desk(f"/tickets/{ticket.pk}/")
    page.keyboard.press("r")
    page.keyboard.type("Also: ")
    last = ticket.last_public_message().pk
    sent = send_reply(ticket, cast.adam(), "Already answered.", uuid.uuid4(), last)
    live.publish(live.ticket_channel(ticket.pk), "message", {"message": sent.pk, "ticket": ticket.pk})
    expect(page.get_by_text("A colleague replied.")).to_be_visible()
    expect(page.locator(".message.reply")).to_contain_text("Already answered.")
    expect(page.get_by_label("Reply to Carol Cole")).to_have_value(f"{ANSWER}Also: ")


def test_news_of_other_tickets_are_announced_and_move_no_row(desk, ticket) -> None:
    page = desk("/tickets/")
    row = page.locator(".ticket-row").first
    before = row.inner_text(), row.bounding_box()
    other = cast.ask("A new question")
    live.publish(live.INBOX, "message", {"message": other.pk, "ticket": other.ticket_id})
    bar = page.get_by_role("link", name="1 ticket has news – show")
    expect(bar).to_be_visible()
    assert (row.inner_text(), row.bounding_box()) == before
    assert bar.bounding_box()["y"] < row.bounding_box()["y"], "above the rows, where it is seen"
    page.keyboard.press("u")
    expect(page.locator(".ticket-row").first).to_contain_text("A new question")


def test_a_rows_draft_state_changes_in_place(desk, ticket) -> None:
    page = desk("/tickets/")
    made = cast.draft(ticket, state=Draft.State.WRITING, outcome="")
    live.Preview(ticket.pk, made.pk).begin()
    expect(page.locator(".ticket-row")).to_contain_text("writing")


def test_everything_goes_by_keys(desk, ticket, draft) -> None:
    cast.earlier(cast.ask("Older question").ticket, days=1)
    page = desk("/tickets/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Can I send it back?")).to_be_visible()
    page.keyboard.press("d")
    page.keyboard.press("j")
    expect(page.locator(".sentence.chosen")).to_contain_text("A box can be ordered by you.")
    page.keyboard.press("n")
    page.keyboard.type("rjn? are just letters here")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.note")).to_contain_text("rjn? are just letters here")
    expect(page.locator("#note")).to_be_hidden()  # the answer is there, not only the news of it
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    expect(page.get_by_label("Assigned to")).to_have_value(str(cast.alice().pk))
    page.keyboard.press("e")
    expect(page.get_by_text("This ticket is closed.")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_load_more_goes_on_where_the_list_ended(desk) -> None:
    customer = cast.carol()
    for number in range(35):
        cast.earlier(cast.ask(f"Question {number}", customer).ticket, minutes=number)
    page = desk("/tickets/")
    page.get_by_role("button", name="Load more").click()
    expect(page.locator(".ticket-row")).to_have_count(35)


def test_at_1024_the_evidence_is_a_drawer(desk, ticket, draft, accessible) -> None:
    page = desk(f"/tickets/{ticket.pk}/", width=1024, height=768)
    expect(page.locator("#evidence")).to_be_hidden()
    page.get_by_role("button", name="Citation 1: Returns").first.click()
    expect(page.locator(".passage mark.lit")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(page.locator("#evidence")).to_be_hidden()


def test_a_phone_shows_one_pane_at_a_time(desk, ticket, draft) -> None:
    page = desk("/tickets/", width=390, height=844)
    page.locator(".ticket-row").click()
    expect(page.get_by_role("heading", name="Can I send it back?")).to_be_visible()
    expect(page.locator("#list")).to_be_hidden()
    page.get_by_role("button", name="Evidence", exact=True).click()
    expect(page.locator(".exhibit")).to_be_visible()
    page.get_by_role("button", name="Close the evidence").click()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.locator("#list")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_is_accessible(desk, visit, accessible, ticket, draft, width, dark) -> None:
    failed = cast.ask("It is broken").ticket
    cast.draft(failed, state="failed", outcome="", reason="The gateway refuses the key.")
    unanswered = cast.ask("Gift cards?").ticket
    cast.draft(unanswered, outcome="cannot_answer", reason="Searched for: “gift cards”")
    closed = cast.ask("Thanks").ticket
    send_reply(closed, cast.alice(), "Gladly.", uuid.uuid4(), closed.last_public_message().pk)
    closed.close()
    accessible(visit("/sign-in/", width=width, dark=dark))
    page = desk("/tickets/", agent=cast.adam(), width=width, dark=dark)
    accessible(page)
    for path in ["/people/", "/account/", "/nowhere/", "/tickets/?q=nothing-like-this"]:
        page.goto(path)
        accessible(page)
    for one in [ticket, failed, unanswered, closed]:
        page.goto(f"/tickets/{one.pk}/")
        accessible(page)
    page.goto(f"/tickets/{ticket.pk}/")
    page.keyboard.press("d")
    page.keyboard.press("Enter")
    accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("x")
    accessible(page)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    accessible(page)


def test_the_admin_site_works_without_inline_scripts_and_styles(desk: Callable[..., Page]) -> None:
    # What the Content-Security-Policy blocks is an error on the console, and fails the test.
    page = desk("/admin/support/widget/add/", agent=cast.adam())
    page.get_by_label("Name:", exact=True).fill("Shop")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#result_list").get_by_role("link", name="Shop")).to_be_visible()
    sidebar = page.locator("#nav-sidebar")
    shown = sidebar.is_visible()
    page.locator("#toggle-nav-sidebar").click()
    expect(sidebar).to_be_visible(visible=not shown)
    for path in ("/admin/", "/admin/support/ticket/", "/admin/llm/price/add/", "/admin/llm/modelcall/"):
        page.goto(path)
        expect(page.locator("#content")).to_be_visible()


ONCE_IN_A_WHILE = pytest.mark.parametrize(
    ("width", "dark"), [(1440, False), (390, True)], ids=["wide", "dark"]
)


@ONCE_IN_A_WHILE
def test_what_went_wrong_is_accessible(visit, accessible, width, dark) -> None:
    page = visit("/sign-in/", width=width, dark=dark)
    page.get_by_label("E-mail address").fill("alice@example.com")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("don’t belong together")).to_be_visible()
    accessible(page)
    page.route(
        "**/*.html", lambda route: route.fulfill(body=render_to_string(route.request.url.split("/")[-1]))
    )
    for name in ["400", "403", "403_csrf", "500", "locked_out"]:
        page.goto(f"/{name}.html")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        accessible(page)


@ONCE_IN_A_WHILE
def test_what_comes_and_goes_is_accessible(desk, accessible, ticket, draft, width, dark) -> None:
    page = desk("/people/", agent=cast.adam(), width=width, dark=dark)
    page.get_by_label("Name", exact=True).fill("Bea Blum")
    page.get_by_label("E-mail address").fill("bea@example.com")
    page.get_by_role("button", name="Add and show a password").click()
    expect(page.get_by_text("It is shown only now")).to_be_visible()
    accessible(page)
    streaming = cast.ask("And the box?").ticket
    preview = live.Preview(streaming.pk, cast.draft(streaming, state=Draft.State.WRITING, outcome="").pk)
    preview.begin()
    preview.add("We send you a box")
    preview.flush()
    page.goto(f"/tickets/{streaming.pk}/")
    expect(page.get_by_label("Preview of the draft")).to_have_text("We send you a box")
    accessible(page)
    page.goto(f"/tickets/{ticket.pk}/")
    page.keyboard.press("n")
    expect(page.get_by_label("Internal note")).to_be_focused()
    accessible(page)
    page.get_by_role("button", name="Back to the reply").click()
    page.get_by_label("I checked this").check()
    cast.ask("Wait, it is the blue one.", ticket=ticket)
    page.get_by_role("button", name="Send –").click()
    expect(page.get_by_role("alert")).to_contain_text("Carol Cole wrote again")
    accessible(page)
