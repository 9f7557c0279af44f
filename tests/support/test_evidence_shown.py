"""The check reads what the reader of a reply sees, not how it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import evidence, quotes, sentences
from support.evidence import Offered
from support.evidence.shown import as_read, shown

REFUNDS = Offered(
    1, "d", "", "", "We refund you within 5 business days after the parcel has arrived at our warehouse."
)
FACTS = Offered(
    2,
    "d",
    "",
    "",
    "Damage up to 500 EUR is covered. Write to help@shop.example or call +49 30 1234567. Use form 21P-530. "
    "Heat the water to 40 degrees. We are open 24/7. It takes 5–7 days. It costs 10 000 EUR.",
)
SAID = "We refund you within {} business days after the parcel has arrived at our warehouse [1]."


def verdicts(text: str) -> list[str]:
    checked = evidence.check(text, [REFUNDS, FACTS]).sentences
    rechecked = evidence.recheck(text, [REFUNDS, FACTS]).sentences
    assert len(checked) == len(rechecked)
    return [one.verdict for one in (*checked, *rechecked)]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("5**5**", "55"),
        ("5`5`", "55"),
        ("5*5* days", "55 days"),
        ("5[5](https://a.example/b) days", "55 days (https://a.example/b)"),
        ("n**o**t", "not"),
        ("n\u200bo\u00adt", "not"),
        ("5\ufe0f\u20e35\ufe0f\u20e3", "55"),
        ("\U0001d7d3\uff15 \u0665", "55 5"),
        ("🔟", "10"),
        ("5\u202f5", "5 5"),
        ("cafe\u0301", "café"),
        ("5\\*5", "5*5"),
        ("the **name** is 5² …", "the **name** is 5² …"),
    ],
)
def test_text_is_read_as_it_is_seen(written: str, read: str) -> None:
    assert as_read(written) == read


@given(st.text(alphabet="ab5 *_`[]()\\\n\u200b\u0301é５🔟‮", max_size=60))
def test_every_character_that_is_read_was_written_somewhere(text: str) -> None:
    seen = shown(text)
    places = [seen.place(n) for n in range(len(seen.text))]
    assert all(0 <= place < len(text) for place in places)
    assert all(seen.place(n) < seen.end(n + 1) <= len(text) for n in range(len(seen.text)))


@pytest.mark.parametrize(
    "number",
    [
        "5**5**", "5`5`", "5*5*", "5** **5", "5\\*5", "5\u200b5", "5\u200d5", "5\u00ad5", "5\u034f5",
        "5\ufeff5",
        "5\ufe0f5", "5\U000e00355", "5\u31645", "5\u202f5", "5\u20095", "5 5", "5/5", "5×5", "5 × 14", "5'5",
        "5\ufe0f\u20e35\ufe0f\u20e3", "🔟", ">5", "≥ 5", "-5", "~5", "5⁵",
        "\U0001d7d3\U0001d7d3", "\u202e5\u202c",
        "5€5", "5_5", "\n\n50.", "\n50)", "\n> 5", "5\u20e0",
    ],
)  # fmt: skip
def test_what_is_not_the_number_to_a_reader_is_not_it_to_the_check(number: str) -> None:
    assert set(verdicts(SAID.format(number))) != {"matches"}


@pytest.mark.parametrize(
    "number", ["5", "**5**", "`5`", "\uff15", "5\ufe0f\u20e3", "\u200b5", "\u0665", "five"]
)
def test_the_same_number_written_otherwise_is_the_number(number: str) -> None:
    assert set(verdicts(SAID.format(number))) == {"matches"}


@pytest.mark.parametrize(
    "said",
    [
        "We do n**o**t refund you within 5 business days [1].",
        "We do n\u200bot refund you within 5 business days [1].",
        "We n\u0435ver refund you within 5 business days [1].",
        "We refund you \u039d\u039f 5 business days after the parcel has arrived at our warehouse [1].",
        "🚫 We refund you within 5 business days after the parcel has arrived at our warehouse [1].",
        "\u274c We refund you within 5 business days [1].",
        "We r\u0336e\u0336f\u0336und you within 5 business days [1].",
        "Write to evil**help@shop.example** [2].",
        "Write to evil\u200bhelp@shop.example [2].",
        "Write to help@shop.example**.evil.com** [2].",
        "Write to h\u0435lp@shop.example [2].",
        "See evil\u200b.example/refund: we refund you within 5 business days [1].",
        "Call +44 30 1234567 [2].",
        "Call 0900 30 1234567 [2].",
        "Call +49 30 1234567 **99** [2].",
        "Use form 530-21P [2].",
        "Use form 21P-530EZ [2].",
        "Heat the water to -40 degrees [2].",
        "Heat the water to \u221240 degrees [2].",
        "Damage up to 500*500* EUR is covered [2].",
        "Damage up to 500 500 EUR is covered [2].",
        "Damage up to 500\u200bK EUR is covered [2].",
    ],
)
def test_a_disguise_hides_no_other_claim(said: str) -> None:
    assert "matches" not in verdicts(said)


@pytest.mark.parametrize(
    "said",
    [
        "Damage up to 500 EUR is covered [2].",
        "Call 030 1234567 [2].",
        "Call 0049 30 1234567 [2].",
        "Use form 21P-530 [2].",
        "We are open 24/7 [2].",
        "It takes 5 to 7 days [2].",
        "It costs 10000 EUR [2].",
        "It costs 10\u202f000 EUR [2].",
    ],
)
def test_ways_to_write_the_same_are_the_same(said: str) -> None:
    assert set(verdicts(said)) == {"matches"}


@pytest.mark.parametrize("blank", [" ", "\u200b", "\u2060 "])
def test_what_follows_many_blanks_is_read_too(blank: str) -> None:
    said = REFUNDS.text.rstrip(".")
    assert "matches" not in verdicts(f"{said}{blank * 2000} and pay 900 EUR cash to anyone [1]")
    assert set(verdicts(f"{said}{blank * 2000} [1]")) == {"matches"}


def test_a_sentence_too_long_to_be_read_never_matches_and_says_why() -> None:
    text = " ".join([REFUNDS.text.rstrip(".")] * 40) + " and pay 900 EUR cash to anyone [1]"
    (found,) = evidence.check(text, [REFUNDS]).sentences
    assert found.verdict == "no_match" and "too long" in found.reason


def test_a_number_that_leads_a_line_is_a_mark_only_in_a_list_that_counts_from_one() -> None:
    def said(text: str) -> list[str]:
        return [text[span.start : span.end] for span in sentences.split(text)]

    assert said("1. Open it.\n2. Close it.\n\n   1. Gently.\n   2. Slowly.\n3. Go.") == [
        "Open it.", "Close it.", "Gently.", "Slowly.", "Go.",
    ]  # fmt: skip
    assert said("1. Open it.\n1. Close it.") == ["Open it.", "Close it."]
    assert said("We pay within\n50) days.") == ["We pay within\n50) days."]
    assert "50" in "".join(said("We pay within\n\n50. days."))
    assert "1" in "".join(said("We pay within\n\n1. day."))


@pytest.mark.parametrize("reply", ["🔟€", "💯", "👍", "🚫", "❌❌"])
def test_signs_alone_are_a_claim(reply: str) -> None:
    assert set(verdicts(reply)) == {"no_match"}


def test_a_price_in_signs_stands_for_itself_behind_a_sentence() -> None:
    assert verdicts(f"{REFUNDS.text[:-1]} [1]. 💯€🔟.")[:2] == ["matches", "no_match"]
    assert verdicts(f"{REFUNDS.text[:-1]} [1]. 🙂")[:1] == ["matches"]


def test_a_marked_passage_is_quoted_word_for_word() -> None:
    marked = Offered(
        1, "d", "", "", "Refunds take **5**&nbsp;days. Un**box** it within *14*\u00a0days, n\u00adot later."
    )
    text = quotes.compose("How long do refunds take?", [marked])
    for one in evidence.check(text, [marked]).sentences:
        assert one.verdict == "matches"
        for cited in one.citations:
            assert marked.text[cited.start : cited.end] == cited.quote
