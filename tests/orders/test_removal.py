"""Removing buyers before their day: at once, with both dates, and for good."""

from datetime import UTC, date, datetime

import pytest

from compliance.services.sweep import sweep
from orders.enums import FulfillmentStatus, RemovedWhy
from orders.models import Order, Recipient
from orders.services import retention
from orders.services.disclosure import DisclosureRefused, Refusal, disclose_recipient
from orders.services.removal import outlived_orders, remove_buyers
from tests.factories.orders import alter
from tests.orders.incoming import BUYER, incoming, receive, the_buyer, the_order
from tests.shops import Shop, at
from vault.clock import clock
from vault.kinds import Purpose
from vault.models import LedgerEntry

LAST_KEY = date(2026, 12, 18)


def remove(shop: Shop, why: RemovedWhy = RemovedWhy.REQUEST) -> tuple[int, date | None]:
    """Remove the buyer of the one order, as the portal itself."""
    with shop.scope():
        ids = list(Order.objects.values_list("id", flat=True))
        done = remove_buyers(seller_id=shop.id, order_ids=ids, why=why, now=clock.now())
    return done.removed, done.last_key_on


def removals(shop: Shop) -> list[dict[str, object]]:
    """Return the facts of the removals in the log."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind="pii:removed:early").order_by("id")
        return [dict(row.facts) for row in rows]


def buyers(shop: Shop) -> int:
    """Count the rows with buyers."""
    with shop.scope():
        return Recipient.objects.count()


def cancel(shop: Shop, day: int = 22) -> None:
    """Import that the order was cancelled on a day of November, at nine."""
    receive(
        shop,
        incoming(
            status=FulfillmentStatus.CANCELLED,
            cancelled_at=datetime(2026, 11, day, 9, tzinfo=UTC),
        ),
    )


def test_the_rows_go_at_once_and_both_dates_stay(shop: Shop) -> None:
    receive(shop)
    assert remove(shop) == (1, LAST_KEY)
    order = the_order(shop)
    assert buyers(shop) == 0
    assert (order.purge_on, order.removed_at) == (date(2026, 11, 22), clock.now())
    assert (order.removed_why, order.last_key_on) == ("buyer-request", LAST_KEY)
    assert removals(shop) == [
        {"fields": 6, "last key dies on": "2026-12-18", "why": "buyer-request"}
    ]


def test_removed_twice_is_removed_once(shop: Shop) -> None:
    receive(shop)
    remove(shop)
    first = the_order(shop)
    with at("2026-11-25T09:00Z"):
        assert remove(shop, RemovedWhy.OTHER) == (0, None)
    assert the_order(shop).removed_at == first.removed_at
    assert len(removals(shop)) == 1


@pytest.mark.parametrize("instant", ["2026-11-22T18:00Z", "2026-11-21T10:00Z"])
def test_no_import_brings_it_back_not_even_on_an_earlier_clock(
    shop: Shop, instant: str
) -> None:
    receive(shop)
    remove(shop)
    with at(instant):
        again = incoming(unshipped_seen_at=clock.now(), buyer=BUYER)
        assert receive(shop, again).sealed == 0
    assert buyers(shop) == 0


def test_without_the_tombstone_an_import_brings_it_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pair of the test above: one protection taken away."""
    receive(shop)
    remove(shop)
    with monkeypatch.context() as patch:
        patch.setattr("orders.services.judging.is_tombstone", lambda **_: False)
        assert receive(shop).sealed == 1
    assert retention.is_tombstone(order=the_order(shop), today=clock.today())


def test_a_removed_buyer_is_not_shown(shop: Shop) -> None:
    receive(shop)
    order = the_order(shop)
    remove(shop)
    with shop.scope(), pytest.raises(DisclosureRefused) as refused:
        disclose_recipient(
            order=order,
            group="ship-to",
            purpose=Purpose.DELIVER,
            reference="",
            now=clock.now(),
        )
    assert refused.value.args == (Refusal.NOTHING_STORED.value,)


class TestCancelled:
    """A cancelled order's buyer goes on the next UTC day, whatever happens."""

    def test_by_an_import_the_sweep_of_the_next_day_takes_it(self, shop: Shop) -> None:
        """Re-sealed for tomorrow; the key that it had before dies on its own day."""
        receive(shop)
        cancel(shop)
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        assert the_buyer(shop) == BUYER
        with at("2026-11-23T00:02Z"):
            sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        order = the_order(shop)
        assert buyers(shop) == 0
        assert (order.purge_on, order.last_key_on) == (date(2026, 11, 23), LAST_KEY)

    def test_told_late_it_goes_at_once(self, shop: Shop) -> None:
        receive(shop)
        cancel(shop, day=20)
        order = the_order(shop)
        assert (buyers(shop), order.removed_at) == (0, clock.now())
        assert (order.removed_why, order.last_key_on) == ("cancelled", LAST_KEY)
        assert removals(shop) == [
            {"fields": 6, "last key dies on": "2026-12-18", "why": "cancelled"}
        ]

    def test_where_it_cannot_be_sealed_anew_the_row_goes_that_day(
        self, shop: Shop
    ) -> None:
        """One altered value keeps the buyer under its old key, and for a day only."""
        receive(shop)
        alter(shop.id, "phone")
        cancel(shop)
        with shop.scope():
            assert Recipient.objects.get().purge_on == LAST_KEY
        assert the_order(shop).purge_on == date(2026, 11, 23)
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        assert buyers(shop) == 1
        with at("2026-11-23T00:02Z"):
            assert shown(shop) is Refusal.PAST_ITS_DAY
            sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
            order = the_order(shop)
            assert (buyers(shop), order.removed_at) == (0, clock.now())
        assert (order.removed_why, order.last_key_on) == ("cancelled", LAST_KEY)
        assert removals(shop)[0]["last key dies on"] == "2026-12-18"

    def test_without_the_early_removal_it_would_stay(
        self, shop: Shop, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The pair of the test above."""
        monkeypatch.setattr("compliance.services.sweep.remove_early", lambda **_: 0)
        receive(shop)
        alter(shop.id, "phone")
        cancel(shop)
        with at("2026-11-23T23:59Z"):
            sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        assert buyers(shop) == 1

    def test_only_orders_whose_day_came_forward_are_looked_at(self, shop: Shop) -> None:
        receive(shop, incoming(), incoming(marketplace_order_id="114-0000002-0000002"))
        cancel(shop)
        with at("2026-11-23T00:02Z"), shop.scope():
            found = outlived_orders(seller_id=shop.id, today=clock.today())
            assert list(found) == []


def shown(shop: Shop) -> Refusal | None:
    """Ask for the ship-to of the one order; return why it was refused."""
    order = the_order(shop)
    with shop.scope():
        try:
            disclose_recipient(
                order=order,
                group="ship-to",
                purpose=Purpose.DELIVER,
                reference="",
                now=clock.now(),
            )
        except DisclosureRefused as refused:
            return Refusal(refused.args[0])
    return None
