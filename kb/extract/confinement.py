"""Take from this process what reading a file does not need: network, other files, other programs, resources.

Linux can do this for anybody, without privileges: seccomp refuses all calls but those that reading needs
(kb.extract.calls), Landlock the files outside the folders named, limits the rest. Where a kernel lacks one of
them, the others stand; without seccomp, a network of its own that leads nowhere takes its place.
"""

import ctypes
import os
import resource
import signal
import stat
import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from kb.extract import calls

MEMORY = 400 * 1024**2  # written to; with the programs' own pages, below 512 MB resident
# The decoder of WebP and Pillow together hold the same 25 million pixels five times.
MEMORY_FOR_A_PICTURE = 600 * 1024**2
ADDRESSES = 4 * 1024**3
CPU_SECONDS = 6
# A reader that shows that it gets on (go_on) is given up to this.
MOST_CPU_SECONDS = 300
OPEN_FILES = 64

PR_SET_NO_NEW_PRIVS = 38
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent(parent: int) -> None:
    """At once where that, which forked this process, is gone already."""
    _libc.prctl(calls.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def limit_resources(memory: int = MEMORY) -> None:
    for limit, most in (
        (resource.RLIMIT_DATA, memory),
        (resource.RLIMIT_AS, ADDRESSES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(limit, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, MOST_CPU_SECONDS))


def go_on(seconds: float) -> None:
    """So much time of the processor in all, besides what every file has."""
    most = min(CPU_SECONDS + int(seconds), MOST_CPU_SECONDS)
    resource.setrlimit(resource.RLIMIT_CPU, (most, MOST_CPU_SECONDS))


def confine(readable: Iterable[Path], programs: Iterable[Path] = ()) -> None:
    """From here on nothing but these folders is read; of programs, only what lies in those is started."""
    programs = tuple(programs)
    _libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _close_files((*readable, *programs), programs)
    if not calls.close_calls(starts_programs=bool(programs)):
        _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


# Landlock: linux/landlock.h

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ABI_VERSION = 1
EXECUTE, READ_FILE, READ_DIR = 1, 4, 8
# By the version of Landlock that knows it first: what is done to files, and what reaches other processes.
FILES = {1: 0x1FFF, 2: 1 << 13, 3: 1 << 14}  # 2: to link and move to another folder, 3: to empty
SCOPES = {6: 3}  # sockets without a file, signals
PATH_BENEATH = 1


def prepare(readable: Iterable[Path], programs: Iterable[Path] = ()) -> None:
    """Look up what `confine` names: once, for all forks that are to be confined to it."""
    programs = tuple(programs)
    for path in (*readable, *programs):
        _opened(path)
    calls.prepare(starts_programs=bool(programs))


def _close_files(readable: tuple[Path, ...], programs: tuple[Path, ...]) -> bool:
    """By rules of this process alone: forks that shared them could change them for one another."""
    version = _libc.syscall(CREATE_RULESET, None, 0, ABI_VERSION)
    if version < 1:
        return False
    handled = _handled(version)
    rules = int(_libc.syscall(CREATE_RULESET, handled, len(handled), 0))
    if rules < 0:
        return False
    for path in readable:
        _allow(rules, path, READ_FILE | READ_DIR)
    for path in programs:
        _allow(rules, path, EXECUTE)
    is_closed: bool = _libc.syscall(RESTRICT_SELF, rules, 0) == 0
    os.close(rules)
    return is_closed


def _handled(version: int) -> bytes:
    """All that this version can refuse, in as long a description as it knows."""
    files, scopes = (
        sum(bits for since, bits in known.items() if since <= version) for known in (FILES, SCOPES)
    )
    return struct.pack("=QQQ", files, 0, scopes) if scopes else struct.pack("=Q", files)


def _allow(rules: int, path: Path, rights: int) -> None:
    opened, is_folder = _opened(path)
    if opened >= 0:
        rights = rights if is_folder else rights & ~READ_DIR
        _libc.syscall(ADD_RULE, rules, PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)


@cache
def _opened(path: Path) -> tuple[int, bool]:
    """A handle that only names it, and whether it is a folder; -1 where it is not there."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return -1, False
    return opened, stat.S_ISDIR(os.fstat(opened).st_mode)
