"""What both peers are made of: one order table with the package's own fields.

The same columns, buyer fields and indexes as the portal has for an order and its
lines; no sellers' locks, no purge days' keys, no log, no check for known orders.
"""

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connections, models
from encrypted_model_fields.fields import EncryptedCharField, EncryptedEmailField

from orders.incoming import BUYER_FIELDS, IncomingLine, IncomingOrder

KEPT_DAYS = 28
_MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 3, "default": 0}
_NO_MONEY: dict[str, Any] = {"max_digits": 14, "decimal_places": 3, "null": True}


def _text() -> Any:
    return EncryptedCharField(max_length=500, null=True)


class PeerOrder(models.Model):
    """An order with its buyer in it."""

    seller_id = models.UUIDField()
    channel = models.CharField(max_length=20)
    marketplace_order_id = models.CharField(max_length=40)
    purchased_at = models.DateTimeField()
    status = models.CharField(max_length=24)
    fulfilled_by = models.CharField(max_length=10)
    sales_channel = models.CharField(max_length=100)
    service_level = models.CharField(max_length=100)
    currency = models.CharField(max_length=3)
    items_total = models.DecimalField(**_MONEY)
    line_count = models.PositiveIntegerField()
    unit_count = models.PositiveIntegerField()
    first_sku = models.CharField(max_length=80)
    first_title = models.CharField(max_length=500)
    ship_country = models.CharField(max_length=100)
    ship_state = models.CharField(max_length=100)
    ship_by = models.DateTimeField(null=True)
    purge_on = models.DateField()
    buyer_name = _text()
    buyer_email = EncryptedEmailField(max_length=500, null=True)
    buyer_phone = _text()
    buyer_company = _text()
    purchase_order_number = _text()
    tax_id = _text()
    name = _text()
    company = _text()
    address_line_1 = _text()
    address_line_2 = _text()
    address_line_3 = _text()
    city = _text()
    postal_code = _text()
    phone = _text()
    delivery_instructions = _text()
    gift_message = _text()
    customization_url = _text()
    bill_name = _text()
    bill_address_line_1 = _text()
    bill_address_line_2 = _text()
    bill_address_line_3 = _text()
    bill_city = _text()
    bill_postal_code = _text()

    class Meta:
        """The indexes that the list, the import and the purge want."""

        abstract = True
        app_label = "bench"
        constraints = [
            models.UniqueConstraint(
                fields=["seller_id", "channel", "marketplace_order_id"],
                name="%(class)s_number",
            )
        ]
        indexes = [
            models.Index(
                fields=["seller_id", "-purchased_at", "-id"], name="%(class)s_new"
            ),
            models.Index(fields=["seller_id", "purge_on"], name="%(class)s_due"),
        ]


class PeerLine(models.Model):
    """One item of an order."""

    item_id = models.CharField(max_length=40)
    sku = models.CharField(max_length=80)
    asin = models.CharField(max_length=20)
    title = models.CharField(max_length=500)
    quantity = models.PositiveIntegerField()
    item_price = models.DecimalField(**_NO_MONEY)
    item_tax = models.DecimalField(**_NO_MONEY)
    shipping_price = models.DecimalField(**_NO_MONEY)
    shipping_tax = models.DecimalField(**_NO_MONEY)

    class Meta:
        """Its order is a column of the model proper."""

        abstract = True
        app_label = "bench"


def order_values(incoming: IncomingOrder, *, seller_id: UUID) -> dict[str, Any]:
    """Return the columns of an order, its buyer's texts among them."""
    lines = incoming.lines
    bought = incoming.purchased_at
    prices = (line.item_price for line in lines if line.item_price is not None)
    return {
        "seller_id": seller_id,
        "channel": incoming.channel,
        "marketplace_order_id": incoming.marketplace_order_id,
        "purchased_at": bought,
        "status": incoming.status or "unshipped",
        "fulfilled_by": incoming.fulfilled_by,
        "sales_channel": incoming.sales_channel,
        "service_level": incoming.service_level,
        "currency": incoming.currency,
        "items_total": sum(prices, Decimal(0)),
        "line_count": len(lines),
        "unit_count": sum(line.quantity for line in lines),
        "first_sku": lines[0].sku,
        "first_title": lines[0].title,
        "ship_country": incoming.ship_country,
        "ship_state": incoming.ship_state,
        "ship_by": incoming.ship_by,
        "purge_on": bought.date() + timedelta(days=KEPT_DAYS),
        **incoming.buyer.values,
    }


def line_values(line: IncomingLine) -> dict[str, Any]:
    """Return the columns of an item."""
    return {
        "item_id": line.item_id,
        "sku": line.sku,
        "asin": line.asin,
        "title": line.title,
        "quantity": line.quantity,
        "item_price": line.item_price,
        "item_tax": line.item_tax,
        "shipping_price": line.shipping_price,
        "shipping_tax": line.shipping_tax,
    }


def fill(
    model: type[PeerOrder], incoming: Iterable[IncomingOrder], *, seller_id: UUID
) -> None:
    """Insert orders without timing it, for what is measured afterwards."""
    rows = [model(**order_values(one, seller_id=seller_id)) for one in incoming]
    model._default_manager.bulk_create(rows, batch_size=1_000)


def left(model: type[PeerOrder], *, seller_id: UUID) -> int:
    """Return how many orders of a seller still hold any buyer field."""
    filled = models.Q()
    for name in BUYER_FIELDS:
        filled |= models.Q((f"{name}__isnull", False))
    return model._default_manager.filter(filled, seller_id=seller_id).count()


def make_tables(*made: type[models.Model]) -> None:
    """Make the tables as the owner, and open them to the portal's role."""
    with connections["owner"].schema_editor() as editor:
        for model in made:
            editor.create_model(model)
            editor.execute(f"GRANT ALL ON {model._meta.db_table} TO sp_app")
