"""`manage.py replay`: a stored draft written again from what it keeps, and what can’t be."""

import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from kb.models import Audience, Document, Revision
from llm.models import Budget, ModelCall, Price
from support import composing, drafting, prompt_versions, receiving
from support.models import Draft, OfferedPassage, Ticket
from support.prompts import BUILT_IN, Prompt
from tests import cast
from tests.gateway import Gateway, error

pytestmark = pytest.mark.django_db

SAID = "We refund you within 5 business days [1]."


@pytest.fixture
def drafted(articles: dict[str, Document], gateway: Gateway) -> Draft:
    """Written by the real pipeline."""
    gateway.enqueue(SAID)
    message = receiving.receive_message(cast.carol(), "How long does a refund take?", uuid.uuid4())
    waiting = Draft.objects.get(ticket=message.ticket)
    Draft.objects.update(lease=None)
    claimed = drafting.claim(waiting.pk)
    assert claimed
    drafting.write_draft(claimed)
    waiting.refresh_from_db()
    assert waiting.state == Draft.State.READY and waiting.text == "We refund you within 5 business days."
    return waiting


def replay(draft: Draft | int | str, *arguments: str) -> dict:
    out = StringIO()
    number = draft.pk if isinstance(draft, Draft) else draft
    call_command("replay", str(number), *arguments, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def refused(draft: Draft | int | str, *arguments: str) -> str:
    with pytest.raises(CommandError) as told:
        replay(draft, *arguments)
    assert "\n" not in str(told.value)
    return str(told.value)


def test_a_draft_is_written_again_and_both_are_shown(drafted: Draft, gateway: Gateway) -> None:
    before = list(Draft.objects.values())
    gateway.enqueue("It takes 5 business days [1]. Do write again.")
    found = replay(drafted)
    assert found.keys() == {"draft", "original", "replayed", "same_text"}
    assert found["draft"] == drafted.pk and found["same_text"] is False
    assert found["original"] == {
        "model": "glm-4.5",
        "prompt_version": drafted.prompt_version,
        "text": "We refund you within 5 business days.",
        "outcome": "answer",
        "raw_output": SAID,
        "sentences": [{"text": "We refund you within 5 business days.", "verdict": "matches"}],
        "cost_usd": None,
    }
    again = found["replayed"]
    assert again.keys() == found["original"].keys()
    assert again["raw_output"] == "It takes 5 business days [1]. Do write again."
    assert again["sentences"][0]["verdict"] == "matches"
    assert list(Draft.objects.values()) == before, "nothing is stored"
    assert ModelCall.objects.get(feature="replay").prompt_version == drafted.prompt_version


def test_the_model_is_asked_as_it_was_whatever_is_in_force_now(
    drafted: Draft, gateway: Gateway, articles: dict[str, Document], article, settings
) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=1)
    first = gateway.completions[-1].body
    house = prompt_versions.write(Prompt.HOUSE, "Say “bike”, never “bicycle”.", "", None)
    prompt_versions.make_live(Prompt.HOUSE, house.number, seen=0)
    settings.LLM_MODEL, settings.LLM_EXTRA_BODY = "another-model", {"thinking": {"type": "enabled"}}
    article("refunds.md", "# Refunds\n\nWe refund you within 9 business days.\n")
    cast.ask("And one more thing?", ticket=drafted.ticket)
    gateway.enqueue(SAID)
    found = replay(drafted)
    assert gateway.completions[-1].body == first, "word for word, with the article as it was"
    assert found["same_text"] and found["replayed"]["cost_usd"] == pytest.approx(0.12)


def test_another_model_and_another_prompt_can_be_named(drafted: Draft, gateway: Gateway, settings) -> None:
    settings.LLM_EXTRA_BODIES = {"glm-4.5-air": {"effort": "low"}}
    house = prompt_versions.write(Prompt.HOUSE, "Say “bike”, never “bicycle”.", "", None)
    gateway.enqueue(SAID)
    own = drafted.prompt_version
    found = replay(drafted, "--model", "glm-4.5-air", "--prompt", f"{own}+house-{house.number}")
    asked = gateway.completions[-1].body
    assert asked["model"] == found["replayed"]["model"] == "glm-4.5-air" and asked["effort"] == "low"
    assert "Say “bike”" in asked["messages"][0]["content"]
    assert found["replayed"]["prompt_version"] == f"{own}+house-1"
    assert found["original"]["model"] == "glm-4.5" and found["original"]["prompt_version"] == own


def test_what_is_in_force_can_be_named(drafted: Draft, gateway: Gateway) -> None:
    house = prompt_versions.write(Prompt.HOUSE, "Be brief.", "", None)
    prompt_versions.make_live(Prompt.HOUSE, house.number, seen=0)
    gateway.enqueue("CANNOT_ANSWER: The fee is missing.")
    found = replay(drafted, "--prompt", "live")["replayed"]
    assert found["prompt_version"] == prompt_versions.in_force(Prompt.REPLY).version
    assert (found["outcome"], found["text"], found["sentences"]) == ("cannot_answer", "", [])
    assert found["raw_output"] == "CANNOT_ANSWER: The fee is missing."


