"""The purge day of an order: computed from its evidence, stored with its buyer."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from compliance.clock import Evidence, Verdict, purge_day
from compliance.policies import Policies
from orders.enums import FulfillmentStatus
from orders.models import Order, Recipient
from orders.queries.due import WAITING
from orders.services.removing import remove_rows
from vault.resealing import Move, reseal_many

#: A later day is stored only when the present one is this near (design, "The clock").
LAZY_DAYS = 7
NEEDS_BUYER = WAITING | {FulfillmentStatus.SHIPPED}
#: What `set_day` may change on an order; whoever calls it saves them.
DAY_FIELDS = (
    "clock_at",
    "clock_basis",
    "purge_on",
    "limit_on",
    "counted_on",
    "last_key_on",
)


def evidence_of(*, order: Order) -> Evidence:
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


def verdict_of(*, order: Order, policies: Policies) -> Verdict:
    """Return the clock's verdict for an order under its marketplace's policy.

    ``policies`` are the shop's (`policies_of`), loaded once a batch. Raises
    `UnknownMarketplace`.
    """
    policy = policies[order.channel]
    return purge_day(evidence=evidence_of(order=order), policy=policy)


def is_tombstone(*, order: Order, today: date) -> bool:
    """Tell whether an order's buyer never comes back: day begun, or removed early.

    What was removed stays so on a clock that was turned back, too.
    """
    return order.removed_at is not None or order.purge_on <= today


def stored_day(*, order: Order, verdict: Verdict, today: date) -> date:
    """Return the day to store: earlier at once, later only when the old one is near.

    A buyer whose day turns out to be over was readable until now and goes ``today``
    (UTC): from the stored day on it is refused, so that is no day in the past.
    """
    if verdict.purge_on <= order.purge_on:
        return max(today, verdict.purge_on)
    near = order.purge_on - today <= timedelta(days=LAZY_DAYS)
    needed = FulfillmentStatus(order.status) in NEEDS_BUYER
    return verdict.purge_on if near and needed else order.purge_on


def set_day(
    *, order: Order, recipient: Recipient | None, policies: Policies, today: date
) -> tuple[Recipient, date] | None:
    """Judge an order anew and set its days; return the move of its buyer, if any.

    ``counted_on`` is the day as counted, which for a buyer is not always the one that
    is stored. Without a buyer it is stored as it is, also in the past: nothing was
    readable, and nothing is taken in. ``policies`` are the shop's, loaded after the
    order was locked. Not for tombstones. The caller saves the order and applies the
    move.
    """
    verdict = verdict_of(order=order, policies=policies)
    day = verdict.purge_on
    if recipient is not None:
        day = stored_day(order=order, verdict=verdict, today=today)
    order.clock_at, order.clock_basis = verdict.clock, verdict.basis
    order.purge_on, order.limit_on = day, verdict.limit_on
    order.counted_on = verdict.purge_on
    if recipient is None or (day, verdict.limit_on) == (
        recipient.purge_on,
        recipient.limit_on,
    ):
        return None
    recipient.limit_on = verdict.limit_on
    if day > today:
        order.last_key_on = max(order.last_key_on or day, day)
    return recipient, day


def days_of(*, order: Order) -> tuple[object, ...]:
    """Return what the clock says of an order, to see whether it changed."""
    return (
        order.clock_at,
        order.clock_basis,
        order.purge_on,
        order.limit_on,
        order.counted_on,
    )


def apply_moves(
    *, moves: Sequence[tuple[Recipient, date]], today: date, now: datetime
) -> dict[UUID, str]:
    """Re-seal buyers for their new days; remove those whose new day has begun.

    Call after the orders were saved. A buyer that cannot be sealed anew, since a value
    is lost or altered, keeps its key. Where its new day is later, so does its order;
    where it is earlier, the order keeps that day, on which the row goes. Returns the
    orders of such buyers, with the name of what was met: its class or "Changed".
    """
    remove_rows(rows=[row for row, day in moves if day <= today], now=now)
    staying = {row.pk: (row, day) for row, day in moves if day > today}
    told = [Move(row.pk, day, row.limit_on) for row, day in staying.values()]
    moved = reseal_many(model=Recipient, moves=told, now=now)
    for row_id in moved.rows:
        row, day = staying[row_id]
        row.purge_on = day
    for row_id in moved.left:
        row, _ = staying[row_id]
        Order.objects.filter(
            seller_id=row.seller_id, id=row.order_id, purge_on__gt=row.purge_on
        ).update(purge_on=row.purge_on)
    return {staying[i][0].order_id: why for i, why in moved.left.items()}
