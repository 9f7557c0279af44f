"""The widget's doors, and ways around their guards. Carol asks, Alice answers, Mallory pries."""

import asyncio
import json
import re
import secrets
import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from kb import ingest
from kb.models import Audience, Document, Revision
from support import live
from support.models import Agent, Citation, Customer, Draft, Message, Sentence, Ticket, Verdict, Widget
from support.receiving import LONGEST_MESSAGE
from support.widget import limits

pytestmark = pytest.mark.django_db
# The stream gives its connection back, which a test's own transaction would not survive.
streams = pytest.mark.django_db(transaction=True)

CAROL = "c" * 43
MALLORY = "m" * 43


@pytest.fixture(autouse=True)
def widget(valkey: Any) -> Widget:
    return Widget.objects.create(name="Wrenmoor", key="wren", allowed_origins=["https://shop.example"])


@pytest.fixture
def alice() -> Agent:
    return Agent.objects.create(email="alice@desk.example", name="Alice Berger")


def post(path: str, body: Any, token: str = CAROL, **headers: str) -> HttpResponse:
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    extra = {"authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    return Client(enforce_csrf_checks=True).post(
        path, data, content_type=extra.pop("content-type", "application/json"), headers=extra
    )


def ask(text: str = "Where is my bike?", key: Any = None, token: str = CAROL, **more: Any) -> HttpResponse:
    headers = {name: more.pop(name) for name in list(more) if name in ("x_forwarded_for", "origin")}
    message = {"key": str(key or uuid.uuid4()), "text": text, **more}
    return post("/widget/api/wren/messages", message, token, **headers)


def conversation(token: str = CAROL, key: str = "wren", **headers: str) -> HttpResponse:
    return Client().get(
        f"/widget/api/{key}/conversation", headers={"authorization": f"Bearer {token}", **headers}
    )


def listen(last: str = "0-0") -> HttpResponse:
    headers = {"authorization": f"Bearer {CAROL}", "last-event-id": last}
    return Client().get("/widget/api/wren/events", headers=headers)


def reply(ticket: Ticket, alice: Agent, text: str = "It left our workshop on Monday.") -> Message:
    return Message.objects.create(ticket=ticket, kind=Message.Kind.REPLY, author=alice, text=text)


def cite(
    message: Message, sentence: str, *, title: str, quote: str, document: Document | None = None
) -> None:
    document = document or Document.objects.create(reference=f"{uuid.uuid4()}.md", title="", file_hash="")
    first = message.ticket.messages.first()
    draft, _ = Draft.objects.get_or_create(
        ticket=message.ticket, state=Draft.State.SENT, defaults={"up_to": first}
    )
    position = draft.sentences.count()
    row = Sentence.objects.create(
        draft=draft, position=position, text=sentence, start=0, end=len(sentence), verdict=Verdict.MATCHES
    )
    revision = Revision.objects.create(
        document=document, number=position + 1, title=title, text=quote, file="", file_hash=""
    )
    message.citations.add(
        Citation.objects.create(
            sentence=row, number=1, title=title, quote=quote, start=0, end=1, revision=revision
        )
    )


# Asking


def test_a_question_becomes_a_ticket_with_a_waiting_draft() -> None:
    answer = ask("Where is my bike?", name="Carol", email="carol@mail.example")
    assert answer.status_code == 200
    assert "Where is my bike?" in answer.content.decode()
    message = Message.objects.get()
    assert (message.kind, message.text) == (Message.Kind.CUSTOMER, "Where is my bike?")
    customer = message.ticket.customer
    assert (customer.name, customer.email, customer.widget.key) == ("Carol", "carol@mail.example", "wren")
    assert message.ticket.drafts.get().up_to == message


def test_the_token_is_stored_as_its_hash_only() -> None:
    ask()
    stored = Customer.objects.values_list("token_hash", flat=True).get()
    assert len(stored) == 64 and CAROL not in stored


def test_the_same_message_twice_is_one() -> None:
    key = uuid.uuid4()
    assert [ask(key=key).status_code for _ in range(3)] == [200, 200, 200]
    assert Message.objects.count() == Ticket.objects.count() == Customer.objects.count() == 1


def test_a_second_message_continues_the_conversation() -> None:
    ask("Where is my bike?")
    ask("It is a City 3.")
    assert Ticket.objects.get().messages.count() == 2


