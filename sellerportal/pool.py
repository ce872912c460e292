"""The worker's pool of processes, which ends with the first of them that is killed.

A queue that is read by a plain loop, such as the one in PostgreSQL, gives all processes
of the pool one pipe to read from, under one lock. A process that waits for work holds
that lock; killed there, by a machine without memory say, it never lets it go, and the
others and every new one wait for good, while the worker's own loop goes on as if all
were well. So the whole worker ends at once and whoever started it starts it again:
what it was doing is given out again, and what is due stands in rows.
"""

import logging
import os
import signal
from typing import Any

from billiard.pool import Pool, TimeoutHandler
from celery.concurrency import prefork

logger = logging.getLogger(__name__)


class TimeLimit(TimeoutHandler):
    """Ends a process whose task took too long: it holds no lock of the pool's."""

    def _trywaitkill(self, worker: Any) -> None:
        worker._controlled_termination = True  # noqa: SLF001 - as billiard notes it
        super()._trywaitkill(worker)  # type: ignore[misc]


class MortalPool(Pool):
    """A pool that shares one pipe; it outlives no process that others killed."""

    TimeoutHandler = TimeLimit

    def process_flush_queues(self, worker: Any) -> None:
        """Look at a process that has ended; the pool itself ends some."""
        if worker.exitcode < 0 and not worker._controlled_termination:  # noqa: SLF001
            logger.error("pool: a process was killed; the worker begins anew")
            # No farewell: it would wait for the pool. The kernel takes its children.
            os.kill(os.getpid(), signal.SIGKILL)


class TaskPool(prefork.TaskPool):
    """Celery's pool of processes; with RabbitMQ each has a pipe of its own."""

    BlockingPool = MortalPool
