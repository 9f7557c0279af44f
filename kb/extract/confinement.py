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
import struct
from collections.abc import Iterable
from functools import cache, lru_cache
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

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ABI_VERSION = 1
EXECUTE, READ_FILE, READ_DIR = 1, 4, 8
ALL_OF_FIRST_ABI = 0x1FFF
PATH_BENEATH = 1


def prepare(readable: Iterable[Path], programs: Iterable[Path] = ()) -> None:
    """What `confine` needs to know of these folders: once, for all forks that are to be confined to them."""
    programs = tuple(programs)
    _ruleset((*readable, *programs), programs)


def _close_files(readable: tuple[Path, ...], programs: tuple[Path, ...]) -> bool:
    ruleset = _ruleset(readable, programs)
    return ruleset >= 0 and _libc.syscall(RESTRICT_SELF, ruleset, 0) == 0


@lru_cache(maxsize=4)
def _ruleset(readable: tuple[Path, ...], programs: tuple[Path, ...]) -> int:
    """An open file, which a fork has as well; -1 where the kernel has no Landlock."""
    if _libc.syscall(CREATE_RULESET, None, 0, ABI_VERSION) < 1:
        return -1
    handled = struct.pack("=Q", ALL_OF_FIRST_ABI)
    ruleset = int(_libc.syscall(CREATE_RULESET, handled, len(handled), 0))
    if ruleset >= 0:
        for path in readable:
            _allow(ruleset, path, READ_FILE | READ_DIR)
        for path in programs:
            _allow(ruleset, path, EXECUTE)
    return ruleset


def _allow(ruleset: int, path: Path, rights: int) -> None:
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there, so nothing to be read
    rights = rights if path.is_dir() else rights & ~READ_DIR
    _libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, opened), 0)
    os.close(opened)


# seccomp: linux/filter.h, linux/seccomp.h; numbers by architecture

ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# socket; ptrace; process_vm_readv, process_vm_writev; io_uring_setup; bpf; keyctl; unshare; setns; mount
REFUSED = {
    "x86_64": (41, 101, 310, 311, 425, 321, 250, 272, 308, 165),
    "aarch64": (198, 117, 270, 271, 425, 280, 219, 97, 268, 40),
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
