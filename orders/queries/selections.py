"""Which orders a person chose in the list: by their ids, or as a view with a search."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from orders.models import Order
from orders.queries.listing import ListView, orders_in_view
from orders.queries.search import matching


@dataclass(frozen=True, slots=True)
class Selection:
    """All orders of a view with a search, as they were at ``asked_at`` (UTC)."""

    view: ListView
    text: str
    asked_at: datetime
    zone: ZoneInfo


def selected(*, seller_id: UUID, selection: Selection) -> QuerySet[Order]:
    """Return the orders of a selection; none that arrived after it was made."""
    orders = orders_in_view(
        seller_id=seller_id,
        view=selection.view,
        now=selection.asked_at,
        zone=selection.zone,
    ).filter(received_at__lte=selection.asked_at)
    if not selection.text:
        return orders
    return matching(orders=orders, seller_id=seller_id, text=selection.text)
