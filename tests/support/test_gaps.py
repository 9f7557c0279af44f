"""What the help center could not answer is kept with the draft that found so, and listed for admins."""

import pytest
from django.test import Client
from django.urls import reverse

from kb.models import Document
from support import drafting
from support.models import Draft, Gap, Message
from tests import cast
from tests.gateway import Gateway, error
from tests.support.drafts import ask, draft_of, written

pytestmark = pytest.mark.django_db

ASKED = "Hello,\n\nHow many days does a refund take abroad?\n\nBest regards\nCarol"


def drafted(text: str) -> Draft:
    return written(draft_of(ask(text)))


def test_what_the_model_misses_is_a_gap_with_the_question_without_the_mail_around_it(
    articles, gateway: Gateway
) -> None:
    gateway.enqueue("CANNOT_ANSWER: How long a refund takes abroad [1].")
    draft = drafted(ASKED)
    gap = Gap.objects.get()
    assert (draft.outcome, draft.text, gap.draft, gap.ticket) == ("cannot_answer", "", draft, draft.ticket)
    assert gap.question == "How many days does a refund take abroad?"
    assert (gap.missing, gap.locale) == ("How long a refund takes abroad.", "en")
    assert draft.offered.exists()  # what the model saw when it found it missing


def test_where_nothing_is_found_there_is_a_gap_too(articles, gateway: Gateway, settings) -> None:
    settings.RELEVANCE_FLOOR = 1.1
    draft = drafted("What is the capital of France?")
    gap = Gap.objects.get(draft=draft)
    assert gap.question == "What is the capital of France?"
    assert "Nothing is published" in gap.missing
    assert not gateway.requests and not draft.offered.exists()


@pytest.mark.parametrize(
    "said",
    [
        "A refund takes 5 business days.",  # no citation
        "A refund takes 5 business days [7].",  # of what was never offered
        "It takes 5 days. Where are you?",  # a question beside a claim
        "Where are you? And when did you order?",  # two questions
        "[1]",  # nothing but a citation
        "CLARIFY: [1]",
        "CANNOT_ANSWER:",
        "CLARIFY:",
    ],
)
def test_a_reply_that_cites_nothing_is_no_answer_and_its_text_is_not_offered(
    articles, gateway: Gateway, said: str
) -> None:
    gateway.enqueue(said)
    draft = drafted(ASKED)
    assert (draft.state, draft.outcome, draft.text) == ("ready", "cannot_answer", "")
    assert draft.reason and not draft.sentences.exists()
    assert Gap.objects.filter(draft=draft).count() == 1


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("Which country do you live in?", "Which country do you live in?"),
        (
            "Thank you for your message! Which country is it?",
            "Thank you for your message! Which country is it?",
        ),
        ("CLARIFY: Which country do you live in?", "Which country do you live in?"),
        ("您在哪个国家？", "您在哪个国家？"),
    ],
)
def test_one_question_asks_back_and_is_no_gap(articles, gateway: Gateway, said: str, text: str) -> None:
    gateway.enqueue(said)
    draft = drafted(ASKED)
    assert (draft.outcome, draft.text) == ("clarify", text)
    assert {one.verdict for one in draft.sentences.all()} == {"needs_no_proof"}
    assert not Gap.objects.exists()


def test_quotes_that_hold_no_sentence_are_a_gap(articles, article, gateway: Gateway) -> None:
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    article("list.md", "# Refunds abroad\n\n## See also\n\n- [Refunds](refunds.md)\n")
    gateway.enqueue(error(401))
    draft = drafted(ASKED)
    assert (draft.outcome, draft.text) == ("cannot_answer", "")
    assert Gap.objects.get().missing


def test_a_gap_is_stored_with_its_draft_or_not_at_all(articles, gateway: Gateway, monkeypatch) -> None:
    def fails(**fields: object) -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(Gap.objects, "create", fails)
    gateway.enqueue("CANNOT_ANSWER: The price.")
    draft = draft_of(ask(ASKED))
    claimed = drafting.claim(draft.pk)
    with pytest.raises(RuntimeError):
        drafting.write_draft(claimed)
    draft.refresh_from_db()
    assert (draft.state, draft.outcome) == ("writing", "") and not draft.offered.exists()


def gap(question: str, **fields: object) -> Gap:
    message: Message = cast.ask(question)
    return Gap.objects.create(ticket=message.ticket, question=question, missing="The price.", **fields)


def test_admins_see_each_question_once_with_its_tickets_newest_first(client: Client) -> None:
    client.force_login(cast.adam())
    assert "No gap yet" in client.get(reverse("gaps")).content.decode()
    gap("What does it cost?", locale="en")
    gap("Is it <b>red</b>?")
    last = gap("what does it cost?", locale="en")
    page = client.get(reverse("gaps"))
    rows = page.context["rows"]
    assert [(row.question, tickets, language) for row, tickets, language in rows] == [
        ("what does it cost?", 2, "English"),
        ("Is it <b>red</b>?", 1, ""),
    ]
    text = page.content.decode()
    assert last.ticket.get_absolute_url() in text and "The price." in text and "<b>red" not in text
    assert reverse("gaps") in client.get(reverse("inbox")).content.decode()


def test_gaps_are_the_admins_business(client: Client) -> None:
    gap("What does it cost?")
    client.force_login(cast.alice())
    assert client.get(reverse("gaps")).status_code == 403
    assert reverse("gaps") not in client.get(reverse("inbox")).content.decode()
