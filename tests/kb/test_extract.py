"""Files of every kind become Markdown, or a sentence that tells an admin what to do."""

import io
import os
import random
import socket
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import psutil
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from kb.extract import Unreadable, confinement, decoding, extract, isolated, markdown, title_from_name
from kb.extract.ocr import PAGE_SECONDS, Tesseract
from kb.extract.result import Unusable
from tests.kb import locked

SHARED = Path(os.environ.get("CITEDESK_SHARED") or "/nonexistent")
AWKWARD = SHARED / "files" / "awkward"
HELP_CENTER = SHARED / "files" / "help-center"
needs_awkward = pytest.mark.skipif(
    not AWKWARD.is_dir(), reason="CITEDESK_SHARED names no folder with files/awkward"
)
needs_help_center = pytest.mark.skipif(
    not HELP_CENTER.is_dir(), reason="CITEDESK_SHARED names no help center"
)

needs_landlock = pytest.mark.skipif(
    confinement._libc.syscall(confinement.CREATE_RULESET, None, 0, confinement.ABI_VERSION) < 1,
    reason="This kernel has no Landlock.",
)


def text_of(data: bytes | str, name: str = "page.md") -> str:
    return extract(data.encode() if isinstance(data, str) else data, name).text


def refusal(data: bytes, name: str) -> str:
    with pytest.raises(Unreadable) as refused:
        extract(data, name)
    sentence = str(refused.value)
    assert sentence[0].isupper() and sentence.endswith(".") and "Error" not in sentence
    return sentence


# Markdown


def test_front_matter_gives_title_and_locale_and_leaves_the_text():
    found = extract(b"---\ntitle: Reset it\nlang: de-AT\n---\n# Other\n\nGo to Settings.\n", "a.md")

    assert (found.title, found.locale, found.text) == ("Reset it", "de", "# Other\n\nGo to Settings.")


@pytest.mark.parametrize(
    ("data", "name", "title"),
    [
        ("# The *first* heading\n\ntext", "a.md", "The *first* heading"),
        ("text\n\n# Later heading\n", "a.md", "Later heading"),
        ("only text", "help/reset-your_password._es.md", "Reset your password"),
        ("only text", "double.pdf.md", "Double"),
        ("only text", "blanks and ünïcode – name (1).md", "Blanks and ünïcode – name (1)"),
        ("only text", "UPPER.MD", "UPPER"),
        ("only text", ".md", ".md"),
        ("---\ntitle: 404\n---\ntext", "a.md", "404"),
        ("---\ntitle: [a, list]\n---\ntext", "a.md", "A"),
        ("---\ntitle: Unquoted: colon\n---\ntext", "a.md", "Unquoted: colon"),
    ],
)
def test_title_is_the_front_matters_or_the_first_headings_or_the_names(data: str, name: str, title: str):
    assert extract(data.encode(), name).title == title


@pytest.mark.parametrize(
    ("name", "locale"),
    [
        ("help/faq._es.md", "es"),
        ("faq.fr.md", "fr"),
        ("faq.pt-BR.md", "pt"),
        ("version.v2.md", ""),
        ("main.js.md", ""),
        ("es.md", ""),
    ],
)
def test_name_tells_the_locale(name: str, locale: str):
    assert extract(b"Short.", name).locale == locale


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        (
            "You can return anything within thirty days. We refund the price as soon as it has arrived here.",
            "en",
        ),
        ("Sie können alles innerhalb von dreißig Tagen zurückgeben. Wir erstatten den Preis sofort.", "de"),
        ("您可以在三十天内退货。收到商品后，我们会立即退款到您的账户。请保留包裹和发票。", "zh"),
        ("三十日以内に返品できます。商品が届き次第、すぐにアカウントへ返金します。", "ja"),
        ("30일 이내에 반품할 수 있습니다. 물건이 도착하면 바로 환불해 드립니다.", "ko"),
        ("您可以在三十天内退货。三十日以内に返品できます。반품할 수 있습니다.", ""),
        ("Hallo", ""),  # too short
        ("E-17 10.0.0.1 RT-5520 " * 20, ""),  # no words
        (
            "You can return anything within thirty days of buying it. "
            "Sie können alles innerhalb von dreißig Tagen zurückgeben.",
            "",  # two languages
        ),
    ],
)
def test_language_is_detected_only_where_it_is_certain(text: str, locale: str):
    found = extract(text.encode(), "a.txt")

    assert (found.locale, found.detected_locale) == ("", locale)


