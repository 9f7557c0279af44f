"""What a sentence must not do to match, however many of its words the passage has."""

import pytest

from support import evidence
from support.evidence import Offered

SHOES = (
    "Unworn shoes may be returned within 14 days of delivery. Sale items can only be exchanged, not refunded."
)
FEES = "Refunds take 5 days. The fee is $1,500.50, i.e. 2.5%. Call +49 30 1234567. Form W-9 is needed."
DRIVE = (
    "Each recovery code can be used only once. Guests can train twice for free. Take one tablet twice a day. "
    "Free plans keep version history for 30 days, Business plans for 180 days. "
    "Check-in closes 60 minutes before departure. You can bring a bag of up to 8 kg. "
    "Do not take more than four tablets in 24 hours. Files larger than 5 GB can't be shared by link."
)


def checked(said: str, *passages: str, locale: str = "en") -> tuple[str, str]:
    offered = [Offered(number, "d", "", "", text, locale=locale) for number, text in enumerate(passages, 1)]
    marks = "".join(f"[{one.number}]" for one in offered)
    (found,) = evidence.check(f"{said.rstrip('.')} {marks}.", offered, locale).sentences
    return found.verdict, found.reason


@pytest.mark.parametrize(
    "said",
    [
        "You can ignore the fee.",
        "Payment was received.",
        "The service is free for you.",
        "It is legal.",
        "You may ignore this letter.",
        "We guarantee it.",
        "Ask your bank to send it again.",
    ],
)
@pytest.mark.parametrize("passage", [SHOES, FEES, DRIVE])
def test_common_words_match_no_passage_that_says_little_of_them(said: str, passage: str) -> None:
    assert checked(said, passage)[0] != "matches"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Refunds take 5 hours.", "The passage says “5 days”, not “5 hours”."),
        ("Refunds take five weeks.", "The passage says “5 days”, not “five weeks”."),
        ("The fee is 2.5 EUR.", "The passage says “2.5 %”, not “2.5 EUR”."),
        ("The fee is €1,500.50.", "The passage says “$ 1,500.50”, not “€ 1,500.50”."),
    ],
)
def test_number_of_another_unit_never_matches(said: str, reason: str) -> None:
    assert checked(said, FEES) == ("no_match", reason)


@pytest.mark.parametrize(
    ("said", "passage"),
    [
        ("Refunds take 120 hours.", FEES),
        ("Unworn shoes may be returned within two weeks of delivery.", SHOES),
        ("Check-in closes an hour before departure.", DRIVE),
        ("Take one tablet two times a day.", DRIVE),
        ("Each recovery code can be used only one time.", DRIVE),
        ("You can bring a bag of no more than 8 kg.", DRIVE),
        ("Take up to four tablets in 24 hours.", DRIVE),
        ("Call 030 1234567.", FEES),
    ],
)
def test_quantities_and_bounds_said_otherwise_match(said: str, passage: str) -> None:
    assert checked(said, passage) == ("matches", "")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("Guests can train three times for free.", "The passage does not say “three times”."),
        ("Form W-8 is needed.", "“W-8”"),
        ("The fee is 3.5% of the price.", "The passage does not say “3.5%”."),
        ("Call 030 1234568.", "“030 1234568”"),
    ],
)
def test_reason_names_the_number_as_it_is_written(said: str, reason: str) -> None:
    verdict, found = checked(said, DRIVE if "can" in said else FEES)
    assert verdict == "no_match" and reason in found


CONTRADICTED = "Files larger than 5 GB can be shared by link."


def test_no_other_passage_backs_what_the_nearest_one_denies() -> None:
    assert checked(CONTRADICTED, DRIVE, SHOES)[0] == "no_match"
    other = "You can share files by link. Large files, larger than 2 GB, take longer."
    offered = [Offered(number, "d", "", "", text) for number, text in enumerate((DRIVE, SHOES, other), 1)]
    (found,) = evidence.recheck(CONTRADICTED, offered).sentences
    assert (found.verdict, [one.number for one in found.citations]) == ("no_match", [1])


def test_what_another_passage_says_word_for_word_stays_backed() -> None:
    assert checked(CONTRADICTED, DRIVE, CONTRADICTED)[0] == "matches"


def test_sentence_is_read_in_its_own_language_within_a_text_of_another() -> None:
    text = "Nothing is refunded after 30 days! Die Rückgabe ist innerhalb von 14 Tagen möglich."
    offered = [Offered(1, "d", "", "", "Note: nothing is refunded after 30 days!")]
    assert evidence.recheck(text, offered).sentences[0].verdict == "matches"


LIMITS = (
    "Each recovery code can be used only once. You are liable for up to 50 EUR unless you acted with gross "
    "negligence. Annual memberships can be paused for up to 8 weeks, but only with a medical certificate."
)


