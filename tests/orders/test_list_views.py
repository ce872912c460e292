"""The views of the list of orders: tabs, counts, empty views."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order
from orders.queries import listing
from tests.factories.orders import NOW, incoming, one_order, take_in
from tests.orders.list_pages import cells, page
from tests.shops import Shop


class TestViews:
    """Tabs, their counts, and what stands in each view."""

    @pytest.fixture(autouse=True)
    def orders(self, shop: Shop) -> None:
        """Take in one order of each kind."""
        take_in(
            shop.id,
            incoming(marketplace_order_id="114-1-WAITS"),
            incoming(
                marketplace_order_id="114-2-LEAVES",
                purchased_at=NOW - timedelta(days=22),
                status=FulfillmentStatus.SHIPPED,
            ),
            incoming(
                marketplace_order_id="114-3-AMAZON",
                fulfilled_by=FulfilledBy.AMAZON,
                status=FulfillmentStatus.SHIPPED,
            ),
        )

    @pytest.mark.parametrize(
        ("query", "numbers"),
        [
            ("", ["114-3-AMAZON", "114-1-WAITS", "114-2-LEAVES"]),
            ("?view=all", ["114-3-AMAZON", "114-1-WAITS", "114-2-LEAVES"]),
            ("?view=nonsense", ["114-3-AMAZON", "114-1-WAITS", "114-2-LEAVES"]),
            ("?view=unshipped", ["114-1-WAITS"]),
            ("?view=leaving", ["114-2-LEAVES"]),
        ],
    )
    def test_each_view_holds_its_orders_newest_first(
        self, shop: Shop, query: str, numbers: list[str]
    ) -> None:
        assert [row[0].split()[0] for row in cells(page(shop, query))] == numbers

    def test_each_tab_counts_what_its_link_lists(self, shop: Shop) -> None:
        html = page(shop)
        tabs = re.findall(r'<a href="([^"]*)"[^>]*>([^<]*) <span class="n">(\d+)', html)
        assert [(label, int(n)) for _, label, n in tabs] == [
            ("All", 3),
            ("Unshipped", 1),
            ("Buyer data leaving", 1),
        ]
        client = shop.client("owner")
        for url, _, number in tabs:
            listed = cells(client.get(url).content.decode())
            assert len(listed) == int(number)

    def test_links_lead_back_to_the_view(self, shop: Shop) -> None:
        html = page(shop, "?view=leaving")
        (url,) = re.findall(r'<a class="strong" href="([^"]*)"', html)
        assert url.endswith("/?view=leaving")
        order = shop.client("owner").get(url).content.decode()
        assert f'<a href="{shop.url()}?view=leaving">Orders</a>' in order

    def test_a_count_stops_at_its_limit(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "COUNTED", 2)
        with shop.scope():
            assert (
                listing.capped_count(orders=Order.objects.all(), seller_id=shop.id) == 3
            )
            with CaptureQueriesContext(
                connection,
            ) as asked:
                listing.capped_count(orders=Order.objects.all(), seller_id=shop.id)
        assert "LIMIT 3" in asked[0]["sql"]


def test_nothing_yet_leads_to_the_import(shop: Shop) -> None:
    html = page(shop)
    assert "No orders yet" in html
    assert f'href="{shop.url("imports/new/")}"' in html
    assert "<table" not in html


def test_nothing_yet_leads_nobody_where_they_may_not_go(shop: Shop) -> None:
    html = shop.client("fulfilment").get(shop.url()).content.decode()
    assert "Orders stand here as soon as somebody imported them." in html
    assert "imports/new/" not in html


def test_an_empty_view_offers_all_orders(shop: Shop) -> None:
    one_order(shop.id)
    html = page(shop, "?view=leaving")
    assert "There is no order in this view at the moment." in html
    assert f'href="{shop.url()}">Show all orders</a>' in html