def test_broken_front_matter_is_text():
    assert "Body" in text_of("---\ntitle: [unclosed\n: : :\n---\n\nBody") and "unclosed" in text_of(
        "---\ntitle: [unclosed\n: : :\n---\n\nBody"
    )


def test_front_matter_that_unfolds_without_end_is_text():
    bomb = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )

    assert "Body" in text_of(f"---\n{bomb}---\nBody")


def test_page_made_of_its_front_matter_is_its_description():
    assert text_of("---\ntitle: Contact\ndescription: Have a question?\n---\n") == "Have a question?"


@pytest.mark.parametrize("opening", ["a: [\n", "[", "- ", "? "])
def test_front_matter_nested_without_end_is_text(opening: str):
    assert "Body" in text_of(f"---\n{opening * 5000}\n---\nBody")


def test_liquid_gives_what_its_page_holds():
    page = (
        "---\ntitle: IDs\ndo_list:\n  - a passport\n  - a licence\nphone: 0800 1\n---\n"
        "{% comment %}hidden{% endcomment %}{% capture note %}Call {{ page.phone }}.{% endcapture %}\n\n"
        "{% include list.html items=page.do_list size='md' %}\n\n"
        "See the [policy]({% link _policy/index.md %}) at {{ site.baseurl }}/policy.\n{: .wide}\n\n"
        "Insert `{{ page.title }}` or {{ticket.id}} into a macro.\n"
    )

    found = text_of(page)

    assert "Call 0800 1." in found and "- a passport\n- a licence" in found
    assert "See the policy at /policy." in found
    assert "`{{ page.title }}` or {{ticket.id}}" in found  # what the page is about
    assert "{%" not in found and "{:" not in found and "hidden" not in found


def test_braces_without_front_matter_are_text():
    assert text_of("Write {% if x %} in a template.") == "Write {% if x %} in a template."


def test_html_in_markdown_becomes_markdown():
    page = (
        "Intro **bold**.\n\n"
        '<div class="x"><h3><button>On a phone</button></h3>\n<ul><li>One</li></ul></div>\n\nEnd.'
    )

    assert text_of(page) == "Intro **bold**.\n\n### On a phone\n\n- One\n\nEnd."


def test_indented_html_is_html():
    page = "<div>\n  <p>One.</p>\n\n    <ul>\n      <li>Two</li>\n    </ul>\n</div>"

    assert text_of(page) == "One.\n\n- Two"


def test_angle_brackets_that_are_no_html_stay():
    assert "<your-name>" in text_of("Press <Enter>, then type <your-name>.\n\nA<br>B")
    assert text_of("Press <Enter> if 3 < 4.") == "Press <Enter> if 3 < 4."


def test_code_stays_as_it_is():
    code = "```html\n<script>alert(1)</script>\n# {{ no }}\n```"

    assert text_of(f"---\ntitle: x\n---\n{code}\n\n<p>after</p>") == f"{code}\n\nafter"


# HTML


def test_article_is_read_without_what_surrounds_it():
    page = (
        "<!doctype html><html lang='fr-CA'><head><title>Frais &amp; délais</title>"
        "<style>x{}</style></head><body>"
        "<header>Brand</header><nav>Menu</nav><main><article>"
        "<header><h1>Frais</h1></header><p>Cinq <b>euros</b>."
        "<table><tr><th>Pays</th><th>€</th></tr><tr><td>FR</td><td>5</td></tr></table>"
        "<form>Search</form><aside>Related</aside></article></main><footer>Imprint</footer></body></html>"
    )

    found = extract(page.encode(), "frais.html")

    assert (found.title, found.locale) == ("Frais & délais", "fr")
    assert found.text.startswith("# Frais\n\nCinq **euros**.")
    assert "| FR | 5 |" in found.text
    for gone in ("Brand", "Menu", "Search", "Related", "Imprint", "x{}"):
        assert gone not in found.text


def test_nothing_active_survives():
    page = (
        "<p onclick=alert(1)>Open</p><script>alert(2)</script><a href='javascript:alert(3)'>link</a>"
        "<iframe src=//evil.example></iframe><svg onload=alert(4)></svg><img src=x onerror=alert(5)>"
        "<a href='/help'>help</a>"
    )

    found = text_of(page, "a.html")

    assert "Open" in found and "link" in found and "[help](/help)" in found
    assert not any(bad in found for bad in ("alert", "javascript", "evil", "onerror"))


