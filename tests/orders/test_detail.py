"""The page of one order: steps, items, packages, neighbours, other shops."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from orders.enums import FulfillmentStatus
from orders.services.shipping import Package, record_delivery, record_shipment
from sellers.models import Seller
from tests.factories.orders import BUYER, NOW, incoming, line, one_order, take_in
from tests.orders.detail_pages import get, groups, words
from tests.shops import Shop, at
from vault.clock import clock


class TestWaiting:
    """An order that waits to be shipped."""

    def test_head_steps_items_and_totals(self, shop: Shop) -> None:
        item = line(promotion_discount=Decimal("4.00"), item_tax=Decimal("1.50"))
        order = one_order(
            shop.id, lines=(item,), ship_by=NOW + timedelta(hours=30, minutes=1)
        )
        text = words(get(shop, order))
        number = order.marketplace_order_id
        assert f"{number} Unshipped Ordered today 16:14 on Amazon US. You ship." in text
        assert (
            "Paid Today 16:14 To ship 30 h left In transit Delivered "
            "Buyer data purged 20 Dec" in text
        )
        assert (
            "Cedar cutting board, large HP-CB-L $42.00 2 $84.00 Items $84.00 "
            "Shipping $4.90 Tax $1.50 Promotion -$4.00 Total $86.40" in text
        )
        assert "2 units to ship" in text

    def test_no_planted_value_is_on_the_page(self, shop: Shop) -> None:
        html = get(shop, one_order(shop.id))
        assert [value for value in BUYER.values() if value in html] == []

    def test_only_groups_that_hold_something_are_asked_about(self, shop: Shop) -> None:
        order = one_order(shop.id, buyer={"phone": "+1 555 0100", "tax_id": "T1"})
        assert groups(get(shop, order)) == ["phone", "tax-id"]

    def test_all_groups_in_their_order(self, shop: Shop) -> None:
        extra = {"tax_id": "1", "bill_name": "x"}
        order = one_order(shop.id, buyer={**BUYER, **extra})
        assert groups(get(shop, order)) == [
            *("ship-to", "phone", "email", "buyer", "tax-id", "delivery", "billing")
        ]

    def test_each_group_asks_for_a_purpose(self, shop: Shop) -> None:
        order = one_order(shop.id, buyer={"phone": "+1 555 0100"})
        html = get(shop, order)
        url = shop.url(f"orders/{order.id}/show/phone/")
        assert f'method="post" action="{url}"' in html
        assert (
            "What do you need the phone number for? Deliver the order Pack the order "
            "Answer the buyer Tax Requested by Amazon Case or tracking number, if"
            in (words(html))
        )

    def test_the_life_of_the_data(self, shop: Shop) -> None:
        order = one_order(shop.id, unshipped_seen_at=NOW)
        told, _, _ = words(get(shop, order)).partition(" Holds ")
        assert told.endswith(
            "Life of this data Kept until shipped Seen unshipped on 22 Nov 17:14 UTC; "
            "counted from then, 30 days less 2 days margin: 20 Dec. The day moves on "
            "each time a report or a person says again that it is not shipped. "
            "Received Today 17:14 Refused from 20 Dec, 00:00 UTC "
            "Fields sealed 9 Shown Never Purge buyer data early"
        )

    def test_an_earlier_stored_day_is_said(self, shop: Shop) -> None:
        told = incoming(unshipped_seen_at=NOW)
        (order,) = take_in(shop.id, told)
        with at("2026-12-01T09:00Z"):
            seen = incoming(
                marketplace_order_id=order.marketplace_order_id,
                unshipped_seen_at=clock.now(),
            )
            take_in(shop.id, seen)
            text = words(get(shop, order))
        assert (
            "30 days less 2 days margin: 29 Dec. The day moves on each time a report "
            "or a person says again that it is not shipped."
        ) in text
        assert "The stored day is 20 Dec; it moves on while the order waits." in text

    def test_titles_are_escaped(self, shop: Shop) -> None:
        evil = '"><img src=x onerror=alert(1)>'
        order = one_order(shop.id, lines=(line(title=evil, sku=evil),))
        html = get(shop, order)
        assert evil not in html
        assert html.count("&quot;&gt;&lt;img src=x onerror=alert(1)&gt;") == 2

    def test_next_and_previous_stay_in_the_view(self, shop: Shop) -> None:
        newest, other, oldest = take_in(
            shop.id,
            incoming(purchased_at=NOW - timedelta(hours=1)),
            incoming(
                purchased_at=NOW - timedelta(hours=2), status=FulfillmentStatus.SHIPPED
            ),
            incoming(purchased_at=NOW - timedelta(hours=3)),
        )
        find = re.compile(r'href="([^"]*)" data-key="(.)"')
        assert find.findall(get(shop, newest)) == [
            (shop.url(f"orders/{other.id}/"), "j")
        ]
        assert find.findall(get(shop, other)) == [
            (shop.url(f"orders/{newest.id}/"), "k"),
            (shop.url(f"orders/{oldest.id}/"), "j"),
        ]
        assert find.findall(get(shop, newest, query="?view=unshipped")) == [
            (shop.url(f"orders/{oldest.id}/?view=unshipped"), "j")
        ]


class TestShipped:
    """Packages, and the days that follow from them."""

    def test_packages_and_delivery(self, shop: Shop) -> None:
        order = one_order(shop.id, purchased_at=NOW - timedelta(days=9))
        with shop.scope():
            package = Package("1", "UPS", "1Z-77", NOW - timedelta(days=8), "Ground")
            record_shipment(order=order, package=package, now=NOW)
            record_delivery(order=order, delivered_at=NOW - timedelta(days=2), now=NOW)
        text = words(get(shop, order))
        assert "Package 1 UPS Ground 1Z-77 14 Nov Delivered" in text
        assert "You shipped on 14 Nov." in text
        assert "Shipped Sat 14 Nov In transit Delivered Fri 17:14" in text

    def test_without_a_package_there_is_no_table(self, shop: Shop) -> None:
        assert "Packages of this order" not in get(shop, one_order(shop.id))


@pytest.mark.parametrize(
    ("channel", "url"),
    [
        ("Amazon.com", "https://sellercentral.amazon.com/orders-v3/order/"),
        ("amazon.CO.UK", "https://sellercentral.amazon.co.uk/orders-v3/order/"),
        ("Amazon.de", "https://sellercentral.amazon.de/orders-v3/order/"),
        ("Amazon.co.jp", "https://sellercentral.amazon.co.jp/orders-v3/order/"),
        ("Non-Amazon US", "https://sellercentral.amazon.com/orders-v3/order/"),
        ("", "https://sellercentral.amazon.com/orders-v3/order/"),
    ],
)
def test_the_order_in_seller_central(shop: Shop, channel: str, url: str) -> None:
    order = one_order(shop.id, sales_channel=channel)
    link = f'href="{url}{order.marketplace_order_id}" rel="noreferrer noopener"'
    assert f'{link} target="_blank"' in get(shop, order)


def test_a_number_that_is_no_order_number_gets_no_link(shop: Shop) -> None:
    order = one_order(shop.id, marketplace_order_id="114/../x?y")
    assert "sellercentral" not in get(shop, order)


def comparable(answer: Any) -> tuple[int, bytes, dict[str, str]]:
    """Return what an answer tells, without cookies and date."""
    headers = {k: v for k, v in answer.items() if k not in ("Set-Cookie", "Date")}
    return answer.status_code, answer.content, headers


def test_foreign_and_missing_orders_are_the_same_to_the_byte(
    shop: Shop, other_shop: Shop
) -> None:
    foreign = one_order(other_shop.id)
    client = shop.client("owner")
    answers = [
        comparable(client.get(shop.url(f"orders/{order_id}/")))
        for order_id in (foreign.id, uuid4())
    ]
    answers += [
        comparable(
            client.post(
                shop.url(f"orders/{order_id}/show/phone/"), {"purpose": "deliver"}
            )
        )
        for order_id in (foreign.id, uuid4())
    ]
    assert answers[0] == answers[1]
    assert answers[2] == answers[3]
    assert (answers[0][0], answers[2][0]) == (404, 404)
    assert comparable(client.get(other_shop.url(f"orders/{foreign.id}/"))) == answers[0]


def test_the_page_is_in_the_zone_of_the_shop(shop: Shop) -> None:
    order = one_order(shop.id)
    Seller.objects.filter(id=shop.id).update(time_zone="Asia/Tokyo")
    assert "Ordered today 01:14 on Amazon US." in words(get(shop, order))
