"""A server's socket folder: its own, short, closed to everyone else, remembered in the data folder.

A unix socket's path must stay under 107 bytes, and the data folder's own path may be longer than that.
"""

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
    """The recorded folder, if it is still there and nobody else can have made it."""
    try:
        folder = Path(record.read_text(encoding="utf-8").strip())
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return None
    return folder if _private(folder, owners={os.geteuid(), record.stat().st_uid}) else None


def make(record: Path, user: tuple[int, int] | None = None) -> Path:
    """The recorded folder, or a new one, for a server that runs as `user`."""
    if folder := read(record):
        return folder
    folder = Path(tempfile.mkdtemp(prefix="citedesk-", dir=_parent()))
    draft = record.with_name(record.name + ".new")
    draft.write_text(str(folder), encoding="utf-8")
    draft.chmod(0o600)
    if user:
        os.chown(folder, *user)
        os.chown(draft, *user)
    draft.replace(record)
    return folder


def remove(record: Path) -> None:
    if folder := read(record):
        shutil.rmtree(folder, ignore_errors=True)
    record.unlink(missing_ok=True)


def _private(folder: Path, owners: set[int]) -> bool:
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid in owners and stat.S_IMODE(found.st_mode) == 0o700


def _parent() -> str:
    """The temp folder, unless its path is too long or would need quoting in a server's configuration."""
    usual = tempfile.gettempdir()
    return usual if len(usual) <= LONGEST_PARENT and re.fullmatch(r"[\w/.-]+", usual, re.ASCII) else "/tmp"
