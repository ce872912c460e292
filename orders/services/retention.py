"""The purge day of an order: computed from its evidence, stored with its buyer."""

from datetime import date, timedelta

from compliance.clock import Evidence, Verdict, purge_day
from compliance.policies import policy_for
from orders.enums import FulfillmentStatus
from orders.models import Order

#: A later day is stored only when the present one is this near (design, "The clock").
LAZY_DAYS = 7
_NEEDS_BUYER = frozenset(
    {
        FulfillmentStatus.PENDING_AVAILABILITY,
        FulfillmentStatus.PENDING,
        FulfillmentStatus.UNSHIPPED,
        FulfillmentStatus.PARTIALLY_SHIPPED,
        FulfillmentStatus.SHIPPED,
    }
)


def evidence_of(order: Order) -> Evidence:
    """Return what the portal was told of an order's way to its buyer."""
    return Evidence(
        purchased_at=order.purchased_at,
        unshipped_seen_at=order.unshipped_seen_at,
        shipped_at=order.shipped_at,
        in_transit_seen_at=order.in_transit_seen_at,
        delivered_seen_at=order.delivered_seen_at,
        delivered_at=order.delivered_at,
        cancelled_at=order.cancelled_at,
        undeliverable_at=order.undeliverable_at,
    )


def verdict_of(order: Order) -> Verdict:
    """Return the clock's verdict for an order under its marketplace's policy."""
    return purge_day(evidence=evidence_of(order), policy=policy_for(order.channel))


def is_tombstone(*, order: Order, today: date) -> bool:
    """Tell whether an order's day has begun: its buyer never comes back."""
    return order.purge_on <= today


def stored_day(*, order: Order, verdict: Verdict, today: date) -> date:
    """Return the day to store: earlier at once, later only when the old one is near."""
    if verdict.purge_on <= order.purge_on:
        return verdict.purge_on
    near = order.purge_on - today <= timedelta(days=LAZY_DAYS)
    needed = FulfillmentStatus(order.status) in _NEEDS_BUYER
    return verdict.purge_on if near and needed else order.purge_on
