"""Walk (b): Carol asks in the widget, a worker drafts, Alice reviews and sends, Carol reads the reply."""

import json
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from kb.models import Document
from support.models import Draft, Message, Ticket, Verdict, Widget
from tests import cast
from tests.conftest import Worker
from tests.gateway import Gateway, error

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CAROL = "c" * 43
ARTICLE = """# Returns

## How to send a kettle back

You may send a kettle back within 30 days of delivery. Print the label from your account and bring the parcel
to any post office.

## When the money arrives

We refund you within 5 business days after the parcel has arrived.
"""
QUESTION = "How many days do I have to send a kettle back, and when does the money arrive?"
ANSWER = (
    "You may send it back within 30 days of delivery [1][2]. The money arrives 5 business days later [1][2]. "
    "We wish you a nice day!"
)


class Carol:
    """A visitor of the company's site."""

    def __init__(self) -> None:
        self.headers = {"authorization": f"Bearer {CAROL}"}

    def writes(self, text: str) -> Ticket:
        sent = Client().post(
            reverse("widget-send", args=["wren"]),
            json.dumps({"key": str(uuid4()), "text": text}),
            content_type="application/json",
            headers=self.headers,
        )
        assert sent.status_code == 200, sent.content
        return Ticket.objects.get()

    def reads(self) -> str:
        page = Client().get(reverse("widget-conversation", args=["wren"]), headers=self.headers)
        return page.content.decode()


@pytest.fixture
def carol(article: Callable[..., Document], worker: Worker) -> Carol:
    Widget.objects.create(name="Wrenmoor", key="wren")
    article("returns.md", ARTICLE)
    worker.environment["RELEVANCE_FLOOR"] = "0"
    return Carol()


@pytest.fixture
def alice(client: Client) -> Client:
    client.force_login(cast.alice())
    return client


def send(alice: Client, ticket: Ticket, text: str, seen: int, draft: Draft | None = None) -> int:
    """What her page's form sends."""
    form = {"text": text, "key": str(uuid4()), "seen": seen, "draft": draft.pk if draft else ""}
    return alice.post(reverse("ticket-reply", args=[ticket.pk]), form).status_code


def test_question_becomes_a_reviewed_reply_with_its_citations(
    carol: Carol, alice: Client, worker: Worker, gateway: Gateway, eventually: Callable
) -> None:
    gateway.enqueue(ANSWER)
    worker.start()
    ticket = carol.writes(QUESTION)
    eventually(lambda: Draft.objects.filter(state="ready").exists())

    # One call, with the article's passages and the question in it, and nothing sent to Carol.
    (request,) = gateway.completions
    assert "within 30 days of delivery" in request.prompt and QUESTION in request.prompt
    assert "30 days" not in carol.reads()
    draft = Draft.objects.get()
    assert (draft.written_by, draft.outcome, draft.model_call.outcome) == ("model", "answer", "complete")

    # What the model saw is kept, word for word, under the same numbers.
    for passage in draft.offered.all():
        assert f'<passage number="{passage.number}"' in request.prompt and passage.text in request.prompt

    # Alice sees each sentence with what supports it.
    page = alice.get(reverse("ticket", args=[ticket.pk])).content.decode()
    sentences = list(draft.sentences.all())
    assert [one.citations.count() for one in sentences] == [2, 2, 0]
    assert sentences[2].verdict == "no_match"
    for sentence in sentences:
        assert sentence.text.split()[0] in page
    for sentence in sentences[:2]:
        assert sentence.verdict == "matches"
        citation = sentence.citations.first()
        assert citation.revision.text[citation.start : citation.end] == citation.quote

    # She takes out the last sentence and sends; a second click sends nothing more.
    kept = " ".join(one.text for one in sentences[:2])
    seen = ticket.last_public_message().pk
    assert send(alice, ticket, kept, seen, draft) == 200
    assert send(alice, ticket, kept, seen, draft) == 409
    reply = Message.objects.get(kind=Message.Kind.REPLY)
    assert reply.text == kept
    draft.refresh_from_db()
    assert draft.state == "sent"

    # Carol reads it, with the quotes of the sentences that stayed.
    shown = carol.reads()
    assert "within 30 days of delivery" in shown
    for citation in reply.citations.all():
        assert citation.title in shown
    assert reply.citations.count() == 4 and "nice day" not in shown


def test_customer_who_writes_on_before_the_reply_stops_it_and_gets_a_new_draft(
    carol: Carol, alice: Client, worker: Worker, gateway: Gateway, eventually: Callable
) -> None:
    worker.start()
    ticket = carol.writes(QUESTION)
    eventually(lambda: Draft.objects.filter(state="ready").exists())
    draft, seen = Draft.objects.get(), ticket.last_public_message().pk
    carol.writes("It is a tea kettle, by the way. Does the label cost anything?")
    assert send(alice, ticket, draft.text, seen, draft) == 409
    assert not Message.objects.filter(kind=Message.Kind.REPLY).exists()
    eventually(lambda: Draft.objects.filter(state="ready", pk__gt=draft.pk).exists())
    assert "tea kettle" in gateway.completions[-1].prompt


def test_without_a_gateway_the_draft_is_quotes_and_without_a_draft_alice_still_replies(
    carol: Carol, alice: Client, worker: Worker, gateway: Gateway, eventually: Callable
) -> None:
    ticket = carol.writes(QUESTION)
    seen = ticket.last_public_message().pk
    assert send(alice, ticket, "Thirty days.", seen) == 200  # nobody has drafted yet
    gateway.enqueue(error(401))
    worker.start()
    carol.writes(QUESTION)
    eventually(lambda: Draft.objects.filter(state="ready").exists())
    draft = Draft.objects.get(state="ready")
    assert (draft.written_by, draft.model_call) == ("quotes", None)
    assert {sentence.verdict for sentence in draft.sentences.all()} == {Verdict.MATCHES}
    page = alice.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert "The model gave no answer that can be used." in page and "Quotes" in page
    assert "refused the key" in draft.reason and "refused the key" not in page
