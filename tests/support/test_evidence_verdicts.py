"""What the check says of a sentence beside a passage, and why."""

import pytest

from support import evidence
from support.evidence import Offered

REFUNDS = Offered(
    1,
    "refunds.md",
    "Refunds",
    "Returns › Refunds",
    "We refund you within 30 days if the item is unopened. It takes **5** business\ndays to arrive. "
    "You must not remove the seal before you return it. Refunds go to the card that paid.\n\n"
    "- Open **Settings**, then *Billing*, and choose Cancel plan.\n- Write to help@example.org.",
    start=40,
)
CHARGING = Offered(
    2,
    "charging.md",
    "Charging the B5",
    "",
    "The standard charger fills the battery in about 7 hours. The fast charger needs 3.5 hours. "
    "Never charge the battery below 0 °C. The warranty covers the battery for 24 months.",
)
GERMAN = Offered(
    3,
    "rueckgabe.md",
    "Rückgabe",
    "",
    "Sie können den Artikel innerhalb von 14 Tagen zurückgeben. Die Rückerstattung erfolgt auf die "
    "ursprüngliche Zahlungsart. Öffnen Sie die Verpackung nicht vor der Rückgabe.",
)
SPANISH = Offered(4, "devoluciones.md", "", "", "El reembolso tarda 5 días hábiles.")
OFFERED = [REFUNDS, CHARGING, GERMAN, SPANISH]

CASES = [
    ("Refunds arrive after 5 business days [1].", "matches", ""),
    ("The refund is credited to the card you paid with [1].", "matches", ""),
    ("To cancel, go to Settings > Billing and pick Cancel plan [1].", "matches", ""),
    ("With the fast charger, charging takes 3.5 hours [2].", "matches", ""),
    ("Please don't charge the battery at temperatures below 0 °C [2].", "matches", ""),
    ("The standard charger needs around seven hours [2].", "matches", ""),
    ("Sie haben 14 Tage Zeit, um den Artikel zurückzugeben [3].", "matches", ""),
    ("El reembolso tarda cinco días hábiles en llegar [4].", "matches", ""),
    ("Hi Carol, refunds arrive after 5 business days [1].", "matches", ""),
    (
        "Of course, refunds arrive after 6 business days [1].",
        "no_match",
        "The passage does not say “6 business days”.",
    ),
    # A number that isn't there, or that belongs to something else.
    ("Your refund is sent within 45 days [1].", "no_match", "The passage does not say “45 days”."),
    ("El reembolso tarda 10 días hábiles [4].", "no_match", "The passage does not say “10 días”."),
    (
        "The fast charger takes 7 hours [2].",
        "partly",
        "The passage says “3.5” of this, and “7” of something else.",
    ),
    # The opposite.
    (
        "You must remove the seal before you return it [1].",
        "no_match",
        "The passage says the opposite: “not remove”.",
    ),
    (
        "You may charge the battery below 0 °C [2].",
        "no_match",
        "The passage says the opposite: “Never charge”.",
    ),
    ("Refunds do not go to the card that paid [1].", "no_match", "The passage says this without “not”."),
    (
        "Öffnen Sie die Verpackung vor der Rückgabe [3].",
        "no_match",
        "The passage says the opposite: “nicht Rückgabe”.",
    ),
    (
        "You must not remove the seal after you return it [1].",
        "no_match",
        "The passage says “before”, not “after”.",
    ),
    # Addresses and names.
    ("Write to sales@example.org [1].", "partly", "The passage does not mention “sales@example.org”."),
    ("Refunds go to your PayPal account [1].", "no_match", "The passage does not mention “PayPal”."),
    # Something else.
    (
        "To cancel, go to Profile and pick Delete account [1].",
        "no_match",
        "The passage does not mention “Profile” or “Delete”.",
    ),
    (
        "Your money goes back to the account you used [3].",
        "partly",
        "The passage is in another language: only numbers and names could be compared.",
    ),
    ("Refunds arrive after 5 business days.", "no_match", "No passage is cited."),
    ("Refunds arrive after 5 business days [7].", "no_match", "Passage 7 was not among those offered."),
    ("Yes [1].", "partly", "The passage says this in other words, or not at all."),
]


