"""The page of one order: before and after its day, and for those who may not look."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from guardian.shortcuts import remove_perm

from compliance.models import PurgeRecord
from compliance.services.sweep import sweep
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order
from orders.services.shipping import Package, record_delivery, record_shipment
from sellers.models import Seller
from sellers.roles import Right
from tests.factories.orders import BUYER, NOW, incoming, line, one_order, take_in
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import LostKey


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
        assert words(get(shop, order)).endswith(
            "Life of this data Kept until shipped Seen unshipped on 22 Nov 17:14 UTC; "
            "counted from then, 30 days less 2 days margin: 20 Dec. The day moves on "
            "until you ship. Received Today 17:14 Refused from 20 Dec, 00:00 UTC "
            "Fields sealed 9 Shown Never"
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
            "30 days less 2 days margin: 29 Dec. The day moves on until you ship."
            in (text)
        )
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


class TestPurged:
    """An order after its day."""

    @pytest.fixture
    def order(self, shop: Shop) -> Order:
        return one_order(shop.id, unshipped_seen_at=NOW)

    def test_no_data_since_when_and_the_record(self, shop: Shop, order: Order) -> None:
        with at("2026-12-20T00:02Z"):
            sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
            html = get(shop, order)
        with shop.scope():
            record = PurgeRecord.objects.get()
        text = words(html)
        assert (
            "Buyer Purged No data Since Sun 20 Dec 2026, 00:00 UTC. Name, address, "
            "phone and e-mail cannot be opened or brought back, not by an import "
            "either. Kept for tax: US, OR." in text
        )
        assert text.endswith(
            "Refused from 20 Dec, 00:00 UTC Key destroyed 20 Dec, 00:02 UTC Rows "
            "deleted 20 Dec, 00:02 UTC Days kept 27 Shown Never Purge record "
            f"P-0001 {record.root[:8]}"
        )
        assert "Buyer data purged 20 Dec, record P-0001" in text
        assert groups(html) == []

    def test_with_the_sweep_asleep_it_is_refused_all_the_same(
        self, shop: Shop, order: Order
    ) -> None:
        sweep(seller_ids=[shop.id], now=clock.now())
        with at("2026-12-20T00:00Z"):
            html = get(shop, order)
        assert groups(html) == []
        assert (
            "Buyer Refused Refused Since Sun 20 Dec 2026, 00:00 UTC the portal opens "
            "none of it. The key still exists; the next sweep destroys it."
            in words(html)
        )

    def test_removed_before_its_day(self, shop: Shop, order: Order) -> None:
        with at("2026-11-25T09:00Z"):
            cancelled = incoming(
                marketplace_order_id=order.marketplace_order_id,
                status=FulfillmentStatus.CANCELLED,
                cancelled_at=NOW + timedelta(days=1),
            )
            take_in(shop.id, cancelled)
            other = one_order(shop.id, cancelled_at=None)
            text = words(get(shop, order))
        assert other.id != order.id
        assert "Buyer Purged No data Since Tue 24 Nov 2026, 00:00 UTC." in text
        assert "Last key dies 20 Dec, 00:00 UTC" in text
        assert "Purge record" not in text


@pytest.mark.parametrize(
    ("changes", "tag", "sentence"),
    [
        (
            {"fulfilled_by": FulfilledBy.AMAZON},
            "Never asked",
            "Amazon ships this order, so its buyer is never asked for",
        ),
        ({"buyer": {}}, "Not stored", "The file held no buyer for this order."),
        (
            {"purchased_at": NOW - timedelta(days=40)},
            "Not stored",
            "The purge day had passed when this order arrived, so it was stored",
        ),
        (
            {"cancelled_at": NOW, "status": FulfillmentStatus.CANCELLED},
            "Not stored",
            "This order had been cancelled when it arrived, so it was stored",
        ),
    ],
)
def test_an_order_without_a_buyer_says_why(
    shop: Shop, changes: dict[str, Any], tag: str, sentence: str
) -> None:
    text = words(get(shop, one_order(shop.id, **changes)))
    assert f"Buyer {tag} No data {sentence}" in text
    assert ("Life of this data" in text) == (tag != "Never asked")


def test_a_lost_key_is_not_called_purged(shop: Shop) -> None:
    order = one_order(shop.id)
    LostKey.objects.create(lost_seller_id=shop.id, found_at=clock.now())
    text = words(get(shop, order))
    assert "lost, not purged, and the next import or sync may fill it again." in text
    assert "cannot be opened or brought back" not in text


class TestWithoutTheRight:
    """People who may not be shown buyer data see that it is there, and why not."""

    @pytest.mark.parametrize(
        ("role", "name"), [("inventory", "Inventory"), ("auditor", "Auditor")]
    )
    def test_a_role_that_never_may(self, shop: Shop, role: str, name: str) -> None:
        html = get(shop, one_order(shop.id), role)
        assert f"You are here as {name}. In this role buyer data stays hidden" in html
        assert ("/show/" in html, len(groups(html))) == (False, 5)

    def test_a_person_whose_right_was_taken(self, shop: Shop) -> None:
        order = one_order(shop.id)
        assert "/show/" in get(shop, order, "support")
        with shop.scope():
            person = shop.people["support"]
            remove_perm(Right.OPEN_BUYER_DATA.value, person, shop.seller)
        html = get(shop, order, "support")
        assert "the owner of the shop can give you the right" in html
        assert "/show/" not in html


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
