"""The heartbeat of a process: a row that the process itself writes, again and again.

It is written by the loop that does the work, worker's or beat's own, never by a thread
beside it: a process that hangs must fall silent.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime

import psycopg

from compliance.services.gaps import NOTE_GAP, gap_values
from sellerportal.direct import direct_connection
from vault.clock import clock

logger = logging.getLogger(__name__)

#: Seconds between two heartbeats.
EVERY = 10.0

# Celery imports this before Django has its models, so the table is named here.
_WRITE = (
    "INSERT INTO compliance_heartbeat (process, at) VALUES (%s, %s) "
    "ON CONFLICT (process) DO UPDATE SET at = excluded.at"
)


def write_heartbeat(*, process: str, now: datetime) -> None:
    """Write that a process lives at ``now``, in UTC, after a look at how long none did.

    A database that cannot be written is told in the log and ends nothing: the loop
    that called goes on, and the next heartbeat tries again.
    """
    try:
        with direct_connection() as opened:
            opened.execute(NOTE_GAP, gap_values(now=now))
            opened.execute(_WRITE, [process, now])
    except psycopg.Error as error:
        logger.warning("heartbeat: %s: %s", process, type(error).__name__)


class Heart:
    """Writes the heartbeat of one process whenever it is asked and one is due."""

    def __init__(
        self,
        process: str,
        *,
        write: Callable[..., None] = write_heartbeat,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Name the process; ``seconds`` is a clock that nobody sets."""
        self._process = process
        self._write = write
        self._seconds = seconds
        self._due = float("-inf")

    def beat(self) -> None:
        """Write if the last heartbeat is ``EVERY`` seconds old."""
        now = self._seconds()
        if now >= self._due:
            self._due = now + EVERY
            self._write(process=self._process, now=clock.now())
