"""Run PostgreSQL with pgvector and Valkey under a data folder, for whoever has no servers of their own.

Importing this starts nothing and needs no Django. `start` brings the servers up and holds a shared lock on
`run.lock`, which the kernel frees however the process ends; `stop` lets go of it, and the last holder ends
the servers. Only the owner of the data folder reaches them: unix sockets in folders of mode 0700. Folders
that are not ours stay untouched.
"""

import atexit
import contextlib
import fcntl
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from config.postgres import NAME, PORT, Postgres, needs_open_folder
from config.processes import EmbeddedError, wait
from config.valkey import Valkey

__all__ = [
    "EmbeddedError",
    "alive",
    "celery_url",
    "database",
    "ensure",
    "redis_url",
    "secret_key",
    "start",
    "stop",
]

# The first start creates a database cluster; whoever comes meanwhile waits for it.
DECISION_SECONDS = 180

Server = Postgres | Valkey


@dataclass
class Hold:
    """This process's share in the servers of one data folder."""

    lock: int
    process: int = field(default_factory=os.getpid)
    servers: dict[str, Server] = field(default_factory=dict)


_holds: dict[Path, Hold] = {}


def database(data: Path) -> dict[str, object]:
    """Django's entry for the embedded database. Only reads; before the first start its host cannot exist."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": NAME,
        "USER": NAME,
        "HOST": str(Postgres(data.absolute()).socket_folder()),
        "PORT": str(PORT),
    }


def redis_url(data: Path) -> str:
    """The embedded Valkey's address for redis-py. Only reads."""
    return f"unix://{Valkey(data.absolute()).socket()}?db=0"


def celery_url(url: str) -> str:
    """The same address as Celery spells it."""
    parts = urlsplit(url)
    if parts.scheme != "unix":
        return url
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={number}"


def start(data: Path, *, postgres: bool = True, valkey: bool = True) -> None:
    """Bring up what is wanted, unless it runs already, and hold it. Many processes may call this at once."""
    data = data.absolute()
    wanted: list[Server] = [Postgres(data)] if postgres else []
    wanted += [Valkey(data)] if valkey else []
    with _told(data):
        make_folder(data)
        with _decision(data):
            hold = _hold(data)
            hold.servers |= {server.name: server for server in wanted}
            for server in wanted:
                server.start()


def ensure(data: Path) -> list[str]:
    """Restart the held servers that do not run; their names."""
    hold = _holds[data.absolute()]
    with _told(data), _decision(data.absolute()):
        dead = [server for server in hold.servers.values() if not server.running()]
        for server in dead:
            server.start()
    return [server.name for server in dead]


def alive(data: Path) -> bool:
    """Do all servers run that this process holds?"""
    return all(server.running() for server in _holds[data.absolute()].servers.values())


def stop(data: Path) -> None:
    """Let go; the last one who does so ends the servers, also those whose holders were killed."""
    data = data.absolute()
    if not data.is_dir():
        return
    with _told(data), _decision(data):
        hold = _holds.pop(data, None)
        if hold:
            os.close(hold.lock)
        if _nobody_holds(data):
            Valkey(data).stop()
            Postgres(data).stop()


def make_folder(data: Path) -> None:
    """A folder that was there before keeps its mode; what we put into it is closed by itself."""
    if data.is_dir():
        return
    with _told(data):
        data.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            data.mkdir(mode=0o700)
            if needs_open_folder():
                data.chmod(0o711)


def secret_key(data: Path) -> str:
    """Django's SECRET_KEY, made once. Two processes that race for it both get the first one's."""
    kept = data / "secret-key"
    with _told(data):
        if not kept.exists():
            make_folder(data)
            _write_once(kept, secrets.token_urlsafe(50))
        return kept.read_text(encoding="ascii")


def _write_once(path: Path, text: str) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _hold(data: Path) -> Hold:
    """Shared with every other holder. A forked child takes its own: its parent's would outlive the parent."""
    hold = _holds.get(data)
    if hold is None or hold.process != os.getpid():
        hold = Hold(_open(data / "run.lock"))
        fcntl.flock(hold.lock, fcntl.LOCK_SH)
        _holds[data] = hold
        atexit.register(_let_go, data, os.getpid())
    return hold


def _let_go(data: Path, process: int) -> None:
    """At exit; in a forked child this is the parent's business."""
    if data in _holds and process == os.getpid():
        stop(data)


def _nobody_holds(data: Path) -> bool:
    lock = _open(data / "run.lock")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(lock)
    return True


@contextlib.contextmanager
def _decision(data: Path) -> Iterator[None]:
    """Starting and stopping are decided by one process at a time."""
    lock = _open(data / "start.lock")
    try:
        if not wait(lambda: _taken(lock), DECISION_SECONDS):
            raise EmbeddedError(
                f"Another process has been starting or stopping the servers in {data} for minutes: end it."
            )
        yield
    finally:
        os.close(lock)


def _taken(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@contextlib.contextmanager
def _told(data: Path) -> Iterator[None]:
    """What the system refuses becomes a sentence with the folder's name in it."""
    try:
        yield
    except OSError as error:
        raise EmbeddedError(
            f"The data folder {data} cannot be used ({error.strerror or error}: {error.filename or data}): "
            f"set CITEDESK_DATA to a folder that you can write to."
        ) from error