def test_a_prompt_that_is_not_known_any_more_is_said_and_another_can_be_named(
    drafted: Draft, gateway: Gateway
) -> None:
    Draft.objects.update(prompt_version="reply-1")
    told = refused(drafted)
    assert "“reply-1”, which is not known here any more" in told and "--prompt live" in told
    gateway.enqueue(SAID)
    assert replay(drafted, "--prompt", "live")["original"]["prompt_version"] == "reply-1"


@pytest.mark.parametrize(
    ("named", "told"),
    [
        ("reply-1", "not built in any more"),
        ("reply-v7", "There is no version 7 of “Drafts”."),
        (f"{BUILT_IN[Prompt.REPLY].version}+house-7", "There is no version 7 of “Tone and house rules”."),
        ("rewrite-1", "names no prompt of drafts"),
        ("nonsense", "names no prompt of drafts"),
        ("reply-v" + "9" * 50, "names no prompt of drafts"),
    ],
)
def test_a_prompt_that_there_is_not_is_refused(drafted: Draft, named: str, told: str) -> None:
    assert told in refused(drafted, "--prompt", named)


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40, "-1", "x", "", "1.5", "٣"])
def test_a_draft_that_there_is_not_is_refused_in_one_sentence(db: None, number: str) -> None:
    with pytest.raises(CommandError, match=r"no draft|at least|required|argument"):
        call_command("replay", number, stdout=StringIO())


def test_what_no_model_wrote_is_not_replayed(ticket: Ticket) -> None:
    draft = cast.draft(ticket, written_by=Draft.Writer.QUOTES)
    assert "is quotes" in refused(draft)
    Draft.objects.update(written_by="", outcome="cannot_answer")
    assert "The model did not write" in refused(draft)
    Draft.objects.update(state="waiting", written_by="")
    assert "still being written" in refused(draft)


def test_a_rewriting_is_not_replayed(ticket: Ticket, draft: Draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(rewrite=Draft.Rewrite.SHORTER)
    assert "in another manner (shorter)" in refused(draft)


def test_without_a_key_or_with_a_gateway_that_fails_it_says_so(
    drafted: Draft, gateway: Gateway, settings
) -> None:
    gateway.enqueue(error(500))
    assert "was not written again" in refused(drafted)
    settings.RUNAPI_KEY = ""
    assert composing.NO_KEY in refused(drafted)


def test_text_that_is_internal_now_enters_no_prompt(
    drafted: Draft, gateway: Gateway, articles: dict[str, Document]
) -> None:
    asked = len(gateway.requests)
    Document.objects.filter(reference="refunds.md").update(audience=Audience.INTERNAL)
    assert "is internal now" in refused(drafted)
    assert len(gateway.requests) == asked


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("cited", [True, False])
def test_text_of_a_deleted_article_enters_no_prompt(
    drafted: Draft, gateway: Gateway, articles: dict[str, Document], audience: Audience, cited: bool
) -> None:
    asked, refunds = len(gateway.requests), articles["refunds.md"]
    Document.objects.filter(pk=refunds.pk).update(audience=audience)
    kept = list(refunds.revisions.values_list("pk", flat=True)) if cited else []
    Revision.objects.filter(pk__in=kept).update(document=None)  # as those are that what was sent cites
    refunds.delete()
    assert drafted.offered.filter(revision__in=kept).exists() == cited
    assert "is deleted now" in refused(drafted)
    assert len(gateway.requests) == asked


def test_an_edited_article_is_replayed_from_what_the_draft_keeps(drafted: Draft, gateway: Gateway) -> None:
    first = gateway.completions[-1].body
    OfferedPassage.objects.update(passage=None)
    gateway.enqueue(SAID)
    assert replay(drafted)["same_text"]
    assert gateway.completions[-1].body == first


def test_the_budget_holds(drafted: Draft, gateway: Gateway) -> None:
    Price.objects.create(model="glm-4.5", prompt_usd_per_1k=1, completion_usd_per_1k=1)
    asked = len(gateway.requests)
    Budget.objects.create(period=Budget.Period.DAY, limit_usd=0)
    why = refused(drafted)
    assert "was not written again. This call might cost" in why
    assert "more than the whole budget of this day (0 USD)" in why
    assert len(gateway.requests) == asked


def test_it_is_printed_for_a_person(drafted: Draft, gateway: Gateway) -> None:
    gateway.enqueue(SAID)
    out = StringIO()
    call_command("replay", str(drafted.pk), stdout=out)
    assert "We refund you within 5 business days.   (matches)" in out.getvalue()
    assert "The text is the same." in out.getvalue()
