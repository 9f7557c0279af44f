"""`manage.py up`: everything comes up, what dies comes back, and the end leaves nothing."""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import psycopg
import pytest

from config import embedded
from config import supervisor as supervising
from config.management.commands import up as command
from config.processes import wait
from config.supervisor import Child, Supervisor
from tests.config.leftovers import running_on
from tests.conftest import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent
PARTS = {
    "uvicorn",
    "--queues drafts",
    "--queues documents",
    "--queues bulk",
    "config beat",
    "postgres -D",
    "valkey-server",
}

pytestmark = [pytest.mark.slow]


class Up:
    """`up` on a data folder and a port of its own, with what it says."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self._screen = data.with_name("screen.txt")
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "manage.py", "up", *arguments]
        with self._screen.open("wb") as screen:
            process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment(), stdout=screen, stderr=screen
            )
        self._started.append(process)
        return process

    def kill(self) -> None:
        for process in self._started:
            process.kill()
            process.wait()

    def environment(self) -> dict[str, str]:
        own = {"CITEDESK_DATA": str(self.data), "PORT": str(self.port)}
        return {name: value for name, value in os.environ.items() if name != "REDIS_URL"} | own

    @property
    def screen(self) -> str:
        return self._screen.read_text()

    def health(self) -> int:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection), contextlib.suppress(OSError, HTTPException):
            connection.request("GET", "/healthz")
            return connection.getresponse().status
        return 0

    def page(self, browser: OpenerDirector, path: str, **form: str) -> tuple[int, str]:
        """Status and text of what the browser ends up on."""
        data = urlencode(form).encode() if form else None
        try:
            with browser.open(f"http://127.0.0.1:{self.port}{path}", data, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()

    def drafts(self) -> Counter[str]:
        """How many are in which state."""
        at = embedded.database(self.data)
        with psycopg.connect(host=at["HOST"], port=at["PORT"], user=at["USER"], dbname=at["NAME"]) as own:
            return Counter(state for (state,) in own.execute("SELECT state FROM support_draft"))

    def processes(self) -> dict[str, int]:
        """By a telling part of the command line."""
        lines = {process.pid: " ".join(process.info["cmdline"] or []) for process in running_on(self.data)}
        return {part: pid for pid, line in lines.items() for part in PARTS if part in line}


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    up = Up(tmp_path / "data", free_port())
    yield up
    # After a failure `up` itself still runs, and would start again what is killed before it.
    up.kill()
    for process in running_on(up.data):
        process.kill()


def free_port() -> int:
    """Of those that the kernel gives to nobody who asks for any: it is free later as well."""
    lowest = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in random.sample(range(10_000, lowest), 100):
        with contextlib.suppress(OSError), socket.create_server(("0.0.0.0", port)):
            return port
    pytest.fail("No port is free.")


def test_everything_runs_comes_back_when_killed_and_ends_with_ctrl_c(up: Up) -> None:
    process = up.start()
    assert wait(lambda: "Ctrl-C stops everything" in up.screen, 180), up.screen
    assert up.health() == 200
    assert f"http://localhost:{up.port}/" in up.screen
    assert "RUNAPI_KEY" in up.screen
    assert wait(lambda: set(up.processes()) == PARTS, PATIENCE)

    second = subprocess.run(
        [sys.executable, "manage.py", "up", "--no-demo"],
        cwd=ROOT,
        env={**os.environ, "CITEDESK_DATA": str(up.data), "PORT": str(up.port)},
        capture_output=True,
        text=True,
    )
    assert second.returncode == 1
    assert f"already runs on {up.data}" in second.stderr

    findings = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=ROOT,
        env=up.environment(),
        capture_output=True,
        text=True,
    )
    assert findings.returncode == 0, findings.stdout + findings.stderr
    assert json.loads(findings.stdout)["ok"]

    # Superseded: of a ticket that was asked a second question before the first draft was written.
    assert wait(lambda: {"ready"} <= set(up.drafts()) <= {"ready", "superseded"}, 120), up.drafts()
    browser = sign_in_to_the_demo(up)

    os.kill(up.processes()["postgres -D"], signal.SIGKILL)
    assert wait(lambda: "PostgreSQL had ended; it runs again" in up.screen, PATIENCE)
    assert up.page(browser, "/tickets/")[0] == 200, "the web server's old connections are no use any more"

    before = up.processes()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    assert wait(
        lambda: set(up.processes()) == PARTS and not set(up.processes().values()) & set(before.values()), 60
    )
    assert wait(lambda: up.health() == 200, PATIENCE)
    for line in ("web ended (killed by SIGKILL)", "Valkey had ended; it runs again"):
        assert line in up.screen
    assert up.page(browser, "/tickets/")[0] == 200

    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    assert not running_on(up.data)
    assert "Traceback" not in up.screen


def sign_in_to_the_demo(up: Up) -> OpenerDirector:
    """With the first login of the file, as its reader does; one of the demo's tickets is in sight then."""
    email, password = (up.data / "demo-logins.txt").read_text().splitlines()[0].split()[-2:]
    browser = build_opener(HTTPCookieProcessor())
    form = up.page(browser, "/sign-in/")[1]
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token, form
    status, page = up.page(
        browser, "/sign-in/", csrfmiddlewaretoken=token[1], username=email, password=password
    )
    assert status == 200
    assert re.search(r"/tickets/\d+/", page), page
    return browser


