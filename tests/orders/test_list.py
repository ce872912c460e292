"""The list of orders: columns, states of buyer data, counts, what is not loaded."""

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.services.sweep import sweep
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order, Recipient
from orders.queries import listing
from orders.services.shipping import Package, record_delivery, record_shipment
from sellers.models import Seller
from tests.factories.orders import BUYER, NOW, incoming, line, one_order, take_in
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import DayState, LedgerEntry, LostKey, PurgeDay


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
        [_text(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)]
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


def test_a_row_says_everything_but_the_name(shop: Shop) -> None:
    order = one_order(
        shop.id,
        lines=(line(), line(sku="HP-BC-3", quantity=1)),
        ship_by=NOW + timedelta(days=2),
    )
    assert cells(page(shop)) == [
        [
            f"{order.marketplace_order_id} US, you ship",
            "Today 16:14",
            "Tue 24 Nov",
            "2 × Cedar cutting board, large and 1 more HP-CB-L",
            "•••••••• Name hidden US, OR",
            "$177.80",
            "Unshipped",
            "Kept until shipped",
        ]
    ]


def test_no_planted_value_is_on_the_list_though_it_is_stored(shop: Shop) -> None:
    order = one_order(shop.id)
    with shop.scope():
        assert Recipient.objects.get(order_id=order.id).filled == len(BUYER)
    html = page(shop)
    assert [value for value in BUYER.values() if value in html] == []
    assert order.marketplace_order_id in html


def test_times_are_in_the_zone_of_the_shop(shop: Shop) -> None:
    Seller.objects.filter(id=shop.id).update(time_zone="America/Los_Angeles")
    one_order(shop.id)
    html = page(shop)
    assert cells(html)[0][1] == "Today 08:14"
    assert "Buyer data leaves at midnight UTC, 16:00 in Los Angeles time." in html


@pytest.mark.parametrize(
    ("ship_by", "expected", "status"),
    [
        (timedelta(hours=3), "Today 20:14", "Ship today"),
        (timedelta(hours=-16), "Today 01:14", "Late 16 h"),
        (timedelta(days=-3), "Thu 17:14", "Late 3 days"),
        (timedelta(days=4), "Thu 26 Nov", "Unshipped"),
        (None, "Not given", "Unshipped"),
    ],
)
def test_ship_by_and_status_of_a_waiting_order(
    shop: Shop, ship_by: timedelta | None, expected: str, status: str
) -> None:
    one_order(
        shop.id,
        purchased_at=NOW - timedelta(days=5),
        ship_by=None if ship_by is None else NOW + ship_by,
    )
    (row,) = cells(page(shop))
    assert (row[2], row[6]) == (expected, status)


def test_status_follows_the_package_once_it_is_shipped(shop: Shop) -> None:
    order = one_order(shop.id, purchased_at=NOW - timedelta(days=5))
    ship(shop, order, days_ago=3)
    assert cells(page(shop))[0][2:7:4] == ["Shipped 19 Nov", "In transit"]
    with shop.scope():
        record_delivery(order=order, delivered_at=NOW - timedelta(days=1), now=NOW)
    assert cells(page(shop))[0][6] == "Delivered 21 Nov"


def test_an_order_without_prices_says_so(shop: Shop) -> None:
    one_order(shop.id, currency="", lines=(line(item_price=None),))
    assert cells(page(shop))[0][5] == "Not given"


def test_titles_and_skus_are_escaped(shop: Shop) -> None:
    evil = "<script>alert(1)</script>"
    one_order(shop.id, lines=(line(title=evil, sku=f"S{evil}"),))
    html = page(shop)
    assert evil not in html
    assert html.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2


