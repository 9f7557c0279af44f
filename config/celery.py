"""Celery, for wake-ups only: what has to be done stands in PostgreSQL, and a lost message costs seconds."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("citedesk")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
