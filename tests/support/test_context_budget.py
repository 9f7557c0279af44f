"""Never a request that is too long: the least useful passages and the oldest turns are left out."""

from itertools import pairwise

import pytest

from llm import chat, schemas, tokens
from llm.errors import Rejected
from support import composing, prompts
from support.evidence import Offered
from support.model_tools import TOOLS
from support.models import Message
from support.prompts import Conversation, Turn
from tests.gateway import Gateway, Reply

pytestmark = pytest.mark.django_db

OFFERED = [Offered(n, f"{n}.md", f"Page {n}", "", f"Step {n} takes {n} days. " * 20) for n in range(1, 9)]
# In tokens, as they are estimated before a gateway has counted any: two bytes each.
# What the tools take comes on top.
FORMS = tokens.size([], [schemas.form(tool) for tool in TOOLS]) // 2
ROOM_FOR_FEWER, ROOM_FOR_LITTLE = 3_500 + FORMS, 2_500 + FORMS
EARLIER = [f"First I asked about thing {n}. " + "And more of it. " * 30 for n in range(6)]
TURNS = [Turn(Message.Kind.CUSTOMER, said) for said in [*EARLIER, "How long does step 1 take?"]]


def prompt_with(gateway: Gateway, settings, room: int) -> str:
    settings.LLM_MAX_TOKENS = 100
    settings.LLM_CONTEXT_TOKENS = {"glm-4.5": room}
    gateway.enqueue(Reply("Step 1 takes 1 days [1].", usage=None))
    composing.written(Conversation(TURNS), OFFERED, None)
    return gateway.completions[-1].prompt


def test_all_of_it_goes_along_where_there_is_room(gateway: Gateway, settings) -> None:
    prompt = prompt_with(gateway, settings, 128_000)
    assert 'number="8"' in prompt
    assert "thing 0" in prompt


def test_a_model_without_tools_is_given_all_at_once(gateway: Gateway, monkeypatch) -> None:
    monkeypatch.setattr(chat, "_refuse_tools", {(gateway.url, "glm-4.5")})
    reply = composing.written(Conversation(TURNS), OFFERED, None)
    assert len(reply.offered) == 8 and "tools" not in gateway.completions[0].body


def test_least_useful_passages_go_first_then_the_oldest_turns(gateway: Gateway, settings) -> None:
    prompt = prompt_with(gateway, settings, ROOM_FOR_FEWER)
    assert 'number="6"' not in prompt and 'number="3"' in prompt and "thing 0" in prompt
    prompt = prompt_with(gateway, settings, ROOM_FOR_LITTLE)
    assert 'number="4"' not in prompt and 'number="3"' in prompt
    assert "thing 0" not in prompt and "How long does step 1 take?" in prompt


def test_draft_knows_only_the_passages_that_the_model_saw(gateway: Gateway, settings) -> None:
    settings.LLM_MAX_TOKENS = 100
    settings.LLM_CONTEXT_TOKENS = {"glm-4.5": ROOM_FOR_FEWER}
    gateway.enqueue("Step 6 takes 6 days [6].")
    reply = composing.written(Conversation(TURNS), OFFERED, None)
    assert [one.number for one in reply.offered][-1] < 6
    assert not any(one.citations for one in reply.sentences)


def test_model_that_takes_too_little_is_not_asked(gateway: Gateway, settings) -> None:
    settings.LLM_CONTEXT_TOKENS = {"glm-4.5": 500}
    with pytest.raises(Rejected, match="LLM_CONTEXT_TOKENS"):
        composing.written(Conversation(TURNS), OFFERED, None)
    assert gateway.completions == []


def test_what_is_left_out_grows_step_by_step_and_ends_with_one_passage() -> None:
    steps = [(len(turns), len(offered)) for turns, offered in prompts.less_and_less(TURNS, OFFERED)]
    assert steps[0] == (7, 8) and steps[-1] == (1, 1)
    assert all(a[0] >= b[0] and a[1] >= b[1] for a, b in pairwise(steps))
    assert next(iter(prompts.less_and_less(TURNS, OFFERED[:1]))) == (TURNS, OFFERED[:1])
