"""The order of a shop's test buyer."""

from uuid import UUID

from compliance.declarations import InventedOrder
from orders.models import Order


def find_invented(*, seller_id: UUID) -> InventedOrder | None:
    """Find the test buyer's order of the seller in scope; None where there is none."""
    order = Order.objects.filter(seller_id=seller_id, test_buyer=True).first()
    if order is None:
        return None
    return InventedOrder(order_id=order.id, number=order.marketplace_order_id)