def test_a_second_message_opens_a_closed_ticket_again() -> None:
    ask()
    Ticket.objects.get().close()
    ask("Still waiting")
    assert Ticket.objects.get().status == Ticket.Status.OPEN


def test_what_a_visitor_leaves_out_later_stays_and_what_they_add_is_kept() -> None:
    ask(name="Carol")
    ask(email="carol@mail.example")
    ask()
    customer = Customer.objects.get()
    assert (customer.name, customer.email) == ("Carol", "carol@mail.example")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"text": "no key"}, 422),
        ({"key": "not-a-uuid", "text": "x"}, 422),
        ({"key": str(uuid.uuid4()), "text": " \n "}, 422),
        ({"key": str(uuid.uuid4()), "text": ["a", "list"]}, 422),
        ({"key": str(uuid.uuid4()), "text": "\x00\x07"}, 422),
        ({"key": str(uuid.uuid4()), "text": "x" * (LONGEST_MESSAGE + 1)}, 422),
        ({"key": str(uuid.uuid4()), "text": "x", "email": "carol@"}, 422),
        ({"key": str(uuid.uuid4()), "text": "x", "email": "a@b.example\r\nBcc: all@b.example"}, 422),
        ({"key": str(uuid.uuid4()), "text": "x", "name": "n" * 201}, 422),
        ({"key": str(uuid.uuid4()), "text": "x" * 200_000}, 413),
        ([], 422),
        ("{", 422),
        ("[" * 5000, 422),
        (b"\xff\xfe", 422),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(body: Any, status: int) -> None:
    answer = post("/widget/api/wren/messages", body)
    assert answer.status_code == status
    assert answer.json()["error"].endswith(".")
    assert not Message.objects.exists() and not Customer.objects.exists()


def test_the_longest_message_is_taken_even_when_json_makes_it_long() -> None:
    text = "\N{GRINNING FACE}" * LONGEST_MESSAGE
    assert ask(text).status_code == 200
    assert Message.objects.get().text == text


def test_line_breaks_are_kept_and_what_cannot_be_stored_is_not() -> None:
    ask("first\r\nsecond\x00\x1b[31m \ud800end", name="Car\r\nol\u202e")
    message = Message.objects.get()
    assert message.text.startswith("first\nsecond[31m") and "\x00" not in message.text
    assert message.ticket.customer.name == "Car ol"


def test_a_form_of_another_site_cannot_ask() -> None:
    body = f"key={uuid.uuid4()}&text=hello"
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"):
        assert post("/widget/api/wren/messages", body, content_type=kind).status_code == 415
    assert not Message.objects.exists()


# Whose conversation it is


def test_without_a_token_nothing_is_said() -> None:
    ask()
    for headers in ({}, {"authorization": "Bearer short"}, {"authorization": "Basic " + CAROL}):
        assert Client().get("/widget/api/wren/conversation", headers=headers).status_code == 403


@streams
def test_a_foreign_token_sees_nothing_and_learns_nothing() -> None:
    ask("My address is 4 Elm Street")
    for path in ("conversation", "events"):
        answer = Client().get(f"/widget/api/wren/{path}", headers={"authorization": f"Bearer {MALLORY}"})
        assert answer.status_code == 404
        assert "Elm" not in answer.content.decode()


def test_a_session_of_an_agent_is_no_token(alice: Agent) -> None:
    ask()
    client = Client()
    client.force_login(alice)
    assert client.get("/widget/api/wren/conversation").status_code == 403


def test_a_token_is_worth_nothing_at_another_widget() -> None:
    ask()
    Widget.objects.create(name="Other", key="other")
    assert conversation(key="other").status_code == 404
    body = {"key": str(uuid.uuid4()), "text": "x"}
    assert post("/widget/api/other/messages", body).status_code == 404
    assert Message.objects.count() == 1


def test_a_foreign_key_neither_shows_nor_changes_the_message() -> None:
    key = uuid.uuid4()
    ask("My address is 4 Elm Street", key=key)
    answer = ask("mine now", key=key, token=MALLORY)
    assert answer.status_code == 409
    assert "Elm" not in answer.content.decode()
    assert Message.objects.get().text == "My address is 4 Elm Street"


def test_the_key_of_a_reply_cannot_be_used(alice: Agent) -> None:
    ask()
    sent = reply(Ticket.objects.get(), alice)
    assert ask("overwritten", key=sent.key).status_code == 409
    sent.refresh_from_db()
    assert sent.text == "It left our workshop on Monday."


