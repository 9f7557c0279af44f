"""A real web server on the test database, and a real browser in front of it.

Where no chromium can be had the tests are skipped with the reason; with CI=true that is a failure.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from support.models import Agent
from tests import cast, slow
from tests.server import web_server

# A machine with more to do than cores is slow, not broken.
WAIT = 120_000  # milliseconds
expect.set_options(timeout=WAIT)
AT_REST = """() => !document.querySelector('.htmx-request, [data-busy]')
    && document.getAnimations().every((one) => one.playState !== 'running'
        || one.effect.getComputedTiming().endTime === Infinity)"""
# What a test provokes on purpose (a lost connection, a refused request), and what the end of any page may cut
# off. A line that fails htmx tells as "htmx:sendError", too, and that is none of these.
NO_COMPLAINTS = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@pytest.fixture(autouse=True)
def rows_from_the_test(monkeypatch: pytest.MonkeyPatch, transactional_db: None, valkey: Any) -> None:
    """Playwright runs an event loop in the test's thread; the test makes rows there all the same."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a web server on the test database."""
    with web_server(tmp_path_factory.mktemp("site") / "web.log") as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each module: as long as it is open, its event loop keeps other tests from their rows."""
    program = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if program is None:
        return _no_browser("There is no chromium here. On Debian: apt-get install chromium.")
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        except Error as error:
            return _no_browser(f"{program} does not start: {error}")
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open a path in a fresh browser: `visit("/", width=390, dark=True)`. Script errors fail the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(path: str, width: int = 1440, height: int = 900, dark: bool = False, **more: Any) -> Page:
        scheme = "dark" if dark else "light"
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme, base_url=site, **more
        )
        context.set_default_timeout(WAIT)
        contexts.append(context)
        page = context.new_page()
        if "scripts" in slow.SECONDS:
            rate = {"rate": slow.SECONDS["scripts"]}
            context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", rate)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    ours = [one for one in complaints if not one.startswith(NO_COMPLAINTS)]
    assert not ours, ours


@pytest.fixture
def desk(visit: Callable[..., Page]) -> Callable[..., Page]:
    """A browser at a path, where Alice or somebody else is signed in."""

    def open_page(path: str, agent: Agent | None = None, **more: object) -> Page:
        client = Client()
        client.force_login(agent or cast.alice())
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session, "domain": "127.0.0.1", "path": "/"}
        return visit(path, storage_state={"cookies": [cookie]}, **more)

    return open_page


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """No rule of axe-core is broken, on the page and in its frames, once nothing moves any more."""

    def check(page: Page) -> None:
        page.emulate_media(reduced_motion="reduce")
        for frame in page.frames:
            frame.wait_for_function(AT_REST)
        found = Axe().run(page).response["violations"]
        assert not found, [
            (rule["id"], rule["help"], [node["target"] for node in rule["nodes"]]) for rule in found
        ]

    return check


def _no_browser(reason: str) -> Any:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
