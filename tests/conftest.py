"""Fixtures for everyone: the gateway, faked at the wire, and processes on the test database."""

import contextlib
import gc
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis
from django.conf import settings as django_settings
from django.db import connection
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis_settings

from kb import ingest
from kb.models import Audience, Document
from llm.embed import local
from tests import emptying, remembering
from tests.gateway import KEY, Gateway

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120.0  # seconds, for what takes less than one on a machine that has nothing else to do

# A busy machine stops for seconds anywhere: a case's time says nothing. The same cases are tried every time,
# so that a run that passes is not luck; `--hypothesis-profile=search` looks for new ones.
hypothesis_settings.register_profile("steady", deadline=None, derandomize=True, print_blob=True)
hypothesis_settings.register_profile("search", deadline=None, print_blob=True)
hypothesis_settings.load_profile("steady")

TransactionTestCase._fixture_teardown = emptying.empty
local._run = remembering.remembered


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: of several processes none ends long after the others."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Django's own; at its end, what threads that are gone have left open is closed."""
    yield
    gc.collect()


@pytest.fixture
def gateway(settings: Any) -> Iterator[Gateway]:
    """A model gateway with a key that it takes; for a worker process, pass `gateway.environment`."""
    with Gateway() as gateway:
        settings.LLM_BASE_URL, settings.RUNAPI_KEY = gateway.url, KEY
        yield gateway


@pytest.fixture
def article(settings: Any, tmp_path: Path) -> Callable[..., Document]:
    """Puts a help-center article in by the real pipeline; the same name again is a new revision."""
    settings.MEDIA_ROOT = tmp_path / "uploads"

    def put(name: str, text: str, audience: Audience = Audience.PUBLIC) -> Document:
        document = ingest.receive(name, text.encode(), audience=audience)
        ingest.ingest(document, locale="en")
        document.refresh_from_db()
        assert document.state == Document.State.SEARCHABLE, document.reason
        return document

    return put


@pytest.fixture
def valkey() -> Iterator["redis.Redis"]:
    """The broker and the live events, empty."""
    client = redis.Redis.from_url(django_settings.REDIS_URL, decode_responses=True)
    client.flushdb()
    yield client
    client.flushdb()
    client.close()


def environment_for_a_process(**more: str) -> dict[str, str]:
    """What a process needs to work on the test database."""
    database = connection.settings_dict
    folder, name = quote(str(database["HOST"])), database["NAME"]  # of the socket: it stands in the path
    address = f"postgres://{database['USER']}@:{database['PORT']}/{folder}/{name}"
    return {**os.environ, "DATABASE_URL": address, "REDIS_URL": django_settings.REDIS_URL, **more}


class Worker:
    """A real drafts worker with beat, as a process that can be killed and started again."""

    def __init__(self, log: Path, environment: dict[str, str]) -> None:
        self._log, self.environment = log, environment
        self._schedule = log.with_suffix(".schedule")
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, beat: bool = True) -> "Worker":
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "threads"]
        command += ["--concurrency", "8", "--queues", "drafts"]
        command += ["--beat", "--schedule", str(self._schedule)] if beat else []
        command += ["--without-gossip", "--without-mingle", "--loglevel", "INFO"]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        return self

    def kill(self) -> None:
        """As the kernel does it when memory runs out."""
        self._signal(signal.SIGKILL)

    def _end_leftovers(self, group: int) -> None:
        """Beat is a child of the worker's, and outlives its kill."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)

    def stop(self) -> None:
        self._signal(signal.SIGTERM)

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def _signal(self, number: int) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._end_leftovers(self._process.pid)
        self._process = None


@pytest.fixture
def worker(
    transactional_db: None, gateway: Gateway, valkey: "redis.Redis", tmp_path: Path
) -> Iterator[Worker]:
    """A drafts worker, not yet started, that asks `gateway`."""
    worker = Worker(tmp_path / "worker.log", environment_for_a_process(**gateway.environment))
    try:
        yield worker
    finally:
        worker.stop()


@pytest.fixture
def eventually() -> Callable[..., Any]:
    """Wait until something is true, and say how long it took."""

    def wait(condition: Callable[[], Any], seconds: float = PATIENCE) -> float:
        began = time.monotonic()
        while not condition():
            assert time.monotonic() < began + seconds, f"not within {seconds} seconds"
            time.sleep(0.05)
        return time.monotonic() - began

    return wait
