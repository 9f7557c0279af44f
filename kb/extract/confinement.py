"""Take from this process what reading a file does not need: network, other files, other programs, resources.

Linux can do this for anybody, without privileges: seccomp refuses the calls that open a connection or start a
program, Landlock the files outside the folders named, limits the rest. Where a kernel lacks one of them, the
others stand; without seccomp, a network of its own that leads nowhere takes its place.
"""

import ctypes
import os
import platform
import resource
import signal
import stat
import struct
from collections.abc import Iterable
from functools import cache
from pathlib import Path

MEMORY = 400 * 1024**2  # written to; with the programs' own pages, below 512 MB resident
# The decoder of WebP and Pillow together hold the same 25 million pixels five times.
MEMORY_FOR_A_PICTURE = 600 * 1024**2
ADDRESSES = 4 * 1024**3
CPU_SECONDS = 6
# A reader that shows that it gets on (go_on) is given up to this.
MOST_CPU_SECONDS = 300
OPEN_FILES = 64

PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000

_libc = ctypes.CDLL(None, use_errno=True)


def die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


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
    if not _close_calls(starts_programs=bool(programs)):
        _libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)


# Landlock: linux/landlock.h

LANDLOCK = CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ABI_VERSION = 1
EXECUTE, READ_FILE, READ_DIR = 1, 4, 8
ALL_OF_FIRST_ABI = 0x1FFF
PATH_BENEATH = 1


def prepare(readable: Iterable[Path], programs: Iterable[Path] = ()) -> None:
    """Look up what `confine` names: once, for all forks that are to be confined to it."""
    for path in (*readable, *programs):
        _opened(path)


def _close_files(readable: tuple[Path, ...], programs: tuple[Path, ...]) -> bool:
    """By rules of this process alone: forks that shared them could change them for one another."""
    if _libc.syscall(CREATE_RULESET, None, 0, ABI_VERSION) < 1:
        return False
    handled = struct.pack("=Q", ALL_OF_FIRST_ABI)
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


# seccomp: linux/filter.h, linux/seccomp.h; numbers by architecture

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# socket; ptrace; process_vm_readv, process_vm_writev; io_uring_setup; bpf; keyctl; unshare; setns; mount
REFUSED = {
    "x86_64": (41, 101, 310, 311, 425, 321, 250, 272, 308, 165, *LANDLOCK),
    "aarch64": (198, 117, 270, 271, 425, 280, 219, 97, 268, 40, *LANDLOCK),
}
# execve, execveat, kill
STARTING = {"x86_64": (59, 322, 62), "aarch64": (221, 281, 129)}
OTHER_NUMBERS = 0x40000000  # x32's names for the same calls
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE, KILL = 0x7FFF0000, 0x00050001, 0x80000000  # REFUSE: with EPERM
MODE_FILTER = 2


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def _close_calls(*, starts_programs: bool) -> bool:
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        return False
    steps, code = _steps(machine, starts_programs)
    program = _Program(steps, code)
    return bool(_libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


@cache
def _steps(machine: str, starts_programs: bool) -> tuple[int, bytes]:
    refused = REFUSED[machine] + (() if starts_programs else STARTING[machine])
    steps = [(LOAD, 0, 0, 4), (EQUAL, 1, 0, ARCHITECTURES[machine]), (RETURN, 0, 0, KILL), (LOAD, 0, 0, 0)]
    steps += [(AT_LEAST, len(refused) + 1, 0, OTHER_NUMBERS)]
    steps += [(EQUAL, len(refused) - at, 0, number) for at, number in enumerate(refused)]
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return len(steps), b"".join(struct.pack("=HBBI", *step) for step in steps)
