"""No order of events brings a purged buyer back or moves a day past its bound."""

from datetime import UTC, date, datetime, timedelta

from django.db import transaction

from compliance.services.sweep import sweep
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order, Recipient
from orders.services.intake import IntakeResult, receive_orders
from orders.services.shipping import Package, record_delivery, record_shipment
from tests.orders.incoming import incoming, receive, the_buyer, the_order
from tests.shops import Shop, at
from tests.vault.planted import lose_day
from vault.clock import clock
from vault.context import SYSTEM
from vault.days import probe_opens
from vault.models import LedgerEntry, LostKey

DAY = date(2026, 12, 18)


def instant(day: int, month: int = 12, hour: int = 10) -> datetime:
    """Return an instant of 2026 in UTC."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def purge(shop: Shop) -> int:
    """Sweep the shop; return the orders purged."""
    now = clock.now()
    return sweep(seller_ids=[shop.id], now=now, clock_is_right=True).purged


def package(shipped_at: datetime, reference: str = "1") -> Package:
    """Return a package shipped at an instant."""
    return Package(reference, "UPS", "1Z000TEST", shipped_at)


def test_a_clock_that_goes_back_refills_nothing(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-18T00:05Z"):
        assert purge(shop) == 1
    with at("2026-12-15T12:00Z"):
        receive(shop, incoming(unshipped_seen_at=instant(15)))
        receive(shop)
        assert the_buyer(shop) == {}
        assert the_order(shop).purge_on == DAY


def test_an_import_that_began_before_midnight_refills_nothing(shop: Shop) -> None:
    receive(shop)
    late = incoming(unshipped_seen_at=instant(17, hour=23))
    with at("2026-12-18T00:00:20Z"):
        assert purge(shop) == 1
        receive_orders(
            incoming=[late],
            seller_id=shop.id,
            actor=SYSTEM,
            now=datetime(2026, 12, 17, 23, 59, 50, tzinfo=UTC),
        )
        assert the_buyer(shop) == {}
        assert the_order(shop).purge_on == DAY


def test_an_import_over_midnight_does_not_stop(shop: Shop) -> None:
    receive(shop)
    changed = incoming(buyer={"phone": "+1 555 0111"})
    with at("2026-12-18T00:00:20Z"):
        result = receive_orders(
            incoming=[changed],
            seller_id=shop.id,
            actor=SYSTEM,
            now=datetime(2026, 12, 17, 23, 59, 50, tzinfo=UTC),
        )
    assert result == IntakeResult(orders=1, lines=1, unchanged=1)


def test_an_order_that_amazon_ships_after_all_loses_its_buyer(shop: Shop) -> None:
    receive(shop)
    receive(shop, incoming(fulfilled_by=FulfilledBy.AMAZON, buyer={}))
    assert the_buyer(shop) == {}
    with shop.scope():
        assert LedgerEntry.objects.filter(kind="pii:removed:early").count() == 1
    receive(shop)
    assert the_buyer(shop) == {}


def test_a_cancelled_order_that_comes_back_gets_no_buyer(shop: Shop) -> None:
    receive(shop)
    receive(shop, incoming(cancelled_at=instant(22, month=11)))
    with at("2026-11-23T00:01Z"):
        assert purge(shop) == 1
        seen = datetime(2026, 11, 23, tzinfo=UTC)
        receive(shop, incoming(unshipped_seen_at=seen))
        assert the_buyer(shop) == {}


def test_a_corrected_ship_time_shortens(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-13T10:00Z"), shop.scope():
        order = Order.objects.get()
        record_shipment(order=order, package=package(instant(4)), now=clock.now())
        right = package(instant(24, month=11))
        record_shipment(order=order, package=right, now=clock.now())
        assert Order.objects.get().purge_on <= date(2026, 12, 22)


def test_of_two_deliveries_the_earlier_counts(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-16T10:00Z"), shop.scope():
        for delivered in (instant(25, month=11), instant(15)):
            order = Order.objects.get()
            record_delivery(order=order, delivered_at=delivered, now=clock.now())
        assert Order.objects.get().delivered_at == instant(25, month=11)
        assert Order.objects.get().purge_on <= date(2026, 12, 23)


def test_a_stale_order_undoes_no_delivery(shop: Shop) -> None:
    receive(shop)
    stale = the_order(shop)
    with at("2026-12-12T10:00Z"), shop.scope():
        delivered = instant(25, month=11)
        record_delivery(
            order=Order.objects.get(), delivered_at=delivered, now=clock.now()
        )
        record_shipment(order=stale, package=package(instant(11)), now=clock.now())
        order = Order.objects.get()
        assert order.delivered_at == delivered
        assert order.purge_on <= date(2026, 12, 23)


def test_a_loss_survives_a_transaction_that_was_rolled_back(shop: Shop) -> None:
    receive(shop)
    lose_day(DAY)
    other = incoming(marketplace_order_id="114-0000009-0000001")
    with transaction.atomic():
        receive(shop, other)
        transaction.set_rollback(True)
    assert (LostKey.objects.count(), probe_opens(day=DAY)) == (0, False)
    purge(shop)
    assert (LostKey.objects.count(), probe_opens(day=DAY)) == (1, True)


def test_row_and_order_agree_after_every_event(shop: Shop) -> None:
    receive(shop)
    for day in range(1, 28):
        with at(f"2026-12-{day:02}T10:00Z"):
            seen = clock.now() - timedelta(hours=1)
            receive(
                shop,
                incoming(status=FulfillmentStatus.UNSHIPPED, unshipped_seen_at=seen),
            )
            with shop.scope():
                row, order = Recipient.objects.get(), Order.objects.get()
            assert (row.purge_on, row.limit_on) == (order.purge_on, order.limit_on)
            assert order.purge_on > clock.today()
