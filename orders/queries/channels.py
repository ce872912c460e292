"""The marketplaces that a shop has orders of."""

from uuid import UUID

from django.db import connection
from django.db.models import Count

from compliance.policies import policies
from orders.models import Order

# One probe of the index for each marketplace that there is.
_IN_USE = """
    SELECT known.channel FROM unnest(%s::text[]) AS known (channel),
    LATERAL (SELECT FROM orders_order AS o
             WHERE o.seller_id = %s AND o.channel = known.channel
             ORDER BY o.marketplace_order_id LIMIT 1) AS found
"""


def channels_of(*, seller_id: UUID) -> tuple[str, ...]:
    """Return the marketplaces of the seller in scope, those with most orders first.

    One query; orders are counted only where there is something to compare.
    """
    with connection.cursor() as cursor:
        cursor.execute(_IN_USE, [list(policies()), seller_id])
        used = [str(channel) for (channel,) in cursor.fetchall()]
    if len(used) < 2:  # noqa: PLR2004 - nothing to compare
        return tuple(used)
    counted = Order.objects.filter(seller_id=seller_id).values_list("channel")
    numbers = dict(counted.annotate(orders=Count("id")).order_by())
    return tuple(sorted(used, key=lambda channel: (-numbers[channel], channel)))
