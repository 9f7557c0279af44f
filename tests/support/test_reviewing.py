"""What an agent is about to send is held against what the draft's writer saw, and what the agent added."""

import pytest

from kb.models import Document
from support import edits, reviewing
from support.evidence import Cited
from support.models import Sentence, Verdict
from tests import cast

TERM = "You can return a bicycle within 30 days."
BOX = "A free box can be ordered."
CHANGE = Sentence.Change


@pytest.fixture
def source():
    return cast.passage(f"{TERM} {BOX} Refunds take 5 days.", title="Returns")


@pytest.fixture
def draft(source):
    said = [
        ("Hello Carol!", Verdict.NEEDS_NO_PROOF, []),
        ("You can return a bicycle within 30 days.", Verdict.MATCHES, [(1, source, TERM)]),
        ("A free box can be ordered today.", Verdict.PARTLY, [(1, source, BOX)]),
        ("It is blue.", Verdict.NO_MATCH, []),
    ]
    return cast.draft(cast.ask("Can I send it back?").ticket, said)


def told(review: reviewing.Review) -> list[tuple[str, str]]:
    return [(one.change, one.verdict) for one in review.sentences]


@pytest.mark.parametrize(
    ("texts", "drafted", "came_from"),
    [
        (["One two three."], ["One  two\nthree."], [0]),
        (["Other.", "One two three."], ["One two three."], [None, 0]),
        (["You have 40 days."], ["You have 30 days."], [0]),
        (["Nothing of it."], ["You have 30 days."], [None]),
        (["Yes.", "Yes."], ["Yes."], [0, None]),  # one drafted sentence is the origin of one
        (["You have 30 days to pay.", "You have 30 days."], ["You have 30 days."], [None, 0]),
        (
            ["Press the red key.", "Press the blue key."],
            ["Press the blue key.", "Press the red key."],
            [1, 0],
        ),
        (["返品は30日以内にできます。"], ["返品は40日以内にできます。"], [0]),
        ([], ["One."], []),
        (["—"], ["…"], [None]),
    ],
)
def test_a_sentence_comes_from_the_drafted_one_that_is_most_like_it(texts, drafted, came_from) -> None:
    assert edits.origins(texts, drafted) == came_from


@pytest.mark.django_db
def test_steps_keep_their_numbers(draft) -> None:
    text = f"Hello Carol!\n\n1. {TERM} It is blue.\n2. {BOX}\n\nIn 2. it ends"
    assert [one.step for one in reviewing.review(text, draft).sentences][:4] == [None, 1, None, 2]


def test_each_sentence_is_compared_with_few_others(monkeypatch) -> None:
    compared = []
    monkeypatch.setattr(edits, "_alike", lambda *words: compared.append(words) or 0.0)
    assert edits.origins(["Yes."] * 1000, ["No."] * 1000) == [None] * 1000
    assert len(compared) <= 1000 * 2 * edits.NEAREST
    compared.clear()
    assert edits.origins(["No."] * 1000, ["No."] * 1000) == list(range(1000))
    assert not compared


@pytest.mark.django_db
def test_a_text_of_hundreds_of_sentences_is_not_checked_and_says_so(draft, monkeypatch) -> None:
    monkeypatch.setattr(reviewing.evidence, "recheck", None)
    found = reviewing.review("No. Yes! " * 2222, draft)
    assert found.sentences == ()
    assert found.summary == "This text has 4,444 sentences, and at most 200 are checked and sent at once."


@pytest.mark.django_db
def test_an_unchanged_text_is_as_the_draft_says(draft) -> None:
    found = reviewing.review(draft.text, draft)
    assert [one.text for one in found.sentences] == [one.text for one in draft.sentences.all()]
    assert told(found) == [(CHANGE.KEPT, one.verdict) for one in draft.sentences.all()]
    assert [one.quotes for one in found.sentences] == ["", "1:0-40", f"1:41-{41 + len(BOX)}", ""]
    assert [one.drafted for one in found.sentences] == list(draft.sentences.all())


@pytest.mark.django_db
def test_each_sentence_says_what_the_agent_did_to_it(draft) -> None:
    found = reviewing.review("You can return a bicycle within 45 days. We miss you already today.", draft)
    assert [one.change for one in found.sentences] == [CHANGE.CHANGED, CHANGE.ADDED]
    assert found.sentences[0].verdict != Verdict.MATCHES, "no passage says 45 days"
    assert found.sentences[0].reason
    assert found.sentences[0].drafted == draft.sentences.get(position=1)
    assert [one.text for one in found.removed] == [
        "Hello Carol!",
        "A free box can be ordered today.",
        "It is blue.",
    ]
    assert found.summary.endswith("have no match · 3 removed") or "partly" in found.summary


