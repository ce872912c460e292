"""A package of an order."""

from django.db import models

from orders.enums import PackageStatus
from orders.models.order import Order
from sellers.models import SellerOwned
from vault.privacy import Privacy
from vault.rows import SellerForeignKey, new_id


class Shipment(SellerOwned):
    """A package with its carrier. Instants are in UTC."""

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "order",
                "reference",
                "carrier",
                "service",
                "tracking_number",
                "status",
                "shipped_at",
                "delivered_at",
                "undeliverable_at",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="shipments", db_constraint=False
    )
    reference = models.CharField(max_length=40)
    carrier = models.CharField(max_length=60, blank=True)
    service = models.CharField(max_length=60, blank=True)
    tracking_number = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=16, choices=PackageStatus.choices)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    undeliverable_at = models.DateTimeField(null=True)

    class Meta:
        """A package is once in its order; carriers' events find it by its number."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "order", "reference"], name="orders_shipment_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="orders_shipment_seller_id"
            ),
            SellerForeignKey(
                column="order_id", to="orders.Order", name="orders_shipment_order"
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "tracking_number"], name="orders_shipment_number"
            )
        ]