def test_two_visitors_have_two_conversations() -> None:
    ask("Carol's question")
    ask("Mallory's question", token=MALLORY)
    assert "Mallory" not in conversation().content.decode()
    assert "Carol" not in conversation(MALLORY).content.decode()


# What a customer is shown


def test_replies_are_shown_with_the_agents_name_and_nothing_else_of_them(alice: Agent) -> None:
    ask()
    ticket = Ticket.objects.get()
    reply(ticket, alice)
    Message.objects.create(ticket=ticket, kind=Message.Kind.NOTE, author=alice, text="INTERNAL-NOTE")
    Draft.objects.filter(ticket=ticket).update(text="SECRET-DRAFT", reason="SECRET-REASON")
    ticket.subject = "SECRET-SUBJECT"
    ticket.save()
    page = conversation().content.decode()
    assert "Alice Berger" in page and "It left our workshop on Monday." in page
    for hidden in ("alice@desk.example", "INTERNAL-NOTE", "SECRET", 'data-message="'):
        assert hidden not in page


def test_an_agent_without_a_name_is_not_shown_by_address() -> None:
    nameless = Agent.objects.create(email="bob@desk.example")
    ask()
    reply(Ticket.objects.get(), nameless)
    page = conversation().content.decode()
    assert "bob@" not in page and "Support" in page


def test_cited_sentences_have_the_number_of_their_passage_with_each_of_its_quotes(alice: Agent) -> None:
    ask()
    text = "You have 30 days. The collection costs €149. A label is in the box. Tell me a day."
    sent = reply(Ticket.objects.get(), alice, text)
    cite(sent, "You have 30 days.", title="Returns", quote="within 30 days of delivery")
    cite(sent, "The collection costs €149.", title="Returns", quote="Cargo 2: €149")
    cite(sent, "A label is in the box.", title="Packing", quote="the label")
    page = conversation().content.decode()
    assert '<span class="cited" data-sentence="0">You have 30 days.</span>&nbsp;<button' in page
    assert '<span class="cited" data-sentence="2">The collection costs €149.</span>&nbsp;<button' in page
    assert "within 30 days of delivery" in page and "Cargo 2: €149" in page
    numbers = re.findall(r'class="marker".*?data-number="(\d)"', page)
    assert numbers == ["1", "1", "2"]
    assert page.count("<details") == 2 and page.count("<blockquote") == 3


def test_a_quote_goes_when_its_document_has_become_internal(alice: Agent) -> None:
    ask()
    document = Document.objects.create(reference="r.md", title="Limits", file_hash="")
    sent = reply(Ticket.objects.get(), alice, "We can do that.")
    cite(sent, "We can do that.", title="Goodwill limits", quote="up to €150", document=document)
    assert "up to €150" in conversation().content.decode()
    Document.objects.update(audience=Audience.INTERNAL)
    page = conversation().content.decode()
    assert "We can do that." in page
    assert "€150" not in page and "Goodwill" not in page
    ingest.delete(document)
    revision = Citation.objects.get().revision
    assert revision is not None and revision.document is None  # for staff, through the reply alone
    assert conversation().content.decode() == page


def test_a_quote_goes_with_its_deleted_document(alice: Agent) -> None:
    """It may have been internal a moment before: no row says so any more."""
    ask()
    document = Document.objects.create(reference="r.md", title="Returns", file_hash="")
    sent = reply(Ticket.objects.get(), alice, "You have 30 days.")
    cite(sent, "You have 30 days.", title="Returns", quote="within 30 days", document=document)
    ingest.delete(document)
    page = conversation().content.decode()
    assert "You have 30 days." in page
    assert "within 30 days" not in page and "<details" not in page


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</div></li><iframe srcdoc='<script>alert(1)</script>'>",
    "\"><svg onload=alert(1)>",
    "{{ 7|add:7 }}{% debug %}",
    "[x](javascript:alert(1)) ![x](https://evil.example/?q=1)",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_strangers_text_is_only_ever_text(payload: str, alice: Agent) -> None:
    Agent.objects.update(name=payload[:100])
    ask(payload, name=payload)
    ticket = Ticket.objects.get()
    sent = reply(ticket, alice, f"{payload}\nreply.")
    cite(sent, "reply.", title=payload, quote=payload)
    page = conversation().content.decode()
    for tag in ("<script", "<img", "<iframe", "<svg onload", "<a ", 'javascript:alert(1)"', 'href="http'):
        assert tag not in page
    if "&lt;" in payload:
        assert "&amp;lt;script" in page


