"""What is looked up is all that the customer wrote last, however many messages it took them."""

from support import composing
from support.models import Message
from support.prompts import Conversation, Turn


def said(*texts: str) -> Conversation:
    """A customer's messages; "> " begins a reply."""
    kinds = [Message.Kind.REPLY if text.startswith("> ") else Message.Kind.CUSTOMER for text in texts]
    return Conversation([Turn(kind, text) for kind, text in zip(kinds, texts, strict=True)])


def test_burst_that_ends_in_thanks_is_looked_up_by_what_it_asks() -> None:
    burst = said("hello", "wie lange dauert das Laden des Akkus?", "und was kostet ein neuer Akku", "danke!!")
    assert composing.asked_for(burst) == (
        "wie lange dauert das Laden des Akkus? und was kostet ein neuer Akku"
    )
    assert "danke" not in composing.in_own_words(burst)


def test_what_was_answered_is_no_part_of_the_question() -> None:
    conversation = said("How long are refunds?", "> Five days.", "And for the Cargo 2?", "thanks")
    assert composing.question(conversation) == "And for the Cargo 2?\n\nthanks"
    assert [turn.text for turn in composing._history(conversation)] == [
        "How long are refunds?",
        "> Five days.",
    ]


def test_after_a_reply_the_question_is_the_one_that_it_answered() -> None:
    assert composing.question(said("Is it free?", "> Yes.")) == "Is it free?"
    assert composing.question(said("> Hello, can we help?")) == ""


def test_message_that_says_little_is_quoted_for_with_the_one_before() -> None:
    own = composing.in_own_words(said("How long does charging take?", "> Six hours.", "ok"))
    assert "charging" in own and own.endswith("ok")
