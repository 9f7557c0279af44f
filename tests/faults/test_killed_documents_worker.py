"""A documents worker that is killed while it embeds loses nothing: the next one goes on where it stopped."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import redis

from kb.ingest import delete, receive
from kb.leases import LEASE
from kb.models import Document, Embedding, Passage
from kb.tasks import ingest_document
from tests.conftest import PATIENCE, ROOT, environment_for_a_process

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

Start = Callable[[], "subprocess.Popen[bytes]"]


@pytest.fixture
def start(transactional_db: None, valkey: "redis.Redis", tmp_path: Path) -> Iterator[Start]:
    """Starts a worker for documents, long ones too, with beat; what still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--pool", "solo"]
        command += ["--queues", "documents,bulk", "--beat", "--schedule", str(tmp_path / "schedule")]
        command += ["--without-gossip", "--without-mingle"]
        with (tmp_path / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment_for_a_process(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        started.append(process)
        return process

    yield start
    for process in started:
        # With its beat, which outlives a killed worker.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_killed_documents_worker_is_followed_by_one_that_goes_on(
    start: Start, eventually: Callable[..., float]
):
    sections = (f"## Setting {n}\n\n" + f"Setting {n} does this and that. " * 25 for n in range(250))
    document = receive("settings.md", "\n\n".join(sections).encode())
    ingest_document.delay(document.pk)
    worker = start()
    eventually(lambda: 0 < Embedding.objects.count() < 250)

    worker.send_signal(signal.SIGKILL)
    worker.wait()
    stored = set(Embedding.objects.values_list("pk", flat=True))
    passages = set(Passage.objects.values_list("pk", flat=True))
    assert Document.objects.get().state == "embedding" and len(stored) < 250

    start()
    eventually(lambda: Document.objects.get().state == "searchable", LEASE.total_seconds() + 3 * PATIENCE)
    assert set(Passage.objects.values_list("pk", flat=True)) == passages
    assert stored < set(Embedding.objects.values_list("pk", flat=True))
    assert Embedding.objects.count() == 250
    assert Document.objects.get().attempts == 0
    delete(Document.objects.get())
