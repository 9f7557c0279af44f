"""What a process that reads files can do when somebody took it over: tried with Landlock and without."""

import json
import platform
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.extract import calls
from tests.kb import confined

ROOT = Path(__file__).parents[2]
needs_seccomp = pytest.mark.skipif(
    platform.machine() not in calls.ARCHITECTURES
    or "Seccomp_filters" not in Path("/proc/self/status").read_text(),
    reason="the kernel refuses no calls",
)


@pytest.fixture
def other() -> Iterator[int]:
    """A process of the same user."""
    with subprocess.Popen(["sleep", "600"]) as process:
        yield process.pid
        assert process.poll() is None, "it was ended"
        process.kill()


@needs_seccomp
@pytest.mark.parametrize("starts_programs", [False, True])
@pytest.mark.parametrize("has_landlock", [True, False])
def test_reader_changes_no_file_and_reaches_no_process(
    tmp_path: Path, other: int, has_landlock: bool, starts_programs: bool
):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    was = victim.stat()
    said = subprocess.run(
        [
            sys.executable,
            "-m",
            confined.__name__,
            json.dumps([has_landlock, starts_programs, other, str(victim)]),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.stdout, said.stderr
    got_through, missing = json.loads(said.stdout)
    assert not got_through and not missing
    assert victim.stat() == was and victim.read_text() == "precious" and len(list(tmp_path.iterdir())) == 1


OWN = 4711
X86, ARM, I386 = 0xC000003E, 0xC00000B7, 0x40000003


def judged(machine: str, number: int, *arguments: int, architecture: int = 0, programs: bool = False) -> int:
    """What the filter says, by the rules that the kernel runs it with."""
    asked = struct.pack(
        "=iIQ6Q", number, architecture or calls.ARCHITECTURES[machine], 0, *(*arguments, 0, 0, 0, 0, 0, 0)[:6]
    )
    code, at, held = calls.instructions(machine, OWN, starts_programs=programs), 0, 0
    steps = list(calls.STEP.iter_unpack(code))
    while True:
        kind, if_so, if_not, value = steps[at]
        at += 1
        match kind:
            case calls.LOAD:
                held = struct.unpack_from("=I", asked, value)[0]
            case calls.AND:
                held &= value
            case calls.EQUAL:
                at += if_so if held == value else if_not
            case calls.AT_LEAST:
                at += if_so if held >= value else if_not
            case calls.RETURN:
                return value


@pytest.mark.parametrize(
    ("machine", "number", "arguments", "verdict"),
    [
        ("x86_64", 0, (), calls.ALLOW),
        ("x86_64", 76, (), calls.REFUSE),  # truncate
        ("x86_64", 0x40000000, (), calls.REFUSE),  # read, by its other number
        ("x86_64", 435, (), calls.MISSING),  # clone3
        ("x86_64", 56, (0x3D0F00,), calls.ALLOW),  # clone, of a thread
        ("x86_64", 56, (17,), calls.REFUSE),
        ("x86_64", 234, (OWN, OWN, 6), calls.ALLOW),  # tgkill
        ("x86_64", 234, (OWN + 1, OWN, 6), calls.REFUSE),
        ("x86_64", 257, (0, 0, 0x80000), calls.ALLOW),  # openat
        ("x86_64", 257, (0, 0, 0x80001), calls.REFUSE),
        ("x86_64", 257, (0, 0, 2**32 + 0o1000), calls.REFUSE),
        ("x86_64", 157, (1, 9), calls.REFUSE),  # prctl, to end with its parent
        ("x86_64", 302, (0, 0, 1), calls.ALLOW),  # prlimit64
        ("x86_64", 302, (0, 9, 1), calls.REFUSE),
        ("x86_64", 302, (OWN + 1, 0, 1), calls.REFUSE),
        ("aarch64", 63, (), calls.ALLOW),
        ("aarch64", 45, (), calls.REFUSE),
        ("aarch64", 131, (OWN + 1, OWN, 6), calls.REFUSE),
        ("aarch64", 56, (0, 0, 0x80002), calls.REFUSE),
        ("aarch64", 220, (0x3D0F00,), calls.ALLOW),
        ("aarch64", 221, (), calls.REFUSE),  # execve
    ],
)
def test_calls_are_told_by_their_numbers_and_arguments(
    machine: str, number: int, arguments: tuple[int, ...], verdict: int
):
    assert judged(machine, number, *arguments) == verdict


@pytest.mark.parametrize(("machine", "architecture"), [("x86_64", I386), ("x86_64", ARM), ("aarch64", X86)])
def test_who_calls_by_the_numbers_of_another_architecture_is_ended(machine: str, architecture: int):
    assert judged(machine, 0, architecture=architecture) == calls.KILL


def test_who_starts_programs_makes_no_world_of_its_own():
    assert judged("x86_64", 59, programs=True) == calls.ALLOW
    assert judged("x86_64", 56, 0x01200011, programs=True) == calls.ALLOW
    assert judged("x86_64", 56, 0x10000011, programs=True) == calls.REFUSE
    assert judged("x86_64", 322, programs=True) == calls.REFUSE  # execveat


def test_who_starts_programs_ends_them_with_it_and_keeps_none():
    assert judged("x86_64", 157, 1, 9, programs=True) == calls.ALLOW  # prctl
    assert judged("x86_64", 157, 1, 0, programs=True) == calls.REFUSE
    assert judged("x86_64", 157, 4, 9, programs=True) == calls.REFUSE
