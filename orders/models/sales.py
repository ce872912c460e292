"""Sums of orders that stay when the orders themselves are gone."""

from django.db import models

from sellers.models import SellerOwned
from vault.privacy import Privacy
from vault.rows import new_id


class DailySales(SellerOwned):
    """What was sold on one UTC day of purchase to one destination, summed up.

    Made before orders leave by the second clock, so that reports and tax live on.
    Money in ``currency``; ``fulfilled_by`` and ``status`` in Amazon's words.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "day",
                "channel",
                "fulfilled_by",
                "status",
                "ship_country",
                "ship_state",
                "currency",
                "orders",
                "lines",
                "units",
                "items_total",
                "shipping_total",
                "tax_total",
                "discount_total",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    day = models.DateField()
    channel = models.CharField(max_length=20)
    fulfilled_by = models.CharField(max_length=10)
    status = models.CharField(max_length=24)
    ship_country = models.CharField(max_length=100, blank=True)
    ship_state = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    orders = models.PositiveIntegerField()
    lines = models.PositiveIntegerField()
    units = models.PositiveBigIntegerField()
    items_total = models.DecimalField(max_digits=24, decimal_places=3)
    shipping_total = models.DecimalField(max_digits=24, decimal_places=3)
    tax_total = models.DecimalField(max_digits=24, decimal_places=3)
    discount_total = models.DecimalField(max_digits=24, decimal_places=3)

    class Meta:
        """One row a day and destination."""

        constraints = [
            models.UniqueConstraint(
                fields=[
                    "seller",
                    "day",
                    "channel",
                    "fulfilled_by",
                    "status",
                    "ship_country",
                    "ship_state",
                    "currency",
                ],
                name="orders_sales_place",
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="orders_sales_seller_id"
            ),
        ]
