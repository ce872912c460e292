"""An order and its lines: what was bought. No buyer here."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from compliance.clock import Basis
from orders.enums import FulfilledBy, FulfillmentStatus, PackageStatus
from sellers.models import SellerOwned
from vault.privacy import Privacy
from vault.rows import SellerForeignKey, new_id


class BuyerState(models.TextChoices):
    """What became of the buyer when the order arrived. A purge changes nothing here.

    Whether the buyer is still there follows from ``purge_on`` and the day's state.
    """

    SEALED = "sealed", "sealed"
    AMAZON_FULFILS = "amazon-fulfils", "Amazon fulfils"
    DAY_PASSED = "day-passed", "day had passed"
    CANCELLED = "cancelled", "cancelled before the buyer arrived"
    WITHHELD = "withheld", "no buyer in the source"


_MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 3}
_SUM: dict[str, Any] = {"max_digits": 20, "decimal_places": 3}


#: The clock counts to a later day than the one that is stored, or nobody asked it yet.
OWED_A_LATER_DAY = Q(buyer_state=BuyerState.SEALED, removed_at__isnull=True) & (
    Q(counted_on__isnull=True) | Q(counted_on__gt=F("purge_on"))
)


class Order(SellerOwned):
    """An order of one seller and channel. Instants are in UTC, money in ``currency``.

    ``status`` says how far the order is, ``delivery`` where its last package is, both
    in Amazon's words. ``purge_on`` is the UTC day from which its buyer is refused; it
    stays when the buyer is gone, as the tombstone that no import fills again.
    ``counted_on`` is the day that the clock counts to; where it is later, the stored
    day moves on when it is near. ``last_key_on`` is the latest day whose key ever
    sealed this buyer; ``removed_at`` says that it was removed before its day,
    ``removed_why`` by what. ``test_buyer``: an invented order that is never counted,
    shipped or synced.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "channel",
                "marketplace_order_id",
                "purchased_at",
                "status",
                "delivery",
                "fulfilled_by",
                "sales_channel",
                "service_level",
                "currency",
                "items_total",
                "shipping_total",
                "tax_total",
                "discount_total",
                "line_count",
                "unit_count",
                "first_sku",
                "first_title",
                "ship_country",
                "ship_state",
                "ship_by",
                "unshipped_seen_at",
                "shipped_at",
                "in_transit_seen_at",
                "delivered_seen_at",
                "delivered_at",
                "cancelled_at",
                "undeliverable_at",
                "buyer_state",
                "clock_basis",
                "clock_at",
                "purge_on",
                "limit_on",
                "counted_on",
                "last_key_on",
                "removed_at",
                "removed_why",
                "test_buyer",
                "received_at",
                "changed_at",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    channel = models.CharField(max_length=20)
    # Code-point order, so that the beginning of a number is found by its index.
    marketplace_order_id = models.CharField(max_length=40, db_collation="C")
    purchased_at = models.DateTimeField()
    status = models.CharField(max_length=24, choices=FulfillmentStatus.choices)
    delivery = models.CharField(
        max_length=16, choices=PackageStatus.choices, default=PackageStatus.PENDING
    )
    fulfilled_by = models.CharField(max_length=10, choices=FulfilledBy.choices)
    sales_channel = models.CharField(max_length=100, blank=True)
    service_level = models.CharField(max_length=100, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    items_total = models.DecimalField(default=0, **_SUM)
    shipping_total = models.DecimalField(default=0, **_SUM)
    tax_total = models.DecimalField(default=0, **_SUM)
    discount_total = models.DecimalField(default=0, **_SUM)
    line_count = models.PositiveIntegerField(default=0)
    unit_count = models.PositiveBigIntegerField(default=0)
    first_sku = models.CharField(max_length=80, blank=True)
    first_title = models.CharField(max_length=500, blank=True)
    ship_country = models.CharField(max_length=100, blank=True)
    ship_state = models.CharField(max_length=100, blank=True)
    ship_by = models.DateTimeField(null=True)
    unshipped_seen_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    in_transit_seen_at = models.DateTimeField(null=True)
    delivered_seen_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    undeliverable_at = models.DateTimeField(null=True)
    buyer_state = models.CharField(max_length=16, choices=BuyerState.choices)
    clock_basis = models.CharField(
        max_length=20, choices=[(b.value, b.value) for b in Basis]
    )
    clock_at = models.DateTimeField()
    purge_on = models.DateField()
    limit_on = models.DateField()
    counted_on = models.DateField(null=True)
    last_key_on = models.DateField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_why = models.CharField(max_length=16, blank=True, default="")
    test_buyer = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        """Seller first everywhere; the list reads by key, Today by time."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "channel", "marketplace_order_id"],
                name="orders_order_number",
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="orders_order_seller_id"
            ),
            models.UniqueConstraint(
                fields=["seller"],
                condition=Q(test_buyer=True),
                name="orders_one_test_buyer",
            ),
        ]
        indexes = [
            models.Index(
                fields=["seller", "-purchased_at", "-id"], name="orders_order_newest"
            ),
            models.Index(
                fields=["seller", "-purchased_at", "-id"],
                condition=Q(
                    status__in=[
                        FulfillmentStatus.UNSHIPPED,
                        FulfillmentStatus.PARTIALLY_SHIPPED,
                    ]
                ),
                name="orders_order_unshipped",
            ),
            models.Index(
                fields=["seller", "ship_by", "id"],
                include=["unit_count"],
                condition=Q(
                    fulfilled_by=FulfilledBy.MERCHANT,
                    status__in=[
                        FulfillmentStatus.UNSHIPPED,
                        FulfillmentStatus.PARTIALLY_SHIPPED,
                    ],
                ),
                name="orders_order_due",
            ),
            models.Index(
                fields=["seller", "purge_on", "-purchased_at", "-id"],
                condition=Q(buyer_state=BuyerState.SEALED),
                name="orders_order_leaving",
            ),
            # Whole in the index: who counts what waits reads no order.
            models.Index(
                fields=["seller", "purge_on", "clock_at"],
                include=["id", "fulfilled_by"],
                condition=Q(
                    buyer_state=BuyerState.SEALED,
                    test_buyer=False,
                    status__in=[
                        FulfillmentStatus.PENDING_AVAILABILITY,
                        FulfillmentStatus.PENDING,
                        FulfillmentStatus.UNSHIPPED,
                        FulfillmentStatus.PARTIALLY_SHIPPED,
                    ],
                ),
                name="orders_order_no_news",
            ),
            # Orders that a later day is owed to, or that nobody counted yet.
            models.Index(
                fields=["seller", "purge_on", "id"],
                condition=OWED_A_LATER_DAY,
                name="orders_order_moving_on",
            ),
            # Orders whose day came forward: a buyer may wait under a later key.
            models.Index(
                fields=["seller", "last_key_on", "purge_on"],
                condition=Q(removed_at__isnull=True, purge_on__lt=F("last_key_on")),
                name="orders_order_outlived",
            ),
        ]


class OrderLine(SellerOwned):
    """One item of an order. ``line_key`` is the item id, or the SKU where none."""

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "order",
                "line_key",
                "item_id",
                "sku",
                "asin",
                "title",
                "quantity",
                "quantity_shipped",
                "item_price",
                "item_tax",
                "shipping_price",
                "shipping_tax",
                "promotion_discount",
            }
        )
    )

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="lines", db_constraint=False
    )
    line_key = models.CharField(max_length=100)
    item_id = models.CharField(max_length=40, blank=True)
    sku = models.CharField(max_length=80)
    asin = models.CharField(max_length=20, blank=True)
    title = models.CharField(max_length=500, blank=True)
    quantity = models.PositiveIntegerField()
    quantity_shipped = models.PositiveIntegerField(null=True)
    item_price = models.DecimalField(null=True, **_MONEY)
    item_tax = models.DecimalField(null=True, **_MONEY)
    shipping_price = models.DecimalField(null=True, **_MONEY)
    shipping_tax = models.DecimalField(null=True, **_MONEY)
    promotion_discount = models.DecimalField(null=True, **_MONEY)

    class Meta:
        """A line is once in its order; SKU is searched within the seller."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "order", "line_key"], name="orders_line_once"
            ),
            models.UniqueConstraint(
                fields=["seller", "id"], name="orders_line_seller_id"
            ),
            SellerForeignKey(
                column="order_id", to="orders.Order", name="orders_line_order"
            ),
        ]
        indexes = [models.Index(fields=["seller", "sku"], name="orders_line_sku")]
