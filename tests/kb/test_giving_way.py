"""A command that gives way doesn't slow the shell that it was started from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

GROUP = Path("/proc/self/autogroup")
PROGRAM = """
import os, sys
from pathlib import Path
from kb.giving_way import give_way
before = os.nice(0)
give_way()
group = Path("/proc/self/autogroup")
print(os.nice(0) - before, group.read_text() if group.exists() else "")
"""


def test_only_a_session_of_its_own_is_slowed_as_a_whole() -> None:
    ours = group_of_sessions()
    assert given_way(start_new_session=False) == ["10", *ours]
    assert group_of_sessions() == ours


@pytest.mark.skipif(not GROUP.exists() or not GROUP.read_text(), reason="Sessions aren't grouped here.")
def test_session_of_its_own_gives_way_to_other_sessions() -> None:
    assert any(given_way(start_new_session=True)[-1] == "10" for _ in range(5)), (
        "who isn't root may be told to wait"
    )


def group_of_sessions() -> list[str]:
    """Such as `/autogroup-25 nice 0`; empty where the kernel groups none, or a container stands in for it."""
    return GROUP.read_text().split() if GROUP.exists() else []


def given_way(start_new_session: bool) -> list[str]:
    """Its own niceness, then its session's group."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        start_new_session=start_new_session,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )
    return done.stdout.split()