@pytest.mark.parametrize(("text", "verdict", "reason"), CASES)
def test_sentence_is_judged_by_what_its_passage_says(text: str, verdict: str, reason: str) -> None:
    (found,) = evidence.check(text, OFFERED).sentences
    assert (found.verdict, found.reason) == (verdict, reason)


def test_number_that_was_not_offered_is_dropped_and_told_beside_one_that_was() -> None:
    (found,) = evidence.check("Refunds arrive after 5 business days [1, 9].", OFFERED).sentences
    assert (found.verdict, found.dropped, [one.number for one in found.citations]) == ("matches", (9,), [1])


def test_two_passages_back_a_sentence_that_neither_backs_alone() -> None:
    text = "Refunds take 5 business days to arrive, and the warranty covers the battery for 24 months"
    one, both = (evidence.check(f"{text} {marks}.", OFFERED).sentences[0] for marks in ("[1]", "[1][2]"))
    assert one.verdict != "matches" and both.verdict == "matches"
    assert [cited.number for cited in both.citations] == [1, 2]


def test_quote_spans_the_neighbouring_sentences_that_it_needs() -> None:
    text = "The standard charger fills the battery in 7 hours, while the fast charger needs 3.5 hours [2]."
    (found,) = evidence.check(text, OFFERED).sentences
    (cited,) = found.citations
    assert cited.quote == CHARGING.text[: CHARGING.text.index(" Never")]


@pytest.mark.parametrize(
    "passage", ["You aren't eligible for a refund.", "You are ineligible for a refund."], ids=["not", "in-"]
)
def test_negation_by_word_and_by_prefix_is_one(passage: str) -> None:
    offered = [Offered(1, "d", "", "", passage)]
    said = {
        text: evidence.check(f"{text} [1]", offered).sentences[0].verdict
        for text in ("You are not eligible for a refund.", "You are eligible for a refund.")
    }
    assert list(said.values()) == ["matches", "no_match"]


@pytest.mark.parametrize(
    ("said", "passage"),
    [
        ("Call 1-800-433-3243.", "Call +1 (800) 433-3243 now."),
        ("Open until 8 pm.", "Open until 8:00 p.m. on weekdays."),
        ("It costs $1,500.", "It costs 1500 dollars."),
        ("Valid from 2024-03-05.", "Valid from March 5, 2024."),
        ("Gültig ab dem 5. März 2024.", "Gültig ab 05.03.2024."),
        ("It costs 30 percent.", "It costs 30%."),
        ("Es kostet 1,5 %.", "Es kostet 1.5 Prozent."),
        ("Wait thirty-five minutes.", "Wait 35 min."),
        ("See www.example.org/help.", "See https://example.org/help/."),
        ("We answer within two days.", "We answer within 2 days."),
    ],
)
def test_two_ways_to_write_a_value_are_one(said: str, passage: str) -> None:
    locale = "de" if "Gültig" in said or "kostet" in said else ""
    (found,) = evidence.check(f"{said} [1]", [Offered(1, "d", "", "", passage)], locale).sentences
    assert (found.verdict, found.reason) == ("matches", "")


@pytest.mark.parametrize(
    ("said", "passage"),
    [
        ("Call 1-800-433-3244.", "Call 1-800-433-3243."),
        ("Send form 22-1995.", "Send form 22-1990."),
        ("Send form 8286B.", "Send form 8286A."),
        ("Install version 2.1.4.", "Install version 2.1.3."),
        ("See example.org/refunds.", "See example.org/returns."),
        ("Open until 9 pm.", "Open until 8 pm."),
        ("Valid from April 5, 2024.", "Valid from March 5, 2024."),
        ("这需要9天。", "这需要5天。"),
    ],
)
def test_another_value_never_matches(said: str, passage: str) -> None:
    (found,) = evidence.check(f"{said} [1]", [Offered(1, "d", "", "", passage)]).sentences
    assert found.verdict != "matches" and found.reason
