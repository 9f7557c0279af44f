"""Start, find and end the servers that work in a folder of ours.

They are found by what the kernel says of them, never by a number in a file: after a crash that number may
belong to a stranger. Linux only, as the embedded servers are.
"""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

LOG_LIMIT = 8 * 1024 * 1024
LOG_KEPT = 1024 * 1024

_children: list[subprocess.Popen[bytes]] = []


class EmbeddedError(RuntimeError):
    """The embedded servers cannot run; the message tells the operator what to do."""


def bring_up(
    argv: Sequence[str],
    log: Path,
    ready: Callable[[], bool],
    seconds: float,
    *,
    cwd: Path,
    user: tuple[int, int] | None = None,
) -> bool:
    """Start a server; True once it is ready, False when it ended or took too long."""
    server = _spawn(argv, log, cwd, user)
    try:
        wait(lambda: ready() or server.poll() is not None, seconds)
    except BaseException:
        server.kill()  # interrupted: nobody would know of it
        raise
    return ready()


def _spawn(
    argv: Sequence[str], log: Path, cwd: Path, user: tuple[int, int] | None
) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches us first."""
    with open_log(log) as output:
        server = subprocess.Popen(
            argv,
            cwd=cwd,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
            user=user and user[0],
            group=user and user[1],
            extra_groups=user and [],
        )
    _children.append(server)
    return server


def clean_environment() -> dict[str, str]:
    """PGPORT, LANG and the like of the operator's shell must not reach our servers."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@contextlib.contextmanager
def open_log(log: Path) -> Iterator[int]:
    """Append to a log that only its owner reads; one that has grown large is cut to its last part first."""
    descriptor = os.open(log, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        if (size := os.fstat(descriptor).st_size) > LOG_LIMIT:
            kept = os.pread(descriptor, LOG_KEPT, size - LOG_KEPT)
            os.ftruncate(descriptor, 0)
            os.write(descriptor, kept)
        yield descriptor
    finally:
        os.close(descriptor)


def at_work(folder: Path, name: str) -> list[int]:
    """The living processes called `name` whose working directory is `folder`. A zombie has none."""
    try:
        here = folder.stat()
    except FileNotFoundError:
        return []
    return [pid for pid in _processes() if _called(pid, name) and _works_in(pid, here)]


def _processes() -> list[int]:
    return [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]


def _called(pid: int, name: str) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() == name
    except (OSError, UnicodeDecodeError):
        return False


def _works_in(pid: int, here: os.stat_result) -> bool:
    try:
        return os.path.samestat(os.stat(f"/proc/{pid}/cwd"), here)
    except OSError:
        return False


def end(
    pids: Collection[int], number: signal.Signals, working: Callable[[], list[int]], seconds: float
) -> bool:
    """Signal these processes; True once none is at work any more, False when the time is up."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
    done = wait(lambda: not working(), seconds)
    _children[:] = [child for child in _children if child.poll() is None]
    return done


def wait(condition: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True
