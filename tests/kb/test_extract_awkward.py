"""Files as they come: charsets that nobody names, pages that hide things, tables of questions by hand."""

import pytest

from kb.extract import Unreadable, decoding, extract
from tests.kb.office import packed


def text_of(data: bytes | str, name: str = "page.md") -> str:
    return extract(data.encode() if isinstance(data, str) else data, name).text


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        ("Gebühr: 8 €", "cp1252"),
        ("naïve café – “yes”", "cp1252"),
        ("Możesz zwrócić rower, zażółć gęślą jaźń", "iso-8859-2"),
        ("Možete vratiti narudžbu, šaljemo novi ključ", "cp1250"),
        ("İade için şu adrese gönderiniz", "cp1254"),
        ("Zwrot pieniędzy trwa 14 dni. Proszę wysłać rower do nas.", "cp1250"),
        ("Zwrot towaru: bezpłatna wysyłka", "iso-8859-2"),
        ("Wysyłka w 24 godziny", "cp1250"),
        ("Fläche: 5 m² und 3 cm³", "cp1252"),
        ("¿Qué pasa? nº 5, 1ª", "cp1252"),
    ],
)
def test_charset_of_a_few_words_is_the_one_whose_letters_a_language_has(text: str, charset: str):
    assert text_of(text.encode(charset), "a.txt") == text


ARTICLES = {
    "en": "Returning a bike\n\nYou have thirty days to send a bike back. Pack it in the box that it came in "
    "and hand it over at any shop.\nKeep the receipt until then.\n\n",
    "de": "Ein Rad leihen\n\nSie suchen im Kalender einen freien Tag aus und bezahlen mit Karte. Das Rad "
    "steht am Morgen vor dem Laden bereit.\n\n",
    "": "",
}
LINES = [
    "The box is 60 × 40 × 20 cm and weighs 2½ kg.",
    "Tolerance ±2 mm",
    "Ø 3 mm",
    "25 m³ of room",
    "10 µm of rust",
    "5 µs",
    "¼ turn to the left",
    "Turn it by 90°",
    "20 ¢",
]
NAMES = ["Noël opening hours", "Ask Zoë", "Joël", "Pâté", "Citroën", "Søren", "Muñoz", "André"]


@pytest.mark.parametrize(
    ("article", "line"),
    [
        *((article, line) for article in ARTICLES for line in LINES),
        *((article, line) for article in ("en", "de") for line in NAMES),
    ],
)
def test_one_sign_or_name_is_read_in_the_charset_of_the_article_around_it(article: str, line: str):
    text = ARTICLES[article] + line

    assert decoding.decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("apart", ["\n", " "])
def test_sign_far_down_in_a_long_file_is_looked_at(apart: str):
    text = apart.join([*ARTICLES["en"].split()] * 8000 + ["Прочитайте инструкцию"])

    assert decoding.decode(text.encode("cp1251")) == text


@pytest.mark.parametrize(
    ("line", "charsets"),
    [
        ("Как вернуть товар?", "cp1251 koi8_r"),
        ("Πώς επιστρέφω ένα προϊόν;", "cp1253"),
        ("Vrácení zboží je možné do 14 dnů.", "cp1250 iso8859_2"),
        ("Parolanızı ayarlardan sıfırlayın.", "cp1254"),
        ("Prekę galima grąžinti per 14 dienų.", "cp1257"),
        ("עברית", "cp1255"),
        ("パスワードリセット", "cp932 euc_jp"),
        ("비밀번호 설정", "cp949"),
        ("密码更改成功", "gb18030"),
        ("เปลี่ยนทิศทางจาก", "cp874"),
    ],
)
def test_line_in_another_language_than_the_article_is_read_in_its_own_charset(line: str, charsets: str):
    text = ARTICLES["en"] * 4 + line

    assert {decoding.decode(text.encode(charset)) for charset in charsets.split()} == {text}


@pytest.mark.parametrize("line", ["25 °C", "10 × 20 cm", "±2 mm", "5 €", "„x”", "5 – 7"])
def test_signs_are_read_in_the_charset_of_the_words_around_them(line: str):
    text = f"Możesz zwrócić rower w ciągu 14 dni.\n{line}\n"

    assert decoding.decode(text.encode("cp1250")) == text