def test_a_killed_up_takes_its_children_along(up: Up) -> None:
    process = up.start("--no-demo")
    assert wait(lambda: "uvicorn" in up.processes(), PATIENCE), up.screen
    process.kill()
    process.wait()
    assert wait(lambda: not set(up.processes()) - {"postgres -D", "valkey-server"}, PATIENCE)
    # The servers are the next start's to find; here it ends at once, before its screen.
    process = up.start("--no-demo")
    assert wait(lambda: "Starting the web server" in up.screen, PATIENCE), up.screen
    process.terminate()
    process.wait(PATIENCE)
    assert not up.processes()


def test_a_taken_port_is_named_before_anything_starts(up: Up) -> None:
    with socket.create_server(("127.0.0.1", up.port)):
        process = up.start("--no-demo")
        assert process.wait(PATIENCE) == 1
    assert re.search(rf"Port {up.port} .*PORT=\d+ make run", up.screen)
    assert not (up.data / "pg").exists()


def test_the_screen_shows_the_demo_logins_on_every_run(tmp_path: Path, settings: Any) -> None:
    settings.DATA, settings.RUNAPI_KEY = tmp_path, "secret-word"
    (tmp_path / "demo-logins.txt").write_text(
        "admin  ada@example.com  one-two\nagent  alice@example.com  three\n"
    )
    with socket.create_server(("127.0.0.1", 0)) as web:
        screen = command.screen(web)
    assert "ada@example.com  one-two" in screen
    assert "alice@example.com  three" in screen
    assert "RUNAPI_KEY is set" in screen
    assert "secret-word" not in screen


def test_a_command_that_is_interrupted_has_ended_before_the_servers_are_let_go(monkeypatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    class Interrupted(popen):  # type: ignore[type-arg, valid-type, misc]  # the real one, and then Ctrl-C
        def __init__(self, *given: Any, **more: Any) -> None:
            super().__init__([sys.executable, "-c", "import time; time.sleep(600)"])
            started.append(self)

        def wait(self, *given: Any, **more: Any) -> int:
            if self.poll() is None and not self.asked:
                self.asked = True
                raise KeyboardInterrupt
            return super().wait(*given, **more)

        asked = False

    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        command.run_command("migrate")
    assert [child.returncode for child in started] == [-signal.SIGKILL]


def test_a_child_that_dies_at_once_is_tried_later_and_later(tmp_path: Path) -> None:
    lines: list[str] = []
    child = _child(tmp_path, "import sys; print('no such luck'); sys.exit(3)")
    supervisor = Supervisor([child], lines.append)

    def said() -> bool:
        supervisor.revive()
        return len(lines) >= 3

    supervisor.start()
    assert wait(said, PATIENCE)
    supervisor.stop()
    assert [re.sub(r" Its log.*", "", line) for line in lines[:3]] == [
        "failing ended (exit code 3); starting it again.",
        "failing ended (exit code 3); trying again in 1 s.",
        "failing ended (exit code 3); trying again in 2 s.",
    ]
    assert child.log.read_text().startswith("no such luck")
    assert child.log.stat().st_mode & 0o077 == 0


def test_a_child_that_ignores_being_told_ends_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervising, "STOP_SECONDS", 0.3)
    stubborn = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(99)"
    child = _child(tmp_path, stubborn)
    supervisor = Supervisor([child], lambda line: None)
    supervisor.start()
    assert wait(lambda: child.log.read_text() == "1\n", PATIENCE)
    supervisor.stop()
    assert not child.running()


def _child(folder: Path, code: str) -> Child:
    return Child("failing", [sys.executable, "-c", code], folder / "failing.log", folder)
