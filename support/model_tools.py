"""What the drafting model may call. Nothing of it has an effect: it reads what is published, or ends a reply.

The other two say what a model without tools writes as CLARIFY: and CANNOT_ANSWER:.
"""

import pydantic

from support.models import Draft
from support.prompts import Said


class ModelTool(pydantic.BaseModel):
    """A tool takes what its schema names and nothing else."""

    model_config = pydantic.ConfigDict(extra="forbid", frozen=True)


class SearchKb(ModelTool):
    """Search the help center, where the passages that you were given lack something. At most twice for a
    reply. What is found gets numbers that you may cite. Don't search for what the passages say already."""

    model_config = pydantic.ConfigDict(title="search_kb")

    query: str = pydantic.Field(
        min_length=1, max_length=300, description="What to look for: one question, or a few telling words."
    )


class AskCustomer(ModelTool):
    """Instead of a reply: ask the customer for the one fact that you need to choose between passages."""

    model_config = pydantic.ConfigDict(title="ask_customer")

    question: str = pydantic.Field(
        min_length=1, max_length=500, description="The one precise question, in the customer's language."
    )


class CannotAnswer(ModelTool):
    """Instead of a reply: say that the passages do not answer the customer's last message."""

    model_config = pydantic.ConfigDict(title="cannot_answer")

    missing: str = pydantic.Field(
        min_length=1, max_length=500, description="What is missing, in one sentence for the agent."
    )


TOOLS: tuple[type[ModelTool], ...] = (SearchKb, AskCustomer, CannotAnswer)


def said_by(call: ModelTool) -> Said | None:
    """What a call that ends the reply says; None: it does not end it."""
    if isinstance(call, AskCustomer):
        return Said(Draft.Outcome.CLARIFY, call.question.strip())
    if isinstance(call, CannotAnswer):
        return Said(Draft.Outcome.CANNOT_ANSWER, call.missing.strip())
    return None
