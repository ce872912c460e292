"""The page of one order, put together from what the queries know."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode

from orders.enums import FulfilledBy
from orders.models import Order, OrderLine
from orders.presentation.buyer import BuyerCard, Visitor, buyer_card
from orders.presentation.channels import channel_words, marketplace_url
from orders.presentation.goods import (
    ItemRow,
    PackageRow,
    TotalRow,
    item_row,
    package_row,
    total_rows,
    units_words,
)
from orders.presentation.groups import ShownGroup
from orders.presentation.held import HeldCard, held_card
from orders.presentation.known import Known, known_of
from orders.presentation.life import LifeCard, life_card
from orders.presentation.standing import Standing
from orders.presentation.statuses import Tag, status_tag
from orders.presentation.steps import Step, steps_of
from orders.presentation.suspension import suspended_of
from orders.presentation.timeline import Event, timeline
from orders.presentation.words import Moment
from orders.queries.listing import ListView, orders_in_view
from orders.queries.paging import newer_than, older_than, place_of


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page is: the shop's slug and the view that the person came from."""

    shop: str
    view: ListView

    @property
    def query(self) -> str:
        """Return what addresses carry on, so that Back leads to the same view."""
        if self.view is ListView.ALL:
            return ""
        return f"?{urlencode({'view': self.view.value})}"

    @property
    def list_url(self) -> str:
        """Return the address of the list."""
        return f"{reverse('orders:order-list', args=[self.shop])}{self.query}"

    def order_url(self, order: Order) -> str:
        """Return the address of an order."""
        url = reverse("orders:order-detail", args=[self.shop, order.id])
        return f"{url}{self.query}"


@dataclass(frozen=True, slots=True)
class OrderPage:
    """What the page of an order prints."""

    number: str
    problem: str
    page_url: str
    list_url: str
    newer_url: str
    older_url: str
    marketplace_url: str
    channel: str
    currency: str
    ordered_at: datetime
    ordered_time: str
    amazon_ships: bool
    shipped_on: date | None
    status: Tag
    steps: tuple[Step, ...]
    units: str
    items: tuple[ItemRow, ...]
    totals: tuple[TotalRow, ...]
    packages: tuple[PackageRow, ...]
    events: tuple[Event, ...]
    buyer: BuyerCard
    life: LifeCard | None
    held: HeldCard | None


def order_page(
    *,
    order: Order,
    place: Place,
    visitor: Visitor,
    moment: Moment,
    answered: ShownGroup | None = None,
) -> OrderPage:
    """Read what is known of an order and lay it out; opens nothing."""
    known = known_of(order=order, moment=moment)
    lines = OrderLine.objects.filter(seller_id=order.seller_id, order_id=order.id)
    buyer = buyer_card(
        known=known,
        visitor=visitor,
        address=f"{place.shop} {place.query}",
        answered=answered,
        suspended=suspended_of(order=order, role=visitor.role, moment=moment),
    )
    shipped = order.shipped_at
    newer, older = _neighbours(order=order, place=place, moment=moment)
    return OrderPage(
        number=order.marketplace_order_id,
        # A group that the card does not hold cannot say what was wrong itself.
        problem=answered.problem if answered and answered not in buyer.groups else "",
        page_url=place.order_url(order),
        list_url=place.list_url,
        newer_url=newer,
        older_url=older,
        marketplace_url=marketplace_url(order),
        channel=channel_words(order),
        currency=order.currency,
        ordered_at=order.purchased_at,
        ordered_time=_time_today(order.purchased_at, moment),
        amazon_ships=order.fulfilled_by == FulfilledBy.AMAZON,
        shipped_on=moment.local_day(shipped) if shipped else None,
        status=status_tag(order=order, moment=moment),
        steps=steps_of(known),
        units=units_words(order),
        items=tuple(item_row(line) for line in lines.order_by("id")),
        totals=total_rows(order),
        packages=tuple(package_row(shipment=s, moment=moment) for s in known.shipments),
        events=timeline(known),
        buyer=buyer,
        life=_life(known=known, place=place, visitor=visitor),
        held=_held(known=known, place=place, visitor=visitor),
    )


def _life(*, known: Known, place: Place, visitor: Visitor) -> LifeCard | None:
    """Return the card of a buyer's life, with the way to end it for whoever may."""
    if known.standing is Standing.NEVER_ASKED:
        return None
    card = life_card(known)
    there = known.standing in (Standing.READABLE, Standing.LOST)
    if not (there and visitor.may_remove):
        return card
    url = reverse("orders:order-remove", args=[place.shop, known.order.id])
    return replace(card, remove_url=f"{url}{place.query}")


def _held(*, known: Known, place: Place, visitor: Visitor) -> HeldCard | None:
    """Return the card of holds; none where nothing is held and nobody could."""
    card = held_card(
        order=known.order,
        held=known.held,
        shop=place.shop,
        may_hold=visitor.may_hold and not known.order.test_buyer,
        buyer_there=known.standing is Standing.READABLE,
        today=known.moment.today,
    )
    return card if card.lines or card.place_url else None


def _neighbours(*, order: Order, place: Place, moment: Moment) -> tuple[str, str]:
    """Return the addresses of the next newer and the next older order of the view."""
    orders = orders_in_view(
        seller_id=order.seller_id, view=place.view, now=moment.now, zone=moment.zone
    ).only("id", "purchased_at")
    here = place_of(order=order)
    newer = newer_than(orders=orders, place=here).first()
    older = older_than(orders=orders, place=here).first()
    return (
        place.order_url(newer) if newer else "",
        place.order_url(older) if older else "",
    )


def _time_today(instant: datetime, moment: Moment) -> str:
    """Return the time of day of an instant of today, else an empty text."""
    if not moment.is_today(instant):
        return ""
    return f"{instant.astimezone(moment.zone):%H:%M}"