class TestBuyerData:
    """The column "Buyer data" in each of its states."""

    def test_shipped_counts_the_days_down(self, shop: Shop) -> None:
        order = one_order(shop.id, purchased_at=NOW - timedelta(days=5))
        ship(shop, order)
        with shop.scope():
            purge_on = Order.objects.get(id=order.id).purge_on
        left = (purge_on - NOW.date()).days
        assert life(shop) == f"{left} days, {purge_on.day} Dec"
        assert "f-mid" in page(shop)

    @pytest.mark.parametrize(
        ("bought", "expected"),
        [(21, "7 days, 29 Nov"), (26, "2 days, 24 Nov"), (27, "Leaves tonight")],
    )
    def test_the_last_week_is_amber(
        self, shop: Shop, bought: int, expected: str
    ) -> None:
        one_order(shop.id, purchased_at=NOW - timedelta(days=bought))
        assert life(shop) == expected
        assert '<span class="warn">' in page(shop)

    def test_a_day_before_the_last_week_is_not(self, shop: Shop) -> None:
        one_order(shop.id, purchased_at=NOW - timedelta(days=20))
        assert life(shop) == "Kept until shipped"
        assert '<span class="warn">' not in page(shop)

    def test_refused_then_past_the_limit_while_the_key_exists(self, shop: Shop) -> None:
        one_order(shop.id)
        sweep(seller_ids=[shop.id], now=clock.now())
        with at("2026-12-20T09:00Z"):
            html = page(shop)
            assert cells(html)[0][-1] == "Refused since 20 Dec"
            assert cells(html)[0][4] == "Refused US, OR"
        with at("2026-12-22T09:00Z"):
            html = page(shop)
            assert cells(html)[0][-1] == "Past the limit"
            assert '<span class="bad">' in html
        day = NOW.date() + timedelta(days=28)
        assert PurgeDay.objects.get(day=day).state == DayState.OPEN

    def test_purged(self, shop: Shop) -> None:
        one_order(shop.id)
        with at("2026-12-20T00:02Z"):
            sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
            (row,) = cells(page(shop))
        assert (row[4], row[-1]) == ("No data US, OR", "Purged 20 Dec")

    def test_destroyed_but_not_yet_deleted_counts_as_purged(self, shop: Shop) -> None:
        one_order(shop.id)
        with at("2026-12-20T00:02Z"):
            # The first request of the day destroys the key; rows follow later.
            assert life(shop) == "Purged 20 Dec"
        with shop.scope():
            assert Recipient.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ({"fulfilled_by": FulfilledBy.AMAZON}, "Never asked"),
            ({"buyer": {}}, "Not stored"),
            ({"purchased_at": NOW - timedelta(days=40)}, "Not stored"),
            (
                {"cancelled_at": NOW, "status": FulfillmentStatus.CANCELLED},
                "Not stored",
            ),
        ],
    )
    def test_never_stored(
        self, shop: Shop, changes: dict[str, Any], expected: str
    ) -> None:
        one_order(shop.id, **changes)
        (row,) = cells(page(shop))
        assert (row[4], row[-1]) == ("No data US, OR", expected)

    def test_lost(self, shop: Shop) -> None:
        order = one_order(shop.id)
        LostKey.objects.create(day=order.purge_on, found_at=clock.now())
        (row,) = cells(page(shop))
        assert (row[4], row[-1]) == ("Lost US, OR", "Lost")

    def test_a_key_lost_before_the_sealing_does_not_matter(self, shop: Shop) -> None:
        order = one_order(shop.id)
        LostKey.objects.create(
            day=order.purge_on, found_at=clock.now() - timedelta(seconds=1)
        )
        assert life(shop) == "Kept until shipped"


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
            assert listing.capped_count(Order.objects.all()) == 3
            with CaptureQueriesContext(
                connection,
            ) as asked:
                listing.capped_count(Order.objects.all())
        assert "LIMIT 3" in asked[0]["sql"]


def test_nothing_yet_says_how_to_import(shop: Shop) -> None:
    html = page(shop)
    assert "No orders yet" in html
    assert f"manage.py import_orders {shop.seller.slug} FILE" in html
    assert "<table" not in html


def test_an_empty_view_offers_all_orders(shop: Shop) -> None:
    one_order(shop.id)
    html = page(shop, "?view=leaving")
    assert "There is no order in this view at the moment." in html
    assert f'href="{shop.url()}">Show all orders</a>' in html


@pytest.mark.parametrize("role", ["inventory", "auditor", "support", "fulfilment"])
def test_every_role_with_the_right_sees_the_list(shop: Shop, role: str) -> None:
    one_order(shop.id)
    assert len(cells(page(shop, role=role))) == 1


def test_nobody_sees_the_orders_of_another_shop(shop: Shop, other_shop: Shop) -> None:
    order = one_order(other_shop.id)
    one_order(shop.id)
    assert order.marketplace_order_id not in page(shop)
    assert order.marketplace_order_id in page(other_shop)
    assert shop.client("owner").get(other_shop.url()).status_code == 404


def test_a_visitor_is_sent_to_sign_in(shop: Shop) -> None:
    answer = Client().get(shop.url())
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/account/sign-in/?next={shop.url()}",
    )


@pytest.fixture
def queries(shop: Shop) -> Callable[[], list[str]]:
    """Return what one request for the list asks the database."""
    client = shop.client("owner")
    client.get(shop.url())

    def ask() -> list[str]:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(shop.url()).status_code == 200
        return [query["sql"] for query in asked]

    return ask


def test_the_number_of_queries_does_not_grow_with_the_rows(
    shop: Shop, queries: Callable[[], list[str]]
) -> None:
    one_order(shop.id)
    few = [sql for sql in queries() if " FROM " in sql]
    take_in(shop.id, *(incoming(lines=(line(), line(sku="B"))) for _ in range(49)))
    many = [sql for sql in queries() if " FROM " in sql]
    assert len(cells(page(shop))) == 50
    # Session, person, memberships, 2 for rights; 3 counts, the page, lost keys.
    assert (len(few), len(many)) == (10, 10)


def test_no_sealed_column_is_loaded_and_nothing_is_opened(
    shop: Shop, queries: Callable[[], list[str]]
) -> None:
    one_order(shop.id)
    asked = " ".join(queries())
    loaded = [name for name in Recipient.privacy.buyer if f'"{name}"' in asked]
    assert (loaded, '"sealed_at"' in asked) == (["name"], True)
    assert '"orders_recipient"."name"' not in asked
    with shop.scope():
        kinds = LedgerEntry.objects.values_list("kind", flat=True)
        assert [kind for kind in kinds if kind.startswith("pii:opened")] == []


def test_the_total_is_what_the_buyer_paid(shop: Shop) -> None:
    item = line(
        item_price=Decimal("100.00"),
        item_tax=Decimal("7.00"),
        shipping_price=Decimal("5.00"),
        shipping_tax=Decimal("0.50"),
        promotion_discount=Decimal("10.00"),
    )
    one_order(shop.id, lines=(item,), currency="CAD")
    assert cells(page(shop))[0][5] == "CA$102.50"
