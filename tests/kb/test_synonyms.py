"""Words that an admin says mean the same: their lines, the search that goes by them, and their page."""

from collections.abc import Iterator

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kb.lexemes import Word, words
from kb.models import Document, Passage, Synonym
from kb.retrieval.questions import look_up, matched
from kb.synonyms import LONGEST_LINE, LONGEST_PHRASE, MOST_APPLIED, BadLine, Rule, applied, parse
from tests import cast
from tests.kb.test_lexemes import ask, found
from tests.kb.test_lexical import new_document, store

PHONE = "You can use a mobile phone to unlock the bike."
CELLAR = "Keep the battery in a dry cellar."
PAGE = "/synonyms/"


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        ("handy, mobile phone", Rule(("handy", "mobile phone"))),
        ("  handy ,mobile   phone,, handy ", Rule(("handy", "mobile phone"))),
        ("pedelec => electric bike, e-bike", Rule(("pedelec",), ("electric bike", "e-bike"))),
        ("a1, b2 => c3", Rule(("a1", "b2"), ("c3",))),
        ("自行车, 单车", Rule(("自行车", "单车"))),
    ],
)
def test_a_line_says_what_means_the_same_or_what_finds_what(line: str, rule: Rule) -> None:
    assert parse(line) == rule
    assert parse(str(rule)) == rule


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("handy", "One word alone"),
        ("handy =>", "Something is missing"),
        ("=> phone", "Something is missing"),
        ("a => b => c", "more than one"),
        ("a, b => b", "on both sides"),
        ("handy, !!!", "no letter and no digit"),
        ("handy, __", "no letter and no digit"),
        ("x" * (LONGEST_PHRASE + 1) + ", y", "Shorten it"),
        (", ".join(f"w{number}" for number in range(31)), "Split the line"),
        ("w, " * LONGEST_LINE, "Split it"),
    ],
)
def test_a_line_that_says_nothing_is_refused_with_what_to_write(line: str, told: str) -> None:
    with pytest.raises(BadLine, match=told):
        parse(line)


@given(st.text())
def test_any_line_is_read_or_refused(line: str) -> None:
    try:
        rule = parse(line)
    except BadLine as error:
        assert str(error).endswith((".", "mobile phone"))
    else:
        assert parse(str(rule)) == rule


def keep(line: str, locale: str = "") -> Synonym:
    rule = parse(line, locale)
    return Synonym.objects.create(locale=locale, words=list(rule.words), means=list(rule.means))


@pytest.fixture
def articles(db: None) -> None:
    store(new_document("phone.md", "Unlocking"), PHONE)
    store(new_document("cellar.md", "Winter"), CELLAR)
    store(new_document("zh.md", "", "zh"), "请把自行车锁好")


def test_a_line_takes_effect_on_the_next_search_and_ends_with_it(articles: None) -> None:
    assert found("smartphones") == []
    line = keep("smartphone, mobile phone, cell phone")
    assert found("smartphones") == [PHONE]
    line.words, line.means = ["smartphone"], ["cellar"]
    line.save()
    assert found("smartphones") == [CELLAR]
    line.delete()
    assert found("smartphones") == []


def test_a_change_takes_effect_that_is_seen_after_a_later_one(articles: None) -> None:
    line, later = keep("smartphone, mobile phone"), keep("basement, cellar")
    assert found("smartphone") == [PHONE]
    between = line.changed + (later.changed - line.changed) / 2
    Synonym.objects.filter(pk=line.pk).update(words=["smartphone", "cellar"], changed=between)
    assert found("smartphone") == [CELLAR]


def test_phrases_are_matched_whole_and_in_any_form(articles: None) -> None:
    keep("car phone => cellar")
    assert CELLAR in found("where are the car phones")
    assert CELLAR not in found("phone")
    assert CELLAR not in found("car")


def test_a_line_to_fill_in_changes_nothing(articles: None) -> None:
    keep("a _ b, phone")
    keep("smartphone, mobile phone")
    assert found("smartphone, name: ____") == [PHONE]


def test_a_one_way_line_does_not_work_the_other_way(articles: None) -> None:
    keep("basement => cellar")
    store(new_document("basement.md", "Basement"), "The basement is closed.")
    assert found("basement")[0] == "The basement is closed." and CELLAR in found("basement")
    assert found("cellar") == [CELLAR]


def test_a_line_for_one_language_leaves_the_others_alone(articles: None) -> None:
    keep("smartphone, mobile phone", "de")
    assert found("smartphone") == []
    store(new_document("de.md", "", "de"), "Mit einem mobile phone geht es auf.")
    assert found("smartphone", locale="de") == ["Mit einem mobile phone geht es auf."]


def test_writing_without_blanks_is_matched_inside_a_run(articles: None) -> None:
    keep("单车, 自行车", "zh")
    assert found("我的单车坏了", locale="zh") == ["请把自行车锁好"]


def test_a_synonym_counts_less_than_the_word_and_a_phrase_no_more_than_what_it_stands_for(
    articles: None,
) -> None:
    store(new_document("smart.md", ""), "A smartphone is needed.", "Nothing else.")
    keep("smartphone, mobile phone")
    weights = look_up("smartphone", "en", ["en"]).weights()
    assert 0 < weights["mobil"] + weights["phone"] <= 0.8 * weights["smartphon"] + 1e-6
    assert found("smartphone", locale="en")[0] == "A smartphone is needed."


def test_a_synonym_that_matched_is_told_as_the_list_has_it(articles: None) -> None:
    keep("smartphone, mobile phone")
    assert matched(ask("Smartphone"), Passage.objects.get(text=PHONE)) == ["mobile phone"]


