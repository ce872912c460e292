"""How a hold ends: withdrawn, renewed, released, over; with every item on record."""

from datetime import date

import pytest

from compliance.queries.held import (
    ending_holds,
    items_of_subject,
    orders_on_hold,
)
from compliance.services.approving import (
    ChangedMeanwhile,
    SecondPersonNeeded,
)
from compliance.services.exporting_items import ItemOver, export_item
from compliance.services.hold_approval import approve_renewal
from compliance.services.holding import (
    BadLastDay,
    ask_renewal,
    drop_renewal,
    release_hold,
    withdraw_hold,
)
from sellers.services.emptying import tenant_tables
from tests.compliance.holding import (
    LAST_DAY,
    approved,
    entries,
    fresh,
    items,
    order_of,
    placed,
    swept,
)
from tests.orders.incoming import BUYER, the_buyer, the_order
from tests.shops import Shop, at
from vault.clock import clock
from vault.kinds import Kind
from vault.ledger import sequence, verify

pytestmark = pytest.mark.django_db
DAY_GONE = "2026-12-19T00:10:00+00:00"


def test_withdrawn_it_is_never_approved(certified: Shop) -> None:
    hold = placed(certified, the_order(certified, order_of(certified)).id)
    with certified.scope():
        withdraw_hold(hold_id=hold.id, now=clock.now())
    with pytest.raises(ChangedMeanwhile):
        approved(certified, hold)
    assert [e.kind for e in entries(certified, "hold:")] == [
        "hold:placed:case",
        "hold:withdrawn:case",
    ]


def test_renewed_by_two_its_items_move_along(certified: Shop) -> None:
    hold = approved(
        certified, placed(certified, the_order(certified, order_of(certified)).id)
    )
    until = date(2027, 9, 1)
    owner, manager = (certified.people[c].id for c in ("owner", "manager"))
    with at("2027-04-28T09:00:00+00:00"), certified.scope():
        with pytest.raises(BadLastDay):
            ask_renewal(
                hold_id=hold.id, until=LAST_DAY, person_id=owner, now=clock.now()
            )
        ask_renewal(hold_id=hold.id, until=until, person_id=owner, now=clock.now())
        with pytest.raises(SecondPersonNeeded):
            approve_renewal(
                hold_id=hold.id,
                until=until,
                person_id=owner,
                factor_given=True,
                now=clock.now(),
            )
        drop_renewal(hold_id=hold.id)
        with pytest.raises(ChangedMeanwhile):
            approve_renewal(
                hold_id=hold.id,
                until=until,
                person_id=manager,
                factor_given=False,
                now=clock.now(),
            )
        ask_renewal(hold_id=hold.id, until=until, person_id=owner, now=clock.now())
        approve_renewal(
            hold_id=hold.id,
            until=until,
            person_id=manager,
            factor_given=False,
            now=clock.now(),
        )
    assert fresh(certified, hold).ends_on == items(certified)[0].ends_on == until
    [entry] = entries(certified, Kind.HOLD_RENEWED_CASE)
    assert entry.facts == {
        "number": "H-0001",
        "last day before": "2027-05-01",
        "last day": "2027-09-01",
        "alone": 0,
    }


def test_released_its_items_are_gone_and_on_record(certified: Shop) -> None:
    order = the_order(certified, order_of(certified))
    hold = approved(certified, placed(certified, order.id))
    [item] = items(certified)
    with certified.scope():
        release_hold(
            hold_id=hold.id, person_id=certified.people["owner"].id, now=clock.now()
        )
        with pytest.raises(ChangedMeanwhile):
            release_hold(
                hold_id=hold.id, person_id=certified.people["owner"].id, now=clock.now()
            )
    assert items(certified) == []
    [release] = entries(certified, Kind.HOLD_RELEASED_CASE)
    assert (release.subject_id, release.facts) == (
        hold.id,
        {"number": "H-0001", "orders": 1},
    )
    [entry] = entries(certified, Kind.ARCHIVE_DELETED_ITEM)
    assert (entry.subject_id, entry.facts) == (
        order.id,
        {"sha256": item.sha256, "why": "released", "name": "H-0001"},
    )
    assert the_buyer(certified, order.marketplace_order_id) == BUYER


def test_over_it_expires_in_the_sweep_and_is_not_handed_out_before(
    certified: Shop,
) -> None:
    order = the_order(certified, order_of(certified))
    hold = approved(certified, placed(certified, order.id))
    never = placed(certified, order.id)
    [item] = items(certified)
    with at("2027-05-01T23:59:59+00:00"):
        swept(certified)
        assert len(items(certified)) == 1
    with at("2027-05-02T00:00:00+00:00"):
        with certified.scope(), pytest.raises(ItemOver):
            export_item(item_id=item.id, now=clock.now())
        with certified.scope():
            assert orders_on_hold(seller_id=certified.id, today=clock.today()) == 0
        swept(certified)
        swept(certified)
    ended = fresh(certified, hold)
    assert (items(certified), ended.why_ended) == ([], "ended")
    assert fresh(certified, never).withdrawn_at == ended.ended_at
    kinds = [e.kind for e in entries(certified, "")]
    assert kinds.count(Kind.HOLD_EXPIRED_CASE) == 1
    assert kinds.count(Kind.ARCHIVE_DELETED_ITEM) == 1
    with certified.scope():
        sequence()
        assert verify().waiting == 0


def test_what_notices_and_figures_ask_for(certified: Shop) -> None:
    one, two = (the_order(certified, order_of(certified, n)).id for n in (1, 2))
    hold = approved(certified, placed(certified, one, two))
    approved(certified, placed(certified, one, ends_on=date(2027, 4, 1)))
    with certified.scope():
        today, shop_id = clock.today(), certified.id
        assert orders_on_hold(seller_id=shop_id, today=today) == 2
        assert [
            item.hold.label
            for item in items_of_subject(seller_id=shop_id, subject_id=one, today=today)
            if item.hold
        ] == ["H-0002", "H-0001"]
        for day, labels in (
            (date(2027, 4, 27), []),
            (date(2027, 4, 28), [hold.label]),
            (LAST_DAY, [hold.label]),
        ):
            found = ending_holds(seller_id=certified.id, today=day)
            assert [each.label for each in found] == labels


def test_a_leaving_shop_takes_its_items_along() -> None:
    tables = tenant_tables()
    for name in ("hold", "heldorder", "holdcertificate", "standingrule"):
        assert f"compliance_{name}" in tables
    assert tables.index("compliance_archiveitem") < tables.index("compliance_hold")
