"""A process of the pool is killed while it waits for work: the worker begins anew."""

import signal
import subprocess
import sys

from sellerportal.celery import app
from sellerportal.pool import MortalPool, TaskPool

#: Kills the one process of a pool while it holds the lock of the shared pipe.
_KILL = """
import os, signal, sys
from billiard.exceptions import TimeoutError
from billiard.pool import Pool
from celery.platforms import set_pdeathsig
from sellerportal.pool import MortalPool

pool = {"mortal": MortalPool, "plain": Pool}[sys.argv[1]](
    processes=1, threads=True, initializer=set_pdeathsig, initargs=["SIGKILL"]
)
assert pool.apply(int) == 0
while pool._inqueue._rlock._semlock._get_value():
    pass
os.kill(pool._pool[0].pid, signal.SIGKILL)
asked = pool.apply_async(int)
try:
    answer = asked.get(timeout=float(sys.argv[2]))
except TimeoutError:
    answer = "frozen"
print(answer, flush=True)
os._exit(0)
"""

#: Lets a task run into its limit, then asks the process that took the other's place.
_LIMIT = """
import os, time
from billiard.einfo import ExceptionWithTraceback
from celery.platforms import set_pdeathsig
from sellerportal.pool import MortalPool

pool = MortalPool(
    processes=1,
    threads=True,
    initializer=set_pdeathsig,
    initargs=["SIGKILL"],
    timeout=1,
)
first = pool._pool[0]
try:
    pool.apply_async(time.sleep, [60]).get()
except ExceptionWithTraceback as error:
    ended = type(error.exc).__name__
while first in pool._pool:
    pass
print(ended, pool.apply(int), flush=True)
os._exit(0)
"""


def killed(pool: str, *, patience: float) -> tuple[int, str]:
    """Return how the worker's process ended, and what it said of a later task."""
    command = [sys.executable, "-c", _KILL, pool, str(patience)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=90
    )
    return done.returncode, done.stdout.strip()


def test_the_worker_ends_with_a_process_that_was_killed() -> None:
    assert killed("mortal", patience=60) == (-signal.SIGKILL, "")


def test_control_a_plain_pool_takes_no_task_any_more() -> None:
    assert killed("plain", patience=3) == (0, "frozen")


def test_a_time_limit_ends_a_process_and_no_worker() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LIMIT],
        check=False,
        capture_output=True,
        text=True,
        timeout=90,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "TimeLimitExceeded 0")


def test_the_worker_uses_this_pool() -> None:
    """Where the queue has no asynchronous input, as the embedded one."""
    assert app.conf.worker_pool == f"{TaskPool.__module__}:{TaskPool.__name__}"
    assert TaskPool.BlockingPool is MortalPool
