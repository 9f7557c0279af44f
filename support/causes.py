"""Say why there is no word of the model: what an agent needs to know, and the cause for admins alone. Pure.

Both are kept as one text, the cause after a line break. An agent can't mend a gateway, and what it answered
helps nobody who answers customers.
"""

from __future__ import annotations

from llm.breaker import GatewayResting
from llm.budgets import OverBudget, Unpriced
from llm.errors import ModelError, NotSetUp, Unavailable


def why(error: ModelError) -> str:
    """As an agent reads it, within a sentence."""
    if isinstance(error, NotSetUp):
        return "no model is set up"
    if isinstance(error, Unpriced):
        return "the model has no price yet, and there is a budget to keep"
    if isinstance(error, OverBudget):
        return "what is left of the budget for the model is too little"
    if isinstance(error, Unavailable | GatewayResting):
        return "the model did not answer"
    return "the model gave no answer that can be used"


def reason(error: ModelError, then: str = "") -> str:
    """`then`: what an agent has instead."""
    said = why(error)
    return with_cause(f"{said[0].upper()}{said[1:]}. {then}".strip(), str(error))


def with_cause(said: str, cause: str) -> str:
    return f"{said}\n{cause}"


def followed(reason: str, note: str) -> str:
    """`note`: one more sentence for the agent."""
    said, between, cause = reason.partition("\n")
    return f"{said} {note}".strip() + between + cause


def for_agents(reason: str) -> str:
    return reason.partition("\n")[0]


def cause(reason: str) -> str:
    """Empty where the reason is whole without one."""
    return " ".join(reason.partition("\n")[2].split())
