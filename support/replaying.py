"""Write a stored draft again from what it keeps, and show both; nothing is stored but the ledger's row.

The passages are those that its writer saw, however the articles were edited since; but nothing enters a
prompt of an article that is not public now, or is gone: nobody knows whether it still was. What the model
searched for while it wrote is among the passages, so nothing is searched again.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings

from kb.models import Audience, Document
from llm import ledger, variants
from llm.errors import ModelError
from llm.models import ModelCall
from llm.variants import InForce
from support import composing, languages, prompt_versions, rewriting
from support.composing import Reply, Terms
from support.models import Draft
from support.offering import Search
from support.prompts import Prompt

if TYPE_CHECKING:
    from collections.abc import Sequence

    from support.prompts import Instructions

LIVE = "live"


class CannotReplay(Exception):
    """The message is a sentence for the operator."""


@dataclass(frozen=True)
class Written:
    """One writing of a draft: the stored one, or the one that was made now."""

    model: str
    prompt_version: str
    text: str
    outcome: str
    raw_output: str
    sentences: Sequence[tuple[str, str]]  # each with its verdict
    cost_usd: Decimal | None  # None: unpriced

    def as_json(self) -> dict[str, Any]:
        return {
            "model": self.model,
            "prompt_version": self.prompt_version,
            "text": self.text,
            "outcome": self.outcome,
            "raw_output": self.raw_output,
            "sentences": [{"text": text, "verdict": verdict} for text, verdict in self.sentences],
            "cost_usd": None if self.cost_usd is None else float(self.cost_usd),
        }


@dataclass(frozen=True)
class Replayed:
    draft: Draft
    original: Written
    replayed: Written
    notes: Sequence[str]  # what is not as it was when the draft was written

    @property
    def same_text(self) -> bool:
        return self.original.text == self.replayed.text

    def as_json(self) -> dict[str, Any]:
        return {
            "draft": self.draft.pk,
            "original": self.original.as_json(),
            "replayed": self.replayed.as_json(),
            "same_text": self.same_text,
        }


def replay(draft: Draft, model: str = "", prompt: str = "") -> Replayed:
    """By the model and the prompt that it keeps, or by these; `prompt` may be “live”. Raises CannotReplay."""
    if reason := _why_not(draft):
        raise CannotReplay(reason)
    told = _instructions(draft, prompt)
    variant = _variant(draft, model)
    conversation = composing.conversation_of(draft.ticket, draft.up_to)
    terms = Terms(instructions=told, variant=variant, feature="replay", language=_language(draft))
    offered = [rewriting.as_offered(row) for row in draft.offered.all()]
    bill = f"replay-{uuid.uuid4().hex}"
    try:
        with ledger.billed_to(bill):
            reply = composing.written(conversation, offered, None, terms, Search(times=0))
    except ModelError as error:
        raise CannotReplay(f"Draft {draft.pk} was not written again. {error}") from error
    return Replayed(draft, _stored(draft), _made(reply, told, variant, bill), _notes(draft, reply))


def _why_not(draft: Draft) -> str:
    """A sentence, where there is nothing to run again."""
    if draft.rewrite:
        return (
            f"Draft {draft.pk} is an agent’s text in another manner ({draft.get_rewrite_display().lower()}): "
            "only drafts that answer a customer are replayed."
        )
    if draft.written_by == Draft.Writer.QUOTES:
        return f"Draft {draft.pk} is quotes: no model wrote it, so there is nothing to run again."
    if draft.in_progress:
        return f"Draft {draft.pk} is still being written: wait until it is there."
    if draft.written_by != Draft.Writer.MODEL or not draft.offered.exists():
        return f"The model did not write draft {draft.pk}, so there is nothing to run again."
    return _withdrawn(draft)


def _withdrawn(draft: Draft) -> str:
    """Only text of what is public now enters a prompt."""
    public = Document.objects.filter(audience=Audience.PUBLIC)
    offered = draft.offered.select_related("revision__document").order_by("number")
    hidden = offered.exclude(revision__document__in=public).first()
    if hidden is None:
        return ""
    there = hidden.revision and hidden.revision.document
    return (
        f"Passage [{hidden.number}] of draft {draft.pk}, from “{hidden.title}”, is "
        f"{'internal' if there else 'deleted'} now, and text that customers may not read enters no prompt."
    )


def _instructions(draft: Draft, prompt: str) -> Instructions:
    if prompt == LIVE:
        return prompt_versions.in_force(Prompt.REPLY)
    try:
        return prompt_versions.named(prompt or draft.prompt_version)
    except prompt_versions.Unknown as error:
        if prompt:
            raise CannotReplay(str(error)) from error
        raise CannotReplay(
            f"Draft {draft.pk} was written with the prompt “{draft.prompt_version}”, which is not known here "
            f"any more. Name another one: --prompt {LIVE} for what is in force."
        ) from error


def _variant(draft: Draft, model: str) -> InForce:
    kept = draft.parameters
    if model:
        body = settings.LLM_EXTRA_BODIES.get(model, settings.LLM_EXTRA_BODY) or {}
        return InForce("draft", model, body, "--model")
    wrote = kept.get("model") or (draft.model_call.model if draft.model_call else "")
    now = variants.in_force("draft")
    return InForce("draft", wrote or now.model, kept.get("extra_body", now.extra_body), f"draft {draft.pk}")


def _language(draft: Draft) -> str | None:
    """Its code; a draft keeps the name that the model was told. None: to be found out again."""
    if "language" not in draft.parameters:
        return None
    kept = draft.parameters["language"]
    return next((code for code, name in languages.NAMES.items() if kept in (code, name)), "")


def _notes(draft: Draft, reply: Reply) -> list[str]:
    notes = []
    most, now = draft.parameters.get("max_tokens"), settings.LLM_MAX_TOKENS
    if most not in (None, now):
        notes.append(f"It was written with {most} tokens at most, and now with {now} (LLM_MAX_TOKENS).")
    if (fewer := draft.offered.count() - len(reply.offered)) > 0:
        notes.append(f"The model takes less: {fewer} of its passages were left out.")
    return notes


def _stored(draft: Draft) -> Written:
    call = draft.model_call
    return Written(
        model=draft.parameters.get("model") or (call.model if call else ""),
        prompt_version=draft.prompt_version,
        text=draft.text,
        outcome=draft.outcome,
        raw_output=draft.raw_output,
        sentences=[(one.text, one.verdict) for one in draft.sentences.order_by("position")],
        cost_usd=_cost(draft),
    )


def _cost(draft: Draft) -> Decimal | None:
    """Of all requests for it; drafts from before requests had bills know one."""
    if ModelCall.objects.filter(bill=draft.bill).exists():
        return ledger.cost_of(draft.bill)
    return draft.model_call.cost_usd if draft.model_call else Decimal(0)


def _made(reply: Reply, told: Instructions, variant: InForce, bill: str) -> Written:
    return Written(
        model=reply.model or variant.model,
        prompt_version=told.version,
        text=reply.text,
        outcome=str(reply.outcome),
        raw_output=reply.raw_output,
        sentences=[(one.text, str(one.verdict)) for one in reply.sentences],
        cost_usd=ledger.cost_of(bill),
    )
