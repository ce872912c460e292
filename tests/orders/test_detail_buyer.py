"""The buyer's card on the page of an order that shows none, and why not."""

from datetime import timedelta
from typing import Any

import pytest
from guardian.shortcuts import remove_perm

from compliance.models import PurgeRecord
from compliance.services.sweep import sweep
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order
from sellers.roles import Right
from tests.factories.orders import NOW, incoming, one_order, take_in
from tests.orders.detail_pages import get, groups, words
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import LostKey


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
        assert (
            "Buyer Removed early No data Removed on 25 Nov, 09:00 UTC because the "
            "order was cancelled; the last key that sealed it dies on 20 Dec. No "
            "import brings it back." in text
        )
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
