"""A case hold from placing to its items: two people, a certificate, the ledger."""

import hashlib
from datetime import timedelta

import pytest

from compliance.models import HoldOutcome
from compliance.queries.held import (
    Stand,
    stand_of,
)
from compliance.services.approving import (
    FactorNeeded,
    SecondPersonNeeded,
    TooEarly,
)
from compliance.services.certificates import (
    CertificateKnown,
    NoCertificate,
    add_certificate,
)
from compliance.services.exporting_items import export_item
from compliance.services.holding import (
    BadLastDay,
    TooManyOrders,
)
from orders.models import Recipient
from tests.compliance.holding import (
    ADDRESS,
    HoldKey,
    approved,
    entries,
    fresh,
    items,
    leave_alone,
    make_key,
    order_of,
    outcomes,
    placed,
    settle,
    swept,
)
from tests.orders.incoming import BUYER, the_order
from tests.shops import Shop, at
from vault.clock import clock
from vault.context import person_actor, seller_scope
from vault.kinds import Kind
from vault.refusals import OpeningStopped
from vault.stops import stop_opening

pytestmark = pytest.mark.django_db
DAY_GONE = "2026-12-19T00:10:00+00:00"


def test_a_hold_keeps_nothing_before_a_second_person_approves(certified: Shop) -> None:
    order = the_order(certified, order_of(certified))
    hold = placed(certified, order.id)
    assert (hold.label, hold.orders, items(certified)) == ("H-0001", 1, [])
    with pytest.raises(SecondPersonNeeded):
        approved(certified, hold, by="owner", factor_given=True)
    assert items(certified) == []
    hold = approved(certified, hold)
    assert stand_of(hold=hold, today=clock.today()) is Stand.LIVE
    assert (hold.alone, len(items(certified))) == (False, 1)


def test_the_item_opens_with_openssl_and_the_hot_copy_dies_on_its_day(
    certified: Shop, hold_key: HoldKey
) -> None:
    order = the_order(certified, order_of(certified))
    hold = approved(certified, placed(certified, order.id))
    [item] = items(certified)
    with at(DAY_GONE):
        swept(certified)
        with certified.scope():
            assert not Recipient.objects.exists()
            handed = export_item(item_id=item.id, now=clock.now())
    read = hold_key.opened(handed.data)
    assert read["fields"] == {name: BUYER[name] for name in ADDRESS}
    assert (read["for"], read["order"]) == (hold.label, str(order.id))
    assert read["facts"] == {
        "channel": "amazon",
        "country": "US",
        "ground": "Court order 26-1184",
        "kind": "court",
        "number": order.marketplace_order_id,
        "purchased_at": "2026-11-20T08:00:00+00:00",
        "state": "OR",
    }
    assert hashlib.sha256(handed.data).hexdigest() == item.sha256
    assert handed.name == f"H-0001-{item.sha256[:8]}.p7m"
    [entry] = entries(certified, Kind.ARCHIVE_EXPORTED_ITEM)
    assert entry.facts == {"sha256": item.sha256, "name": "H-0001"}
    assert entry.subject_id == order.id


def test_who_has_no_buyer_any_more_is_named(certified: Shop) -> None:
    ids = [the_order(certified, order_of(certified, n)).id for n in range(1, 6)]
    hold = placed(certified, *ids, fields=("name", "tax_id"))
    with certified.scope():
        Recipient.objects.filter(order_id__in=ids[:2]).delete()
        Recipient.objects.filter(order_id=ids[2]).update(name=None)
        thief = Recipient.objects.get(order_id=ids[3])
        Recipient.objects.filter(order_id=ids[4]).update(name=thief.name)
    approved(certified, hold)
    assert outcomes(certified, hold) == ["gone", "gone", "empty", "sealed", "broken"]
    assert [item.subject_id for item in items(certified)] == [ids[3]]
    [entry] = entries(certified, Kind.HOLD_APPROVED_CASE)
    assert entry.facts == {"number": "H-0001", "orders": 1, "alone": 0}


