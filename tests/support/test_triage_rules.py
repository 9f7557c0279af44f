"""Without a model, few words in many languages decide what a ticket is about; the rest stays empty."""

import pytest

from support.models import Message, Tag
from support.prompts import Conversation, Turn
from support.triage import rules, suggesting

BATTERY = Tag(pk=1, name="battery", description="Charging, charger, range, cold weather")
RETURNS = Tag(pk=2, name="returns", description="Sending back, refund, money, exchange, Umtausch, Rückgabe")
LATE = Tag(pk=3, name="late delivery", description="Parcels and shipping, money")
LIST = [BATTERY, RETURNS, LATE]


@pytest.mark.parametrize(
    ("text", "locale", "found"),
    [
        ("My battery is empty.", "en", [BATTERY]),  # its name
        ("Both batteries are empty.", "en", [BATTERY]),  # in another form
        ("The charger is hot and charging stops.", "en", [BATTERY]),  # two words of its description
        ("The charger is black.", "en", []),  # one word says little
        ("Delivery was quick.", "en", []),  # half of its name
        ("My delivery is two weeks late!", "en", [LATE]),
        ("I want my money.", "en", []),  # a word of two descriptions tells nothing
        ("Is an exchange possible, or a refund? The battery is weak.", "en", [BATTERY, RETURNS]),
        ("Ist ein Umtausch oder eine Rückgabe möglich?", "de", [RETURNS]),
        ("Hello", "en", []),
        ("", "", []),
    ],
)
def test_tags_go_by_their_names_and_descriptions(text: str, locale: str, found: list[Tag]) -> None:
    assert sorted(rules.tags([text], LIST, locale), key=lambda tag: tag.pk) == found


def test_the_best_tags_come_first_and_are_few() -> None:
    many = [Tag(pk=n, name=f"thing{n}", description="") for n in range(9)]
    text = "thing1 thing2 thing3 thing4 battery charger charging range"
    found = rules.tags([text], [*many, BATTERY], "en")
    assert found[0] == BATTERY and len(found) == rules.MOST_TAGS


@pytest.mark.parametrize(
    ("text", "priority"),
    [
        ("The charger caught fire!", "urgent"),
        ("Aus dem Akku kommt Rauch, er ist in Flammen", "urgent"),
        ("Ma batterie a pris feu.", "urgent"),
        ("充电器冒烟了", "urgent"),
        ("Somebody else is using my account", "urgent"),
        ("Mein Rad wurde gestern gestohlen.", "urgent"),
        ("Me robaron la bicicleta", "urgent"),
        ("You charged my card twice.", "high"),
        ("Es wurde doppelt abgebucht", "high"),
        ("J'ai été débité deux fois", "high"),
        ("二重請求されています", "high"),
        ("I can’t log in to my account", "high"),  # a typographer's apostrophe
        ("Ich kann mich nicht mehr anmelden", "high"),
        ("No puedo acceder", "high"),
        ("I need it by tomorrow", "high"),
        ("Es ist dringend", "high"),
        ("Срочно нужна помощь", "high"),
        ("긴급합니다", "high"),
        ("This is the third time I write", "high"),
        ("Niemand antwortet mir", "high"),
        ("My lawyer will write to you", "high"),
        ("WHY DOES NOBODY EVER TELL ME WHERE IT IS", "high"),  # shouted
        ("It's not urgent, but how do I change the bell?", "low"),
        ("Keine Eile: welche Farbe gibt es?", "low"),
        ("No hurry, but the charger is on fire", "urgent"),  # danger does not wait
        ("Where can I buy a bell?", "normal"),
        ("What is the warranty on the frame?", "normal"),
        ("OK THANKS", "normal"),  # short
        ("Firewall settings", "normal"),  # within another word
        ("Is it dangerous to ride in the rain?", "normal"),
        ("", "normal"),
    ],
)
def test_priority_goes_by_few_signals(text: str, priority: str) -> None:
    assert rules.priority([text]) == priority


def test_the_same_sent_again_is_pressing() -> None:
    assert rules.priority(["Where is my order?", "Where is my ORDER??"]) == "high"
    assert rules.priority(["Hello", "Where is my order?", "It has number 5."]) == "normal"


@pytest.mark.parametrize(
    ("text", "sentiment"),
    [
        ("This is unacceptable, I am furious.", "negative"),
        ("Ich bin sehr enttäuscht.", "negative"),
        ("太差了,我很失望", "negative"),
        ("I am not happy with it.", "negative"),  # denied
        ("The new one is perfect, I love it.", "positive"),
        ("Ich bin sehr zufrieden.", "positive"),
        ("Nicht zufrieden", "negative"),
        ("I love the bike, but the service is terrible.", ""),  # both
        ("How do I change the bell?", ""),
        ("", ""),
    ],
)
def test_a_sentiment_is_told_where_words_are_clear(text: str, sentiment: str) -> None:
    assert rules.sentiment([text]) == sentiment


@pytest.mark.parametrize(
    ("texts", "summary"),
    [
        (["Hi. I bought a bike. How long does the battery take to charge in winter?"],
         "How long does the battery take to charge in winter?"),
        (["My phone fell into the canal and I forgot the unlock code. Sad."],
         "My phone fell into the canal and I forgot the unlock code."),
        (["Thanks", "The rear brake squeaks since the last service."],
         "The rear brake squeaks since the last service."),
        ([], ""),
    ],
)  # fmt: skip
def test_the_summary_is_the_customers_sentence_that_tells_most(texts: list[str], summary: str) -> None:
    assert rules.summary(texts, "en") == summary


def test_a_long_summary_is_cut() -> None:
    assert len(rules.summary(["word " * 500], "en")) <= rules.LONGEST_SUMMARY


def test_only_what_nobody_answered_counts() -> None:
    said = [("customer", "It was stolen!"), ("reply", "We sent a new one."), ("customer", "Where do I sign?")]
    conversation = Conversation([Turn(Message.Kind(kind), text) for kind, text in said])
    assert rules.asked(conversation) == ["Where do I sign?"]
    found = suggesting.by_rules(conversation, LIST)
    assert (found.priority, found.tags, found.written_by) == ("normal", [], "rules")


def test_hostile_text_takes_no_time() -> None:
    """Patterns look a few words ahead, never back and forth."""
    for text in ("charged " * 1250, "a" * 10_000, "paid" + " " * 9_000, "доб " * 2500, "在" * 10_000):
        rules.priority([text])
        rules.sentiment([text])
        rules.summary([text], "")
