"""Orders planted through the real intake, so that their days follow from the clock."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count

from orders.enums import FulfillmentStatus
from orders.incoming import IncomingBuyer, IncomingLine, IncomingOrder
from orders.services.intake import receive_orders
from tests.shops import Shop
from vault.clock import clock
from vault.context import SYSTEM
from vault.keys import data_keys

_numbers = count(1)
FULL_BUYER: Mapping[str, str] = {
    "buyer_name": "Testa Exampleton",
    "buyer_email": "testa@marketplace.example",
    "name": "Testa Exampleton",
    "address_line_1": "1 Sample Street",
    "city": "Exampleville",
    "postal_code": "00000",
    "phone": "+1 555 0100",
}


def plant(
    shop: Shop,
    *,
    days_old: int,
    orders: int = 1,
    status: FulfillmentStatus = FulfillmentStatus.SHIPPED,
    buyer: Mapping[str, str] = FULL_BUYER,
    unshipped_days_ago: int | None = None,
    cancelled: bool = False,
) -> None:
    """Plant orders bought so many days ago; the clock's own instant is when."""
    now = clock.now()
    seen = None
    if unshipped_days_ago is not None:
        seen = now - timedelta(days=unshipped_days_ago)
    told = [
        IncomingOrder(
            channel="amazon",
            marketplace_order_id=f"111-{next(_numbers):07d}-0000000",
            purchased_at=now - timedelta(days=days_old),
            lines=(IncomingLine(item_id="", sku="MUG", title="Mug", quantity=1),),
            buyer=IncomingBuyer(values=dict(buyer)),
            status=status,
            unshipped_seen_at=seen,
        )
        for _ in range(orders)
    ]
    receive_orders(incoming=told, seller_id=shop.id, actor=SYSTEM, now=now)
    if cancelled:
        again = [_cancelled(order, now) for order in told]
        receive_orders(incoming=again, seller_id=shop.id, actor=SYSTEM, now=now)


def instant(text: str) -> datetime:
    """Read an instant in UTC, such as ``2026-11-22 17:14``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def forget_day(day: date) -> None:
    """Take a day's secret out of the keystore without a record: it is lost."""
    keystore = data_keys().keystore
    with keystore._writing() as secrets:
        left = {d: secret for d, secret in secrets.days.items() if d != day}
        keystore._write_keys(dataclasses.replace(secrets, days=left))


def forget_seller(shop: Shop) -> None:
    """Take a shop's secret out of the keystore without a record: it is lost."""
    keystore = data_keys().keystore
    with keystore._writing() as secrets:
        left = {s: secret for s, secret in secrets.sellers.items() if s != shop.id}
        keystore._write_keys(dataclasses.replace(secrets, sellers=left))


def _cancelled(order: IncomingOrder, now: datetime) -> IncomingOrder:
    return IncomingOrder(
        channel=order.channel,
        marketplace_order_id=order.marketplace_order_id,
        purchased_at=order.purchased_at,
        lines=order.lines,
        buyer=IncomingBuyer(values={}),
        status=FulfillmentStatus.CANCELLED,
        cancelled_at=now,
    )
