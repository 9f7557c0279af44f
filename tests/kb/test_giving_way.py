"""A command that gives way doesn't slow the shell that it was started from."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

GROUP = Path("/proc/self/autogroup")
SAY = "import os; print(os.nice(0), GROUP.read_text() if GROUP.exists() else '')"
GIVE_WAY = "from kb.giving_way import give_way; give_way()"
SET = "GROUP.write_text('10')"
TRIES = 5  # who isn't root may change a group only each tenth of a second, over all processes
LAST = 19  # what is nicest of all


def test_only_a_session_of_its_own_is_slowed_as_a_whole() -> None:
    nice, *ours = said_after("")
    assert said_after(GIVE_WAY) == [str(min(int(nice) + 10, LAST)), *ours]
    assert said_after("") == [nice, *ours]


def test_session_of_its_own_gives_way_to_other_sessions() -> None:
    if not any(said_of_its_own(SET) for _ in range(TRIES)):
        pytest.skip("Sessions aren't grouped here, or not by us.")
    assert any(said_of_its_own(GIVE_WAY) for _ in range(TRIES))


def said_of_its_own(code: str) -> bool:
    """Whether a session's group was weighed at 10 after this was done in it."""
    time.sleep(0.15)
    return said_after(f"import contextlib\nwith contextlib.suppress(OSError): {code}", own=True)[-1] == "10"


def said_after(code: str, own: bool = False) -> list[str]:
    """A process's own niceness, then its session's group, `/autogroup-25 nice 0`, or nothing."""
    done = subprocess.run(
        [sys.executable, "-c", f"from pathlib import Path; GROUP = Path({str(GROUP)!r})\n{code}\n{SAY}"],
        start_new_session=own,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": "."},
    )
    return done.stdout.split()
