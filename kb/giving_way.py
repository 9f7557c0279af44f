"""Work that nobody waits for lets all else on the machine go first.

One number for commands that bring in or embed much, for the worker of the bulk queue under `manage.py up`,
and for the same worker in docker-compose.yml.
"""

import contextlib
import os
from pathlib import Path

NICENESS = 10


def give_way() -> None:
    """This process, from now on.

    A kernel that groups sessions weighs only the group's number against other sessions. It would outlive this
    process and slow the whole shell, so it is set only where the session is this process's own.
    """
    os.nice(NICENESS)
    if os.getsid(0) == os.getpid():
        with contextlib.suppress(OSError):  # not every kernel groups sessions
            Path("/proc/self/autogroup").write_text(str(NICENESS))
