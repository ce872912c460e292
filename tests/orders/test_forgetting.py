"""The second clock: old orders are added up, then leave, each counted once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.models import ArchiveItem, HeldOrder, PolicyChange
from orders.models import Order, OrderLine, Shipment
from orders.queries.forgotten import outlook_of
from orders.services import forgetting
from orders.services.forgetting import PARTS, Step, forget_orders
from orders.tasks import forget_old_orders
from sellers.models import Person
from tests import bed
from tests.laws.catalogue import foreign_keys, seller_tables
from tests.laws.tenants import fill
from tests.orders.incoming import incoming, receive
from tests.orders.old_orders import (
    EDGE,
    old_orders,
    order_at,
    sums_kept,
    sums_of_orders,
    together,
)
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import LedgerEntry

DAY = timedelta(days=1)


def forget(shop: Shop, **given_: Any) -> int:
    """Forget what is due; return how many orders."""
    done = forget_orders(seller_id=shop.id, now=clock.now(), **given_)
    return sum(each.orders for each in done)


def entries(shop: Shop) -> list[dict[str, object]]:
    """Return the facts of the runs in the log."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind="order:forgotten:months")
        return [dict(row.facts) for row in rows.order_by("id")]


def left(shop: Shop) -> tuple[int, int, int]:
    """Count orders, lines and packages."""
    with shop.scope():
        return (
            Order.objects.count(),
            OrderLine.objects.count(),
            Shipment.objects.count(),
        )


def test_the_sums_are_those_of_the_orders(shop: Shop) -> None:
    old_orders(shop, 300)
    before = sums_of_orders(shop)
    assert len(before) > 100
    lines = left(shop)[1]
    assert forget(shop) == 300
    assert sums_kept(shop) == before
    assert left(shop) == (0, 0, 0)
    assert entries(shop) == [
        {
            "channel": "amazon",
            "months": 18,
            "before": "2025-05-22",
            "orders": 300,
            "lines": lines,
        }
    ]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**6), first=st.integers(0, 40), later=st.integers(0, 40))
def test_late_ones_add_up_and_nothing_is_counted_twice(
    shop: Shop, seed: int, first: int, later: int
) -> None:
    kept = sums_kept(shop)
    old_orders(shop, first, seed=seed * 2)
    told = [sums_of_orders(shop)]
    assert forget(shop) == first
    old_orders(shop, later, seed=seed * 2 + 1)
    told.append(sums_of_orders(shop))
    assert forget(shop) == later
    assert forget(shop) == 0
    assert sums_kept(shop) == together([kept, *told])
    with shop.scope():
        Order.objects.all().delete()


def test_only_what_is_older_than_the_edge_leaves(shop: Shop) -> None:
    order_at(shop, EDGE - timedelta(microseconds=1))
    young = order_at(shop, EDGE)
    test = order_at(shop, EDGE - 9 * DAY, test_buyer=True)
    generic = order_at(shop, EDGE - 8 * DAY, channel="generic")
    assert forget(shop) == 1
    with shop.scope():
        assert set(Order.objects.all()) == {young, test, generic}
    with at("2026-11-23T00:00Z"):
        assert forget(shop) == 1
    assert sum(row[0] for row in sums_kept(shop).values()) == 2


def test_a_shop_that_keeps_them_shorter_has_its_own_edge(shop: Shop) -> None:
    order_at(shop, clock.now() - timedelta(days=200))
    assert forget(shop) == 0
    with shop.scope():
        PolicyChange.objects.create(
            seller_id=shop.id,
            channel="amazon",
            version=1,
            days=30,
            margin_days=2,
            months=6,
            changed_at=clock.now() - DAY,
            changed_by=shop.people["owner"],
        )
    assert forget(shop) == 1
    assert entries(shop)[0]["months"] == 6


def test_an_order_whose_buyer_is_there_still_waits_for_the_sweep(shop: Shop) -> None:
    receive(shop)
    with shop.scope():
        Order.objects.update(purchased_at=EDGE - DAY)
    assert forget(shop) == 0


