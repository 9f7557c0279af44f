"""A process that reads files as it is when somebody took it over: tries all that it must not do.

Run as a script, with whether it has Landlock, whether it starts programs, the process that it is to harm and
the file. Prints which attempts got through, and what that readers need was refused.
"""

import ctypes
import errno
import fcntl
import json
import os
import platform
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from kb.extract import child, confinement
from kb.extract.ocr import Tesseract

Tried = dict[str, Callable[[], Any]]
NUMBERS: dict[str, dict[str, int]] = {
    "x86_64": {
        "tgkill": 234,
        "tkill": 200,
        "perf": 298,
        "bpf": 321,
        "faults": 323,
        "keys": 250,
        "handle": 304,
    },
    "aarch64": {
        "tgkill": 131,
        "tkill": 130,
        "perf": 241,
        "bpf": 280,
        "faults": 282,
        "keys": 219,
        "handle": 265,
    },
}
libc = ctypes.CDLL(None, use_errno=True)


def attempts(other: int, victim: str) -> Tried:
    return {**on_files(victim), **on_processes(other), **on_the_kernel(victim)}


def call(name: str, *args: Any) -> Callable[[], Any]:
    return lambda: getattr(libc, name)(*args)


def number(told: int | str, *args: Any) -> Callable[[], Any]:
    known = NUMBERS[platform.machine()][told] if isinstance(told, str) else told
    return lambda: libc.syscall(known, *args)


def on_files(victim: str) -> Tried:
    path, new = victim.encode(), f"{victim}.new".encode()
    held = os.open(victim, os.O_RDWR)
    return {
        "open to write": lambda: os.open(path, os.O_WRONLY),
        "open to write and read": lambda: os.open(path, os.O_RDWR),
        "open and empty": lambda: os.open(path, os.O_RDONLY | os.O_TRUNC),
        "create": lambda: os.open(new, os.O_RDONLY | os.O_CREAT),
        "truncate": call("truncate", path, 0),
        "ftruncate": call("ftruncate", held, 0),
        "fallocate": call("fallocate", held, 3, ctypes.c_long(0), ctypes.c_long(4)),
        "chmod": call("chmod", path, 0o666),
        "fchmod": call("fchmod", held, 0o666),
        "fchmodat2": number(452, -100, path, 0o666, 0),
        "chown": call("chown", path, 1, 1),
        "utimes": call("utimes", path, None),
        "setxattr": call("setxattr", path, b"user.a", b"b", 1, 0),
        "removexattr": call("removexattr", path, b"user.a"),
        "link": call("link", path, new),
        "symlink": call("symlink", path, new),
        "rename": call("rename", path, new),
        "unlink": call("unlink", path),
        "mkdir": call("mkdir", new, 0o777),
        "make a pipe": call("mknod", new, 0o10666, 0),
        "flock": call("flock", held, 2),
        "by its handle": number("handle", -100, bytes(64), 0),
    }


def on_processes(other: int) -> Tried:
    unlimited = (ctypes.c_ulong * 2)(2**40, 2**40)
    told = os.pipe()[0]
    return {
        "kill": call("kill", other, 9),
        "killpg": call("killpg", other, 9),
        "tgkill": number("tgkill", other, other, 9),
        "tkill": number("tkill", other, 9),
        "sigqueue": call("sigqueue", other, 9, None),
        "pidfd_open": number(434, other, 0),
        "signal by a pipe": lambda: fcntl.fcntl(told, fcntl.F_SETOWN, other),
        "which signal": lambda: fcntl.fcntl(told, 10, 9),
        "signal by ioctl": lambda: fcntl.ioctl(told, 0x8901, bytes(4)),
        "type into a terminal": lambda: fcntl.ioctl(told, 0x5412, b"a"),
        "ptrace": call("ptrace", 0x4206, other, None, None),
        "its memory": call("process_vm_readv", other, None, 0, None, 0, 0),
        "its priority": call("setpriority", 0, other, 19),
        "its processors": lambda: os.sched_setaffinity(other, [0]),
        "its limits": lambda: resource.prlimit(other, resource.RLIMIT_CPU, (1, 1)),
        "own limits": call("setrlimit", int(resource.RLIMIT_AS), unlimited),
        "outlive": call("prctl", 1, 0),
        "be seen into": call("prctl", 0x59616D61, -1),
        "leave its group": call("setpgid", 0, 0),
        "leave its session": call("setsid"),
    }


