"""A quantity stands with the passage's bound, a claim with its conditions, a value with its own thing."""

import pytest

from support import evidence
from support.evidence import Offered
from support.evidence.bound_words import BEFORE
from support.evidence.kinds import LEAST, MOST
from support.evidence.reading import read


def verdict(said: str, passage: str, locale: str = "en") -> str:
    offered = [Offered(1, "d", "", "", passage, locale=locale)]
    (found,) = evidence.recheck(said, offered, locale, {said: [1]}).sentences
    return found.verdict


# What is said, in which language, and what is true and what is not beside it.
BOUNDS = [
    (
        "en",
        "Our team answers every message within 24 hours.",
        [
            "Every message is answered in less than 24 hours by our team.",
            "Our team answers messages in 24 hours.",
        ],
        [
            "Our team answers every message after 24 hours.",
            "Our team answers messages in more than 24 hours.",
        ],
    ),
    (
        "en",
        "Passwords must have at least 12 characters.",
        ["A password must have 12 or more characters.", "Your password needs a minimum of 12 characters."],
        ["Passwords must have at most 12 characters.", "Passwords must have 12 characters."],
    ),
    (
        "en",
        "You can cancel a booking up to 48 hours before arrival.",
        ["You can cancel a booking no later than 48 hours before arrival."],
        ["You can cancel a booking within 48 hours before arrival."],
    ),
    (
        "en",
        "Claims must be reported within 7 days of the accident.",
        ["Claims must be reported no later than 7 days after the accident."],
        ["Claims must be reported at least 7 days after the accident."],
    ),
    (
        "en",
        "The pool is open until 8 pm.",
        ["The pool stays open till 8 pm."],
        ["The pool is open from 8 pm."],
    ),
    (
        "en",
        "Children under 6 travel free.",
        ["Children younger than 6 travel free."],
        ["Children over 6 travel free."],
    ),
    (
        "en",
        "| Plan | Maximum size |\n|---|---|\n| Basic | 5 GB |",
        ["The maximum size of the Basic plan is 5 GB."],
        ["The minimum size of the Basic plan is 5 GB."],
    ),
    (
        "de",
        "Sie können die Ware innerhalb von 30 Tagen zurückgeben.",
        ["Die Ware können Sie binnen 30 Tagen zurückgeben."],
        ["Sie können die Ware nach 30 Tagen zurückgeben.", "Sie können die Ware ab 30 Tagen zurückgeben."],
    ),
    (
        "de",
        "Bestellungen ab 40 Euro liefern wir kostenlos.",
        ["Wir liefern kostenlos ab 40 Euro."],
        ["Bestellungen bis 40 Euro liefern wir kostenlos."],
    ),
    (
        "es",
        "La contraseña debe tener al menos 8 caracteres.",
        ["La contraseña debe tener como mínimo 8 caracteres."],
        ["La contraseña debe tener hasta 8 caracteres.", "La contraseña debe tener menos de 8 caracteres."],
    ),
    (
        "fr",
        "La livraison est gratuite à partir de 50 euros d'achat.",
        ["La livraison est gratuite dès 50 euros d'achat."],
        ["La livraison est gratuite jusqu'à 50 euros d'achat."],
    ),
    (
        "it",
        "Il bagaglio può pesare al massimo 23 kg.",
        ["Il bagaglio può pesare fino a 23 kg."],
        ["Il bagaglio può pesare almeno 23 kg."],
    ),
    (
        "pt",
        "A loja está aberta até as 20 horas.",
        ["A loja está aberta até às 20 horas."],
        ["A loja está aberta a partir das 20 horas."],
    ),
    (
        "nl",
        "Het wachtwoord moet minstens 8 tekens hebben.",
        ["Het wachtwoord moet ten minste 8 tekens hebben."],
        ["Het wachtwoord moet maximaal 8 tekens hebben."],
    ),
    (
        "en",
        "Parcels arrive after 10 days at the latest.",
        ["Parcels arrive within 10 days."],
        ["Parcels arrive after more than 10 days."],
    ),
    (
        "en",
        "Delivery takes 3–5 business days.",
        ["Delivery takes between 3 and 5 business days.", "Delivery takes no more than 5 business days."],
        ["Delivery takes up to 3 business days.", "Delivery takes at least 5 business days."],
    ),
    (
        "en",
        "The minimum order is 5 pieces; the maximum weight is 20 kg.",
        ["The minimum order is 5 pieces and the maximum weight is 20 kg."],
        ["The maximum order is 5 pieces and the minimum weight is 20 kg."],
    ),
    (
        "en",
        "Returns are accepted within 30 days of purchase.",
        ["After 30 days we can't accept returns any more."],
        ["After 30 days we accept returns.", "After 30 days you can make returns, don't worry."],
    ),
    (
        "de",
        "Die Ware wird spätestens nach 3 Werktagen verschickt.",
        ["Die Ware wird binnen 3 Werktagen verschickt."],
        ["Die Ware wird erst nach 3 Werktagen verschickt."],
    ),
    (
        "es",
        "La entrega se hace a más tardar el día 5.",
        ["La entrega se hace hasta el día 5."],
        ["La entrega se hace después del día 5."],
    ),
    (
        "it",
        "Consegna entro e non oltre 5 giorni.",
        ["Consegna entro 5 giorni."],
        ["Consegna oltre 5 giorni."],
    ),
]
CONDITIONS = [
    (
        "en",
        "Only administrators can invite users.",
        ["You have to be an administrator to invite users."],
        ["Anyone can invite users.", "Guests can invite users."],
    ),
    (
        "fr",
        "Seuls les administrateurs peuvent inviter des utilisateurs.",
        ["Les administrateurs peuvent inviter des utilisateurs."],
        ["Vous pouvez inviter des utilisateurs."],
    ),
    (
        "es",
        "Solo los administradores pueden invitar a usuarios.",
        ["Los administradores pueden invitar a usuarios."],
        ["Todos pueden invitar a usuarios."],
    ),
    (
        "en",
        "The library lends laptops to members. Ask at the front desk.",
        ["The library lends laptops to members.", "Members can borrow laptops from the library."],
        [
            "The library lends laptops to members only on weekdays.",
            "The library lends laptops to members except on Sundays.",
            "The library lends laptops to members if they are over 65.",
            "The library lends laptops to members as long as supplies last.",
            "The library lends laptops to members unless they owe money.",
            "The library lends laptops only to members.",
        ],
    ),
    (
        "en",
        "Returns are free if you use our label. Otherwise you pay the postage.",
        ["If you use our label, returns are free.", "Returns may be free."],
        ["Returns are free.", "Returns are always free."],
    ),
    (
        "en",
        "The guarantee covers the motor, provided that the bike is serviced every year.",
        ["The guarantee covers the motor if the bike is serviced every year."],
        ["The guarantee covers the motor."],
    ),
    (
        "en",
        "Employees with more than two years of service may take unpaid leave.",
        ["If you have more than two years of service, you may take unpaid leave."],
        ["Employees may take unpaid leave."],
    ),
    (
        "en",
        "Only residents of the city may use the pool in the morning.",
        ["Only residents of the city may use the pool in the morning."],
        ["Everyone may use the pool in the morning."],
    ),
    (
        "en",
        "To reset the router, hold the button for 10 seconds.",
        ["If you want to reset the router, hold the button for 10 seconds."],
        ["Unless the router is new, hold the button for 10 seconds to reset it."],
    ),
    (
        "de",
        "Die App ist kostenlos. Sie können online kündigen, sofern Sie angemeldet sind.",
        ["Die App ist kostenlos.", "Wenn Sie angemeldet sind, können Sie online kündigen."],
        ["Die App ist kostenlos, es sei denn, Sie wohnen im Ausland.", "Sie können online kündigen."],
    ),
    (
        "es",
        "Los socios pueden tomar prestados portátiles.",
        ["Los socios pueden tomar prestados portátiles."],
        ["Los socios pueden tomar prestados portátiles, salvo en agosto."],
    ),
    (
        "fr",
        "La piscine est ouverte au public.",
        ["La piscine est ouverte au public."],
        [
            "La piscine est ouverte au public à condition de réserver.",
            "La piscine est ouverte au public sauf en hiver.",
        ],
    ),
    ("it", "Il reso è gratuito se usa la nostra etichetta.", [], ["Il reso è gratuito."]),
    ("pt", "A devolução é gratuita se usar a nossa etiqueta.", [], ["A devolução é gratuita."]),
    ("nl", "Leden kunnen laptops lenen.", [], ["Leden kunnen laptops lenen, behalve op zondag."]),
]
EXCHANGES = [
    (
        "en",
        "Emails are answered within 24 hours, letters within 5 days.",
        ["Letters are answered within 5 days, emails within 24 hours."],
        ["Emails are answered within 5 days, letters within 24 hours."],
    ),
    (
        "en",
        "The delivery fee is 5 EUR, the express fee is 9 EUR.",
        ["The express fee is 9 EUR, the delivery fee is 5 EUR."],
        [
            "The delivery fee is 9 EUR, the express fee is 5 EUR.",
            "The express fee is 5 EUR, the delivery fee is 9 EUR.",
        ],
    ),
    (
        "en",
        "With the Basic plan you get 10 GB. With the Plus plan you get 50 GB.",
        ["The Plus plan gives you 50 GB and the Basic plan 10 GB."],
        ["The Plus plan gives you 10 GB and the Basic plan 50 GB."],
    ),
    (
        "en",
        "The shop opens at 9 am and closes at 6 pm.",
        ["The shop is open from 9 am to 6 pm."],
        ["The shop opens at 6 pm and closes at 9 am."],
    ),
    (
        "en",
        "| Size | Weight |\n|---|---|\n| small | 10 kg |\n| large | 25 kg |",
        ["The small size weighs 10 kg, the large one 25 kg."],
        ["The small size weighs 25 kg, the large one 10 kg."],
    ),
    (
        "en",
        "Contact Anna Weber for invoices and Ben Costa for contracts.",
        ["Contact Ben Costa for contracts and Anna Weber for invoices."],
        ["Contact Ben Costa for invoices and Anna Weber for contracts."],
    ),
    (
        "en",
        "Send form A12 to the Berlin office and form B34 to the Hamburg office.",
        ["Form B34 goes to the Hamburg office."],
        ["Send form B34 to the Berlin office and form A12 to the Hamburg office."],
    ),
    (
        "en",
        "For billing write to billing@acme.test, for repairs write to fix@acme.test.",
        ["For repairs write to fix@acme.test."],
        ["For repairs write to billing@acme.test."],
    ),
    (
        "de",
        "Erwachsene zahlen 12 Euro und Kinder zahlen 6 Euro.",
        ["Kinder zahlen 6 Euro und Erwachsene zahlen 12 Euro."],
        ["Erwachsene zahlen 6 Euro und Kinder zahlen 12 Euro."],
    ),
]
EVERY = [
    (locale, passage, said, is_true)
    for locale, passage, true, false in (*BOUNDS, *CONDITIONS, *EXCHANGES)
    for is_true, several in ((True, [passage.split(". ")[0], *true]), (False, false))
    for said in several
]


