"""Orders by the day of their buyer's data, counted as the exposure page counts."""

from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from compliance.queries.keys_there import keys_there
from compliance.queries.past_limit import past_limit_days
from orders.models import Order, Recipient
from orders.queries.buyers import lost_keys


def leaving_tonight(*, seller_id: UUID, today: date) -> QuerySet[Order]:
    """Return the orders whose buyer can be read now and no more from 00:00 UTC on.

    ``today`` is the UTC day. What is lost already leaves no more.
    """
    day = today + timedelta(days=1)
    keys = keys_there(seller_id=seller_id, today=today)
    orders = Order.objects.filter(seller_id=seller_id)
    if not keys.opens(day):
        return orders.none()
    buyers = Recipient.objects.filter(seller_id=seller_id, purge_on=day, invented=False)
    if day in keys.renewed:
        lost = lost_keys(seller_id=seller_id, days=[day])
        found = [at for at in (lost.shop, lost.days.get(day)) if at is not None]
        buyers = buyers.filter(sealed_at__gt=max(found)) if found else buyers
    return orders.filter(id__in=buyers.values("order_id"))


def past_the_limit(*, seller_id: UUID, today: date) -> QuerySet[Order]:
    """Return the orders past the limit: day 30 has come, and the key may exist."""
    days = past_limit_days(seller_id=seller_id, today=today)
    buyers = Recipient.objects.filter(
        seller_id=seller_id, purge_on__in=days, limit_on__lte=today, invented=False
    )
    return Order.objects.filter(seller_id=seller_id, id__in=buyers.values("order_id"))
