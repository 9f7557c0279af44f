"""Celery, for wake-ups only: what has to be done stands in PostgreSQL, and a lost message costs seconds."""

import logging
import os
from typing import Any

from celery import Celery, signals
from celery.contrib.django.task import DjangoTask
from django.db import transaction
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

logger = logging.getLogger(__name__)


class WakeUp(DjangoTask):  # type: ignore[type-arg]
    """A task whose message may get lost: the row is stored, and is found when the broker is back."""

    def delay_on_commit(self, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]  # nothing to wait for
        self.apply_async_on_commit(args, kwargs)

    def apply_async_on_commit(  # type: ignore[override]
        self, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None, **options: Any
    ) -> None:
        transaction.on_commit(lambda: self._try_to_send(args, kwargs or {}, options))

    def _try_to_send(self, args: tuple[Any, ...], kwargs: dict[str, Any], options: dict[str, Any]) -> None:
        try:
            self.apply_async(args, kwargs, **options)
        except (OperationalError, OSError) as error:
            logger.warning("The broker is away, so nobody is told of %s%s: %s", self.name, args, error)


app = Celery("citedesk", task_cls=WakeUp)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.worker_init.connect
def worker_begins(**_: object) -> None:
    from kb.retrieval.ahead import go_on_searching  # needs the apps, which this module comes before

    go_on_searching()
