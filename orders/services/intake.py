"""Taking orders in: idempotent, in batches, with the buyer sealed on arrival."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from itertools import islice
from uuid import UUID

from django.db import connection

from orders.enums import FulfilledBy
from orders.incoming import IncomingOrder
from orders.models import Order, OrderLine, Recipient
from orders.services.buyers import BuyerChange, seal_new_buyer, take_in_buyer
from orders.services.merging import add_up, merge_lines, merge_order, new_order
from orders.services.retention import (
    apply_moves,
    days_of,
    is_tombstone,
    set_day,
    verdict_of,
)
from vault.clock import clock
from vault.context import Actor, seller_scope
from vault.days import gone_through
from vault.kinds import Kind
from vault.ledger import append_many
from vault.refusals import KeyDestroyed, PastItsDay

#: Orders in one transaction: no session may hold a purge day open for long.
BATCH = 500
_ORDER_COLUMNS = [
    f.name
    for f in Order._meta.local_fields
    if f.name not in {"id", "seller", "channel", "marketplace_order_id", "received_at"}
]
_LINE_COLUMNS = [
    f.name for f in OrderLine._meta.local_fields if f.name not in {"id", "seller"}
]


@dataclass(slots=True)
class IntakeResult:
    """What became of the orders; counts of orders, and of all lines seen."""

    orders: int = 0
    lines: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    sealed: int = 0

    def add(self, other: "IntakeResult") -> None:
        """Add another result to this one."""
        for name in ("orders", "lines", "created", "updated", "unchanged", "sealed"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True)
class _Batch:
    """What one batch will write."""

    now: datetime
    today: date
    created: list[Order] = field(default_factory=list)
    updated: list[Order] = field(default_factory=list)
    new_lines: list[OrderLine] = field(default_factory=list)
    changed_lines: list[OrderLine] = field(default_factory=list)
    buyers: BuyerChange = field(default_factory=BuyerChange)
    moves: list[tuple[Recipient, date]] = field(default_factory=list)
    result: IntakeResult = field(default_factory=IntakeResult)


def receive_orders(
    *,
    incoming: Iterable[IncomingOrder],
    seller_id: UUID,
    actor: Actor,
    now: datetime,
) -> IntakeResult:
    """Take orders in for a seller; each batch is a transaction of its own.

    Idempotent on (seller, channel, order id). Empty never overwrites, a purged buyer is
    never refilled, an order whose day has passed is stored without its buyer, and an
    order that the marketplace fulfils never gets one.
    """
    total = IntakeResult()
    for batch in _batches(incoming):
        receive = partial(_one_batch, batch=batch, seller_id=seller_id, actor=actor)
        try:
            total.add(receive(now=now))
        except (PastItsDay, KeyDestroyed):
            # A purge day began in the middle of the batch: judge it once more.
            total.add(receive(now=max(now, clock.now())))
    return total


def _one_batch(
    *, batch: Sequence[IncomingOrder], seller_id: UUID, actor: Actor, now: datetime
) -> IntakeResult:
    with seller_scope(seller_id=seller_id, actor=actor):
        _one_import_at_a_time(seller_id)
        return _receive(batch=batch, seller_id=seller_id, now=now)


def _receive(
    *, batch: Sequence[IncomingOrder], seller_id: UUID, now: datetime
) -> IntakeResult:
    orders, lines, recipients = _known(batch=batch, seller_id=seller_id)
    work = _Batch(now=now, today=gone_through(today=now.date()))
    for incoming in batch:
        work.result.orders += 1
        work.result.lines += len(incoming.lines)
        order = orders.get((incoming.channel, incoming.marketplace_order_id))
        if order is None:
            _take_new(work=work, incoming=incoming, seller_id=seller_id)
        else:
            _take_known(
                work=work,
                order=order,
                lines=lines.get(order.id, []),
                recipient=recipients.get(order.id),
                incoming=incoming,
            )
    _write(work)
    return work.result


def _take_new(*, work: _Batch, incoming: IncomingOrder, seller_id: UUID) -> None:
    order = new_order(incoming=incoming, seller_id=seller_id, now=work.now)
    merged = merge_lines(order=order, known=(), incoming=incoming)
    add_up(order=order, lines=merged.all)
    verdict = verdict_of(order=order)
    order.clock_at, order.clock_basis = verdict.clock, verdict.basis
    order.purge_on, order.limit_on = verdict.purge_on, verdict.limit_on
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


def _take_known(
    *,
    work: _Batch,
    order: Order,
    lines: list[OrderLine],
    recipient: Recipient | None,
    incoming: IncomingOrder,
) -> None:
    changed = merge_order(order=order, incoming=incoming)
    merged = merge_lines(order=order, known=lines, incoming=incoming)
    if merged.new or merged.changed:
        add_up(order=order, lines=merged.all)
        changed = True
    if not is_tombstone(order=order, today=work.today):
        before = days_of(order=order)
        move = set_day(order=order, recipient=recipient, today=work.today)
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
    if not changed:
        work.result.unchanged += 1
        return
    order.changed_at = work.now
    work.updated.append(order)
    work.new_lines += merged.new
    work.changed_lines += merged.changed
    work.result.updated += 1


def _write(work: _Batch) -> None:
    Order.objects.bulk_create(work.created)
    Order.objects.bulk_update(work.updated, _ORDER_COLUMNS, batch_size=200)
    OrderLine.objects.bulk_create(work.new_lines)
    OrderLine.objects.bulk_update(work.changed_lines, _LINE_COLUMNS, batch_size=200)
    Recipient.objects.bulk_create(work.buyers.new)
    work.buyers.save_changed()
    apply_moves(moves=work.moves, today=work.today, now=work.now)
    append_many(
        kind=Kind.PII_SEALED_IMPORT,
        now=work.now,
        entries=[
            (row.order_id, {"fields": row.filled, "day": row.purge_on.isoformat()})
            for row in (*work.buyers.new, *work.buyers.changed)
        ],
    )
    append_many(
        kind=Kind.ORDER_IMPORTED_CHANGED,
        now=work.now,
        entries=[(order.id, {"status": order.status}) for order in work.updated],
    )


def _known(
    *, batch: Sequence[IncomingOrder], seller_id: UUID
) -> tuple[
    dict[tuple[str, str], Order], dict[UUID, list[OrderLine]], dict[UUID, Recipient]
]:
    orders = Order.objects.filter(
        seller_id=seller_id,
        channel__in={o.channel for o in batch},
        marketplace_order_id__in=[o.marketplace_order_id for o in batch],
    ).select_for_update()
    by_number = {(o.channel, o.marketplace_order_id): o for o in orders}
    ids = [order.id for order in by_number.values()]
    lines: dict[UUID, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(
        seller_id=seller_id, order_id__in=ids
    ).order_by("id"):
        lines.setdefault(line.order_id, []).append(line)
    recipients = Recipient.objects.filter(seller_id=seller_id, order_id__in=ids)
    return by_number, lines, {row.order_id: row for row in recipients}


def _one_import_at_a_time(seller_id: UUID) -> None:
    """Wait for another import's batch: both would make the order that is new to both.

    Held until the batch commits; also keeps two imports from locking crosswise.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"intake {seller_id}"],
        )


def _batches(incoming: Iterable[IncomingOrder]) -> Iterator[list[IncomingOrder]]:
    source = iter(incoming)
    while batch := list(islice(source, BATCH)):
        yield batch
