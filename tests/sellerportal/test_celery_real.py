"""Real Celery on the embedded queue: the worker sweeps, and survives its broker."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compliance.models import SweepRun
from sellerportal.celery import app
from sellerportal.schedule import BEAT_SCHEDULE
from tests import bed
from tests.shops import Shop

WAIT = 120


def running_worker(log: Path, instant: str) -> subprocess.Popen[bytes]:
    """Start a worker on this worker's database and the real queue, at an instant."""
    environment = {
        **os.environ,
        "CELERY_BROKER_URL": bed.current()["broker_url"],
        "PORTAL_CLOCK": instant,
    }
    command = [sys.executable, "-m", "celery", "-A", "sellerportal", "worker"]
    flags = ["--concurrency=1", "--without-gossip", "--without-mingle"]
    with log.open("ab") as file:
        return subprocess.Popen(
            [*command, *flags, f"--hostname={bed.current()['worker']}@portal"],
            env=environment,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker while the test lasts."""
    process = running_worker(tmp_path / "worker.log", "2026-12-18T00:10:00+00:00")
    yield process
    stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the worker: politely, then all of its group."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(done: object) -> bool:
    """Wait until a condition holds; the suite has no timed test, only this bound."""
    for _ in range(WAIT * 5):
        if callable(done) and done():
            return True
        time.sleep(0.2)
    return False


def test_the_worker_sweeps_at_its_start(
    transactional_db: None,
    shop: Shop,
    worker: subprocess.Popen[bytes],
    tmp_path: Path,
) -> None:
    swept = until(lambda: SweepRun.objects.filter(ended_at__isnull=False).exists())
    assert swept, (tmp_path / "worker.log").read_text()


def test_every_task_of_the_schedule_is_called_without_arguments() -> None:
    app.loader.import_default_modules()
    tasks = {name for name in app.tasks if not name.startswith("celery.")}
    asked_for = {
        "marketplaces.check_upload",
        "marketplaces.import_orders",
        "orders.record_evidence",
        "compliance.apply_policy",
    }
    assert {entry["task"] for entry in BEAT_SCHEDULE.values()} == tasks - asked_for
    assert asked_for < tasks
    assert all("kwargs" not in e and "args" not in e for e in BEAT_SCHEDULE.values())
