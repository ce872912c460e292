"""Today as a member sees it, taken apart."""

import re
from datetime import datetime, timedelta
from typing import Any

from orders.models import Order
from tests.factories.orders import incoming, take_in
from tests.orders.list_pages import cells
from tests.shops import Shop
from vault.clock import clock

#: The four figures: label, number, where it leads.
Figures = dict[str, tuple[int, str]]


def page(shop: Shop, role: str = "owner") -> str:
    """Return Today as a member sees it."""
    answer = shop.client(role).get(shop.url(""))
    assert answer.status_code == 200
    return answer.content.decode()


def figures(html: str) -> Figures:
    """Return the figures of the page."""
    found = re.findall(
        r'</span>([^<]*)</dt>\s*<dd class="num[^"]*"><a href="([^"]*)">([\d,]*)</a>',
        html,
    )
    return {label: (int(n.replace(",", "")), url) for label, url, n in found}


def card(html: str, label: str) -> str:
    """Return the text of the card whose heading has this id."""
    (found,) = re.findall(
        rf'<section class="card"[^>]*aria-labelledby="{label}".*?</section>',
        html,
        re.DOTALL,
    )
    bare = re.sub(r"<svg.*?</svg>", "", found, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", bare).split())


def listed(shop: Shop, url: str, role: str = "owner") -> list[str]:
    """Return the order numbers that a link of the page lists."""
    html = shop.client(role).get(url).content.decode()
    if "<tbody" not in html:
        return []
    return [row[0].split()[0] for row in cells(html)]


def due(shop: Shop, **changes: Any) -> Order:
    """Take in an order that waits; ``ship_in`` hours from now it must leave."""
    hours = changes.pop("ship_in", None)
    by: datetime | None = None
    if hours is not None:
        by = clock.now() + timedelta(hours=hours)
    changes.setdefault("purchased_at", clock.now() - timedelta(days=4))
    order = incoming(ship_by=by, **changes)
    take_in(shop.id, order)
    with shop.scope():
        return Order.objects.get(
            seller_id=shop.id, marketplace_order_id=order.marketplace_order_id
        )
