"""Packages of a shop by their numbers."""

from uuid import UUID

from orders.enums import PackageStatus
from orders.models import Shipment


def numbers_on_the_way(*, seller_id: UUID, most: int) -> list[str]:
    """Return tracking numbers of packages that are under way, the newest first."""
    rows = Shipment.objects.filter(
        seller_id=seller_id, status=PackageStatus.IN_TRANSIT
    ).exclude(tracking_number="")
    return list(rows.order_by("-id").values_list("tracking_number", flat=True)[:most])