@pytest.mark.parametrize(("locale", "passage", "said", "is_true"), EVERY)
def test_only_what_has_the_bound_the_condition_and_the_thing_of_the_passage_matches(
    locale: str, passage: str, said: str, is_true: bool
) -> None:
    if not said.startswith("|"):
        assert (verdict(said, passage, locale) == "matches") == is_true


@pytest.mark.parametrize("language", sorted(BEFORE))
def test_every_phrase_is_read_as_its_bound(language: str) -> None:
    for direction, lines in BEFORE[language].items():
        for phrase in lines.replace("\n", ";").split(";"):
            words = phrase.strip(" +~")
            tokens = read(f"Xxxx {words} 17 yyyy.", language)
            assert not words or [one.bound for one in tokens if one.said == "17"] == [direction], phrase
    assert {MOST, LEAST} == set(BEFORE[language])


@pytest.mark.parametrize(
    ("said", "bound"),
    [
        ("It takes no more than 5 days.", MOST),
        ("It must not exceed 5 GB.", MOST),
        ("It takes 5 days or less.", MOST),
        ("Children aged 12 and over pay.", LEAST),
        ("It is paid by 5 June.", MOST),
        ("It grew by 5 percent.", 0),
        ("It takes 5–7 days.", LEAST),
        ("It takes 3-5 days.", MOST),
        ("It takes 3 kg – 5 kg.", MOST),
        ("It arrives after 5 days at the latest.", MOST),
        ("The order is 5 pieces and the maximum weight is a kilo.", 0),
    ],
)
def test_bound_is_known_by_what_stands_around_its_number(said: str, bound: int) -> None:
    numbers = [one for one in read(said) if one.said in ("5", "12")]
    assert [one.bound for one in numbers] == [bound]


