"""Two sessions at one order: the other begins before the first has committed."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.db.models import QuerySet

from orders.models import Order
from orders.services import intake, moving_on
from tests.shops import Shop
from tests.vault.planted import in_session

_Answer = TypeVar("_Answer")
#: Seconds that a session may take; no test asserts how long anything took.
PATIENCE = 30


def race(
    shop: Shop,
    pool: ThreadPoolExecutor,
    *,
    first: Callable[[], object],
    second: Callable[[], _Answer],
    between: Callable[[], object] = lambda: None,
) -> tuple[bool, Future[_Answer]]:
    """Let a second session begin while the first has written and not committed.

    The first commits when the second is done or waits for it. Tells whether the second
    was done in the middle, and what it ended with.
    """
    written, go = threading.Event(), threading.Event()

    def hold() -> None:
        with shop.scope():
            first()
            written.set()
            assert go.wait(PATIENCE)

    holder = in_session(pool, hold)
    try:
        while not written.wait(0.05):
            assert not holder.done(), holder.exception()
        between()
        other = in_session(pool, second)
        end = time.monotonic() + PATIENCE
        while not (other.done() or somebody_waits()):
            assert time.monotonic() < end
        in_the_middle = other.done()
    finally:
        go.set()
    holder.result(PATIENCE)
    other.exception(PATIENCE)
    return in_the_middle, other


def somebody_waits() -> bool:
    """Tell whether a session waits for what another one holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def lock_no_orders(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away the lock of an order, and the turns of those who lock many."""
    lock = QuerySet.select_for_update

    def read(rows: Any, **how: Any) -> Any:
        return rows.all() if rows.model is Order else lock(rows, **how)

    monkeypatch.setattr(QuerySet, "select_for_update", read)
    for module in (intake, moving_on):
        monkeypatch.setattr(module, "one_at_a_time", lambda **_: None)
