"""The calls to the kernel that reading a file needs; all others are refused, by seccomp.

What is allowed changes nothing but the process itself: it reads what it can open, writes into pipes that it
holds, waits. Calls that came after all that are named here are said to be missing, as on an older kernel, so
that a C library takes those that it used before.
"""

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable, Iterator
from functools import cache

_libc = ctypes.CDLL(None, use_errno=True)

# linux/audit.h, and the numbers of calls in the order of these
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
# asm/unistd_64.h, asm-generic/unistd.h
Numbers = tuple[int | None, int | None]
# fmt: off
ALLOWED: dict[str, Numbers] = {
    # what it holds
    "read": (0, 63), "readv": (19, 65), "pread64": (17, 67), "preadv": (295, 69), "preadv2": (327, 286),
    "write": (1, 64), "writev": (20, 66), "pwrite64": (18, 68), "pwritev": (296, 70), "pwritev2": (328, 287),
    "lseek": (8, 62), "close": (3, 57), "close_range": (436, 436), "fadvise64": (221, 223),
    "dup": (32, 23), "dup2": (33, None), "dup3": (292, 24), "pipe": (22, None), "pipe2": (293, 59),
    "poll": (7, None), "ppoll": (271, 73), "select": (23, None), "pselect6": (270, 72),
    "epoll_create": (213, None), "epoll_create1": (291, 20), "epoll_ctl": (233, 21),
    "epoll_wait": (232, None), "epoll_pwait": (281, 22), "eventfd2": (290, 19),
    # what is there
    "stat": (4, None), "lstat": (6, None), "fstat": (5, 80), "newfstatat": (262, 79), "statx": (332, 291),
    "access": (21, None), "faccessat": (269, 48), "faccessat2": (439, 439), "readlink": (89, None),
    "readlinkat": (267, 78), "getdents": (78, None), "getdents64": (217, 61), "statfs": (137, 43),
    "fstatfs": (138, 44), "getcwd": (79, 17), "chdir": (80, 49), "fchdir": (81, 50),
    # its memory
    "mmap": (9, 222), "munmap": (11, 215), "mremap": (25, 216), "mprotect": (10, 226), "brk": (12, 214),
    "madvise": (28, 233), "mincore": (27, 232), "msync": (26, 227), "membarrier": (324, 283),
    # its signals, threads and end
    "rt_sigaction": (13, 134), "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139),
    "rt_sigpending": (127, 136), "rt_sigtimedwait": (128, 137), "rt_sigsuspend": (130, 133),
    "sigaltstack": (131, 132), "pause": (34, None), "restart_syscall": (219, 128), "futex": (202, 98),
    "set_tid_address": (218, 96), "set_robust_list": (273, 99), "rseq": (334, 293), "arch_prctl": (158, None),
    "sched_yield": (24, 124), "exit": (60, 93), "exit_group": (231, 94), "wait4": (61, 260),
    "waitid": (247, 95),
    # the clock
    "time": (201, None), "times": (100, 153), "gettimeofday": (96, 169), "clock_gettime": (228, 113),
    "clock_getres": (229, 114), "nanosleep": (35, 101), "clock_nanosleep": (230, 115),
    "alarm": (37, None), "getitimer": (36, 102), "setitimer": (38, 103),
    # who and where it is
    "getpid": (39, 172), "getppid": (110, 173), "gettid": (186, 178), "getpgrp": (111, None),
    "getpgid": (121, 155), "getsid": (124, 156), "getuid": (102, 174), "geteuid": (107, 175),
    "getgid": (104, 176), "getegid": (108, 177), "getgroups": (115, 158), "getresuid": (118, 148),
    "getresgid": (120, 150), "getrusage": (98, 165), "getrlimit": (97, 163), "uname": (63, 160),
    "umask": (95, 166), "sysinfo": (99, 179), "getcpu": (309, 168), "getrandom": (318, 278),
    "sched_getaffinity": (204, 123), "sched_getparam": (143, 121), "sched_getscheduler": (145, 120),
    "sched_get_priority_max": (146, 125), "sched_get_priority_min": (147, 126),
}
# Besides them, of a process that starts programs.
STARTING: dict[str, Numbers] = {"execve": (59, 221), "fork": (57, None), "vfork": (58, None)}
# fmt: on
OPEN, OPENAT, FCNTL, IOCTL = (2, None), (257, 56), (72, 25), (16, 29)
CLONE, TGKILL, PRCTL, PRLIMIT = (56, 220), (234, 131), (157, 167), (302, 261)

