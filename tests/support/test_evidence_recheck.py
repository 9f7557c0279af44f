"""A reply that an agent edited is held against the passages anew."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import evidence
from support.evidence import Offered

PASSAGES = [
    Offered(1, "refunds.md", "Refunds", "", "Refunds take 5 business days. They go to the card that paid."),
    Offered(2, "returns.md", "Returns", "", "You can return an unused item within 30 days."),
    Offered(3, "battery.md", "Battery", "", "The warranty covers the battery for 24 months."),
]


def rechecked(text: str, drafted: dict[str, list[int]] | None = None) -> list[tuple[str, list[int]]]:
    found = evidence.recheck(text, PASSAGES, "en", drafted or {})
    return [(one.verdict, [cited.number for cited in one.citations]) for one in found.sentences]


def test_new_sentence_gets_the_citation_of_the_passage_that_backs_it() -> None:
    text = "Hello Carol,\n\nRefunds take 5 business days. The battery has a warranty of 24 months."
    assert rechecked(text) == [("needs_no_proof", []), ("matches", [1]), ("matches", [3])]


def test_sentence_of_the_draft_keeps_its_numbers_whatever_its_blanks() -> None:
    drafted = {"Refunds take 5 business days.": [2]}
    assert rechecked("Refunds  take\n5 business days.", drafted)[0][1] == [2]
    assert rechecked("Refunds take 5 business days.") == [("matches", [1])]


def test_number_that_an_edit_broke_is_caught_and_told() -> None:
    (found,) = evidence.recheck("Refunds take 6 business days.", PASSAGES).sentences
    assert (found.verdict, found.reason) == ("no_match", "The passage does not say “6 business days”.")


def test_sentence_that_nothing_backs_has_no_citation() -> None:
    (found,) = evidence.recheck("Our office opens every Sunday at noon.", PASSAGES).sentences
    assert (found.verdict, found.citations) == ("no_match", ())
    assert found.reason == "None of the passages that were offered says this."


def test_two_passages_are_cited_where_it_takes_both() -> None:
    text = "Return an unused item within 30 days, and refunds take 5 business days."
    ((verdict, numbers),) = rechecked(text)
    assert (verdict, sorted(numbers)) == ("matches", [1, 2])


def test_marks_in_an_edited_text_are_heeded() -> None:
    assert rechecked("Refunds take 5 business days [2].")[0][1] == [2]


def test_brackets_around_what_was_not_offered_stay() -> None:
    found = evidence.recheck("Refunds take 5 business days [1, 9], and up to [99] EUR.", PASSAGES, "en")
    assert found.text == "Refunds take 5 business days, and up to [99] EUR."
    assert found.sentences[0].verdict != "matches"


@pytest.mark.parametrize("text", ["", "\n", "[1]", "???"])
def test_text_without_a_sentence_has_none(text: str) -> None:
    assert rechecked(text) == []


TEXT = (
    st.text(st.sampled_from("Refunds take 5 days.!? not\n|#-*[1]密退款ש👋\ud800"), max_size=120) | st.text()
)


CLAIMS = [
    "Refunds take 5 business days.",
    "Nothing is refunded after 30 days!",
    "Die Rückgabe ist innerhalb von 14 Tagen möglich.",
    "退款需要5天。",
    "استرداد المبلغ يستغرق خمسة أيام.",
]
PIECES = st.lists(st.sampled_from(CLAIMS) | TEXT, max_size=2)
NUMBERS = st.lists(st.integers(0, 9), max_size=3)


@st.composite
def edited(draw: st.DrawFn) -> tuple[list[str], list[str], dict[str, list[int]]]:
    """What stands in a text, the passages, and numbers of some of its sentences; one claim is in both."""
    claim = draw(st.sampled_from(CLAIMS))
    pieces = [*draw(PIECES), claim, *draw(PIECES)]
    passages = draw(st.permutations([f"{claim} {draw(TEXT)}", *draw(PIECES)]))
    return pieces, passages, draw(st.dictionaries(st.sampled_from(pieces), NUMBERS, max_size=3))


@given(edited())
def test_any_edit_is_rechecked_and_every_quote_is_there(
    case: tuple[list[str], list[str], dict[str, list[int]]],
) -> None:
    pieces, passages, drafted = case
    text = "\n\n".join(pieces)
    offered = [Offered(number, "d", "T", "H", one, start=9) for number, one in enumerate(passages, start=1)]
    found = evidence.recheck(text, offered, "", drafted)
    _, marks = evidence.without_marks(text)
    for sentence in found.sentences:
        assert sentence.text == found.text[sentence.start : sentence.end]
        numbers = [cited.number for cited in sentence.citations]
        assert set(numbers) <= set(range(1, len(offered) + 1)) and len(numbers) == len(set(numbers))
        for cited in sentence.citations:
            assert cited.quote == passages[cited.number - 1][cited.start - 9 : cited.end - 9] != ""
        if sentence.text in CLAIMS and not marks:
            assert _stands_where_it_should(sentence, drafted, passages)
    assert marks or any(one.text in CLAIMS for one in found.sentences)


def _stands_where_it_should(
    sentence: evidence.Checked, drafted: dict[str, list[int]], passages: list[str]
) -> bool:
    """The draft's own cites what it cited, if that is there; for a new one, what says it is found."""
    numbers = {cited.number for cited in sentence.citations}
    saying = {number for number, one in enumerate(passages, start=1) if sentence.text in one}
    if sentence.text in drafted:
        return saying & set(drafted[sentence.text]) <= numbers <= set(drafted[sentence.text])
    return not saying or (sentence.verdict == "matches" and bool(numbers))