def test_reason_names_the_bound_the_condition_and_the_values() -> None:
    offered = [Offered(1, "d", "", "", "Bags may weigh up to 8 kg. Tea costs 2 EUR, coffee costs 3 EUR.")]

    def reason(said: str) -> str:
        return evidence.check(f"{said} [1]", offered).sentences[0].reason

    assert reason("Bags may weigh at least 8 kg.") == "The passage means up to “8”, this means “8” or more."
    assert "without the condition “unless empty”" in reason(
        "Bags may weigh up to 8 kg unless they are empty."
    )
    assert "belong to each other" in reason("Tea costs 3 EUR, coffee costs 2 EUR.")


@pytest.mark.parametrize(
    "said",
    [
        "Thank you for choosing our waterproof bicycle.",
        "Sorry for the trouble with your shockproof watch.",
        "Vielen Dank für Ihr Interesse an unserem wasserdichten Fahrrad.",
        "Gracias por su interés en nuestra bicicleta impermeable.",
        "Merci de votre intérêt pour notre vélo étanche.",
    ],
)
def test_what_a_courtesy_says_of_a_product_needs_proof(said: str) -> None:
    assert verdict(said, "Our bicycle is red.") != "needs_no_proof"
    assert verdict(said, "Our bicycle is not waterproof.") != "needs_no_proof"
    assert verdict("Thank you for contacting our support team.", "Our bicycle is red.") == "needs_no_proof"
    assert verdict("Sorry for the trouble with your front wheel.", "Our bicycle is red.") == "needs_no_proof"


def test_question_may_call_a_product_what_a_passage_calls_it() -> None:
    said = "Do you use the waterproof version?"
    assert verdict(said, "Every bicycle is waterproof.") == "needs_no_proof"
    assert verdict(said, "Our bicycle is red.") != "needs_no_proof"
