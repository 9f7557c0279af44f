"""The knowledge base's pages in a real browser: Adam, an admin, uploads, reads and searches."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from kb import categories, ingest, lifecycle
from kb.models import Audience, Document
from support.models import Agent
from tests import cast

pytestmark = [pytest.mark.slow]

RETURNS = b"""# Returns

## Deadline

You can send the bike back within **30 days** of delivery. Later it can't be taken back.

## Costs

| Bike | Collection |
|---|---|
| City 3 | 79 |
| Cargo 2 | 149 |
"""
TEXT = "text/markdown"

Visit = Callable[..., Page]


@pytest.fixture
def desk(visit: Visit) -> Visit:
    """Open a page of the desk, signed in."""

    def open_page(path: str, **more: Any) -> Page:
        adam = Agent.objects.filter(is_staff=True).first() or cast.adam()
        page = visit(f"/sign-in/?next={path}", **more)
        page.get_by_label("E-mail address").fill(adam.email)
        page.get_by_label("Password").fill(cast.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    return open_page


def searchable(reference: str = "returns.md", data: bytes = RETURNS, **fields: Any) -> Document:
    document = ingest.receive(reference, data, **fields)
    ingest.ingest(document)
    return Document.objects.get(pk=document.pk)


def work() -> None:
    """What the documents worker does."""
    for document in Document.objects.filter(state=Document.State.RECEIVED):
        ingest.ingest(document)


def row(page: Page, text: str) -> Any:
    return page.locator(".document-row").filter(has_text=text)


def choose(page: Page, *files: tuple[str, bytes]) -> None:
    page.get_by_label("Add articles and files").set_input_files(
        [{"name": name, "mimeType": TEXT, "buffer": data} for name, data in files]
    )


def test_several_files_are_uploaded_at_once_and_a_bad_one_stops_no_other(desk: Visit) -> None:
    page = desk("/documents/")
    choose(page, ("returns.md", RETURNS), ("tool.exe", b"MZ"), ("empty.txt", b""))
    expect(row(page, "tool.exe")).to_contain_text("This kind of file can’t be read.")
    expect(row(page, "returns.md")).to_contain_text("received")
    expect(row(page, "empty.txt")).to_contain_text("received")
    expect(
        page.get_by_role("status").filter(has_text="2 of 3 files uploaded, 1 not uploaded.")
    ).to_be_attached()
    work()
    expect(row(page, "returns.md")).to_contain_text("searchable")
    expect(row(page, "empty.txt")).to_contain_text("The file is empty; upload one that holds text.")
    row(page, "tool.exe").get_by_role("button", name="Dismiss").click()
    expect(row(page, "tool.exe")).to_have_count(0)


def test_nothing_is_asked_any_more_when_all_files_are_read(desk: Visit) -> None:
    page = desk("/documents/")
    choose(page, ("returns.md", RETURNS))
    expect(row(page, "returns.md")).to_contain_text("received")
    work()
    expect(row(page, "returns.md")).to_contain_text("searchable")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(1500)
    assert not asked


def test_files_can_be_dropped(desk: Visit) -> None:
    page = desk("/documents/")
    page.get_by_label("Internal: only agents may read it").check()
    dropped = page.evaluate_handle(
        """() => {
            const data = new DataTransfer()
            data.items.add(new File(['# Goodwill\\n\\nUp to 60 euros.'], 'goodwill.md'))
            return data
        }"""
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": dropped})
    expect(row(page, "goodwill.md")).to_contain_text("internal")
    assert Document.objects.get().audience == Audience.INTERNAL


def test_a_file_over_the_limit_is_not_even_sent(desk: Visit, tmp_path: Path) -> None:
    with (large := tmp_path / "large.md").open("wb") as file:
        file.truncate(settings.UPLOAD_LIMIT + 1)
    page = desk("/documents/")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.get_by_label("Add articles and files").set_input_files(large)
    expect(row(page, "large.md")).to_contain_text("The file is larger than 25\xa0MB.")
    assert not sent


def test_a_second_file_of_the_same_name_asks_first_and_takes_the_place_of_its_row(
    desk: Visit, accessible: Callable[[Page], None]
) -> None:
    document = searchable()
    page = desk("/documents/")
    choose(page, ("returns.md", RETURNS.replace(b"30", b"45")), ("new.md", b"# New\n\nText."))
    expect(row(page, "new.md")).to_contain_text("received")
    asked = page.get_by_role("region", name="1 document would get another text")
    expect(asked).to_be_focused()
    accessible(page)
    asked.get_by_role("button", name="Leave it as it is").click()
    expect(row(page, "The document of this name stays as it is.")).to_be_visible()
    row(page, "stays as it is").get_by_role("button", name="Dismiss").click()
    choose(page, ("returns.md", RETURNS.replace(b"30", b"45")))
    asked.get_by_role("button", name="Replace it").click()
    expect(page.locator(f"#document-{document.pk}")).to_contain_text("received")
    work()
    expect(row(page, "returns.md")).to_have_count(1)
    expect(row(page, "returns.md")).to_contain_text("searchable")
    row(page, "returns.md").get_by_role("link", name="Returns").click()
    expect(page.get_by_role("article")).to_contain_text("45 days")


def test_names_and_texts_of_strangers_run_nothing(desk: Visit) -> None:
    evil = "<img src=x onerror=document.title='run'>"
    page = desk("/documents/")
    choose(
        page, (f"{evil}.md", f"# {evil}\n\n{evil}\n\n[x](javascript:alert(1))".encode()), (f"{evil}.exe", b"")
    )
    refused = page.get_by_role("row").filter(has=page.get_by_role("button", name="Dismiss"))
    expect(refused).to_contain_text(f"{evil}.exe")
    expect(row(page, "received")).to_contain_text(evil)
    work()
    expect(page.locator(".document-row").filter(has_text="searchable")).to_contain_text(evil)
    page.get_by_role("link", name=evil).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(evil)
    page.goto("/search/?q=img")
    expect(page.locator(".hits")).to_contain_text(evil)
    assert page.locator("main img").count() == 0
    assert page.title() != "run"


def test_a_citation_leads_to_its_passage_with_the_quote_lit(desk: Visit) -> None:
    passage = searchable().passages.get(heading__endswith="Deadline")
    quote = "You%20can%20send%20the%20bike%20back%20within%20**30%20days**%20of%20delivery."
    page = desk("/documents/")
    page.goto(
        f"{passage.document.get_absolute_url()}?passage={passage.pk}&quote={quote}#passage-{passage.pk}"
    )
    expect(page.locator(".lit")).to_have_count(1)
    expect(page.locator(".lit")).to_be_in_viewport()
    lit = page.evaluate("() => [...CSS.highlights.get('quote')].map((range) => range.toString()).join('')")
    assert lit == "You can send the bike back within 30 days of delivery"


def test_a_passage_chosen_in_the_list_is_lit(desk: Visit) -> None:
    searchable()
    page = desk("/documents/")
    row(page, "returns.md").get_by_role("link", name="Returns").click()
    page.get_by_role("link", name="Costs").press("Enter")
    expect(page.locator(".lit")).to_contain_text("Cargo 2")
    expect(page.get_by_role("link", name="Costs")).to_have_attribute("aria-current", "true")


def test_a_document_being_read_shows_its_text_by_itself(desk: Visit) -> None:
    document = ingest.receive("returns.md", RETURNS)
    page = desk(document.get_absolute_url())
    expect(page.get_by_text("Received: a worker reads the file in a moment.")).to_be_visible()
    work()
    expect(page.get_by_role("article")).to_contain_text("30 days")


def test_deleting_asks_first(desk: Visit) -> None:
    document = searchable()
    page = desk(document.get_absolute_url())
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("link", name="Keep it").click()
    page.get_by_role("link", name="Delete…").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("“Returns” is deleted, with its passages and its files.")).to_be_visible()
    expect(page.get_by_role("heading", name="No documents yet")).to_be_visible()


def test_the_list_is_filtered_while_one_types(desk: Visit) -> None:
    searchable()
    searchable("goodwill.md", b"# Goodwill\n\nUp to 60 euros.", audience=Audience.INTERNAL)
    page = desk("/documents/")
    page.get_by_label("Search by title").press_sequentially("good", delay=20)
    expect(row(page, "returns.md")).to_have_count(0)
    expect(row(page, "goodwill.md")).to_be_visible()
    expect(page.get_by_label("Search by title")).to_be_focused()
    page.get_by_label("Search by title").fill("")
    page.get_by_label("Audience").select_option("internal")
    expect(row(page, "returns.md")).to_have_count(0)
    page.wait_for_url("**audience=internal**")


def test_documents_are_ticked_in_a_row_and_changed_together(
    desk: Visit, accessible: Callable[[Page], None]
) -> None:
    for name in "abcd":
        searchable(f"{name}.md", f"# {name}\n\nText.".encode())
    page = desk("/documents/")
    boxes = page.locator("#document-list").get_by_role("checkbox")
    boxes.nth(1).click()
    boxes.nth(3).focus()
    page.keyboard.press("Shift+Space")
    expect(page.get_by_text("3 selected")).to_be_visible()
    boxes.nth(2).uncheck()
    page.get_by_label("What to do with the selected documents").select_option("Add tags")
    page.get_by_role("button", name="Add tags: 2 documents…").click()
    accessible(page)
    page.get_by_label("Tags").fill("spring")
    page.get_by_role("button", name="Add tags").click()
    expect(page.get_by_text("Done.", exact=True)).to_have_count(2)
    accessible(page)
    assert list(Document.objects.filter(tags=["spring"]).values_list("reference", flat=True)) == [
        "b.md",
        "d.md",
    ]


def test_the_search_answers_while_one_types(desk: Visit) -> None:
    searchable()
    late = b"# Late returns\n\nSend the bike back on day 31 to 40: once, as an exception."
    searchable("late.md", late, audience=Audience.INTERNAL)
    page = desk("/search/")
    page.get_by_label("Question").press_sequentially("how long can I send the bike back", delay=5)
    hits = page.locator("#hits")
    expect(hits).to_contain_text("within 30 days of delivery")
    expect(hits).not_to_contain_text("Late returns")
    page.get_by_label("Everything").check()
    expect(hits).to_contain_text("Late returns")
    hits.get_by_role("link", name="Returns", exact=True).first.click()
    expect(page.locator(".lit").first).to_be_in_viewport()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_every_page_is_accessible_and_fits(
    width: int, dark: bool, desk: Visit, accessible: Callable[[Page], None]
) -> None:
    document = searchable()
    searchable(data=RETURNS.replace(b"30 days", b"45 days"))
    lifecycle.change(document.pk, {"tags": ["bikes"], "review_by": date(2020, 1, 1)}, by=None)
    categories.create("Refunds", categories.create("Orders"))
    searchable("goodwill.md", b"# Goodwill\n\nUp to 60 euros.", audience=Audience.INTERNAL)
    searchable("empty.txt", b"")
    ingest.receive("waiting.md", b"# Waiting\n\nFor a worker.")
    wide = b"# Wide\n\n| " + b" | ".join([b"unbreakable-column"] * 12) + b" |\n" + b"|---" * 12 + b"|\n"
    paths = [
        "/documents/",
        "/documents/?q=nothing",
        "/search/",
        "/search/?q=return+the+bike&audience=internal",
    ]
    paths += [searchable("wide.md", wide).get_absolute_url(), document.get_absolute_url()]
    pages = ("delete/", "details/", "compare/?from=1&to=2", "restore/1/")
    paths += [f"{document.get_absolute_url()}{page}" for page in pages] + ["/categories/"]
    paths += [Document.objects.get(reference=name).get_absolute_url() for name in ("empty.txt", "waiting.md")]
    page = desk("/documents/", width=width, dark=dark)
    for path in paths:
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth"), path
