"""/healthz: for anybody, at once, and without a secret."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_web_process_that_reaches_both_is_healthy(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"database": "ok", "broker": "ok"}
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_missing_broker_is_named(client: Client, settings: Any) -> None:
    settings.REDIS_URL = "redis://:secret-word@127.0.0.1:9/0"
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "ok", "broker": "missing"}
    assert b"secret-word" not in answer.content


def test_a_missing_database_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "/nonexistent")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"database": "missing", "broker": "ok"}


def test_nothing_but_reading_is_answered(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
