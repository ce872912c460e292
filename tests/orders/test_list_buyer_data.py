"""The column "Buyer data" of the list of orders."""

from datetime import timedelta
from typing import Any

import pytest

from compliance.services.sweep import sweep
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order, Recipient
from tests.factories.orders import NOW, one_order
from tests.orders.list_pages import cells, life, page, ship
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import DayState, LostKey, PurgeDay


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
