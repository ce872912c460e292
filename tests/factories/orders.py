"""Invented orders, taken in through the same service as real ones."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from django.db import connection

from orders.enums import FulfillmentStatus
from orders.incoming import IncomingBuyer, IncomingLine, IncomingOrder
from orders.models import Order
from orders.services.intake import receive_orders
from vault.clock import clock
from vault.context import SYSTEM, seller_scope

#: Planted values: invented, and found nowhere unless they leak.
BUYER: Mapping[str, str] = {
    "name": "Testa Exampleton-Qzvx",
    "address_line_1": "17 Plantagenet-Sample Street",
    "address_line_2": "Unit 9041",
    "city": "Exampleville-on-Planta",
    "postal_code": "ZX9 4PQ",
    "phone": "+1 555 0142 7731",
    "buyer_name": "Proba Placeholder-Wjqk",
    "buyer_email": "planted.7731@marketplace.example",
    "gift_message": "Planted greeting, plum 4471",
}
NOW = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)
_numbers = count(1)


def line(**changes: Any) -> IncomingLine:
    """Invent one item."""
    made = IncomingLine(
        item_id=f"{next(_numbers):014d}",
        sku="HP-CB-L",
        title="Cedar cutting board, large",
        quantity=2,
        item_price=Decimal("84.00"),
        shipping_price=Decimal("4.90"),
    )
    return replace(made, **changes)


def incoming(*, buyer: Mapping[str, str] = BUYER, **changes: Any) -> IncomingOrder:
    """Invent an order of today that waits to be shipped; every part can be changed."""
    number = next(_numbers)
    purchased_at = changes.pop("purchased_at", NOW - timedelta(hours=1))
    made = IncomingOrder(
        channel="amazon",
        marketplace_order_id=f"114-{number:07d}-{number * 7919 % 10**7:07d}",
        purchased_at=purchased_at,
        lines=(line(),),
        buyer=IncomingBuyer(values=dict(buyer)),
        status=FulfillmentStatus.UNSHIPPED,
        sales_channel="Amazon.com",
        currency="USD",
        ship_country="US",
        ship_state="OR",
    )
    return replace(made, **changes)


def take_in(seller_id: UUID, *orders: IncomingOrder) -> list[Order]:
    """Receive orders for a shop at the portal's time; return them in that order."""
    receive_orders(incoming=orders, seller_id=seller_id, actor=SYSTEM, now=clock.now())
    with seller_scope(seller_id=seller_id, actor=SYSTEM):
        found = {o.marketplace_order_id: o for o in Order.objects.all()}
    return [found[order.marketplace_order_id] for order in orders]


def alter(seller_id: UUID, column: str) -> None:
    """Turn the last byte of a sealed column, in all rows of a shop."""
    last = f"octet_length({column}) - 1"
    turned = f"set_byte({column}, {last}, 255 - get_byte({column}, {last}))"
    with (
        seller_scope(seller_id=seller_id, actor=SYSTEM),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE orders_recipient SET {column} = {turned}")


def one_order(seller_id: UUID, **changes: Any) -> Order:
    """Receive one invented order and return it."""
    return take_in(seller_id, incoming(**changes))[0]
