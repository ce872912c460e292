"""A real worker imports an upload; killed in the middle, it leaves exact counts."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from marketplaces.enums import RunState, Why
from marketplaces.services.checking import check_upload
from marketplaces.services.running import run_import
from orders.models import Order
from tests.marketplaces.uploads import press, report, the_run, uploaded
from tests.sellerportal.test_celery_real import running_worker, stop, until
from tests.shops import Shop
from vault.clock import clock

ORDERS = 6_000
Worker = Callable[[str], AbstractContextManager[Any]]


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Worker:
    """Return what runs a worker whose clock stands at an instant."""

    @contextmanager
    def run(instant: str) -> Iterator[Any]:
        process = running_worker(tmp_path / "worker.log", instant)
        try:
            yield process
        finally:
            stop(process)

    return run


def stored(shop: Shop) -> int:
    """Count the orders that are committed."""
    with shop.scope():
        return Order.objects.count()


def test_a_worker_killed_in_the_middle_leaves_what_it_counted(
    transactional_db: None, shop: Shop, worker: Worker, tmp_path: Path
) -> None:
    """The task was never sent: the clean-up at the worker's start sends it."""
    run = uploaded(shop, report(ORDERS))
    check_upload(seller_id=shop.id, run_id=run.id)
    press(shop, run, "start")
    with worker("2026-11-22T17:20:00+00:00") as process:
        begun = until(lambda: stored(shop) > 0)
        os.killpg(process.pid, signal.SIGKILL)
        assert begun, (tmp_path / "worker.log").read_text()
    half = the_run(shop, run.id)
    assert half.orders == half.created == stored(shop)
    assert (half.state, half.orders < ORDERS) == (RunState.RUNNING, True)
    with worker("2026-11-22T17:30:00+00:00"):
        ended = until(lambda: the_run(shop, run.id).state == RunState.ENDED_EARLY)
        assert ended, (tmp_path / "worker.log").read_text()
    assert the_run(shop, run.id).why == Why.NO_WORKER
    clock.move((clock.now() + timedelta(minutes=20)).isoformat())
    press(shop, run, "start")
    run_import(seller_id=shop.id, run_id=run.id)
    done = the_run(shop, run.id)
    assert (done.state, done.created, stored(shop)) == (
        RunState.FINISHED,
        ORDERS,
        ORDERS,
    )