@pytest.mark.parametrize(
    "said",
    [
        "Each recovery code can be used.",
        "You are liable for up to 50 EUR if you acted with gross negligence.",
        "You are liable for up to 50 EUR.",
        "Annual memberships can be paused for up to 8 weeks.",
    ],
)
def test_condition_that_is_left_out_or_turned_round_never_matches(said: str) -> None:
    assert checked(said, LIMITS)[0] != "matches"


@pytest.mark.parametrize(
    ("said", "passage", "locale"),
    [
        ("I have blocked your card in the app.", "You can block your card in the app.", "en"),
        ("Your refund was paid to the card.", "The refund is paid to the card.", "en"),
        ("I cancelled your membership.", "You can cancel your membership.", "en"),
        ("Wir haben Ihre Karte gesperrt.", "Sie können Ihre Karte sperren.", "de"),
        ("Hemos devuelto el dinero a su tarjeta.", "El dinero se devuelve a su tarjeta.", "es"),
        ("Votre carte a été bloquée.", "Votre carte peut être bloquée.", "fr"),
    ],
)
def test_deed_that_is_claimed_never_matches(said: str, passage: str, locale: str) -> None:
    assert checked(said, passage, locale=locale)[0] != "matches"


@pytest.mark.parametrize(
    ("said", "passage"),
    [
        ("セール品は返金できます。", "セール品は返金できません。"),
        ("할인 상품은 환불할 수 있습니다.", "할인 상품은 환불할 수 없습니다."),
        ("يمكن استرداد قيمة المنتجات المخفضة.", "لا يمكن استرداد قيمة المنتجات المخفضة."),
        ("Товар можно вернуть.", "Товар нельзя вернуть."),
        ("Товары со скидкой подлежат возврату.", "Товары со скидкой не подлежат возврату."),
        ("ניתן לקבל החזר על מוצרים במבצע.", "לא ניתן לקבל החזר על מוצרים במבצע."),
        ("छूट वाले सामान का पैसा वापस होता है।", "छूट वाले सामान का पैसा वापस नहीं होता है।"),
        ("สินค้าลดราคาสามารถคืนเงินได้", "สินค้าลดราคาไม่สามารถคืนเงินได้"),
    ],
)
def test_negation_is_known_by_its_letters_without_a_locale(said: str, passage: str) -> None:
    assert checked(said, passage, locale="")[0] != "matches"
    assert checked(passage, passage, locale="")[0] == "matches"


@pytest.mark.parametrize(
    ("said", "passage", "locale"),
    [
        ("Non può annullare l’ordine entro 24 ore.", "Può annullare l’ordine entro 24 ore.", "it"),
        ("No puede anular el pedido en 24 horas.", "Puede anular el pedido en 24 horas.", "es"),
        ("No other shop repairs the bike.", "Every other shop repairs the bike.", "en"),
        (
            "U kunt de bestelling niet binnen 24 uur annuleren.",
            "U kunt de bestelling binnen 24 uur annuleren.",
            "nl",
        ),
        ("Du kan inte avboka inom 24 timmar.", "Du kan avboka inom 24 timmar.", ""),
        ("Możesz zwrócić rower, ale nie w sklepie.", "Możesz zwrócić rower, ale w sklepie.", ""),
        ("Δεν μπορείτε να ακυρώσετε την παραγγελία.", "Μπορείτε να ακυρώσετε την παραγγελία.", ""),
    ],
)
def test_what_denies_a_sentence_is_heard_at_its_beginning_and_without_a_locale(
    said: str, passage: str, locale: str
) -> None:
    assert checked(said, passage, locale=locale)[0] != "matches"
    assert checked(passage, passage, locale=locale)[0] == "matches"


PLANS = "Adults pay 12 EUR, children pay 6 EUR. The Basic plan stores 5 GB and the Pro plan stores 50 GB."


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ("Children pay 6 EUR, adults 12 EUR.", "matches"),
        ("Children pay 12 EUR.", "no_match"),
        ("Adults pay 6 EUR.", "no_match"),
        ("The Pro plan stores 50 GB.", "matches"),
        ("The Basic plan stores 50 GB.", "no_match"),
    ],
)
def test_value_of_a_parallel_clause_is_not_taken_for_ones_own(said: str, verdict: str) -> None:
    assert (checked(said, PLANS)[0] == "matches") == (verdict == "matches")


def test_language_whose_negation_is_unknown_matches_word_for_word_only() -> None:
    assert (
        checked("İndirimli ürünler iade edilir.", "İndirimli ürünler iade edilemez.", locale="tr")[0]
        != "matches"
    )
    assert checked("Ürünler iade edilir.", "Ürünler iade edilir.", locale="tr")[0] == "matches"
