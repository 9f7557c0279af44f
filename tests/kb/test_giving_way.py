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
print(os.nice(0) - before, Path("/proc/self/autogroup").read_text().split()[-1])
"""


@pytest.mark.skipif(not GROUP.exists(), reason="This kernel doesn't group sessions.")
def test_only_a_session_of_its_own_is_slowed_as_a_whole() -> None:
    ours = GROUP.read_text()
    assert given_way(start_new_session=False) == ["10", ours.split()[-1]]
    assert given_way(start_new_session=True) == ["10", "10"]
    assert GROUP.read_text() == ours


def given_way(start_new_session: bool) -> list[str]:
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
