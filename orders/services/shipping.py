"""Recording that an order left, and that it arrived."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from compliance.queries.policies import policies_of
from orders.enums import FulfillmentStatus, PackageStatus
from orders.models import Order, Recipient, Shipment
from orders.services.retention import apply_moves, is_tombstone, set_day
from vault.days import gone_through
from vault.kinds import Kind
from vault.ledger import append

_ORDER_FIELDS = [
    "status",
    "delivery",
    "shipped_at",
    "delivered_at",
    "clock_at",
    "clock_basis",
    "purge_on",
    "limit_on",
    "last_key_on",
    "changed_at",
]


class InstantRefused(ValueError):
    """A ship or delivery time that lies in the future or before the purchase."""


@dataclass(frozen=True, slots=True)
class Package:
    """What is told of a package that was handed to a carrier."""

    reference: str
    carrier: str
    tracking_number: str
    shipped_at: datetime
    service: str = ""


def record_shipment(*, order: Order, package: Package, now: datetime) -> Shipment:
    """Record a package of an order in scope; the clock moves to its ship time.

    The order counts as shipped with it. Raises `InstantRefused`.
    """
    _lock(order)
    _check(instant=package.shipped_at, order=order, now=now)
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
    order.status = FulfillmentStatus.SHIPPED
    order.delivery = PackageStatus.IN_TRANSIT
    order.shipped_at = _last_shipped(order)
    _save(order=order, now=now)
    append(kind=Kind.ORDER_SHIPPED_RECORDED, now=now, subject_id=order.id)
    return shipment


def record_delivery(*, order: Order, delivered_at: datetime, now: datetime) -> None:
    """Record the exact delivery of an order in scope. Raises `InstantRefused`.

    Where two are told the earlier one counts: it is the safe one.
    """
    _lock(order)
    _check(instant=delivered_at, order=order, now=now)
    Shipment.objects.filter(seller_id=order.seller_id, order=order).update(
        status=PackageStatus.DELIVERED, delivered_at=delivered_at
    )
    order.delivery = PackageStatus.DELIVERED
    order.delivered_at = min(order.delivered_at or delivered_at, delivered_at)
    _save(order=order, now=now)
    append(kind=Kind.ORDER_DELIVERED_RECORDED, now=now, subject_id=order.id)


def _lock(order: Order) -> None:
    """Take the order's row and read it anew: another session may have changed it."""
    order.refresh_from_db(from_queryset=Order.objects.select_for_update())


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


def _check(*, instant: datetime, order: Order, now: datetime) -> None:
    if not order.purchased_at <= instant <= now:
        message = "The time lies in the future or before the purchase; correct it."
        raise InstantRefused(message)
