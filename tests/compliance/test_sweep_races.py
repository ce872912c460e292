"""The sweep against death, other sweeps, imports and stragglers, with real commits."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import OperationalError

from compliance.models import ExposureMeasure, MachineGap, PurgeRecord, SweepRun
from compliance.services.sweep import SweepResult, destroy_due_days, sweep
from orders.incoming import IncomingOrder
from orders.models import Order, Recipient
from orders.services.intake import receive_orders
from tests.orders.incoming import incoming, receive
from tests.shops import Shop
from tests.vault.planted import in_session
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.faults import SWEEP_POINTS, FaultPoint, no_fault
from vault.keys import data_keys
from vault.models import RootTurn


class Died(Exception):
    """A process that ends at a fault point."""


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Return threads, each with a database session of its own."""
    with ThreadPoolExecutor(max_workers=4) as threads:
        yield threads


def errors_of(futures: Sequence["Future[Any]"]) -> list[BaseException | None]:
    """Wait for sessions; return what each ended with."""
    return [future.exception() for future in futures]


def purge(*shops: Shop, fault: Callable[[FaultPoint], None] = no_fault) -> SweepResult:
    """Sweep shops at the clock's instant."""
    ids = [shop.id for shop in shops]
    return sweep(seller_ids=ids, now=clock.now(), clock_is_right=True, fault=fault)


def many(first: int, last: int) -> list[IncomingOrder]:
    """Return orders by number."""
    return [
        incoming(marketplace_order_id=f"114-{n:07d}-0000001")
        for n in range(first, last)
    ]


def take_in(shop: Shop, orders: list[IncomingOrder]) -> None:
    """Take orders in at the clock's instant."""
    receive_orders(incoming=orders, seller_id=shop.id, actor=SYSTEM, now=clock.now())


def records(shop: Shop) -> list[tuple[int, int, bool]]:
    """Return the shop's records as (orders, part, closed)."""
    with shop.scope():
        rows = PurgeRecord.objects.order_by("part")
        return [(r.orders, r.part, r.removed_at is not None) for r in rows]


def rows_left(shop: Shop) -> int:
    """Return how many recipients the shop has."""
    with shop.scope():
        return Recipient.objects.count()


@pytest.mark.parametrize("point", sorted(SWEEP_POINTS - {FaultPoint.ROOT_TURNED}))
def test_death_at_any_step_loses_and_doubles_nothing(
    transactional_db: None, shop: Shop, other_shop: Shop, point: FaultPoint
) -> None:
    take_in(shop, many(0, 12))
    take_in(other_shop, many(0, 7))
    # Nobody lived meanwhile, so the sweep has a gap to write down as well.
    SweepRun.objects.create(started_at=clock.now(), ended_at=clock.now())
    clock.move("2026-12-18T00:10Z")

    def die(reached: FaultPoint) -> None:
        if reached == point:
            raise Died

    with pytest.raises(Died):
        purge(shop, other_shop, fault=die)
    assert rows_left(shop) == 12 or [(n, part) for n, part, _ in records(shop)] == [
        (12, 1)
    ]
    result = purge(shop, other_shop)
    assert (result.overdue, records(shop), records(other_shop)) == (
        0,
        [(12, 1, True)],
        [(7, 1, True)],
    )
    assert rows_left(shop) == rows_left(other_shop) == 0
    assert MachineGap.objects.count() == 1
    turn = RootTurn.objects.get()
    assert (turn.epoch, turn.turned_at) == (data_keys().keystore.epoch, clock.now())
    for one in (shop, other_shop):
        with one.scope():
            assert ExposureMeasure.objects.get().measured_at == clock.now()


def test_three_sweeps_at_once_write_one_record(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    take_in(shop, many(0, 60))
    clock.move("2026-12-18T00:10Z")
    sweeps = [in_session(pool, lambda: purge(shop)) for _ in range(3)]
    assert errors_of(sweeps) == [None] * 3
    assert (records(shop), rows_left(shop)) == ([(60, 1, True)], 0)


def test_two_imports_of_the_same_file_at_once(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    imports = [in_session(pool, lambda: take_in(shop, many(0, 120))) for _ in range(2)]
    assert errors_of(imports) == [None] * 2
    with shop.scope():
        assert Order.objects.count() == 120
    assert rows_left(shop) == 120


def test_a_straggler_is_ended_and_an_innocent_is_not(
    transactional_db: None, shop: Shop, other_shop: Shop, pool: ThreadPoolExecutor
) -> None:
    """Who holds the due day open is ended; who holds another day goes on."""
    clock.move("2026-12-17T23:59Z")
    both = threading.Barrier(3)
    go = threading.Event()
    later = incoming(purchased_at=datetime(2026, 12, 10, 8, tzinfo=UTC))

    def hold(held: Shop, orders: list[IncomingOrder]) -> None:
        with seller_scope(seller_id=held.id, actor=SYSTEM):
            take_in(held, orders)
            both.wait(20)
            go.wait(30)

    straggler = in_session(pool, lambda: hold(shop, many(0, 3)))
    innocent = in_session(pool, lambda: hold(other_shop, [later]))
    both.wait(20)
    time.sleep(1.2)
    clock.move("2026-12-18T00:01Z")
    _, waiting = destroy_due_days(now=clock.now(), wait_seconds=1)
    go.set()
    assert "2026-12-18 was held open" in waiting
    assert innocent.exception() is None
    assert isinstance(straggler.exception(), OperationalError)
    assert purge(shop, other_shop).waiting == ""
    assert (rows_left(shop), rows_left(other_shop)) == (0, 1)


def test_imports_around_midnight_leave_nothing_behind(
    transactional_db: None, shop: Shop, pool: ThreadPoolExecutor
) -> None:
    take_in(shop, many(0, 50))
    clock.move("2026-12-17T23:59:58Z")
    stop = threading.Event()

    def hammer() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            told = [
                incoming(
                    marketplace_order_id=f"114-{n:07d}-0000001",
                    buyer={"phone": f"+1 555 {number:04d}"},
                )
                for n in range(20)
            ]
            take_in(shop, told)

    session = in_session(pool, hammer)
    time.sleep(0.5)
    clock.move("2026-12-18T00:00:01Z")
    purge(shop)
    stop.set()
    assert session.exception() is None
    purge(shop)
    assert (records(shop), rows_left(shop)) == ([(50, 1, True)], 0)


def test_an_open_record_covers_no_later_row(transactional_db: None, shop: Shop) -> None:
    """A record closed after a death is no cover for a row that turns up later."""
    receive(shop)
    clock.move("2026-12-18T00:05Z")

    def die(reached: FaultPoint) -> None:
        if reached == FaultPoint.ROWS_DELETED:
            raise Died

    with pytest.raises(Died):
        purge(shop, fault=die)
    assert records(shop) == [(1, 1, False)]
    purge(shop)
    assert records(shop) == [(1, 1, True)]
