"""Work that nobody waits for lets all else on the machine go first: of a session as well as beside it.

One number for commands that bring in or embed much, for the worker of the bulk queue under `manage.py up`,
and for the same worker in docker-compose.yml.
"""

import contextlib
import os
from pathlib import Path

NICENESS = 10


def give_way() -> None:
    """This process, from now on."""
    os.nice(NICENESS)
    with contextlib.suppress(OSError):  # not every kernel groups sessions
        Path("/proc/self/autogroup").write_text(str(NICENESS))
