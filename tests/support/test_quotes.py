"""Replies without a model: whole sentences, plain, from the passages, and proven by the evidence check."""

import pytest
from hypothesis import given
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


def test_best_sentences_come_in_reading_order_with_their_numbers() -> None:
    text = quotes.compose("When does my refund arrive on my card?", HELP)
    assert text.endswith(
        "Write to us if a refund does not arrive within 10 days [1]. A refund goes to the card that paid [2]."
    )


def test_nothing_is_said_twice() -> None:
    assert quotes.compose("How many days do refunds take?", HELP).count("Refunds take 5 days") == 1


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
    assert quotes.compose("退款要多久？", passages).startswith("退款需要5个工作日 [1]。")


@given(st.text(max_size=40), st.lists(st.text(max_size=200), max_size=4))
def test_any_passages_are_quoted_without_complaint(question: str, texts: list[str]) -> None:
    passages = offered(*texts)
    found = evidence.check(quotes.compose(question, passages), passages)
    assert all(one.verdict != Verdict.PARTLY for one in found.sentences)
