"""The Celery application; the broker carries ids and is never the record."""

import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready

from sellerportal.schedule import BEAT_SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sellerportal.settings")

app = Celery("sellerportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT_SCHEDULE
app.autodiscover_tasks()


@worker_ready.connect
def sweep_at_start(**kwargs: Any) -> None:
    """Say "sweep now" on the first sign of life of a worker."""
    del kwargs
    app.send_task("compliance.sweep")
