"""What supports a sentence, for any text that a model may write."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import evidence, sentences
from support.evidence import Offered
from support.models import Verdict

REFUNDS = Offered(
    1,
    "refunds.md",
    "Refunds",
    "Returns › Refunds",
    "## Refunds\n\nWe refund you within thirty days. It takes **5** business\ndays to arrive.\n\n"
    "- The limit is 1,500.00 EUR.\n- Open Settings, then Billing.",
    start=100,
)
PASSWORD = Offered(2, "password.md", "密码", "", "退款需要5天。请在设置中重置密码。", start=7)
OFFERED = [REFUNDS, PASSWORD]


def checked(text: str) -> list[tuple[str, str, list[int]]]:
    return [
        (one.text, one.verdict, [cited.number for cited in one.citations])
        for one in evidence.check(text, OFFERED).sentences
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It takes 5 days [1].", [("It takes 5 days.", "matches", [1])]),
        ("It takes 5 days. [1]", [("It takes 5 days.", "matches", [1])]),
        ("It takes 5 days.[1] Bye.", [("It takes 5 days.", "matches", [1]), ("Bye.", "no_match", [])]),
        ("It takes [1] 5 days.", [("It takes 5 days.", "matches", [1])]),
        ("[1] It takes 5 days.", [("It takes 5 days.", "matches", [1])]),
        ("It takes 5 days [1][2].", [("It takes 5 days.", "matches", [1, 2])]),
        ("It takes 5 days [1, 2].", [("It takes 5 days.", "matches", [1, 2])]),
        ("It takes 5 days [1-2].", [("It takes 5 days.", "matches", [1, 2])]),
        ("It takes 5 days 【1】.", [("It takes 5 days.", "matches", [1])]),
        ("It takes 5 days [Passage 1].", [("It takes 5 days.", "matches", [1])]),
        ("It takes 5 days [1](https://evil.example).", [("It takes 5 days.", "matches", [1])]),
        ("It takes 5 days [3].", [("It takes 5 days.", "no_match", [])]),
        ("It takes 5 days [1, 9].", [("It takes 5 days.", "matches", [1])]),
        ("It takes 5 days.", [("It takes 5 days.", "no_match", [])]),
        ("It takes 14 days [1].", [("It takes 14 days.", "no_match", [1])]),
        ("It takes 30 days [1].", [("It takes 30 days.", "matches", [1])]),
        ("It takes five days [1].", [("It takes five days.", "matches", [1])]),
        ("It takes ten days [1].", [("It takes ten days.", "no_match", [1])]),
        ("Two of our thirty days [1].", [("Two of our thirty days.", "no_match", [1])]),
        ("Thirty-five days [1].", [("Thirty-five days.", "no_match", [1])]),
        ("One of us refunds you [1].", [("One of us refunds you.", "partly", [1])]),
        ("At most fifteen hundred EUR [1].", [("At most fifteen hundred EUR.", "matches", [1])]),
        ("At most fifteen thousand EUR [1].", [("At most fifteen thousand EUR.", "no_match", [1])]),
        ("At most 1500 EUR [1].", [("At most 1500 EUR.", "matches", [1])]),
        ("At most 1.500,00 EUR [1].", [("At most 1.500,00 EUR.", "matches", [1])]),
        ("At most 150 EUR [1].", [("At most 150 EUR.", "no_match", [1])]),
        (
            "这需要5天[2]。请重置密码【2】。",
            [("这需要5天。", "matches", [2]), ("请重置密码。", "matches", [2])],
        ),
        ("这需要9天[2]。", [("这需要9天。", "no_match", [2])]),
        ("Yes (see below) [1]. No.", [("Yes (see below).", "partly", [1]), ("No.", "no_match", [])]),
        ("array[200] is full", [("array[200] is full", "no_match", [])]),
        ("", []),
        (" \n\t", []),
        ("[1]", []),
        ("...", []),
    ],
)
def test_marks_count_for_the_sentence_they_belong_to(text: str, expected: list) -> None:
    assert checked(text) == expected


def test_steps_of_a_list_are_sentences_and_their_enumeration_no_number() -> None:
    text = "To change it:\n\n1. Open Settings [1].\n2. Choose Billing. [1]\n- [1] Open Settings\n[1]\nBye"
    assert checked(text) == [
        ("To change it:", "no_match", [1]),
        ("Open Settings.", "matches", [1]),
        ("Choose Billing.", "partly", [1]),
        ("Open Settings", "matches", [1]),
        ("Bye", "no_match", []),
    ]


def test_what_leads_to_a_list_is_held_against_what_its_first_point_cites() -> None:
    assert checked("Your discount:\n\n1. Open Settings [1].")[0] == ("Your discount:", "no_match", [])
    assert checked("Your discount:\n\n1. Open it.")[0] == ("Your discount:", "no_match", [])


def test_shown_text_has_no_marks_and_keeps_everything_else() -> None:
    found = evidence.check("Open Settings [1].\n\n1. Then  *Billing* [2] [1]\n2. [1] Done.", OFFERED)
    assert found.text == "Open Settings.\n\n1. Then  *Billing*\n2. Done."


def test_quote_is_the_sentence_with_the_most_in_common() -> None:
    (sentence,) = evidence.check("The money arrives after 5 business days [1].", OFFERED).sentences
    (cited,) = sentence.citations
    assert cited.quote == "It takes **5** business\ndays to arrive."
    assert (cited.start, cited.end) == (146, 185)


def test_quote_is_never_a_heading_when_there_are_sentences() -> None:
    (sentence,) = evidence.check("Refunds refunds refunds [1].", OFFERED).sentences
    assert sentence.citations[0].quote == "We refund you within thirty days."


def test_number_of_one_citation_supports_the_sentence_with_both() -> None:
    other = Offered(3, "x", "X", "", "You have 14 days.")
    (sentence,) = evidence.check("5 or 14 days [1][3].", [REFUNDS, other]).sentences
    assert sentence.verdict == Verdict.MATCHES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Twenty-one days", {"21"}),
        ("twenty\none days", {"21"}),
        ("one, two or three", {"1", "2", "3"}),
        ("a hundred", {"100"}),
        ("two hundred and fifty-five", {"255"}),
        ("between two hundred and five hundred", {"200", "500"}),
        ("two hundred thousand", {"200000"}),
        ("ten twenty", {"10", "20"}),
        ("two" + " thousand" * 5000, {"2000000"}),
        ("someone weighs a tone often, hundreds of them, a thousandth", set()),
    ],
)
def test_number_in_words_is_read_whole(text: str, said: set[str]) -> None:
    assert sentences.spelled_numbers(text) == said


def test_number_in_the_heading_path_counts() -> None:
    (sentence,) = evidence.check(
        "Plan 7 is free [3].", [Offered(3, "x", "X", "Plan 7", "It is free.")]
    ).sentences
    assert sentence.verdict == Verdict.MATCHES


def test_passage_without_a_sentence_supports_nothing() -> None:
    (sentence,) = evidence.check("Yes [3].", [Offered(3, "x", "X", "", " \n---\n")]).sentences
    assert sentence.verdict == Verdict.NO_MATCH


TEXT = (
    st.text(st.sampled_from("ab A.!?。 \n\t[]【】()1234567890,-#*|>é密\x00\ud800\u200b🙂"), max_size=80)
    | st.text()
)
CLAIMS = [
    "Refunds take 5 business days.",
    "Nothing is refunded after 30 days!",
    "Which plan has a limit of 1,500.00 EUR?",
    "Write to help@example.com, or call +49 30 901820.",
    "Open **Settings**, then [Billing](https://example.com/billing).",
    "Die Rückgabe ist innerhalb von 14 Tagen möglich.",
    "退款需要5天。",
    "Возврат занимает пять дней.",
    "استرداد المبلغ يستغرق خمسة أيام.",
]
CLAIM = st.sampled_from(CLAIMS)
BETWEEN = st.sampled_from([" ", "\n", "\n\n", "\n- "])
MARK = st.sampled_from(["[{}]", "【{}】", "[Passage {}]", "[{}, 9]", "[9][{}]"])


@dataclass(frozen=True)
class Case:
    """A text in which `claim` cites the passage that says it, among whatever else; by its number."""

    text: str
    passages: list[str]
    claim: str
    number: int


@st.composite
def cases(draw: st.DrawFn) -> Case:
    claim, between = draw(CLAIM), draw(BETWEEN)
    around = st.lists(CLAIM | TEXT, max_size=2)
    passage = "\n\n".join([*draw(around), claim, *draw(around)])
    passages = draw(st.lists(CLAIM | TEXT, max_size=2))
    number = draw(st.integers(1, len(passages) + 1))
    passages.insert(number - 1, passage)
    other = st.builds(lambda said, cites: f"{said} [{cites}]", CLAIM | TEXT, st.integers(0, 4))
    said = f"{claim} {draw(MARK).format(number)}"
    pieces = [*draw(st.lists(other, max_size=2)), said, *draw(st.lists(other, max_size=2))]
    return Case(between.join(pieces), passages, claim, number)


@given(cases(), st.integers(0, 50))
def test_any_text_is_checked_and_every_quote_is_there(case: Case, start: int) -> None:
    revisions = ["x" * start + passage for passage in case.passages]
    offered = [Offered(i, "d", "T", "", one, start=start) for i, one in enumerate(case.passages, start=1)]
    found = evidence.check(case.text, offered)
    place = 0
    for sentence in found.sentences:
        assert place <= sentence.start < sentence.end <= len(found.text)
        assert sentence.text == found.text[sentence.start : sentence.end]
        place = sentence.end
        numbers = [cited.number for cited in sentence.citations]
        assert len(numbers) == len(set(numbers)) and set(numbers) <= set(range(1, len(offered) + 1))
        assert numbers or sentence.verdict in (Verdict.NO_MATCH, Verdict.NEEDS_NO_PROOF)
        assert not (numbers and sentence.verdict == Verdict.NEEDS_NO_PROOF)
        for cited in sentence.citations:
            assert cited.quote and revisions[cited.number - 1][cited.start : cited.end] == cited.quote
    told = [one for one in found.sentences if case.claim in one.text]
    assert any(case.number in [cited.number for cited in one.citations] for one in told)


@given(TEXT)
def test_sentences_cover_every_letter_and_digit(text: str) -> None:
    covered = set()
    for span in sentences.split(text):
        covered |= set(range(span.start, span.end))
    left = {i for i, c in enumerate(text) if c.isalpha()} - covered
    assert not left


@given(TEXT, CLAIM, BETWEEN)
def test_what_a_passage_says_word_for_word_matches_it(text: str, claim: str, between: str) -> None:
    shown, _ = evidence.without_marks(f"{text}{between}{claim}")
    found = evidence.check(f"{shown} [1]", [Offered(1, "d", "T", "", shown)])
    last = found.sentences[-1]
    assert claim in last.text
    assert (last.verdict, [cited.number for cited in last.citations]) == (Verdict.MATCHES, [1])


HOSTILE = {
    "one word": "a" * 20_000,
    "marks": "x[1]" * 5_000,
    "marks on lines": "[1]\n" * 5_000,
    "unclosed marks": "[1, " * 5_000,
    "digits": "1" * 20_000,
    "numbers": "12 " * 6_000,
    "groups of digits": "12-34 " * 3_000,
    "dots": "a.b" * 6_000,
    "addresses": "a@" * 10_000,
    "number words": "two hundred " * 1_600,
    "negations": "not " * 5_000,
    "apostrophes": "a'" * 10_000,
    "thanks": "thank you for " * 1_400,
    "table": "| a | b |\n" * 300,
    "Chinese": "退款需要" * 5_000,
    "right to left": "שלום refund " * 1_600,
    "half characters": "\ud800 x" * 1_000,
    "one sentence": "refund number 7 takes 5 days " * 700,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_long_hostile_text_is_checked_like_any_other(text: str) -> None:
    offered = [*OFFERED, Offered(3, "x", "X", "", text)]
    for found in (evidence.check(f"{text} [1][3]", offered), evidence.recheck(text, offered)):
        assert all(one.text == found.text[one.start : one.end] for one in found.sentences)
