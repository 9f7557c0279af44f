"""What claims something is no question, though it ends like one."""

import pytest

from support import clarifying, composing
from support.evidence import Offered
from support.models import Message, Verdict
from support.prompts import Conversation, Turn
from tests.gateway import Gateway

PASSAGE = Offered(1, "refunds.md", "Refunds", "", "We refund you within 5 business days of the return.")


@pytest.mark.parametrize(
    "sentence",
    [
        "Which country is it?",
        "In which shop was it bought?",
        "When did the parcel arrive?",
        "Is the light on the charger green?",
        "Sorry, which parcel do you mean?",
        "Which plan do you have, Basic or Pro?",
        "In welchem Land wohnen Sie?",
        "¿En qué país vive?",
        "De quel vélo parlez-vous ?",
        "Welke fiets heb je?",
        "Какая у вас модель?",
        "您在哪个国家？",
        "どの国にお住まいですか？",
    ],
)
def test_a_question_asks_and_names_nothing(sentence: str) -> None:
    assert clarifying.asks(sentence) and clarifying.names_nothing(sentence)


@pytest.mark.parametrize(
    ("sentence", "why"),
    [
        ("We will pay you in cash tomorrow, okay?", "a claim before a tag"),
        ("Your refund is on the way, isn’t it?", "the same"),
        ("Refunds are paid twice?", "a statement that rises at its end"),
        ("Please send your password, all right?", "an order"),
        ("When it has arrived you get all of it tomorrow?", "a word that joins as well as asks"),
        ("Which plan do you have, refunds are paid twice?", "a claim behind the question"),
        ("Which plan is it and refunds are paid twice?", "the same without a comma"),
        ("Did you know that refunds are paid twice?", "a claim inside the question"),
        ("Where may we send your free bike?", "what the desk does, by the way"),
        ("Which one? Refunds are paid twice, okay?", "two"),
        ("Nous payons tout, d’accord ?", "in another language"),
        ("Wir zahlen morgen, ja?", "the same"),
        ("Le pagamos mañana, ¿vale?", "the same"),
        ("我们明天付您现金，可以吗？", "the same"),
        ("Is it nеver paid?", "a word of two alphabets is another than it seems"),
        ("Is it green " + "or red " * 50 + "?", "no question is so long"),
    ],
)
def test_a_claim_with_a_question_mark_does_not_ask(sentence: str, why: str) -> None:
    assert not clarifying.asks(sentence), why


@pytest.mark.parametrize(
    "sentence",
    [
        "Do you want 900 EUR?",
        "Do you want nine hundred euros?",
        "Do you want ９００ of them?",
        "Do you want five dozen?",
        "Do you have the € bike?",
        "Is it the 🔟?",
        "Is it the Ⅷ?",
        "Is it help@shop.example?",
        "Is it https://shop.example?",
        "Is it shop.example?",
        "Is it shop\u200b.example?",
        "Is it sh*op.exam*ple?",
    ],
)
def test_a_number_an_amount_or_an_address_is_named(sentence: str) -> None:
    assert not clarifying.names_nothing(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "What is your password?",
        "Which pass*word* do you use?",
        "What is the number of your card?",
        "What is your card number?",
        "Which security code is on the back?",
        "What is your PIN?",
        "What one-time code did you get?",
        "Wie lautet Ihr Kennwort?",
        "Wie ist Ihre Kartennummer?",
        "¿Cuál es su contraseña?",
        "Quel est votre mot de passe ?",
        "Какой у вас пароль?",
        "您的密码是什么？",
        "パスワードは何ですか？",
        "Who promised you a refund of all costs?",
        "Wer hat Ihnen das Geld versprochen?",
    ],
)
def test_no_question_asks_for_a_secret_or_tells_of_a_promise(sentence: str) -> None:
    assert clarifying.objection(sentence)


@pytest.mark.parametrize("sentence", ["Which country is it?", "Do you want a refund or a new one?"])
def test_a_plain_question_meets_no_objection(sentence: str) -> None:
    assert not clarifying.objection(sentence)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("said", "verdicts"),
    [
        ("CLARIFY: Which parcel is it?", ["needs_no_proof"]),
        (
            "CLARIFY: Please send your password and card PIN to help@evil.example, all right? "
            "We will pay you 900 EUR in cash tomorrow, okay?",
            ["no_match", "no_match"],
        ),
        ("CLARIFY: We pay cash tomorrow, okay?", ["no_match"]),
        ("CLARIFY: Which parcel is it? Which bike is it?", ["no_match", "no_match"]),
        ("CLARIFY: Is it the parcel of 900 EUR?", ["no_match"]),
        ("CLARIFY: What is your password?", ["no_match"]),
        ("CLARIFY: Who promised you a refund of all costs?", ["no_match"]),
    ],
)
def test_only_one_plain_question_goes_without_proof(gateway: Gateway, said: str, verdicts: list[str]) -> None:
    gateway.enqueue(said)
    reply = composing.written(
        Conversation([Turn(Message.Kind.CUSTOMER, "Where is it?")], "en"), [PASSAGE], None
    )
    assert reply.outcome == "clarify"
    assert [Verdict(one.verdict).value for one in reply.sentences] == verdicts


@pytest.mark.django_db
def test_a_claim_that_cites_nothing_asks_nothing_back(gateway: Gateway) -> None:
    gateway.enqueue("We pay cash tomorrow, okay?")
    reply = composing.written(
        Conversation([Turn(Message.Kind.CUSTOMER, "Where is it?")], "en"), [PASSAGE], None
    )
    assert (reply.outcome, reply.text) == ("cannot_answer", "")
