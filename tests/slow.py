"""The web application behind a slow line, to find what only works while all is quick: not part of a run.

`CITEDESK_TEST_SLOW=files:0.4,answers:0.7,scripts:6 pytest tests/browser` lets scripts and styles come later,
and the answers to what a page asks for (the work itself is done at once, so that news of it come first; with
`requests:0.7` it is done late, too), and gives pages a sixth of the processor.
"""

import asyncio
import os
from typing import Any

_parts = [part.split(":") for part in os.environ.get("CITEDESK_TEST_SLOW", "").split(",") if part]
SECONDS = {name: float(number) for name, number in _parts}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """In the place of `config.asgi.application`."""
    from config.asgi import application as desk

    if _is_asked_by_script(scope):
        await asyncio.sleep(SECONDS.get("requests", 0))

    async def late(message: Any) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(_delay(scope))
        await send(message)

    await desk(scope, receive, late)


def _delay(scope: Any) -> float:
    if scope["path"].startswith("/static/") or scope["path"].endswith(".js"):
        return SECONDS.get("files", 0)
    return SECONDS.get("answers", 0) if _is_asked_by_script(scope) else 0


def _is_asked_by_script(scope: Any) -> bool:
    """Streams aside: what they tell is news that comes first."""
    headers = dict(scope["headers"])
    by_script = headers.get(b"sec-fetch-dest") == b"empty" or scope["method"] == "POST"
    return by_script and "/events" not in scope["path"]
