"""The editor at its doors: kept while written, saved as a revision, never over another's text unseen."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow

from kb import editing, editor_pages, ingest, writing
from kb.models import Audience, Document, Edit, Image
from kb.retrieval import retrieve
from support.models import Agent, Verdict
from tests import cast

RETURNS = b"# Returns\n\n## Deadline\n\nYou can send the bike back within 30 days of delivery.\n"
CHANGED = "# Returns\n\n## Deadline\n\nYou can send the bike back within 45 days of delivery.\n"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The documents that a worker was woken for."""
    woken: list[int] = []
    monkeypatch.setattr(editor_pages.ingest_document, "delay_on_commit", woken.append)
    return woken


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def adam() -> Client:
    return signed_in(cast.adam())


@pytest.fixture
def document() -> Document:
    made = ingest.receive("returns.md", RETURNS)
    ingest.ingest(made)
    made.refresh_from_db()
    return made


def article(document: Document, text: str = CHANGED, **more: Any) -> dict[str, Any]:
    return {"title": "Returns", "text": text, "based_on": document.current_id, "why": "", **more}


def test_a_saved_text_is_the_next_revision_and_found_at_once(
    adam: Client, document: Document, offered: list[int]
) -> None:
    answer = adam.post(f"/documents/{document.pk}/edit/", article(document, why="New law"))
    assert answer.headers["Location"] == document.get_absolute_url()
    document.refresh_from_db()
    assert document.current is not None
    assert (document.current.number, document.current.author, document.current.why) == (
        2,
        cast.adam(),
        "New law",
    )
    assert offered == [document.pk]
    (hit,) = retrieve("How long can I send the bike back?", Audience.PUBLIC).hits
    assert "45 days" in hit.passage.text


def test_a_long_table_is_one_table_to_its_author_whose_passages_have_a_header_each(
    adam: Client, document: Document
) -> None:
    header = "| Plan | What it costs and what it holds |\n|---|---|\n"
    rows = [f"| Plan {n} | {n} € a month, with {n} bikes, {n} locks and {n} helmets |\n" for n in range(60)]
    adam.post(f"/documents/{document.pk}/edit/", article(document, header + "".join(rows)))
    document.refresh_from_db()
    texts = list(document.passages.values_list("text", flat=True))
    assert len(texts) > 2 and all(text.startswith(header) for text in texts)

    begun = editing.begin(document, cast.adam())
    assert begun.text.strip() == (header + "".join(rows)).strip()
    assert writing.going(document, "Returns", begun.text) == []
    editing.publish(document, cast.adam(), "Returns", begun.text, why="", based_on=document.current_id)
    document.refresh_from_db()
    assert document.current is not None and document.current.number == 2  # nothing was changed

    few = header + "".join(rows[::20])
    editing.publish(document, cast.adam(), "Returns", few, why="", based_on=document.current_id)
    document.refresh_from_db()
    assert document.current.text.count(header) == document.passages.count() == 1