ALL = 0xFFFFFFFF
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
CLONE_THREAD, NEW_NAMESPACES = 0x00010000, 0x7E020000
F_SETLKW, F_DUPFD_CLOEXEC = 7, 1030  # above the one and but for the other: who is sent a signal
TCGETS, FIONCLEX = 0x5401, 0x5450  # of terminals; whether a handle is kept by programs (and 1 more)

# seccomp: linux/filter.h, linux/seccomp.h
LOAD, AND, EQUAL, AT_LEAST, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16
ALLOW, KILL, WITH_ERROR = 0x7FFF0000, 0x80000000, 0x00050000
REFUSE, MISSING = WITH_ERROR | errno.EPERM, WITH_ERROR | errno.ENOSYS
OTHER_NUMBERS = 0x40000000  # x32's names for the same calls
FIRST_OF_THE_NEWER = 424
PR_SET_PDEATHSIG, PR_SET_SECCOMP, MODE_FILTER = 1, 22, 2

Step = tuple[int, int, int, int]
STEP = struct.Struct("=HBBI")
Condition = tuple[int, int, int]  # what of an argument, under a mask, must be equal to what


class _Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def prepare(*, starts_programs: bool) -> None:
    """Once for all forks that are to be left so many."""
    if platform.machine() in ARCHITECTURES:
        _for_any(platform.machine(), starts_programs)


def close_calls(*, starts_programs: bool) -> bool:
    """Whether the kernel does it; the process must have given up new privileges."""
    machine = platform.machine()
    if machine not in ARCHITECTURES:
        return False
    code = instructions(machine, os.getpid(), starts_programs=starts_programs)
    program = _Program(len(code) // STEP.size, code)
    return bool(_libc.prctl(PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def instructions(machine: str, own: int, *, starts_programs: bool) -> bytes:
    """The filter of a process of this number."""
    at, code = _place(machine), list[Step]()
    for numbers, conditions in _conditional(own, starts_programs):
        if (number := numbers[at]) is not None:
            code += _allowed(number, conditions)
    code += [(AT_LEAST, 0, 1, FIRST_OF_THE_NEWER), (RETURN, 0, 0, MISSING), (RETURN, 0, 0, REFUSE)]
    return _for_any(machine, starts_programs) + _packed(code)


@cache
def _for_any(machine: str, starts_programs: bool) -> bytes:
    """Its beginning, whatever its number."""
    code = [(LOAD, 0, 0, ARCHITECTURE), (EQUAL, 1, 0, ARCHITECTURES[machine]), (RETURN, 0, 0, KILL)]
    code += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, OTHER_NUMBERS), (RETURN, 0, 0, REFUSE)]
    for numbers in [*ALLOWED.values(), *(STARTING.values() if starts_programs else ())]:
        if (number := numbers[_place(machine)]) is not None:
            code += _allowed(number, ())
    return _packed(code)


def _place(machine: str) -> int:
    return list(ARCHITECTURES).index(machine)


def _packed(code: Iterable[Step]) -> bytes:
    return b"".join(STEP.pack(*step) for step in code)


def _conditional(own: int, starts_programs: bool) -> Iterator[tuple[Numbers, tuple[Condition, ...]]]:
    yield OPEN, ((1, WRITING, 0),)
    yield OPENAT, ((2, WRITING, 0),)
    yield FCNTL, ((1, ALL - F_SETLKW, 0),)
    yield FCNTL, ((1, ALL, F_DUPFD_CLOEXEC),)
    yield IOCTL, ((1, ALL, TCGETS),)
    yield IOCTL, ((1, ALL - 1, FIONCLEX),)
    yield CLONE, ((0, NEW_NAMESPACES, 0) if starts_programs else (0, CLONE_THREAD, CLONE_THREAD),)
    yield TGKILL, ((0, ALL, own),)
    yield PRLIMIT, ((0, ALL, 0), (1, ALL, resource.RLIMIT_CPU))
    if starts_programs:  # which are to end with it
        yield PRCTL, ((0, ALL, PR_SET_PDEATHSIG), (1, ALL, signal.SIGKILL))


def _allowed(number: int, conditions: tuple[Condition, ...]) -> list[Step]:
    """Goes on behind it, with the number loaded, where it is not this call or a condition does not hold."""
    body: list[Step] = []
    for left, (argument, mask, value) in zip(range(len(conditions), 0, -1), conditions, strict=True):
        body += [(LOAD, 0, 0, ARGUMENTS + 8 * argument), (AND, 0, 0, mask), (EQUAL, 0, 3 * left - 2, value)]
    body.append((RETURN, 0, 0, ALLOW))
    after: list[Step] = [(LOAD, 0, 0, NUMBER)] if conditions else []
    return [(EQUAL, 0, len(body), number), *body, *after]
