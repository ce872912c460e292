"""Orders older than any marketplace lets a shop keep them, planted as rows."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.db.models import Sum

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import DailySales, Order, OrderLine, Shipment
from orders.models.order import BuyerState
from orders.queries.forgotten import PLACE, SUMS, sums_of
from tests.shops import Shop

#: The edge at the tests' instant: 18 months back.
EDGE = datetime(2025, 5, 22, tzinfo=UTC)
Sums = dict[tuple[Any, ...], tuple[Any, ...]]


def old_orders(shop: Shop, count: int, *, seed: int = 7) -> list[Order]:
    """Plant random orders of the ten days before the edge, with lines and packages."""
    random = Random(seed)  # noqa: S311 - test data
    orders = [_order(shop, random, f"{seed}-{n}") for n in range(count)]
    lines = [
        OrderLine(
            seller_id=shop.id, order=order, line_key=str(n), sku="MUG", quantity=1
        )
        for order in orders
        for n in range(order.line_count)
    ]
    with shop.scope():
        Order.objects.bulk_create(orders, batch_size=2_000)
        OrderLine.objects.bulk_create(lines, batch_size=5_000)
        Shipment.objects.bulk_create(
            [
                Shipment(
                    seller_id=shop.id, order=order, reference="1", status="DELIVERED"
                )
                for order in orders[::2]
            ]
        )
    return orders


def order_at(shop: Shop, bought: datetime, **changes: Any) -> Order:
    """Plant one order that was bought at an instant."""
    order = _order(shop, Random(1), bought.isoformat())  # noqa: S311 - test data
    order.purchased_at = bought
    for name, value in changes.items():
        setattr(order, name, value)
    with shop.scope():
        order.save()
    return order


def sums_of_orders(shop: Shop) -> Sums:
    """Add all orders up by place, as they stand."""
    with shop.scope():
        ids = list(Order.objects.values_list("id", flat=True))
        rows = sums_of(seller_id=shop.id, ids=ids)
    return {
        tuple(row[name] for name in PLACE): (
            row["number"],
            *(row[f"sum_{name}"] for name in SUMS),
        )
        for row in rows
    }


def sums_kept(shop: Shop) -> Sums:
    """Return the sums that stay."""
    with shop.scope():
        rows = list(DailySales.objects.values(*PLACE, "orders", *SUMS))
    return {
        tuple(row[name] for name in PLACE): (
            row["orders"],
            *(row[name] for name in SUMS),
        )
        for row in rows
    }


def together(parts: Iterable[Sums]) -> Sums:
    """Add sums of the same places together."""
    whole: Sums = {}
    for part in parts:
        for place, row in part.items():
            before = whole.get(place, (0,) * len(row))
            whole[place] = tuple(a + b for a, b in zip(before, row, strict=True))
    return whole


def tax_kept(shop: Shop) -> Decimal | None:
    """Return all tax of the sums that stay."""
    with shop.scope():
        total: Decimal | None = DailySales.objects.aggregate(t=Sum("tax_total"))["t"]
    return total


def _order(shop: Shop, random: Random, number: str) -> Order:
    def amount() -> Decimal:
        return Decimal(random.randrange(100_000)) / 1000

    return Order(
        seller_id=shop.id,
        channel="amazon",
        marketplace_order_id=f"111-{number}"[:40],
        purchased_at=EDGE - timedelta(seconds=random.randrange(1, 864_000)),
        status=random.choice(
            [FulfillmentStatus.SHIPPED.value, FulfillmentStatus.CANCELLED.value]
        ),
        fulfilled_by=random.choice(list(FulfilledBy)).value,
        currency=random.choice(["USD", "CAD"]),
        ship_country=random.choice(["US", "CA", ""]),
        ship_state=random.choice(["OR", "", "BC"]),
        items_total=amount(),
        shipping_total=amount(),
        tax_total=amount(),
        discount_total=amount(),
        line_count=random.randrange(4),
        unit_count=random.randrange(9),
        buyer_state=BuyerState.SEALED,
        clock_at=EDGE,
        purge_on=date(2025, 6, 20),
        limit_on=date(2025, 6, 22),
        received_at=EDGE,
        changed_at=EDGE,
    )