def test_html_page_is_html_whatever_its_name():
    assert text_of("<!DOCTYPE html><html><body><p>Hello</p></body></html>", "page.pdf") == "Hello"


def test_large_page_is_read_like_a_small_one():
    page = "<html lang=en><head><title>Log</title></head><body><h1>Log</h1>" + "<p>A line.</p>" * 30_000

    found = extract(page.encode(), "log.html")

    assert (found.title, found.locale, found.text[:16]) == ("Log", "en", "# Log\n\nA line.\n\n")


def test_page_that_would_take_minutes_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(isolated, "SECONDS", 2)

    assert "too long" in refusal(b"<html><p>" + b"&" * 2_000_000, "a.html")
    assert "nested" in refusal(b"<div>" * 4000 + b"text", "a.html")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ("<meta charset=iso-8859-1><p>Rücksendung".encode("latin-1"), "a.html"),
        ("<p>Die Rücksendung kostet für Geschäftskunden nichts.".encode("latin-1"), "a.html"),
        ("Die Rücksendung kostet nichts.".encode("utf-16"), "a.txt"),
        ("Die Rücksendung kostet nichts.".encode("utf-16-le"), "a.txt"),
        ("Die Rücksendung kostet nichts.".encode("utf-8-sig"), "a.md"),
        ("Die Rücksendung kostet nichts. \u65e5\u672c".encode() + b"\xff" + b"x" * 200, "a.md"),
    ],
)
def test_charset_is_found(data: bytes, name: str):
    assert "Rücksendung" in text_of(data, name)


# Text


@pytest.mark.parametrize(
    ("text", "charsets"),
    [
        ("Как вернуть товар?", "cp1251 koi8_r iso8859_5 cp866 utf-16-le utf-16-be"),
        ("Як повернути товар?", "cp1251 koi8_u utf-16-le"),
        ("Πώς επιστρέφω ένα προϊόν;", "cp1253 iso8859_7 utf-16-le"),
        ("Jak zwrócić towar?", "cp1250 iso8859_2 cp852"),
        ("Vrácení zboží je možné do 14 dnů.", "cp1250 iso8859_2 cp852"),
        ("Előfizetés és díjak", "cp1250 iso8859_2"),
        ("Parolanızı ayarlardan sıfırlayın.", "cp1254 iso8859_9"),
        ("Kā atgriezt preci?", "cp1257"),
        ("Où est ma commande ?", "cp1252"),
        ("איך מחזירים מוצר?", "cp1255 utf-16-be"),
        ("كيف أرجع المنتج؟", "cp1256 iso8859_6"),
        ("การจัดส่งใช้เวลาสามวัน", "cp874"),
        ("如何退货?", "gb18030"),
        ("返品は14日以内に可能です。", "cp932 euc_jp iso2022_jp utf-16-le"),
        ("반품 방법", "cp949"),
    ],
)
def test_charset_of_a_few_words_is_told_by_how_languages_are_written(text: str, charsets: str):
    assert {decoding.decode(text.encode(charset)) for charset in charsets.split()} == {text}


def test_text_has_one_kind_of_line_end_and_no_control_characters():
    assert text_of(b"a\r\nb\rc\0d\x07\n\ne", "a.txt") == "a\nb\ncd\n\ne"


@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.csv", "a.html"])
@pytest.mark.parametrize("seed", range(3))
def test_bytes_that_were_never_a_text_are_refused(seed: int, name: str):
    assert "no text" in refusal(b" " + random.Random(seed).randbytes(20_000), name)


GERMAN = "Die Rücksendung kostet für Geschäftskunden nichts. "
RUSSIAN = "Вы можете вернуть товар в течение тридцати дней. "
JAPANESE = "三十日以内に返品できます。商品が届き次第、返金します。"


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        *(
            (GERMAN, charset)
            for charset in ("latin-1", "cp437", "mac_roman", "utf-16", "utf-16-be", "utf-32")
        ),
        *((GERMAN, charset) for charset in ("utf-32-le", "utf-16-le", "cp500")),
        *((RUSSIAN, charset) for charset in ("koi8-r", "cp1251", "cp866", "utf-16")),
        *((JAPANESE, charset) for charset in ("shift_jis", "euc_jp", "iso2022_jp", "utf-16-le")),
    ],
)
def test_text_in_an_old_charset_counts_as_text(text: str, charset: str):
    assert text_of((text * 5).encode(charset), "a.txt")


