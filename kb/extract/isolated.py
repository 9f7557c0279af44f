"""Read a file in a process of its own, and come back within limits of time, memory and output.

Each thread that reads has one `child.py`, which forks a process for each file. What is never answered was
ended by a limit.
"""

import base64
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from kb.extract.ocr import Tesseract
from kb.extract.result import Drawn, Reading, Unreadable, Unusable

CHILD = Path(__file__).with_name("child.py")
# By the clock; what a busy machine needs for the seconds of its processor that a file is given.
SECONDS = 90
OCR_SECONDS = 600
LONGEST_ANSWER = 100 * 1024**2
# The child is given no secret that stands in the environment.
PASSED_ON = (
    "PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "LD_LIBRARY_PATH", "LANG",
    "LC_ALL", "TMPDIR", "HOME", "TESSDATA_PREFIX",
)  # fmt: skip
TOO_LONG = "Reading the file takes too long; split it and upload the parts."
PICTURE_LIMITS = (
    "The picture can't be read within the limits of memory and time; save it again, or make it smaller."
)
LIMITS = (
    "The file can't be read within the limits of memory and time: it is damaged or too large; "
    "save it again, or split it."
)


def read(data: bytes, name: str) -> Reading:
    """Raises Unreadable, also for what took too long or too much."""
    tesseract = _tesseract()
    request = {"name": name, "tesseract": asdict(tesseract) if tesseract else None}
    until = time.monotonic() + (OCR_SECONDS if tesseract else SECONDS)
    answer = _understood(_asked(request, data, until))
    if refusal := answer.get("refusal"):
        raise Unreadable(str(refusal))
    return Reading(**{**answer, "page_starts": tuple(answer["page_starts"])})


def redrawn(data: bytes) -> Drawn:
    """A picture as it is kept. Raises Unusable, also for what took too long or too much."""
    try:
        request = {"picture": True, "tesseract": None}
        answer = _understood(_asked(request, data, time.monotonic() + SECONDS))
    except Unreadable as error:
        raise Unusable(PICTURE_LIMITS) from error
    match answer:
        case {"refusal": str(refusal)}:
            raise Unusable(refusal)
        case {
            "data": str(data64),
            "format": "PNG" | "JPEG" | "WEBP" as kind,
            "size": [int(width), int(height)],
        }:
            return Drawn(base64.b64decode(data64), kind, width, height)
    raise Unusable(PICTURE_LIMITS)


def unpacked(packed: Sequence[bytes], sizes: Sequence[tuple[int, int]]) -> list[bytes | None]:
    """Files of an archive by their packed bytes, and their sizes and checksums; None is a damaged one.

    Raises Unreadable for what took too long or too much.
    """
    wanted = [(len(data), *told) for data, told in zip(packed, sizes, strict=True)]
    request = {"wanted": wanted, "tesseract": None}
    said = _asked(request, b"".join(packed), time.monotonic() + SECONDS)
    head, _, body = said.partition(b"\n")
    lengths = json.loads(head or b"[]")
    if len(lengths) != len(wanted):
        raise Unreadable(LIMITS)
    ends = accumulate(length or 0 for length in lengths)
    return [
        None if length is None else body[end - length : end]
        for length, end in zip(lengths, ends, strict=True)
    ]


def _asked(request: dict[str, Any], data: bytes, until: float) -> bytes:
    try:
        return _child().ask(request, data, until)
    except ConnectionError:
        with suppress(ConnectionError):  # it was ended from outside
            return _child().ask(request, data, until)
    # Twice: by what this kind of file needs.
    raise Unreadable(LIMITS)


@dataclass(frozen=True)
class Cost:
    """What reading a file took: of the clock and the processor in seconds, of memory in MB at most."""

    seconds: float
    cpu_seconds: float
    peak_mb: float
    refusal: str = ""


def cost(data: bytes, name: str) -> Cost:
    """Read a file and tell what that took; its text is given up."""
    began, refusal = time.monotonic(), ""
    try:
        read(data, name)
    except Unreadable as error:
        refusal = str(error)
    used = _child().used
    return Cost(time.monotonic() - began, used[1] / 1000, used[0] / 1024, refusal)


def _tesseract() -> Tesseract | None:
    # Not above: the child imports this module's package, and needs nothing of Django.
    from django.conf import settings

    program = shutil.which("tesseract")
    return Tesseract(program, settings.OCR_LANGUAGES) if program else None


_of_thread = threading.local()


def _child() -> "_Child":
    """This thread's; a process that was forked off this one needs its own."""
    child: _Child | None = getattr(_of_thread, "child", None)
    if child is None or not child.is_usable():
        child = _of_thread.child = _Child()
    return child


class _Child:
    def __init__(self) -> None:
        self._owner = os.getpid()
        self._script = CHILD
        self.used = (0, 0)  # by the last one: memory in KB, time of the processor in milliseconds
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(CHILD)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
                cwd="/",
            )

    def is_usable(self) -> bool:
        return self._owner == os.getpid() and self._script == CHILD and self._process.poll() is None

    def ask(self, request: dict[str, Any], data: bytes, until: float) -> bytes:
        """What the fork says, or the reason of its silence."""
        source = os.memfd_create("file")
        answer, theirs = os.pipe()
        try:
            with os.fdopen(os.dup(source), "wb") as file:
                file.write(data)
            os.lseek(source, 0, os.SEEK_SET)
            said, status = self._exchange(json.dumps(request).encode(), source, theirs, answer, until)
        except ConnectionError:
            self.end()
            raise
        except (OSError, ValueError) as error:
            self.end()
            raise Unreadable(LIMITS) from error
        finally:
            os.close(source)
            os.close(answer)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
            raise Unreadable(TOO_LONG)
        return said

    def _exchange(
        self, request: bytes, source: int, theirs: int, answer: int, until: float
    ) -> tuple[bytes, int]:
        try:
            socket.send_fds(self._socket, [request], [source, theirs])
        finally:
            os.close(theirs)
        with self._socket.makefile("rb", buffering=0) as told:
            reader = int(_line(told, until))
            try:
                said = _all(answer, until)
            except (TimeoutError, OverflowError) as error:
                with suppress(ProcessLookupError):
                    os.kill(reader, signal.SIGKILL)
                self._ended(told, time.monotonic() + SECONDS)
                raise Unreadable(TOO_LONG) from error
            return said, self._ended(told, until + SECONDS)

    def _ended(self, told: Any, until: float) -> int:
        status, *used = map(int, _line(told, until).split())
        self.used = (used[0], used[1])
        return status

    def end(self) -> None:
        """The child ends when nobody holds the other end of its socket."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def __del__(self) -> None:
        if self._owner == os.getpid() and hasattr(self, "_process"):
            self.end()


def _line(told: Any, until: float) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        _wait(told.fileno(), until)
        piece = told.read(1)
        if not piece:
            raise ConnectionError("the child is gone")
        line += piece
    return line


def _all(file: int, until: float) -> bytes:
    pieces: list[bytes] = []
    while True:
        _wait(file, until)
        piece = os.read(file, 1 << 20)
        if not piece:
            return b"".join(pieces)
        pieces.append(piece)
        if sum(map(len, pieces)) > LONGEST_ANSWER:
            raise OverflowError


def _wait(file: int, until: float) -> None:
    poll = select.poll()
    poll.register(file, select.POLLIN)
    if not poll.poll(max(until - time.monotonic(), 0) * 1000):
        raise TimeoutError


def _understood(said: bytes) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(said)
    except ValueError as error:
        raise Unreadable(LIMITS) from error
    if not answer:
        raise Unreadable(LIMITS)
    return answer
