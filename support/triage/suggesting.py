"""What a conversation is about: by the model in one tool call, or by rules where the model has no say.

Tags come out of the desk's own list, whatever was said. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import pydantic
from django.utils.text import Truncator

from llm import chat, context, tools
from llm.chat import ChatMessage
from llm.errors import ModelError, NotSetUp, Rejected, Unavailable
from llm.models import ModelCall
from support import causes, composing, languages, leaks, prompt_versions, prompts
from support.models import Priority, Tag, Triage
from support.prompts import Conversation, Instructions
from support.prompts.fences import attribute
from support.triage import rules

LONGEST_SUMMARY = 300
TOO_LONG = "The model takes too few tokens for the customer’s message."
REPEATED = "The model’s summary repeated its instructions."


@dataclass(frozen=True)
class Suggestion:
    """`reason`: why rules made it. `priority` always is one; what else nobody could tell is empty."""

    language: str
    tags: Sequence[Tag]
    priority: Priority
    sentiment: str
    summary: str
    written_by: Triage.Writer
    reason: str = ""
    call: ModelCall | None = None


class TicketForm(pydantic.BaseModel):
    """What the ticket is about."""

    language: str = pydantic.Field(description='The customer\'s language, such as "en".')
    priority: Literal["low", "normal", "high", "urgent"]
    sentiment: Literal["positive", "neutral", "negative"]
    summary: str = pydantic.Field(description="What the customer wants, in one short sentence in English.")


def suggest(conversation: Conversation, tags: Sequence[Tag], *, patient: bool) -> Suggestion:
    """By the model, or else by rules. `patient`: raises Unavailable where the model may answer later."""
    try:
        return by_model(conversation, tags)
    except ModelError as error:
        if patient and isinstance(error, Unavailable):
            raise
        return replace(by_rules(conversation, tags), reason=reason(error))


def reason(error: ModelError) -> str:
    """Why rules made them."""
    return causes.with_cause(f"By rules: {causes.why(error)}.", str(error))


def by_model(conversation: Conversation, tags: Sequence[Tag]) -> Suggestion:
    """Raises ModelError."""
    if not chat.configured():
        raise NotSetUp(composing.NO_KEY)
    told = prompt_versions.in_force(prompts.Prompt.TRIAGE)
    messages = _fitting(conversation, tags, told)
    result = tools.call(messages, _form(tags), feature="triage", prompt_version=told.version)
    said = result.arguments
    if leaks.repeats(said.summary, prompts.instructed(messages)):
        raise Rejected(REPEATED)
    return Suggestion(
        language=_language(said.language, conversation),
        tags=_of_the_list(getattr(said, "tags", []), tags),
        priority=Priority(said.priority),
        sentiment=said.sentiment,
        summary=Truncator(attribute(said.summary)).chars(LONGEST_SUMMARY),
        written_by=Triage.Writer.MODEL,
        call=result.call,
    )


def by_rules(conversation: Conversation, tags: Sequence[Tag]) -> Suggestion:
    texts = rules.asked(conversation)
    language = composing.language(conversation)
    return Suggestion(
        language=language,
        tags=rules.tags(texts, tags, language),
        priority=rules.priority(texts),
        sentiment=rules.sentiment(texts),
        summary=rules.summary(texts, language),
        written_by=Triage.Writer.RULES,
    )


def _form(tags: Sequence[Tag]) -> type[TicketForm]:
    """With the names of the tags as the only values, where there are any."""
    if not tags:
        return TicketForm
    one_of: dict[str, Any] = {"items": {"type": "string", "enum": [tag.name for tag in tags]}}
    field = pydantic.Field(description="Names from the list of tags.", json_schema_extra=one_of)
    # A name outside the list is left out when it is read: the rest of the form is as good as before.
    form: type[TicketForm] = pydantic.create_model(
        "TicketForm", __base__=TicketForm, __doc__=TicketForm.__doc__, tags=(list[str], field)
    )
    return form


def _fitting(conversation: Conversation, tags: Sequence[Tag], told: Instructions) -> list[ChatMessage]:
    """As much of the conversation as the model takes; the oldest turns go first."""
    known = [(tag.name, tag.description) for tag in tags]
    for oldest in range(len(conversation.turns)):
        shown = replace(conversation, turns=conversation.turns[oldest:])
        messages = prompts.build_triage(shown, known, told)
        if context.fits(messages, "triage"):
            return messages
    raise Rejected(TOO_LONG)


def _of_the_list(named: Sequence[str], tags: Sequence[Tag]) -> list[Tag]:
    """In the order of what was named, as many as a ticket usefully has."""
    known = {tag.name.casefold(): tag for tag in tags}
    found = dict.fromkeys(tag for name in named if (tag := known.get(name.strip().casefold())))
    return list(found)[: rules.MOST_TAGS]


def _language(code: str, conversation: Conversation) -> str:
    """A code that has a name here; else what the customer's words tell."""
    code = code.strip().lower().replace("_", "-")
    if languages.is_known(code):
        return code[:20]
    return composing.language(conversation)
