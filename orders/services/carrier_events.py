"""Taking in what carriers' files say of packages: idempotent, in batches.

Of one package and one kind of event the earliest time counts, whatever order files come
in; so the same file twice changes nothing, and an older one moves no day later. Of
several packages the last one is the order's: it is delivered when all of them are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from orders.incoming import IncomingPackage
from orders.models import Shipment
from orders.services.event_judging import judge_events
from orders.services.event_work import (
    EventResult,
    EventWork,
    Known,
    RowRefused,
    known_packages,
)
from orders.services.retention import DAY_FIELDS, apply_moves
from orders.services.turns import one_at_a_time
from orders.services.writing import write_orders
from vault.clock import clock
from vault.context import Actor, current_scope, seller_scope
from vault.kinds import Kind
from vault.ledger import append_many
from vault.refusals import KeyDestroyed, PastItsDay

__all__ = ["BATCH", "EventResult", "RowRefused", "plan_events", "receive_events"]

#: Packages in one transaction: no session may hold a purge day open for long.
BATCH = 500
_SOURCE: Mapping[str, int | str] = {"source": "carrier file"}
_ORDER_COLUMNS = [
    *("status", "delivery", "shipped_at", "in_transit_seen_at", "delivered_at"),
    *("undeliverable_at", *DAY_FIELDS, "changed_at"),
]
_PACKAGE_COLUMNS = ["status", "shipped_at", "delivered_at", "undeliverable_at"]


def receive_events(
    *,
    incoming: Iterable[IncomingPackage],
    seller_id: UUID,
    actor: Actor,
    now: datetime,
) -> EventResult:
    """Take events in for a seller; each batch is a transaction of its own."""
    total = EventResult()
    for batch in _batches(incoming):
        try:
            total.add(_one_batch(batch, seller_id, actor, now))
        except (PastItsDay, KeyDestroyed):
            # A purge day began in the middle of the batch: judge it once more.
            total.add(_one_batch(batch, seller_id, actor, max(now, clock.now())))
    return total


def plan_events(
    *,
    incoming: Iterable[IncomingPackage],
    seller_id: UUID,
    actor: Actor,
    now: datetime,
) -> Iterator[tuple[EventResult, EventWork]]:
    """Yield for each batch what `receive_events` would do now; change nothing.

    The same decisions by the same code. What an order's packages in earlier batches
    would have changed is remembered, so that the counts are exact.
    """
    memory = Known()
    for batch in _batches(incoming):
        with seller_scope(seller_id=seller_id, actor=actor):
            known = known_packages(batch=batch, seller_id=seller_id, lock=False)
            memory.take_over(known)
            work = judge_events(batch=batch, known=known, now=now)
        memory.keep(known)
        yield work.result, work


def _one_batch(
    batch: Sequence[IncomingPackage], seller_id: UUID, actor: Actor, now: datetime
) -> EventResult:
    with seller_scope(seller_id=seller_id, actor=actor):
        one_at_a_time(seller_id=seller_id)
        known = known_packages(batch=batch, seller_id=seller_id, lock=True)
        work = judge_events(batch=batch, known=known, now=now)
        _write(work)
        return work.result


def _write(work: EventWork) -> None:
    Shipment.objects.bulk_update(work.packages, _PACKAGE_COLUMNS, batch_size=200)
    write_orders(
        seller_id=current_scope().seller_id, orders=work.orders, columns=_ORDER_COLUMNS
    )
    apply_moves(moves=work.moves, today=work.today, now=work.now)
    for kind, ids in (
        (Kind.ORDER_DELIVERED_RECORDED, work.delivered),
        (Kind.ORDER_LOST_RECORDED, work.lost),
    ):
        entries = [(order_id, _SOURCE) for order_id in ids]
        append_many(kind=kind, now=work.now, entries=entries)


def _batches(incoming: Iterable[IncomingPackage]) -> Iterator[list[IncomingPackage]]:
    source = iter(incoming)
    while batch := list(islice(source, BATCH)):
        yield batch