def test_a_question_is_widened_by_so_many_words_and_no_more(articles: None) -> None:
    for number in range(40):
        keep(f"smartphone => {', '.join(f'mobile{number}x{other}' for other in range(20))}")
    store(new_document("many.md", ""), " ".join(f"mobile{n}x{m}" for n in range(40) for m in range(20)))
    assert len(look_up("smartphone", "en", ["en"]).weights()) <= 60


def test_each_phrase_of_a_list_is_read_once_and_what_it_finds_only_where_it_applies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read: list[str] = []

    def counted(text: str, locale: str) -> Iterator[Word]:
        read.append(text)
        return words(text, locale)

    rules = [parse(", ".join(f"w{line}x{number}" for number in range(30))) for line in range(20)]
    rules += [parse(f"单车{chr(0x5000 + line)}, 自行车{chr(0x5000 + line)}") for line in range(200)]
    question = list(words("w7x3 " + "我的单车倀坏了 " * 50, "zh"))
    monkeypatch.setattr("kb.synonyms.words", counted)
    added = applied(rules, question, "zh")
    assert {one.written for one in added} == {"自行车倀", *(f"w7x{n}" for n in range(30) if n != 3)}
    assert len(read) < sum(len(rule.words) for rule in rules) + 2 * MOST_APPLIED
    assert len(applied(rules, list(words(" ".join(rules[0].words[:9]), "zh")), "zh")) <= MOST_APPLIED


@pytest.fixture
def admin(client: Client, db: None) -> Client:
    client.force_login(cast.adam())
    return client


def test_only_admins_see_and_change_the_list(client: Client, db: None) -> None:
    line = keep("a1, b2")
    paths = [PAGE, f"{PAGE}{line.pk}/", f"{PAGE}{line.pk}/remove/"]
    assert [client.post(path).status_code for path in paths] == [302] * 3
    client.force_login(cast.alice())
    assert [client.post(path, {"lines": "a, b"}).status_code for path in paths] == [403] * 3
    assert client.get(PAGE).status_code == 403
    assert Synonym.objects.get().words == ["a1", "b2"]


def test_lines_are_pasted_and_known_ones_are_not_doubled(admin: Client) -> None:
    keep("handy, mobile phone")
    pasted = "# phones\n\nhandy, mobile phone\r\npedelec => electric bike\npedelec => electric bike\n"
    page = admin.post(PAGE, {"lines": pasted, "locale": ""}, follow=True)
    assert "1 line added: the next search goes by it. 2 were there already." in page.content.decode()
    assert sorted(map(str, Synonym.objects.all())) == ["handy, mobile phone", "pedelec => electric bike"]


def test_a_bad_line_is_named_and_nothing_is_lost(admin: Client) -> None:
    pasted = "handy, mobile phone\nalone\na => b => c"
    page = admin.post(PAGE, {"lines": pasted, "locale": ""})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Line 2: One word alone" in text and "Line 3: There is more than one" in text
    assert "alone\na =&gt; b =&gt; c</textarea>" in text
    assert not Synonym.objects.exists()


def test_more_words_than_are_read_quickly_are_refused(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    keep("handy, mobile phone")
    monkeypatch.setattr("kb.synonym_pages.MOST_WORDS", 4)
    page = admin.post(PAGE, {"lines": "a1, b2, c3", "locale": ""})
    assert page.status_code == 422
    assert "There would be 5 words, and 4 is the limit. Remove some lines first." in page.content.decode()
    assert admin.post(PAGE, {"lines": "a1, b2", "locale": ""}).status_code == 302


@pytest.mark.parametrize("nothing", ["", "  \n", "# only a remark"])
def test_an_empty_list_adds_nothing(admin: Client, nothing: str) -> None:
    assert "Write a line first." in admin.post(PAGE, {"lines": nothing, "locale": ""}).content.decode()


def test_the_longest_line_can_be_stored(admin: Client) -> None:
    words = ["".join(chr(0x4E00 + 79 * row + place) for place in range(79)) for row in range(6)]
    page = admin.post(PAGE, {"lines": ", ".join(words), "locale": ""}, follow=True)
    assert "1 line added" in page.content.decode()


def test_a_line_is_changed_and_removed(admin: Client) -> None:
    Document.objects.create(reference="de.md", title="", locale="de", file_hash="0" * 64)
    line, other = keep("a1, b2"), keep("c3, d4")
    address = f"{PAGE}{line.pk}/"
    assert "a1, b2</textarea>" in admin.get(address).content.decode()
    assert admin.post(address, {"lines": "a1 => b2", "locale": "de"}).status_code == 302
    line.refresh_from_db()
    assert (str(line), line.locale) == ("a1 => b2", "de")
    taken = admin.post(address, {"lines": "c3, d4", "locale": ""})
    assert taken.status_code == 422 and "in the list already" in taken.content.decode()
    assert admin.post(address, {"lines": "c3, d4\ne5, f6", "locale": ""}).status_code == 422
    removed = admin.post(f"{PAGE}{other.pk}/remove/", follow=True)
    assert "Removed from the list: c3, d4" in removed.content.decode()
    assert list(Synonym.objects.values_list("pk", flat=True)) == [line.pk]


def test_the_list_is_searched(admin: Client) -> None:
    keep("handy, mobile phone"), keep("pedelec => electric bike")

    def shown(words: str) -> str:
        return admin.get(PAGE, {"q": words}).content.decode()

    assert "handy" in shown("PHONE") and "pedelec" not in shown("PHONE").split("<tbody>")[1]
    assert "No line holds “nothing”." in shown("nothing")
