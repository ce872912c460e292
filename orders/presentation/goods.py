"""Items, totals and packages of an order."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orders.enums import FulfillmentStatus
from orders.models import Order, OrderLine, Shipment
from orders.presentation.rows import total_of
from orders.presentation.statuses import Tag, is_due, package_tag
from orders.presentation.words import Moment


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One item. ``price`` is of one unit; None where the source gave none."""

    title: str
    sku: str
    asin: str
    quantity: int
    price: Decimal | None
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class TotalRow:
    """One line below the items."""

    label: str
    amount: Decimal
    strong: bool = False


@dataclass(frozen=True, slots=True)
class PackageRow:
    """One package of an order; days in the shop's zone."""

    name: str
    carrier: str
    number: str
    shipped_on: date | None
    status: Tag


def item_row(line: OrderLine) -> ItemRow:
    """Put an item into a row; reports give the price of all its units together."""
    price = line.item_price
    each = price / line.quantity if price is not None and line.quantity else price
    return ItemRow(
        title=line.title or line.sku,
        sku=line.sku,
        asin=line.asin,
        quantity=line.quantity,
        price=each,
        total=price,
    )


def units_words(order: Order) -> str:
    """Say how many units are still to be shipped, or were."""
    n = order.unit_count
    if order.status == FulfillmentStatus.SHIPPED:
        return ngettext("%(n)d unit shipped", "%(n)d units shipped", n) % {"n": n}
    if is_due(order):
        return ngettext("%(n)d unit to ship", "%(n)d units to ship", n) % {"n": n}
    return ngettext("%(n)d unit", "%(n)d units", n) % {"n": n}


def total_rows(order: Order) -> tuple[TotalRow, ...]:
    """Return the lines below the items; none where the source gave no prices."""
    total = total_of(order)
    if total is None:
        return ()
    level = order.service_level.lower()
    shipping = _("Shipping, %(level)s") % {"level": level} if level else _("Shipping")
    rows = [
        TotalRow(_("Items"), order.items_total),
        TotalRow(shipping, order.shipping_total),
        TotalRow(_("Tax"), order.tax_total),
    ]
    if order.discount_total:
        rows.append(TotalRow(_("Promotion"), -abs(order.discount_total)))
    return (*rows, TotalRow(_("Total"), total, strong=True))


def package_row(*, shipment: Shipment, moment: Moment) -> PackageRow:
    """Put a package into a row."""
    at = shipment.shipped_at
    return PackageRow(
        name=_("Package %(name)s") % {"name": shipment.reference},
        carrier=" ".join(filter(None, (shipment.carrier, shipment.service))),
        number=shipment.tracking_number,
        shipped_on=moment.local_day(at) if at else None,
        status=package_tag(shipment.status),
    )
