"""The list of orders: its views, their counts, and what a row needs."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import partial
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery

from orders.models import Order, OrderLine, Recipient
from orders.models.order import BuyerState
from orders.queries.buyer_days import leaving_tonight, past_the_limit
from orders.queries.due import UNSHIPPED, due_orders, shop_day_end
from orders.queries.news import without_news
from orders.queries.real_orders import real_orders
from vault.models import PurgeDay

#: Buyer data leaves within so many days: the view "Buyer data leaving".
LEAVING_DAYS = 7
#: Counts are exact up to here; beyond it a page must not wait for them.
COUNTED = 10_000


class ListView(StrEnum):
    """The views of the list, as the address names them.

    The first three are tabs; the others are what figures elsewhere lead to.
    """

    ALL = "all"
    UNSHIPPED = "unshipped"
    LEAVING = "leaving"
    MUST_SHIP = "must-ship"
    TODAY = "today"
    LATE = "late"
    TONIGHT = "tonight"
    PAST_LIMIT = "past-limit"
    WITHOUT_NEWS = "without-news"


#: The views that the list always shows with their counts.
TABS = (ListView.ALL, ListView.UNSHIPPED, ListView.LEAVING)


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """An order with what its row shows besides: no sealed column is loaded.

    ``first_quantity`` is of the item that the row names. ``buyer_sealed_at`` is None
    where no buyer is stored; ``day_state`` is the state of the purge day, None where
    that day was never made.
    """

    order: Order
    first_quantity: int
    buyer_sealed_at: datetime | None
    day_state: str | None


def orders_in_view(
    *, seller_id: UUID, view: ListView, now: datetime, zone: ZoneInfo
) -> QuerySet[Order]:
    """Return the orders of a view, in no order yet.

    What is due follows the shop's days in ``zone``, buyer data follows UTC days.
    """
    today = now.astimezone(UTC).date()
    due = due_orders(seller_id=seller_id)
    match view:
        case ListView.UNSHIPPED:
            unshipped = _of(seller_id).filter(status__in=UNSHIPPED)
            return real_orders(orders=unshipped, seller_id=seller_id)
        case ListView.LEAVING:
            return _leaving(seller_id, today)
        case ListView.MUST_SHIP:
            return due.filter(ship_by__lt=shop_day_end(now=now, zone=zone))
        case ListView.TODAY:
            end = shop_day_end(now=now, zone=zone)
            return due.filter(ship_by__gt=now, ship_by__lt=end)
        case ListView.LATE:
            return due.filter(ship_by__lte=now)
    orders = {
        ListView.TONIGHT: partial(leaving_tonight, seller_id=seller_id, today=today),
        ListView.PAST_LIMIT: partial(past_the_limit, seller_id=seller_id, today=today),
        ListView.WITHOUT_NEWS: partial(without_news, seller_id=seller_id, now=now),
    }.get(view, partial(_of, seller_id))
    return orders()


def _of(seller_id: UUID) -> QuerySet[Order]:
    return Order.objects.filter(seller_id=seller_id)


def _leaving(seller_id: UUID, today: date) -> QuerySet[Order]:
    leaving = _of(seller_id).filter(
        buyer_state=BuyerState.SEALED,
        purge_on__gt=today,
        purge_on__lte=today + timedelta(days=LEAVING_DAYS),
    )
    return real_orders(orders=leaving, seller_id=seller_id)


def capped_count(*, orders: QuerySet[Order], seller_id: UUID) -> int:
    """Count orders, but no further than one past `COUNTED`.

    The test buyer's order stands in the list of all like any other and is not counted.
    """
    real = real_orders(orders=orders, seller_id=seller_id)
    return real.order_by()[: COUNTED + 1].count()


def with_row_facts(*, orders: QuerySet[Order]) -> QuerySet[Order]:
    """Add what a row shows besides the order, in the same statement."""
    lines = OrderLine.objects.filter(
        seller_id=OuterRef("seller_id"),
        order_id=OuterRef("id"),
        sku=OuterRef("first_sku"),
    ).order_by("id")
    buyers = Recipient.objects.filter(
        seller_id=OuterRef("seller_id"), order_id=OuterRef("id")
    )
    days = PurgeDay.objects.filter(day=OuterRef("purge_on"))
    return orders.annotate(
        row_quantity=Subquery(lines.values("quantity")[:1]),
        row_sealed_at=Subquery(buyers.values("sealed_at")[:1]),
        row_day_state=Subquery(days.values("state")[:1]),
    )


def listed(*, order: Order) -> ListedOrder:
    """Take the facts of `with_row_facts` off an order."""
    facts = order.__dict__
    return ListedOrder(
        order=order,
        first_quantity=facts["row_quantity"] or 0,
        buyer_sealed_at=facts["row_sealed_at"],
        day_state=facts["row_day_state"],
    )
