"""The widget in a real browser, on the demo page: as Carol sees it while Alice answers from elsewhere."""

import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from support import live
from support.models import Agent, Message, Ticket, Verdict, Widget
from support.sending import send_reply
from tests import cast

pytestmark = [pytest.mark.slow]

ANSWER = "You can send it back within 30 days of delivery. The collection of a Cargo 2 costs €149."
QUOTE = "The return has to be announced within 30 days of delivery."


@pytest.fixture(autouse=True)
def widget() -> Widget:
    return Widget.objects.create(
        name="Wrenmoor (demo)", key="wren", greeting="Hello. What can we help you with?"
    )


def opened(page: Page) -> FrameLocator:
    page.get_by_role("button", name="Open the chat").click()
    frame = page.frame_locator("citedesk-widget iframe")
    expect(frame.get_by_label("Your message")).to_be_focused()
    return frame


def write(frame: FrameLocator, text: str) -> None:
    frame.get_by_label("Your message").fill(text)
    frame.get_by_role("button", name="Send").click()


def stored(eventually: Callable[..., float], messages: int) -> Ticket:
    eventually(lambda: Message.objects.filter(kind=Message.Kind.CUSTOMER).count() == messages)
    return Ticket.objects.get()


def answer(ticket: Ticket, text: str = ANSWER) -> Message:
    """As the desk does it: the agent sends the draft, and open pages are told."""
    agent = Agent.objects.first() or cast.alice()
    last = ticket.last_public_message()
    ticket.drafts.all().delete()
    passage = cast.passage(QUOTE, title="Returns and refunds", heading="Conditions")
    first, rest = text.split(". ")[0].rstrip(".") + ".", text.partition(". ")[2]
    said = [(first, Verdict.MATCHES, [(1, passage, QUOTE)])]
    draft = cast.draft(ticket, [*said, (rest, Verdict.NEEDS_NO_PROOF, [])] if rest else said)
    sent = send_reply(ticket, agent, text, uuid.uuid4(), seen=last.pk, draft=draft)
    live.publish(live.customer_channel(ticket.pk), "message", {"message": sent.pk, "ticket": ticket.pk})
    return sent


def test_a_customer_asks_receives_the_cited_reply_and_goes_on(visit, eventually, accessible) -> None:
    page = visit("/widget/demo/")
    frame = opened(page)
    accessible(page)
    frame.get_by_label("Name").fill("Carol")
    write(frame, "Can I still send my Cargo 2 back?\nIt came two weeks ago.")
    expect(frame.locator(".mine .text")).to_have_text(
        "Can I still send my Cargo 2 back?\nIt came two weeks ago."
    )
    expect(frame.get_by_role("status").filter(has_text="An agent will answer here.")).to_be_visible()
    ticket = stored(eventually, 1)
    assert ticket.customer.name == "Carol"

    answer(ticket)
    expect(frame.locator(".reply .text")).to_contain_text("within 30 days")
    expect(frame.locator(".reply .author")).to_have_text("Alice Archer")
    accessible(page)

    quote = frame.get_by_text(QUOTE)
    expect(quote).to_be_hidden()
    marker = frame.locator(".marker")
    marker.focus()
    page.keyboard.press("Enter")
    expect(quote).to_be_visible()
    expect(marker).to_have_attribute("aria-expanded", "true")
    expect(frame.locator(".cited.lit")).to_have_text("You can send it back within 30 days of delivery.")
    accessible(page)

    page.reload()
    frame = opened(page)
    expect(frame.locator(".message")).to_have_count(2)
    write(frame, "Thursday would suit me.")
    expect(frame.locator(".mine").last).to_contain_text("Thursday")
    assert stored(eventually, 2) == ticket


def test_a_reply_that_came_while_the_connection_was_away_is_there_afterwards(visit, eventually) -> None:
    page = visit("/widget/demo/")
    frame = opened(page)
    write(frame, "Where is my bike?")
    ticket = stored(eventually, 1)
    answer(ticket, "It is on its way.")
    page.context.set_offline(True)
    answer(ticket, "It has arrived.")
    page.context.set_offline(False)
    expect(frame.locator(".reply")).to_have_count(2)


def test_a_message_written_without_a_connection_is_kept_and_sent_once(visit, eventually) -> None:
    page = visit("/widget/demo/")
    frame = opened(page)
    page.context.set_offline(True)
    write(frame, "Is anybody there?")
    expect(frame.get_by_text("Not sent: no connection.")).to_be_visible()
    expect(frame.get_by_role("button", name="Retry")).to_be_visible()
    expect(frame.locator(".outgoing .text")).to_have_text("Is anybody there?")
    page.context.set_offline(False)
    expect(frame.locator(".mine:not(.outgoing)")).to_have_count(1)
    expect(frame.get_by_text("Not sent")).to_have_count(0)
    assert stored(eventually, 1).messages.count() == 1


def test_a_message_not_yet_sent_survives_a_reload(visit, eventually) -> None:
    page = visit("/widget/demo/")
    frame = opened(page)
    page.context.route("**/api/**", lambda route: route.abort())
    write(frame, "Do not lose me")
    expect(frame.get_by_text("Not sent")).to_be_visible()
    page.context.unroute("**/api/**")
    page.reload()
    frame = opened(page)
    expect(frame.locator(".mine:not(.outgoing) .text")).to_have_text("Do not lose me")
    stored(eventually, 1)


