"""Moving purge days on: buyers that are still needed, days that are near."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from compliance.queries.policies import policies_of
from compliance.services.stuck import failing, left_out, note_failure, solve
from orders.models import Order, Recipient
from orders.models.order import OWED_A_LATER_DAY
from orders.services.retention import (
    DAY_FIELDS,
    LAZY_DAYS,
    NEEDS_BUYER,
    apply_moves,
    days_of,
    is_tombstone,
    set_day,
)
from orders.services.turns import one_at_a_time
from orders.services.writing import write_orders
from vault.context import SYSTEM, seller_scope
from vault.days import gone_through

#: Orders in one transaction: no session may hold a purge day open for long.
BATCH = 500
#: Orders of one shop in one sweep; keys that are due do not wait for more.
MOST = 20_000
STEP = "sealing anew"
_WRITTEN = (*DAY_FIELDS, "changed_at")


@dataclass(frozen=True, slots=True)
class OrderMover:
    """Moves buyers for `compliance`; reads days and states, never a value."""

    def move_on(self, *, seller_id: UUID, now: datetime) -> int:
        """Seal anew what is near at ``now`` (UTC) and owed a later day.

        Soonest first, at most `MOST`. A buyer that cannot be sealed anew is tried
        three times, then named and left out.
        """
        moved, after = 0, None
        for _ in range(MOST // BATCH):
            with seller_scope(seller_id=seller_id, actor=SYSTEM):
                found, last = _move_batch(seller_id=seller_id, after=after, now=now)
            moved += found
            if last is None:
                break
            after = last
        return moved

    def died_unmoved(
        self, *, seller_id: UUID, day: date
    ) -> Sequence[tuple[UUID, date]]:
        """Return orders whose buyer dies on a day though the clock counts further."""
        buyers = Recipient.objects.filter(
            seller_id=seller_id, order_id=OuterRef("id"), purge_on=day
        )
        orders = Order.objects.filter(
            OWED_A_LATER_DAY,
            Exists(buyers),
            seller_id=seller_id,
            purge_on=day,
            counted_on__gt=F("purge_on"),
            status__in=NEEDS_BUYER,
        )
        found = orders.order_by("id").values_list("id", "counted_on")
        return [(order_id, counted) for order_id, counted in found if counted]


def near_orders(*, seller_id: UUID, today: date) -> QuerySet[Order]:
    """Return the orders whose day is near, that need their buyer and are owed more.

    Soonest first; the index on orders that are owed a later day holds no other.
    """
    return Order.objects.filter(
        OWED_A_LATER_DAY,
        seller_id=seller_id,
        purge_on__gt=today,
        purge_on__lte=today + timedelta(days=LAZY_DAYS),
        status__in=NEEDS_BUYER,
    ).order_by("purge_on", "id")


def _move_batch(
    *, seller_id: UUID, after: tuple[date, UUID] | None, now: datetime
) -> tuple[int, tuple[date, UUID] | None]:
    """Move the next orders behind a place; return how many, and the place reached."""
    today = gone_through(today=now.date())
    near = near_orders(seller_id=seller_id, today=today)
    if after is not None:
        day, last = after
        near = near.filter(Q(purge_on__gt=day) | Q(id__gt=last), purge_on__gte=day)
    if not near.exists():
        return 0, None
    one_at_a_time(seller_id=seller_id)
    places = list(near.values_list("purge_on", "id")[:BATCH])
    out = left_out(step=STEP)
    ids = [order_id for _, order_id in places if order_id not in out]
    moved = _move(seller_id=seller_id, ids=ids, today=today, now=now)
    return moved, places[-1] if len(places) == BATCH else None


def _move(*, seller_id: UUID, ids: Sequence[UUID], today: date, now: datetime) -> int:
    locked = Order.objects.filter(seller_id=seller_id, id__in=ids).order_by("id")
    orders = list(locked.select_for_update())
    found = Recipient.objects.filter(seller_id=seller_id, order_id__in=ids)
    buyers = {
        row.order_id: row
        for row in found.only("seller_id", "order_id", "purge_on", "limit_on")
    }
    policies = policies_of(seller_id=seller_id)
    changed: list[Order] = []
    moves: list[tuple[Recipient, date]] = []
    for order in orders:
        if is_tombstone(order=order, today=today):
            continue
        before = days_of(order=order)
        move = set_day(
            order=order,
            recipient=buyers.get(order.id),
            policies=policies,
            today=today,
        )
        moves += [move] if move is not None else []
        if days_of(order=order) != before:
            order.changed_at = now
            changed.append(order)
    write_orders(seller_id=seller_id, orders=changed, columns=_WRITTEN)
    left = apply_moves(moves=moves, today=today, now=now)
    _note(moves=moves, left=left, now=now)
    return len(moves) - len(left)


def _note(
    *,
    moves: Sequence[tuple[Recipient, date]],
    left: dict[UUID, str],
    now: datetime,
) -> None:
    for order_id, why in left.items():
        note_failure(subject_id=order_id, step=STEP, error=why, now=now)
    past = {row.order_id for row, _ in moves} - set(left)
    if healed := past & failing(step=STEP):
        solve(step=STEP, subject_ids=healed, now=now)
