"""How what a source says of an order is laid over what is known already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.incoming import IncomingLine, IncomingOrder
from orders.models import Order, OrderLine

#: A status only moves forward: an older report imported later turns nothing back.
_RANK = {
    FulfillmentStatus.PENDING_AVAILABILITY: 0,
    FulfillmentStatus.PENDING: 1,
    FulfillmentStatus.UNSHIPPED: 2,
    FulfillmentStatus.PARTIALLY_SHIPPED: 3,
    FulfillmentStatus.SHIPPED: 4,
    FulfillmentStatus.CANCELLED: 5,
    FulfillmentStatus.UNFULFILLABLE: 5,
}
_TEXTS = ("sales_channel", "service_level", "currency", "ship_country", "ship_state")
_LATEST = ("unshipped_seen_at",)
_LINE_VALUES = (
    "asin",
    "title",
    "quantity",
    "quantity_shipped",
    "item_price",
    "item_tax",
    "shipping_price",
    "shipping_tax",
    "promotion_discount",
)


@dataclass(frozen=True, slots=True)
class MergedLines:
    """Lines that are new, lines that changed, and all lines of the order."""

    new: list[OrderLine]
    changed: list[OrderLine]
    all: list[OrderLine]


def new_order(*, incoming: IncomingOrder, seller_id: UUID, now: datetime) -> Order:
    """Make an order that is not known yet; totals and clock are set later."""
    return Order(
        seller_id=seller_id,
        channel=incoming.channel,
        marketplace_order_id=incoming.marketplace_order_id,
        purchased_at=incoming.purchased_at,
        status=incoming.status or FulfillmentStatus.UNSHIPPED,
        fulfilled_by=incoming.fulfilled_by,
        sales_channel=incoming.sales_channel,
        service_level=incoming.service_level,
        currency=incoming.currency,
        ship_country=incoming.ship_country,
        ship_state=incoming.ship_state,
        ship_by=incoming.ship_by,
        unshipped_seen_at=incoming.unshipped_seen_at,
        cancelled_at=incoming.cancelled_at,
        received_at=now,
        changed_at=now,
    )


def merge_order(*, order: Order, incoming: IncomingOrder) -> bool:
    """Lay a source over a known order; empty never overwrites. Tell if it changed."""
    before = _state(order)
    for name in _TEXTS:
        if value := getattr(incoming, name):
            setattr(order, name, value)
    if incoming.ship_by is not None:
        order.ship_by = incoming.ship_by
    if incoming.fulfilled_by == FulfilledBy.AMAZON:
        order.fulfilled_by = FulfilledBy.AMAZON
    for name in _LATEST:
        told, known = getattr(incoming, name), getattr(order, name)
        if told is not None and (known is None or told > known):
            setattr(order, name, told)
    if incoming.cancelled_at is not None:
        # Told twice, the earlier one counts: it is the safe one.
        known = order.cancelled_at or incoming.cancelled_at
        order.cancelled_at = min(known, incoming.cancelled_at)
    status = incoming.status
    if status and _RANK[status] > _RANK[FulfillmentStatus(order.status)]:
        order.status = status
    return _state(order) != before


def merge_lines(
    *, order: Order, known: Iterable[OrderLine], incoming: IncomingOrder
) -> MergedLines:
    """Lay incoming lines over known ones, found by item id, else by SKU."""
    by_key = {line.line_key: line for line in known}
    by_sku: dict[str, list[OrderLine]] = {}
    for line in by_key.values():
        by_sku.setdefault(line.sku, []).append(line)
    new: list[OrderLine] = []
    changed: list[OrderLine] = []
    taken: set[str] = set()
    for told in incoming.lines:
        found = _find(told=told, by_key=by_key, by_sku=by_sku, taken=taken)
        line = found or _new_line(order=order, told=told, taken=taken | set(by_key))
        if found is None:
            new.append(line)
            by_key[line.line_key] = line
        elif _overlay(line=line, told=told):
            changed.append(line)
        taken.add(line.line_key)
    return MergedLines(new=new, changed=changed, all=list(by_key.values()))


def add_up(*, order: Order, lines: list[OrderLine]) -> None:
    """Set the order's totals and the line that the list shows."""
    order.line_count = len(lines)
    order.unit_count = sum(line.quantity for line in lines)
    order.items_total = _sum(line.item_price for line in lines)
    order.shipping_total = _sum(line.shipping_price for line in lines)
    order.tax_total = _sum(line.item_tax for line in lines) + _sum(
        line.shipping_tax for line in lines
    )
    order.discount_total = _sum(line.promotion_discount for line in lines)
    if lines:
        order.first_sku, order.first_title = lines[0].sku, lines[0].title


def _state(order: Order) -> tuple[object, ...]:
    return (
        *(getattr(order, name) for name in (*_TEXTS, *_LATEST)),
        order.ship_by,
        order.fulfilled_by,
        order.status,
        order.cancelled_at,
    )


def _find(
    *,
    told: IncomingLine,
    by_key: dict[str, OrderLine],
    by_sku: dict[str, list[OrderLine]],
    taken: set[str],
) -> OrderLine | None:
    if told.item_id and told.item_id in by_key:
        return by_key[told.item_id]
    for line in by_sku.get(told.sku, []):
        same_id = not told.item_id or not line.item_id or line.item_id == told.item_id
        if same_id and line.line_key not in taken:
            return line
    return None


def _new_line(*, order: Order, told: IncomingLine, taken: set[str]) -> OrderLine:
    key, number = told.item_id or f"sku {told.sku}", 1
    while key in taken:
        number += 1
        key = f"sku {told.sku} {number}"
    values = {name: getattr(told, name) for name in _LINE_VALUES}
    return OrderLine(
        seller_id=order.seller_id,
        order=order,
        line_key=key,
        item_id=told.item_id,
        sku=told.sku,
        **values,
    )


def _overlay(*, line: OrderLine, told: IncomingLine) -> bool:
    changed = False
    if told.item_id and not line.item_id:
        line.item_id = told.item_id
        changed = True
    for name in _LINE_VALUES:
        value = getattr(told, name)
        if value in (None, "") or value == getattr(line, name):
            continue
        setattr(line, name, value)
        changed = True
    return changed


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((a for a in amounts if a is not None), Decimal(0))
