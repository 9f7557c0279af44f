"""On a budget that is nearly used up nothing is drafted ahead; the desk says so, and what a draft cost."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from llm import breaker, budgets
from llm.models import Budget, ModelCall
from support.models import Draft
from support.receiving import receive_message
from tests import cast

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
