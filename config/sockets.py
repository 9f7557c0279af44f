"""A server's socket folder: its own, short, closed to everyone else, remembered in the data folder.

A unix socket's path must stay under 107 bytes, and the data folder's own path may be longer than that.
"""

import contextlib
import os
import re
import shutil
import stat
import tempfile
from pathlib import Path

# Names a path that cannot exist, for settings that are read before the servers were ever started.
NOWHERE = Path("/nonexistent/citedesk-is-not-started")
LONGEST_PARENT = 60


def read(record: Path) -> Path | None:
    """The recorded folder, if it is still there and nobody else can have made it. Root's may be another's."""
    folder, me = _recorded(record), os.geteuid()
    if folder and _private(folder, owners={me, record.stat().st_uid if me == 0 else me}):
        return folder
    return None


def make(record: Path, user: tuple[int, int] | None = None) -> Path:
    """The recorded folder for a server that runs as `user`, or a new one."""
    if folder := read(record) or _made_again(record):
        _give(folder, user)
        return folder
    folder = Path(tempfile.mkdtemp(prefix="citedesk-", dir=_parent()))
    draft = record.with_name(record.name + ".new")
    draft.touch(mode=0o600)
    draft.write_text(str(folder), encoding="utf-8")
    _give(folder, user)
    _give(draft, user)
    draft.replace(record)
    return folder


def remove(record: Path) -> None:
    if folder := read(record):
        shutil.rmtree(folder, ignore_errors=True)
    record.unlink(missing_ok=True)


def _recorded(record: Path) -> Path | None:
    try:
        return Path(record.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None


def _made_again(record: Path) -> Path | None:
    """Something swept the temp folder: under its old name, those who read it before find the server again."""
    folder = _recorded(record)
    with contextlib.suppress(OSError):
        if folder:
            folder.mkdir(mode=0o700)
            return folder
    return None


def _private(folder: Path, owners: set[int]) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and stat.S_IMODE(found.st_mode) == 0o700


def _give(path: Path, user: tuple[int, int] | None) -> None:
    if user:
        os.chown(path, *user)


def _parent() -> str:
    """The temp folder, unless its path is too long or would need quoting in a server's configuration."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= LONGEST_PARENT and re.fullmatch(r"[\w/.-]+", usual, re.ASCII) else "/tmp"
