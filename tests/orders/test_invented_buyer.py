"""The test buyer: looks like the others, lasts, never ships, raises an incident."""

import re
from datetime import timedelta

import pytest

from compliance.models import PurgeRecord
from compliance.services.sweep import sweep
from orders.incoming import IncomingOrder
from orders.models import Order, OrderLine, Recipient
from orders.services.evidence import EvidenceRefused, record_unshipped
from orders.services.keeping_test_buyer import RENEWED_DAYS, keep_test_buyer
from orders.services.shipping import Package, record_delivery, record_shipment
from tests.orders import detail_pages
from tests.orders.incoming import BUYER, incoming, receive, recipient_of, the_buyer
from tests.orders.showing import show
from tests.shops import Shop, at
from vault import opening
from vault.clock import clock
from vault.context import person_actor, seller_scope
from vault.kinds import Kind, Purpose
from vault.models import LedgerEntry
from vault.opening import Opening, open_fields
from vault.resealing import Move, reseal_many


@pytest.fixture
def invented(shop: Shop) -> Order:
    """Return the order of the test buyer of a shop with one order of its own."""
    receive(shop, incoming())
    assert keep_test_buyer(seller_id=shop.id, now=clock.now())
    return order_of(shop)


def order_of(shop: Shop) -> Order:
    """Return the order of the shop's test buyer."""
    with shop.scope():
        return Order.objects.get(seller_id=shop.id, test_buyer=True)


