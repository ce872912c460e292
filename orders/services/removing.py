"""Deleting buyers before the day of their key; the record names when that dies."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from orders.enums import FulfilledBy, RemovedWhy
from orders.models import Order, Recipient
from orders.services.writing import write_orders
from vault.kinds import Kind
from vault.ledger import append_many

_WRITTEN = ("removed_at", "removed_why", "last_key_on")


def remove_rows(
    *, rows: Sequence[Recipient], now: datetime, why: RemovedWhy | None = None
) -> None:
    """Delete buyers of the seller in scope and note both dates on their orders.

    ``why`` is what a person gave as the reason; without one the order itself says it.
    The caller has locked the orders and set their days.
    """
    if not rows:
        return
    seller_id = rows[0].seller_id
    orders = {
        order.id: order
        for order in Order.objects.filter(
            seller_id=seller_id, id__in=[row.order_id for row in rows]
        )
    }
    entries: list[tuple[UUID, dict[str, int | str]]] = []
    for row in rows:
        order = orders[row.order_id]
        order.removed_at = now
        order.removed_why = why or _why(order)
        order.last_key_on = max(order.last_key_on or row.purge_on, row.purge_on)
        facts: dict[str, int | str] = {
            "fields": row.filled,
            "last key dies on": order.last_key_on.isoformat(),
            "why": order.removed_why,
        }
        entries.append((order.id, facts))
    append_many(kind=Kind.PII_REMOVED_EARLY, now=now, entries=list(entries))
    write_orders(seller_id=seller_id, orders=list(orders.values()), columns=_WRITTEN)
    Recipient.objects.filter(
        seller_id=seller_id, id__in=[row.id for row in rows]
    ).delete()


def _why(order: Order) -> RemovedWhy:
    if order.cancelled_at is not None:
        return RemovedWhy.CANCELLED
    if order.fulfilled_by == FulfilledBy.AMAZON:
        return RemovedWhy.AMAZON_SHIPS
    return RemovedWhy.DAY_CAME
