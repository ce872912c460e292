"""Which orders a person chose in the list: by their ids, or as a view with a search."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Q, QuerySet

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order
from orders.models.order import BuyerState
from orders.queries.due import WAITING
from orders.queries.listing import ListView, orders_in_view
from orders.queries.real_orders import real_orders
from orders.queries.search import matching


@dataclass(frozen=True, slots=True)
class Selection:
    """All orders of a view with a search, as they were at ``asked_at`` (UTC)."""

    view: ListView
    text: str
    asked_at: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Cancellable:
    """How many of chosen orders can be cancelled by hand.

    ``last_key_on`` is the last day (UTC) of the keys that ever sealed their buyers;
    None where none of them still has one.
    """

    orders: int
    last_key_on: date | None


def selected(*, seller_id: UUID, selection: Selection) -> QuerySet[Order]:
    """Return the orders of a selection; none that arrived after it was made.

    As the list counts them: without the order of the test buyer.
    """
    view = orders_in_view(
        seller_id=seller_id,
        view=selection.view,
        now=selection.asked_at,
        zone=selection.zone,
    ).filter(received_at__lte=selection.asked_at)
    orders = real_orders(orders=view, seller_id=seller_id)
    if not selection.text:
        return orders
    return matching(orders=orders, seller_id=seller_id, text=selection.text)


def cancellable(*, orders: QuerySet[Order], today: date) -> Cancellable:
    """Count what can be cancelled, in one statement; ``today`` is the UTC day.

    As `orders.services.cancelling.why_not_cancelled` judges each of them.
    """
    can = Q(
        status__in=WAITING - {FulfillmentStatus.PARTIALLY_SHIPPED},
        fulfilled_by=FulfilledBy.MERCHANT,
        cancelled_at=None,
        shipped_at=None,
        delivered_at=None,
        delivered_seen_at=None,
        test_buyer=False,
    )
    here = Q(buyer_state=BuyerState.SEALED, removed_at=None, purge_on__gt=today)
    found = orders.order_by().aggregate(
        number=Count("id", filter=can), last=Max("last_key_on", filter=can & here)
    )
    return Cancellable(found["number"], found["last"])
