"""A customer is answered in their language, and from what the whole conversation is about."""

import pytest

from kb.extract.languages import message_locale
from support import drafting, languages
from support.composing import look_up
from support.models import Message
from support.prompts import Conversation, Turn
from tests import cast
from tests.gateway import Gateway, error
from tests.support.drafts import ask, draft_of, written

pytestmark = pytest.mark.django_db

GERMAN = "Wie viele Tage dauert die Rückerstattung, nachdem mein Paket angekommen ist?"
PLANS = """# Prices

## Monthly plan

The monthly plan can be cancelled at any time; it ends with the month that was paid.

## Annual plan

The annual plan can be cancelled within 14 days; after that it ends with the year that was paid.
"""
BIKES = "# Bikes\n\nWe look over every bike once a year. Annual inspections cost 40 EUR.\n"


@pytest.mark.parametrize(
    ("own", "messages", "language"),
    [
        ("", [GERMAN], "de"),
        ("", ["Wie lange dauert die Rückerstattung?"], "de"),
        ("", ["Combien de temps prend le remboursement ?"], "fr"),
        ("", ["退款需要多少天？"], "zh"),
        ("", ["How many days does a refund take?"], "en"),
        ("", [GERMAN, "ok"], "de"),  # too short to tell: what they wrote before does
        ("fr", [GERMAN], "fr"),  # their own choice
        ("de-AT", ["Hello?"], "de"),
        ("xx", [GERMAN], "de"),
        ("", ["E-11"], ""),
        ("", [], ""),
        ("pt", [], "pt"),
    ],
)
def test_language_is_the_customers_choice_or_what_they_write(
    own: str, messages: list[str], language: str
) -> None:
    assert languages.spoken(messages, own) == language


def test_every_language_has_a_name() -> None:
    assert languages.name_of("de") == "German" and languages.name_of("pt-BR") == "Portuguese"
    assert languages.name_of("zh") == "Chinese" and languages.name_of("xx") == ""
    assert all(languages.NAMES.values()) and len(languages.NAMES) > 80
    assert not languages.is_known("xx") and not languages.is_known("")


@pytest.mark.parametrize("text", ["", "ok", "1234", "https://example.com/a/b", "?!", "\ud800", "x" * 30])
def test_what_tells_no_language_is_taken_for_none(text: str) -> None:
    assert message_locale(text) == ""


def test_prompt_names_the_language_to_write_in(articles, gateway: Gateway) -> None:
    gateway.enqueue("Sie erhalten das Geld in 5 Werktagen [1].")
    written(draft_of(ask(GERMAN)))
    assert gateway.completions[-1].prompt.endswith("Write in German.")


def test_customers_own_locale_decides(articles, gateway: Gateway) -> None:
    written(draft_of(ask("Refund?", locale="es")))
    assert gateway.completions[-1].prompt.endswith("Write in Spanish.")


def test_quotes_say_that_they_cannot_be_translated(articles, gateway: Gateway) -> None:
    gateway.enqueue(error(401))
    draft = written(draft_of(ask(GERMAN)))
    assert draft.written_by == "quotes"
    assert "in English and the customer writes German" in draft.reason
    gateway.enqueue(error(401))
    draft = written(draft_of(ask("How many days does a refund take after my parcel arrived?")))
    assert draft.written_by == "quotes" and "translated" not in draft.reason


def test_a_gap_tells_the_language_of_the_question(articles, gateway: Gateway) -> None:
    gateway.enqueue("CANNOT_ANSWER: Wie lange es im Ausland dauert.")
    assert written(draft_of(ask(GERMAN))).gap.locale == "de"


def test_a_follow_up_is_answered_from_what_the_conversation_is_about(articles, article, gateway) -> None:
    article("prices.md", PLANS)
    article("bikes.md", BIKES)
    first = ask("Can I cancel the monthly plan at any time?")
    drafting.claim(draft_of(first).pk)
    Message.objects.create(ticket=first.ticket, kind="reply", author=cast.alice(), text="Yes, at any time.")
    first.ticket.drafts.all().delete()
    last = ask("And for annual plans?", first)
    draft = written(draft_of(last))
    assert draft.state == "ready"
    first_two = list(draft.offered.all())[:2]
    assert {row.reference for row in first_two} == {"prices.md"}  # “annual” stands in the bikes, too
    assert any("within 14 days" in row.text for row in first_two)
    alone = Conversation([Turn(Message.Kind.CUSTOMER, "How do I change my password?")])
    assert look_up(alone, "public")[0][0].document == "password.md"
