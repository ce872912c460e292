"""Taking orders in: what is stored, what is merged, what is left alone."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection

from orders.enums import FulfilledBy, FulfillmentStatus
from orders.incoming import IncomingLine
from orders.models import OrderLine, Recipient
from orders.models.order import BuyerState
from tests.orders.incoming import (
    BUYER,
    incoming,
    receive,
    the_buyer,
    the_order,
)
from tests.shops import Shop, at
from tests.vault.planted import lose_day
from vault.models import LedgerEntry


def test_a_new_order_is_stored_with_its_buyer_sealed(shop: Shop) -> None:
    result = receive(shop)
    order = the_order(shop)
    assert (result.created, result.sealed) == (1, 1)
    assert order.items_total == Decimal("84.00")
    assert order.tax_total == Decimal("4.00")
    assert (order.first_sku, order.unit_count) == ("HP-CB-L", 2)
    assert order.buyer_state == BuyerState.SEALED
    assert order.purge_on == order.last_key_on == date(2026, 12, 18)
    assert the_buyer(shop) == BUYER


def test_the_sealing_is_in_the_ledger_without_a_value(shop: Shop) -> None:
    receive(shop)
    with shop.scope():
        entry = LedgerEntry.objects.get(kind="pii:sealed:import")
    assert entry.subject_id == the_order(shop).id
    assert entry.facts == {"fields": 6, "day": "2026-12-18"}


def test_the_same_order_twice_is_unchanged(shop: Shop) -> None:
    receive(shop)
    with shop.scope():
        before = Recipient.objects.values().get()
    result = receive(shop)
    assert (result.created, result.updated, result.unchanged) == (0, 0, 1)
    with shop.scope():
        assert Recipient.objects.values().get() == before


def test_empty_never_overwrites(shop: Shop) -> None:
    receive(shop)
    receive(shop, incoming(buyer={}, currency="", ship_state="", sales_channel=""))
    order = the_order(shop)
    assert (order.currency, order.ship_state, order.sales_channel) == (
        "USD",
        "OR",
        "Amazon.com",
    )
    assert the_buyer(shop) == BUYER


def test_a_changed_value_replaces_the_old_one_alone(shop: Shop) -> None:
    receive(shop)
    result = receive(shop, incoming(buyer={"phone": "+1 555 0199", "company": "Nemo"}))
    assert result.updated == 1
    assert the_buyer(shop) == BUYER | {"phone": "+1 555 0199", "company": "Nemo"}


def test_several_lines_and_a_later_line_are_added_up(shop: Shop) -> None:
    receive(shop)
    line = IncomingLine(
        item_id="1002",
        sku="HP-BC-3",
        title="Beeswax candle",
        quantity=1,
        item_price=Decimal("22.00"),
    )
    receive(shop, incoming(lines=(line,)))
    order = the_order(shop)
    assert (order.items_total, order.line_count) == (Decimal("106.00"), 2)


def test_a_report_without_item_ids_finds_the_lines_by_sku(shop: Shop) -> None:
    receive(shop)
    line = IncomingLine(item_id="", sku="HP-CB-L", title="", quantity=2, asin="B01")
    assert receive(shop, incoming(lines=(line,))).updated == 1
    with shop.scope():
        assert OrderLine.objects.values_list("item_id", "asin").get() == ("1001", "B01")


def test_two_lines_of_one_sku_without_item_ids_stay_two(shop: Shop) -> None:
    line = IncomingLine(item_id="", sku="HP-CB-L", title="", quantity=1)
    receive(shop, incoming(lines=(line, line)))
    assert receive(shop, incoming(lines=(line, line))).unchanged == 1
    with shop.scope():
        assert OrderLine.objects.count() == 2


def test_a_status_never_moves_back(shop: Shop) -> None:
    receive(shop, incoming(status=FulfillmentStatus.SHIPPED))
    receive(shop, incoming(status=FulfillmentStatus.UNSHIPPED))
    assert the_order(shop).status == FulfillmentStatus.SHIPPED


def test_an_order_that_amazon_ships_never_gets_a_buyer(shop: Shop) -> None:
    receive(shop, incoming(fulfilled_by=FulfilledBy.AMAZON))
    receive(shop)
    assert the_order(shop).buyer_state == BuyerState.AMAZON_FULFILS
    with shop.scope():
        assert Recipient.objects.count() == 0


def test_an_order_whose_day_has_passed_is_stored_without_its_buyer(shop: Shop) -> None:
    receive(shop, incoming(purchased_at=datetime(2026, 10, 25, 8, 0, tzinfo=UTC)))
    order = the_order(shop)
    assert order.purge_on == date(2026, 11, 22)
    assert order.buyer_state == BuyerState.DAY_PASSED
    assert order.items_total == Decimal("84.00")
    with shop.scope():
        assert Recipient.objects.count() == 0


def test_the_day_before_its_day_an_order_is_sealed_still(shop: Shop) -> None:
    receive(shop, incoming(purchased_at=datetime(2026, 10, 26, 8, 0, tzinfo=UTC)))
    assert the_order(shop).purge_on == date(2026, 11, 23)
    assert the_buyer(shop) == BUYER


def test_a_withheld_buyer_is_filled_by_a_later_report(shop: Shop) -> None:
    receive(shop, incoming(buyer={}))
    assert the_order(shop).buyer_state == BuyerState.WITHHELD
    assert receive(shop).sealed == 1
    assert the_order(shop).buyer_state == BuyerState.SEALED
    assert the_buyer(shop) == BUYER


def test_cancelling_brings_the_day_to_tomorrow_at_once(shop: Shop) -> None:
    receive(shop)
    receive(
        shop,
        incoming(
            status=FulfillmentStatus.CANCELLED,
            cancelled_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
        ),
    )
    order = the_order(shop)
    assert (order.purge_on, order.last_key_on) == (
        date(2026, 11, 23),
        date(2026, 12, 18),
    )
    with shop.scope():
        assert Recipient.objects.get().purge_on == date(2026, 11, 23)


def test_an_old_cancellation_removes_the_buyer_at_once(shop: Shop) -> None:
    receive(shop)
    receive(shop, incoming(cancelled_at=datetime(2026, 11, 20, 9, 0, tzinfo=UTC)))
    with shop.scope():
        assert Recipient.objects.count() == 0
        entry = LedgerEntry.objects.get(kind="pii:removed:early")
    assert entry.facts == {
        "fields": 6,
        "last key dies on": "2026-12-18",
        "why": "cancelled",
    }
    order = the_order(shop)
    # Readable until now: it is refused from today on, whatever day was counted.
    assert (order.purge_on, order.counted_on) == (
        date(2026, 11, 22),
        date(2026, 11, 21),
    )


def test_a_later_day_is_stored_only_when_the_old_one_is_near(shop: Shop) -> None:
    receive(shop)
    receive(shop, incoming(unshipped_seen_at=datetime(2026, 11, 22, 9, tzinfo=UTC)))
    order = the_order(shop)
    assert (order.purge_on, order.clock_at.day) == (date(2026, 12, 18), 22)
    with at("2026-12-12T10:00+00:00"):
        receive(shop, incoming(unshipped_seen_at=datetime(2026, 12, 12, 9, tzinfo=UTC)))
        assert the_order(shop).purge_on == date(2027, 1, 9)
        assert the_buyer(shop) == BUYER


@pytest.mark.parametrize("instant", ["2026-12-18T00:00Z", "2027-02-01T10:00Z"])
def test_a_purged_order_is_never_refilled(shop: Shop, instant: str) -> None:
    receive(shop)
    with at(instant):
        again = incoming(buyer=BUYER | {"phone": "+1 555 0123"})
        assert receive(shop, again).sealed == 0
        assert the_order(shop).purge_on == date(2026, 12, 18)


def test_many_orders_go_in_batches(shop: Shop) -> None:
    many = [incoming(marketplace_order_id=f"114-{n:07d}-0000000") for n in range(1_101)]
    assert receive(shop, *many).created == 1_101
    assert receive(shop, *many).unchanged == 1_101


def test_one_lost_buyer_stops_no_import(shop: Shop) -> None:
    """A buyer that cannot be sealed anew keeps its key; the others go on.

    The order's day comes forward all the same: on it the row goes.
    """
    two = incoming(marketplace_order_id="114-0000002-0000002")
    receive(shop, incoming(), two)
    lose_day(date(2026, 12, 18))
    cancelled = {"cancelled_at": datetime(2026, 11, 22, 9, 0, tzinfo=UTC), "buyer": {}}
    three = incoming(marketplace_order_id="114-0000003-0000003")
    result = receive(shop, incoming(**cancelled), three)
    assert (result.created, result.updated) == (1, 1)
    order = the_order(shop)
    assert (order.purge_on, order.last_key_on) == (
        date(2026, 11, 23),
        date(2026, 12, 18),
    )
    with shop.scope():
        row = Recipient.objects.get(order_id=order.id)
    assert row.purge_on == date(2026, 12, 18)
    assert the_buyer(shop, three.marketplace_order_id) == BUYER


def test_no_buyer_is_kept_past_its_limit(shop: Shop) -> None:
    receive(shop)
    statement = "UPDATE orders_recipient SET limit_on = purge_on - 1"
    with (
        pytest.raises(IntegrityError),
        shop.scope(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
