"""What the seller still has to ship, and by when. A day is the shop's own day."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order
from orders.queries.real_orders import real_orders

#: The order has not left the house, at least in part.
UNSHIPPED = (FulfillmentStatus.UNSHIPPED, FulfillmentStatus.PARTIALLY_SHIPPED)
#: The order, or a part of it, is still to leave, whether or not it may already.
WAITING = frozenset(
    {FulfillmentStatus.PENDING_AVAILABILITY, FulfillmentStatus.PENDING, *UNSHIPPED}
)


@dataclass(frozen=True, slots=True)
class MustShip:
    """What is due, in orders. Instants are in UTC, None where nothing is due.

    ``today`` are due later on the shop's present day: ``today_units`` pieces, the
    first by ``first_by`` and the last by ``last_by``. ``late`` should have left;
    ``late_since`` is the earliest of their times. ``later`` wait for another day.
    """

    today: int
    today_units: int
    first_by: datetime | None
    last_by: datetime | None
    late: int
    late_since: datetime | None
    later: int

    @property
    def due(self) -> int:
        """Return how many must leave today: the late ones and those of today."""
        return self.late + self.today


def shop_day_end(*, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the shop's present day ends: its next midnight."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(), tzinfo=zone)


def due_orders(*, seller_id: UUID) -> QuerySet[Order]:
    """Return the orders that the seller has to ship; the index on due ones serves."""
    orders = Order.objects.filter(
        seller_id=seller_id, fulfilled_by=FulfilledBy.MERCHANT, status__in=UNSHIPPED
    )
    return real_orders(orders=orders, seller_id=seller_id)


def must_ship(*, seller_id: UUID, now: datetime, zone: ZoneInfo) -> MustShip:
    """Count what is due, in one statement, whatever the number of orders."""
    is_late = Q(ship_by__lte=now)
    is_today = Q(ship_by__gt=now, ship_by__lt=shop_day_end(now=now, zone=zone))
    found = due_orders(seller_id=seller_id).aggregate(
        every=Count("id"),
        late=Count("id", filter=is_late),
        late_since=Min("ship_by", filter=is_late),
        today=Count("id", filter=is_today),
        today_units=Sum("unit_count", filter=is_today),
        first_by=Min("ship_by", filter=is_today),
        last_by=Max("ship_by", filter=is_today),
    )
    return MustShip(
        today=found["today"],
        today_units=int(found["today_units"] or 0),
        first_by=found["first_by"],
        last_by=found["last_by"],
        late=found["late"],
        late_since=found["late_since"],
        later=found["every"] - found["late"] - found["today"],
    )


def first_due(
    *, seller_id: UUID, now: datetime, zone: ZoneInfo, most: int
) -> QuerySet[Order]:
    """Return what must leave today, the longest late first, ``most`` at most."""
    end = shop_day_end(now=now, zone=zone)
    due = due_orders(seller_id=seller_id).filter(ship_by__lt=end)
    return due.order_by("ship_by", "id")[:most]
