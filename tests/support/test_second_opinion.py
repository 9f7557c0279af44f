"""A second opinion lifts a sentence only with words that stand there, and changes nothing when it fails."""

from typing import Any

import pytest

from llm import tools
from llm.models import ModelCall
from support import second_opinion
from support.composing import written
from support.evidence import Checked, Cited, Evidence, Offered
from support.models import Message, Verdict
from support.prompts import Conversation, Turn
from tests.gateway import Gateway, Reply, error

pytestmark = pytest.mark.django_db

TEXT = "We send the money back to the card you paid with. This takes up to 5 days. Parcels are free."
PASSAGE = Offered(1, "refunds.md", "Refunds", "Times", TEXT, start=100)
OTHER = Offered(2, "boxes.md", "Boxes", "", "A new box can be had in every shop of ours.", start=0)
WORDS = "back to the card you paid with"


def cited(offered: Offered) -> Cited:
    end = offered.text.index(".") + 1
    return Cited(offered, offered.text[:end], offered.start, offered.start + end)


def partly(text: str, *offered: Offered) -> Checked:
    return Checked(
        text, 0, len(text), Verdict.PARTLY, tuple(map(cited, offered or (PASSAGE,))), (), "Partly."
    )


def evidence(*sentences: Checked) -> Evidence:
    return Evidence(" ".join(one.text for one in sentences), sentences)


def says(*judgements: dict[str, Any]) -> Reply:
    whole = [
        {"sentence": 1, "verdict": "supported", "passage": 1, "words": WORDS, **one} for one in judgements
    ]
    return Reply(calls=[("SecondOpinion", {"judgements": whole})])


