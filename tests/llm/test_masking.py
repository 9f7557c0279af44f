"""What is masked is put back, always; and what was found does not leave."""

import itertools
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llm.masking import Masks, Unmasking

VALUES = ["alice@example.com", "+1 415 555 0123", "4111 1111 1111 1111", "DE89370400440532013000"]
NAMELIKE = ["EMAIL_1", "email_1", "PHONE_", "EMAIL\\_2", "TERM_1", "CARD", "ACCOUNT_12"]
BESIDE = [
    "(555) 123-4567",
    "call 4085551234",
    "4085551234",
    "account number 12345678",
    "[1]",
    " ",
    "\n",
    "1",
    "7",
]
PIECES = st.sampled_from([*VALUES, *NAMELIKE, *BESIDE, ", ", "x", "_", "é", "谢"])
TEXTS = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=12).map("".join))


@given(st.lists(TEXTS, max_size=3))
@settings(max_examples=150, deadline=None)
def test_what_was_masked_is_put_back_whatever_it_says(texts: list[str]) -> None:
    masks = Masks()
    for text in texts:
        assert masks.unmask(masks.mask(text)) == text


@given(
    st.lists(
        st.one_of(st.sampled_from(VALUES), st.text(max_size=10).map(lambda text: f" {text} ")), max_size=8
    )
)
@settings(max_examples=120, deadline=None)
def test_no_value_stands_in_what_leaves(parts: list[str]) -> None:
    masked = Masks().mask(" , ".join(parts))
    assert not [value for value in VALUES if value in masked]


@given(TEXTS, st.lists(st.integers(0, 200), max_size=6), st.lists(TEXTS, max_size=2))
@settings(max_examples=120, deadline=None)
def test_a_stream_says_the_same_as_the_whole_however_it_is_cut(
    said: str, cuts: list[int], known: list[str]
) -> None:
    masks = Masks()
    for text in [*VALUES, *known]:
        masks.mask(text)
    said = masks.mask(said)
    places = [0, *sorted(cut for cut in cuts if cut < len(said)), len(said)]
    stream = Unmasking(masks)
    heard = [stream.hear(said[start:end]) for start, end in itertools.pairwise(places)]
    assert "".join([*heard, stream.end()]) == masks.unmask(said)


def test_the_same_value_has_the_same_name_through_all_messages() -> None:
    masks = Masks()
    sent = masks.messages(
        [
            {"role": "system", "content": "You draft."},
            {"role": "user", "content": "4085551234"[:3] + " 4085551234 broke. I am al@example.com"},
            {"role": "user", "content": "Please call 4085551234, or mail al@example.com or bo@example.com"},
        ]
    )
    assert sent[1]["content"] == "408 PHONE_1 broke. I am EMAIL_1"
    assert sent[2]["content"] == "Please call PHONE_1, or mail EMAIL_1 or EMAIL_2"
    assert "EMAIL_1, PHONE_1" in sent[0]["content"] or "PHONE_1" in sent[0]["content"]


def test_a_prompt_without_anything_personal_is_sent_as_it_is() -> None:
    messages = [{"role": "user", "content": "Where is form I-765? It was due on 2026-11-23."}]
    assert Masks().messages(messages) == messages


@pytest.mark.parametrize(
    "said",
    [
        "Write to EMAIL_1.",
        "请写信至EMAIL_1。",
        "Schreiben Sie an (EMAIL_1)!",
        "“EMAIL\\_1”",
        "email_1?",
        "EMAIL_1:een",
    ],
)
def test_a_name_survives_translation_and_punctuation(said: str) -> None:
    masks = Masks()
    masks.mask("I am alice@example.com")
    assert "alice@example.com" in masks.unmask(said)
    assert not masks.unknown(said)


def test_a_name_that_the_model_makes_up_is_not_put_back_and_is_known() -> None:
    masks = Masks()
    masks.mask("I am alice@example.com")
    assert masks.unmask("Write to EMAIL_9 or EMAIL_1.") == "Write to EMAIL_9 or alice@example.com."
    assert masks.unknown("Write to EMAIL_9 or EMAIL_1, EMAIL_9.") == ["EMAIL_9"]


def test_what_the_company_published_stays() -> None:
    public = "Write to Support@acme.example or call +1 (800) 555-0100."
    masks = Masks([public])
    asked = "Is support@acme.example or 1-800-555-0100 right? port@acme.example is me."
    assert masks.mask(public) == public
    assert masks.mask(asked) == "Is support@acme.example or 1-800-555-0100 right? EMAIL_1 is me."


def test_what_was_masked_stays_masked_when_it_turns_up_in_public() -> None:
    masks = Masks()
    assert masks.mask("I am alice@example.com") == "I am EMAIL_1"
    masks.publish(["Ask alice@example.com"])
    assert masks.mask("Ask alice@example.com") == "Ask EMAIL_1"


def test_a_tools_arguments_are_masked_and_put_back_as_json() -> None:
    masks = Masks()
    arguments = json.dumps({"query": "“j\u00f6rg@example.de” \n pays", "more": ["alice@example.com", 5]})
    call = {"id": "1", "type": "function", "function": {"name": "search_kb", "arguments": arguments}}
    sent = masks.messages([{"role": "assistant", "content": "", "tool_calls": [call]}])
    left = sent[0]["tool_calls"][0]["function"]["arguments"]
    assert "@" not in left
    assert json.loads(masks.unmask_json(left)) == json.loads(arguments)
    cut = {
        "id": "1",
        "type": "function",
        "function": {"name": "x", "arguments": '{"query": "alice@example.com'},
    }
    sent = masks.messages([{"role": "assistant", "content": "", "tool_calls": [cut]}])
    assert sent[0]["tool_calls"][0]["function"]["arguments"] == '{"query": "EMAIL_2'
