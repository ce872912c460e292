"""Asking to be shown buyer data: the question, the answer, the log."""

import re
from typing import Any

from django.test import Client

from orders.models import Order
from tests.factories.orders import BUYER
from tests.shops import Shop
from vault.models import LedgerEntry

ADDRESS = ("name", "address_line_1", "address_line_2", "city", "postal_code")
HTMX = {"HX-Request": "true"}


def show(
    shop: Shop,
    order: Order,
    group: str = "ship-to",
    told: dict[str, str] | None = None,
    *,
    client: Client | None = None,
    headers: dict[str, str] | None = None,
) -> Any:
    """Post the question of a group, as the owner unless a client is given."""
    return (client or shop.client("owner")).post(
        shop.url(f"orders/{order.id}/show/{group}/"),
        {"purpose": "deliver", **(told or {})},
        headers=headers or {},
    )


def planted(html: str) -> set[str]:
    """Return the fields whose planted values stand in a page."""
    return {name for name, value in BUYER.items() if value in html}


def said(answer: Any) -> str:
    """Return the sentence of a refusal."""
    found = re.search(r'role="alert">.*?<span>(.*?)</span>', answer.content.decode())
    assert found is not None
    return found[1]


def entries(shop: Shop, beginning: str = "pii:") -> list[LedgerEntry]:
    """Return the entries of the log that begin so, oldest first."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind__startswith=beginning)
        return list(rows.exclude(kind="pii:sealed:import").order_by("id"))
