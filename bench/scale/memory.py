"""How much memory a search takes, on this side and on the server's."""

from __future__ import annotations

import resource
from pathlib import Path


def peak_mb() -> dict[str, float | None]:
    """The most that this process and its session on the server have had; None: the server isn't here."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/status")
    kilobytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"process_peak_mb": round(kilobytes / 1024, 1), "session_peak_mb": _session_peak(status)}


def _session_peak(status: Path) -> float | None:
    """Shared buffers included."""
    try:
        lines = status.read_text().splitlines()
    except OSError:
        return None
    found = [line.split()[1] for line in lines if line.startswith("VmHWM:")]
    return round(int(found[0]) / 1024, 1) if found else None
