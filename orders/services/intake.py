"""Taking orders in: idempotent, in batches, with the buyer sealed on arrival."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from compliance.services.arrivals import Arrival, seal_arrivals
from orders.incoming import IncomingOrder
from orders.models import Order, OrderLine, Recipient
from orders.queries.held_subjects import subject_of
from orders.services.judging import IntakeResult, Judged, Work, judge
from orders.services.retention import apply_moves
from orders.services.turns import one_at_a_time
from vault.clock import clock
from vault.context import Actor, seller_scope
from vault.kinds import Kind
from vault.ledger import append_many
from vault.refusals import KeyDestroyed, PastItsDay

__all__ = [
    "BATCH",
    "IntakeResult",
    "Judged",
    "plan_orders",
    "receive_invented",
    "receive_orders",
]

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


def receive_orders(
    *,
    incoming: Iterable[IncomingOrder],
    seller_id: UUID,
    actor: Actor,
    now: datetime,
) -> IntakeResult:
    """Take orders in for a seller; each batch is a transaction of its own.

    Idempotent on (seller, channel, order id); an order that comes twice is merged as if
    it came in two reports. Empty never overwrites, a purged buyer is never refilled, an
    order whose day has passed is stored without its buyer, and an order that the
    marketplace fulfils never gets one.
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
        one_at_a_time(seller_id=seller_id)
        work = judge(batch=batch, seller_id=seller_id, now=now)
        _make_room(work=work, seller_id=seller_id)
        _write(work)
        return work.result


def receive_invented(*, incoming: IncomingOrder, seller_id: UUID, now: datetime) -> int:
    """Take in the order of a test buyer, in place of the shop's former one.

    In the open scope, the same way as every other order. Returns how many buyers were
    sealed: 0 where the order's day has passed.
    """
    one_at_a_time(seller_id=seller_id)
    work = judge(batch=[incoming], seller_id=seller_id, now=now)
    for order in work.created:
        order.test_buyer = True
    for buyer in work.buyers.new:
        buyer.invented = True
    if work.buyers.new:
        Order.objects.filter(seller_id=seller_id, test_buyer=True).delete()
        _write(work)
    return len(work.buyers.new)


def _make_room(*, work: Work, seller_id: UUID) -> None:
    """Let the test buyer's order go where a real one comes with its number."""
    invented = Order.objects.filter(seller_id=seller_id, test_buyer=True).first()
    numbers = {(o.channel, o.marketplace_order_id) for o in work.created}
    if invented and (invented.channel, invented.marketplace_order_id) in numbers:
        invented.delete()


def plan_orders(
    *,
    incoming: Iterable[IncomingOrder],
    seller_id: UUID,
    actor: Actor,
    now: datetime,
) -> Iterator[tuple[IntakeResult, list[Judged]]]:
    """Yield for each batch what `receive_orders` would do now; change nothing.

    The same decisions by the same code, so the counts are exact as long as nobody
    else changes the orders meanwhile and no new order comes twice: its second coming
    is judged as new as well, since nothing is stored. Takes no lock and holds no day.
    """
    for batch in _batches(incoming):
        with seller_scope(seller_id=seller_id, actor=actor):
            work = judge(batch=batch, seller_id=seller_id, now=now, lock=False)
        yield work.result, work.judged


def _write(work: Work) -> None:
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
    seal_arrivals(arrivals=list(_arrivals(work)), now=work.now)
    append_many(
        kind=Kind.ORDER_IMPORTED_CHANGED,
        now=work.now,
        entries=[(order.id, {"status": order.status}) for order in work.updated],
    )


def _arrivals(work: Work) -> Iterator[Arrival]:
    """Yield the buyers that were sealed or filled and are still there."""
    orders = {order.id: order for order in (*work.created, *work.updated)}
    for row in (*work.buyers.new, *work.buyers.changed):
        if row.pk is not None:
            yield Arrival(row=row, subject=subject_of(order=orders[row.order_id]))


def _batches(incoming: Iterable[IncomingOrder]) -> Iterator[list[IncomingOrder]]:
    """Cut into batches in which no order stands twice: the second finds the first."""
    batch: dict[tuple[str, str], IncomingOrder] = {}
    for order in incoming:
        number = (order.channel, order.marketplace_order_id)
        if len(batch) == BATCH or number in batch:
            yield list(batch.values())
            batch = {}
        batch[number] = order
    if batch:
        yield list(batch.values())
