"""The columns of Amazon's order reports: what each one is, and where it goes.

Collected from Amazon's field lists ("Order report", "Unshipped orders report",
"All orders report") and from headers in public use. A name that stands in none
of these tables is kept out and named to the seller.
"""

from enum import StrEnum
from typing import Final


class ColumnUse(StrEnum):
    """What happens to a column's cells."""

    PLAIN = "plain"
    BUYER = "buyer"
    PERSONAL_KEPT_OUT = "personal-kept-out"
    NOT_USED = "not-used"
    UNKNOWN = "unknown"


#: Columns that are read and not personal: name to field. Several names may lead to
#: one field; a file that has two of them is refused.
PLAIN_COLUMNS: Final = {
    "order-id": "order_id",
    "amazon-order-id": "order_id",
    "order-item-id": "item_id",
    "amazon-order-item-id": "item_id",
    "purchase-date": "purchased",
    "payments-date": "paid",
    "reporting-date": "reported",
    "last-updated-date": "updated",
    "promise-date": "promised",
    "sku": "sku",
    "asin": "asin",
    "product-name": "title",
    "item-name": "title",
    "quantity-purchased": "quantity",
    "quantity": "quantity",
    "quantity-shipped": "quantity_shipped",
    "quantity-to-ship": "quantity_to_ship",
    "currency": "currency",
    "item-price": "item_price",
    "item-tax": "item_tax",
    "shipping-price": "shipping_price",
    "shipping-tax": "shipping_tax",
    "item-promotion-discount": "promotion_discount",
    "order-status": "status",
    "fulfillment-channel": "fulfilled_by",
    "sales-channel": "sales_channel",
    "ship-service-level": "service_level",
    "ship-country": "ship_country",
    "ship-state": "ship_state",
}

#: Columns that are personal and needed: name to the recipient's field.
BUYER_COLUMNS: Final = {
    "buyer-name": "buyer_name",
    "buyer-email": "buyer_email",
    "buyer-phone-number": "buyer_phone",
    "buyer-company-name": "buyer_company",
    "purchase-order-number": "purchase_order_number",
    "cpf": "tax_id",
    "buyer-tax-registration-id": "tax_id",
    "recipient-name": "name",
    "recipient-company": "company",
    "ship-company-name": "company",
    "ship-address-1": "address_line_1",
    "ship-address-2": "address_line_2",
    "ship-address-3": "address_line_3",
    "ship-city": "city",
    "ship-postal-code": "postal_code",
    "ship-phone-number": "phone",
    "delivery-instructions": "delivery_instructions",
    "gift-message-text": "gift_message",
    "gift-message": "gift_message",
    "customized-url": "customization_url",
    "bill-name": "bill_name",
    "bill-address-1": "bill_address_line_1",
    "bill-address-2": "bill_address_line_2",
    "bill-address-3": "bill_address_line_3",
    "bill-city": "bill_city",
    "bill-postal-code": "bill_postal_code",
}

#: Personal, and needed neither to ship nor for a tax document here: never read.
PERSONAL_KEPT_OUT: Final = frozenset(
    (
        "bill-county",
        "bill-phone-number",
        "buyer-citizen-id",
        "buyer-citizen-name",
        "buyer-cst-number",
        "buyer-identification-number",
        "buyer-identification-type",
        "buyer-requested-cancel-reason",
        "buyer-vat-number",
        "customized-page",
        "drop-off-location",
        "invoice-business-address",
        "invoice-business-legal-name",
        "invoice-business-tax-id",
        "invoice-business-tax-office",
        "license-expiration-date",
        "license-number",
        "license-state",
        "licensee-name",
        "payment-method-details",
        "ship-county",
        "tracking-number",
    )
)

#: Known, not personal, and not used.
NOT_USED: Final = frozenset(
    (
        "address-type",
        "already-paid",
        "amazon-programs",
        "bill-country",
        "bill-state",
        "buyer-tax-registration-country",
        "buyer-tax-registration-type",
        "cod-collectible-amount",
        "days-past-promise",
        "deemed-reseller-category",
        "default-ship-from-address-field-1",
        "default-ship-from-address-field-2",
        "default-ship-from-address-field-3",
        "default-ship-from-address-name",
        "default-ship-from-city",
        "default-ship-from-country",
        "default-ship-from-postal-code",
        "default-ship-from-state",
        "delivery-end-date",
        "delivery-preferred-time",
        "delivery-start-date",
        "delivery-time-zone",
        "fulfilled-by",
        "fulfillment-center-id",
        "gift-wrap-price",
        "gift-wrap-tax",
        "gift-wrap-type",
        "ioss-number",
        "is-amazon-invoiced",
        "is-business-order",
        "is-buyer-requested-cancellation",
        "is-exchange-order",
        "is-global-express",
        "is-heavy-or-bulky",
        "is-iba",
        "is-ispu-order",
        "is-pickup-point-order",
        "is-premium-order",
        "is-prime",
        "is-replacement-order",
        "is-shipping-settings-automation-enabled",
        "is-sold-by-ab",
        "is-transparency",
        "item-promotion-id",
        "item-status",
        "merchant-order-id",
        "number-of-items",
        "order-channel",
        "order-invoice-type",
        "original-order-id",
        "pallet-delivery",
        "payment-method",
        "payment-method-fee",
        "pickup-point-type",
        "points-granted",
        "price-designation",
        "promotion-ids",
        "promotions",
        "scheduled-delivery-end-date",
        "scheduled-delivery-start-date",
        "ship-promotion-discount",
        "ship-promotion-id",
        "ship-service-name",
        "shipment-status",
        "shipping-promotion-id",
        "signature-confirmation-recommended",
        "ssa-carrier",
        "ssa-ship-method",
        "store-chain-store-id",
        "tax-collection-model",
        "tax-collection-responsible-party",
        "url",
        "vat-exclusive-giftwrap-price",
        "vat-exclusive-item-price",
        "vat-exclusive-shipping-price",
        "verge-of-cancellation",
        "verge-of-lateshipment",
    )
)


def use_of(name: str) -> ColumnUse:
    """Say what happens to the column of that name (as `plain_name` gives it)."""
    if name in PLAIN_COLUMNS:
        return ColumnUse.PLAIN
    if name in BUYER_COLUMNS:
        return ColumnUse.BUYER
    if name in PERSONAL_KEPT_OUT:
        return ColumnUse.PERSONAL_KEPT_OUT
    return ColumnUse.NOT_USED if name in NOT_USED else ColumnUse.UNKNOWN
