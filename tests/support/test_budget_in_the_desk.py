"""On a budget that is nearly used up nothing is drafted ahead; the desk says so, and what a draft cost."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from llm import breaker, budgets
from llm.models import Budget, ModelCall, Price
from support import drafting, requesting
from support.models import Agent, Draft, Message, Sentence
from support.receiving import receive_message
from tests import cast
from tests.support.drafts import ask, draft_of, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def nearly_used_up(settings) -> None:
    settings.RUNAPI_KEY = "key-for-tests"
    Budget.objects.create(period="day", limit_usd=10)
    budgets.settle(ModelCall.objects.create(feature="draft", model="glm-4.5", gateway="x"), Decimal(9))


@pytest.fixture
def desk(client: Client, valkey) -> Client:
    client.force_login(cast.alice())
    return client


def test_nothing_is_drafted_before_an_agent_asks(desk: Client, nearly_used_up) -> None:
    message = receive_message(cast.carol(), "How long do refunds take?", uuid4())
    assert not Draft.objects.exists()
    page = desk.get(message.ticket.get_absolute_url()).content.decode()
    assert "drafts are written when an agent asks for one" in page and "Draft a reply" in page
    desk.post(reverse("draft-again", args=[message.ticket_id]))
    assert Draft.objects.get().state == Draft.State.WAITING


def test_a_draft_that_waited_while_the_budget_ran_low_is_left_to_agents(
    articles, gateway, settings, request
) -> None:
    draft = draft_of(ask("How long does a refund take after my parcel arrived?"))
    request.getfixturevalue("nearly_used_up")
    write(draft)
    assert draft.state == Draft.State.LEFT and draft.finished and not gateway.completions
    assert requesting.draft_if_awaited(draft.ticket) is None
    asked = requesting.draft_if_awaited(draft.ticket, by=cast.alice())
    assert asked and asked.state == Draft.State.WAITING


def test_what_is_only_reserved_leaves_no_draft_to_agents(articles, gateway) -> None:
    draft = draft_of(ask("How long does a refund take after my parcel arrived?"))
    Budget.objects.create(period="day", limit_usd=1)
    budgets.reserve(ModelCall.objects.create(feature="draft", model="glm-4.5", gateway="x"), Decimal("0.85"))
    assert budgets.tight()
    write(draft)
    assert draft.state == Draft.State.READY
    assert ask("And an exchange?").ticket.drafts.get().state == Draft.State.WAITING


def test_a_draft_that_an_agent_asks_for_while_it_is_written_is_not_left(
    articles, gateway, settings, request
) -> None:
    draft = draft_of(ask("How long does a refund take after my parcel arrived?"))
    claimed, alice = drafting.claim(draft.pk), cast.alice()
    assert claimed and requesting.request_draft(draft.ticket, draft.up_to, by=alice) == draft
    request.getfixturevalue("nearly_used_up")
    drafting.write_draft(claimed)
    draft.refresh_from_db()
    assert (draft.state, draft.requested_by) == (Draft.State.READY, alice)


def test_without_a_key_quotes_cost_nothing_and_wait_for_the_agent(nearly_used_up, settings) -> None:
    settings.RUNAPI_KEY = ""
    receive_message(cast.carol(), "How long do refunds take?", uuid4())
    assert Draft.objects.get().state == Draft.State.WAITING


def test_desk_says_that_the_gateway_is_left_alone(desk: Client, settings) -> None:
    settings.RUNAPI_KEY = "key-for-tests"
    ticket = cast.ask("How long do refunds take?").ticket
    for _ in range(breaker.FAILURES):
        breaker.failed()
    page = desk.get(ticket.get_absolute_url()).content.decode()
    assert "failed 5 times in a row: drafts are quotes until it answers" in page


@pytest.mark.parametrize(("cost", "said"), [(Decimal("0.0042"), "$0.0042"), (None, "unpriced")])
def test_draft_tells_its_price(desk: Client, cost: Decimal | None, said: str) -> None:
    draft = cast.draft(cast.ask("How long do refunds take?").ticket, [("Five days.", "no_match", [])])
    draft.model_call = ModelCall.objects.create(feature="draft", model="glm-4.5", gateway="x", cost_usd=cost)
    draft.save()
    assert f"by glm-4.5 · {said}" in desk.get(draft.ticket.get_absolute_url()).content.decode()


def test_a_sent_reply_tells_what_its_draft_cost(desk: Client) -> None:
    ticket = cast.ask("How long do refunds take?").ticket
    draft = cast.draft(ticket, [("Five days.", "no_match", [])])
    draft.model_call = ModelCall.objects.create(
        feature="draft", model="glm-4.5", gateway="x", cost_usd=Decimal("0.0042"), outcome="complete"
    )
    draft.save()
    reply = Message.objects.create(
        ticket=ticket, kind=Message.Kind.REPLY, author=Agent.objects.get(), text="Five days.", draft=draft
    )
    Sentence.objects.create(message=reply, position=0, text="Five days.", start=0, end=10, verdict="no_match")
    page = desk.get(ticket.get_absolute_url()).content.decode()
    assert "sentences" in page and "· $0.0042</summary>" in page


def test_at_the_limit_drafts_are_quotes_and_say_why(articles, settings, gateway) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=1)
    draft = draft_of(ask("How long does a refund take after my parcel arrived?"))
    Budget.objects.create(period="day", limit_usd=Decimal("0.1"))
    write(draft)
    assert (draft.state, draft.written_by) == (Draft.State.READY, "quotes")
    assert draft.reason.startswith("What is left of the budget for the model is too little.")
    assert "more than the whole budget of this day (0.1000 USD)" in draft.reason
    assert not gateway.completions
