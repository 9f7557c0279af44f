"""The embedded servers: where they run, who may enter, and what is left of them after a kill."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis

from config import embedded, postgres
from config.processes import at_work, wait
from tests.config.leftovers import running_on
from tests.conftest import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = """
import sys
from pathlib import Path
from config import embedded
embedded.start(Path(sys.argv[1]))
print(embedded.database(Path(sys.argv[1]))["HOST"], flush=True)
sys.stdin.read()
"""

pytestmark = [pytest.mark.slow]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    embedded.stop(folder)
    assert not servers_of(folder)


@pytest.fixture
def holder(data: Path) -> Iterator[Callable[[], "subprocess.Popen[str]"]]:
    """Processes that hold the servers of `data` until their input ends."""
    with contextlib.ExitStack() as processes:

        def start() -> "subprocess.Popen[str]":
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
            process = subprocess.Popen([sys.executable, "-c", HOLD, str(data)], cwd=ROOT, **pipes)
            processes.enter_context(process)
            return process

        yield start


def connect(data: Path, **more: object) -> psycopg.Connection:
    entry = embedded.database(data)
    return psycopg.connect(
        host=entry["HOST"], port=entry["PORT"], user=entry["USER"], dbname=entry["NAME"], **more
    )


def broker(data: Path) -> redis.Redis:
    return redis.Redis.from_url(embedded.redis_url(data))


def servers_of(data: Path) -> list[int]:
    return [process.pid for process in running_on(data)]


def postmaster(data: Path) -> int:
    return int((data / "pg" / "postmaster.pid").read_text().splitlines()[0])


def kill_all(data: Path) -> None:
    for pid in servers_of(data):
        os.kill(pid, signal.SIGKILL)
    assert wait(lambda: not servers_of(data), PATIENCE)


def test_they_run_in_a_path_of_200_characters_with_blanks_and_quotes(data: Path) -> None:
    deep = data / 'it\'s a "folder" with % and , in it' / ("x" * 100) / ("y " * 40 + "y")
    assert len(str(deep)) > 200
    embedded.start(deep)
    try:
        with connect(deep, autocommit=True) as connection:
            connection.execute("CREATE EXTENSION vector")
            connection.execute("CREATE DATABASE test_citedesk")
            assert connection.execute("SELECT '[1,2]'::vector <-> '[1,4]'").fetchone() == (2,)
            assert connection.info.server_version >= 180000
        assert broker(deep).ping()
    finally:
        embedded.stop(deep)


def test_two_folders_run_side_by_side(tmp_path: Path) -> None:
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        embedded.start(folder)
    for folder in folders:
        with connect(folder) as connection:
            connection.execute("CREATE TABLE mine (number int)")
        broker(folder).set("mine", 1)
    embedded.stop(folders[0])
    assert not servers_of(folders[0])
    assert broker(folders[1]).get("mine") == b"1"
    embedded.stop(folders[1])
    assert not servers_of(folders[1])


def test_processes_that_start_at_once_share_one_server(
    data: Path, holder: Callable[[], "subprocess.Popen[str]"]
) -> None:
    holders = [holder() for _ in range(3)]
    addresses = {process.stdout.readline() for process in holders if process.stdout}
    assert len(addresses) == 1
    assert len(at_work(data / "valkey", "valkey-server")) == 1


def test_the_last_holder_ends_the_servers(data: Path, holder: Callable[[], "subprocess.Popen[str]"]) -> None:
    first, last = holder(), holder()
    for process in (first, last):
        assert process.stdout and process.stdout.readline()
    first.communicate()
    assert servers_of(data)
    last.communicate()
    assert not servers_of(data)
    assert not Path(str(embedded.database(data)["HOST"])).exists()


def test_starting_again_is_quick_and_changes_nothing(data: Path) -> None:
    embedded.start(data)
    before = servers_of(data)
    embedded.start(data)
    assert servers_of(data) == before


def test_only_the_wanted_server_is_started(data: Path) -> None:
    embedded.start(data, postgres=False)
    assert broker(data).ping()
    assert not (data / "pg").exists()


def test_a_killed_database_keeps_what_was_committed(data: Path) -> None:
    embedded.start(data)
    with connect(data) as connection:
        connection.execute("CREATE TABLE kept (number int)")
        connection.execute("INSERT INTO kept VALUES (7)")
    address = embedded.database(data)
    os.kill(postmaster(data), signal.SIGKILL)
    assert wait(lambda: not embedded.alive(data), PATIENCE)
    assert embedded.ensure(data) == ["PostgreSQL"]
    assert embedded.database(data) == address, "settings that were read before still name the server"
    with connect(data) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (7,)


def test_a_busy_backend_of_a_killed_database_does_not_block_the_next(data: Path) -> None:
    """A backend that computes does not notice that its postmaster is gone, and keeps the shared memory."""
    embedded.start(data)

    def compute() -> None:
        with contextlib.suppress(psycopg.Error), connect(data) as connection:
            connection.execute("SELECT count(*) FROM generate_series(1, 10000000000)")

    busy = threading.Thread(target=compute)
    busy.start()
    assert wait(lambda: _running_queries(data) == 1, PATIENCE)
    os.kill(postmaster(data), signal.SIGKILL)
    embedded.start(data)
    busy.join(PATIENCE)
    assert _running_queries(data) == 0


def _running_queries(data: Path) -> int:
    with connect(data) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%generate_series(1, 1000%' "
            "AND state = 'active' AND pid <> pg_backend_pid()"
        ).fetchone()
    return int(row[0]) if row else 0


def test_a_killed_broker_keeps_its_queues(data: Path) -> None:
    embedded.start(data)
    broker(data).lpush("queue", "wake up")
    assert wait(lambda: "wake up" in _append_only_file(data), PATIENCE)
    os.kill(at_work(data / "valkey", "valkey-server")[0], signal.SIGKILL)
    assert wait(lambda: not embedded.alive(data), PATIENCE)
    assert embedded.ensure(data) == ["Valkey"]
    assert broker(data).lrange("queue", 0, -1) == [b"wake up"]
    assert broker(data).config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def _append_only_file(data: Path) -> str:
    return "".join(file.read_text(errors="replace") for file in data.glob("valkey/appendonlydir/*.aof"))


def test_servers_of_a_killed_holder_end_with_the_next_one(
    data: Path, holder: Callable[[], "subprocess.Popen[str]"]
) -> None:
    killed = holder()
    assert killed.stdout and killed.stdout.readline()
    killed.kill()
    killed.wait()
    assert servers_of(data), "nobody is there to end them"
    embedded.start(data)
    embedded.stop(data)
    assert not servers_of(data)


def test_a_holder_killed_in_the_middle_of_the_first_start_leaves_nothing_half_done(
    data: Path, holder: Callable[[], "subprocess.Popen[str]"]
) -> None:
    for moment in (0.1, 0.25, 0.4):
        killed = holder()
        with contextlib.suppress(subprocess.TimeoutExpired):
            killed.wait(moment)
        killed.kill()
        killed.wait()
    embedded.start(data)
    with connect(data) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_recorded_process_id_that_is_a_strangers_by_now_is_no_obstacle(data: Path) -> None:
    embedded.start(data)
    kill_all(data)
    for record in (data / "pg" / "postmaster.pid", *_socket_folder(data).glob(".s.PGSQL.*.lock")):
        record.write_text("\n".join([str(os.getpid()), *record.read_text().splitlines()[1:]]) + "\n")
    embedded.start(data)
    with connect(data) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_swept_temp_folder_is_made_again_under_its_old_name(data: Path) -> None:
    embedded.start(data)
    address, folder = embedded.database(data), _socket_folder(data)
    for entry in folder.iterdir():
        entry.unlink()
    folder.rmdir()
    embedded.ensure(data)
    assert embedded.database(data) == address
    with connect(data) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def _socket_folder(data: Path) -> Path:
    return Path(str(embedded.database(data)["HOST"]))


def test_nobody_else_may_enter(data: Path) -> None:
    embedded.start(data)
    places = [data, *(entry for entry in data.iterdir()), _socket_folder(data), *_sockets(data)]
    open_places = [place for place in places if stat.S_IMODE(place.stat().st_mode) & 0o077]
    assert not open_places


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_another_user_of_the_machine_cannot_connect(data: Path) -> None:
    embedded.start(data)
    for path in _sockets(data):
        attempt = f"import socket; socket.socket(socket.AF_UNIX).connect({str(path)!r})"
        done = subprocess.run(
            ["python3", "-I", "-c", attempt],
            user="nobody",
            group="nogroup",
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
        )
        assert "PermissionError" in done.stderr


def _sockets(data: Path) -> list[Path]:
    valkey = embedded.redis_url(data).removeprefix("unix://").removesuffix("?db=0")
    return [_socket_folder(data) / ".s.PGSQL.5432", Path(valkey)]


def test_a_folder_that_was_there_before_keeps_its_mode(data: Path) -> None:
    data.mkdir()
    data.chmod(0o755)
    embedded.start(data, postgres=False)
    assert stat.S_IMODE(data.stat().st_mode) == 0o755


def test_a_socket_folder_that_others_could_have_made_is_not_trusted(data: Path) -> None:
    embedded.start(data)
    _socket_folder(data).chmod(0o755)
    assert not Path(str(embedded.database(data)["HOST"])).exists()


def test_reading_the_addresses_starts_and_creates_nothing(data: Path) -> None:
    assert not Path(str(embedded.database(data)["HOST"])).exists()
    assert embedded.redis_url(data).startswith("unix:///nonexistent/")
    assert not data.exists()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("unix:///tmp/a/valkey.sock?db=3", "redis+socket:///tmp/a/valkey.sock?virtual_host=3"),
        ("unix:///tmp/a/valkey.sock", "redis+socket:///tmp/a/valkey.sock?virtual_host=0"),
        ("rediss://user:word@host:6380/1", "rediss://user:word@host:6380/1"),
    ],
)
def test_celery_gets_the_same_address_in_its_own_spelling(url: str, expected: str) -> None:
    assert embedded.celery_url(url) == expected


def test_a_place_that_cannot_hold_data_is_named_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(embedded.EmbeddedError, match="CITEDESK_DATA"):
        embedded.start(file)


def test_a_database_of_another_version_is_not_touched(data: Path) -> None:
    embedded.start(data)
    embedded.stop(data)
    (data / "pg" / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.EmbeddedError, match="made by PostgreSQL 17"):
        embedded.start(data)


def test_a_server_that_cannot_start_says_where_its_last_words_are(data: Path) -> None:
    embedded.start(data, valkey=False)
    embedded.stop(data)
    (data / "pg" / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(embedded.EmbeddedError, match=r"contains errors.*pg\.log"):
        embedded.start(data, valkey=False)


@pytest.mark.skipif(os.geteuid() != 0, reason="only for root")
def test_root_without_user_namespaces_uses_a_service_account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_namespace", lambda: ())
    with tempfile.TemporaryDirectory(dir="/tmp") as parent:
        Path(parent).chmod(0o711)
        data = Path(parent) / "data"
        embedded.start(data)
        try:
            with connect(data) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            assert (data / "pg").owner() in postgres.SERVICE_ACCOUNTS
        finally:
            embedded.stop(data)


@pytest.fixture
def plain_user() -> tuple[str, dict[str, Any]]:
    """A Python that the user nobody can run, and how to start it as that user."""
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else; the other tests have run as a plain user")
    try:
        user = pwd.getpwnam("nobody")
    except KeyError:
        pytest.skip("this machine has no user called nobody")
    environment = {"PATH": os.defpath, "PYTHONPATH": sysconfig.get_path("purelib")}
    who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "cwd": ROOT, "env": environment}
    # Ours may lie in root's home; the system's will do if it is of the same version.
    system = shutil.which(f"python{sys.version_info[0]}.{sys.version_info[1]}", path=os.defpath)
    for python in filter(None, (sys.executable, system)):
        with contextlib.suppress(PermissionError):
            if subprocess.run([python, "-c", "import config.embedded, redis"], **who).returncode == 0:
                return python, who
    pytest.skip("the user nobody may not read this checkout or any Python for it")


def test_a_plain_user_runs_them_too(plain_user: tuple[str, dict[str, Any]]) -> None:
    python, who = plain_user
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        os.chown(folder, who["user"], who["group"])
        data = Path(folder) / "data"
        with subprocess.Popen([python, "-c", HOLD, str(data)], **pipes, **who) as process:
            assert process.stdout and process.stderr
            assert process.stdout.readline(), process.stderr.read()
            with connect(data) as connection:
                assert connection.execute("SELECT 1").fetchone() == (1,)
            assert broker(data).ping()
            assert {os.stat(f"/proc/{pid}").st_uid for pid in servers_of(data)} == {who["user"]}
            process.communicate()
        assert process.returncode == 0
        assert not servers_of(data)


@pytest.mark.skipif(os.geteuid() != 0, reason="only for root")
def test_a_folder_that_the_service_account_cannot_enter_is_named(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres, "_namespace", lambda: ())
    data.mkdir(mode=0o700)
    with pytest.raises(embedded.EmbeddedError, match="cannot enter"):
        embedded.start(data)


def test_processes_that_race_for_the_secret_key_get_the_same(tmp_path: Path) -> None:
    ask = "import sys, pathlib, config.embedded; print(config.embedded.secret_key(pathlib.Path(sys.argv[1])))"
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", ask, str(tmp_path / "data")], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    keys = {racer.communicate()[0].strip() for racer in racers}
    assert len(keys) == 1
    assert len(keys.pop()) >= 50
    kept = tmp_path / "data" / "secret-key"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert [entry.name for entry in kept.parent.iterdir()] == ["secret-key"]