def incidents(shop: Shop) -> list[LedgerEntry]:
    """Return the incidents in the shop's log."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind=Kind.INCIDENT_OPENED_TEST.value)
        return list(rows.order_by("id"))


def test_a_shop_without_orders_has_none(shop: Shop) -> None:
    assert not keep_test_buyer(seller_id=shop.id, now=clock.now())
    with shop.scope():
        assert Order.objects.count() == 0


def test_it_looks_like_an_order_of_the_shop(shop: Shop, invented: Order) -> None:
    with shop.scope():
        real = Order.objects.get(test_buyer=False)
        line, own = (OrderLine.objects.get(order=o) for o in (invented, real))
        row = recipient_of(invented.id)
    assert re.fullmatch(r"114-\d{7}-\d{7}", invented.marketplace_order_id)
    same = ("channel", "currency", "sales_channel", "ship_country", "ship_state")
    for name in (*same, "items_total", "tax_total", "unit_count", "first_sku"):
        assert getattr(invented, name) == getattr(real, name), name
    assert (line.sku, line.title, line.item_price) == (
        own.sku,
        own.title,
        own.item_price,
    )
    assert timedelta() < real.purchased_at - invented.purchased_at < timedelta(hours=5)
    assert row is not None
    assert row.invented
    assert (row.purge_on, row.limit_on) == (invented.purge_on, invented.limit_on)


def test_it_is_made_once_and_anew_before_it_shows_among_what_leaves(
    shop: Shop, invented: Order
) -> None:
    assert not keep_test_buyer(seller_id=shop.id, now=clock.now())
    last = invented.purge_on - timedelta(days=RENEWED_DAYS)
    with at(f"{last - timedelta(days=1)}T23:59Z"):
        assert not keep_test_buyer(seller_id=shop.id, now=clock.now())
    with at(f"{last}T00:00Z"):
        assert not keep_test_buyer(seller_id=shop.id, now=clock.now())
        receive(shop, new_order())
        assert keep_test_buyer(seller_id=shop.id, now=clock.now())
        assert order_of(shop).id != invented.id
    with shop.scope():
        assert not Order.objects.filter(id=invented.id).exists()
        assert Recipient.objects.filter(invented=True).count() == 1
    assert incidents(shop) == []


def new_order(number: str = "114-0000009-0000009") -> IncomingOrder:
    """Return an order bought just now."""
    bought = clock.now() - timedelta(hours=1)
    return incoming(marketplace_order_id=number, purchased_at=bought)


def test_being_shown_is_an_incident_and_the_opener_sees_nothing_of_it(
    shop: Shop, invented: Order
) -> None:
    answer = show(shop, invented, client=shop.client("support"), told=ANSWER)
    assert answer.status_code == 200
    (entry,) = incidents(shop)
    assert (entry.subject_id, entry.actor_id, entry.facts) == (
        invented.id,
        shop.people["support"].id,
        {"purpose": "answer-buyer"},
    )
    for role in ("support", "manager", "owner"):
        said = detail_pages.words(detail_pages.get(shop, invented, role))
        assert "Support Exampleton was shown" in said
        for word in ("incident", "invented", "test-buyer", "test buyer"):
            assert word not in said.lower()


ANSWER = {"purpose": "answer-buyer"}


def test_another_buyer_is_no_incident(shop: Shop, invented: Order) -> None:
    assert the_buyer(shop) == BUYER
    assert incidents(shop) == []


def opened_in_a_shell(shop: Shop, order: Order) -> None:
    """Open the buyer as somebody with a shell would, and hide what it is."""
    actor = person_actor(shop.people["fulfilment"].id)
    with seller_scope(seller_id=shop.id, actor=actor):
        row = Recipient.objects.raw(
            "SELECT * FROM orders_recipient WHERE order_id = %s", [order.id]
        )[0]
        row.invented = False
        asked = Opening(Purpose.DELIVER, subject_id=order.id, now=clock.now())
        assert open_fields(row=row, fields=["name"], opening=asked)["name"]


def test_opening_by_sql_and_the_vault_is_caught_too(
    shop: Shop, invented: Order
) -> None:
    opened_in_a_shell(shop, invented)
    assert [e.actor_id for e in incidents(shop)] == [shop.people["fulfilment"].id]


def test_without_the_record_of_the_vault_it_would_not_be(
    shop: Shop, invented: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_note_incident", lambda **_: None)
    opened_in_a_shell(shop, invented)
    assert incidents(shop) == []


def test_sealing_anew_and_purging_it_are_no_incidents(
    shop: Shop, invented: Order
) -> None:
    with shop.scope():
        row = recipient_of(invented.id)
        assert row is not None
        day = row.purge_on - timedelta(days=1)
        move = Move(row.pk, day, row.limit_on)
        reseal_many(model=Recipient, moves=[move], now=clock.now())
        Order.objects.filter(id=invented.id).update(purge_on=day)
    with at(f"{invented.purge_on}T01:00Z"):
        sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        with shop.scope():
            assert Recipient.objects.count() == 0
            assert [r.orders for r in PurgeRecord.objects.all()] == [1]
    assert incidents(shop) == []


def test_a_day_of_the_test_buyer_alone_leaves_no_record(
    shop: Shop, invented: Order
) -> None:
    with shop.scope():
        Order.objects.filter(test_buyer=False).delete()
    with at(f"{invented.purge_on}T01:00Z"):
        result = sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
        with shop.scope():
            assert (Recipient.objects.count(), PurgeRecord.objects.count()) == (0, 0)
    assert (result.purged, result.overdue) == (0, 0)


def test_nobody_ships_it(shop: Shop, invented: Order) -> None:
    package = Package("1", "UPS", "1Z1", clock.now())
    with shop.scope():
        with pytest.raises(EvidenceRefused, match="invented"):
            record_shipment(order=invented, package=package, now=clock.now())
        with pytest.raises(EvidenceRefused, match="invented"):
            record_delivery(order=invented, delivered_at=clock.now(), now=clock.now())
        assert record_unshipped(order_ids=[invented.id], now=clock.now()).orders == []
        invented.refresh_from_db()
        assert (invented.shipped_at, invented.delivered_at) == (None, None)


def test_a_real_order_with_its_number_takes_its_place(
    shop: Shop, invented: Order
) -> None:
    told = incoming(marketplace_order_id=invented.marketplace_order_id)
    assert receive(shop, told).created == 1
    with shop.scope():
        found = Order.objects.get(marketplace_order_id=invented.marketplace_order_id)
        assert (found.test_buyer, Recipient.objects.filter(invented=True).count()) == (
            False,
            0,
        )
    assert the_buyer(shop, invented.marketplace_order_id) == BUYER


def test_each_shop_has_its_own(shop: Shop, other_shop: Shop, invented: Order) -> None:
    receive(other_shop, incoming())
    assert keep_test_buyer(seller_id=other_shop.id, now=clock.now())
    assert order_of(other_shop).id != invented.id
