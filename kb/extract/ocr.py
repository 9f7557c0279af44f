"""Read a picture of a page with Tesseract, where that is installed. Nothing is written to a file."""

import os
import signal
import subprocess
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kb.extract import confinement

PAGE_SECONDS = 60
MOST_LANGUAGES = 8
# What Tesseract installs that is no language.
NOT_LANGUAGES = {"osd", "equ"}


@dataclass(frozen=True)
class Tesseract:
    """`languages` as Tesseract takes them, such as "deu+eng"; empty: all that are installed."""

    program: str
    languages: str = ""

    def folders(self) -> list[Path]:
        """Where it and what it needs lies."""
        around = dict(os.environ)
        told = [around.get("TESSDATA_PREFIX", ""), *around.get("LD_LIBRARY_PATH", "").split(":")]
        return [Path(self.program).resolve().parent, *(Path(folder) for folder in told if folder)]

    def with_languages(self) -> "Tesseract":
        """English first, where there are several: most pages hold some."""
        if self.languages:
            return self
        lines = self._run(["--list-langs"], b"").decode("utf-8", "replace").splitlines()
        found = [line.strip() for line in lines if line.strip() and " " not in line.strip()]
        languages = sorted(set(found) - NOT_LANGUAGES, key=lambda language: (language != "eng", language))
        return Tesseract(self.program, "+".join(languages[:MOST_LANGUAGES]) or "eng")

    def read(self, picture: bytes) -> str:
        """`picture` is a PGM file. Nothing where Tesseract fails, whatever the reason."""
        answer = self._run(["stdin", "stdout", "-l", self.languages or "eng"], picture)
        return answer.decode("utf-8", "replace").replace("\f", "")

    def _run(self, arguments: list[str], given: bytes) -> bytes:
        try:
            done = subprocess.run(
                [self.program, *arguments],
                input=given,
                capture_output=True,  # no file can be opened to write to, not even /dev/null
                preexec_fn=partial(_end_in_time, os.getpid()),
                check=False,
                env={**os.environ, "OMP_THREAD_LIMIT": "1"},
            )
        except OSError:
            return b""
        return done.stdout if done.returncode == 0 else b""


def _end_in_time(reader: int) -> None:
    """Who starts it may end no process."""
    confinement.die_with_parent(reader)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(PAGE_SECONDS)