def test_what_the_desk_refuses_can_be_edited(visit) -> None:
    page = visit("/widget/demo/")
    frame = opened(page)
    refusal = {"status": 422, "json": {"error": "Please shorten the message to 10,000 characters."}}
    page.context.route("**/messages", lambda route: route.fulfill(**refusal))
    write(frame, "A long story")
    expect(frame.get_by_text("Please shorten the message")).to_be_visible()
    frame.get_by_role("button", name="Edit").click()
    expect(frame.get_by_label("Your message")).to_have_value("A long story")
    expect(frame.locator(".message")).to_have_count(0)


def test_focus_moves_in_and_comes_back_and_escape_closes(visit) -> None:
    page = visit("/widget/demo/")
    page.get_by_role("button", name="Ask a question").click()
    frame = page.frame_locator("citedesk-widget iframe")
    expect(frame.get_by_label("Your message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("button", name="Ask a question")).to_be_focused()
    page.evaluate("Citedesk('toggle')")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.evaluate("Citedesk('hide')")
    expect(page.get_by_role("dialog")).to_be_hidden()


HOSTILE = """
    body *, citedesk-widget { all: unset !important; display: none !important; color: lime !important;
      font: 40px fantasy !important; transform: rotate(90deg) !important; visibility: hidden !important }
"""
RESTYLE = """(css) => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet] }"""
NEW_NAMES = """() => { const bare = document.body.appendChild(document.createElement('iframe')).contentWindow;
    return Object.keys(window).filter((name) => !(name in bare) && isNaN(name)) }"""


def test_the_page_around_it_does_not_style_it(visit) -> None:
    page = visit("/widget/demo/")
    page.evaluate(RESTYLE, HOSTILE)
    opened(page)
    box = page.locator("citedesk-widget iframe").bounding_box()
    assert box and box["width"] == pytest.approx(398, abs=3) and box["height"] > 500
    assert box["x"] + box["width"] == pytest.approx(1440 - 25, abs=2)


def test_it_leaves_one_name_on_the_page(visit) -> None:
    page = visit("/widget/demo/")
    page.get_by_role("button", name="Open the chat").wait_for()
    assert page.evaluate(NEW_NAMES) == ["Citedesk"]


@pytest.fixture
def shop(site: str) -> Iterator[str]:
    """A company's page on a server of its own, as strict as its policy can be."""
    policy = f"default-src 'none'; script-src {site}; frame-src {site}; require-trusted-types-for 'script'"
    script = f'<script src="{site}/widget/loader.js" data-widget="wren" async></script>'

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>Shop</title>{script}<p>Shop".encode())

        def log_message(self, *args: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


def test_it_works_on_another_site_with_a_strict_policy(visit, shop: str, eventually) -> None:
    Widget.objects.update(allowed_origins=[shop])
    page = visit(f"{shop}/")
    frame = opened(page)
    write(frame, "Hello from the shop")
    answer(stored(eventually, 1))
    expect(frame.locator(".reply .text")).to_contain_text("within 30 days")
    page.reload()
    expect(opened(page).locator(".message")).to_have_count(2)


def test_a_site_that_is_not_listed_cannot_frame_it(browser, shop: str) -> None:
    Widget.objects.update(allowed_origins=["https://shop.example"])
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{shop}/")
        with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            page.get_by_role("button", name="Open the chat").click()
        assert page.frame_locator("citedesk-widget iframe").get_by_label("Your message").count() == 0


def test_a_new_reply_shows_on_the_closed_chat(visit, eventually) -> None:
    page = visit("/widget/demo/")
    frame = opened(page)
    write(frame, "Where is my bike?")
    ticket = stored(eventually, 1)
    expect(frame.locator(".mine:not(.outgoing)")).to_have_count(1)
    page.keyboard.press("Escape")
    answer(ticket)
    expect(page.get_by_role("button", name="Open the chat, 1 new reply")).to_be_visible()
    expect(page.locator("citedesk-widget").get_by_role("status")).to_have_text("1 new reply")


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_it_fills_the_screen(visit, accessible, dark: bool) -> None:
    page = visit("/widget/demo/", width=390, height=844, dark=dark, has_touch=True, is_mobile=True)
    accessible(page)
    frame = opened(page)
    assert page.locator("citedesk-widget dialog").bounding_box() == {
        "x": 0,
        "y": 0,
        "width": 390,
        "height": 844,
    }
    accessible(page)
    frame.get_by_role("button", name="Close the chat").click()
    expect(page.get_by_role("button", name="Open the chat")).to_be_focused()


def test_strangers_text_runs_nothing(visit, eventually) -> None:
    payload = "<img src=x onerror=\"parent.postMessage('run','*')\"><script>document.title='run'</script>"
    page = visit("/widget/demo/")
    frame = opened(page)
    write(frame, payload)
    expect(frame.locator(".mine:not(.outgoing) .text")).to_have_text(payload)
    answer(stored(eventually, 1), payload + ".")
    expect(frame.locator(".reply .text")).to_contain_text(payload)
    assert frame.locator("img, script:not([src])").count() == 0


def test_a_switched_off_chat_says_so_in_the_frame(visit, accessible, widget: Widget) -> None:
    page = visit("/widget/demo/")
    Widget.objects.update(active=False)
    page.get_by_role("button", name="Open the chat").click()
    frame = page.frame_locator("citedesk-widget iframe")
    expect(frame.get_by_role("heading", name="This chat isn’t available")).to_be_visible()
    accessible(page)
    frame.get_by_role("button", name="Close the chat").click()
    expect(page.get_by_role("dialog")).to_be_hidden()
