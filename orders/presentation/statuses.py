"""How far an order is, as a tag: its status, and its delivery once it is shipped."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from orders.enums import FulfilledBy, FulfillmentStatus, PackageStatus
from orders.models import Order
from orders.presentation.words import Moment, long_words


@dataclass(frozen=True, slots=True)
class Tag:
    """A small coloured word with its symbol."""

    text: str
    icon: str
    tone: str = ""


_LOOKS = {
    FulfillmentStatus.PENDING_AVAILABILITY: ("clock", ""),
    FulfillmentStatus.PENDING: ("clock", ""),
    FulfillmentStatus.UNSHIPPED: ("box", "line"),
    FulfillmentStatus.PARTIALLY_SHIPPED: ("box", "line"),
    FulfillmentStatus.CANCELLED: ("x", ""),
    FulfillmentStatus.UNFULFILLABLE: ("alert", "warn"),
}


def is_due(order: Order) -> bool:
    """Tell whether the seller still has to ship an order."""
    return order.fulfilled_by == FulfilledBy.MERCHANT and order.status in (
        FulfillmentStatus.UNSHIPPED,
        FulfillmentStatus.PARTIALLY_SHIPPED,
    )


def status_tag(*, order: Order, moment: Moment) -> Tag:
    """Say how far an order is; late and due today come before its status."""
    if is_due(order) and order.ship_by is not None:
        if order.ship_by <= moment.now:
            late = long_words(moment.now - order.ship_by)
            return Tag(_("Late %(time)s") % {"time": late}, "alert", "bad")
        if moment.is_today(order.ship_by):
            return Tag(_("Ship today"), "clock", "warn")
    status = FulfillmentStatus(order.status)
    if status is FulfillmentStatus.SHIPPED:
        return delivery_tag(order=order, moment=moment)
    icon, tone = _LOOKS[status]
    return Tag(str(status.label), icon, tone)


def delivery_tag(*, order: Order, moment: Moment) -> Tag:
    """Say where the last package of a shipped order is."""
    if order.delivery == PackageStatus.DELIVERED:
        at = order.delivered_at
        if at is None:
            return Tag(_("Delivered"), "check", "ok")
        day = moment.local_day_words(at)
        return Tag(_("Delivered %(day)s") % {"day": day}, "check", "ok")
    return package_tag(order.delivery)


def package_tag(status: str) -> Tag:
    """Say where one package is."""
    match PackageStatus(status):
        case PackageStatus.DELIVERED:
            return Tag(_("Delivered"), "check", "ok")
        case PackageStatus.IN_TRANSIT:
            return Tag(_("In transit"), "truck")
        case PackageStatus.UNDELIVERABLE:
            return Tag(_("Undeliverable"), "alert", "warn")
        case PackageStatus.CANCELLED:
            return Tag(_("Cancelled"), "x")
        case _handed_over:
            return Tag(_("Shipped"), "truck")