@pytest.mark.django_db
def test_a_sentence_that_was_broken_is_shown_what_the_passage_says(draft) -> None:
    broken = reviewing.review("You can return a bicycle within 45 days.", draft).sentences[0]
    assert broken.verdict != Verdict.MATCHES
    assert [one.quote for one in broken.citations] == [TERM]
    assert "45" in broken.reason


@pytest.mark.django_db
def test_an_edited_sentence_is_held_against_all_that_was_offered(draft, source) -> None:
    other = cast.passage("The bicycle is painted red.", title="Colours")
    cast.offer(draft, 2, other)
    found = reviewing.review("The bicycle is painted red.", draft).sentences[0]
    assert (found.verdict, [one.number for one in found.citations]) == (Verdict.MATCHES, [2])


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"status": "unpublished"}, {"audience": "internal"}])
def test_what_customers_may_not_read_is_offered_no_more(draft, source, change) -> None:
    Document.objects.filter(pk=source.document_id).update(**change)
    assert reviewing.offered(draft, [source.pk]) == []
    kept = reviewing.review(draft.text, draft).sentences[1]
    assert (kept.verdict, kept.citations, kept.reason) == (Verdict.NO_MATCH, (), reviewing.LOST)


@pytest.mark.django_db
def test_a_passage_that_was_edited_is_offered_no_more(draft, source) -> None:
    source.content_hash = "other"
    source.save()
    assert reviewing.offered(draft) == []


@pytest.mark.django_db
def test_what_the_agent_added_gets_the_next_numbers(draft, source) -> None:
    more = [cast.passage(f"More {number}.") for number in range(20)]
    secret = cast.passage("Staff get half off.", audience="internal")
    added = [source.pk, more[0].pk, secret.pk, more[0].pk, 10**12, *(one.pk for one in more[1:])]
    offered = reviewing.offered(draft, added)
    assert [one.number for one in offered] == list(range(1, 17))
    assert [one.passage_id for one in offered] == [source.pk, *(one.pk for one in more[:15])]
    cast.offer(draft, 4, more[9])
    more[9].delete()
    assert [one.number for one in reviewing.offered(draft, [more[0].pk])] == [1, 5], "4 stays the lost one's"


@pytest.mark.django_db
def test_an_added_passage_may_back_what_had_no_match(draft) -> None:
    blue = cast.passage("It is blue.", title="Colours")
    found = reviewing.review(draft.text, draft, [blue.pk]).sentences[-1]
    assert (found.verdict, found.change) == (Verdict.MATCHES, CHANGE.KEPT)
    assert [one.offered.passage_id for one in found.citations] == [blue.pk]


@pytest.mark.django_db
def test_a_verdict_on_an_untouched_sentence_stays_the_drafts(draft) -> None:
    """A second opinion, for one, is not asked again while somebody types."""
    draft.sentences.filter(position=2).update(verdict=Verdict.MATCHES, reason="")
    assert reviewing.review(draft.text, draft).sentences[2].verdict == Verdict.MATCHES


@pytest.mark.django_db
def test_a_mark_that_the_agent_sets_cites_that_passage(draft) -> None:
    other = cast.passage(TERM, title="Terms")
    cast.offer(draft, 2, other)
    found = reviewing.review(f"{TERM[:-1]} [2].", draft)
    assert (found.text, found.sentences[0].change) == (TERM, CHANGE.KEPT)
    assert [one.number for one in found.sentences[0].citations] == [2]


@pytest.mark.django_db
def test_without_a_draft_there_is_what_the_agent_added(source) -> None:
    found = reviewing.review("A free box can be ordered.", None, [source.pk]).sentences[0]
    assert isinstance(found.citations[0], Cited)
    assert (found.verdict, found.change, found.drafted) == (Verdict.MATCHES, CHANGE.ADDED, None)


@pytest.mark.django_db
def test_marks_that_turn_what_is_read_are_taken_out(draft) -> None:
    assert reviewing.review("You have \u202e05\u202c days.", draft).text == "You have 05 days."
