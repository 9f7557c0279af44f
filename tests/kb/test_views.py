"""The knowledge base's pages, at their doors. Alice is an agent, Adam an admin."""

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from kombu.exceptions import OperationalError

from kb import ingest, views
from kb.extract.kinds import Kind
from kb.models import Audience, Document, Passage
from kb.retrieval import retrieve
from support.models import Agent
from tests import cast

RETURNS = b"# Returns\n\n## Deadline\n\nYou can send the bike back within 30 days of delivery.\n"
LATER = RETURNS.replace(b"30 days", b"45 days")
HTMX = {"HTTP_HX_REQUEST": "true"}
SHARED = Path(os.environ.get("CITEDESK_SHARED", "/nowhere"))

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The documents that a worker was woken for."""
    woken: list[int] = []
    monkeypatch.setattr(views.ingest_document, "delay_on_commit", woken.append)
    return woken


@pytest.fixture
def alice() -> Client:
    return _signed_in(cast.alice())


@pytest.fixture
def adam(offered: list[int]) -> Client:
    return _signed_in(cast.adam())


def _signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


def searchable(reference: str = "returns.md", data: bytes = RETURNS, **fields: Any) -> Document:
    document = ingest.receive(reference, data, **fields)
    ingest.ingest(document)
    document.refresh_from_db()
    assert document.state == Document.State.SEARCHABLE, document.reason
    return document


def send(client: Client, name: str = "returns.md", data: bytes = RETURNS, audience: str = "public") -> Any:
    """Written by hand, because the name must arrive as it is, as from a client that is no browser."""
    named = f"filename*=UTF-8''{quote(name, safe='')}"
    body = (
        (
            f'--cut\r\nContent-Disposition: form-data; name="audience"\r\n\r\n{audience}\r\n'
            f'--cut\r\nContent-Disposition: form-data; name="file"; {named}\r\n'
            "Content-Type: text/html\r\n\r\n"
        ).encode()
        + data
        + b"\r\n--cut--\r\n"
    )
    return client.post(reverse("upload"), body, content_type="multipart/form-data; boundary=cut", **HTMX)


def test_the_address_of_the_upload_leads_back_to_its_form(adam: Client) -> None:
    answer = adam.get(reverse("upload"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("documents"))


# Who may do what ------------------------------------------------------------------------------------

PAGES: list[tuple[str, str, bool]] = [  # name, method, may an agent?
    ("documents", "get", True),
    ("document-rows", "get", True),
    ("document", "get", True),
    ("document-state", "get", True),
    ("document-original", "get", True),
    ("search", "get", True),
    ("upload", "post", False),
    ("document-status", "post", False),
    ("document-audience", "post", False),
    ("document-retry", "post", False),
    ("document-delete", "get", False),
    ("document-delete", "post", False),
]
WITHOUT_DOCUMENT = ("documents", "document-rows", "search", "upload")
# Pages of admins alone; what they do is tested where they are.
FOR_ADMINS = [  # name, method, id of a row
    ("synonyms", "get", None),
    ("synonyms", "post", None),
    ("change-synonym", "get", 1),
    ("change-synonym", "post", 1),
    ("remove-synonym", "post", 1),
    ("try-retrieval", "get", None),
    ("label-question", "post", None),
    ("labelled-questions", "get", None),
    ("unlabel-question", "post", 1),
    ("start-run", "post", None),
    ("run-progress", "get", None),
    ("models", "get", None),
    ("model-progress", "get", None),
    ("model-start", "get", None),
    ("model-start", "post", None),
    ("model-activate", "post", None),
    ("model-compare", "post", None),
    ("model-retire", "get", 1),
    ("model-retire", "post", 1),
]


def address(name: str, document: Document) -> str:
    return reverse(name) if name in WITHOUT_DOCUMENT else reverse(name, args=[document.pk])


def test_every_address_of_the_knowledge_base_stands_in_the_matrix() -> None:
    from kb.urls import urlpatterns

    known = {name for name, _, _ in PAGES} | {name for name, _, _ in FOR_ADMINS}
    assert {pattern.name for pattern in urlpatterns} == known


@pytest.mark.parametrize(("name", "method", "row"), FOR_ADMINS)
def test_pages_of_admins_are_closed_to_agents_and_strangers(
    name: str, method: str, row: int | None, alice: Client, client: Client
) -> None:
    path = reverse(name, args=[row] if row else [])
    answer = getattr(client, method)(path)
    assert answer.status_code == 302 and answer.url.startswith(reverse("sign-in"))
    assert getattr(alice, method)(path).status_code == 403


@pytest.mark.parametrize(("name", "method", "agent_may"), PAGES)
def test_strangers_are_sent_to_the_sign_in(name: str, method: str, agent_may: bool, client: Client) -> None:
    document = searchable()
    answer = getattr(client, method)(address(name, document))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("sign-in"))
    assert Document.objects.filter(pk=document.pk, status="published", audience="public").exists()


@pytest.mark.parametrize(("name", "method", "agent_may"), PAGES)
def test_agents_read_and_only_admins_change(
    name: str, method: str, agent_may: bool, alice: Client, adam: Client
) -> None:
    document = searchable()
    answer = getattr(alice, method)(address(name, document))
    assert answer.status_code == (200 if agent_may else 403)
    assert Document.objects.filter(pk=document.pk, status="published", audience="public").exists()
    assert getattr(adam, method)(address(name, document)).status_code in (200, 302)


def test_a_fragment_asked_for_without_sign_in_leads_the_whole_page_to_the_sign_in(client: Client) -> None:
    answer = client.get(reverse("document-rows"), **HTMX)
    assert answer["HX-Redirect"] == f"{reverse('sign-in')}?next=%2F"
    assert not answer.content


def test_agents_see_internal_documents_but_no_unpublished_ones(alice: Client) -> None:
    internal = searchable("goodwill.md", b"# Goodwill\n\nUp to 60 euros.", audience=Audience.INTERNAL)
    hidden = searchable("old.md", b"# Old prices\n\nNo longer true.", publish=False)
    listed = alice.get(reverse("documents")).content.decode()
    assert "Goodwill" in listed and "Old prices" not in listed
    assert alice.get(internal.get_absolute_url()).status_code == 200
    for name in ("document", "document-state", "document-original"):
        assert alice.get(reverse(name, args=[hidden.pk])).status_code == 404


def test_agents_are_shown_no_control_that_they_may_not_use(alice: Client) -> None:
    document = searchable()
    for page in (reverse("documents"), document.get_absolute_url()):
        text = alice.get(page).content.decode()
        assert reverse("upload") not in text
        assert ">Unpublish<" not in text and "Delete" not in text


def test_changes_need_a_token_of_the_page(offered: list[int]) -> None:
    admin = cast.adam()
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin, backend="django.contrib.auth.backends.ModelBackend")
    document = searchable()
    for name, method, agent_may in PAGES:
        if method == "post" and not agent_may:
            assert strict.post(address(name, document)).status_code == 403


# Uploading ------------------------------------------------------------------------------------------


def test_an_uploaded_file_waits_for_a_worker_and_its_row_is_watched(adam: Client, offered: list[int]) -> None:
    answer = send(adam)
    document = Document.objects.get()
    assert (document.reference, document.state, document.status) == ("returns.md", "received", "published")
    assert document.uploaded_by_id == Agent.objects.get().pk
    assert offered == [document.pk]
    text = answer.content.decode()
    assert "received" in text and f'name="watching" value="{document.pk}"' in text


def test_rows_are_watched_only_until_all_are_read(adam: Client) -> None:
    send(adam)
    document = Document.objects.get()
    watched = {"watching": [document.pk]}
    for page in (adam.get(reverse("document-rows"), watched), adam.get(reverse("documents"))):
        assert 'name="watching"' in page.content.decode()
    ingest.ingest(document)
    after = adam.get(reverse("document-rows"), watched).content.decode()
    assert "searchable" in after and "hx-swap-oob" in after and "watching" not in after
    assert 'name="watching"' not in adam.get(reverse("documents")).content.decode()


def test_the_row_of_a_deleted_document_is_taken_away(adam: Client) -> None:
    text = adam.get(reverse("document-rows"), {"watching": ["4711", "x", "-1"]}).content.decode()
    assert '<div id="document-4711" hx-swap-oob="delete">' in text


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 30, "²"])
def test_a_number_that_names_no_document_breaks_nothing(adam: Client, number: str) -> None:
    assert adam.get(reverse("document-rows"), {"watching": number}).status_code == 200
    assert adam.get(reverse("documents"), {"page": number}).status_code == 200


def test_a_bad_file_among_several_does_not_stop_the_others(adam: Client, offered: list[int]) -> None:
    files = [
        SimpleUploadedFile("returns.md", RETURNS),
        SimpleUploadedFile("tool.exe", b"MZ"),
        SimpleUploadedFile("broken.pdf", b"%PDF-1.7 nothing"),
        SimpleUploadedFile("empty.txt", b""),
        SimpleUploadedFile("delivery.txt", b"Delivery\n\nThree to five working days."),
    ]
    answer = adam.post(reverse("upload"), {"file": files, "audience": "public"}, follow=True)
    assert "tool.exe: This kind of file can’t be read." in answer.content.decode()
    for document in Document.objects.all():
        ingest.ingest(document)
    states = dict(Document.objects.values_list("reference", "state"))
    assert states == {
        "returns.md": "searchable",
        "delivery.txt": "searchable",
        "broken.pdf": "failed",
        "empty.txt": "failed",
    }
    listed = adam.get(reverse("documents")).content.decode()
    assert "The file is empty; upload one that holds text." in listed


def test_a_second_upload_of_a_name_becomes_a_new_revision(adam: Client, offered: list[int]) -> None:
    send(adam)
    ingest.ingest(Document.objects.get())
    send(adam, data=LATER)
    assert "30 days" in Passage.objects.visible_to(Audience.PUBLIC).get().text, (
        "the old one answers until then"
    )
    ingest.ingest(Document.objects.get())
    document = Document.objects.get()
    assert [revision.number for revision in document.revisions.all()] == [2, 1]
    assert "45 days" in Passage.objects.get().text
    page = adam.get(document.get_absolute_url()).content.decode()
    assert "45 days" in page and "Revision 1" in page
    assert "30 days" in adam.get(document.get_absolute_url(), {"revision": "1"}).content.decode()


def test_the_same_bytes_again_cost_nothing(adam: Client, offered: list[int]) -> None:
    searchable()
    send(adam)
    assert offered == []
    assert Document.objects.get().state == "searchable"


def test_an_upload_never_makes_an_internal_document_public(adam: Client) -> None:
    searchable(audience=Audience.INTERNAL)
    send(adam, data=LATER, audience="public")
    assert Document.objects.get().audience == Audience.INTERNAL


def test_an_upload_marked_internal_makes_a_public_document_internal(adam: Client) -> None:
    searchable()
    send(adam, data=LATER, audience="internal")
    assert Document.objects.get().audience == Audience.INTERNAL
    assert not Passage.objects.visible_to(Audience.PUBLIC).exists()


def test_a_file_over_the_limit_is_refused_with_a_sentence(adam: Client, settings: Any) -> None:
    settings.UPLOAD_LIMIT = 1024
    answer = send(adam, data=b"x" * 2000)
    assert answer.status_code == 422
    assert "1\xa0KB is the limit" in answer.content.decode()
    assert not Document.objects.exists()


def test_the_page_says_the_limit_before_anything_is_sent(adam: Client) -> None:
    text = adam.get(reverse("documents")).content.decode()
    assert f'data-limit="{settings.UPLOAD_LIMIT}"' in text and "25\xa0MB each" in text
    assert all(kind in text for kind in Kind), "every kind of file that can be read is named"


def test_a_document_that_was_never_read_is_not_shown_as_published_and_can_be_deleted(adam: Client) -> None:
    document = ingest.receive("broken.pdf", b"%PDF-1.7 nothing")
    ingest.ingest(document)
    document.refresh_from_db()
    assert document.state == Document.State.FAILED
    listed = adam.get(reverse("documents")).content.decode()
    row = listed.split(f'id="document-{document.pk}"')[1]
    assert ">published<" not in row and ">public<" not in row
    assert f'href="{reverse("document-delete", args=[document.pk])}"' in row


def test_an_upload_without_a_file_says_what_to_do(adam: Client) -> None:
    answer = adam.post(reverse("upload"), {"audience": "public"}, **HTMX)
    assert (answer.status_code, answer.content.decode()) == (422, "Choose a file first.")


def test_an_upload_survives_a_broker_that_is_down(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def down(document_id: int) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(views.ingest_document, "delay", down)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        assert send(_signed_in(cast.adam())).status_code == 200
    assert callbacks
    assert Document.objects.get().state == "received"


NAMES = [  # sent, and the reference that comes of it
    ("Rückgabe & Umtausch (neu).md", "Rückgabe & Umtausch (neu).md"),
    ("../../etc/returns.md", "returns.md"),
    ("..\\..\\returns.md", "returns.md"),
    ("/absolute/returns.md", "returns.md"),
    ("invoice\u202etxt.md", "invoicetxt.md"),  # would be shown as invoicedm.txt
    ("a\nb.md", "ab.md"),
    ("u\u0308ber.md", "\u00fcber.md"),
    ("退货.md", "退货.md"),
    ("<img src=x onerror=alert(1)>.md", "<img src=x onerror=alert(1)>.md"),
]


@pytest.mark.parametrize(("sent", "reference"), NAMES)
def test_odd_file_names_are_only_ever_shown(sent: str, reference: str, adam: Client, uploads: Path) -> None:
    assert send(adam, name=sent).status_code == 200
    document = Document.objects.get()
    assert document.reference == reference
    assert re.fullmatch(r"documents/[0-9a-f]{32}", document.file.name)
    stored = [path for path in uploads.rglob("*") if path.is_file()]
    assert stored == [uploads / document.file.name]
    assert "<img" not in adam.get(reverse("documents")).content.decode()


# Retry ----------------------------------------------------------------------------------------------


def test_a_failed_file_says_why_and_is_read_again_on_request(adam: Client, offered: list[int]) -> None:
    send(adam, name="empty.txt", data=b"")
    document = Document.objects.get()
    ingest.ingest(document)
    assert "The file is empty" in adam.get(document.get_absolute_url()).content.decode()
    offered.clear()
    answer = adam.post(reverse("document-retry", args=[document.pk]), **HTMX)
    assert "received" in answer.content.decode()
    assert offered == [document.pk]


def test_retrying_what_has_not_failed_changes_nothing(adam: Client, offered: list[int]) -> None:
    document = searchable()
    adam.post(reverse("document-retry", args=[document.pk]))
    document.refresh_from_db()
    assert (document.state, offered) == ("searchable", [])


# Publishing, audience, deleting -------------------------------------------------------------------------


def finds(question: str, audience: Audience) -> list[str]:
    return [hit.passage.document.reference for hit in retrieve(question, audience).hits]


QUESTION = "How many days do I have to send the bike back?"


def test_an_unpublished_document_is_not_found_from_that_moment_on(adam: Client) -> None:
    document = searchable()
    assert finds(QUESTION, Audience.PUBLIC) == ["returns.md"]
    status = reverse("document-status", args=[document.pk])
    adam.post(status, {"status": "unpublished"})
    assert finds(QUESTION, Audience.INTERNAL) == []
    assert "unpublished: no search finds it" in adam.get(document.get_absolute_url()).content.decode()
    adam.post(status, {"status": "published"})
    assert finds(QUESTION, Audience.PUBLIC) == ["returns.md"]


def test_an_internal_document_is_found_by_agents_alone_from_that_moment_on(adam: Client) -> None:
    document = searchable()
    adam.post(reverse("document-audience", args=[document.pk]), {"audience": "internal"})
    assert finds(QUESTION, Audience.PUBLIC) == []
    assert finds(QUESTION, Audience.INTERNAL) == ["returns.md"]


def test_changing_the_audience_while_a_file_is_read_is_kept(adam: Client) -> None:
    document = ingest.receive("returns.md", RETURNS)
    claimed = ingest.claim(document.pk)
    assert claimed
    adam.post(reverse("document-audience", args=[document.pk]), {"audience": "internal"})
    adam.post(reverse("document-status", args=[document.pk]), {"status": "unpublished"})
    ingest.ingest(claimed)
    document.refresh_from_db()
    assert (document.state, document.audience, document.status) == ("searchable", "internal", "unpublished")


def test_deleting_asks_first_and_then_removes_rows_and_files(
    adam: Client, uploads: Path, django_capture_on_commit_callbacks: Callable[..., Any]
) -> None:
    document = searchable()
    searchable(data=LATER)
    page = reverse("document-delete", args=[document.pk])
    assert "Delete for good" in adam.get(page).content.decode()
    assert Document.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert adam.post(page).url == reverse("documents")
    assert not Document.objects.exists() and not Passage.objects.exists()
    assert not [path for path in uploads.rglob("*") if path.is_file()]
    assert finds(QUESTION, Audience.INTERNAL) == []


# The original -----------------------------------------------------------------------------------------


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


# Reading ----------------------------------------------------------------------------------------------

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


# Listing ----------------------------------------------------------------------------------------------


def test_documents_are_filtered_by_state_status_audience_and_title(adam: Client) -> None:
    searchable()
    searchable("goodwill.md", b"# Goodwill\n\nUp to 60 euros.", audience=Audience.INTERNAL)
    searchable("old.md", b"# Old prices\n\nNo longer true.", publish=False)
    ingest.receive("waiting.md", b"# Waiting\n\nFor a worker.")

    def listed(**filters: str) -> set[str]:
        text = adam.get(reverse("documents"), filters).content.decode()
        return set(re.findall(r'class="small muted reference">([^<]+)<', text))

    assert listed() == {"returns.md", "goodwill.md", "old.md", "waiting.md"}
    assert listed(state="received") == {"waiting.md"}
    assert listed(status="unpublished") == {"old.md"}
    assert listed(audience="internal") == {"goodwill.md"}
    assert listed(q="old PRICE") == {"old.md"}
    assert listed(q="returns.md") == {"returns.md"}
    assert listed(state="nonsense", q="%") == set()
    assert listed(state="nonsense") == listed()


def test_long_lists_have_pages(adam: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "A_PAGE", 2)
    for number in range(3):
        ingest.receive(f"a{number}.md", b"# A\n\nText.")
    first = adam.get(reverse("documents"), {"q": "a"}).content.decode()
    assert "1–2 of 3" in first and "q=a&amp;page=2" in first
    assert "3–3 of 3" in adam.get(reverse("documents"), {"q": "a", "page": "2"}).content.decode()


def test_an_empty_list_teaches_the_next_step(adam: Client, alice: Client) -> None:
    assert "Upload the articles of your help center above." in adam.get(reverse("documents")).content.decode()
    assert "An admin uploads the articles" in alice.get(reverse("documents")).content.decode()
    assert "No document matches" in adam.get(reverse("documents"), {"q": "x"}).content.decode()


# Searching --------------------------------------------------------------------------------------------


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


# The admin site ----------------------------------------------------------------------------------------


def test_the_admin_site_shows_rows_and_changes_none(adam: Client) -> None:
    document = searchable()
    for model, row in [
        ("document", document),
        ("revision", document.current),
        ("passage", document.passages.get()),
    ]:
        assert adam.get(f"/admin/kb/{model}/").status_code == 200
        page = adam.get(f"/admin/kb/{model}/{row.pk}/change/")
        assert page.status_code == 200
        assert document.file.name not in page.content.decode()
        assert adam.post(f"/admin/kb/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
