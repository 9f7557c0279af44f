"""A document being read, its original, and the search for agents. Alice is an agent, Adam an admin."""

import os
import re
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse

from kb import views
from kb.models import Audience
from tests.kb.pages import HTMX, LATER, QUESTION, RETURNS, searchable

SHARED = Path(os.environ.get("CITEDESK_SHARED", "/nowhere"))

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


@pytest.mark.parametrize(
    "name", ["page.html", "picture.md", "Rückgabe “neu”.txt", 'a"; filename=evil.html.txt']
)
def test_an_original_is_saved_and_never_run(name: str, adam: Client) -> None:
    data = b"<!doctype html><script>alert(1)</script><p>Returns within 30 days."
    document = searchable(name, data)
    answer = adam.get(reverse("document-original", args=[document.pk]))
    assert answer.content == data
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    disposition = answer["Content-Disposition"]
    assert disposition.startswith("attachment; filename")
    assert "\n" not in disposition and "; filename=evil" not in disposition.replace('\\"; filename=evil', "")
    if not name.isascii():
        assert disposition.startswith("attachment; filename*=utf-8''")


def test_each_revision_has_its_own_original(adam: Client) -> None:
    document = searchable()
    searchable(data=LATER)
    original = reverse("document-original", args=[document.pk])
    assert adam.get(original).content == LATER
    assert adam.get(original, {"revision": "1"}).content == RETURNS
    assert adam.get(original, {"revision": "7"}).status_code == 404
    assert adam.get(original, {"revision": "x"}).status_code == 404


def test_an_original_that_is_gone_is_not_found(adam: Client) -> None:
    document = searchable()
    default_storage.delete(document.file.name)
    assert adam.get(reverse("document-original", args=[document.pk])).status_code == 404


PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "[click](data:text/html,<script>alert(1)</script>)",
    "![x](http://tracker.example/pixel.png)",
    '<a href="javascript:alert(1)" onclick="alert(1)">x</a>',
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'http://tracker.example'</style>",
    '<form action="/documents/1/delete/" method="post"><button>Win</button></form>',
    '<div hx-get="/people/" hx-trigger="load" id="watch">x</div>',
]
RUNS = re.compile(
    r"<(script|img|svg|iframe|style|form|object|embed|link|meta|base)\b|\son\w+\s*=|href=.(javascript|data):|hx-",
    re.IGNORECASE,
)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_stands_in_a_text_is_shown_and_never_run(payload: str, adam: Client) -> None:
    data = f"# Title {payload}\n\n## Part {payload}\n\nBefore {payload} after, within 30 days.\n\n{payload}\n"
    document = searchable("returns.md", data.encode())
    page = adam.get(document.get_absolute_url()).content.decode()
    text = page[page.index('<article class="prose"') : page.index("</article>")]
    assert not RUNS.search(text), text
    everything = page + adam.get(reverse("documents")).content.decode()
    everything += adam.get(reverse("search"), {"q": payload}).content.decode()
    everything += adam.get(reverse("document-delete", args=[document.pk])).content.decode()
    assert payload not in everything or not payload.startswith("<")


@pytest.mark.skipif(not SHARED.is_dir(), reason="CITEDESK_SHARED is not set")
def test_an_article_with_active_content_is_shown_and_never_run(adam: Client) -> None:
    data = (SHARED / "files" / "awkward" / "files" / "active-content.html").read_bytes()
    page = adam.get(searchable("active-content.html", data).get_absolute_url()).content.decode()
    text = page[page.index('<article class="prose"') : page.index("</article>")]
    assert not RUNS.search(text), text


def test_a_passage_can_be_linked_to(adam: Client) -> None:
    document = searchable(
        "guide.md",
        b"# Guide\n\n## One\n\nFirst part.\n\n## Two\n\n- a\n- b\n\n| x | y |\n|---|---|\n| 1 | 2 |\n",
    )
    page = adam.get(document.get_absolute_url()).content.decode()
    for passage in document.passages.all():
        assert page.count(f'<span id="passage-{passage.pk}">') == 1
        assert f'href="#passage-{passage.pk}"' in page
    second = document.passages.get(heading__endswith="Two")
    assert f'<ul data-passages="{second.pk}">' in page
    assert f'<table data-passages="{second.pk}">' in page


def test_a_title_is_not_shown_twice(adam: Client) -> None:
    page = adam.get(searchable().get_absolute_url()).content.decode()
    assert page.count(">Returns<") == 1
    assert "<h2>Deadline</h2>" in page


# Searching ----------------------------------------------------------------------------------------------


def test_agents_search_as_customers_see_it_or_in_everything(alice: Client) -> None:
    searchable()
    searchable(
        "late.md", b"# Late returns\n\nDays 31 to 40 to send a bike back: once.", audience=Audience.INTERNAL
    )
    seen = alice.get(reverse("search"), {"q": QUESTION}).content.decode()
    assert "30 days" in seen and "Late returns" not in seen
    everything = alice.get(reverse("search"), {"q": QUESTION, "audience": "internal"}).content.decode()
    assert "30 days" in everything and "Late returns" in everything


def test_the_search_says_whether_a_draft_would_answer(alice: Client) -> None:
    searchable()
    assert "Would be answered." in alice.get(reverse("search"), {"q": QUESTION}).content.decode()
    other = alice.get(reverse("search"), {"q": "Who won the football match yesterday?"}).content.decode()
    assert "Would not be answered" in other or "Nothing found." in other


def test_a_hit_links_to_its_passage(alice: Client) -> None:
    passage = searchable().passages.get()
    text = alice.get(reverse("search"), {"q": QUESTION}, **HTMX).content.decode()
    assert f"?passage={passage.pk}#passage-{passage.pk}" in text
    assert "<html" not in text


def test_a_text_that_several_articles_share_is_shown_once_with_a_link_to_the_others(alice: Client) -> None:
    text = b"\n\nYou have 30 days to send the bike back, whatever the reason; the parcel is free."
    searchable("city.md", b"# City bikes" + text)
    other = searchable("racing.md", b"# Racing bikes" + text).passages.get()
    seen = alice.get(reverse("search"), {"q": "How many days to send a city bike back?"}).content.decode()
    assert seen.count("whatever the reason") == 1
    assert f'The same text is in <a href="{other.document.get_absolute_url()}?passage={other.pk}' in seen


def test_a_search_for_nothing_or_for_odd_things_is_no_error(alice: Client) -> None:
    searchable()
    for asked in ("", "   ", "\x00", "'; DROP TABLE", "?" * 1999, "é" * 500):
        assert alice.get(reverse("search"), {"q": asked, "audience": "odd"}).status_code == 200
    assert alice.get(f"{reverse('search')}?q=a%ED%A0%80%FFb").status_code == 200


def test_of_a_very_long_text_the_part_is_shown_that_was_asked_for(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LONGEST_SHOWN", 4_000)
    sections = [
        f"## Part {number}\n\nThis is said in part {number}. " + "More of it. " * 60 for number in range(40)
    ]
    document = searchable("long.md", "\n\n".join(["# Long", *sections]).encode())
    first, last = document.passages.first(), document.passages.last()
    page = adam.get(document.get_absolute_url()).content.decode()
    assert "said in part 0" in page and "said in part 39" not in page.split("<aside")[0]
    assert f'href="?passage={last.pk}#passage-{last.pk}"' in page and f'href="#passage-{first.pk}"' in page
    there = adam.get(last.get_absolute_url()).content.decode().split("<aside")[0]
    assert (
        "said in part 39" in there and f'id="passage-{last.pk}"' in there and "said in part 0." not in there
    )
