"""Purging buyers early: by a person's word, or because their order's day has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet

from compliance.services.resisting import act_past
from compliance.services.stuck import failing, left_out, solve
from orders.enums import RemovedWhy
from orders.models import Order, Recipient
from orders.services.removing import remove_rows
from orders.services.writing import write_orders
from vault.context import SYSTEM, seller_scope

#: Orders in one transaction: no import waits for longer.
BATCH = 500
#: The name under which tries at buyers that resist their early removal are counted.
STEP = "removing early"


@dataclass(frozen=True, slots=True)
class Removal:
    """How many buyers were removed; ``last_key_on``: the last of their keys (UTC)."""

    removed: int
    last_key_on: date | None


def remove_buyers(
    *, seller_id: UUID, order_ids: Sequence[UUID], why: RemovedWhy, now: datetime
) -> Removal:
    """Delete the buyers of orders at once, in the open scope; the tombstone stays.

    Idempotent: an order without a buyer is left as it is. The orders are locked, so
    that no import, re-sealing or showing runs beside it. At most `BATCH` orders at a
    time, each in a transaction of its own, where the caller has many.
    """
    orders = Order.objects.filter(seller_id=seller_id, id__in=order_ids).order_by("id")
    return _remove(orders=orders, seller_id=seller_id, now=now, why=why)


def remove_outlived(*, seller_id: UUID, now: datetime) -> int:
    """Delete buyers whose order's day has begun while their key's day lies ahead.

    So it is where an order's day came forward and its buyer could not be sealed anew
    for it. In batches that commit; return how many. A buyer that resists is tried once
    a sweep, three times, then named and left out; the others go. ``now`` is in UTC.
    """
    total, after = 0, None
    while True:
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            removed, after = _remove_batch(seller_id=seller_id, after=after, now=now)
        total += removed
        if after is None:
            return total


def outlived_orders(*, seller_id: UUID, today: date) -> QuerySet[Order]:
    """Return orders whose day has begun while a key that sealed them may live on.

    Only those that still have a buyer, by id. The index holds orders whose day came
    forward, and no other.
    """
    buyers = Recipient.objects.filter(
        seller_id=seller_id, order_id=OuterRef("id"), purge_on__gt=today
    )
    return Order.objects.filter(
        Exists(buyers),
        seller_id=seller_id,
        removed_at=None,
        purge_on__lt=F("last_key_on"),
        last_key_on__gt=today,
        purge_on__lte=today,
    ).order_by("id")


def _remove_batch(
    *, seller_id: UUID, after: UUID | None, now: datetime
) -> tuple[int, UUID | None]:
    """Remove the next ones behind a place, by id; return how many, and the place."""
    outlived = outlived_orders(seller_id=seller_id, today=now.date())
    left = outlived if after is None else outlived.filter(id__gt=after)
    ids = list(left.values_list("id", flat=True)[:BATCH])
    if not ids:
        _solve_gone(seller_id=seller_id, now=now)
        return 0, None
    out = left_out(step=STEP)

    def remove(some: Sequence[UUID]) -> int:
        orders = outlived.filter(id__in=some)
        return _remove(orders=orders, seller_id=seller_id, now=now).removed

    tried = [order_id for order_id in ids if order_id not in out]
    done, _ = act_past(ids=tried, act=remove, step=STEP, now=now)
    return sum(done), ids[-1]


def _solve_gone(*, seller_id: UUID, now: datetime) -> None:
    """Close the notes on buyers that resisted and are gone, however they went."""
    noted = failing(step=STEP)
    if noted:
        there = outlived_orders(seller_id=seller_id, today=now.date())
        left = set(there.filter(id__in=noted).values_list("id", flat=True))
        solve(step=STEP, subject_ids=noted - left, now=now)


def _remove(
    *,
    orders: QuerySet[Order],
    seller_id: UUID,
    now: datetime,
    why: RemovedWhy | None = None,
) -> Removal:
    locked = {order.id: order for order in orders.select_for_update(of=["self"])}
    rows = list(Recipient.objects.filter(seller_id=seller_id, order_id__in=locked))
    today = now.date()
    changed = [locked[row.order_id] for row in rows]
    for order in changed:
        order.purge_on = min(order.purge_on, today)
        order.changed_at = now
    write_orders(
        seller_id=seller_id, orders=changed, columns=("purge_on", "changed_at")
    )
    remove_rows(rows=rows, now=now, why=why)
    keys = Order.objects.filter(
        seller_id=seller_id, id__in=[order.id for order in changed]
    ).values_list("last_key_on", flat=True)
    last = max((day for day in keys if day is not None), default=None)
    return Removal(removed=len(rows), last_key_on=last)
