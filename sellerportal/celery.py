"""The Celery application; the broker carries ids and is never the record."""

import os

from celery import Celery

from sellerportal.schedule import BEAT_SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sellerportal.settings")

app = Celery("sellerportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT_SCHEDULE
app.autodiscover_tasks()
