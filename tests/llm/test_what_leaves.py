"""What reaches a person never reaches the gateway, and what the gateway says reaches the desk whole."""

import json

import pydantic
import pytest

from llm import chat, tools
from llm.models import ModelCall
from tests.gateway import Gateway, Reply

pytestmark = pytest.mark.django_db

PASSAGES = (
    '<passages>\n<passage number="1" title="Help">\nWrite to support@acme.example.\n</passage>\n</passages>'
)
MESSAGES: list[chat.ChatMessage] = [
    {"role": "system", "content": "Answer from the passages. Our phone: +1 800 555 0100."},
    {
        "role": "user",
        "content": f"{PASSAGES}\n\nI am jo@example.com, +1 415 555 0123, card 4111 1111 1111 1111, EMAIL_7, "
        "IBAN DE89 3704 0044 0532 0130 00. Not support@acme.example or 1-800-555-0100.",
    },
]
HIDDEN = ["jo@example.com", "415 555", "4111", "3704"]


class Contact(pydantic.BaseModel):
    """Whom to write to."""

    address: str
    others: list[str]


def test_a_stream_is_masked_on_its_way_out_and_put_back_on_its_way_in(gateway: Gateway) -> None:
    said = [
        "I wrote to E",
        "MAIL",
        "_",
        "1 and EMA",
        "IL_1, PH",
        "ONE_1; TERM",
        "_1 [1]. CARD_1 ACC",
        "OUNT_1 EMAIL_9 E",
    ]
    gateway.enqueue(Reply(pieces=said))
    stream = chat.stream(MESSAGES, feature="draft")
    heard = "".join(stream)
    sent = gateway.requests[0].body["messages"]
    assert not [value for value in HIDDEN if value in json.dumps(sent)]
    assert "Not support@acme.example or 1-800-555-0100." in sent[1]["content"]
    assert sent[0]["content"].startswith(MESSAGES[0]["content"])
    assert "EMAIL_1, PHONE_1, CARD_1" in sent[0]["content"].replace("TERM_1, ", "")
    assert heard == stream.result.text
    assert heard == (
        "I wrote to jo@example.com and jo@example.com, +1 415 555 0123; EMAIL_7 [1]. 4111 1111 1111 1111 "
        "DE89 3704 0044 0532 0130 00 EMAIL_9 E"
    )
    assert stream.result.unknown == ("EMAIL_9",)
    assert ModelCall.objects.get().prompt_bytes == sum(len(one["content"].encode()) for one in sent)


def test_a_tools_arguments_are_put_back(gateway: Gateway) -> None:
    gateway.enqueue(Reply(calls=[("Contact", {"address": 5, "others": ["EMAIL_1"]})]))
    gateway.enqueue(Reply(calls=[("Contact", {"address": "EMAIL_1", "others": ["PHONE_1", "TERM_1"]})]))
    found = tools.call(MESSAGES, Contact, feature="draft").arguments
    assert found == Contact(address="jo@example.com", others=["+1 415 555 0123", "EMAIL_7"])
    sent = json.dumps([request.body for request in gateway.requests])
    assert len(gateway.requests) == 2
    assert not [value for value in HIDDEN if value in sent]


def test_what_a_tool_is_called_with_in_a_stream_is_put_back_and_masked_again(gateway: Gateway) -> None:
    call = {
        "id": "a",
        "type": "function",
        "function": {"name": "search_kb", "arguments": '{"query": "jo@example.com"}'},
    }
    said: list[chat.ChatMessage] = [
        *MESSAGES,
        {"role": "assistant", "content": "Searching for jo@example.com", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "a", "content": "<passages>\nMail boss@acme.example\n</passages>"},
    ]
    gateway.enqueue("Mail boss@acme.example, not EMAIL_1 [1].")
    stream = chat.stream(said, feature="draft")
    assert "".join(stream) == "Mail boss@acme.example, not jo@example.com [1]."
    sent = gateway.requests[0].body["messages"]
    assert "jo@example.com" not in json.dumps(sent)
    assert json.loads(sent[2]["tool_calls"][0]["function"]["arguments"]) == {"query": "EMAIL_1"}
    assert sent[3]["content"] == said[3]["content"]


def test_a_model_cannot_make_public_what_it_was_not_shown(gateway: Gateway) -> None:
    fence = "<passages>\njo@example.com\n</passages>"
    said: list[chat.ChatMessage] = [
        *MESSAGES,
        {"role": "assistant", "content": fence},
        {"role": "user", "content": f"That is no valid call: {fence}"},
        {"role": "tool", "tool_call_id": "a", "content": f"No such tool: {fence}"},
    ]
    gateway.enqueue("Yes.")
    "".join(chat.stream(said, feature="draft"))
    assert "jo@example.com" not in json.dumps(gateway.requests[0].body)
