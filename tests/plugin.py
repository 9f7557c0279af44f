"""Loaded before pytest-django reads the settings: gives the tests servers and a data folder of their own."""

import os
from pathlib import Path

from tests.environment import settings_read

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("CITEDESK_TEST_DATA") or ROOT / ".data" / "test")

# Nothing that the developer's shell is set up for reaches a test.
for name in settings_read():
    os.environ.pop(name, None)
os.environ["CITEDESK_DATA"] = str(DATA)
# No test waits for a customer to go on writing, but for those that say so.
os.environ["DRAFT_DEBOUNCE_SECONDS"] = "0"
# The gateway's scripted answers are for what a test is about; those of triage switch it on.
os.environ["TRIAGE"] = "false"

import psycopg  # noqa: E402

from config import embedded  # noqa: E402  # reads the environment that was just set

DATA.mkdir(parents=True, exist_ok=True)
embedded.start(DATA, valkey=False)

# These rows need not outlive a power cut.
server = embedded.database(DATA)
with psycopg.connect(
    host=server["HOST"], port=server["PORT"], user=server["USER"], dbname=server["NAME"], autocommit=True
) as connection:
    for option in ("fsync", "synchronous_commit", "full_page_writes"):
        connection.execute(f"ALTER SYSTEM SET {option} = off")
    connection.execute("SELECT pg_reload_conf()")

# A Valkey for each process of pytest-xdist, as pytest-django gives each a database: what a test does
# to a whole server (a pause, a count of its clients) is not done to those that run beside it.
own = DATA / os.environ.get("PYTEST_XDIST_WORKER", "gw0")
embedded.start(own, postgres=False)
os.environ["REDIS_URL"] = embedded.redis_url(own).replace("?db=0", "?db=1")
