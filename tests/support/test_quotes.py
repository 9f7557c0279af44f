"""Replies without a model: whole sentences, plain, from the passages, and proven by the evidence check."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import evidence, quotes
from support.evidence import Offered
from support.models import Verdict


def offered(*texts: str) -> list[Offered]:
    return [Offered(i, f"{i}.md", f"Title {i}", "", text) for i, text in enumerate(texts, start=1)]


HELP = offered(
    "# Refunds\n\nWe are a company. **Refunds** take 5 days [3]. See also:\n\n- [Terms](https://x.y/z)\n\n"
    "Write to _us_ if a refund does not arrive within 10 days.",
    "| Plan | Refund |\n|---|---|\n| Basic | 14 days |\n\nRefunds take 5 days. "
    "A refund goes to the card that paid.",
    "The weather is fine today and will be so tomorrow.",
)


def test_sentences_stand_in_paragraphs_by_document_in_its_order() -> None:
    text = quotes.compose("When does my refund arrive on my card?", HELP)
    first, second = text.split("\n\n")
    assert first.endswith(
        "Refunds take 5 days [1]. Write to us if a refund does not arrive within 10 days [1]."
    )
    assert second.endswith("A refund goes to the card that paid [2].")


def test_what_two_passages_of_a_document_say_comes_in_the_order_of_the_document() -> None:
    late = Offered(1, "a.md", "Bikes", "", "Lock the bike at the rack when you are done.", start=900)
    early = Offered(2, "a.md", "Bikes", "", "Unlock the bike with the app.", start=300)
    text = quotes.compose("How do I lock the bike and unlock the bike?", [late, early])
    assert text == "Unlock the bike with the app [2]. Lock the bike at the rack when you are done [1]."


def test_nothing_is_said_twice() -> None:
    assert quotes.compose("How many days do refunds take?", HELP).count("Refunds take 5 days") == 1


def test_what_two_passages_say_in_nearly_the_same_words_is_said_once() -> None:
    passages = offered(
        "Your refund goes to the card that you paid with.", "The refund goes to the card you paid with!"
    )
    assert quotes.compose("Where does my refund go?", passages).count("refund goes") == 1


STEPS = """Before you begin, charge the phone.

To reset the lock:

1. Open the app.
1. Choose **Lock**.
   - If it is grey, wait.
1. Press Reset. The lamp blinks.

