"""The words of texts and questions, whatever they are written in and however they are misspelt."""

import unicodedata
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from kb.identifiers import is_identifier
from kb.lexemes import lexemes
from kb.lexical import stored, tsvector
from kb.misspellings import LONGEST, MOST, distance, may_be_misspelt, one_slip, splits
from kb.models import Audience, Document, LexemeCount, Passage
from kb.retrieval.corrections import MOST_LOOKED_UP, MOST_WORDS, _one_slip
from kb.retrieval.languages import by_dictionary, spoken_language
from kb.retrieval.questions import PLAIN, Question, look_up, matched
from kb.retrieval.reading import read
from kb.retrieval.scope import Scope
from kb.retrieval.words import SETTINGS, by_words
from kb.synonyms import parse
from tests.kb.test_lexical import new_document, store

PUBLIC, INTERNAL = Audience.PUBLIC, Audience.INTERNAL


@pytest.mark.parametrize(
    ("written", "asked", "locale"),
    [
        ("Refunds are paid", "refund", "en"),
        ("the veteran’s claim", "veterans claim", "en"),
        ("You don't need it", "dont", "en"),
        ("Wi-Fi settings", "wifi", "en"),
        ("log-in page", "login", "en"),
        ("Error E-17", "e17", "en"),
        ("Error E-17", "E-17", "de"),
        ("model RT-5520", "rt5520", ""),
        ("version v2.1.3", "V2.1.3", "en"),
        ("write to help@example.com", "help@example.com", "fr"),
        ("Überprüfung", "uberprufung", "de"),
        ("Straße", "strasse", "de"),
        ("contraseñas", "contrasena", "es"),
        ("l’adresse", "adresses", "fr"),
        ("手机号码", "手机", "zh"),
        ("รหัสผ่าน", "รหัส", "th"),
        ("ＦＡＱ ①", "faq 1", "en"),
        ("修理自行车损坏", "车", "zh"),
        ("在iPhone上登录", "iphone", "zh"),
        ("ﾊﾟｽﾜｰﾄﾞを忘れた", "パスワード", "ja"),
        ("비밀번호를 바꾸려면", "비밀번호가", "ko"),
        ("차를 팔다", "차가", "ko"),
        ("ใช้รหัสผ่านใหม่", "รหัสผ่าน", "th"),
        ("Pass\u00adwort", "Passwort", "de"),
        ("Form 22\u20111990", "22-1990", "en"),
    ],
)
def test_what_customers_type_meets_what_is_written(written: str, asked: str, locale: str) -> None:
    assert set(lexemes(asked, locale)) & set(lexemes(written, locale))


@pytest.mark.parametrize(
    ("one", "other"),
    [("v2.1.3", "v21.3"), ("E-17", "E-71")],
)
def test_identifiers_that_differ_are_kept_apart(one: str, other: str) -> None:
    assert lexemes(one, "en")[-1] not in lexemes(other, "en")


def test_an_identifier_is_found_whole_and_in_parts() -> None:
    assert lexemes("RT-5520", "en") == ["rt", "5520", "rt5520", "=rt-5520"]


def test_accents_written_in_two_ways_are_one() -> None:
    assert lexemes("é", "fr") == lexemes("e\u0301", "fr")


def test_vowel_signs_stay_inside_their_word() -> None:
    assert len(lexemes("हिन्दी", "hi")) == 1


def test_an_unknown_language_is_stemmed_as_english() -> None:
    assert lexemes("refunds", "") == lexemes("refund", "")
    assert lexemes("refunds", "vi") == ["refunds"]


@given(st.text(), st.sampled_from(["", "en", "de", "zh", "th", "ar", "xx", "pt-BR"]))
@example("_@_._", "en")
def test_any_text_has_lexemes_that_can_be_stored(text: str, locale: str) -> None:
    found = lexemes(text, locale)
    assert all(0 < len(lexeme) <= 100 for lexeme in found)
    assert "\x00" not in "".join(found)
    assert stored(tsvector(found)) == sorted(set(found))


