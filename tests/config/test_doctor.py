"""`manage.py doctor`: what it finds, and that it finds it whatever is broken."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import get_commands
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from pgvector import SparseVector

from config import diagnosis
from config.diagnosis import Finding
from kb.models import LEXICAL_DIMENSIONS, Document, Embedding, EmbeddingModel, Passage, Revision
from llm.models import ModelCall
from tests.gateway import Gateway

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = pytest.mark.django_db


def states(findings: Iterable[Finding]) -> list[str]:
    return [finding.state for finding in findings]


def only(findings: Iterable[Finding]) -> Finding:
    (finding,) = findings
    return finding


def test_the_servers_of_the_tests_are_good() -> None:
    for check in (diagnosis.database, diagnosis.pgvector, diagnosis.tables, diagnosis.broker):
        assert states(check()) == ["ok"], check


def test_a_migration_that_is_not_applied_is_named() -> None:
    (newest,) = MigrationLoader(connection).graph.leaf_nodes("support")
    MigrationRecorder(connection).record_unapplied(*newest)
    finding = only(diagnosis.tables())
    assert finding.state == "problem"
    assert ".".join(newest) in finding.saw
    assert finding.do == "manage.py migrate"


def test_an_old_pgvector_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnosis, "_value", lambda sql: "0.7.4")
    assert "0.8" in only(diagnosis.pgvector()).do


def test_queues_that_nobody_works_on_are_named_with_a_consequence() -> None:
    findings = list(diagnosis.workers())
    assert [(finding.state, finding.saw.partition(":")[0]) for finding in findings] == [
        ("problem", "nobody works on drafts"),
        ("problem", "nobody works on documents"),
        ("warning", "nobody works on bulk"),
    ]


@pytest.fixture
def passage() -> Passage:
    document = Document.objects.create(reference="a.md", title="A", state=Document.State.SEARCHABLE)
    revision = Revision.objects.create(document=document, number=1, title="A", text="Text.")
    return Passage.objects.create(
        document=document,
        revision=revision,
        position=0,
        text="Text.",
        start=0,
        end=5,
        content_hash="x",
        lexemes="text",
        weights=SparseVector({1: 1.0}, LEXICAL_DIMENSIONS),
        length=1,
    )


def test_a_passage_without_a_vector_is_a_problem(passage: Passage) -> None:
    model = EmbeddingModel.objects.active()
    finding = only(diagnosis.embedding_model())
    assert finding.state == "problem"
    assert finding.saw.startswith("1 of 1 passages")
    Embedding.objects.create(passage=passage, model=model, vector=[1.0] * model.dimensions)
    assert only(diagnosis.embedding_model()).state == "ok"


def test_a_passage_that_is_being_embedded_is_no_problem_yet(passage: Passage) -> None:
    EmbeddingModel.objects.active()
    Document.objects.update(state=Document.State.EMBEDDING)
    assert only(diagnosis.embedding_model()).state == "warning"


def test_a_passage_that_nobody_searches_needs_no_vector(passage: Passage) -> None:
    EmbeddingModel.objects.active()
    Document.objects.update(status=Document.Status.ARCHIVED)
    assert only(diagnosis.embedding_model()).state == "ok"


def test_settings_that_name_another_model_than_the_active_one_are_a_warning(settings: Any) -> None:
    EmbeddingModel.objects.active()
    settings.EMBEDDINGS_BASE_URL, settings.EMBEDDINGS_MODEL = "http://127.0.0.1:9/v1", "another"
    finding = next(diagnosis.embedding_model())
    assert finding.state == "warning"
    assert "stays in use" in finding.saw
    assert "manage.py reembed start" in finding.do
    assert finding.do.endswith("Unset EMBEDDINGS_BASE_URL and EMBEDDINGS_MODEL.")


def test_a_model_that_is_being_built_and_waits_is_named() -> None:
    EmbeddingModel.objects.active()
    reason = "The embeddings endpoint answered 503."
    EmbeddingModel.objects.create(name="new-model", dimensions=3, state="building", reason=reason)
    finding = list(diagnosis.embedding_model())[-1]
    assert finding.state == "warning"
    assert finding.saw == f"new-model, which is being built, waits: {reason}"


def test_an_advice_names_no_command_that_does_not_exist() -> None:
    advice = (ROOT / "config" / "diagnosis.py").read_text() + (ROOT / "docs" / "operations.md").read_text()
    assert set(re.findall(r"manage\.py ([a-z]+)", advice)) <= set(get_commands())


def test_work_that_waits_for_minutes_is_named() -> None:
    assert only(diagnosis.waiting_work()).state == "ok"
    Document.objects.create(reference="a.md", title="A")
    assert only(diagnosis.waiting_work()).state == "ok", "it has only just been received"
    Document.objects.update(changed=timezone.now() - timedelta(minutes=5))
    finding = only(diagnosis.waiting_work())
    assert finding.state == "warning"
    assert finding.saw.startswith("1 documents")


@pytest.mark.parametrize(
    ("free", "state"), [(0.4, "problem"), (0.6, "warning"), (1.9, "warning"), (2.1, "ok")]
)
def test_a_disk_that_fills_up_is_told_of_in_time(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, free: float, state: str
) -> None:
    settings.DATA = tmp_path
    gigabyte = 1024**3
    usage = namedtuple("usage", "total used free")(9 * gigabyte, 0, int(free * gigabyte))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    finding = only(diagnosis.data_folder())
    assert finding.state == state
    assert finding.saw.startswith(f"{free} GB free")
    assert bool(finding.do) == (state != "ok")


def test_a_data_folder_that_others_can_write_in_is_a_problem(tmp_path: Path, settings: Any) -> None:
    settings.DATA = tmp_path
    tmp_path.chmod(0o777)
    (tmp_path / "secret-key").touch(mode=0o644)
    assert [finding.do for finding in diagnosis.data_folder() if finding.state == "problem"] == [
        f"chmod go-w {tmp_path}",
        f"chmod 600 {tmp_path / 'secret-key'}",
    ]


def test_a_missing_key_is_a_warning(settings: Any) -> None:
    settings.RUNAPI_KEY = ""
    assert only(diagnosis.gateway()).state == "warning"


def test_the_gateway_is_asked_for_its_models_only(gateway: Gateway) -> None:
    assert only(diagnosis.gateway()).state == "ok"
    assert not gateway.completions
    assert not ModelCall.objects.exists()


def test_a_refused_key_is_a_problem(gateway: Gateway, settings: Any) -> None:
    settings.RUNAPI_KEY = "a wrong one"
    finding = only(diagnosis._examined("Gateway", diagnosis.gateway))
    assert finding.state == "problem"
    assert "RUNAPI_KEY" in finding.saw


def test_a_model_that_the_gateway_does_not_offer_is_a_warning(gateway: Gateway, settings: Any) -> None:
    settings.LLM_MODEL = "glm-9"
    assert "LLM_MODEL" in only(diagnosis.gateway()).do


def test_a_real_call_is_on_the_ledger(gateway: Gateway) -> None:
    gateway.enqueue("Ready.")
    assert states(diagnosis.gateway_call()) == ["ok", "ok"]
    assert len(gateway.completions) == 1
    assert ModelCall.objects.get().feature == "doctor"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DEBUG", True, "DEBUG"),
        ("ALLOWED_HOSTS", ["*"], "ALLOWED_HOSTS"),
        ("SECRET_KEY", "change-me", "SECRET_KEY"),
        ("ALLOWED_HOSTS", ["support.example.com"], "unencrypted"),
    ],
)
def test_a_setting_that_is_not_for_production_is_named(
    settings: Any, name: str, value: object, expected: str
) -> None:
    settings.ALLOWED_HOSTS = ["localhost"]
    assert states(diagnosis.production_settings()) == ["ok"]
    setattr(settings, name, value)
    assert any(expected in finding.saw for finding in diagnosis.production_settings())


def test_a_check_that_breaks_is_a_finding_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterable[Finding]:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(diagnosis, "data_folder", broken)
    findings = list(diagnosis.examine())
    assert "ZeroDivisionError" in findings[0].saw
    assert findings[-1].check == "Settings"


def test_with_everything_missing_it_prints_one_json_value_and_fails() -> None:
    nowhere = {"DATABASE_URL": "postgres://u:secret-word@127.0.0.1:9/x", "REDIS_URL": "redis://127.0.0.1:9/0"}
    done = subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=ROOT,
        env={**os.environ, **nowhere},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    report = json.loads(done.stdout)
    found = {finding["check"]: finding for finding in report["findings"]}
    assert not report["ok"]
    assert found["Database"]["state"] == found["Broker"]["state"] == "problem"
    assert found["Tables"]["do"] == "See Database."
    assert "secret-word" not in done.stdout
    assert "Traceback" not in done.stderr


def test_a_setting_that_lets_nothing_start_is_a_problem(settings: Any) -> None:
    settings.LLM_EXTRA_BODY = {"stream": False}
    found = [one for one in diagnosis.refused_settings() if one.state == "problem"]
    assert len(found) == 1 and "stream" in found[0].saw and found[0].do
