#!/usr/bin/env python
"""Run a management command, on embedded servers where the environment names none."""

import os
import signal
import sys
from pathlib import Path

import django
from django.core.exceptions import ImproperlyConfigured

from config import embedded

# `up` brings up servers by itself, after it has seen that its port is free.
WITHOUT_SERVERS = {
    "check",
    "collectstatic",
    "compilemessages",
    "diffsettings",
    "evaluate-support",
    "findstatic",
    "help",
    "makemessages",
    "startapp",
    "startproject",
    "up",
    "version",
}
# These are about the tables themselves, or must see them as they are.
WITHOUT_MIGRATING = {
    "doctor",
    "makemigrations",
    "migrate",
    "optimizemigration",
    "showmigrations",
    "sqlmigrate",
}
# Searches go on beside these, and come first: what a command imports takes the processor for a second or two.
# Not as much as bulk work gives way: who switches back to a model on a busy machine is waiting for it.
BESIDE_SEARCHES, A_LITTLE = {"reembed"}, 5


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if needs_servers(sys.argv):
        start_servers(sys.argv[1])
    read_settings()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


def needs_servers(argv: list[str]) -> bool:
    command, options = next(iter(argv[1:]), "help"), argv[2:]
    if command.startswith("-") or {"-h", "--help", "--version"} & set(options):
        return False
    return command not in WITHOUT_SERVERS or (command == "check" and "--database" in options)


def read_settings() -> None:
    """A value that cannot be read ends in a sentence."""
    try:
        import config.settings  # noqa: F401
    except (embedded.EmbeddedError, ImproperlyConfigured, ValueError) as error:
        sys.exit(f"A setting in the environment cannot be used: {error}")


def start_servers(command: str) -> None:
    """Before settings are read, because they name the sockets."""
    data = Path(os.environ.get("CITEDESK_DATA") or Path(__file__).parent / ".data")
    database, broker = (not os.environ.get(name) for name in ("DATABASE_URL", "REDIS_URL"))
    # So that a terminated command, too, ends the servers on its way out.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        embedded.start(data, postgres=database, valkey=broker)
    except embedded.EmbeddedError as error:
        if command == "doctor":
            return  # it reports what is wrong, this too
        sys.exit(str(error))
    if command in BESIDE_SEARCHES:  # the servers don't
        os.nice(A_LITTLE)
    if database and command not in WITHOUT_MIGRATING:
        migrate()


def migrate() -> None:
    read_settings()
    django.setup()
    from config.schema import migrate_if_behind

    migrate_if_behind()


if __name__ == "__main__":
    main()