# Without blanks, and NUL, which becomes one: "E 11" is one identifier, and "e 11" two words.
@given(st.text(st.characters(max_codepoint=127, exclude_characters=" \x00")))
def test_capitals_make_no_difference(text: str) -> None:
    assert lexemes(text.upper(), "en") == lexemes(text.lower(), "en")


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How do I get my money back?", "en"),
        ("Wie bekomme ich mein Geld zurück?", "de"),
        ("¿Cómo puedo cambiar mi contraseña?", "es"),
        ("Comment puis-je changer mon mot de passe ?", "fr"),
        ("我的手机丢了怎么办", "zh"),
        ("パスワードを忘れました", "ja"),
        ("비밀번호를 잊어버렸어요", "ko"),
        ("как вернуть деньги", "und"),
        ("refund", ""),
        ("😀", ""),
        ("", ""),
    ],
)
def test_the_language_of_a_question_is_told_by_script_and_common_words(question: str, language: str) -> None:
    assert spoken_language(question) == language


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("e11", True),
        ("err_conn-17", True),
        ("22-1990", True),
        ("dd-214", True),
        ("10-10ez", True),
        ("v2.1.3", True),
        ("2.1.3", True),
        ("help@example.com", True),
        ("100234", True),
        ("wi-fi", False),
        ("3-5", False),
        ("24", False),
        ("2025", False),
        ("19.99", False),
        ("5gb", False),
        ("2nd", False),
        ("someone@home", False),
        ("refund", False),
    ],
)
def test_identifiers_name_one_thing_and_quantities_do_not(written: str, expected: bool) -> None:
    assert is_identifier(written) == expected


def found(question: str, audience: Audience = PUBLIC, locale: str = "", **more: Any) -> list[str]:
    """The texts of the passages in the order of their words."""
    scope = Scope(audience).asked_in(locale)
    asked = look_up(question, locale, scope.locales, scope=scope, **more)
    texts = dict(Passage.objects.values_list("pk", "text"))
    return [texts[pk] for pk in by_words(scope, asked, 10).scores]


def ask(question: str, audience: Audience = PUBLIC, locale: str = "") -> Question:
    return look_up(question, locale, None, scope=Scope(audience))


FILLER = [
    "An error means that something is wrong: write the error down and ask what the error means.",
    "What the form is for, what a form means, and where the form goes.",
    "What does the version mean? A version tells how old the version of the app is.",
    "Call or write to us by telephone or e-mail; an order number helps us to find the order.",
]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("E11: the battery is too cold.", "What does error E11 mean?"),
        ("E11: the battery is too cold.", "error e-11"),
        ("E11: the battery is too cold.", "what does error E 11 mean"),
        ("E-11: the battery is too cold.", "What does error E11 mean?"),
        ("E 11: the battery is too cold.", "What does error E11 mean?"),
        ("ERR_CONN-17 appears without a network.", "what is the error err conn 17"),
        ("ERR_CONN-17 appears without a network.", "What does error ERRCONN17 mean?"),
        ("Veterans send the DD-214 along.", "what is the form DD214 for"),
        ("Veterans send the DD 214 along.", "what is the form dd-214 for"),
        ("Apply with 22-1990 before the term.", "what is the form 22 1990 for"),
        ("Health care: 10-10EZ.", "where does the form 1010 EZ go"),
        ("Since v2.1.3 the map turns.", "what is new in version 2.1.3 of the app"),
        ("Since version 2.1 the map of the app turns.", "what does version v2.1 of the app mean"),
        ("The City 3 has a belt.", "order a city3"),
        ("Refunds: billing@shop.example answers.", "write e-mail to billing@shop.example"),
        ("We answer at +49 30 1234567 by day.", "call us at 030 123 4567 telephone"),
        ("Toll-free: (844) 875-6446.", "call telephone 844.875.6446"),
        ("Order 4410223391 was sent twice.", "find the order number 4410223391"),
        ("The SKU RT-5520 is sold out.", "order number rt5520"),
    ],
)
def test_the_passage_with_the_identifier_comes_first(db: None, written: str, asked: str) -> None:
    store(new_document("errors.md", "Error codes"), *FILLER, written)
    assert found(asked)[0] == written


