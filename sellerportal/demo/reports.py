"""A writer of Amazon order reports about invented buyers, the same for each seed."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from marketplaces.amazon.order_reports import ReportKind

MADE_AT: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

_FIRST: Final = ("Testa", "Proba", "Sampla", "Mocko", "Dummia", "Demo", "Probst")
_LAST: Final = ("Exampleton", "Mustermann-Test", "Placeholder", "Fictus", "Specimen")
_STREETS: Final = ("Sample Street", "Example Road", "Test Lane", "Invented Avenue")
_CITIES: Final = ("Exampleville", "Testford", "Sampleton", "Mockborough")
_GOODS: Final = (
    ("MUG-BLUE", "B0TEST0001", "Mug, blue, 0.3 l"),
    ("TEA-250", "B0TEST0002", 'Tea "Morning" 250 g'),
    ("LAMP|E27", "B0TEST0003", "Lamp | E27, warm"),
    ("SOCKS=M", "B0TEST0004", "=Socks, size M"),
)


@dataclass(frozen=True, slots=True)
class InventedLine:
    """One item of an invented order."""

    item_id: str
    sku: str
    asin: str
    title: str
    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class InventedOrder:
    """An order about nobody. ``buyer`` is by the fields of the recipient.

    Without ``promised_at`` it is to be shipped within three days.
    """

    order_id: str
    purchased_at: datetime
    lines: tuple[InventedLine, ...]
    buyer: dict[str, str]
    country: str = "DE"
    state: str = ""
    currency: str = "EUR"
    sales_channel: str = "Amazon.de"
    status: str = "Unshipped"
    fulfilled: str = "Merchant"
    promised_at: datetime | None = None


def invented_orders(
    count: int, *, seed: int = 0, made_at: datetime = MADE_AT
) -> tuple[InventedOrder, ...]:
    """Invent orders of the ten days before ``made_at``."""
    chance = random.Random(seed)  # noqa: S311 (invented data, no secret)
    return tuple(_order(chance, number, made_at) for number in range(count))


def _order(chance: random.Random, number: int, made_at: datetime) -> InventedOrder:
    order_id = (
        f"{chance.randrange(100, 999)}-{number:07d}-{chance.randrange(10**7):07d}"
    )
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    lines = tuple(
        _line(chance, f"{number:07d}{position:07d}")
        for position in range(chance.choice((1, 1, 1, 2, 3)))
    )
    return InventedOrder(
        order_id=order_id,
        purchased_at=made_at - timedelta(seconds=chance.randrange(3600, 864_000)),
        lines=lines,
        buyer={
            "buyer_name": name,
            "buyer_email": f"{order_id.replace('-', '')}@marketplace.example",
            "buyer_phone": f"+1 555 01{chance.randrange(100):02d}",
            "name": name,
            "address_line_1": f"{chance.randrange(1, 99)} {chance.choice(_STREETS)}",
            "city": chance.choice(_CITIES),
            "postal_code": f"{chance.randrange(100_000):05d}",
            "phone": f"+1 555 01{chance.randrange(100):02d}",
        },
    )


def _line(chance: random.Random, item_id: str) -> InventedLine:
    sku, asin, title = chance.choice(_GOODS)
    return InventedLine(
        item_id=item_id,
        sku=sku,
        asin=asin,
        title=title,
        quantity=chance.randrange(1, 5),
        price=Decimal(chance.randrange(100, 20_000)) / 100,
    )


Cell = Callable[[InventedOrder, InventedLine, datetime], str]


def _buyer(name: str) -> Cell:
    return lambda order, _line, _made: order.buyer.get(name, "")


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


_ADDRESS: Final[dict[str, Cell]] = {
    "recipient-name": _buyer("name"),
    "ship-address-1": _buyer("address_line_1"),
    "ship-address-2": _buyer("address_line_2"),
    "ship-address-3": _buyer("address_line_3"),
    "ship-city": _buyer("city"),
    "ship-state": lambda order, _line, _made: order.state,
    "ship-postal-code": _buyer("postal_code"),
    "ship-country": lambda order, _line, _made: order.country,
}
_ITEM: Final[dict[str, Cell]] = {
    "order-id": lambda order, _line, _made: order.order_id,
    "order-item-id": lambda _order, line, _made: line.item_id,
    "purchase-date": lambda order, _line, _made: _instant(order.purchased_at),
    "payments-date": lambda order, _line, _made: _instant(order.purchased_at),
}
_BUYER: Final[dict[str, Cell]] = {
    "buyer-email": _buyer("buyer_email"),
    "buyer-name": _buyer("buyer_name"),
    "buyer-phone-number": _buyer("buyer_phone"),
}
_GOODS_CELLS: Final[dict[str, Cell]] = {
    "sku": lambda _order, line, _made: line.sku,
    "product-name": lambda _order, line, _made: line.title,
    "quantity-purchased": lambda _order, line, _made: str(line.quantity),
}
_TAIL: Final[dict[str, Cell]] = {
    "delivery-Instructions": _buyer("delivery_instructions"),
    "gift-message-text": _buyer("gift_message"),
    "purchase-order-number": _buyer("purchase_order_number"),
    "cpf": _buyer("tax_id"),
    "sales-channel": lambda order, _line, _made: order.sales_channel,
    "is-business-order": lambda _order, _line, _made: "false",
}
#: The columns of each report, in Amazon's order, and what stands in them.
COLUMNS: Final[dict[ReportKind, dict[str, Cell]]] = {
    ReportKind.UNSHIPPED: {
        **_ITEM,
        "reporting-date": lambda _order, _line, made: _instant(made),
        "promise-date": lambda order, _line, _made: _instant(
            order.promised_at or order.purchased_at + timedelta(days=3)
        ),
        "days-past-promise": lambda _order, _line, _made: "-1",
        **_BUYER,
        **_GOODS_CELLS,
        "quantity-shipped": lambda _order, _line, _made: "0",
        "quantity-to-ship": lambda _order, line, _made: str(line.quantity),
        "ship-service-level": lambda _order, _line, _made: "Standard",
        **_ADDRESS,
        **_TAIL,
    },
    ReportKind.ORDERS: {
        **_ITEM,
        **_BUYER,
        **_GOODS_CELLS,
        "currency": lambda order, _line, _made: order.currency,
        "item-price": lambda _order, line, _made: str(line.price),
        "item-tax": lambda _order, _line, _made: "0.00",
        "shipping-price": lambda _order, _line, _made: "4.90",
        "shipping-tax": lambda _order, _line, _made: "0.00",
        "ship-service-level": lambda _order, _line, _made: "Standard",
        **_ADDRESS,
        "ship-phone-number": _buyer("phone"),
        **_TAIL,
    },
    ReportKind.ALL_ORDERS: {
        "amazon-order-id": lambda order, _line, _made: order.order_id,
        "merchant-order-id": lambda _order, _line, _made: "",
        "purchase-date": lambda order, _line, _made: _instant(order.purchased_at),
        "last-updated-date": lambda _order, _line, made: _instant(made),
        "order-status": lambda order, _line, _made: order.status,
        "fulfillment-channel": lambda order, _line, _made: order.fulfilled,
        "sales-channel": lambda order, _line, _made: order.sales_channel,
        "ship-service-level": lambda _order, _line, _made: "Standard",
        "product-name": lambda _order, line, _made: line.title,
        "sku": lambda _order, line, _made: line.sku,
        "asin": lambda _order, line, _made: line.asin,
        "quantity": lambda _order, line, _made: str(line.quantity),
        "currency": lambda order, _line, _made: order.currency,
        "item-price": lambda _order, line, _made: str(line.price),
        "ship-city": _buyer("city"),
        "ship-state": lambda order, _line, _made: order.state,
        "ship-postal-code": _buyer("postal_code"),
        "ship-country": lambda order, _line, _made: order.country,
        "purchase-order-number": _buyer("purchase_order_number"),
    },
}
#: Which of the recipient's fields each report can carry (as written here).
CARRIED: Final[dict[ReportKind, frozenset[str]]] = {
    ReportKind.UNSHIPPED: frozenset(
        (
            *("buyer_name", "buyer_email", "buyer_phone", "name", "city"),
            *("address_line_1", "address_line_2", "address_line_3", "postal_code"),
            *("delivery_instructions", "gift_message", "purchase_order_number"),
            "tax_id",
        )
    ),
    ReportKind.ORDERS: frozenset(
        (
            *("buyer_name", "buyer_email", "buyer_phone", "name", "city", "phone"),
            *("address_line_1", "address_line_2", "address_line_3", "postal_code"),
            *("delivery_instructions", "gift_message", "purchase_order_number"),
            "tax_id",
        )
    ),
    ReportKind.ALL_ORDERS: frozenset(("city", "postal_code", "purchase_order_number")),
}


def order_report(
    *,
    kind: ReportKind = ReportKind.UNSHIPPED,
    orders: int | Sequence[InventedOrder] = 3,
    seed: int = 0,
    made_at: datetime = MADE_AT,
    encoding: str = "utf-8",
    mark: bytes = b"",
    line_end: str = "\r\n",
    shuffled: bool = False,
) -> bytes:
    """Write a report file: the same arguments, the same bytes.

    ``orders`` are given, or so many are invented. ``shuffled`` mixes the columns,
    the rows (also of one order) and the letter case of the header. ``mark`` goes in
    front of the encoded text. Raises `UnicodeEncodeError` where ``encoding`` lacks
    a character.
    """
    if isinstance(orders, int):
        orders = invented_orders(orders, seed=seed, made_at=made_at)
    cells = COLUMNS[kind]
    names = list(cells)
    rows = [(order, line) for order in orders for line in order.lines]
    shown = {name: name for name in names}
    if shuffled:
        chance = random.Random(seed)  # noqa: S311 (invented data, no secret)
        chance.shuffle(names)
        chance.shuffle(rows)
        shown = {name: _varied(chance, name) for name in names}
    written = ["\t".join(shown[name] for name in names)]
    written += [
        "\t".join(cells[name](order, line, made_at) for name in names)
        for order, line in rows
    ]
    return mark + (line_end.join(written) + line_end).encode(encoding)


def _varied(chance: random.Random, name: str) -> str:
    """Write a column's name as other accounts' files have it."""
    form = chance.choice((str.upper, str.lower, str.title, str))
    joint = chance.choice(("-", "_", " "))
    return " " * chance.randrange(2) + form(name).replace("-", joint)
