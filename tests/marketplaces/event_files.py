"""Files of carrier events for tests: orders that were shipped, rows, one import."""

from datetime import UTC, datetime
from typing import Any

from orders.models import Order, Shipment
from orders.services.shipping import Package, record_shipment
from tests.marketplaces.uploads import (
    imported,
    started,
)
from tests.orders.incoming import incoming, receive, the_order
from tests.shops import Shop
from vault.clock import clock

HEAD = "tracking number,event,time"
BOUGHT = datetime(2026, 11, 20, 8, tzinfo=UTC)
SHIPPED = datetime(2026, 11, 21, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)
EVENTS = {"what": "carrier-events"}


def number(n: int) -> str:
    """Return the number of an order."""
    return f"116-{n:07d}-0000001"


def tracking(n: int, package: int = 1) -> str:
    """Return the tracking number of an order's package."""
    return f"1Z{n:06d}P{package}"


def ship(shop: Shop, *, orders: int = 1, packages: int = 1) -> None:
    """Take in orders that were shipped on 21 November."""
    receive(
        shop,
        *(
            incoming(marketplace_order_id=number(n), purchased_at=BOUGHT)
            for n in range(orders)
        ),
    )
    with shop.scope():
        for order in Order.objects.filter(marketplace_order_id__startswith="116-"):
            n = int(order.marketplace_order_id[4:11])
            for p in range(1, packages + 1):
                package = Package(str(p), "UPS", tracking(n, p), SHIPPED)
                record_shipment(order=order, package=package, now=clock.now())


def table(*rows: tuple[str, str, str]) -> bytes:
    """Return a file of events."""
    return "\r\n".join([HEAD, *(",".join(row) for row in rows), ""]).encode()


def delivered(n: int, when: str, package: int = 1) -> tuple[str, str, str]:
    """Return a row that says delivered."""
    return tracking(n, package), "Delivered", when


def take(shop: Shop, *rows: tuple[str, str, str]) -> Any:
    """Upload a file of events, import it, and return its run."""
    return imported(shop, started(shop, table(*rows), **EVENTS))


def order(shop: Shop, n: int = 0) -> Order:
    """Return an order."""
    return the_order(shop, number(n))


def state(shop: Shop) -> list[tuple[object, ...]]:
    """Return all that events can change."""
    with shop.scope():
        orders = Order.objects.order_by("id").values_list(
            *("delivered_at", "undeliverable_at", "shipped_at", "in_transit_seen_at"),
            *("delivery", "purge_on", "limit_on", "changed_at"),
        )
        packages = Shipment.objects.order_by("id").values_list(
            *("status", "shipped_at", "delivered_at", "undeliverable_at"),
        )
        return [*orders, *packages]