def test_nothing_is_saved_over_a_text_that_its_writer_has_not_seen(adam: Client, document: Document) -> None:
    mine = article(document)
    theirs = "# Returns\n\nNo returns at all.\n"
    writing.write(document, "Returns", theirs, by=cast.adam())
    answer = adam.post(f"/documents/{document.pk}/edit/", mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "No returns at all." in page and "45 days" in page  # both texts are there
    document.refresh_from_db()
    assert document.current is not None and document.current.text == theirs
    # Whoever has seen it may save over it.
    assert f'name="based_on" value="{document.current_id}"' in page
    assert adam.post(f"/documents/{document.pk}/edit/", article(document)).status_code == 302


def test_what_rests_on_text_that_goes_is_shown_before_it_goes(adam: Client, document: Document) -> None:
    passage = document.passages.get()
    ticket = cast.ask("Can I send it back?").ticket
    draft = cast.draft(ticket, [("30 days.", Verdict.MATCHES, [(1, passage, "within 30 days")])])
    answer = adam.post(f"/documents/{document.pk}/edit/", article(document))
    page = answer.content.decode()
    assert answer.status_code == 200 and "<strong>1 open draft</strong> cites text that goes" in page
    assert ticket.get_absolute_url() in page
    document.refresh_from_db()
    assert document.revisions.count() == 1
    # A text that leaves the passage as it is takes nothing away.
    more = RETURNS.decode() + "\n## Costs\n\nSending it back costs nothing.\n"
    assert adam.post(f"/documents/{document.pk}/edit/", article(document, more)).status_code == 302
    document.refresh_from_db()
    assert adam.post(f"/documents/{document.pk}/edit/", article(document, confirmed="1 0")).status_code == 302
    draft.refresh_from_db()
    assert draft.stale_since is not None


def test_what_is_being_written_survives_a_closed_tab_and_nobody_else_sees_it(
    adam: Client, document: Document
) -> None:
    kept = adam.post(
        f"/documents/{document.pk}/edit/keep/", {"title": "Returns", "text": "Half a sen"}
    ).json()
    assert kept["kept"]
    assert "Half a sen" in adam.get(f"/documents/{document.pk}/edit/").content.decode()
    other = signed_in(Agent.objects.create_user("ada@example.com", password=None, name="Ada", is_staff=True))
    assert "Half a sen" not in adam.get(document.get_absolute_url()).content.decode()
    assert "Half a sen" not in other.get(f"/documents/{document.pk}/edit/").content.decode()
    adam.post(f"/documents/{document.pk}/edit/give-up/")
    assert not Edit.objects.exists()


def test_a_second_tab_never_loses_what_the_first_kept(adam: Client, document: Document) -> None:
    address = f"/documents/{document.pk}/edit/keep/"
    first = adam.post(address, {"title": "Returns", "text": "first", "tab": "one"}).json()
    stale = {"title": "Returns", "text": "second tab", "seen": "", "tab": "two"}
    answer = adam.post(address, stale)
    assert answer.status_code == 409 and "another tab" in answer.content.decode()
    assert adam.post(address, {"title": "R", "text": "on", "seen": first["kept"]}).status_code == 200
    assert Edit.objects.get().text == "on"
    # What the same tab sent while it was left is nobody else's.
    late = {"title": "R", "text": "on and on", "seen": first["kept"], "tab": "three"}
    assert adam.post(address, late).status_code == 409
    Edit.objects.update(tab="three")
    assert adam.post(address, late).status_code == 200


def test_what_cannot_be_stored_of_an_edit_is_left_out(adam: Client, document: Document) -> None:
    given = {"title": "A\x00", "text": "B\x00", "tab": "c\x00", "based_on": "\x00", "seen": "\x00"}
    assert adam.post(f"/documents/{document.pk}/edit/keep/", given).status_code == 200
    assert list(Edit.objects.values_list("title", "text")) == [("A", "B")]


def test_who_else_writes_is_told(adam: Client, document: Document) -> None:
    ada = Agent.objects.create_user("ada@example.com", password=None, name="Ada", is_staff=True)
    editing.keep(document, ada, "Returns", "Ada's words")
    page = adam.get(f"/documents/{document.pk}/edit/").content.decode()
    assert "is writing on this too" in page and "Ada&#x27;s words" not in page
    Edit.objects.update(saved=timezone.now() - editing.LATELY * 2)
    assert "is writing on this too" not in adam.get(f"/documents/{document.pk}/edit/").content.decode()


def test_a_new_article_is_unpublished_until_somebody_publishes_it(adam: Client, offered: list[int]) -> None:
    told = {"title": "Refunds", "text": "Refunds take 5 days.", "audience": "public", "locale": "EN"}
    answer = adam.post("/documents/new/", {**told, "publish": "no"}, follow=True)
    assert "no search finds it" in answer.content.decode() and "Searches find" not in answer.content.decode()
    made = Document.objects.get()
    assert (made.status, made.locale, made.source) == ("unpublished", "en", "editor")
    assert not retrieve("How long do refunds take?", Audience.PUBLIC).hits
    assert adam.post("/documents/new/", {**told, "publish": "yes"}).status_code == 302
    assert Document.objects.count() == 2 and len(offered) == 2
    assert retrieve("How long do refunds take?", Audience.PUBLIC).hits


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": " "}, "Give it a title"),
        ({"text": ""}, "Write some text first."),
        ({"text": "  \n "}, "This holds no text: write some."),
        ({"text": "x" * (editing.LONGEST + 1)}, "divide the article"),
        ({"locale": "English"}, "the language’s code"),
        ({"audience": "everybody"}, "not one of the available choices"),
    ],
)
def test_what_can_t_be_saved_is_told_and_stays(adam: Client, changed: dict[str, str], told: str) -> None:
    data = {"title": "Refunds", "text": "They take 5 days.", "audience": "public", "locale": "en", **changed}
    answer = adam.post("/documents/new/", data)
    page = answer.content.decode().replace("&#x27;", "’")
    assert answer.status_code == 422 and told in page
    assert not Document.objects.exists()


