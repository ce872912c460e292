"""Judging all orders of a shop anew when it changes how long buyers are kept.

What is foreseen and what is done comes from the same rows and the same `set_day`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from compliance.declarations import Foresight, JudgedBatch
from compliance.policies import Policies, RetentionPolicy, policies
from compliance.services.resisting import act_past
from compliance.services.stuck import JUDGING_ANEW
from orders.enums import RemovedWhy
from orders.models import Order, Recipient
from orders.models.order import BuyerState
from orders.queries.alike import Alike, alike
from orders.queries.channels import channels_of
from orders.queries.due import WAITING
from orders.services.removing import remove_rows
from orders.services.retention import (
    DAY_FIELDS,
    apply_moves,
    days_of,
    is_tombstone,
    set_day,
    verdict_of,
)
from orders.services.turns import one_at_a_time
from orders.services.writing import write_orders
from vault.days import gone_through

#: Orders in one transaction: no session may hold a purge day open for long.
BATCH = 500
#: What is read of a buyer whose order is judged; no sealed column.
_READ = ("seller_id", "order_id", "purge_on", "limit_on")
_WRITTEN = (*DAY_FIELDS, "changed_at")


@dataclass(frozen=True, slots=True)
class OrderJudge:
    """Judges orders for `compliance`; reads days and states, never a value."""

    def channels(self, *, seller_id: UUID) -> tuple[str, ...]:
        """Return the marketplaces that the shop has orders of, most orders first."""
        return channels_of(seller_id=seller_id)

    def wait_for_others(self, *, seller_id: UUID) -> None:
        """Wait for imports, which judge new orders by what they read before."""
        one_at_a_time(seller_id=seller_id)

    def foresee(
        self, *, seller_id: UUID, policy: RetentionPolicy, now: datetime
    ) -> Foresight:
        """Count what `judge_batch` would do to all orders at ``now``; one query.

        A buyer of which a value is lost or altered is counted as if it could move.
        """
        policies = Policies({policy.id: policy})
        today, seen = gone_through(today=now.date()), Foresight()
        rows = live_buyers(seller_id=seller_id, channel=policy.id, today=today)
        for kind in alike(rows=rows, channel=policy.id):
            seen = _counted(seen, kind=kind, policies=policies, today=today)
        return seen

    def count_left(
        self, *, seller_id: UUID, channel: str, after: UUID | None, now: datetime
    ) -> int:
        """Count the orders with a buyer behind ``after``; a page asks it every moment.

        Of buyers alone where the shop sells in one marketplace: an index answers.
        Joined, a million orders were read each time.
        """
        today = gone_through(today=now.date())
        if _is_only_channel(seller_id=seller_id, channel=channel):
            rows = _buyers(seller_id=seller_id, today=today)
            return left_of(rows=rows, after=after).count()
        orders = Order.objects.filter(
            seller_id=seller_id,
            channel=channel,
            buyer_state=BuyerState.SEALED,
            purge_on__gt=today,
            removed_at=None,
            test_buyer=False,
        )
        return (orders if after is None else orders.filter(id__gt=after)).count()

    def judge_batch(
        self,
        *,
        seller_id: UUID,
        policy: RetentionPolicy,
        after: UUID | None,
        now: datetime,
    ) -> JudgedBatch:
        """Judge the next `BATCH` orders with a buyer and apply what follows.

        In the open transaction. An order that resists is passed and noted; the sweep
        tries it again (`orders.services.judging_again`). Raises `PastItsDay`,
        `KeyDestroyed` where a day begins meanwhile and `OpeningSuspended` where the
        keystore cannot be read.
        """
        one_at_a_time(seller_id=seller_id)
        today = gone_through(today=now.date())
        ids = next_orders(seller_id=seller_id, after=after, today=today)
        done = judge_past(seller_id=seller_id, ids=ids, policy=policy, now=now)
        return replace(done, last=ids[-1] if len(ids) == BATCH else None)


def live_buyers(*, seller_id: UUID, channel: str, today: date) -> QuerySet[Recipient]:
    """Return the buyers of a marketplace that are not past their day (UTC).

    The invented buyer is not judged: it is never counted. Orders without a buyer are
    judged when one arrives.
    """
    return Recipient.objects.filter(
        seller_id=seller_id,
        purge_on__gt=today,
        invented=False,
        order__seller_id=seller_id,
        order__channel=channel,
        # The index of orders that still have a buyer serves.
        order__buyer_state=BuyerState.SEALED,
        order__purge_on__gt=today,
        order__removed_at=None,
    )


def next_orders(*, seller_id: UUID, after: UUID | None, today: date) -> list[UUID]:
    """Return the next `BATCH` orders with a buyer behind ``after``, of any marketplace.

    Read from the buyers' index alone: joined to orders, each batch might read all.
    """
    rows = _buyers(seller_id=seller_id, today=today)
    found = left_of(rows=rows, after=after).order_by("order_id")
    return list(found.values_list("order_id", flat=True)[:BATCH])


def _buyers(*, seller_id: UUID, today: date) -> QuerySet[Recipient]:
    """Return the buyers of every marketplace that are not past their day (UTC)."""
    return Recipient.objects.filter(
        seller_id=seller_id, purge_on__gt=today, invented=False
    )


def _is_only_channel(*, seller_id: UUID, channel: str) -> bool:
    """Tell whether a shop has no order of another marketplace; probes an index."""
    others = [known for known in policies() if known != channel]
    found = Order.objects.filter(seller_id=seller_id, channel__in=others)
    return not found.exists()


def left_of(*, rows: QuerySet[Recipient], after: UUID | None) -> QuerySet[Recipient]:
    """Return what lies behind the last order that was judged."""
    return rows if after is None else rows.filter(order_id__gt=after)


def _counted(
    seen: Foresight, *, kind: Alike, policies: Policies, today: date
) -> Foresight:
    row, number = kind.row, kind.orders
    order, before = row.order, row.purge_on
    last_key_on = max(order.last_key_on or before, before)
    move = set_day(order=order, recipient=row, policies=policies, today=today)
    day = before if move is None else move[1]
    waits = number if order.status in WAITING else 0
    seen = replace(seen, judged=seen.judged + number)
    if day <= today:
        return replace(
            seen,
            at_once=seen.at_once + number,
            at_once_unshipped=seen.at_once_unshipped + waits,
            last_key_on=max(seen.last_key_on or last_key_on, last_key_on),
        )
    if day < before:
        tonight = number if day == today + timedelta(days=1) else 0
        return replace(
            seen,
            sooner=seen.sooner + number,
            sooner_unshipped=seen.sooner_unshipped + waits,
            tonight=seen.tonight + tonight,
        )
    if day > before:
        return replace(seen, later=seen.later + number)
    near = verdict_of(order=order, policies=policies).purge_on > day
    return replace(seen, later_when_near=seen.later_when_near + (number if near else 0))


def judge_past(
    *, seller_id: UUID, ids: Sequence[UUID], policy: RetentionPolicy, now: datetime
) -> JudgedBatch:
    """Judge orders of one marketplace anew and apply it, past those that resist.

    In the open transaction, in which the shop's turn is held.
    """

    def judge(some: Sequence[UUID]) -> JudgedBatch:
        return _judge(seller_id=seller_id, ids=some, policy=policy, now=now)

    parts, _ = act_past(ids=ids, act=judge, step=JUDGING_ANEW, now=now)
    return JudgedBatch(
        last=None,
        judged=sum(part.judged for part in parts),
        moved=sum(part.moved for part in parts),
        removed=sum(part.removed for part in parts),
    )


def _judge(
    *, seller_id: UUID, ids: Sequence[UUID], policy: RetentionPolicy, now: datetime
) -> JudgedBatch:
    locked = Order.objects.filter(
        seller_id=seller_id, id__in=ids, channel=policy.id
    ).order_by("id")
    orders = list(locked.select_for_update())
    found = Recipient.objects.filter(seller_id=seller_id, order_id__in=ids)
    buyers = {row.order_id: row for row in found.only(*_READ)}
    policies, today = Policies({policy.id: policy}), gone_through(today=now.date())
    changed: list[Order] = []
    days: dict[UUID, tuple[date, date]] = {}
    for order in orders:
        buyer = buyers.get(order.id)
        if buyer is None or is_tombstone(order=order, today=today):
            continue
        before = days_of(order=order)
        move = set_day(order=order, recipient=buyer, policies=policies, today=today)
        if move is not None:
            days[buyer.id] = (move[1], buyer.limit_on)
        if days_of(order=order) != before:
            order.changed_at = now
            changed.append(order)
    write_orders(seller_id=seller_id, orders=changed, columns=_WRITTEN)
    moved, removed = _move(seller_id=seller_id, days=days, today=today, now=now)
    return JudgedBatch(last=None, judged=len(orders), moved=moved, removed=removed)


def _move(
    *, seller_id: UUID, days: dict[UUID, tuple[date, date]], today: date, now: datetime
) -> tuple[int, int]:
    """Apply moves by the buyer's id; return how many moved and how many went.

    Only buyers that move are loaded with their sealed values.
    """
    moves: list[tuple[Recipient, date]] = []
    wanted = 0
    for row in Recipient.objects.filter(seller_id=seller_id, id__in=days):
        day, row.limit_on = days[row.id]
        wanted += int(day > today and day != row.purge_on)
        moves.append((row, day))
    gone = [row for row, day in moves if day <= today]
    remove_rows(rows=gone, now=now, why=RemovedWhy.SHORTENED)
    staying = [(row, day) for row, day in moves if day > today]
    apply_moves(moves=staying, today=today, now=now)
    stuck = sum(1 for row, day in staying if day != row.purge_on)
    return wanted - stuck, len(gone)
