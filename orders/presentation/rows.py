"""The rows and tabs of the list of orders."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order
from orders.presentation.channels import short_place
from orders.presentation.standing import LifeCell, Standing, life_cell, standing_of
from orders.presentation.statuses import Tag, is_due, status_tag
from orders.presentation.words import Moment
from orders.queries.buyers import LostKeys
from orders.queries.listing import ListedOrder


@dataclass(frozen=True, slots=True)
class Tab:
    """A view of the list with the number of its orders."""

    label: str
    url: str
    count: str
    current: bool


@dataclass(frozen=True, slots=True)
class ShipCell:
    """The column "Ship by": an instant, the day it was shipped on, or words."""

    by: datetime | None = None
    shipped_on: date | None = None
    words: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order in the list. ``total`` is None where the source gave no prices."""

    order_id: UUID
    url: str
    number: str
    place: str
    ships: str
    ordered_at: datetime
    ship: ShipCell
    quantity: int
    title: str
    sku: str
    more: int
    buyer_hidden: bool
    buyer_words: str
    region: str
    total: Decimal | None
    currency: str
    status: Tag
    life: LifeCell


def order_row(
    *, listed: ListedOrder, lost: LostKeys, url: str, moment: Moment
) -> OrderRow:
    """Put an order into the words of the list; opens nothing."""
    order, sealed_at = listed.order, listed.buyer_sealed_at
    standing = standing_of(
        order=order,
        stored=sealed_at is not None,
        day_state=listed.day_state,
        lost=sealed_at is not None
        and lost.lost(day=order.purge_on, sealed_at=sealed_at),
        today=moment.today,
    )
    amazon = order.fulfilled_by == FulfilledBy.AMAZON
    return OrderRow(
        order_id=order.id,
        url=url,
        number=order.marketplace_order_id,
        place=short_place(order),
        ships=_("Amazon ships") if amazon else _("you ship"),
        ordered_at=order.purchased_at,
        ship=_ship_cell(order=order, moment=moment),
        quantity=listed.first_quantity,
        title=order.first_title or order.first_sku,
        sku=order.first_sku,
        more=max(order.line_count - 1, 0),
        buyer_hidden=standing is Standing.READABLE,
        buyer_words=_buyer_words(standing),
        region=region_words(order),
        total=total_of(order),
        currency=order.currency,
        status=status_tag(order=order, moment=moment),
        life=life_cell(order=order, standing=standing, moment=moment),
    )


def region_words(order: Order) -> str:
    """Name what stays in plain text of where an order goes: US, OR."""
    return ", ".join(part for part in (order.ship_country, order.ship_state) if part)


def total_of(order: Order) -> Decimal | None:
    """Add up what the buyer paid; None where the source gave no prices."""
    if not order.currency:
        return None
    paid: Decimal = order.items_total + order.shipping_total + order.tax_total
    return paid - abs(order.discount_total)


def _buyer_words(standing: Standing) -> str:
    match standing:
        case Standing.READABLE:
            return _("Name hidden")
        case Standing.REFUSED | Standing.PAST_LIMIT:
            return _("Refused")
        case Standing.LOST:
            return _("Lost")
        case _nothing:
            return _("No data")


def _ship_cell(*, order: Order, moment: Moment) -> ShipCell:
    if order.fulfilled_by == FulfilledBy.AMAZON:
        return ShipCell(words=_("Amazon ships"), tone="mut")
    if order.shipped_at is not None:
        return ShipCell(shipped_on=moment.local_day(order.shipped_at), tone="mut")
    if order.status == FulfillmentStatus.SHIPPED:
        return ShipCell(words=_("Shipped"), tone="mut")
    if order.ship_by is None:
        return ShipCell(words=_("Not given"), tone="mut")
    return ShipCell(by=order.ship_by, tone=_urgency(order, order.ship_by, moment))


def _urgency(order: Order, ship_by: datetime, moment: Moment) -> str:
    """Colour a ship-by time: late, today, or no longer of interest."""
    if not is_due(order):
        return "mut"
    if ship_by <= moment.now:
        return "bad"
    return "warn" if moment.is_today(ship_by) else ""
