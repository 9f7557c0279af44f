"""How old is what a process has found out about a model: it ages while searches use that model.

What was found out of a model that rests (one that was active, and is kept to go back to it) stays as it was:
its vectors change little, and whoever goes back to it keeps no search waiting.
"""

from __future__ import annotations

import time
from threading import Lock

from django.db import connection

from kb.models import EmbeddingModel

# Seconds of use after which it is found out anew.
KEPT = 1800

# By database: the model that searches use. By database and model: its age, and when it grew that old.
_used: dict[str, int] = {}
_ages: dict[tuple[str, int], tuple[int, float]] = {}
_counting = Lock()


def in_use(model: EmbeddingModel) -> None:
    """Searches use this one from now on, and no other."""
    database = str(connection.settings_dict["NAME"])
    with _counting:
        if _used.get(database) != model.pk:
            _used[database] = model.pk
            age, _ = _ages.get((database, model.pk), (0, 0.0))
            _ages[database, model.pk] = age, time.monotonic()


def age(model: EmbeddingModel) -> int:
    """What was found out counts as long as this stays the same."""
    database, now = str(connection.settings_dict["NAME"]), time.monotonic()
    with _counting:
        known, since = _ages.get((database, model.pk), (0, now))
        if _used.get(database) == model.pk and now - since >= KEPT:
            known, since = known + 1, now
        _ages[database, model.pk] = known, since
    return known