@pytest.mark.parametrize(("exact", "other"), [("E11", "E-11"), ("DD-214", "DD214"), ("v2.1", "2.1")])
def test_the_exact_spelling_of_an_identifier_wins(db: None, exact: str, other: str) -> None:
    store(new_document("codes.md", "Codes"), *FILLER, f"About {exact}: one.", f"About {other}: one.")
    assert found(exact)[:2] == [f"About {exact}: one.", f"About {other}: one."]
    assert found(other)[:2] == [f"About {other}: one.", f"About {exact}: one."]


def test_versions_that_differ_are_not_found_for_each_other(db: None) -> None:
    store(new_document("versions.md", "Versions"), "In v2.1.3 it works.", "In v2.13 it works.")
    assert found("v2.1.3")[0] == "In v2.1.3 it works."


REFUND = "A refund of the membership is paid within five days, after which you receive a confirmation."
LOGIN = "Your login is the e-mail address; a password manager remembers the password."


@pytest.fixture
def articles(db: None) -> None:
    store(new_document("refund.md", "Refunds"), REFUND)
    store(new_document("login.md", "Login"), LOGIN)
    internal = new_document("internal.md", "Fraud")
    store(internal, "Chargebacks of Zephyrion customers go to the fraud team: kwalifikation needed.")
    Document.objects.filter(pk=internal.pk).update(audience=INTERNAL)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("refnud", REFUND),  # swapped
        ("refud", REFUND),  # left out
        ("reffund", REFUND),  # doubled
        ("refubd", REFUND),  # the key beside
        ("recieve a confrimation", REFUND),
        ("memberhsip", REFUND),
        ("conformtion", REFUND),  # two slips
        ("membrshp", REFUND),
        ("pasword", LOGIN),
        ("passwrod manger", LOGIN),
        ("log in", LOGIN),  # two words
        ("passwordmanager", LOGIN),  # one word
    ],
)
def test_a_misspelt_word_finds_its_article(articles: None, asked: str, expected: str) -> None:
    assert found(asked)[:1] == [expected]


def test_what_was_looked_up_instead_is_told_in_the_words_of_the_documents(articles: None) -> None:
    asked = ask("How long does the refnud of my Membrship take?")
    assert asked.corrected == {"refnud": "refund", "membrship": "membership"}
    passage = Passage.objects.get(text=REFUND)
    assert matched(asked, passage) == ["refund", "membership"]


@pytest.mark.parametrize("right", ["refund", "E12", "100235", "help@exampel.com", "planet", "10x", "refnud1"])
def test_words_that_are_known_or_name_something_are_not_corrected(articles: None, right: str) -> None:
    store(new_document("ids.md", "Codes"), "E11, 100234, help@example.com, plane")
    assert not ask(right).corrected


def test_a_word_is_not_corrected_to_one_that_only_its_stem_is_near(db: None) -> None:
    store(new_document("now.md", "Now"), "The current state, and how to log it.")
    assert ask("currencies", locale="en").corrected == {}
    assert ask("fogging", locale="en").corrected == {}


def test_a_common_word_is_not_put_in_the_place_of_another(articles: None) -> None:
    store(new_document("could.md", "Coupling"), "The coupl could be of your own.")
    assert ask("coudl yuor", locale="en").corrected == {}


def test_a_correction_counts_less_than_the_word_itself(articles: None) -> None:
    right, wrong = ask("refund", locale="en"), ask("refnud", locale="en")
    assert 0 < wrong.weights()["refund"] < right.weights()["refund"]


@pytest.mark.parametrize("asked", ["Zephyrian", "zephyrion", "kwalifikatoin", "chargebaks"])
def test_customers_learn_no_word_of_internal_documents(articles: None, asked: str) -> None:
    assert ask(asked).corrected == {}
    assert ask(asked).weights() == {}
    assert found(asked) == []


