"""What customers who wait with an open stream cost the others: `bench/streams.py [--streams N] [--json]`.

Starts a desk of its own on a throw-away folder, one web process with four database connections. Whatever
desk the environment names is left alone.
"""

import argparse
import contextlib
import json
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# What would let it write into somebody's desk, spend somebody's money, or keep it from being asked here.
NOT_OURS = (
    *("DATABASE_URL", "REDIS_URL", "RUNAPI_KEY", "EMBEDDINGS_BASE_URL"),
    *("HOST", "ALLOWED_HOSTS", "BEHIND_TLS", "TRUSTED_PROXIES"),
)
START_SECONDS = 180
PAGES = 40
MAKE_WIDGET = "from support.models import Widget; Widget.objects.get_or_create(key='bench', name='Bench')"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--streams", type=int, default=50)
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    if not 1 <= given.streams <= (most := streams_of_one_address()):
        arguments.error(f"--streams: 1 to {most}, because the desk lets one address open no more.")
    with (
        tempfile.TemporaryDirectory(prefix="citedesk-bench-") as data,
        desk(Path(data), DATABASE_POOL="4") as port,
    ):
        figures = measure(port, given.streams)
    sys.stdout.write(json.dumps({"streams": figures}) + "\n" if given.json else as_text(figures))
    return 0


def streams_of_one_address() -> int:
    from support.widget.limits import OPEN_STREAMS

    return OPEN_STREAMS


@contextlib.contextmanager
def desk(data: Path, **settings: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    environment = environment_for(data, port, **settings)
    manage = [sys.executable, "manage.py"]
    up = subprocess.Popen([*manage, "up", "--no-demo"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        wait_until_healthy(port)
        subprocess.run(
            [*manage, "shell", "--no-imports", "-c", MAKE_WIDGET],
            cwd=ROOT,
            env=environment,
            check=True,
            stdout=2,
        )
        yield port
    finally:
        up.send_signal(signal.SIGINT)
        up.wait(30)


def environment_for(data: Path, port: int, **settings: str) -> dict[str, str]:
    limits = {"WIDGET_MESSAGES_PER_MINUTE": "100000", "WIDGET_ADDRESS_MESSAGES_PER_MINUTE": "100000"}
    own = {"CITEDESK_DATA": str(data), "PORT": str(port), **limits, **settings}
    return {name: value for name, value in os.environ.items() if name not in NOT_OURS} | own


def wait_until_healthy(port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if ask(port, "GET", "/healthz").status == 200:
                return
        time.sleep(0.3)
    sys.exit(f"The desk did not start within {START_SECONDS} s.")


def measure(port: int, count: int) -> dict[str, float]:
    tokens = [secrets.token_urlsafe(32) for _ in range(count)]
    for token in tokens:
        say(port, token, "Where is my bike?")
    alone = page_times(port)
    began = time.monotonic()
    streams = [ask(port, "GET", "/widget/api/bench/events", token) for token in tokens]
    opened = time.monotonic() - began
    crowded = page_times(port)
    arrivals = [seconds_to_arrive(port, token, stream) for token, stream in zip(tokens, streams, strict=True)]
    for stream in streams:
        stream.close()
    return {
        "open": count,
        "seconds_to_open_all": round(opened, 2),
        "page_ms_p95_without": p95(alone),
        "page_ms_p95_with": p95(crowded),
        "event_ms_p50": round(1000 * statistics.median(arrivals), 1),
        "event_ms_p95": p95(arrivals),
    }


def page_times(port: int) -> list[float]:
    return [timed(lambda: ask(port, "GET", "/widget/frame/bench/").read()) for _ in range(PAGES)]


def seconds_to_arrive(port: int, token: str, stream: HTTPResponse) -> float:
    """From sending a message to hearing of it on the customer's own stream."""
    began = time.monotonic()
    say(port, token, "Is anybody there?")
    while not stream.readline().startswith(b"event: message"):
        pass
    return time.monotonic() - began


def say(port: int, token: str, text: str) -> None:
    body = json.dumps({"key": str(uuid.uuid4()), "text": text})
    answer = ask(port, "POST", "/widget/api/bench/messages", token, body)
    answer.read()
    assert answer.status == 200, answer.status


def ask(port: int, method: str, path: str, token: str = "", body: str | None = None) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    connection.request(method, path, body, {**headers, "Content-Type": "application/json"})
    return connection.getresponse()


def timed(act: Callable[[], object]) -> float:
    began = time.monotonic()
    act()
    return time.monotonic() - began


def p95(seconds: list[float]) -> float:
    return round(1000 * sorted(seconds)[int(0.95 * (len(seconds) - 1))], 1)


def as_text(figures: dict[str, float]) -> str:
    return "".join(f"{name.replace('_', ' '):<22} {figure}\n" for name, figure in figures.items())


if __name__ == "__main__":
    sys.exit(main())
