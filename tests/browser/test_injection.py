"""All attacks at once on the pages that show them: whatever they say, the browser asks nobody but the desk.

Each stands where a customer, a model or an author could bring it: in messages, replies, drafts, citations,
subjects, names, articles, their titles and file names.
"""

import uuid
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from support import live
from support.models import Draft, Message, Ticket, Verdict, Widget
from tests import cast
from tests.attacks import ORDERS

pytestmark = [pytest.mark.slow]

ATTACKS = list(ORDERS.values())
RAW = [order.split("«")[-1].split("»")[0] for order in ATTACKS]  # what an obedient model would say
TERM = "You can return a bicycle within 30 days."
# Elements that only a payload brings, and links out of the desk.
BROUGHT = (
    "iframe:not(.chat), object, embed, base, audio, video, math, style, meta[http-equiv=refresh], img,"
    " form[action*='evil'], a[href*='evil'], a[href^='data:'], a[href^='javascript:' i], [onerror], [onload],"
    " [ontoggle], [sse-connect], [hx-get*='evil'], [data-hx-post*='evil'], live-ticket[data-events*='evil']"
)


@pytest.fixture
def asked(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The address of every request of every page and frame, from the first one on."""
    addresses: list[str] = []
    new_context = browser.new_context

    def recorded(**more: object) -> BrowserContext:
        context = new_context(**more)
        context.on("request", lambda request: addresses.append(request.url))
        context.on("page", lambda page: page.on("dialog", lambda said: pytest.fail(said.message)))
        return context

    monkeypatch.setattr(browser, "new_context", recorded)
    yield addresses


def only(addresses: list[str], site: str) -> bool:
    """The desk's own origin; what stands in the page itself is no request."""
    origins = {urlsplit(one)[:2] for one in addresses if not one.startswith(("data:", "blob:", "about:"))}
    return origins == {urlsplit(site)[:2]}


def attacked_ticket() -> Ticket:
    carol = cast.carol(name=ATTACKS[25][:200])
    ticket = cast.ask("Can I send it back?", customer=carol, subject=ATTACKS[30][:300]).ticket
    alice = cast.alice()
    for order, said in zip(ATTACKS, RAW, strict=True):
        Message.objects.create(ticket=ticket, kind=Message.Kind.CUSTOMER, text=order)
        Message.objects.create(ticket=ticket, kind=Message.Kind.REPLY, author=alice, text=said)
        Message.objects.create(ticket=ticket, kind=Message.Kind.NOTE, author=alice, text=said)
    cast.ask("And now?", ticket=ticket)
    return ticket


def attacked_draft(ticket: Ticket) -> Draft:
    """Every payload as a sentence, with a citation whose title, heading and quote are payloads, too."""
    said = []
    for number, words in enumerate(dict.fromkeys(" ".join(one.split()) for one in RAW if one.strip())):
        source = cast.passage(f"{words}\n\n{TERM}", title=words[:500], heading=words[:1000])
        quote = words if number % 2 else TERM
        said.append((words, Verdict.PARTLY, [(number % 9 + 1, source, quote)]))
    return cast.draft(ticket, said, reason=ATTACKS[26])


def test_the_desk_asks_nobody_else(
    desk: Callable[..., Page], site: str, asked: list[str], eventually: Callable[..., float]
) -> None:
    ticket = attacked_ticket()
    attacked_draft(ticket)
    page = desk(f"/tickets/{ticket.pk}/")
    expect(page.locator(".message")).to_have_count(3 * len(ATTACKS) + 2)
    expect(page.locator(".message.reply .prose p").first).to_be_attached()
    preview = live.Preview(ticket.pk, ticket.drafts.get().pk)
    preview.begin()
    for words in RAW:
        preview.add(words)
    preview.flush()
    late = Message.objects.create(ticket=ticket, kind=Message.Kind.CUSTOMER, text="\n".join(ATTACKS))
    live.publish(live.ticket_channel(ticket.pk), "message", {"message": late.pk, "ticket": ticket.pk})
    expect(page.locator(f"#message-{late.pk}")).to_be_attached()
    assert page.locator(BROUGHT).count() == 0
    assert only(asked, site), set(asked)
    assert ticket.messages.filter(kind=Message.Kind.REPLY).count() == len(ATTACKS)


def test_the_documents_ask_nobody_else(desk: Callable[..., Page], site: str, asked: list[str]) -> None:
    text = "\n\n".join(ATTACKS + RAW)
    document = cast.passage(text, title=ATTACKS[24][:500], reference=ATTACKS[40][:900]).document
    page = desk(f"/documents/{document.pk}/", agent=cast.adam())
    expect(page.get_by_text("Everything is free today.").first).to_be_attached()
    assert page.locator("main").locator("iframe, object, embed, base, audio, video, style, img").count() == 0
    page.goto("/documents/")
    expect(page.locator("main")).to_contain_text("Ignore all previous instructions")
    assert page.locator(BROUGHT).count() == 0
    assert only(asked, site), set(asked)


def test_the_widget_asks_nobody_else(
    visit: Callable[..., Page], site: str, asked: list[str], eventually: Callable[..., float]
) -> None:
    Widget.objects.create(name=Widget.DEMO, key="wren")
    page = visit("/widget/demo/")
    page.get_by_role("button", name="Open the chat").click()
    frame = page.frame_locator("citedesk-widget iframe")
    frame.get_by_label("Your message").fill(ATTACKS[30])
    frame.get_by_role("button", name="Send").click()
    eventually(lambda: Message.objects.count() == 1)
    ticket = Ticket.objects.get()
    replied(ticket)
    expect(frame.locator(".reply")).to_have_count(len(RAW) + 1)
    frame.locator(".marker").first.click()
    expect(frame.locator(".cited.lit").first).to_be_visible()
    assert _brought(frame) == 0
    assert only(asked, site), set(asked)


def replied(ticket: Ticket) -> None:
    """As if an agent had sent whatever the model said, with the citations of a poisoned article."""
    alice = cast.alice()
    draft = attacked_draft(ticket)
    Draft.objects.filter(pk=draft.pk).update(state=Draft.State.SENT)
    for said in RAW:
        Message.objects.create(ticket=ticket, kind=Message.Kind.REPLY, author=alice, text=said or "-")
    whole = Message.objects.create(
        ticket=ticket, kind=Message.Kind.REPLY, author=alice, text=draft.text, draft=draft, key=uuid.uuid4()
    )
    whole.citations.set(citation for one in draft.sentences.all() for citation in one.citations.all())
    told = {"message": whole.pk, "ticket": ticket.pk}
    live.publish(live.customer_channel(ticket.pk), "message", told)


def _brought(frame: FrameLocator) -> int:
    return frame.locator(BROUGHT).count()
