"""Incoming orders for tests: one order, with what a test wants to be different."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from orders.incoming import IncomingBuyer, IncomingLine, IncomingOrder
from orders.models import Order, Recipient
from orders.services.intake import IntakeResult, receive_orders
from tests.shops import Shop
from vault.clock import clock
from vault.context import SYSTEM
from vault.kinds import Purpose
from vault.opening import Opening, open_fields

BUYER = {
    "name": "Testa Exampleton",
    "buyer_email": "planted@marketplace.example",
    "address_line_1": "12 Sample Street",
    "city": "Exampleville",
    "postal_code": "00000",
    "phone": "+1 555 0100",
}
ORDER = IncomingOrder(
    channel="amazon",
    marketplace_order_id="114-0000001-0000001",
    purchased_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
    lines=(
        IncomingLine(
            item_id="1001",
            sku="HP-CB-L",
            title="Cedar cutting board, large",
            quantity=2,
            item_price=Decimal("84.00"),
            item_tax=Decimal("4.00"),
        ),
    ),
    buyer=IncomingBuyer(BUYER),
    currency="USD",
    ship_country="US",
    ship_state="OR",
    sales_channel="Amazon.com",
)


def incoming(**changes: Any) -> IncomingOrder:
    """Return the order with some of its facts changed; ``buyer`` may be a dict."""
    if isinstance(changes.get("buyer"), dict):
        changes["buyer"] = IncomingBuyer(changes["buyer"])
    return replace(ORDER, **changes)


def receive(shop: Shop, *orders: IncomingOrder) -> IntakeResult:
    """Take orders in for a shop at the clock's present instant."""
    return receive_orders(
        incoming=orders or [ORDER], seller_id=shop.id, actor=SYSTEM, now=clock.now()
    )


def the_order(shop: Shop, number: str = ORDER.marketplace_order_id) -> Order:
    """Return an order of the shop."""
    with shop.scope():
        return Order.objects.get(seller_id=shop.id, marketplace_order_id=number)


def the_buyer(shop: Shop, number: str = ORDER.marketplace_order_id) -> dict[str, str]:
    """Open every field of an order's buyer; empty where there is no recipient."""
    order = the_order(shop, number)
    with shop.scope():
        row = recipient_of(order.id)
        if row is None:
            return {}
        return open_fields(
            row=row,
            fields=list(Recipient.privacy.buyer),
            opening=Opening(Purpose.DELIVER, subject_id=order.id, now=clock.now()),
        )


def recipient_of(order_id: UUID) -> Recipient | None:
    """Return the recipient row of an order in scope."""
    return Recipient.objects.filter(order_id=order_id).first()
