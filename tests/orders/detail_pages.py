"""The page of one order as a member sees it, and the text of it."""

import re

from orders.models import Order
from tests.shops import Shop


def get(shop: Shop, order: Order, role: str = "owner", query: str = "") -> str:
    """Return an order's page as a member sees it."""
    answer = shop.client(role).get(shop.url(f"orders/{order.id}/{query}"))
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    """Return the text of the main part, symbols and markup taken out."""
    main = html.split("<main", 1)[1].split("</main>", 1)[0]
    inline = re.sub(r"<svg.*?</svg>|</?time[^>]*>", "", main, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", inline).split())


def groups(html: str) -> list[str]:
    """Return the groups of the card "Buyer"."""
    return re.findall(r'id="pii-([a-z-]+)"', html)