def test_the_preview_shows_what_readers_see_and_nothing_active(adam: Client) -> None:
    text = "# Hello\n\n<script>alert(1)</script>\n\n![x](https://spy.example/p.png) [y](javascript:alert(1))"
    page = adam.post("/documents/preview/", {"title": "", "text": text}).content.decode()
    assert "<h2" in page or "<h1" in page
    assert "<script" not in page and "spy.example" not in page and "href" not in page


def test_the_preview_of_a_long_text_ends_somewhere_and_says_so(adam: Client) -> None:
    text = "word " * 10_000
    page = adam.post("/documents/preview/", {"title": "", "text": text}).content.decode()
    assert len(page) < 50_000 and "The preview ends here" in page


def picture(kind: str = "PNG") -> io.BytesIO:
    file = io.BytesIO()
    Pillow.new("RGB", (8, 6), "red").save(file, kind)
    file.seek(0)
    file.name = f"red.{kind.lower()}"
    return file


def test_a_picture_is_seen_by_those_who_may_read_its_document(adam: Client, document: Document) -> None:
    told = adam.post("/documents/pictures/", {"file": picture(), "document": document.pk}).json()
    shown = adam.post("/documents/preview/", {"text": f"![A red bike]({told['address']})"}).content.decode()
    assert f'<img src="{told["address"]}" alt="A red bike"' in shown
    alice = signed_in(cast.alice())
    answer = alice.get(told["address"])
    assert answer.headers["Content-Type"] == "image/png" and b"".join(answer.streaming_content)
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert Client().get(told["address"]).status_code == 302
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    assert alice.get(told["address"]).status_code == 404
    assert adam.get(told["address"]).status_code == 200


def test_a_picture_of_a_new_article_becomes_the_article_s(adam: Client) -> None:
    address = adam.post("/documents/pictures/", {"file": picture("JPEG")}).json()["address"]
    alice = signed_in(cast.alice())
    assert alice.get(address).status_code == 404
    text = f"Refunds take 5 days.\n\n![Where]({address})"
    adam.post("/documents/new/", {"title": "Refunds", "text": text, "audience": "public", "publish": "yes"})
    assert Image.objects.get().document == Document.objects.get()
    assert alice.get(address).status_code == 200


@pytest.mark.parametrize(
    ("data", "name"), [(b"<svg onload='alert(1)'/>", "x.svg"), (b"GIF89a", "x.gif"), (b"", "x.png")]
)
def test_what_is_no_picture_is_refused_in_a_sentence(adam: Client, data: bytes, name: str) -> None:
    file = io.BytesIO(data)
    file.name = name
    answer = adam.post("/documents/pictures/", {"file": file})
    assert answer.status_code == 422 and len(answer.content.decode().split()) > 4
    assert not Image.objects.exists()


@pytest.mark.parametrize(
    ("verb", "address"),
    [
        ("get", "/documents/new/"),
        ("post", "/documents/new/"),
        ("get", "/documents/{}/edit/"),
        ("post", "/documents/{}/edit/"),
        ("post", "/documents/{}/edit/keep/"),
        ("post", "/documents/{}/edit/give-up/"),
        ("post", "/documents/new/keep/"),
        ("post", "/documents/new/give-up/"),
        ("post", "/documents/preview/"),
        ("post", "/documents/pictures/"),
    ],
)
def test_only_admins_write(document: Document, verb: str, address: str) -> None:
    send: Callable[..., Any] = getattr(signed_in(cast.alice()), verb)
    assert send(address.format(document.pk), article(document)).status_code == 403
    assert getattr(Client(), verb)(address.format(document.pk)).status_code == 302
    assert document.revisions.count() == 1 and not Edit.objects.exists()