def test_the_same_order_never_comes_back(shop: Shop) -> None:
    """Neither one that was forgotten nor one that was never here."""
    old = incoming(purchased_at=EDGE - DAY)
    result = receive(shop, old)
    assert (result.created, result.unchanged, result.too_old) == (0, 1, 1)
    assert left(shop) == (0, 0, 0)
    assert receive(shop, incoming(purchased_at=EDGE)).created == 1
    with at("2026-11-23T00:00Z"):
        assert forget(shop) == 1
        assert receive(shop, incoming(purchased_at=EDGE)).too_old == 1
    assert sum(row[0] for row in sums_kept(shop).values()) == 1


def test_without_the_refusal_it_comes_back_and_counts_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pair of the test above."""
    monkeypatch.setattr("orders.services.judging._is_too_old", lambda **_: False)
    for _again in range(2):
        assert receive(shop, incoming(purchased_at=EDGE - DAY)).created == 1
        forget(shop)
    assert sum(row[0] for row in sums_kept(shop).values()) == 2


class Cut(Exception):
    """The process died here."""


@pytest.mark.parametrize("nth", [1, 2])
@pytest.mark.parametrize("step", list(Step))
def test_wherever_a_run_is_killed_each_order_counts_once(
    transactional_db: None,
    shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    step: Step,
    nth: int,
) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 7)
    old_orders(shop, 20)
    before, passed = sums_of_orders(shop), [0]

    def die(here: Step) -> None:
        passed[0] += here is step
        if here is step and passed[0] == nth:
            raise Cut

    with pytest.raises(Cut):
        forget(shop, fault=die)
    assert together([sums_kept(shop), sums_of_orders(shop)]) == before
    forget(shop)
    assert sums_kept(shop) == before
    assert sum(int(str(entry["orders"])) for entry in entries(shop)) == 20


def test_with_sums_in_a_transaction_of_their_own_a_kill_counts_twice(
    transactional_db: None, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pair: the sums are committed before the orders are deleted."""
    old_orders(shop, 5)
    before = sums_of_orders(shop)

    def commit_and_die(step: Step) -> None:
        if step is Step.SUMMED:
            connection.connection.commit()
            raise Cut

    with pytest.raises(Cut):
        forget(shop, fault=commit_and_die)
    forget(shop)
    assert sums_kept(shop) == together([before, before])


def test_items_and_holds_stay_and_point_by_id(shop: Shop, now: datetime) -> None:
    """An archive item outlives its order: it ends on its own day."""
    person = Person.objects.create(email="n@shop.example", name="Nia", made_at=now)
    fill(seller=shop.seller, person=person, now=now)
    order = order_at(shop, EDGE - DAY)
    with shop.scope():
        ArchiveItem.objects.update(subject_id=order.id)
        HeldOrder.objects.update(subject_id=order.id)
    assert forget(shop) == 1
    with shop.scope():
        assert ArchiveItem.objects.get(subject_id=order.id).cms
        assert HeldOrder.objects.filter(subject_id=order.id).count() == 1


def test_every_table_that_hangs_on_an_order_is_known() -> None:
    with bed.owner_connection() as owner:
        found = {
            table
            for table in seller_tables(owner)
            for _name, parent, _pairs in foreign_keys(owner, table)
            if parent == "orders_order"
        }
    assert found == {*PARTS, "orders_recipient"}


def test_one_shop_that_fails_holds_up_no_other(
    shop: Shop, other_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    for each in (shop, other_shop):
        old_orders(each, 3)

    def fails(*, seller_id: Any, now: datetime) -> Any:
        if seller_id == shop.id:
            raise OperationalError
        return forget_orders(seller_id=seller_id, now=now)

    monkeypatch.setattr("orders.tasks.forget_orders", fails)
    forget_old_orders()
    assert (left(shop)[0], left(other_shop)[0]) == (3, 0)


def test_tonight_is_told_beforehand(shop: Shop) -> None:
    order_at(shop, EDGE + timedelta(hours=3))
    order_at(shop, EDGE + DAY)
    with shop.scope():
        (outlook,) = outlook_of(seller_id=shop.id, now=clock.now())
    assert (outlook.rows, outlook.before.isoformat()) == (1, "2025-05-23")
    with at("2026-11-23T00:00Z"):
        assert forget(shop) == outlook.rows