def test_past_its_day_an_order_is_gone_though_its_key_still_exists(
    certified: Shop,
) -> None:
    order = the_order(certified, order_of(certified))
    hold = placed(certified, order.id)
    with at(DAY_GONE):
        approved(certified, hold)
    assert outcomes(certified, hold) == [HoldOutcome.GONE]
    assert items(certified) == []


def test_a_shop_of_one_waits_24_hours_and_gives_the_factor_again(
    certified: Shop,
) -> None:
    leave_alone(certified)
    order = the_order(certified, order_of(certified))
    hold = placed(certified, order.id)
    with pytest.raises(TooEarly) as caught:
        approved(certified, hold, by="owner", factor_given=True)
    assert caught.value.from_at == hold.placed_at + timedelta(hours=24)
    with at("2026-11-23T17:13:59+00:00"), pytest.raises(TooEarly):
        approved(certified, hold, by="owner", factor_given=True)
    with at("2026-11-23T17:14:00+00:00"):
        with pytest.raises(FactorNeeded):
            approved(certified, hold, by="owner")
        done = approved(certified, hold, by="owner", factor_given=True)
    assert (done.alone, done.approved_by_id) == (True, certified.people["owner"].id)
    [entry] = entries(certified, Kind.HOLD_APPROVED_CASE)
    assert entry.facts["alone"] == 1


def test_a_second_person_who_comes_meanwhile_must_approve(certified: Shop) -> None:
    """The manager is there: the owner is not alone, however long they wait."""
    order = the_order(certified, order_of(certified))
    hold = placed(certified, order.id)
    with at("2026-11-25T17:14:00+00:00"):
        with pytest.raises(SecondPersonNeeded):
            approved(certified, hold, by="owner", factor_given=True)
        leave_alone(certified)
        assert approved(certified, hold, by="owner", factor_given=True).alone


def test_without_a_certificate_nothing_is_approved(shop: Shop) -> None:
    settle(shop)
    hold = placed(shop, the_order(shop, order_of(shop)).id)
    with pytest.raises(NoCertificate):
        approved(shop, hold)
    assert fresh(shop, hold).approved_at is None


def test_while_staffs_stop_stands_nothing_is_approved(certified: Shop) -> None:
    hold = placed(certified, the_order(certified, order_of(certified)).id)
    actor = person_actor(certified.people["owner"].id)
    with seller_scope(seller_id=certified.id, actor=actor):
        stop_opening(reason="A planted reason", ticket="", now=clock.now())
    with pytest.raises(OpeningStopped):
        approved(certified, hold)
    assert (fresh(certified, hold).approved_at, items(certified)) == (None, [])


def test_a_new_certificate_takes_new_items_and_leaves_old_ones(
    certified: Shop, hold_key: HoldKey, tmp_path_factory: pytest.TempPathFactory
) -> None:
    second = make_key(tmp_path_factory.mktemp("second"))
    one, two = (the_order(certified, order_of(certified, n)).id for n in (1, 2))
    approved(certified, placed(certified, one))
    owner = certified.people["owner"].id
    with at("2026-11-22T18:00:00+00:00"):
        with certified.scope():
            with pytest.raises(CertificateKnown):
                add_certificate(given=hold_key.pem, person_id=owner, now=clock.now())
            added = add_certificate(given=second.pem, person_id=owner, now=clock.now())
        approved(certified, placed(certified, two))
    old, new = items(certified)
    assert hold_key.opened(bytes(old.cms))["order"] == str(one)
    assert second.opened(bytes(new.cms))["order"] == str(two)
    [_, entry] = entries(certified, Kind.CERTIFICATE_ADDED_HOLDS)
    assert entry.facts == {"sha256": added.sha256}


def test_days_and_orders_that_a_hold_does_not_take(certified: Shop) -> None:
    order = the_order(certified, order_of(certified))
    today = clock.today()
    for ends_on in (today, today + timedelta(days=181)):
        with pytest.raises(BadLastDay):
            placed(certified, order.id, ends_on=ends_on)
    with pytest.raises(TooManyOrders):
        placed(certified)
    longest = placed(certified, order.id, order.id, ends_on=today + timedelta(days=180))
    assert longest.orders == 1