The lock works again after a minute.
"""


def test_steps_stay_a_numbered_list_under_what_leads_to_them() -> None:
    assert (
        "To reset the lock [1]:\n1. Open the app [1].\n2. Choose Lock [1].\n   - If it is grey, wait [1].\n"
        "3. Press Reset [1]. The lamp blinks [1]."
    ) in quotes.compose("How do I reset the lock?", offered(STEPS))


def test_points_of_a_list_need_what_leads_to_them_unless_they_are_sentences() -> None:
    refused = "- Passports of other countries\n- Military cards\n- Expired papers\n"
    assert quotes.compose("Can I use a passport?", offered(refused)) == ""
    led = quotes.compose("Can I use a passport?", offered(f"We do not accept:\n\n{refused}"))
    assert led.startswith("We do not accept [1]:\n- Passports of other countries [1]\n- Military cards [1]")
    said = quotes.compose("Can I use a passport?", offered("- Passports are fine.\n- Bring a pen to sign.\n"))
    assert said == "- Passports are fine [1].\n- Bring a pen to sign [1]."


def test_of_a_long_list_the_points_around_the_best_one_are_quoted() -> None:
    points = [
        f"- Town number {n} has a station with many bikes, scooters and a workshop for them"
        for n in range(40)
    ]
    text = quotes.compose(
        "Is there a station in town 31?", offered("There are stations here:\n" + "\n".join(points))
    )
    assert text.startswith("There are stations here [1]:\n- Town number 31 ")
    assert "…" not in text  # what a customer would read, and no agent was shown
    assert len(text) < 900


def test_steps_that_do_not_fit_are_quoted_from_the_first_one_on() -> None:
    steps = "\n".join(
        f"{n}. Turn the screw number {n} with the long key until it clicks twice." for n in range(1, 30)
    )
    text = quotes.compose("Which key turns screw 4?", offered(f"To open it:\n\n{steps}"))
    assert text.startswith("To open it [1]:\n1. Turn the screw number 1 ") and "…" not in text


def test_lists_of_links_are_not_quoted() -> None:
    links = "Related articles:\n* [How refunds work](/a)\n* [What happens to a refund?](https://x.y/z?a=b)\n"
    assert quotes.compose("How do refunds work?", offered(links)) == ""


def test_addresses_are_quoted_and_sentences_that_lost_theirs_are_not() -> None:
    text = "Write to <help@example.org>. Or sign in with your card at <https://example.org/me>. Sign in at ."
    assert quotes.compose("write or sign in", offered(text)) == (
        "Write to help@example.org [1]. Or sign in with your card at https://example.org/me [1]."
    )


def test_quotes_are_read_at_a_glance() -> None:
    passages = offered(
        *(" ".join(f"The refund of part {n}-{i} takes a while." for i in range(30)) for n in range(8))
    )
    assert len(evidence.check(quotes.compose("refund of parts", passages), passages).text) <= 750


def test_headings_bare_links_marks_and_beginnings_of_lists_are_not_quoted() -> None:
    text = quotes.compose("refund plan basic terms see also", HELP)
    for unwanted in ("#", "|", "Terms", "See also", "**", "_"):
        assert unwanted not in text


def test_a_row_is_read_with_the_heads_of_its_columns() -> None:
    table = "| Battery | Slow charger (2 A) | Fast |\n|---|--:|---|\n| **B5** | 7 hours | 3.5 hours |\n"
    text = quotes.compose("how long does the fast charger take for the B5 battery", offered(table))
    assert text == "B5: Slow charger (2 A) 7 hours; Fast 3.5 hours [1]."
    codes = "| Code | Meaning |\n|---|---|\n| E11 | The battery is too cold |\n| E12 | The lamp is broken |\n"
    assert quotes.compose("E11?", offered(codes)).startswith("E11: The battery is too cold [1].")


def test_what_points_elsewhere_is_not_quoted() -> None:
    text = "This page explains how to charge. The battery is too cold, see above. Charge the battery indoors."
    assert quotes.compose("charge battery", offered(text)) == "Charge the battery indoors [1]."


def test_what_stands_in_code_is_not_quoted() -> None:
    text = "```\nrefund_all_customers(now)\n```\nAsk us for a refund by mail."
    assert quotes.compose("refund", offered(text)) == "Ask us for a refund by mail [1]."


def test_question_in_other_words_still_gets_the_best_passage() -> None:
    assert quotes.compose("Wann kommt mein Geld?", HELP).endswith("].")


def test_passages_without_sentences_give_nothing() -> None:
    assert quotes.compose("refund", offered("# Heading", "| a | b |", "[x](y)")) == ""


@pytest.mark.parametrize(
    ("markdown", "plain"),
    [
        ("Press **Save** and _wait_.", "Press Save and wait."),
        ("See [the terms](https://x.y/a_b) now.", "See the terms now."),
        ("Set `MAX_SIZE` to 5 \\* 3.", "Set MAX_SIZE to 5 * 3."),
        ("snake_case and 2*3*4 stay", "snake_case and 2*3*4 stay"),
        ("A <b>bold</b> ![icon](x.png) one [2].", "A bold one."),
        ("x < y and y > z", "x < y and y > z"),
    ],
)
def test_markdown_is_read_as_plain_text(markdown: str, plain: str) -> None:
    assert quotes.plain(markdown) == plain


def test_every_quoted_sentence_matches_its_passage() -> None:
    for question in ("refund days", "card", "company weather", "退款"):
        found = evidence.check(quotes.compose(question, HELP), HELP)
        assert found.sentences
        assert {one.verdict for one in found.sentences} == {Verdict.MATCHES}


def test_chinese_is_quoted_too() -> None:
    passages = offered("# 退款\n\n退款需要5个工作日。请在设置中重置密码。")
    assert (
        quotes.compose("退款要多久？怎么重置密码？", passages)
        == "退款需要5个工作日 [1]。请在设置中重置密码 [1]。"
    )


MARKDOWN = st.lists(
    st.sampled_from(
        ["1. ", "- ", "   * ", "\n", "| a | b |\n", "Do it now:", " Yes. ", "```\n", "<", "[a](b)", "。"]
    )
    | st.text(max_size=20)
).map("".join)


@settings(deadline=None)  # other machines are slower
@given(st.text(max_size=40), st.lists(st.text(max_size=200) | MARKDOWN, max_size=4))
def test_any_passages_are_quoted_without_complaint(question: str, texts: list[str]) -> None:
    passages = offered(*texts)
    found = evidence.check(quotes.compose(question, passages), passages)
    assert all(one.verdict != Verdict.PARTLY for one in found.sentences)


def test_a_line_of_hundreds_of_sentences_is_not_quoted() -> None:
    assert quotes.compose("How long do refunds take?", offered("1. " * 300)) == ""
    said = "1. " * 300 + "\n\nRefunds take 5 days to arrive."
    assert quotes.compose("How long do refunds take?", offered(said)) == "Refunds take 5 days to arrive [1]."
