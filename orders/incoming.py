"""The shape in which a marketplace hands an order to this package."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from orders.enums import CarrierWord, FulfilledBy, FulfillmentStatus

#: The buyer fields that an order may bring, as named on the recipient.
BUYER_FIELDS = (
    "buyer_name",
    "buyer_email",
    "buyer_phone",
    "buyer_company",
    "purchase_order_number",
    "tax_id",
    "name",
    "company",
    "address_line_1",
    "address_line_2",
    "address_line_3",
    "city",
    "postal_code",
    "phone",
    "delivery_instructions",
    "gift_message",
    "customization_url",
    "bill_name",
    "bill_address_line_1",
    "bill_address_line_2",
    "bill_address_line_3",
    "bill_city",
    "bill_postal_code",
)


@dataclass(frozen=True, slots=True, repr=False)
class IncomingBuyer:
    """A buyer on the way to being sealed: text by field name, never printed.

    ``values`` holds only fields of `BUYER_FIELDS` that are not empty.
    """

    values: Mapping[str, str]

    def __repr__(self) -> str:
        """Name the fields, never what is in them."""
        return f"<buyer, {len(self.values)} fields>"


@dataclass(frozen=True, slots=True)
class IncomingLine:
    """One item of an order. ``item_id`` is empty where the report has none."""

    item_id: str
    sku: str
    title: str
    quantity: int
    asin: str = ""
    quantity_shipped: int | None = None
    item_price: Decimal | None = None
    item_tax: Decimal | None = None
    shipping_price: Decimal | None = None
    shipping_tax: Decimal | None = None
    promotion_discount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class IncomingOrder:
    """One order as a report or a poll tells it. All instants are aware, in UTC.

    ``unshipped_seen_at`` is the latest instant at which the source certainly said
    that the order was not yet shipped (the time it was made, never imported).
    ``None`` and ``""`` mean: the source does not say.
    """

    channel: str
    marketplace_order_id: str
    purchased_at: datetime
    lines: tuple[IncomingLine, ...]
    buyer: IncomingBuyer
    fulfilled_by: FulfilledBy = FulfilledBy.MERCHANT
    status: FulfillmentStatus | None = None
    sales_channel: str = ""
    service_level: str = ""
    currency: str = ""
    ship_country: str = ""
    ship_state: str = ""
    ship_by: datetime | None = None
    unshipped_seen_at: datetime | None = None
    cancelled_at: datetime | None = None
    rows: tuple[int, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class IncomingEvent:
    """One event of a carrier: its row in the file, its word, its instant in UTC.

    ``until`` is the end of the day where the file gave the day alone: then ``at`` is
    the day's beginning, the safe bound.
    """

    row: int
    word: CarrierWord
    at: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class IncomingPackage:
    """What a carrier's file says of one package, found by its tracking number."""

    tracking_number: str
    events: tuple[IncomingEvent, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """Return the rows of the file that are about it."""
        return tuple(event.row for event in self.events)
