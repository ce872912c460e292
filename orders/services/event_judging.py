"""Judging a batch of carriers' events: what each would change, nothing written yet."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from compliance.policies import Policies
from orders.enums import CarrierWord, FulfillmentStatus, PackageStatus
from orders.incoming import IncomingEvent, IncomingPackage
from orders.models import Order, Shipment
from orders.queries.due import WAITING
from orders.services.event_work import Case, EventWork, Known, RowRefused
from orders.services.evidence import WhyNot
from orders.services.retention import days_of, is_tombstone, set_day
from vault.days import gone_through

#: What is read first: a delivery is judged by the ship time that the file gives too.
_TURN = {CarrierWord.ANNOUNCED: 0, CarrierWord.SHIPPED: 1, CarrierWord.ON_THE_WAY: 2}
_ENDED = (PackageStatus.DELIVERED, PackageStatus.UNDELIVERABLE)


def judge_events(
    *, batch: Sequence[IncomingPackage], known: Known, now: datetime
) -> EventWork:
    """Decide what a batch changes; nothing is sealed or written."""
    work = EventWork(now=now, today=gone_through(today=now.date()))
    touched: dict[UUID, tuple[object, ...]] = {}
    changed: dict[UUID, Shipment] = {}
    for incoming in batch:
        work.result.orders += 1
        work.result.lines += len(incoming.events)
        packages = known.by_number.get(incoming.tracking_number, [])
        moved = False
        for package in packages:
            order = known.cases[package.order_id].order
            touched.setdefault(order.id, _state(order))
            was = (*_state_of(package), order.in_transit_seen_at)
            _take_events(package, order, incoming, work, only=len(packages) == 1)
            if (*_state_of(package), order.in_transit_seen_at) != was:
                moved, changed[package.id] = True, package
        if not packages:
            _refuse(work, incoming, incoming.events, WhyNot.MISSING)
        work.result.updated += moved
        work.result.unchanged += not moved
    work.packages = list(changed.values())
    for order_id, before in touched.items():
        _judge_order(known.cases[order_id], before, known.policies, work)
    return work


def _take_events(
    package: Shipment,
    order: Order,
    incoming: IncomingPackage,
    work: EventWork,
    *,
    only: bool,
) -> None:
    """Lay a package's events over it; ``only``: no other package has its number."""
    for event in sorted(incoming.events, key=lambda e: (_TURN.get(e.word, 3), e.at)):
        ends = event.word in {CarrierWord.DELIVERED, CarrierWord.UNDELIVERABLE}
        bound = max(order.purchased_at, package.shipped_at or order.purchased_at)
        bound = bound if ends else order.purchased_at
        at = event.at
        if event.until is not None and at < bound < event.until:
            at = bound
        if event.word == CarrierWord.ANNOUNCED:
            continue
        if at < bound:
            early = at < order.purchased_at
            why = WhyNot.BEFORE_PURCHASE if early else WhyNot.BEFORE_SHIPPING
            if only:
                _refuse(work, incoming, [event], why)
            continue
        _lay(package, order, event.word, at)
    if package.delivered_at is not None:
        package.status = PackageStatus.DELIVERED
    elif package.undeliverable_at is not None:
        package.status = PackageStatus.UNDELIVERABLE


def _lay(package: Shipment, order: Order, word: CarrierWord, at: datetime) -> None:
    match word:
        case CarrierWord.SHIPPED:
            package.shipped_at = min(package.shipped_at or at, at)
        case CarrierWord.DELIVERED:
            package.delivered_at = min(package.delivered_at or at, at)
        case CarrierWord.UNDELIVERABLE:
            package.undeliverable_at = min(package.undeliverable_at or at, at)
        case _on_the_way:
            order.in_transit_seen_at = max(order.in_transit_seen_at or at, at)
    if package.status in {PackageStatus.PENDING, PackageStatus.SHIPPED}:
        package.status = PackageStatus.IN_TRANSIT


def _judge_order(
    case: Case, before: tuple[object, ...], policies: Policies | None, work: EventWork
) -> None:
    """Bring an order in line with all of its packages, and set its day."""
    order = case.order
    was_delivered, was_lost = order.delivered_at, order.undeliverable_at
    if order.status != FulfillmentStatus.PARTIALLY_SHIPPED:
        _sum_up(order, case.packages)
    day = order.purge_on
    if policies is not None and not is_tombstone(order=order, today=work.today):
        move = set_day(
            order=order, recipient=case.buyer, policies=policies, today=work.today
        )
        if move is not None:
            work.moves.append(move)
            gone = move[1] <= work.today
            work.result.removed += gone
            work.result.earlier += not gone and order.purge_on < day
            work.result.later += order.purge_on > day
            if gone:
                case.buyer = None
    if _state(order) == before:
        return
    if order.delivered_at != was_delivered:
        work.delivered.append(order.id)
        work.result.delivered += 1
    elif order.undeliverable_at != was_lost:
        work.lost.append(order.id)
        work.result.lost += 1
    else:
        work.result.on_the_way += 1
    order.changed_at = work.now
    work.orders.append(order)


def _sum_up(order: Order, packages: Sequence[Shipment]) -> None:
    """Tell from its packages whether an order left, arrived, or was lost."""
    shipped = [p.shipped_at for p in packages if p.shipped_at is not None]
    order.shipped_at = max(shipped, default=order.shipped_at)
    delivered = [p.delivered_at for p in packages if p.delivered_at is not None]
    lost = [p.undeliverable_at for p in packages if p.undeliverable_at is not None]
    if len(delivered) == len(packages):
        last = max(delivered)
        order.delivered_at = min(order.delivered_at or last, last)
        order.delivery = PackageStatus.DELIVERED
        if FulfillmentStatus(order.status) in WAITING:
            order.status = FulfillmentStatus.SHIPPED
    elif lost and all(p.status in _ENDED for p in packages):
        last = max(lost)
        order.undeliverable_at = min(order.undeliverable_at or last, last)
        if order.delivered_at is None:
            order.delivery = PackageStatus.UNDELIVERABLE
    elif order.delivery in {PackageStatus.PENDING, PackageStatus.SHIPPED}:
        order.delivery = PackageStatus.IN_TRANSIT


def _refuse(
    work: EventWork,
    incoming: IncomingPackage,
    events: Iterable[IncomingEvent],
    why: WhyNot,
) -> None:
    refused = [RowRefused(e.row, incoming.tracking_number, why) for e in events]
    work.refused += refused
    work.result.refused += len(refused)


def _state(order: Order) -> tuple[object, ...]:
    return (
        *(order.status, order.delivery, order.shipped_at, order.in_transit_seen_at),
        *(order.delivered_at, order.undeliverable_at, *days_of(order=order)),
    )


def _state_of(package: Shipment) -> tuple[object, ...]:
    return (
        package.status,
        package.shipped_at,
        package.delivered_at,
        package.undeliverable_at,
    )