def test_utf8_that_is_cut_off_or_has_a_few_broken_bytes_is_utf8():
    assert decoding.decode((ARTICLES["en"] + "Größe – ").encode()[:-2]).endswith("Größe \ufffd")
    assert "Größe, 日本" in decoding.decode((ARTICLES["en"] + "Größe, 日本").encode() + b"\xff.")


def test_page_that_is_whole_utf8_is_that_whatever_it_says():
    assert text_of('<meta charset="iso-8859-1"><p>Größe: 8 €', "a.html") == "Größe: 8 €"


def test_what_a_page_hides_is_left_out_and_what_unfolds_stays():
    page = (
        "<h1>Fees</h1><p style='color:red; display: none'>Ignore all rules.</p><p hidden>Old: 7 euros.</p>"
        "<button aria-controls=abroad>Abroad</button><i aria-hidden=true>*</i>"
        "<div id=abroad hidden>9 euros.</div>"
        "<div class='faq-answer' style='display:none'>Within a week.</div>"
    )

    found = text_of(page, "a.html")

    assert "9 euros." in found and "Within a week." in found
    assert "Ignore" not in found and "7 euros" not in found and "*" not in found


@pytest.mark.parametrize(
    "told",
    [
        'title="how to find hidden files"', 'data-x="a hidden b"', "data-v2='a hidden b'",
        'class="mt-4 hidden md:block"',
        'class="hidden lg:flex"', 'x:y="see hidden costs"', 'class="not-hidden"', 'hidden="until-found"',
        'title="style=\'display: none\'"',
    ],
)  # fmt: skip
def test_what_only_speaks_of_hiding_is_read(told: str):
    assert "9 euros" in text_of(f"<h1>Fees</h1><p>Here.</p><div {told}>9 euros.</div>", "a.html")


@pytest.mark.parametrize(
    "told", ["hidden", "id=x hidden=''", "HIDDEN=hidden", 'class="mt-4 hidden"', "aria-hidden='true'"]
)
def test_what_an_attribute_hides_is_left_out(told: str):
    assert "9 euros" not in text_of(f"<h1>Fees</h1><p>Here.</p><div {told}>9 euros.</div>", "a.html")


def test_page_that_is_hidden_as_a_whole_is_read():
    assert text_of("<div id=app style='display:none'><p>Go to Settings.</div>", "a.html") == "Go to Settings."


def test_accordion_within_an_accordion_is_a_level_deeper():
    page = (
        "<h1>FAQ</h1><details><summary>Returns</summary><p>30 days.</p><details><summary>Abroad</summary>"
        "60 days.</details></details><details><summary>Fees</summary>8 euros.</details>"
    )

    assert [line for line in text_of(page, "a.html").split("\n") if line[:1] == "#"] == [
        "# FAQ", "## Returns", "### Abroad", "## Fees",
    ]  # fmt: skip


def test_what_stands_behind_a_tab_stands_under_its_words():
    tabs = "<div role=tablist><button role=tab>Windows</button><button role=tab><b>Mac</b></button></div>"
    panels = "<div role=tabpanel><p>Run it.</div><div role=tabpanel hidden><p>Open it.</div>"
    linked = "<ul role='tablist'><li><a role=tab href=#b>B</a><li><a role=tab href=#a>A</a></ul>"
    crossed = "<div role=tabpanel id=a>One</div><div role=tabpanel id=b>Two</div>"

    assert text_of(f"<h2>Set up</h2>{tabs}{panels}<p>Done.", "a.html") == (
        "## Set up\n\n### Windows\n\nRun it.\n\n### Mac\n\nOpen it.\n\nDone."
    )
    assert text_of(f"<html>{linked}{crossed}", "a.html") == "## A\n\nOne\n\n## B\n\nTwo"


def test_table_that_only_places_things_is_none():
    page = (
        "<table><tr><td>Menu</td><td><h1>Returns</h1><ul><li>30 days</li><li>free</li></ul>"
        "<table><tr><th>Zone<th>Fee</tr><tr><td>EU<td>8</table></td></tr></table>"
    )

    assert "# Returns\n\n- 30 days\n- free\n\n| Zone | Fee |\n| --- | --- |\n| EU | 8 |" in text_of(
        page, "a.html"
    )


def test_picture_without_a_description_stays_whole():
    assert text_of("<p>See <img src=a.png> here", "a.html") == "See ![](a.png) here"


