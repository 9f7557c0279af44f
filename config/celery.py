"""Celery, for wake-ups only: what has to be done stands in PostgreSQL, and a lost message costs seconds."""

import functools
import os
from typing import Any

from celery import Celery
from celery.contrib.django.task import DjangoTask
from django.db import transaction

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class WakeUp(DjangoTask):  # type: ignore[type-arg]
    """A task whose message may get lost: the row is stored, and is found when the broker is back."""

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]  # nothing to wait for
        transaction.on_commit(functools.partial(self.delay, *args, **kwargs), robust=True)


app = Celery("citedesk", task_cls=WakeUp)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
