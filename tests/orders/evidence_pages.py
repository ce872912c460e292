"""Saying where an order is, as a person does on its page."""

import re
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from orders.models import Order, Recipient
from orders.services.cancelling import record_cancelled
from orders.services.evidence import WhyNot
from tests.orders.incoming import incoming, receive, the_order
from tests.shops import Shop
from vault.clock import clock
from vault.models import LedgerEntry


def say(
    shop: Shop, order: Order, what: str, role: str = "fulfilment", **form: str
) -> Any:
    """Send a form of an order's page; return the answer after the redirect."""
    url = shop.url(f"orders/{order.id}/{what}/")
    return shop.client(role).post(url, form, follow=True)


def said(answer: Any) -> str:
    """Return the text of an answer's page, markup taken out."""
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def kinds(shop: Shop, order: Order) -> list[str]:
    """Return the kinds of the log's entries about an order, oldest first."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(subject_id=order.id).order_by("id")
        return [row.kind for row in rows]


def waiting(shop: Shop, number: str, **changes: Any) -> Order:
    """Take in an order that waits to be shipped."""
    receive(shop, incoming(marketplace_order_id=number, **changes))
    return the_order(shop, number)


def many_waiting(shop: Shop, count: int, *, bought: datetime) -> None:
    """Take in many orders that wait, a minute apart."""
    receive(
        shop,
        *(
            incoming(
                marketplace_order_id=f"115-{n:07d}-0000001",
                purchased_at=bought + timedelta(minutes=n),
            )
            for n in range(count)
        ),
    )


def plan_of(statement: str) -> str:
    """Return how PostgreSQL would answer a statement that it was just sent."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {statement}")
        return "\n".join(line for (line,) in cursor.fetchall())


def buyers(shop: Shop) -> int:
    """Count the rows with buyers."""
    with shop.scope():
        return Recipient.objects.count()


def record(shop: Shop, *orders: Order) -> list[WhyNot]:
    """Cancel orders now; return why some were refused."""
    now = clock.now()
    with shop.scope():
        ids = [order.id for order in orders]
        done = record_cancelled(order_ids=ids, cancelled_at=now, now=now)
    return [why for _, why in done.refused]
