"""What the demo shops sell, and the invented people who buy it."""

import random
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sellerportal.demo.reports import InventedLine, InventedOrder

_GOODS = {
    "US": (
        ("HP-CB-L", "B0DEMO0001", "Cedar cutting board, large", "42.00"),
        ("HP-SM-2", "B0DEMO0002", "Stoneware mug, pair", "38.50"),
        ("HP-WT-OAT", "B0DEMO0003", "Wool throw, oat", "92.00"),
        ("HP-BC-3", "B0DEMO0004", "Beeswax candle, 3 pack", "22.00"),
        ("HP-LA-SL", "B0DEMO0005", "Linen apron, slate", "38.00"),
        ("HP-BH-4", "B0DEMO0006", "Brass hook, set of 4", "17.00"),
        ("HP-CR-W", "B0DEMO0007", "Walnut coat rack", "189.00"),
        ("HP-CT-N", "B0DEMO0008", "Canvas tote, natural", "24.00"),
    ),
    "DE": (
        ("FS-GL-2", "B0DEMO0101", "Trinkglas, 2 Stück", "19.90"),
        ("FS-VA-S", "B0DEMO0102", "Vase aus Stein, klein", "34.50"),
        ("FS-KE-M", "B0DEMO0103", "Kerzenhalter, Messing", "27.00"),
        ("FS-TU-3", "B0DEMO0104", "Geschirrtuch, 3 Stück", "21.00"),
    ),
}
_PLACES = {
    "US": ("US", "USD", "Amazon.com", ("OR", "TX", "FL", "NY", "CO", "CA", "IL", "MA")),
    "DE": ("DE", "EUR", "Amazon.de", ("Bayern", "Hessen", "Berlin", "Sachsen")),
}
_FIRST = ("Testa", "Proba", "Sampla", "Mocko", "Dummia", "Fikta", "Probst", "Exa")
_LAST = ("Exampleton", "Musterfrau-Test", "Placeholder", "Fictus", "Specimen", "Nemo")
_STREETS = ("Sample Street", "Example Road", "Test Lane", "Invented Avenue")
_CITIES = ("Exampleville", "Testford", "Sampleton", "Mockborough")


def invented_order(
    *, chance: random.Random, number: str, market: str, purchased_at: datetime
) -> InventedOrder:
    """Invent one order of one or two items for a buyer who does not exist."""
    country, currency, channel, states = _PLACES[market]
    goods = chance.sample(_GOODS[market], k=1 if chance.random() < 0.8 else 2)
    lines = tuple(
        InventedLine(
            item_id=f"{number.replace('-', '')[-12:]}{n}",
            sku=sku,
            asin=asin,
            title=title,
            quantity=(quantity := chance.choice((1, 1, 1, 2, 3))),
            price=Decimal(price) * quantity,
        )
        for n, (sku, asin, title, price) in enumerate(goods)
    )
    return InventedOrder(
        order_id=number,
        purchased_at=purchased_at,
        lines=lines,
        buyer=_buyer(chance),
        country=country,
        state=chance.choice(states),
        currency=currency,
        sales_channel=channel,
        fulfilled="Amazon" if chance.random() < 0.1 else "Merchant",
    )


def bound_for_mexico(order: InventedOrder) -> InventedOrder:
    """Send an order to Mexico, where buyers give a tax id: the one of the public."""
    buyer = {**order.buyer, "tax_id": "XAXX010101000"}
    return replace(order, country="MX", state="Jalisco", buyer=buyer)


def promised(
    *, orders: list[InventedOrder], now: datetime, zone: ZoneInfo
) -> list[InventedOrder]:
    """Promise what waits on the last day: two are late, half must leave today."""
    local = now.astimezone(zone)
    evening = time(17) if local.hour < 15 else time(23, 59)
    tonight = datetime.combine(local.date(), evening, tzinfo=zone)
    oldest = sorted(orders, key=lambda order: order.purchased_at)
    late = [
        replace(order, promised_at=max(now - hours, order.purchased_at))
        for order, hours in zip(
            oldest, (timedelta(hours=16), timedelta(hours=13)), strict=False
        )
    ]
    half = len(oldest) // 2
    today = [replace(order, promised_at=tonight) for order in oldest[2 : 2 + half]]
    return [*late, *today, *oldest[2 + half :]]


def _buyer(chance: random.Random) -> dict[str, str]:
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    buyer = {
        "buyer_name": name,
        "buyer_email": f"{chance.getrandbits(48):012x}@marketplace.example",
        "buyer_phone": f"+1 555 01{chance.randrange(100):02d}",
        "name": name,
        "address_line_1": f"{chance.randrange(1, 99)} {chance.choice(_STREETS)}",
        "city": chance.choice(_CITIES),
        "postal_code": f"000{chance.randrange(100):02d}",
        "phone": f"+1 555 01{chance.randrange(100):02d}",
    }
    if chance.random() < 0.3:
        buyer["address_line_2"] = f"Unit {chance.randrange(1, 40)}"
    if chance.random() < 0.1:
        buyer["gift_message"] = "Happy birthday, with love from all of us"
    if chance.random() < 0.1:
        buyer["delivery_instructions"] = "Leave it with the neighbour"
    return buyer
