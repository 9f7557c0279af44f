"""The web application behind a slow line, to find what only works while all is quick: not part of a run.

`CITEDESK_TEST_SLOW=files:0.4,answers:0.7,scripts:6 pytest tests/browser` lets scripts and styles come later,
and the answers to what a page asks for (the work itself is done at once, so that news of it come first), and
gives pages a sixth of the processor.
"""

import asyncio
import os
from typing import Any

_parts = [part.split(":") for part in os.environ.get("CITEDESK_TEST_SLOW", "").split(",") if part]
SECONDS = {name: float(number) for name, number in _parts}


async def application(scope: Any, receive: Any, send: Any) -> None:
    """In the place of `config.asgi.application`."""
    from config.asgi import application as desk

    async def late(message: Any) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(_delay(scope))
        await send(message)

    await desk(scope, receive, late)


def _delay(scope: Any) -> float:
    headers = dict(scope["headers"])
    if scope["path"].startswith("/static/") or scope["path"].endswith(".js"):
        return SECONDS.get("files", 0)
    asked_by_script = headers.get(b"sec-fetch-dest") == b"empty" or scope["method"] == "POST"
    is_stream = "/events" in scope["path"]
    return SECONDS.get("answers", 0) if asked_by_script and not is_stream else 0
