"""Who asks for the pages of the knowledge base: Alice is an agent, Adam an admin."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kb import tasks
from tests import cast
from tests.kb.pages import signed_in


@pytest.fixture
def uploads(tmp_path: Path, settings: Any) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The documents that a worker was woken for."""
    woken: list[int] = []
    for task in (tasks.ingest_document, tasks.ingest_in_bulk):
        monkeypatch.setattr(task, "delay_on_commit", woken.append)
    return woken


@pytest.fixture
def alice() -> Client:
    return signed_in(cast.alice())


@pytest.fixture
def adam(offered: list[int]) -> Client:
    return signed_in(cast.adam())
