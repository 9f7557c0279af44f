"""The embedding models' page in a real browser: Adam, an admin, changes the model and goes back."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from kb import ingest, reembedding
from kb.models import Document, Embedding, EmbeddingModel
from llm.embed import LOCAL_MODEL
from support.models import Agent
from tests import cast
from tests.endpoint import Endpoint
from tests.server import web_server

pytestmark = [pytest.mark.slow]

NEW = "new-model"
RETURNS = b"# Returns\n\n## Deadline\n\nYou can send the bike back within 30 days of delivery.\n"
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def endpoint() -> Iterator[Endpoint]:
    with Endpoint(**{NEW: 64}) as endpoint:
        yield endpoint


@pytest.fixture(scope="module")
def site(
    endpoint: Endpoint, django_db_setup: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A web server whose settings name another model than the one that is active."""
    log = tmp_path_factory.mktemp("site") / "web.log"
    with web_server(log, **endpoint.environment(NEW)) as address:
        yield address


@pytest.fixture(autouse=True)
def old(endpoint: Endpoint, settings: Any, transactional_db: None) -> EmbeddingModel:
    """The local model, active, with a document embedded; this process has the settings of the server."""
    for name, value in endpoint.environment(NEW).items():
        setattr(settings, name, int(value) if value.isdigit() else value)
    endpoint.down = False
    old = EmbeddingModel.objects.create(name=LOCAL_MODEL, dimensions=384, active=True)
    ingest.ingest(ingest.receive("returns.md", RETURNS))
    assert Document.objects.get().state == Document.State.SEARCHABLE
    return old


@pytest.fixture
def desk(visit: Visit) -> Visit:
    """Open a page of the desk, signed in as an admin."""

    def open_page(path: str, **more: Any) -> Page:
        adam = Agent.objects.filter(is_staff=True).first() or cast.adam()
        page = visit(f"/sign-in/?next={path}", **more)
        page.get_by_label("E-mail address").fill(adam.email)
        page.get_by_label("Password").fill(cast.PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/sign-in/" not in url)
        return page

    return open_page


def work() -> None:
    """What the bulk worker does."""
    for model in EmbeddingModel.objects.exclude(state="complete"):
        EmbeddingModel.objects.filter(pk=model.pk).update(lease=None)
        if claimed := reembedding.claim(model.pk):
            reembedding.work(claimed)


def row(page: Page, name: str) -> Any:
    return page.locator("#models .models").first.get_by_role("listitem").filter(has_text=name)


def test_an_admin_changes_the_model_and_goes_back(desk: Visit) -> None:
    page = desk("/documents/")
    page.get_by_role("link", name="Embedding models").click()
    expect(row(page, LOCAL_MODEL)).to_contain_text("active")

    page.get_by_role("link", name=f"Start… ({NEW})").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("unpriced")
    page.get_by_role("button", name="Start").press("Enter")
    expect(row(page, NEW)).to_contain_text("being built")
    expect(row(page, NEW)).to_contain_text("0 of 1 (0 %)")
    work()
    expect(row(page, NEW)).to_contain_text("ready")  # by itself
    expect(row(page, NEW)).to_contain_text("1 of 1 (100 %)")
    expect(page.locator("#models-news")).to_contain_text(f"{NEW}: ready.")

    page.get_by_role("button", name=f"Activate ({NEW})").press("Enter")
    expect(page.get_by_text(f"Searches use “{NEW}” from now on.")).to_be_visible()
    expect(row(page, NEW)).to_contain_text("active")
    page.goto("/search/?q=send+the+bike+back")
    expect(page.locator("#hits")).to_contain_text("within 30 days")

    page.goto("/models/")
    page.get_by_role("button", name=f"Go back to it ({LOCAL_MODEL})").click()
    expect(row(page, LOCAL_MODEL)).to_contain_text("active")

    page.get_by_role("link", name=f"Retire… ({NEW})").click()
    page.get_by_role("button", name="Retire for good").click()
    expect(row(page, NEW)).to_contain_text("being removed")
    work()
    expect(page.get_by_role("link", name=f"Start… ({NEW})")).to_be_visible()
    assert Embedding.objects.count() == 1


def test_a_refused_step_says_why(desk: Visit, endpoint: Endpoint) -> None:
    page = desk("/models/")
    page.get_by_role("link", name=f"Start… ({NEW})").click()
    endpoint.down = True
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("alert")).to_contain_text("was tried and made no vector")
    expect(page.get_by_role("link", name=f"Start… ({NEW})")).to_be_visible()


def test_an_endpoint_that_went_away_is_told_and_can_be_tried_again(desk: Visit, endpoint: Endpoint) -> None:
    reembedding.start(NEW)
    endpoint.down = True
    page = desk("/models/")
    work()
    expect(row(page, NEW)).to_contain_text("waiting")
    expect(row(page, NEW)).to_contain_text("503")
    endpoint.down = False
    page.get_by_role("button", name=f"Try again now ({NEW})").click()
    expect(row(page, NEW)).to_contain_text("being built")
    work()
    expect(row(page, NEW)).to_contain_text("ready")


def test_the_page_asks_nothing_while_nothing_changes(desk: Visit) -> None:
    page = desk("/models/")
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(3000)
    assert not asked


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
def test_every_state_is_accessible_and_fits(
    width: int, dark: bool, desk: Visit, accessible: Callable[[Page], None], old: EmbeddingModel
) -> None:
    figures = {"questions": 120, "ndcg@10": 0.8123, "recall@1": 0.7, "recall@5": 0.9, "recall@10": 0.95}
    EmbeddingModel.objects.filter(pk=old.pk).update(figures=figures, measured=timezone.now())
    for number, state in enumerate(EmbeddingModel.State.values):
        EmbeddingModel.objects.create(
            name=f"text-embedding-{state}-with-quite-a-long-name",
            base_url="https://embeddings.example.com/v1",
            dimensions=1536,
            state=state,
            rate=25.0 * number,
            lease=timezone.now(),
        )
    EmbeddingModel.objects.create(
        name="away",
        dimensions=8,
        state="building",
        reason="The embeddings endpoint answered 503: https://embeddings.example.com/a-long-address",
    )
    page = desk("/models/", width=width, dark=dark)
    retired = EmbeddingModel.objects.get(name="away").pk
    for path in ("/models/", f"/models/start/?name={NEW}", f"/models/{retired}/retire/"):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.querySelector('main').scrollWidth <= innerWidth"), path
