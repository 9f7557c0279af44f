"""Drafts through an OpenAI-compatible server that isn't ours: llama.cpp, with a model of 135 million weights.

Its answers are poor, so nothing is asked of them; its protocol is real. `make test-real-model` installs both
and runs this; without that it is skipped.
"""

import asyncio
import json
import os
import subprocess
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pydantic
import pytest
import redis

from kb.models import Document
from llm import chat, context, tools
from llm.errors import ModelError
from llm.models import ModelCall
from support import drafting, listening, live, receiving
from support.models import Draft
from tests import cast

PYTHON = os.environ.get("CITEDESK_REAL_MODEL", "")
pytestmark = [
    pytest.mark.skipif(not PYTHON, reason="A real model is tried by `make test-real-model` alone."),
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.django_db(transaction=True),
]
ARTICLE = "# Returns\n\nYou can return a bike within 30 days. Refunds take 5 days.\n"
# It may run on for ever; this is enough for an answer.
MOST_TOKENS = 60


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    command = [PYTHON, str(Path(__file__).with_name("serve.py"))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout
            address = process.stdout.readline().strip()
            assert address, "the llama.cpp server did not start"
            yield address
        finally:
            process.kill()


@pytest.fixture(autouse=True)
def real_model(server: str, settings: Any, valkey: "redis.Redis") -> None:
    settings.LLM_BASE_URL, settings.RUNAPI_KEY, settings.LLM_MODEL = server, "any", "smollm2"
    settings.LLM_CONTEXT_TOKENS, settings.LLM_MAX_TOKENS = {"smollm2": 8192}, MOST_TOKENS
    settings.LLM_EXTRA_BODY = {"temperature": 0, "seed": 1}
    settings.LLM_FIRST_PIECE_TIMEOUT = settings.LLM_PIECE_TIMEOUT = settings.LLM_CALL_TIMEOUT = 300
    settings.DRAFT_DEBOUNCE_SECONDS = settings.RELEVANCE_FLOOR = 0


def test_it_tells_which_models_it_has() -> None:
    assert "smollm2" in chat.models()


def test_pieces_stream_and_their_usage_is_on_the_ledger() -> None:
    stream = chat.stream([{"role": "user", "content": "Say hello in three words."}], feature="draft")
    pieces = list(stream)
    assert len(pieces) > 1, "it came in pieces"
    assert "".join(pieces) == stream.result.text
    call = stream.result.call
    call.refresh_from_db()
    assert call.outcome == ModelCall.Outcome.COMPLETE
    assert call.prompt_tokens > 0 and call.completion_tokens >= len(pieces) - 1
    assert not call.tokens_estimated
    assert call.first_piece and call.finished and call.started < call.first_piece <= call.finished


def test_a_ticket_gets_a_draft_through_it(article: Callable[..., Document]) -> None:
    article("returns.md", ARTICLE)
    message = receiving.receive_message(cast.carol(), "How long do refunds take?", uuid.uuid4())
    claimed = drafting.claim(message.ticket.drafts.get().pk)
    assert claimed
    drafting.write_draft(claimed)

    draft = message.ticket.drafts.get()
    assert draft.state == Draft.State.READY, draft.reason
    assert draft.outcome in Draft.Outcome.values
    assert [passage.title for passage in draft.offered.all()] == ["Returns"]
    calls = list(ModelCall.objects.filter(feature="draft"))
    assert calls and all(call.finished for call in calls), "each call is closed"
    for call in calls:
        assert context.size_of("smollm2") >= call.prompt_tokens + call.completion_tokens
    assert names(live.ticket_channel(message.ticket_id))[-1] == "draft"


class Sorted(pydantic.BaseModel):
    """Say what the message is about."""

    about_refunds: bool
    summary: str = pydantic.Field(max_length=100)


def test_what_it_does_with_a_forced_tool_is_arguments_that_fit_or_a_failure_that_is_told() -> None:
    asked = [{"role": "user", "content": "How long do refunds take?"}]
    try:
        result = tools.call(asked, Sorted, feature="second_opinion")  # type: ignore[arg-type]
    except ModelError as error:
        assert str(error)
        assert all(call.finished for call in ModelCall.objects.all())
    else:
        assert isinstance(result.arguments, Sorted)
        assert result.prompt_tokens > 0 and result.completion_tokens > 0


def names(channel: str) -> list[str]:
    """Of the events that the channel keeps."""

    async def read() -> bytes:
        stream = listening.stream(channel)
        await anext(stream)
        frames = await anext(stream)
        await stream.aclose()
        return frames

    lines = asyncio.run(read()).decode().splitlines()
    assert all(json.loads(line[6:]) for line in lines if line.startswith("data: "))
    return [line[7:] for line in lines if line.startswith("event: ")]
