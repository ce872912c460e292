"""Recording that orders were cancelled: a person's word, before anything left."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from orders.enums import FulfillmentStatus
from orders.models import Order
from orders.queries.due import WAITING
from orders.services.evidence import (
    Recorded,
    Saying,
    WhyNot,
    record_many,
    why_not_left,
)
from orders.services.shipping import InstantRefused, check_instant
from vault.kinds import Kind


def why_not_cancelled(*, order: Order) -> WhyNot | None:
    """Say why an order cannot be cancelled by hand; None where it can.

    Of a parcel that has left the buyer is still needed: such an order arrives or is
    lost. Its buyer's day may have begun: then the order alone is cancelled.
    """
    if (why := why_not_left(order=order)) is not None:
        return why
    if order.delivered_at is not None or order.delivered_seen_at is not None:
        return WhyNot.DELIVERED
    if order.status == FulfillmentStatus.PARTIALLY_SHIPPED:
        return WhyNot.PARTLY_SHIPPED
    if FulfillmentStatus(order.status) not in WAITING or order.shipped_at is not None:
        return WhyNot.SHIPPED
    return WhyNot.INVENTED if order.test_buyer else None


def record_cancelled(
    *, order_ids: Iterable[UUID], cancelled_at: datetime, now: datetime
) -> Recorded:
    """Record for orders of the shop in scope that they were cancelled, both in UTC.

    Their buyers are sealed anew for the UTC day after ``cancelled_at``; where it has
    begun, they are removed at once. All in one transaction, so `BATCH` at most; orders
    that cannot be cancelled are named and stay as they are. Rule: Amazon's Data
    Protection Policy, 2.1: without a delivery there is no purpose.
    """

    def why_not(order: Order, today: date) -> WhyNot | None:
        del today
        if (why := why_not_cancelled(order=order)) is not None:
            return why
        try:
            check_instant(instant=cancelled_at, order=order, now=now)
        except InstantRefused as refused:
            return refused.why
        return None

    def tell(order: Order, recorded_at: datetime) -> None:
        del recorded_at
        order.cancelled_at = cancelled_at
        order.status = FulfillmentStatus.CANCELLED

    saying = Saying(
        kind=Kind.ORDER_CANCELLED_RECORDED,
        fields=("cancelled_at", "status"),
        why_not=why_not,
        tell=tell,
        facts=_facts,
    )
    return record_many(order_ids=order_ids, saying=saying, now=now)


def _facts(order: Order) -> dict[str, int | str]:
    facts: dict[str, int | str] = {"day": order.purge_on.isoformat()}
    if order.last_key_on is not None:
        facts["last key dies on"] = order.last_key_on.isoformat()
    return facts
