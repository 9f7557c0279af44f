"""`manage.py`: a command brings up what it needs, and takes it down again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.config.leftovers import running_on
from tests.conftest import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent

pytestmark = [pytest.mark.slow]


def test_a_command_starts_and_migrates_by_itself_and_leaves_nothing(tmp_path: Path) -> None:
    count = "from support.models import Agent; print(Agent.objects.count())"
    done = _manage(tmp_path / "data", "shell", "--verbosity=0", "-c", count)
    assert done.stdout == "0\n", done.stderr
    assert not running_on(tmp_path / "data")


def test_two_commands_on_a_fresh_folder_migrate_it_once(tmp_path: Path) -> None:
    count = "from support.models import Agent; print(Agent.objects.count())"
    commands = [_manage_start(tmp_path / "data", "shell", "--verbosity=0", "-c", count) for _ in range(2)]
    results = [command.communicate() for command in commands]
    assert [out for out, _ in results] == ["0\n", "0\n"], results
    assert not running_on(tmp_path / "data")


def test_a_terminated_command_ends_its_servers(tmp_path: Path) -> None:
    data = tmp_path / "data"
    command = _manage_start(
        data, "shell", "--verbosity=0", "-c", "import time; print('on', flush=True); time.sleep(99)"
    )
    assert command.stdout and command.stdout.readline() == "on\n"
    command.terminate()
    command.communicate(timeout=PATIENCE)
    assert not running_on(data)


@pytest.mark.parametrize("words", [["help"], ["doctor", "--help"], ["check"]])
def test_what_needs_no_server_starts_none(tmp_path: Path, words: list[str]) -> None:
    done = _manage(tmp_path / "data", *words)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "data" / "pg").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_POOL", "many"),
        ("PORT", "abc"),
        ("PORT", ""),
        ("LLM_EXTRA_BODY", "{"),
        ("DATABASE_URL", "postgres://me:secret@host:abc/name"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_in_a_sentence(tmp_path: Path, name: str, value: str) -> None:
    done = _manage(tmp_path / "data", "check", **{name: value})
    assert done.returncode == 1
    assert "secret" not in done.stderr
    assert done.stderr.startswith(f"A setting in the environment cannot be used: {name}: ")


def _manage(data: Path, *words: str, **more: str) -> "subprocess.CompletedProcess[str]":
    command = _manage_start(data, *words, **more)
    out, err = command.communicate()
    return subprocess.CompletedProcess(command.args, command.returncode, out, err)


def _manage_start(data: Path, *words: str, **more: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "CITEDESK_DATA": str(data), **more}
    environment.pop("REDIS_URL")
    return subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_databases_address_may_carry_connection_options(tmp_path: Path) -> None:
    address = "postgres://desk:secret@db.example:5432/desk?sslmode=require"
    told = "from django.conf import settings; print(settings.DATABASES['default']['OPTIONS'])"
    environment = {**os.environ, "DATABASE_URL": address, "CITEDESK_DATA": str(tmp_path)}
    environment["DJANGO_SETTINGS_MODULE"] = "config.settings"
    command = [sys.executable, "-c", told]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    assert "'sslmode': 'require'" in done.stdout and "'pool'" in done.stdout
