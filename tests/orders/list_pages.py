"""The list of orders as a member sees it, cut into cells of text."""

import re
from datetime import timedelta

from orders.models import Order
from orders.services.shipping import Package, record_shipment
from tests.factories.orders import NOW
from tests.shops import Shop
from vault.clock import clock


def page(shop: Shop, query: str = "", role: str = "owner") -> str:
    """Return the list as a member sees it."""
    answer = shop.client(role).get(shop.url(f"orders/{query}"))
    assert answer.status_code == 200
    return answer.content.decode()


def cells(html: str) -> list[list[str]]:
    """Return the text of each cell of each row, symbols and markup taken out."""
    body = html.split("<tbody", 1)[1].split("</tbody>", 1)[0]
    rows = re.findall(r"<tr.*?</tr>", body, re.DOTALL)
    return [
        [
            _text(cell)
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
            if "data-tick" not in cell
        ]
        for row in rows
    ]


def _text(markup: str) -> str:
    spaced = re.sub(r"<[^>]*>", " ", re.sub(r"<svg.*?</svg>", "", markup))
    return " ".join(spaced.split())


def life(shop: Shop) -> str:
    """Return the column "Buyer data" of the only row."""
    (row,) = cells(page(shop))
    return row[-1]


def ship(shop: Shop, order: Order, days_ago: int = 0) -> None:
    """Record a package of an order."""
    with shop.scope():
        record_shipment(
            order=order,
            package=Package("1", "UPS", "1Z1", NOW - timedelta(days=days_ago)),
            now=clock.now(),
        )
