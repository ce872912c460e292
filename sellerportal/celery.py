"""The Celery application; the broker carries ids and is never the record."""

import os
from typing import Any

from celery import Celery, bootsteps
from celery.beat import PersistentScheduler
from celery.signals import worker_ready

from sellerportal.heartbeat import EVERY, Heart
from sellerportal.schedule import BEAT_SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sellerportal.settings")

app = Celery("sellerportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = BEAT_SCHEDULE
app.autodiscover_tasks()


class WorkerHeart(bootsteps.StartStopStep):
    """Lets the worker's own loop write its heartbeat.

    A queue without asynchronous input, such as the one in PostgreSQL, is read by a
    plain loop that performs what is pending at each turn, two seconds apart at most;
    its timer is a thread, which would go on where the loop hangs. With RabbitMQ the
    loop runs the timer itself.
    """

    def __init__(self, consumer: Any, **kwargs: Any) -> None:
        """Make the heart; it beats from the first turn on."""
        super().__init__(consumer, **kwargs)
        self._heart = Heart("worker")

    def start(self, consumer: Any) -> None:
        """Join the loop; called again after each lost connection to the queue."""
        if consumer.hub:
            consumer.timer.call_repeatedly(EVERY / 5, self._heart.beat)
            return

        def turn() -> None:
            type(consumer).perform_pending_operations(consumer)
            self._heart.beat()

        consumer.perform_pending_operations = turn


class LivingScheduler(PersistentScheduler):
    """Beat's scheduler; its tick writes beat's heartbeat."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Make the heart; it beats from the first tick on."""
        self._heart = Heart("beat")
        super().__init__(*args, **kwargs)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Start what is due; return the seconds until the next tick."""
        self._heart.beat()
        return float(super().tick(*args, **kwargs))


app.steps["consumer"].add(WorkerHeart)
app.conf.beat_scheduler = LivingScheduler
app.conf.beat_max_loop_interval = EVERY


@worker_ready.connect
def sweep_at_start(**kwargs: Any) -> None:
    """Say "sweep now" on the first sign of life of a worker."""
    del kwargs
    app.send_task("compliance.sweep")
    app.send_task("marketplaces.delete_old_files")
