"""Search: an order number, whole or its beginning, or a SKU.

Under row security only leakproof operators may use an index (PostgreSQL manual, 39.5
"Rules and Privileges"): ``=``, ``>=`` and ``<`` on text are, LIKE is not.
"""

from uuid import UUID

from django.db.models import QuerySet

from compliance.policies import policies
from orders.models import Order, OrderLine

#: The last code point: behind every text that begins with what stands before it.
_LAST = "\U0010ffff"


def matching(*, orders: QuerySet[Order], seller_id: UUID, text: str) -> QuerySet[Order]:
    """Keep the orders whose number begins with ``text`` or that hold it as a SKU.

    ``text`` is not empty. Beginnings are found by code point, as the embedded
    database compares; letter case counts. The channels are named, because the index
    on numbers starts with them.
    """
    by_number = Order.objects.filter(
        seller_id=seller_id,
        channel__in=tuple(policies()),
        marketplace_order_id__gte=text,
        marketplace_order_id__lt=text + _LAST,
    )
    by_sku = OrderLine.objects.filter(seller_id=seller_id, sku=text)
    found = by_number.values("id").union(by_sku.values("order_id"))
    return orders.filter(id__in=found)