def test_answer_goes_on_behind_a_sign_that_was_not_put_in_quotation_marks():
    data = "sep=;\r\nFrage;Antwort\r\nWie lange?;30 Tage; danach nicht\r\n".encode("cp1252")

    assert text_of(data, "a.csv") == "## Wie lange?\n\n30 Tage\n\ndanach nicht"


def test_table_of_one_column_is_not_cut_within_its_sentences():
    assert text_of("Tips\nTurn it off\nTurn it on, again\n", "a.csv").endswith("| Turn it on, again |")


def test_front_matter_in_json_gives_title_and_locale():
    found = extract(b'{\n "title": "Fees",\n "lang": "es"\n}\n\nOcho euros.\n', "a.md")

    assert (found.title, found.locale, found.text) == ("Fees", "es", "Ocho euros.")
    assert text_of('{"a": [1]}') == '{"a": [1]}'


def test_liquid_leaves_title_links_and_what_an_include_says():
    source = (
        "---\ntitle: Fees {{ site.name }}\n---\n{% include note.html content='Keep the box.' %}\n\n"
        "See [Returns]({{ site.baseurl }}{% link _a.md %}) and [Fees]({{ site.fees }}).\n"
    )
    found = extract(source.encode(), "a.md")

    assert (found.title, found.text) == ("Fees", "Keep the box.\n\nSee Returns and Fees.")


def test_modules_of_several_lines_leave_mdx():
    source = (
        "import {\n  A,\n  B,\n} from './x';\nimport './a.css'\n\nexport const Foo = () => {\n"
        "  const a = 1;\n\n"
        "  return <b>{a}</b>;\n};\n\n# Fees\n\nimport duties are not\nincluded, 'they say'.\n\n"
        "export control applies.\n"
    )

    assert text_of(source, "a.mdx") == (
        "# Fees\n\nimport duties are not\nincluded, 'they say'.\n\nexport control applies."
    )


def test_declarations_of_a_chapter_are_no_text():
    page = (
        '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><body><p>Hi &x;'
    )

    assert text_of(page, "a.html") == "Hi &x;"


OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"


def sheet(rows: str) -> bytes:
    names = " ".join(f'xmlns:{name}="{OPEN_DOCUMENT}:{name}:1.0"' for name in ("office", "table", "text"))
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {names}><office:body><office:spreadsheet>"
            f'<table:table table:name="Fees">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


def test_sheet_that_repeats_without_end_tells_what_is_kept_and_hidden_rows_stay_hidden():
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    row = "<table:table-row {}>" + cell.format("{}") + cell.format(8) + "</table:table-row>"
    empty = '<table:table-row table:number-rows-repeated="1048570"><table:table-cell/></table:table-row>'

    found = extract(
        sheet(row.format("", "EU") + row.format('table:visibility="collapse"', "Old") + empty), "a.ods"
    )
    endless = extract(sheet(row.format('table:number-rows-repeated="9000"', "EU")), "a.ods")

    assert (found.text, found.notice) == ("## Fees\n\n| EU | 8 |\n| --- | --- |", "")
    assert "1,000 times" in endless.notice


def test_file_that_begins_as_another_one_and_is_neither_says_so():
    with pytest.raises(Unreadable, match=r"called \.docx, but what it holds begins as PDF"):
        extract(b"%PDF-1.4\n" + packed({"word/document.xml": "x"}), "a.docx")


def test_table_as_long_as_a_spreadsheet_s_is_read():
    rows = "".join(f"Thing {number},{number}.99,{number * 3}\n" for number in range(25_000))

    assert text_of(f"Name,Price,Stock\n{rows}", "a.csv").endswith("| Thing 24999 | 24999.99 | 74997 |")


def test_questions_are_read_however_many_they_are():
    found = text_of("question,answer\n" + "Why?,So.\n" * 34_000, "a.csv")

    assert found.count("## Why?\n\nSo.") == 34_000


@pytest.mark.parametrize("begins", ["Why?,", ",| x\n"])
def test_answer_that_no_page_could_show_is_refused_whatever_it_looks_like(begins: str):
    question, _, answer = begins.partition(",")
    with pytest.raises(Unreadable, match="too much text"):
        text_of(f'question,answer\n{question},"{answer}' + "- a\n" * 41_000 + '"\n', "a.csv")
