"""How much room the knowledge base takes, and whether there is enough."""

from __future__ import annotations

import shutil
from pathlib import Path

# Tables, indexes, the log of writes and what sorting needs; and a server without any passage.
BYTES_A_PASSAGE = 12_000
BYTES_BEFORE = 1_500_000_000


def lacking(passages: int, folder: Path) -> str:
    """What stands against so many passages in this folder; "" if nothing does."""
    needed = BYTES_BEFORE + BYTES_A_PASSAGE * passages
    free = shutil.disk_usage(folder).free
    if needed <= free:
        return ""
    return (
        f"{passages:,} passages need about {needed / 1e9:,.1f} GB, and {folder} has {free / 1e9:,.1f} GB:"
        " name fewer passages, or set TMPDIR to a folder with more room."
    )


def sizes() -> dict[str, float]:
    """Of the tables and of the indexes of kb, in units of 1024 * 1024 bytes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        tables, indexes = cursor.fetchone()
    return {"index_mb": round(float(indexes) / 2**20, 1), "table_mb": round(float(tables) / 2**20, 1)}


SIZES = """
    SELECT sum(pg_table_size(oid)), sum(pg_indexes_size(oid))
    FROM pg_class WHERE relkind = 'r' AND relname LIKE 'kb\\_%' AND pg_table_is_visible(oid)
"""
