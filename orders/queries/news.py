"""Orders of which nothing certain was heard for long, while their buyers leave."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Min, QuerySet

from orders.enums import FulfilledBy
from orders.models import Order
from orders.models.order import BuyerState
from orders.queries.due import WAITING

#: The last certain instant is so many days old.
SILENT_DAYS = 10
#: The buyer leaves within so many days.
NEAR_DAYS = 7


@dataclass(frozen=True, slots=True)
class Silence:
    """How many orders are without news; since when all of them; the first to leave."""

    orders: int
    since: datetime | None
    first_day: date | None


def without_news(*, seller_id: UUID, now: datetime) -> QuerySet[Order]:
    """Return the orders that wait unheard of while their buyer's day is near.

    The index on waiting orders with a buyer serves it; days are counted in UTC.
    """
    today = now.astimezone(UTC).date()
    return Order.objects.filter(
        seller_id=seller_id,
        buyer_state=BuyerState.SEALED,
        test_buyer=False,
        fulfilled_by=FulfilledBy.MERCHANT,
        status__in=sorted(WAITING),
        purge_on__gt=today,
        purge_on__lte=today + timedelta(days=NEAR_DAYS),
        clock_at__lte=now - timedelta(days=SILENT_DAYS),
    )


def silence_of(*, seller_id: UUID, now: datetime) -> Silence:
    """Count the orders without news, in one statement."""
    found = without_news(seller_id=seller_id, now=now).aggregate(
        orders=Count("id"), since=Max("clock_at"), first_day=Min("purge_on")
    )
    return Silence(found["orders"], found["since"], found["first_day"])
