"""Importing carrier events: checked, run, stopped, taken twice; the clock follows."""

from datetime import UTC, date, datetime

import pytest

from marketplaces.enums import RunState
from marketplaces.services import running
from orders.enums import PackageStatus
from orders.models import Recipient, Shipment
from orders.services.event_work import EventResult
from orders.services.shipping import Package, record_shipment
from tests.marketplaces.event_files import (
    EVENTS,
    SHIPPED,
    delivered,
    order,
    ship,
    state,
    table,
    take,
    tracking,
)
from tests.marketplaces.uploads import (
    entries,
    imported,
    page,
    press,
    uploaded,
)
from tests.orders.evidence_pages import said
from tests.shops import Shop, at
from vault.clock import clock


def test_the_check_says_exactly_what_the_run_then_does(shop: Shop) -> None:
    ship(shop, orders=6, packages=2)
    rows = [delivered(n, "2026-11-21 20:00", p) for n in range(4) for p in (1, 2)]
    rows += [
        (tracking(4), "In transit", "2026-11-22 09:00"),
        (tracking(5), "Lost", "2026-11-22 10:00"),
        (tracking(5, 2), "Returned to sender", "2026-11-22 11:00"),
        ("1ZNOBODYS0", "Delivered", "2026-11-22 10:00"),
        delivered(4, "2026-11-20 09:00", 2),
        delivered(4, "2026-11-19 09:00", 2),
        (tracking(4), "vanished", "2026-11-22 10:00"),
    ]
    run = uploaded(shop, table(*rows), **EVENTS)
    before = state(shop)
    html = said(page(shop, run))
    assert "4 orders delivered" in html
    assert "1 order is lost" in html
    assert "4 rows are left out" in html
    assert state(shop) == before
    press(shop, run, "start")
    done = imported(shop, run)
    names = [n for n in EventResult.__dataclass_fields__ if n != "refused"]
    assert {n: done.did[n] for n in names} == {n: run.plan[n] for n in names}
    assert (done.state, done.rejected, run.rejected) == (RunState.FINISHED, 4, 4)
    assert [e["code"] for e in run.errors] == [
        "number_unknown",
        "before_shipping",
        "before_purchase",
        "event_unknown",
    ]
    assert entries(shop, "file:imported:carrier-events") == [
        {
            "rows": 15,
            "updated": 11,
            "rejected": 4,
            "delivered": 4,
            "lost": 1,
            "removed": 0,
            "earlier": 0,
            "later": 0,
        }
    ]


