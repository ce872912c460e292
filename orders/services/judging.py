"""Judging a batch of incoming orders: what each would change, nothing written yet."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import date, datetime
from uuid import UUID

from compliance.policies import MONTHS_LEAST, Policies
from compliance.queries.policies import policies_of
from compliance.second_clock import forget_before
from orders.enums import FulfilledBy
from orders.incoming import IncomingOrder
from orders.models import Order, OrderLine, Recipient
from orders.models.order import BuyerState
from orders.queries.forgotten import forgotten_before
from orders.services.buyers import BuyerChange, seal_new_buyer, take_in_buyer
from orders.services.merging import add_up, merge_lines, merge_order, new_order
from orders.services.retention import (
    days_of,
    is_tombstone,
    set_day,
    verdict_of,
)
from vault.days import gone_through


@dataclass(slots=True)
class IntakeResult:
    """What became of the orders; counts of orders, and of all lines seen.

    ``too_old``: those of ``unchanged`` that are not stored, since the second clock has
    run out for them, or had when the shop kept orders for fewer months.
    """

    orders: int = 0
    lines: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    sealed: int = 0
    too_old: int = 0

    def add(self, other: "IntakeResult") -> None:
        """Add another result to this one."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Judged:
    """One order as it will be stored. ``was`` is its status before, "" for a new one.

    ``changes`` tells a change of any kind, ``seals`` that its buyer is taken in, and
    ``purged`` that its day had begun, so that it stays without one. ``too_old``: it
    is not stored, or not any more.
    """

    incoming: IncomingOrder
    order: Order
    was: str
    _: KW_ONLY
    changes: bool
    seals: bool
    purged: bool
    too_old: bool = False


@dataclass(slots=True)
class Work:
    """What one batch will write, and what was decided for each of its orders."""

    now: datetime
    today: date
    policies: Policies
    forgotten: dict[str, datetime] | None = None
    created: list[Order] = field(default_factory=list)
    updated: list[Order] = field(default_factory=list)
    new_lines: list[OrderLine] = field(default_factory=list)
    changed_lines: list[OrderLine] = field(default_factory=list)
    buyers: BuyerChange = field(default_factory=BuyerChange)
    moves: list[tuple[Recipient, date]] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)
    result: IntakeResult = field(default_factory=IntakeResult)


def judge(
    *, batch: Sequence[IncomingOrder], seller_id: UUID, now: datetime, lock: bool = True
) -> Work:
    """Decide what a batch changes, in the open scope; nothing is sealed or written.

    ``lock`` holds the known orders until the transaction ends, for whoever writes.
    """
    orders, lines, recipients = _known(batch=batch, seller_id=seller_id, lock=lock)
    work = Work(
        now=now,
        today=gone_through(today=now.date()),
        policies=policies_of(seller_id=seller_id),
    )
    for incoming in batch:
        work.result.orders += 1
        work.result.lines += len(incoming.lines)
        order = orders.get((incoming.channel, incoming.marketplace_order_id))
        if order is None and _is_too_old(
            work=work, incoming=incoming, seller_id=seller_id
        ):
            _leave_out(work=work, incoming=incoming, seller_id=seller_id)
        elif order is None:
            _take_new(work=work, incoming=incoming, seller_id=seller_id)
        else:
            _take_known(
                work=work,
                order=order,
                lines=lines.get(order.id, []),
                recipient=recipients.get(order.id),
                incoming=incoming,
            )
    return work


def _is_too_old(*, work: Work, incoming: IncomingOrder, seller_id: UUID) -> bool:
    """Tell whether the second clock has run out: such an order never comes back.

    Neither does one that a shop forgot while it kept orders for fewer months.
    """
    bought, channel = incoming.purchased_at, incoming.channel
    months = work.policies[channel].second_clock_months
    if months is not None and bought < forget_before(now=work.now, months=months):
        return True
    if bought >= forget_before(now=work.now, months=MONTHS_LEAST):
        return False  # no shop forgets orders so young; nothing is asked
    if work.forgotten is None:
        work.forgotten = forgotten_before(seller_id=seller_id)
    edge = work.forgotten.get(channel)
    return edge is not None and bought < edge