def test_agents_find_internal_words_misspelt(articles: None) -> None:
    assert ask("Zephyrian", INTERNAL).corrected == {"zephyrian": "Zephyrion"}
    assert "Zephyrion" in found("zephyrian", INTERNAL)[0]


@pytest.mark.parametrize("passages", [1, 100_000])
def test_an_internal_word_is_as_unknown_to_customers_as_one_that_is_nowhere(
    articles: None, passages: int
) -> None:
    store(new_document("wind.md", "Wind"), "The zephyrium is a wind.")
    LexemeCount.objects.filter(lexeme="zephyrion").update(passages=passages)
    for asked in ("zephyrion", "zephyriom"):
        told = ask(asked)
        assert told.corrected == {asked: "zephyrium"}
        assert found(asked) == ["The zephyrium is a wind."]


def test_a_german_compound_is_found_by_its_parts(db: None) -> None:
    text = "Für die Rückgabe gilt eine Frist von 30 Tagen."
    store(new_document("de.md", "Rückgabe", "de"), text, "Die Batterie lädt über Nacht.")
    assert found("Rückgabefrist", locale="de")[0] == text


def test_a_word_is_corrected_in_the_language_of_its_documents(db: None) -> None:
    store(new_document("de.md", "Erstattung", "de"), "Die Erstattung dauert fünf Tage.")
    store(new_document("ru.md", "Возврат", "ru"), "Возврат денег занимает пять дней.")
    assert ask("Erstatung").corrected == {"erstatung": "Erstattung"}
    assert ask("возрват").corrected == {"возрват": "Возврат"}


def test_a_word_is_corrected_in_a_script_that_the_local_model_does_not_know(db: None) -> None:
    store(new_document("hy.md", "", "hy"), "Ձեռնարկ բոլորի համար։")
    store(new_document("ka.md", "", "ka"), "ფულის დაბრუნება ხუთ დღეში.")
    assert ask("ձեռնրակ").corrected == {"ձեռնրակ": "Ձեռնարկ"}
    assert ask("დაბურნება").corrected == {"დაბურნება": "დაბრუნება"}


def test_the_documents_tell_the_language_of_a_short_question(db: None) -> None:
    for number in range(12):
        store(new_document(f"de{number}.md", "", "de"), "Die Rückgabe des Fahrrads und die Erstattung.")
        store(new_document(f"en{number}.md", "", "en"), "The return of the bike and the refund.")
    known = {"de": 12, "en": 12}
    assert by_dictionary("Rückgabe Fahrrad", known) == "de"
    assert by_dictionary("bike refund", known) == "en"
    assert by_dictionary("Rückgabe bike", known) == ""
    assert by_dictionary("xylophone", known) == ""
    assert by_dictionary("Rückgabe Fahrrad", {"de": 12}) == ""


def test_a_line_to_fill_in_is_no_word(articles: None) -> None:
    store(new_document("de.md", "Erstattung", "de"), "Die Erstattung dauert fünf Tage.")
    assert REFUND in found("refund, name: ____, log _ in")
    assert found("_") == found("_@_._ __") == []


def test_a_search_by_words_leaves_no_setting_behind(articles: None) -> None:
    def settings() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT " + ", ".join(f"current_setting('{name}')" for name in SETTINGS))
            return list(cursor.fetchone())

    with transaction.atomic():
        before = settings()
        assert found("refund") == [REFUND]
        assert settings() == before != list(SETTINGS.values())


def test_without_boosts_a_question_is_only_its_own_lexemes(articles: None) -> None:
    asked = look_up("log in E-11 refund", "en", ["en"], boosts=PLAIN)
    assert set(asked.words["en"].tell) == set(lexemes("log in E-11 refund", "en"))


