"""Keep a handful of processes running, and end them all.

A child that dies is started again, later and later when it dies at once each time. Each has a session and a
log of its own; when the supervisor itself is killed, the kernel kills its children.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from config.processes import open_log, wait

SETTLED_SECONDS = 30
LONGEST_PAUSE = 30.0
STOP_SECONDS = 4
# prctl(PR_SET_PDEATHSIG, SIGKILL); who lost its parent before that goes at once.
TIE = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, 9)
if os.getppid() == int(sys.argv[1]):
    os.execv(sys.argv[2], sys.argv[2:])
"""


@dataclass
class Child:
    name: str
    command: Sequence[str]
    log: Path
    folder: Path
    sockets: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0
    failures: int = 0
    next_try: float = 0

    def start(self) -> None:
        with open_log(self.log) as output:
            self.process = subprocess.Popen(
                tied(self.command),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                pass_fds=self.sockets,
            )
        self.started = time.monotonic()

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self, number: signal.Signals) -> None:
        """The whole session: a worker's own children end with it."""
        if self.process:
            signal_session(self.process.pid, number)


@dataclass
class Supervisor:
    children: Sequence[Child]
    say: Callable[[str], None]

    def start(self) -> None:
        for child in self.children:
            child.start()

    def revive(self) -> None:
        """Start again whoever died. Call it again and again."""
        for child in self.children:
            if child.running():
                continue
            if child.process is not None:
                self._mourn(child, child.process.returncode)
            elif time.monotonic() >= child.next_try:
                child.start()

    def _mourn(self, child: Child, code: int) -> None:
        lived = time.monotonic() - child.started
        child.kill(signal.SIGKILL)
        child.failures = 0 if lived > SETTLED_SECONDS else child.failures + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (child.failures - 2)) if child.failures > 1 else 0
        child.process, child.next_try = None, time.monotonic() + pause
        again = f"trying again in {pause:.0f} s" if pause else "starting it again"
        self.say(f"{child.name} ended ({ending(code)}); {again}. Its log: {child.log}")

    def stop(self) -> None:
        """SIGTERM to each, SIGKILL to what is left after some seconds: interrupted work is taken up again."""
        for child in self.children:
            if child.process and child.running():
                child.process.terminate()
        wait(lambda: not any(child.running() for child in self.children), STOP_SECONDS)
        for child in self.children:
            child.kill(signal.SIGKILL)
            if child.process:
                child.process.wait()


def ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    return f"killed by {signal.Signals(-code).name}"


def signal_session(leader: int, number: signal.Signals) -> None:
    try:
        os.killpg(leader, number)
    except ProcessLookupError:
        return


def tied(command: Sequence[str]) -> list[str]:
    """The same command, killed by the kernel when this process dies.

    Asked for by the child before it becomes the program: code between fork and exec may hang in a process
    that has threads.
    """
    return [sys.executable, "-I", "-S", "-c", TIE, str(os.getpid()), *command]