# The live stream


@streams
def test_the_stream_says_that_something_happened_and_never_what() -> None:
    ask()
    channel = live.customer_channel(Ticket.objects.get().pk)
    live.publish(channel, "message", {"message": 17, "ticket": 4, "text": "SECRET"})
    answer = listen()
    assert answer["Content-Type"] == "text/event-stream"

    async def first_event() -> bytes:
        async for part in answer.streaming_content:
            if b"event:" in part:
                return bytes(part)
        return b""

    part = asyncio.run(first_event())
    assert b"event: message\ndata: {}\n\n" in part and b"id: " in part
    assert b"SECRET" not in part and b"ticket" not in part


@streams
def test_an_address_may_hold_only_so_many_streams_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.widget.limits.OPEN_STREAMS", 1)
    ask()
    first = listen()

    def elsewhere() -> HttpResponse:
        try:
            return listen()
        finally:
            connection.close()

    async def while_it_is_open() -> HttpResponse:
        await anext(aiter(first.streaming_content))
        return await asyncio.to_thread(elsewhere)

    assert asyncio.run(while_it_is_open()).status_code == 429
    assert listen().status_code == 200, "a stream that has ended counts no more"


@streams
def test_a_made_up_event_id_does_no_harm() -> None:
    ask()
    for last in ("$", "0-0; DROP", "-", "9" * 400, "0-0\r\nX: y", "+"):
        assert listen(last).status_code == 200


# Limits