def test_coloured_output_of_a_terminal_is_text():
    assert "failed" in text_of(b"\x1b[31mfailed\x1b[0m\n" * 500, "a.txt")


@settings(deadline=None)  # what looks like a PDF is read in a process of its own
@given(st.binary(max_size=300), st.sampled_from(["a.md", "a.txt", "a.html"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str):
    try:
        found = extract(data, name)
    except Unreadable:
        return
    assert found.text.strip() and found.title and "\0" not in found.text + found.title
    (found.text + found.title).encode()


# PDF and Office files, in the child process


def pdf(*lines: str, pages: int = 1, **options: str) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, **options)
    for _ in range(pages):
        for number, line in enumerate(lines):
            canvas.drawString(72, 760 - 20 * number, line)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def word() -> bytes:
    document = docx.Document()
    document.add_heading("Set up your router", 1)
    document.add_paragraph("Enter the key RT-5520.")
    document.add_heading("Lights", 2)
    table = document.add_table(2, 2)
    for cell, text in zip(
        (c for row in table.rows for c in row.cells), ("Light", "Means", "red", "fault"), strict=True
    ):
        cell.text = text
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_pdf_is_read():
    assert "Return it within 30 days." in text_of(pdf("Return it within 30 days."), "returns.pdf")


def test_word_file_keeps_headings_and_tables():
    found = extract(word(), "router.docx")

    assert found.title == "Set up your router"
    assert "# Set up your router\n\nEnter the key RT-5520.\n\n## Lights" in found.text
    assert "| red | fault |" in found.text


def test_content_beats_the_name():
    assert "RT-5520" in text_of(word(), "router.pdf")
    assert "30 days" in text_of(pdf("Return it within 30 days."), "returns.docx")


def encrypted() -> bytes:
    writer = pypdf.PdfWriter(io.BytesIO(pdf("Secret words in a file")))
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def archive(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return file.getvalue()


BOMB = archive(**{"word/document.xml": b"<a>" + b" " * 150_000_000, "[Content_Types].xml": b""})


@pytest.mark.parametrize(
    ("data", "name", "told"),
    [
        (b"", "a.md", "empty"),
        (b" \n\t \n", "a.md", "no text"),
        (b"---\nlayout: x\n---\n", "a.md", "no text"),
        (b"", "a.pdf", "empty"),
        (b"%PDF-1.7\n", "a.pdf", "damaged"),
        (pdf("Return it within 30 days.")[:400], "a.pdf", "damaged"),
        (b"plain words", "a.pdf", "not a PDF file"),
        (b"plain words", "a.docx", "not a Word file"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a.pdf", "picture"),
        (b"words", "a.xyz", "type .xyz"),
        (b"<html><script>alert(1)</script>%PDF-1.4", "a.pdf", "called .pdf"),
        (("\u200b" * 5000 + "\u3164 \u2800\u0301").encode(), "a.txt", "no text"),
        (b"\x1f\x8b\x08" + bytes(range(256)), "a.txt", "packed file"),
        (b"MZ\x90\0" + b"\0" * 60, "a.md", "program"),
        (b"\x7fELF\x02\x01" + b"x" * 60, "a.csv", "program"),
        (b"SQLite format 3\0" + b"x" * 60, "a.html", "database"),
        (b"\0\0\0\x18ftypmp42" + b"x" * 60, "a.txt", "recording"),
        (archive(**{"a.txt": b"x"}), "a.docx", "not a Word file"),
        (archive(**{"a.txt": b"x"}), "a.md", "archive"),
        (archive(**{"[Content_Types].xml": b"x"}), "a.docx", "damaged"),
        (archive(**{"word/document.xml": b"<w:document"}), "a.docx", "damaged"),
        (word()[:2000], "a.docx", "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", ".docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.docx", "password"),
        (encrypted(), "a.pdf", "password"),
        (locked.AES_128_LOCKED, "a.pdf", "protected by a password; remove"),
        (locked.AES_256_LOCKED, "a.pdf", "protected by a password; remove"),
        (pdf(), "a.pdf", "scanned"),
        (pdf("7", pages=3), "a.pdf", "scanned"),
        (BOMB, "a.docx", "unpacked"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(data: bytes, name: str, told: str):
    assert told in refusal(data, name)


@pytest.mark.parametrize("data", [locked.AES_128_FOR_ALL, locked.AES_256_FOR_ALL])
def test_pdf_that_is_encrypted_and_opens_without_a_password_is_read(data: bytes):
    assert text_of(data, "a.pdf") == "Refunds take 14 working days."


READER = """
import os, sys
sys.path.insert(0, {root!r})
from kb.extract import child, confinement, pictures, reading
from kb.extract.result import Drawn, Reading

def hostile(data, name="", **options):
    {code}

def serve(parent, serve=child.serve):
    child.prepare(child.PICTURE)
    reading.read = pictures.redrawn = hostile  # what forks call
    serve(parent)

child.serve = serve
child.main()
"""


def _replace_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """As if a file had taken over the process that reads it."""
    script = tmp_path / f"child{len(list(tmp_path.iterdir()))}.py"
    script.write_text(READER.format(root=str(isolated.CHILD.parents[2]), code=code))
    monkeypatch.setattr(isolated, "CHILD", script)


def test_reader_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _replace_reader(tmp_path, monkeypatch, "if data == b'words': __import__('time').sleep(600)")
    refusal(b"other words", "a.txt")  # by then its process has started, however long that took
    monkeypatch.setattr(isolated, "SECONDS", 3)

    assert "too long" in refusal(b"words", "a.txt")
    assert not psutil.Process(isolated._child()._process.pid).children()


def test_reader_that_never_ends_runs_out_of_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    endless = "confinement.resource.setrlimit(confinement.resource.RLIMIT_CPU, (1, 1))\n    while True: pass"
    _replace_reader(tmp_path, monkeypatch, endless)

    assert "too long" in refusal(b"words", "a.txt")


@pytest.mark.parametrize(
    "code",
    [
        "os.abort()",
        "os._exit(3)",
        "bytearray(512 * 1024**2)",
        "return hostile(data, name)",  # without end
        "raise SystemExit",
    ],
)
def test_reader_that_ends_takes_nobody_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str):
    _replace_reader(tmp_path, monkeypatch, code)

    assert "limits" in refusal(b"words", "a.txt")
    with pytest.raises(Unusable, match=r"limits.*\.$"):
        isolated.redrawn(b"a picture")
    assert isolated._child().is_usable()


@pytest.mark.parametrize(
    "code",
    [
        "while True: pass",
        "__import__('time').sleep(60)",
        "return Drawn(b'<svg/>', 'SVG', 1, 1)",
        "open('/etc/passwd')",
        "__import__('socket').socket()",
    ],
)
def test_decoder_of_pictures_is_confined_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str):
    limit = "confinement.resource.setrlimit(confinement.resource.RLIMIT_CPU, (1, 1))\n    "
    _replace_reader(tmp_path, monkeypatch, limit + code)
    monkeypatch.setattr(isolated, "SECONDS", 3)

    with pytest.raises(Unusable):
        isolated.redrawn(b"a picture")


def test_programs_that_a_reader_started_end_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., Any]
):
    monkeypatch.setattr(isolated, "_tesseract", lambda: Tesseract(sys.executable, "eng"))
    code = """started = __import__('subprocess').Popen([sys.executable, '-c', 'import time; time.sleep(600)'])
    return Reading(str(started.pid))"""
    _replace_reader(tmp_path, monkeypatch, code)
    pid = int(text_of(b"words", "a.txt"))

    eventually(lambda: _is_over(pid))


READS_A_PAGE = """
import sys
from kb.extract import child, confinement
from kb.extract.ocr import Tesseract

program = Tesseract(sys.executable)
confinement.confine(*child.folders(program))
program._run(["-c", "import time; time.sleep(600)"], b"")
"""


def test_program_that_reads_a_page_ends_when_its_reader_is_killed(eventually: Callable[..., Any]):
    with subprocess.Popen([sys.executable, "-c", READS_A_PAGE], cwd=isolated.CHILD.parents[2]) as reader:
        programs = psutil.Process(reader.pid).children
        eventually(programs)
        [program] = programs()
        reader.kill()

    eventually(lambda: _is_over(program.pid), PAGE_SECONDS / 2)


def _is_over(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_reader_that_answers_without_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    _replace_reader(tmp_path, monkeypatch, "return Reading('x' * 3_000_000)")
    monkeypatch.setattr(isolated, "LONGEST_ANSWER", 2_000_000)

    assert "too long" in refusal(b"words", "a.txt")


def test_reader_that_lost_its_child_gets_another(tmp_path: Path):
    assert text_of("words", "a.txt") == "words"
    isolated._child()._process.kill()

    assert text_of("words", "a.txt") == "words"


BROKEN = """
import sys
sys.path.insert(0, {root!r})
from kb.extract import child, kinds, reading

reading.MODULES[kinds.Kind.PDF] = "kb.extract.removed"
child.main()
"""


def test_kind_whose_reader_is_broken_is_refused_and_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    script = tmp_path / "child.py"
    script.write_text(BROKEN.format(root=str(isolated.CHILD.parents[2])))
    monkeypatch.setattr(isolated, "CHILD", script)

    assert "limits" in refusal(b"%PDF-1.4", "a.pdf")
    assert text_of("words", "a.txt") == "words"


def test_process_that_reads_writes_compiled_modules_only_where_its_caller_does(
    monkeypatch: pytest.MonkeyPatch, eventually: Callable[..., Any]
):
    told = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": "/nonexistent"}
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    child = isolated._Child()
    process = psutil.Process(child._process.pid)

    eventually(lambda: told.items() <= process.environ().items())


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', {port}), 2)",
        "import socket; socket.socket(socket.AF_UNIX)",
        pytest.param("open({secret!r}).read()", marks=needs_landlock),
        pytest.param("open('/etc/passwd').read()", marks=needs_landlock),
        pytest.param("open({written!r}, 'w')", marks=needs_landlock),
        "os.execv('/bin/true', ['true'])",
        "os.kill(os.getppid(), 9)",
    ],
)
def test_reader_reaches_nothing_but_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str):
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        names = {"port": server.getsockname()[1], "secret": str(secret), "written": str(tmp_path / "new")}
        tried = (
            f"try: {code.format(**names)}\n"
            "    except OSError as error: return Reading(type(error).__name__)\n"
            "    return Reading('it got through')"
        )
        _replace_reader(tmp_path, monkeypatch, tried)

        assert text_of(b"words", "a.txt") == "PermissionError"
    assert not (tmp_path / "new").exists()


