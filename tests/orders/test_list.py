"""The list of orders: columns, who sees it, what is not loaded."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from orders.models import Recipient
from orders.services.shipping import record_delivery
from sellers.models import Seller
from tests.factories.orders import BUYER, NOW, incoming, line, one_order, take_in
from tests.orders.list_pages import cells, page, ship
from tests.shops import Shop
from vault.models import LedgerEntry


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
    # Session, person, memberships, 3 for rights; 3 counts, the page, lost keys; menu.
    assert (len(few), len(many)) == (11, 11)


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