def test_batches_change_no_count(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """An order's packages lie in different batches, in the check and in the run."""
    monkeypatch.setattr(running, "BATCH", 3)
    monkeypatch.setattr("orders.services.carrier_events.BATCH", 3)
    ship(shop, orders=4, packages=2)
    rows = [delivered(n, "2026-11-21 20:00", p) for p in (1, 2) for n in range(4)]
    run = uploaded(shop, table(*rows), **EVENTS)
    press(shop, run, "start")
    done = imported(shop, run)
    assert run.plan["delivered"] == done.did["delivered"] == 4
    assert {n: done.did[n] for n in done.did} == {n: run.plan[n] for n in done.did}


def test_a_delivery_is_exact_and_the_same_file_changes_nothing(shop: Shop) -> None:
    ship(shop)
    take(shop, delivered(0, "2026-11-22T09:00:00Z"))
    found = order(shop)
    assert found.delivered_at == datetime(2026, 11, 22, 9, tzinfo=UTC)
    assert (found.delivery, found.clock_basis) == (
        PackageStatus.DELIVERED,
        "delivered",
    )
    before = state(shop)
    with at("2026-11-23T09:00Z"):
        again = take(shop, delivered(0, "2026-11-22T09:00:00Z"))
    assert (again.updated, again.unchanged, state(shop)) == (0, 1, before)
    assert len(entries(shop, "order:delivered:recorded")) == 1


def test_in_whichever_order_files_come_the_earliest_counts(shop: Shop) -> None:
    ship(shop)
    with at("2026-11-26T09:00Z"):
        for day in ("25", "23", "24"):
            take(shop, delivered(0, f"2026-11-{day} 09:00"))
    found = order(shop)
    assert found.delivered_at == datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert found.purge_on <= date(2026, 12, 21)


def test_on_the_way_alone_moves_nothing(shop: Shop) -> None:
    ship(shop)
    before = order(shop)
    take(shop, (tracking(0), "In transit", "2026-11-22 15:00"))
    after = order(shop)
    assert (after.clock_at, after.purge_on) == (before.clock_at, before.purge_on)
    assert after.in_transit_seen_at == datetime(2026, 11, 22, 15, tzinfo=UTC)


def test_of_several_packages_the_last_one_is_the_orders(shop: Shop) -> None:
    ship(shop, packages=2)
    take(shop, delivered(0, "2026-11-21 20:00"))
    assert order(shop).delivered_at is None
    take(shop, delivered(0, "2026-11-22 11:00", 2))
    assert order(shop).delivered_at == datetime(2026, 11, 22, 11, tzinfo=UTC)


def test_a_parcel_that_was_lost_counts_from_its_event(shop: Shop) -> None:
    ship(shop)
    take(shop, (tracking(0), "Lost", "2026-11-22 11:00"))
    found = order(shop)
    assert (found.undeliverable_at, found.delivery, found.clock_basis) == (
        datetime(2026, 11, 22, 11, tzinfo=UTC),
        PackageStatus.UNDELIVERABLE,
        "undeliverable",
    )
    take(shop, delivered(0, "2026-11-22 12:00"))
    assert order(shop).delivery == PackageStatus.DELIVERED


def test_an_earlier_ship_time_of_the_carrier_counts(shop: Shop) -> None:
    ship(shop)
    take(shop, (tracking(0), "Picked up", "2026-11-20 20:00"))
    assert order(shop).shipped_at == datetime(2026, 11, 20, 20, tzinfo=UTC)
    take(shop, (tracking(0), "Picked up", "2026-11-22 10:00"))
    assert order(shop).shipped_at == datetime(2026, 11, 20, 20, tzinfo=UTC)


def test_a_day_that_has_begun_removes_at_once_and_is_told_before(shop: Shop) -> None:
    ship(shop, orders=2)
    with at("2026-12-14T09:00Z"), shop.scope():
        for n in range(2):
            late = Package("2", "UPS", tracking(n, 2), clock.now())
            record_shipment(order=order(shop, n), package=late, now=clock.now())
        Shipment.objects.filter(reference="2").update(shipped_at=SHIPPED)
    with at("2026-12-21T09:00Z"):
        assert {order(shop, n).purge_on for n in range(2)} == {date(2027, 1, 11)}
        rows = [delivered(0, "2026-11-22 09:00", p) for p in (1, 2)]
        rows += [delivered(1, "2026-12-10 09:00", p) for p in (1, 2)]
        run = uploaded(shop, table(*rows), **EVENTS)
        html = said(page(shop, run))
        assert "1 buyer leaves at once, 1 buyer leaves earlier" in html
        with shop.scope():
            assert Recipient.objects.count() == 2
        press(shop, run, "start")
        done = imported(shop, run)
        assert "1 buyer leaves at once, 1 buyer leaves earlier" in said(
            page(shop, done)
        )
    with shop.scope():
        assert Recipient.objects.get().order_id == order(shop, 1).id
    assert order(shop, 1).purge_on == date(2027, 1, 7)
    assert len(entries(shop, "pii:removed:early")) == 1


def test_after_the_day_only_the_package_changes(shop: Shop) -> None:
    ship(shop)
    with at("2026-12-30T09:00Z"):
        day = order(shop).purge_on
        take(shop, delivered(0, "2026-12-29 09:00"))
    found = order(shop)
    assert (found.delivery, found.purge_on) == (PackageStatus.DELIVERED, day)