def _leave_out(*, work: Work, incoming: IncomingOrder, seller_id: UUID) -> None:
    order = new_order(incoming=incoming, seller_id=seller_id, now=work.now)
    order.buyer_state = BuyerState.DAY_PASSED
    work.result.unchanged += 1
    work.result.too_old += 1
    work.judged.append(
        Judged(
            incoming,
            order,
            "",
            changes=False,
            seals=False,
            purged=False,
            too_old=True,
        )
    )


def _take_new(*, work: Work, incoming: IncomingOrder, seller_id: UUID) -> None:
    order = new_order(incoming=incoming, seller_id=seller_id, now=work.now)
    merged = merge_lines(order=order, known=(), incoming=incoming)
    add_up(order=order, lines=merged.all)
    verdict = verdict_of(order=order, policies=work.policies)
    order.clock_at, order.clock_basis = verdict.clock, verdict.basis
    order.purge_on, order.limit_on = verdict.purge_on, verdict.limit_on
    order.counted_on = verdict.purge_on
    recipient, order.buyer_state = seal_new_buyer(
        order=order, incoming=incoming, today=work.today, now=work.now
    )
    if recipient is not None:
        order.last_key_on = order.purge_on
        work.buyers.new.append(recipient)
        work.result.sealed += 1
    work.created.append(order)
    work.new_lines += merged.new
    work.result.created += 1
    work.judged.append(
        Judged(
            incoming, order, "", changes=True, seals=recipient is not None, purged=False
        )
    )


def _take_known(
    *,
    work: Work,
    order: Order,
    lines: list[OrderLine],
    recipient: Recipient | None,
    incoming: IncomingOrder,
) -> None:
    was, buyer = order.status, False
    changed = merge_order(order=order, incoming=incoming)
    merged = merge_lines(order=order, known=lines, incoming=incoming)
    if merged.new or merged.changed:
        add_up(order=order, lines=merged.all)
        changed = True
    purged = is_tombstone(order=order, today=work.today)
    if not purged:
        before = days_of(order=order)
        move = set_day(
            order=order,
            recipient=recipient,
            policies=work.policies,
            today=work.today,
        )
        if recipient is not None and order.fulfilled_by == FulfilledBy.AMAZON:
            # Amazon ships after all: the shop has no purpose for the buyer any more.
            order.purge_on = work.today
            move = (recipient, work.today)
        if move is not None:
            work.moves.append(move)
        buyer = take_in_buyer(
            order=order,
            recipient=recipient,
            incoming=incoming,
            today=work.today,
            now=work.now,
            into=work.buyers,
        )
        work.result.sealed += int(buyer)
        changed = changed or buyer or days_of(order=order) != before
    work.judged.append(
        Judged(incoming, order, was, changes=changed, seals=buyer, purged=purged)
    )
    if not changed:
        work.result.unchanged += 1
        return
    order.changed_at = work.now
    work.updated.append(order)
    work.new_lines += merged.new
    work.changed_lines += merged.changed
    work.result.updated += 1


def _known(
    *, batch: Sequence[IncomingOrder], seller_id: UUID, lock: bool
) -> tuple[
    dict[tuple[str, str], Order], dict[UUID, list[OrderLine]], dict[UUID, Recipient]
]:
    orders = Order.objects.filter(
        seller_id=seller_id,
        channel__in={o.channel for o in batch},
        marketplace_order_id__in=[o.marketplace_order_id for o in batch],
        test_buyer=False,
    )
    if lock:
        # In the order in which everybody who locks several takes them.
        orders = orders.order_by("id").select_for_update()
    by_number = {(o.channel, o.marketplace_order_id): o for o in orders}
    ids = [order.id for order in by_number.values()]
    lines: dict[UUID, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(
        seller_id=seller_id, order_id__in=ids
    ).order_by("id"):
        lines.setdefault(line.order_id, []).append(line)
    recipients = Recipient.objects.filter(seller_id=seller_id, order_id__in=ids)
    return by_number, lines, {row.order_id: row for row in recipients}
