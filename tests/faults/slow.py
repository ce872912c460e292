"""A sweep that lingers at its fault points, so that a kill at random lands in it.

Otherwise a sweep of few orders is over in a moment and most kills fall between two.
"""

import time
from functools import partial
from random import SystemRandom
from typing import Any
from unittest import mock

from celery.signals import worker_process_init

from compliance import tasks
from compliance.services.sweep import sweep
from vault.faults import FaultPoint

#: Seconds at a point, at most: half of it on average.
A_MOMENT = 0.06
#: Seconds where a plain program would delete first and record then.
AFTER_ROWS = 0.5
_chance = SystemRandom()


def linger(point: FaultPoint) -> None:
    """Wait a moment at a point, as on a slow machine."""
    longest = AFTER_ROWS if point is FaultPoint.ROWS_DELETED else A_MOMENT
    time.sleep(_chance.uniform(longest / 4, longest))


@worker_process_init.connect
def become_slow(**kwargs: Any) -> None:
    """Let the sweeps of each process of a worker take their time."""
    del kwargs
    mock.patch.object(tasks, "sweep", partial(sweep, fault=linger)).start()
