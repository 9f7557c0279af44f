"""Bring the embedded tables up to date before a command uses them; two commands at once do it once.

On an operator's own server nothing is migrated unasked: there `migrate` is a step of the deployment.
"""

import sys
import time

from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

# Any number, as long as nothing else of ours locks it.
ADVISORY_LOCK = 0x6369_7465


def migrate_if_behind() -> None:
    if not behind():
        return
    connection = connections[DEFAULT_DB_ALIAS]
    with connection.cursor() as cursor:
        _lock(cursor)
        try:
            if behind():
                call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def _lock(cursor: CursorWrapper) -> None:
    """Asked for again and again: a statement that waits inside would hold up an index built concurrently."""
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [ADVISORY_LOCK])
        if cursor.fetchone() == (True,):
            return
        time.sleep(0.1)


def behind() -> list[str]:
    """The migrations that the database lacks."""
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
