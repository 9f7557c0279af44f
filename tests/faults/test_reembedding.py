"""Who builds an embedding model may be killed at any point: the next goes on, nothing is lost or double."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import redis
from django.db import connection, transaction
from django.utils import timezone

from kb import reembedding
from kb.embeddings import embed_missing
from kb.leases import LEASE
from kb.models import Embedding, EmbeddingModel, Passage
from llm.models import ModelCall
from tests.conftest import PATIENCE, ROOT, environment_for_a_process
from tests.endpoint import Endpoint
from tests.kb.test_lexical import new_document, store

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

OLD, NEW = "old-model", "new-model"
MODELS = {OLD: 24, NEW: 32}
PASSAGES = 1_200
KILLS = 4
APPLICATION = "started-by-a-test"

Start = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def endpoint(settings: Any) -> Iterator[Endpoint]:
    with Endpoint(**MODELS) as endpoint:
        settings.EMBEDDINGS_BASE_URL = endpoint.url
        settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_DIMENSIONS = NEW, MODELS[NEW]
        yield endpoint


@pytest.fixture
def new(transactional_db: None, endpoint: Endpoint) -> EmbeddingModel:
    """Started; every passage is embedded by the old model."""
    store(new_document("settings.md", "Settings"), *(f"Setting {n} does this." for n in range(PASSAGES)))
    old = EmbeddingModel.objects.create(name=OLD, dimensions=MODELS[OLD], base_url=endpoint.url, active=True)
    embed_missing(old)
    endpoint.delay = 0.05
    return reembedding.start(NEW)


@pytest.fixture
def start(endpoint: Endpoint, valkey: "redis.Redis", tmp_path: Path) -> Iterator[Start]:
    """Starts a process on the test database, where `connected` knows it; what still runs is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str) -> "subprocess.Popen[bytes]":
        with (tmp_path / "process.log").open("ab") as log:
            process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env=environment_for_a_process(**endpoint.environment(NEW), PGAPPNAME=APPLICATION),
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


def kill(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()


def connected() -> bool:
    """Whether a started process has got as far as the database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = %s)", [APPLICATION]
        )
        return cursor.fetchone() == (True,)


def made() -> int:
    return Embedding.objects.filter(model__name=NEW).count()


def test_a_killed_build_is_taken_up_where_it_stopped(
    new: EmbeddingModel, start: Start, endpoint: Endpoint, eventually: Callable[..., float]
) -> None:
    moments = random.Random(8)
    kept: set[int] = set()
    for _ in range(KILLS):
        before = made()
        process = start("manage.py", "reembed", "start", NEW, "--wait")
        eventually(lambda before=before: made() > before or before == PASSAGES)  # type: ignore[misc]
        time.sleep(moments.random() * 0.4)
        kill(process)
        # As much later as a lease lasts.
        EmbeddingModel.objects.filter(name=NEW).update(lease=timezone.now())
        now = set(Embedding.objects.filter(model=new).values_list("pk", flat=True))
        assert kept <= now
        kept = now
        assert EmbeddingModel.objects.active().name == OLD

    endpoint.delay = 0
    assert start("manage.py", "reembed", "start", NEW, "--wait").wait(4 * PATIENCE) == 0
    assert EmbeddingModel.objects.get(name=NEW).state == EmbeddingModel.State.COMPLETE
    assert kept <= set(Embedding.objects.filter(model=new).values_list("pk", flat=True))
    assert not Passage.objects.missing_embedding(new).exists()
    assert made() == PASSAGES
    # A kill costs a batch at most: what was stored was not paid for again.
    asked = sum(len(one["input"]) for one in endpoint.requests if one["model"] == NEW)
    assert asked <= PASSAGES + 1 + KILLS * 64
    assert not ModelCall.objects.exclude(outcome__in=["complete", "started"]).exists()


def test_a_killed_activation_has_happened_or_not(
    new: EmbeddingModel, start: Start, endpoint: Endpoint, eventually: Callable[..., float]
) -> None:
    endpoint.delay = 0
    reembedding.finish(new, lambda row, done: None)
    moments = random.Random(8)
    for name in (NEW, OLD) * 2:
        eventually(lambda: not connected())
        process = start("manage.py", "reembed", "activate", name)
        eventually(lambda process=process: connected() or process.poll() is not None)  # type: ignore[misc]
        time.sleep(moments.random() * 0.1)
        kill(process)
        assert EmbeddingModel.objects.filter(active=True).count() == 1
        assert set(EmbeddingModel.objects.values_list("state", flat=True)) == {"complete"}
    assert made() == PASSAGES
    other = OLD if EmbeddingModel.objects.active().name == NEW else NEW
    assert start("manage.py", "reembed", "activate", other).wait(4 * PATIENCE) == 0
    assert EmbeddingModel.objects.active().name == other


def test_a_killed_bulk_worker_is_followed_by_one_that_goes_on(
    new: EmbeddingModel, start: Start, endpoint: Endpoint, tmp_path: Path, eventually: Callable[..., float]
) -> None:
    worker = ("-m", "celery", "-A", "config", "worker", "--pool", "threads", "--concurrency", "1")
    worker += ("--queues", "bulk,documents", "--beat", "--schedule", str(tmp_path / "schedule"))
    worker += ("--without-gossip", "--without-mingle")
    endpoint.delay = 0.5  # many times what lies between a look and the kill
    first = start(*worker)  # nobody told it: beat offers what waits
    eventually(made)
    kill(first)
    assert made() < PASSAGES

    endpoint.delay = 0
    start(*worker)
    complete = EmbeddingModel.objects.filter(name=NEW, state="complete")
    eventually(complete.exists, LEASE.total_seconds() + 3 * PATIENCE)
    assert made() == PASSAGES


def test_a_killed_removal_is_finished_by_the_next(
    new: EmbeddingModel, start: Start, endpoint: Endpoint, eventually: Callable[..., float]
) -> None:
    endpoint.delay = 0
    reembedding.finish(new, lambda row, done: None)
    with transaction.atomic():
        # It can't remove this one, so it is killed before its end.
        Embedding.objects.select_for_update().filter(model=new)[0]
        process = start("manage.py", "reembed", "retire", NEW)
        eventually(EmbeddingModel.objects.filter(name=NEW, state="retiring", lease__isnull=False).exists)
        kill(process)
    assert made() == PASSAGES
    EmbeddingModel.objects.filter(name=NEW).update(lease=None)
    assert start("manage.py", "reembed", "retire", NEW).wait(4 * PATIENCE) == 0
    assert EmbeddingModel.objects.get().name == OLD
    assert Embedding.objects.count() == PASSAGES
