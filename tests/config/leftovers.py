"""Find what runs on a data folder, without our own means of finding it."""

import contextlib
from pathlib import Path

import psutil


def running_on(data: Path) -> list[psutil.Process]:
    """By working directory, as `lsof` would, or by environment. A zombie runs no more."""
    return [process for process in psutil.process_iter(["cmdline"]) if _belongs(process, data)]


def _belongs(process: psutil.Process, data: Path) -> bool:
    with contextlib.suppress(psutil.Error):
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if Path(process.cwd()).is_relative_to(data):
            return True
        return process.environ().get("CITEDESK_DATA") == str(data)
    return False
