"""Calls of tools out of the fragments of a stream, as different servers send them; and what is no call."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai.types.chat.chat_completion_chunk import ChoiceDeltaToolCall

from llm import schemas
from llm.errors import Rejected
from llm.fragments import MOST_CALLS, Calls, ToolCall
from support.model_tools import TOOLS, SearchKb

A, B = '{"query": "refunds"}', '{"query": "bells"}'


def fragment(arguments: Any = None, name: str | None = None, **fields: Any) -> Any:
    return ChoiceDeltaToolCall.construct(**fields, function={"name": name, "arguments": arguments})


def put_together(*fragments: Any) -> list[tuple[str, str]]:
    calls = Calls()
    for one in fragments:
        calls.add(one)
    whole = calls.whole()
    assert len({call.id for call in whole}) == len(whole) and all(call.id for call in whole)
    return [(call.name, call.arguments) for call in whole]


ONE = [("f", A)]
TWO = [("f", A), ("f", B)]
SERVERS = {
    "index, id, name first": ([fragment("", "f", index=0, id="a"), *[fragment(c, index=0) for c in A]], ONE),
    "all at once": ([fragment(A, "f", index=0, id="a")], ONE),
    "id with each": ([fragment(A[:5], "f", index=0, id="a"), fragment(A[5:], index=0, id="a")], ONE),
    "another id with each": ([fragment(A[:5], "f", index=0, id="a"), fragment(A[5:], index=0, id="b")], ONE),
    "name with each": ([fragment(A[:5], "f", index=0, id="a"), fragment(A[5:], "f", index=0, id="a")], ONE),
    "no index": ([fragment(A[:5], "f", id="a"), fragment(A[5:], id="a")], ONE),
    "neither index nor id": ([fragment(A[:5], "f"), fragment(A[5:])], ONE),
    "a name in halves": ([fragment("", "sea", index=0), fragment(A, "rch", index=0)], [("search", A)]),
    "the name twice": ([fragment("", "f", index=0, id="a")] * 2 + [fragment(A, index=0)], ONE),
    "the whole call twice": ([fragment(A, "f", index=0, id="a")] * 2, ONE),
    "an object": ([fragment(json.loads(A), "f", index=0, id="a")], ONE),
    "two by index": ([fragment(A, "f", index=0, id="a"), fragment(B, "f", index=1, id="b")], TWO),
    "two in turns": (
        [
            fragment(A[:5], "f", index=0, id="a"),
            fragment(B[:5], "f", index=1, id="b"),
            fragment(A[5:], index=0),
            fragment(B[5:], index=1),
        ],
        TWO,
    ),
    "two with one id": ([fragment(A, "f", index=0, id="a"), fragment(B, "f", index=1, id="a")], TWO),
    "two with one index": ([fragment(A, "f", index=0, id="a"), fragment(B, "f", index=0, id="b")], TWO),
    "two with index 0 and no id": ([fragment(A, "f", index=0), fragment(B, "f", index=0)], TWO),
    "two without index": ([fragment(A, "f", id="a"), fragment(B, "f", id="b")], TWO),
    "two with nothing": ([fragment(A, "f"), fragment(B, "f")], TWO),
    "no arguments": ([fragment(None, "f", index=0, id="a")], [("f", "")]),
}  # fmt: skip


@pytest.mark.parametrize(("fragments", "calls"), SERVERS.values(), ids=SERVERS.keys())
def test_calls_are_put_together_however_a_server_sends_them(fragments: Any, calls: Any) -> None:
    assert put_together(*fragments) == calls


def test_calls_without_end_are_no_answer() -> None:
    with pytest.raises(Rejected, match="without end"):
        put_together(*[fragment(A, "f", index=number) for number in range(MOST_CALLS + 1)])


@given(st.text(max_size=80))
def test_whatever_arguments_are_they_fit_or_say_why_not(said: str) -> None:
    try:
        found = schemas.read(ToolCall("1", "search_kb", said), TOOLS)
    except schemas.Unfit as unfit:
        assert str(unfit)
    else:
        assert isinstance(found, SearchKb) and found.query


@given(st.integers(0, len(A) - 1))
def test_arguments_that_were_cut_never_fit(end: int) -> None:
    with pytest.raises(schemas.Unfit):
        schemas.read(ToolCall("1", "search_kb", A[:end]), TOOLS)


@given(st.dictionaries(st.text(), st.integers() | st.text() | st.none() | st.lists(st.text()), max_size=4))
def test_only_what_the_schema_names_fits(arguments: dict[str, Any]) -> None:
    fits = set(arguments) == {"query"} and isinstance(arguments["query"], str)
    fits = fits and 1 <= len(arguments["query"].replace("\x00", "")) <= 300
    for said in (json.dumps(arguments), json.dumps(json.dumps(arguments))):
        try:
            schemas.read(ToolCall("1", "search_kb", said), TOOLS)
            assert fits
        except schemas.Unfit:
            assert not fits