def test_the_words_that_matched_are_told_as_they_were_asked(articles: None) -> None:
    passage = Passage.objects.get(text=LOGIN)
    assert matched(ask("What is the Password of my logins?"), passage) == ["Password", "logins"]
    store(new_document("zh.md", "", "zh"), "我的自行车坏了")
    chinese = Passage.objects.get(document__reference="zh.md")
    assert matched(ask("自行车维修", locale="zh"), chinese) == ["自行车"]


def test_every_slip_is_one_away() -> None:
    slips = one_slip("refund")
    assert {"refnud", "refun", "reffund", "rwfund", "efund"} <= slips.keys()
    assert {distance("refund", other, 2) for other in slips} == {1}
    assert slips["refnud"] < slips["rezund"] < slips["zefund"]


SCRIPTS = ["LATIN SMALL LETTER", "CYRILLIC SMALL LETTER", "ETHIOPIC SYLLABLE", "YI SYLLABLE", "EGYPTIAN"]


def longest_word(script: str) -> str:
    """Of letters that stand far from each other."""
    letters = [
        letter for letter in map(chr, range(0x14000)) if unicodedata.name(letter, "").startswith(script)
    ]
    return "".join(letters[:: max(len(letters) // LONGEST, 1)][:LONGEST])


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_word_has_a_limited_number_of_slips_in_any_script(script: str) -> None:
    word = longest_word(script)
    assert len(word) >= 20
    assert 0 < len(one_slip(word)) <= MOST


def test_a_word_of_mixed_scripts_is_not_corrected(articles: None) -> None:
    assert may_be_misspelt("refnud") and may_be_misspelt("возрват") and may_be_misspelt("được")
    assert not may_be_misspelt("refnuд")
    assert ask("".join(longest_word(script)[:6] for script in SCRIPTS)).corrected == {}


@pytest.mark.parametrize("locales", [1, 2, 40])
def test_a_question_has_a_limited_number_of_slips_the_likeliest(locales: int) -> None:
    words = ["abcdefghijklmnopqrstuvwxyz"[number:] for number in range(MOST_WORDS)]
    named = [f"l{number}" for number in range(locales)]
    looked_up = _one_slip({word: one_slip(word) for word in words}, named)
    assert sum(map(len, looked_up.values())) <= MOST_LOOKED_UP
    for word, places in looked_up.items():
        left_out = [cost for slip, cost in one_slip(word).items() if (named[0], slip) not in places]
        assert max(places.values()) <= min(left_out, default=9)


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("same", "same", 0),
        ("ab", "ba", 1),
        ("abc", "abcd", 1),
        ("abcd", "badc", 2),
        ("abc", "xyz", 3),
        ("", "abc", 3),
    ],
)
def test_the_distance_counts_slips(one: str, other: str, slips: int) -> None:
    assert distance(one, other, 2) == distance(other, one, 2) == min(slips, 3)


@given(st.text("abcdé", max_size=9), st.text("abcdé", max_size=9))
def test_the_distance_is_the_same_both_ways_and_nothing_for_the_same(one: str, other: str) -> None:
    assert distance(one, other, 2) == distance(other, one, 2)
    assert (distance(one, other, 2) == 0) == (one == other)


@given(st.text(), st.sampled_from(["", "en", "de", "zh", "th"]))
@example("_", "en")
def test_any_question_can_be_read_and_what_is_looked_up_is_bounded(text: str, locale: str) -> None:
    reading = read(text, locale, "en", [parse("a, b c"), parse("自 => x")])
    told = reading.words(100, dict.fromkeys(reading.wanted(), 3))
    assert len(told.tell) <= len(set(lexemes(text, locale))) + 3 * len(reading.asked) + 120
    assert all(weight >= 0 for weight in told.tell.values())
    assert stored(tsvector(told.tell)) == sorted(told.tell)


def test_a_word_is_split_evenly_first_and_without_what_joins_it() -> None:
    assert next(splits("abcdef")) == ("abc", "def")
    assert ("versicherung", "nummer") in list(splits("versicherungsnummer"))
