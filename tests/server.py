"""A real ASGI web server on the test database, as a process: `live_server` is WSGI, and our pages stream."""

import contextlib
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import slow
from tests.conftest import environment_for_a_process

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 240


@dataclass(frozen=True)
class WebServer:
    address: str
    process: "subprocess.Popen[bytes]"

    def kill(self) -> None:
        """As the kernel does it when memory runs out."""
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def web_server(log: Path, **environment: str) -> Iterator[str]:
    """Its address, once it is healthy."""
    with web_process(log, **environment) as server:
        yield server.address


@contextlib.contextmanager
def web_process(log: Path, **environment: str) -> Iterator[WebServer]:
    with socket.socket() as listener, log.open("wb") as output:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        application = "tests.slow:application" if slow.SECONDS else "config.asgi:application"
        command = [sys.executable, "-m", "uvicorn", application, "--fd", str(listener.fileno())]
        command += ["--lifespan", "off", "--no-proxy-headers", "--timeout-graceful-shutdown", "1"]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment_for_a_process(**environment),
            pass_fds=[listener.fileno()],
            stdout=output,
            stderr=output,
        )
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            _wait_for(address, process, log)
            yield WebServer(address, process)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_for(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=10)
            return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"The web server did not start:\n{log.read_text(errors='replace')[-3000:]}")