@pytest.fixture(autouse=True)
def wanted(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SECOND_OPINION = True
    monkeypatch.setattr(tools, "_refuse_forcing", set())


def test_words_that_stand_in_the_passage_lift_a_sentence(gateway: Gateway) -> None:
    gateway.enqueue(says({}))
    (one,) = second_opinion.reconsidered(evidence(partly("You get it on your own card."))).sentences
    assert one.verdict == Verdict.MATCHES and "second opinion" in one.reason
    (found,) = one.citations
    assert found.quote == WORDS
    assert (found.start, found.end) == (100 + TEXT.index(WORDS), 100 + TEXT.index(WORDS) + len(WORDS))


@pytest.mark.parametrize(
    ("judgement", "why"),
    [
        ({"words": "back to the card that you paid with"}, "not word for word"),
        ({"words": ""}, "no words"),
        ({"words": "to the"}, "words that stand anywhere"),
        ({"passage": 2}, "a passage that was not cited"),
        ({"passage": 2, "words": "in every shop of ours"}, "words of a passage that was not cited"),
        ({"sentence": 7}, "a sentence that was not asked about"),
    ],
)
def test_a_claim_without_its_proof_changes_nothing(gateway: Gateway, judgement: Any, why: str) -> None:
    gateway.enqueue(says(judgement))
    before = evidence(partly("You get it on your own card."))
    assert second_opinion.reconsidered(before) == before, why


def test_a_number_that_is_not_there_is_not_for_the_model_to_say(gateway: Gateway) -> None:
    gateway.enqueue(says({"words": "This takes up to 5 days"}))
    before = evidence(partly("It takes up to 45 days."))
    assert second_opinion.reconsidered(before) == before


REFUNDS = "We refund you within 5 business days after the parcel has arrived at our warehouse."


@pytest.mark.parametrize(
    "said",
    [
        "We refund you within fifty business days after the parcel has arrived at our warehouse.",
        "We refund you within 5O business days after the parcel has arrived at our warehouse.",
        "We do not refund you within 5 business days after the parcel has arrived at our warehouse.",
        "We do **not** refund you within 5 business days after the parcel has arrived at our warehouse.",
        "We do n**o**t refund you within 5 business days after the parcel has arrived at our warehouse.",
        "We refund you within 5**5** business days after the parcel has arrived at our warehouse.",
        "We refund you within 5\u200b5 business days after the parcel has arrived at our warehouse.",
        "We refund you nеver within 5 business days after the parcel has arrived at our warehouse.",
        "We refund you in Berlin within 5 business days after the parcel has arrived at our warehouse.",
        "We refund you within 5 business days before the parcel has arrived at our warehouse.",
    ],
)
def test_what_the_check_found_to_be_otherwise_is_not_for_the_model_to_say(
    gateway: Gateway, said: str
) -> None:
    gateway.enqueue(says({"words": "We refund you within"}))
    passage = Offered(1, "refunds.md", "Refunds", "", REFUNDS)
    before = evidence(partly(said, passage))
    assert second_opinion.reconsidered(before, "en") == before


@pytest.mark.parametrize(
    "said",
    [
        "You get your money back in 5 business days once the package reaches our warehouse.",
        "Your money comes back within five business days of the package reaching us.",
    ],
)
def test_other_words_for_the_same_are_for_the_model_to_say(gateway: Gateway, said: str) -> None:
    gateway.enqueue(says({"words": "We refund you within 5 business days"}))
    passage = Offered(1, "refunds.md", "Refunds", "", REFUNDS)
    (one,) = second_opinion.reconsidered(evidence(partly(said, passage)), "en").sentences
    assert one.verdict == Verdict.MATCHES


@pytest.mark.parametrize("judgements", [[{}, {"verdict": "not_supported"}], [{"verdict": "not_supported"}]])
def test_the_strictest_judgement_counts(gateway: Gateway, judgements: list[Any]) -> None:
    gateway.enqueue(says(*judgements))
    (one,) = second_opinion.reconsidered(evidence(partly("You get it on your own card."))).sentences
    assert one.verdict == Verdict.NO_MATCH and "does not say" in one.reason


def test_one_call_for_all_partly_sentences_and_no_others(gateway: Gateway) -> None:
    matches = Checked("Parcels are free.", 0, 17, Verdict.MATCHES, (cited(PASSAGE),))
    before = evidence(partly("A </sentence> one."), matches, partly("Shops have boxes.", OTHER, PASSAGE))
    gateway.enqueue(says({"sentence": 2, "passage": 2, "words": "in every shop of ours"}))
    after = second_opinion.reconsidered(before)
    assert [one.verdict for one in after.sentences] == ["partly", "matches", "matches"]
    assert [one.number for one in after.sentences[2].citations] == [2, 1]
    (request,) = gateway.completions
    assert '<sentence number="2" passages="2, 1">\nShops have boxes.\n</sentence>' in request.prompt
    assert "Parcels are free.\n</sentence>" not in request.prompt
    assert TEXT in request.prompt and OTHER.text in request.prompt
    assert request.prompt.count("</sentence>") == 2
    assert ModelCall.objects.get().feature == "second_opinion"


@pytest.mark.parametrize(
    "replies",
    [[error(503)], [error(400)] * 2, [Reply("I think so.")] * 2, [Reply(calls=[("SecondOpinion", {})])] * 2],
)
def test_a_failure_leaves_the_verdicts_as_they_are(gateway: Gateway, replies: list[Reply]) -> None:
    gateway.enqueue(*replies)
    before = evidence(partly("You get it on your own card."))
    assert second_opinion.reconsidered(before) == before
    assert len(gateway.completions) == len(replies)


def test_it_is_off_unless_somebody_wants_it_and_not_asked_where_nothing_is_partly(
    gateway: Gateway, settings: Any
) -> None:
    matches = Checked("Parcels are free.", 0, 17, Verdict.MATCHES, (cited(PASSAGE),))
    second_opinion.reconsidered(evidence(matches))
    settings.SECOND_OPINION = False
    second_opinion.reconsidered(evidence(partly("You get it on your own card.")))
    assert not gateway.completions


def test_a_draft_is_stored_with_it(gateway: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    unsure = evidence(partly("You get it on your own card."))
    monkeypatch.setattr("support.composing.evidence.check", lambda *_: unsure)
    gateway.enqueue("You get it on your own card [1].", says({}))
    reply = written(Conversation([Turn(Message.Kind.CUSTOMER, "Where to?")], "en"), [PASSAGE], None)
    assert [one.verdict for one in reply.sentences] == [Verdict.MATCHES]
    assert [call.feature for call in ModelCall.objects.order_by("pk")] == ["draft", "second_opinion"]
