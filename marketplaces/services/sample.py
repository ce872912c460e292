"""Small files to try an import with: an order report about nobody, and events."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

_COLUMNS: Final = (
    *("order-id", "order-item-id", "purchase-date", "payments-date", "reporting-date"),
    *("promise-date", "buyer-email", "buyer-name", "buyer-phone-number", "sku"),
    *("product-name", "quantity-purchased", "quantity-shipped", "quantity-to-ship"),
    *("currency", "item-price", "ship-service-level", "recipient-name"),
    *("ship-address-1", "ship-city", "ship-state", "ship-postal-code", "ship-country"),
)
# Who and where (invented; the addresses are of nobody), then what: SKU, title, pieces,
# price. Two rows of one buyer are one order.
_ROWS: Final = (
    (1, "Avery Sample", "12 Example Road", "Testford", "OR", "HP-CB-L", 1, "42.00"),
    (1, "Avery Sample", "12 Example Road", "Testford", "OR", "HP-BC-3", 1, "22.00"),
    (2, "Robin Placeholder", "7 Invented Ave", "Mockton", "TX", "HP-SM-2", 2, "83.50"),
    (3, "Kim Exampleton", "90 Test Lane", "Sampleton", "NY", "HP-WT-OAT", 1, "92.00"),
    (4, "Jo Specimen", "3 Trial Street", "Demoville", "CO", "HP-LA-SL", 1, "38.00"),
    (5, "Sam Fictus", "45 Mock Court", "Exampleton", "WA", "HP-BH-4", 3, "54.00"),
)
_TITLES: Final = {
    "HP-CB-L": "Cedar cutting board, large",
    "HP-BC-3": "Beeswax candle, 3 pack",
    "HP-SM-2": "Stoneware mug, pair",
    "HP-WT-OAT": "Wool throw, oat",
    "HP-LA-SL": "Linen apron, slate",
    "HP-BH-4": "Brass hook, set of 4",
}


def sample_report(*, now: datetime) -> bytes:
    """Return an unshipped orders report of the last day before ``now``, tabs, UTF-8."""
    lines = ["\t".join(_COLUMNS)]
    lines += ["\t".join(_cells(number, now)) for number in range(len(_ROWS))]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _cells(number: int, now: datetime) -> tuple[str, ...]:
    order, name, street, city, state, sku, pieces, price = _ROWS[number]
    ordered = now - timedelta(hours=3 * order)
    stamp = f"{ordered:%y%m%d%H}"[-7:]
    return (
        f"900-{stamp}-{order:07d}",
        f"9{stamp}{number:06d}",
        _instant(ordered),
        _instant(ordered + timedelta(minutes=1)),
        _instant(now - timedelta(minutes=5)),
        _instant(ordered + timedelta(days=2)),
        f"buyer{order}@marketplace.example",
        name,
        f"+1 555 010{order}",
        sku,
        _TITLES[sku],
        str(pieces),
        "0",
        str(pieces),
        "USD",
        price,
        "Standard",
        name,
        street,
        city,
        state,
        f"0000{order}",
        "US",
    )


def _instant(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def sample_events(*, numbers: Sequence[str], now: datetime) -> bytes:
    """Return a file of carrier events of the last day before ``now``, commas, UTF-8.

    About packages with these numbers, and one that is nobody's.
    """
    told = [*numbers, "1Z999SAMPLE0000000"]
    lines = ["tracking number,carrier,event,time"]
    for number in told:
        scanned = _instant(now - timedelta(hours=20))
        lines.append(f"{number},Sample Post,In transit,{scanned}")
        arrived = _instant(now - timedelta(hours=3))
        lines.append(f'{number},Sample Post,"Delivered, front door",{arrived}')
    return "".join(f"{line}\r\n" for line in lines).encode()
