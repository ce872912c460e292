"""Somebody holds a buyer, or brings one, at the very last minute of its day."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import OperationalError

from compliance.services.sweep import destroy_due_days
from orders.models import Order, Recipient
from orders.services import retention
from orders.services.intake import receive_orders
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.conftest import FIRST, LAST
from tests.faults.world import World, midnight, order_due
from tests.vault.planted import in_session
from vault import days
from vault.clock import clock
from vault.context import SYSTEM, seller_scope

#: Seconds for which a destroyer waits for whoever holds a day, in these tests.
PATIENT = 1


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Return threads, each with a database session of its own."""
    with ThreadPoolExecutor(max_workers=2) as threads:
        yield threads


def last_minute() -> None:
    """Let the clock stand a minute before the first day begins."""
    clock.move(midnight(FIRST, minutes=-1))


def while_another_sweeps(
    world: World, pool: ThreadPoolExecutor, act: Callable[[], object]
) -> BaseException | None:
    """Act in a transaction that ends after midnight, a destroyer beside it.

    Returns what the act ended with. The destroyer runs once while the transaction is
    open; what it does not get then, the sweep after it gets.
    """
    acted, go = threading.Event(), threading.Event()

    def hold() -> None:
        with seller_scope(seller_id=world.sellers[0], actor=SYSTEM):
            act()
            acted.set()
            go.wait(30)

    last_minute()
    session = in_session(pool, hold)
    assert acted.wait(30)
    clock.move(midnight(FIRST, minutes=1))
    threading.Event().wait(PATIENT + 0.2)  # until the holder is old enough to be ended
    destroy_due_days(now=clock.now(), wait_seconds=PATIENT)
    go.set()
    return session.exception(timeout=30)


def bring_orders(world: World) -> Callable[[], object]:
    """Return an import of three orders that are due on the first day."""
    told = [order_due(number=900 + n, day=FIRST) for n in range(3)]
    return lambda: receive_orders(
        incoming=told, seller_id=world.sellers[0], actor=SYSTEM, now=clock.now()
    )


def test_an_import_that_has_not_committed(
    world: World, pool: ThreadPoolExecutor
) -> None:
    """The destroyer ends it: nothing lands under a key that is gone."""
    ended = while_another_sweeps(world, pool, bring_orders(world))
    assert isinstance(ended, OperationalError)
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_control_an_import_that_holds_no_day(
    world: World, pool: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the day's row FOR SHARE it commits under a destroyed day."""

    def nobody_held(wanted: list[object]) -> dict[object, str]:
        return dict.fromkeys(wanted, "open")

    monkeypatch.setattr(days, "_lock_for_share", nobody_held)
    assert while_another_sweeps(world, pool, bring_orders(world)) is None
    assert Wrong.OVERDUE in kinds(violations(world, now=clock.now()))


def move_forward(world: World) -> Callable[[], object]:
    """Return a re-sealing of the first day's buyers for a later day."""
    told = [
        order_due(number=n, day=FIRST)
        for n, buyer in enumerate(world.buyers[world.sellers[0]].values())
        if buyer.day == FIRST
    ]

    def move() -> None:
        seen = clock.now() - timedelta(days=1)
        orders = Order.objects.filter(
            marketplace_order_id__in=[o.marketplace_order_id for o in told]
        )
        moves = []
        for order in orders:
            row = Recipient.objects.get(order_id=order.id)
            order.unshipped_seen_at = seen
            row.limit_on = LAST + timedelta(days=2)
            order.purge_on, order.limit_on = LAST, row.limit_on
            order.save()
            moves.append((row, LAST))
        retention.apply_moves(moves=moves, today=clock.today(), now=clock.now())

    return move


def test_a_move_that_has_not_committed(world: World, pool: ThreadPoolExecutor) -> None:
    """It held both days: it is ended whole, and its buyers die on their day."""
    ended = while_another_sweeps(world, pool, move_forward(world))
    assert isinstance(ended, OperationalError)
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_a_buyer_that_another_transaction_has_locked(
    world: World, pool: ThreadPoolExecutor
) -> None:
    """Its key dies on its day all the same; its row goes when it is let go."""
    clock.move(midnight(FIRST))
    locked, go = threading.Event(), threading.Event()

    def hold() -> None:
        with seller_scope(seller_id=world.sellers[0], actor=SYSTEM):
            row = Recipient.objects.select_for_update().filter(purge_on=FIRST)[0]
            assert row.purge_on == FIRST
            locked.set()
            go.wait(30)

    session = in_session(pool, hold)
    assert locked.wait(30)
    result = world.sweep()
    found = violations(world, now=clock.now())
    go.set()
    assert session.exception(timeout=30) is None
    assert result.overdue == 0
    assert {violation.where[:6] for violation in found} == {"row of", "rows o"}
    world.sweep()
    assert violations(world, now=clock.now()) == []
