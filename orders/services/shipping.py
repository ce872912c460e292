"""Recording that an order left, that it arrived, or that it never will."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from django.db.models import DateTimeField, Max, Value
from django.db.models.functions import Least

from compliance.queries.policies import policies_of
from orders.enums import FulfillmentStatus, PackageStatus
from orders.models import Order, Recipient, Shipment
from orders.queries.due import WAITING
from orders.services.evidence import EvidenceRefused, WhyNot
from orders.services.retention import DAY_FIELDS, apply_moves, is_tombstone, set_day
from vault.days import gone_through
from vault.kinds import Kind
from vault.ledger import append

_ORDER_FIELDS = [
    "status",
    "delivery",
    "shipped_at",
    "delivered_at",
    "undeliverable_at",
    *DAY_FIELDS,
    "changed_at",
]


class InstantRefused(EvidenceRefused):
    """A time that lies in the future, before the purchase or before the shipping."""


@dataclass(frozen=True, slots=True)
class Package:
    """What is told of a package that was handed to a carrier.

    ``last``: nothing more of the order is to follow, so that it counts as shipped.
    """

    reference: str
    carrier: str
    tracking_number: str
    shipped_at: datetime
    service: str = ""
    last: bool = True


def record_shipment(*, order: Order, package: Package, now: datetime) -> Shipment:
    """Record a package of an order in scope; the clock moves to its ship time.

    With the last one the order counts as shipped; before it the clock stays, since a
    part of the order is still to leave. Raises `InstantRefused`.
    """
    _lock(order)
    check_instant(instant=package.shipped_at, order=order, now=now)
    shipment, _ = Shipment.objects.update_or_create(
        seller_id=order.seller_id,
        order=order,
        reference=package.reference,
        defaults={
            "carrier": package.carrier,
            "service": package.service,
            "tracking_number": package.tracking_number,
            "shipped_at": package.shipped_at,
            "status": PackageStatus.IN_TRANSIT,
        },
    )
    if package.last or order.status == FulfillmentStatus.SHIPPED:
        order.status = FulfillmentStatus.SHIPPED
        order.delivery = PackageStatus.IN_TRANSIT
        order.shipped_at = _last_shipped(order)
    else:
        order.status = FulfillmentStatus.PARTIALLY_SHIPPED
    _save(order=order, now=now)
    append(kind=Kind.ORDER_SHIPPED_RECORDED, now=now, subject_id=order.id)
    return shipment


def add_package(*, order: Order, told: Package, now: datetime) -> Shipment:
    """Record a package under the next free reference of its order.

    One that is told again, by its number or all the same, is put right instead. Raises
    `InstantRefused`.
    """
    _lock(order)
    known = list(Shipment.objects.filter(seller_id=order.seller_id, order=order))
    names = {shipment.reference for shipment in known}
    reference = next(n for n in map(str, count(1)) if n not in names)
    for shipment in known:
        same = shipment.shipped_at == told.shipped_at
        if shipment.tracking_number == told.tracking_number and (
            told.tracking_number or same
        ):
            reference = shipment.reference
    return record_shipment(
        order=order, package=replace(told, reference=reference), now=now
    )


def record_delivery(*, order: Order, delivered_at: datetime, now: datetime) -> None:
    """Record the exact delivery of an order in scope. Raises `InstantRefused`.

    Where two are told the earlier one counts: it is the safe one.
    """
    _lock(order)
    check_instant(instant=delivered_at, order=order, now=now, left=True)
    told = Value(delivered_at, output_field=DateTimeField())
    Shipment.objects.filter(seller_id=order.seller_id, order=order).update(
        status=PackageStatus.DELIVERED, delivered_at=Least("delivered_at", told)
    )
    if FulfillmentStatus(order.status) in WAITING:
        order.status = FulfillmentStatus.SHIPPED
    order.delivery = PackageStatus.DELIVERED
    order.delivered_at = min(order.delivered_at or delivered_at, delivered_at)
    _save(order=order, now=now)
    append(kind=Kind.ORDER_DELIVERED_RECORDED, now=now, subject_id=order.id)


def record_loss(*, order: Order, lost_at: datetime, now: datetime) -> None:
    """Record that an order in scope was lost or could not be delivered.

    Where two are told the earlier one counts. Raises `InstantRefused`, and
    `EvidenceRefused` for an order that was delivered.
    """
    _lock(order)
    if order.delivery == PackageStatus.DELIVERED or order.delivered_at is not None:
        raise EvidenceRefused(WhyNot.DELIVERED)
    check_instant(instant=lost_at, order=order, now=now, left=True)
    told = Value(lost_at, output_field=DateTimeField())
    Shipment.objects.filter(
        seller_id=order.seller_id, order=order, delivered_at__isnull=True
    ).update(
        status=PackageStatus.UNDELIVERABLE,
        undeliverable_at=Least("undeliverable_at", told),
    )
    order.delivery = PackageStatus.UNDELIVERABLE
    order.undeliverable_at = min(order.undeliverable_at or lost_at, lost_at)
    _save(order=order, now=now)
    append(kind=Kind.ORDER_LOST_RECORDED, now=now, subject_id=order.id)


def _lock(order: Order) -> None:
    """Take the order's row and read it anew: another session may have changed it.

    Raises `EvidenceRefused` for the test buyer's order, which nobody ships, and for
    one that was cancelled, perhaps while the form was being filled in.
    """
    order.refresh_from_db(from_queryset=Order.objects.select_for_update())
    if order.test_buyer:
        raise EvidenceRefused(WhyNot.INVENTED)
    if order.cancelled_at is not None:
        raise EvidenceRefused(WhyNot.CANCELLED)


def _last_shipped(order: Order) -> datetime | None:
    """Return the ship time of the last package, corrections included."""
    packages = Shipment.objects.filter(seller_id=order.seller_id, order=order)
    last: datetime | None = packages.aggregate(last=Max("shipped_at"))["last"]
    return last


def _save(*, order: Order, now: datetime) -> None:
    order.changed_at = now
    today = gone_through(today=now.date())
    recipient = Recipient.objects.filter(
        seller_id=order.seller_id, order_id=order.id
    ).first()
    move = None
    if not is_tombstone(order=order, today=today):
        move = set_day(
            order=order,
            recipient=recipient,
            policies=policies_of(seller_id=order.seller_id),
            today=today,
        )
    order.save(update_fields=_ORDER_FIELDS)
    if move is not None:
        apply_moves(moves=[move], today=today, now=now)


def check_instant(
    *, instant: datetime, order: Order, now: datetime, left: bool = False
) -> None:
    """Refuse a time that cannot be right; ``left``: the order had left by then.

    Raises `InstantRefused`.
    """
    if instant > now:
        raise InstantRefused(WhyNot.IN_FUTURE)
    if instant < order.purchased_at:
        raise InstantRefused(WhyNot.BEFORE_PURCHASE)
    if left and order.shipped_at is not None and instant < order.shipped_at:
        raise InstantRefused(WhyNot.BEFORE_SHIPPING)