@needs_landlock
def test_no_reader_opens_anything_for_those_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Not by Landlock's calls on any file that it holds."""
    secret = tmp_path / "secret"
    secret.write_text("s3cret")
    code = f"""if data == b'later':
        try: return Reading(open({str(secret)!r}).read())
        except OSError as error: return Reading(type(error).__name__)
    rule = __import__('struct').pack('=Qi', 12, os.open({str(tmp_path)!r}, os.O_PATH))
    call = confinement._libc.syscall
    return Reading(repr({{call(confinement.ADD_RULE, file, 1, rule, 0) for file in range(64)}}))"""
    _replace_reader(tmp_path, monkeypatch, code)

    assert text_of(b"words", "a.txt") == "{-1}"
    assert text_of(b"later", "a.txt") == "PermissionError"


def test_reader_holds_no_line_to_the_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    code = """stat, held = __import__('stat'), []
    for file in range(64):
        try: held.append(stat.S_ISSOCK(os.fstat(file).st_mode))
        except OSError: pass
    return Reading(repr(any(held)))"""
    _replace_reader(tmp_path, monkeypatch, code)

    assert text_of(b"words", "a.txt") == "False"


def test_reader_sees_no_secrets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("RUNAPI_KEY", "s3cret")
    _replace_reader(tmp_path, monkeypatch, "return Reading(repr(dict(os.environ)))")

    assert "s3cret" not in text_of(b"words", "a.txt")


# The shared files


@needs_awkward
def test_word_file_reads_no_other_file():
    text = text_of((AWKWARD / "files" / "external-entity.docx").read_bytes(), "external-entity.docx")

    assert "root:" not in text and Path("/etc/hostname").read_text().strip() not in text.split()


@needs_help_center
def test_help_center_is_read_without_its_sites_machinery():
    paths = sorted(HELP_CENTER.rglob("*.md"))
    assert len(paths) == 256
    for path in paths:
        found = extract(path.read_bytes(), path.name)
        assert found.locale == path.stem.rsplit("_", 1)[1]
        assert not any(bad in found.text for bad in ("{%", "{{", "<div", "<button", "layout:")), path


def test_name_alone_gives_a_title():
    assert title_from_name("") == "Untitled"


def test_comments_stay_hidden_in_markdown_too_long_for_its_html_to_be_parsed() -> None:
    long = "# Log\n\n" + "A line of the log.\n\n" * 60_000
    text = markdown.read(f"<!-- not for\ncustomers -->\n{long}<!-- never closed").text
    assert "customers" not in text
    assert text.endswith("never closed") and text.count("A line") == 60_000
