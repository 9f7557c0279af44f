"""Answers that come when the test says so."""

import time

from playwright.sync_api import APIResponse, Page, Route

from tests.conftest import PATIENCE


class Late:
    """What a page asks for at an address is held, or done and its answer held, until it is let go."""

    def __init__(self, page: Page, address: str, done: bool = True) -> None:
        self._page, self._done, self._is_over = page, done, False
        self._held: list[tuple[Route, APIResponse | None]] = []
        page.context.route(address, self._hold)

    def _hold(self, route: Route) -> None:
        if self._is_over:
            return route.fallback()
        self._held.append((route, route.fetch() if self._done else None))
        if self._is_over:  # meanwhile
            self.let_go()

    def wait(self) -> "Late":
        end = time.monotonic() + PATIENCE
        while not self._held:
            assert time.monotonic() < end, "the page never asked"
            self._page.wait_for_timeout(20)
        return self

    def let_go(self) -> None:
        self._is_over = True
        while self._held:
            route, answer = self._held.pop()
            if answer:
                route.fulfill(response=answer)
            else:
                route.continue_()
