"""Agents are told in a sentence why the model has no word; what the gateway said is for admins."""

import pytest

from llm.breaker import GatewayResting
from llm.budgets import OverBudget, Unpriced
from llm.errors import LimitReached, ModelError, NotSetUp, RefusedRequest, Rejected, Unavailable
from support import causes


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (NotSetUp, "No model is set up."),
        (OverBudget, "What is left of the budget for the model is too little."),
        (Unpriced, "The model has no price yet, and there is a budget to keep."),
        (GatewayResting, "The model did not answer."),
        (LimitReached, "The model did not answer."),
        (Unavailable, "The model did not answer."),
        (RefusedRequest, "The model gave no answer that can be used."),
        (Rejected, "The model gave no answer that can be used."),
    ],
)
def test_each_failure_is_a_sentence_for_agents_and_its_cause_another(
    kind: type[ModelError], said: str
) -> None:
    reason = causes.reason(kind("HTTP 503:\n<html>"), "Quotes follow.")
    assert causes.for_agents(reason) == f"{said} Quotes follow."
    assert causes.cause(reason) == "HTTP 503: <html>"


def test_what_follows_stays_with_the_agents_sentence() -> None:
    reason = causes.followed(causes.with_cause("It failed.", "503"), "It is tried again.")
    assert (causes.for_agents(reason), causes.cause(reason)) == ("It failed. It is tried again.", "503")
    assert causes.followed("Nothing was found.", "") == "Nothing was found."
    assert causes.followed("", "By words alone.") == "By words alone."