def on_the_kernel(victim: str) -> Tried:
    return {
        "socket": lambda: socket.socket(),
        "socketpair": lambda: socket.socketpair(),
        "io_uring": number(425, 1, bytes(120)),
        "shared memory": call("shmget", 0, 100, 0o600),
        "semaphores": call("semget", 0, 1, 0o600),
        "messages": call("msgget", 0, 0o600),
        "memfd_create": call("memfd_create", b"a", 0),
        "unshare": call("unshare", 0x10000000),
        "chroot": call("chroot", b"/usr"),
        "mount": call("mount", b"a", f"{victim}.new".encode(), b"tmpfs", 0, None),
        "perf": number("perf", bytes(128), 0, -1, -1, 0),
        "bpf": number("bpf", 0, bytes(128), 128),
        "userfaultfd": number("faults", 1),
        "keyctl": number("keys", 0, -3, 1),
    }


def on_programs() -> Tried:
    return {"fork": os.fork, "execute": lambda: os.execv(sys.executable, ["python", "-V"])}


def is_refused(tried: Callable[[], Any]) -> bool:
    ctypes.set_errno(0)
    try:
        said = tried()
    except OSError as error:
        return error.errno in (errno.EPERM, errno.EACCES)
    return bool(said == -1) and ctypes.get_errno() in (errno.EPERM, errno.EACCES, errno.ENOSYS)


def needs() -> Tried:
    folder = os.path.dirname(subprocess.__file__)
    return {
        "thread": in_thread,
        "signal to itself": told_itself,
        "pipe": through_a_pipe,
        "more time": lambda: confinement.go_on(2) is None and resource.getrlimit(resource.RLIMIT_CPU)[0] == 8,
        "packages": lambda: bool(os.listdir(folder)) and bool(open(subprocess.__file__).read()),
        "chance": lambda: len(os.urandom(8)) == 8,
        "time": lambda: time.sleep(0.001) is None,
    }


def in_thread() -> bool:
    thread = threading.Thread(target=time.sleep, args=(0.001,))
    thread.start()
    thread.join()
    return True


def told_itself() -> bool:
    heard: list[int] = []
    signal.signal(signal.SIGUSR1, lambda number, frame: heard.append(number))
    signal.raise_signal(signal.SIGUSR1)
    return heard == [signal.SIGUSR1]


def through_a_pipe() -> bool:
    there, here = os.pipe()
    os.write(here, b"words")
    return os.read(there, 5) == b"words"


def program_answers() -> bool:
    return Tesseract(sys.executable)._run(["-c", "print(input())"], b"words") == b"words\n"


def works(needed: Callable[[], Any]) -> bool:
    try:
        return bool(needed())
    except OSError:
        return False


def main(has_landlock: bool, starts_programs: bool, other: int, victim: str) -> None:
    forbidden, needed = attempts(other, victim), needs()
    if starts_programs:
        needed["program"] = program_answers
    else:
        forbidden |= on_programs()
    if not has_landlock:
        confinement._close_files = lambda readable, programs: True
    confinement.limit_resources()
    confinement.confine(*child.folders(Tesseract(sys.executable) if starts_programs else None))
    through = [name for name, tried in forbidden.items() if not is_refused(tried)]
    sys.stdout.write(json.dumps([through, [name for name, does in needed.items() if not works(does)]]))


if __name__ == "__main__":
    main(*json.loads(sys.argv[1]))
