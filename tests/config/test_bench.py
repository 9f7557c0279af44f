"""The measurements touch no desk but their own, and say what they can't do."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bench import streams

ROOT = Path(__file__).resolve().parent.parent.parent


def test_the_measured_desk_is_a_throw_away_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "RUNAPI_KEY", "EMBEDDINGS_BASE_URL", "CITEDESK_DATA"):
        monkeypatch.setenv(name, "somebody's")
    environment = streams.environment_for(tmp_path, 8000)
    assert "somebody's" not in environment.values()
    assert environment["CITEDESK_DATA"] == str(tmp_path)


def test_more_streams_than_the_desk_allows_are_refused_at_once() -> None:
    done = _bench("streams.py", "--streams", "101")
    assert done.returncode == 2
    assert "1 to 100" in done.stderr


def test_without_labelled_sets_nothing_is_measured_and_that_is_said() -> None:
    done = _bench("retrieval.py", "--json")
    assert done.stdout == '{"retrieval": {}}\n'
    assert "CITEDESK_SHARED" in done.stderr
    assert done.returncode == 0, "the other measurements go on"


def _bench(name: str, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "CITEDESK_SHARED"}
    command = [sys.executable, f"bench/{name}", *words]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