@pytest.fixture
def one_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """They count by the minutes of the clock: no test begins in one of them and ends in the next."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_000_000_000.0))


@pytest.mark.usefixtures("one_minute")
def test_a_conversation_may_send_so_many_messages_a_minute(settings: Any) -> None:
    settings.WIDGET_MESSAGES_PER_MINUTE = 3
    answers = [ask(f"message {number}") for number in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert 1 <= int(answers[-1]["Retry-After"]) <= 60
    assert answers[-1]["Retry-After"] in answers[-1].json()["error"]
    assert Message.objects.count() == 3


@pytest.mark.usefixtures("one_minute")
def test_new_tokens_do_not_get_around_the_limit_of_an_address(settings: Any) -> None:
    settings.WIDGET_ADDRESS_MESSAGES_PER_MINUTE = 3
    codes = [ask(token=secrets.token_urlsafe(32)).status_code for _ in range(5)]
    assert codes == [200, 200, 200, 429, 429]
    assert Customer.objects.count() == 3


@pytest.mark.usefixtures("one_minute")
def test_a_forged_forwarding_header_does_not_get_around_it(settings: Any) -> None:
    settings.WIDGET_ADDRESS_MESSAGES_PER_MINUTE = 2
    codes = [
        ask(token=secrets.token_urlsafe(32), x_forwarded_for=f"203.0.113.{n}").status_code for n in range(4)
    ]
    assert codes == [200, 200, 429, 429]


@pytest.mark.usefixtures("one_minute")
def test_behind_one_proxy_its_entry_counts_and_the_visitors_own_do_not(settings: Any) -> None:
    settings.WIDGET_ADDRESS_MESSAGES_PER_MINUTE, settings.TRUSTED_PROXIES = 1, 1
    forged = [
        ask(token=secrets.token_urlsafe(32), x_forwarded_for=f"198.51.100.{n}, 203.0.113.9").status_code
        for n in range(2)
    ]
    other = ask(token=MALLORY, x_forwarded_for="203.0.113.10").status_code
    assert (forged, other) == ([200, 429], 200)


@pytest.mark.usefixtures("one_minute")
def test_a_message_that_arrived_may_be_repeated_beyond_the_limit(settings: Any) -> None:
    settings.WIDGET_MESSAGES_PER_MINUTE = 1
    key = uuid.uuid4()
    assert [ask(key=key).status_code for _ in range(3)] == [200, 200, 200]


@pytest.mark.usefixtures("one_minute")
def test_without_valkey_the_message_is_still_taken(settings: Any, monkeypatch: Any) -> None:
    settings.CACHES = {"default": {**django_settings.CACHES["default"], "LOCATION": "redis://127.0.0.1:1/0"}}
    assert ask().status_code == 200
    cache.close()


@pytest.mark.usefixtures("one_minute")
def test_reading_in_a_loop_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("support.widget.limits.READS", 2)
    ask()
    assert [conversation().status_code for _ in range(3)] == [200, 200, 429]


# The frame and the loader


def framed_by(answer: HttpResponse) -> list[str]:
    policy = dict(part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";"))
    return policy["frame-ancestors"].split()


def test_only_the_widgets_sites_may_frame_it() -> None:
    answer = Client().get("/widget/frame/wren/", headers={"referer": "https://evil.example/"})
    assert answer.status_code == 200
    assert framed_by(answer) == ["'self'", "https://shop.example"]
    assert "X-Frame-Options" not in answer
    assert "form-action 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://a.example; script-src *",
        "https:",
        "javascript:alert(1)",
        "https://a.example/path",
        "'none'",
    ],
)
def test_what_is_not_an_origin_never_reaches_the_policy(origin: str, widget: Widget) -> None:
    Widget.objects.update(allowed_origins=[origin, "https://*.shop.example:8443"])
    answer = Client().get("/widget/frame/wren/")
    assert framed_by(answer) == ["'self'", "https://*.shop.example:8443"]


def test_the_rest_of_the_desk_may_not_be_framed() -> None:
    for path in ("/widget/loader.js", "/healthz"):
        answer = Client().get(path)
        assert framed_by(answer) == ["'none'"] and answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("active", [True, False])
def test_an_unknown_or_switched_off_chat_says_so_kindly(active: bool, widget: Widget) -> None:
    Widget.objects.update(active=False)
    answer = Client().get("/widget/frame/nobody/" if active else "/widget/frame/wren/")
    assert answer.status_code == 404
    assert "This chat isn’t available" in answer.content.decode()
    assert "Wrenmoor" not in answer.content.decode()
    assert framed_by(answer) == ["*"], "a blocked frame would look broken"


def test_a_switched_off_widget_takes_no_messages_and_shows_none(widget: Widget) -> None:
    ask()
    Widget.objects.update(active=False)
    assert ask().status_code == 404
    assert conversation().status_code == 404


def test_no_door_of_the_widget_sets_a_cookie(alice: Agent) -> None:
    ask()
    for path in ("/widget/frame/wren/", "/widget/loader.js"):
        assert not Client().get(path).cookies
    assert not ask().cookies and not conversation().cookies


def test_requests_that_another_site_starts_are_refused() -> None:
    ask()
    assert ask(origin="https://evil.example").status_code == 403
    assert conversation(**{"sec-fetch-site": "cross-site"}).status_code == 403
    assert conversation(**{"sec-fetch-site": "same-site"}).status_code == 403
    assert conversation(origin="http://testserver.evil.example").status_code == 403
    assert conversation(origin="http://testserver").status_code == 200
    assert Message.objects.count() == 1


def test_the_api_is_not_readable_across_origins() -> None:
    ask()
    answer = conversation(origin="http://testserver")
    assert not [name for name in answer.headers if name.lower().startswith("access-control")]
    assert "no-store" in answer["Cache-Control"]


def test_the_loader_is_one_script_that_asks_for_no_eval_and_no_inline_style() -> None:
    answer = Client().get("/widget/loader.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    script = answer.content.decode()
    for forbidden in ("eval(", "new Function", "innerHTML", "setAttribute('style'", "createElement('style'"):
        assert forbidden not in script
    again = Client().get("/widget/loader.js", headers={"if-none-match": answer["ETag"]})
    assert again.status_code == 304


def test_the_demo_embeds_the_widget_as_any_site_would(widget: Widget) -> None:
    assert Client().get("/widget/demo/").status_code == 404
    Widget.objects.update(name="Wrenmoor (demo)")
    page = Client().get("/widget/demo/").content.decode()
    assert '<script src="http://testserver/widget/loader.js" data-widget="wren" async></script>' in page


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_not_there(method: str) -> None:
    ask()
    for path in ("messages", "conversation", "events"):
        answer = getattr(Client(), method)(
            f"/widget/api/wren/{path}", headers={"authorization": f"Bearer {CAROL}"}
        )
        assert answer.status_code == 405


def test_an_admin_is_told_what_is_not_an_origin(widget: Widget) -> None:
    widget.allowed_origins = ["https://shop.example/"]
    with pytest.raises(ValidationError, match="without a path"):
        widget.full_clean()
    widget.allowed_origins = ["https://shop.example", "https://*.shop.example:8443", "http://localhost:3000"]
    widget.full_clean()
