"""Ship and delivery times: the clock moves, the stored day lazily."""

from datetime import UTC, date, datetime

import pytest

from compliance.clock import Basis
from orders.enums import FulfillmentStatus, PackageStatus
from orders.models import Order, Shipment
from orders.services.shipping import (
    InstantRefused,
    Package,
    record_delivery,
    record_shipment,
)
from tests.orders.incoming import BUYER, receive, the_buyer, the_order
from tests.shops import Shop, at
from vault.clock import clock

SHIPPED = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


def ship(shop: Shop, shipped_at: datetime = SHIPPED) -> Order:
    """Ship the order of the shop."""
    order = the_order(shop)
    with shop.scope():
        record_shipment(
            order=order,
            package=Package("1", "UPS", "1Z000TEST", shipped_at),
            now=clock.now(),
        )
    return the_order(shop)


def test_shipping_moves_the_clock_and_the_status(shop: Shop) -> None:
    receive(shop)
    order = ship(shop)
    assert (order.status, order.delivery) == (
        FulfillmentStatus.SHIPPED,
        PackageStatus.IN_TRANSIT,
    )
    assert (order.clock_basis, order.clock_at) == (Basis.SHIPPED, SHIPPED)
    assert order.limit_on == date(2026, 12, 22)


def test_the_stored_day_moves_only_when_it_is_near(shop: Shop) -> None:
    receive(shop)
    assert ship(shop).purge_on == date(2026, 12, 18)
    with at("2026-12-12T10:00Z"):
        order = ship(shop, datetime(2026, 12, 12, 9, tzinfo=UTC))
        assert order.purge_on == order.last_key_on == date(2027, 1, 9)
        assert the_buyer(shop) == BUYER


def test_an_exact_delivery_is_the_clock(shop: Shop) -> None:
    receive(shop)
    ship(shop)
    with at("2026-11-25T10:00Z"), shop.scope():
        delivered = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
        record_delivery(order=the_order(shop), delivered_at=delivered, now=clock.now())
        order = the_order(shop)
        assert (order.clock_basis, order.delivery) == (
            Basis.DELIVERED,
            PackageStatus.DELIVERED,
        )
        assert Shipment.objects.get().delivered_at == delivered


def test_a_shipment_after_the_day_moves_no_day(shop: Shop) -> None:
    receive(shop)
    with at("2026-12-19T10:00Z"):
        order = ship(shop, datetime(2026, 12, 19, 9, tzinfo=UTC))
        assert order.purge_on == date(2026, 12, 18)


@pytest.mark.parametrize(
    "instant",
    [
        datetime(2026, 11, 22, 17, 15, tzinfo=UTC),
        datetime(2026, 11, 20, 7, 59, tzinfo=UTC),
    ],
    ids=["future", "before the purchase"],
)
def test_an_impossible_time_is_refused(shop: Shop, instant: datetime) -> None:
    receive(shop)
    with pytest.raises(InstantRefused):
        ship(shop, instant)
    assert the_order(shop).status == FulfillmentStatus.UNSHIPPED
