"""The buyer of one order: all personal data of the shop is in this table."""

from django.db import models

from orders.models.order import Order
from sellers.models import SellerOwned
from vault.fields import (
    SealedCharField,
    SealedEmailField,
    SealedTextField,
    is_filled,
    sealed_fields,
)
from vault.privacy import Category, Privacy
from vault.rows import SellerForeignKey
from vault.sealed_rows import SealedRow, within_limit


class Recipient(SellerOwned, SealedRow):
    """Buyer and recipient of one order, each value sealed until ``purge_on``.

    Which fields: Amazon's "Access Orders PII" and what is personal in practice
    (marketplace-policies.json, ``pii``). The row is deleted after its day; the order
    stays.
    """

    privacy = Privacy(
        plain=frozenset(
            {
                "id",
                "seller",
                "order",
                "purge_on",
                "limit_on",
                "sealed_at",
                "invented",
            }
        ),
        buyer={
            "buyer_name": Category.NAME,
            "buyer_email": Category.EMAIL,
            "buyer_phone": Category.PHONE,
            "buyer_company": Category.NAME,
            "purchase_order_number": Category.PURCHASE,
            "tax_id": Category.TAX_ID,
            "name": Category.NAME,
            "company": Category.NAME,
            "address_line_1": Category.ADDRESS,
            "address_line_2": Category.ADDRESS,
            "address_line_3": Category.ADDRESS,
            "city": Category.ADDRESS,
            "postal_code": Category.ADDRESS,
            "phone": Category.PHONE,
            "delivery_instructions": Category.MESSAGE,
            "gift_message": Category.MESSAGE,
            "customization_url": Category.MESSAGE,
            "bill_name": Category.NAME,
            "bill_address_line_1": Category.ADDRESS,
            "bill_address_line_2": Category.ADDRESS,
            "bill_address_line_3": Category.ADDRESS,
            "bill_city": Category.ADDRESS,
            "bill_postal_code": Category.ADDRESS,
        },
        clock="order",
        subject="order_id",
        invented="invented",
    )

    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="recipients", db_constraint=False
    )
    invented = models.BooleanField(default=False)
    buyer_name = SealedCharField(max_length=500, null=True)
    buyer_email = SealedEmailField(max_length=500, null=True)
    buyer_phone = SealedCharField(max_length=500, null=True)
    buyer_company = SealedCharField(max_length=500, null=True)
    purchase_order_number = SealedCharField(max_length=500, null=True)
    tax_id = SealedCharField(max_length=500, null=True)
    name = SealedCharField(max_length=500, null=True)
    company = SealedCharField(max_length=500, null=True)
    address_line_1 = SealedCharField(max_length=500, null=True)
    address_line_2 = SealedCharField(max_length=500, null=True)
    address_line_3 = SealedCharField(max_length=500, null=True)
    city = SealedCharField(max_length=500, null=True)
    postal_code = SealedCharField(max_length=500, null=True)
    phone = SealedCharField(max_length=500, null=True)
    delivery_instructions = SealedTextField(max_length=2000, null=True)
    gift_message = SealedTextField(max_length=2000, null=True)
    customization_url = SealedTextField(max_length=2000, null=True)
    bill_name = SealedCharField(max_length=500, null=True)
    bill_address_line_1 = SealedCharField(max_length=500, null=True)
    bill_address_line_2 = SealedCharField(max_length=500, null=True)
    bill_address_line_3 = SealedCharField(max_length=500, null=True)
    bill_city = SealedCharField(max_length=500, null=True)
    bill_postal_code = SealedCharField(max_length=500, null=True)

    class Meta:
        """One recipient an order; due rows are found by seller and day."""

        constraints = [
            models.UniqueConstraint(
                fields=["seller", "order"], name="orders_recipient_once"
            ),
            within_limit(name="orders_recipient_limit"),
            models.UniqueConstraint(
                fields=["seller", "id"], name="orders_recipient_seller_id"
            ),
            SellerForeignKey(
                column="order_id", to="orders.Order", name="orders_recipient_order"
            ),
        ]
        indexes = [
            # One row a shop: asked for each minute, among all that it holds.
            models.Index(
                fields=["seller", "order"],
                condition=models.Q(invented=True),
                name="orders_recipient_invented",
            ),
            models.Index(
                fields=["seller", "purge_on"],
                include=["limit_on", "sealed_at", "invented", "order"],
                name="orders_recipient_day",
            ),
        ]

    @property
    def filled(self) -> int:
        """Return how many fields hold a value, without opening any."""
        return sum(1 for f in sealed_fields(Recipient) if is_filled(self, f))
