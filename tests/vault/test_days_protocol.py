"""Two sessions and one day: who seals holds it, who destroys it waits or ends him."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import datetime, timedelta
from threading import Event
from time import monotonic, sleep

import pytest
from django.db import DatabaseError, connection

from orders.models import Recipient
from tests import bed
from tests.shops import Shop
from tests.vault.planted import (
    DAY,
    FIRST_SECOND,
    LATER,
    NAME,
    buyer_in,
    in_session,
    opened,
    order_in,
    unsaved_buyer,
)
from vault import fields, sealed_rows
from vault.clock import clock
from vault.days import DayBusy, destroy_day
from vault.keys import data_keys
from vault.models import DayState, PurgeDay
from vault.refusals import KeyDestroyed

DAY_BEGINS = datetime.fromisoformat(FIRST_SECOND)
#: How long a test waits for another thread before it fails, in seconds.
PATIENCE = 30


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Give threads, each with a database session of its own."""
    with ThreadPoolExecutor(max_workers=3) as threads:
        yield threads


class Sealer:
    """A session that has sealed a buyer for a day and has not yet committed."""

    def __init__(self, pool: ThreadPoolExecutor, shop: Shop) -> None:
        """Start the session; return when its row is written."""
        self._shop, self._held, self._go = shop, Event(), Event()
        self.done = in_session(pool, self._run)
        if not self._held.wait(PATIENCE):
            self.done.result()

    def commit(self) -> None:
        """Let the session commit, and wait until it has."""
        self._go.set()
        self.done.result()

    def _run(self) -> None:
        with self._shop.scope():
            buyer_in(self._shop)
            self._held.set()
            self._go.wait(PATIENCE)


def wait_for_a_lock() -> None:
    """Return as soon as some session of the portal waits for a lock."""
    deadline = monotonic() + PATIENCE
    with bed.admin_connection() as admin:
        while monotonic() < deadline:
            found = admin.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'sp_app' "
                "AND datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchone()
            if found != (0,):
                return
            sleep(0.01)
    pytest.fail("no session waits for a lock")


def rows_of_the_day(shop: Shop) -> int:
    """Return how many buyers the day holds."""
    with shop.scope():
        return Recipient.objects.filter(purge_on=DAY).count()


def destroying(wait_seconds: int = PATIENCE) -> Callable[[], object]:
    """Return the destruction of the day, to be run in a session of its own."""
    return lambda: destroy_day(day=DAY, now=DAY_BEGINS, wait_seconds=wait_seconds)


def test_the_destroyer_waits_for_the_sealer_and_sees_its_row(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    sealer = Sealer(pool, shop)
    destroyer = in_session(pool, destroying())
    wait_for_a_lock()
    assert not destroyer.done()
    assert PurgeDay.objects.get(day=DAY).state == DayState.OPEN
    assert rows_of_the_day(shop) == 0
    data_keys().keystore.day_secret(DAY)
    sealer.commit()
    destroyer.result()
    assert PurgeDay.objects.get(day=DAY).state == DayState.DESTROYED
    assert rows_of_the_day(shop) == 1


def test_without_holding_the_day_a_row_lands_under_a_destroyed_key(
    transactional_db: None,
    shop: Shop,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The control: the same two sessions, with the holding taken away."""
    monkeypatch.setattr(sealed_rows, "days_held", lambda _days: nullcontext())
    monkeypatch.setattr(fields, "hold_day", lambda _day: None)
    sealer = Sealer(pool, shop)
    in_session(pool, destroying()).result()
    assert PurgeDay.objects.get(day=DAY).state == DayState.DESTROYED
    assert rows_of_the_day(shop) == 0
    sealer.commit()
    assert rows_of_the_day(shop) == 1
    with shop.scope(), pytest.raises(KeyDestroyed):
        opened(Recipient.objects.get())


def test_a_sealer_who_comes_while_the_day_closes_waits_and_is_refused(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    closing, go = Event(), Event()

    def pause(_point: object) -> None:
        closing.set()
        go.wait(PATIENCE)

    def seal() -> None:
        with shop.scope():
            buyer_in(shop)

    destroyer = in_session(
        pool, lambda: destroy_day(day=DAY, now=DAY_BEGINS, fault=pause)
    )
    assert closing.wait(PATIENCE)
    assert PurgeDay.objects.get(day=DAY).state == DayState.CLOSING
    sealer = in_session(pool, seal)
    assert type(sealer.exception()) is KeyDestroyed
    go.set()
    destroyer.result()
    assert rows_of_the_day(shop) == 0


def test_two_sealers_do_not_wait_for_each_other(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    first, second = Sealer(pool, shop), Sealer(pool, shop)
    second.commit()
    first.commit()
    assert rows_of_the_day(shop) == 2


def test_another_day_does_not_wait(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    sealer = Sealer(pool, shop)
    with shop.scope():
        row = buyer_in(shop, day=LATER)
        assert opened(row) == {"name": NAME}
    sealer.commit()


def test_who_stands_in_the_way_for_too_long_is_ended(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    reading, go = Event(), Event()

    def bystander() -> int:
        with shop.scope():
            PurgeDay.objects.count()
            reading.set()
            go.wait(PATIENCE)
            return Recipient.objects.count()

    sealer = Sealer(pool, shop)
    other = in_session(pool, bystander)
    assert reading.wait(PATIENCE)
    with pytest.raises(DayBusy, match=r"\b1\b"):
        in_session(pool, destroying(wait_seconds=1)).result()
    assert PurgeDay.objects.get(day=DAY).state == DayState.OPEN
    with pytest.raises(DatabaseError):
        sealer.commit()
    go.set()
    assert other.result() == 0
    destroy_day(day=DAY, now=DAY_BEGINS)
    assert PurgeDay.objects.get(day=DAY).state == DayState.DESTROYED
    assert rows_of_the_day(shop) == 0


def test_two_destroyers_destroy_once(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    sealer = Sealer(pool, shop)
    both = [in_session(pool, destroying()) for _ in range(2)]
    wait_for_a_lock()
    sealer.commit()
    for destroyer in both:
        destroyer.result()
    assert PurgeDay.objects.get(day=DAY).state == DayState.DESTROYED
    assert data_keys().keystore.destroyed_through == DAY


def test_a_row_that_is_rolled_back_leaves_nothing_held(
    transactional_db: None, shop: Shop
) -> None:
    def seal_and_fail() -> None:
        with shop.scope():
            buyer_in(shop)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        seal_and_fail()
    destroy_day(day=DAY, now=DAY_BEGINS, wait_seconds=1)
    assert rows_of_the_day(shop) == 0


def test_two_sealers_of_a_day_that_is_not_there_yet(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    """Both make the day; one row of it comes out, with a probe that opens."""
    far = DAY + timedelta(days=40)
    clock.move("2026-12-01T00:00:00+00:00")

    def seal() -> None:
        with shop.scope():
            row = unsaved_buyer(shop, day=far)
            row.save()

    for session in [in_session(pool, seal) for _ in range(3)]:
        session.result()
    assert PurgeDay.objects.filter(day=far).count() == 1
    with shop.scope():
        rows = list(Recipient.objects.filter(purge_on=far))
        assert [opened(row) for row in rows] == [{"name": NAME}] * 3
        order_in(shop)
    assert not connection.in_atomic_block
