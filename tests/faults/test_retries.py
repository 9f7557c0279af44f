"""Retries live in the draft's row alone: few calls more than without faults, and never without end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from support import drafting
from support.models import Draft
from tests.gateway import DROP, Gateway, Reply, error
from tests.support.conftest import articles  # noqa: F401  # a fixture
from tests.support.drafts import ask, draft_of, write

pytestmark = pytest.mark.django_db

DRAFTS = 20
ANSWER = "We refund you within 5 business days [1]."


def due(draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(lease=timezone.now() - timedelta(seconds=1))


def calls_with(gateway: Gateway, faults: dict[int, Reply]) -> int:
    """Of as many drafts, where the calls of these numbers go wrong."""
    before = len(gateway.completions)
    for number in range(DRAFTS):
        draft = draft_of(ask(f"How long does a refund take for order {number}?"))
        fault = faults.get(number)
        gateway.enqueue(*([fault] if fault else []), ANSWER)
        write(draft)
        while draft.state == "waiting":
            due(draft)
            write(draft)
        assert (draft.state, draft.written_by) == ("ready", "model")
    return len(gateway.completions) - before


def test_a_fault_in_twenty_calls_costs_no_more_than_a_tenth_more(articles, gateway: Gateway) -> None:  # noqa: F811
    without = calls_with(gateway, {})
    ratio = calls_with(gateway, {7: Reply("Half", after=DROP)}) / without
    assert 1 < ratio <= 1.10


def test_a_gateway_that_is_away_is_asked_so_often_and_no_more(articles, gateway: Gateway) -> None:  # noqa: F811
    gateway.enqueue(*[error(503)] * 10)
    draft = draft_of(ask("How long does a refund take?"))
    write(draft)
    while draft.state == "waiting":
        due(draft)
        write(draft)
    assert (draft.state, draft.written_by) == ("ready", "quotes")
    assert len(gateway.completions) == drafting.CALLS_BEFORE_QUOTES
