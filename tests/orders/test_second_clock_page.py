"""The dry run of the second clock, as a seller reads it on the page Retention."""

from datetime import timedelta

import pytest

from orders.models import DailySales, Order
from orders.services.forgetting import forget_orders
from tests.orders.detail_pages import words
from tests.orders.old_orders import EDGE, old_orders, order_at
from tests.shops import Shop, at
from vault.clock import clock

RETENTION, DRY_RUN = "exposure/retention/", "exposure/retention/amazon/second-clock/"


def text(shop: Shop, page: str, role: str = "owner") -> str:
    """Return the text of a page."""
    return words(shop.client(role).get(shop.url(page)).content.decode())


def test_it_says_what_leaves_tonight_and_which_sums_stay(shop: Shop) -> None:
    facts = {"ship_country": "US", "currency": "USD", "tax_total": "1.50"}
    for hours in (3, 4):
        order_at(shop, EDGE + timedelta(hours=hours), **facts, line_count=2)
    order_at(shop, EDGE + timedelta(days=1), **facts)
    told = "Tonight at midnight UTC 2 orders from before 23 May 2025 leave"
    assert told in text(shop, RETENTION)
    page = text(shop, DRY_RUN)
    assert told in page
    assert "22 May 2025 US 2 4 3.00 USD" in page
    with shop.scope():
        assert (Order.objects.count(), DailySales.objects.count()) == (3, 0)
    with at("2026-11-23T00:00Z"):
        done = forget_orders(seller_id=shop.id, now=clock.now())
        assert [each.orders for each in done] == [2]


def test_where_nothing_leaves_it_says_when_the_oldest_will(shop: Shop) -> None:
    order_at(shop, EDGE + timedelta(days=40))
    told = "Nothing leaves tonight. The oldest order leaves on 2 Jan 2027."
    assert told in text(shop, RETENTION)
    assert told in text(shop, DRY_RUN)
    with at("2027-01-01T23:59Z"):
        assert forget_orders(seller_id=shop.id, now=clock.now()) == []
    with at("2027-01-02T00:00Z"):
        done = forget_orders(seller_id=shop.id, now=clock.now())
        assert [each.orders for each in done] == [1]


def test_its_sums_are_those_that_stay(shop: Shop) -> None:
    old_orders(shop, 200)
    page = text(shop, DRY_RUN)
    assert "200 orders from before 23 May 2025 leave" in page
    forget_orders(seller_id=shop.id, now=clock.now())
    with shop.scope():
        kept = DailySales.objects.filter(currency="CAD", ship_country="CA")
        day = kept.order_by("-day").values_list("day", flat=True)[0]
        rows = kept.filter(day=day).values_list("orders", "lines", "tax_total")
        orders, lines, tax = (sum(row) for row in zip(*rows, strict=True))
    row = f"{day.day} {day:%b} {day.year} CA {orders} {lines} "
    assert row in page
    assert f"{tax:.1f}" in page.split(row, 1)[1][:12]


def test_without_orders_or_a_clock_it_says_so(shop: Shop) -> None:
    assert "No order is stored, so none leaves." in text(shop, DRY_RUN)
    assert "No number of months is set" in text(
        shop, "exposure/retention/etsy/second-clock/"
    )
    assert (
        shop.client("owner")
        .get(shop.url("exposure/retention/nowhere/second-clock/"))
        .status_code
        == 404
    )


@pytest.mark.parametrize(("role", "status"), [("auditor", 200), ("support", 403)])
def test_who_sees_exposure_sees_it(shop: Shop, role: str, status: int) -> None:
    assert shop.client(role).get(shop.url(DRY_RUN)).status_code == status
