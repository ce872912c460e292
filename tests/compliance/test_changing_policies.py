"""Changing a shop's days: what is foreseen is what is done, by version."""

from datetime import date, timedelta
from typing import Any

import pytest

from compliance.declarations import Foresight, judge
from compliance.policies import policies
from compliance.services.policies import ChangedMeanwhile, CountNotTyped
from tests.compliance.changing import (
    apply,
    change,
    confirm,
    mixed,
    plan,
    stored,
    versions,
)
from tests.compliance.planting import forget_day, plant
from tests.orders.incoming import ORDER, incoming, receive, the_buyer, the_order
from tests.shops import Shop
from vault.clock import clock
from vault.kinds import Kind
from vault.models import LedgerEntry

FORESEEN = Foresight(
    judged=11,
    at_once=4,
    at_once_unshipped=1,
    last_key_on=date(2026, 12, 1),
    sooner=7,
    sooner_unshipped=1,
    tonight=2,
)


def test_the_plan_counts_exactly_and_changes_nothing(
    shop: Shop, django_assert_num_queries: Any
) -> None:
    mixed(shop)
    before = stored(shop)
    assert plan(shop, days=20).foresight == FORESEEN
    assert stored(shop) == before
    with shop.scope(), django_assert_num_queries(1):
        judge().foresee(
            seller_id=shop.id,
            policy=policies()["amazon"],
            now=clock.now(),
        )


def test_what_was_foreseen_is_what_is_done(shop: Shop) -> None:
    mixed(shop)
    done = apply(shop, change(shop, days=20))
    assert (done.judged, done.moved, done.removed) == (11, 7, 4)
    assert done.finished_at == clock.now()
    by_day: dict[tuple[date, date | None], int] = {}
    for each in stored(shop).values():
        place = (each.order_day, each.buyer_day)
        by_day[place] = by_day.get(place, 0) + 1
    assert by_day == {
        (date(2026, 11, 22), None): 4,
        (date(2026, 11, 23), date(2026, 11, 23)): 2,
        (date(2026, 12, 5), date(2026, 12, 5)): 4,
        (date(2026, 12, 6), date(2026, 12, 6)): 1,
    }


def test_what_moved_still_opens_until_its_new_day(shop: Shop) -> None:
    receive(shop, incoming(purchased_at=clock.now() - timedelta(days=17)))
    apply(shop, change(shop, days=20))
    assert the_buyer(shop)["name"] == ORDER.buyer.values["name"]


def test_the_limit_stays_the_marketplaces(shop: Shop) -> None:
    mixed(shop)
    before = {number: each.limit for number, each in stored(shop).items()}
    apply(shop, change(shop, days=20))
    assert {number: each.limit for number, each in stored(shop).items()} == before


def test_a_buyer_removed_at_once_never_comes_back(shop: Shop) -> None:
    told = incoming(purchased_at=clock.now() - timedelta(days=20))
    receive(shop, told)
    apply(shop, change(shop, days=20))
    order = the_order(shop)
    assert (order.purge_on, order.last_key_on) == (
        date(2026, 11, 22),
        date(2026, 11, 30),
    )
    apply(shop, change(shop, days=30))
    receive(shop, told)
    assert the_buyer(shop) == {}
    assert the_order(shop).purge_on == date(2026, 11, 22)


def test_new_orders_are_judged_by_the_change_at_once(shop: Shop) -> None:
    change(shop, days=20)  # nobody applies it
    receive(shop, incoming(purchased_at=clock.now() - timedelta(days=1)))
    assert the_order(shop).purge_on == date(2026, 12, 9)


def test_longer_again_moves_new_ones_at_once_and_known_ones_when_near(
    shop: Shop,
) -> None:
    """Amazon's 30 days again: only what is near and needs its buyer moves on."""
    apply(shop, change(shop, days=20))
    plant(shop, days_old=15)  # its day, 25 November, is near
    plant(shop, days_old=2)  # its day, 8 December, is not
    assert plan(shop, days=30).foresight == Foresight(
        judged=2, later=1, later_when_near=1
    )
    done = apply(shop, change(shop, days=30))
    assert (done.judged, done.moved, done.removed) == (2, 1, 0)
    days = sorted(each.buyer_day or date.min for each in stored(shop).values())
    assert days == [date(2026, 12, 5), date(2026, 12, 8)]


def test_other_marketplaces_and_orders_without_a_buyer_are_left_alone(
    shop: Shop,
) -> None:
    bought = clock.now() - timedelta(days=10)
    receive(shop, incoming(channel="etsy", purchased_at=bought))
    receive(
        shop,
        incoming(marketplace_order_id="114-2", purchased_at=bought, buyer={}),
    )
    before = stored(shop)
    done = apply(shop, change(shop, days=20))
    assert (done.judged, stored(shop)) == (0, before)


def test_a_lost_value_keeps_its_key_and_stops_nobody(shop: Shop) -> None:
    plant(shop, days_old=5)
    plant(shop, days_old=4)
    forget_day(date(2026, 12, 15))
    done = apply(shop, change(shop, days=20))
    assert (done.judged, done.moved, done.removed) == (2, 1, 0)


def test_a_change_is_a_version_and_stands_in_the_log(shop: Shop) -> None:
    mixed(shop)
    apply(shop, change(shop, days=20, margin=4, months=12))
    apply(shop, change(shop, days=25))
    told = ("marketplace", "version", "days", "margin", "days before", "margin before")
    said = [
        tuple(entry[name] for name in told)
        for entry in facts(shop, Kind.POLICY_CHANGED_DAYS)
    ]
    assert said == [("amazon", 1, 20, 4, 30, 2), ("amazon", 2, 25, 2, 20, 4)]
    applied = facts(shop, Kind.POLICY_APPLIED_ORDERS)
    assert [(e["version"], e["judged"]) for e in applied] == [(1, 11), (2, 5)]
    owner = shop.people["owner"].id
    assert [version.changed_by_id for version in versions(shop)] == [owner, owner]


def test_figures_that_were_not_shown_are_not_confirmed(shop: Shop) -> None:
    plant(shop, days_old=20)
    seen = plan(shop, days=20)
    plant(shop, days_old=20)
    with shop.scope(), pytest.raises(ChangedMeanwhile) as stale:
        confirm(shop, days=20, seen=seen.code)
    assert stale.value.plan.foresight.at_once == 2
    assert versions(shop) == []
    with shop.scope():
        confirm(shop, days=20, seen=stale.value.plan.code)


def test_a_later_version_makes_an_older_preview_stale(shop: Shop) -> None:
    seen = plan(shop, days=20)
    change(shop, days=25)
    with shop.scope(), pytest.raises(ChangedMeanwhile):
        confirm(shop, days=20, seen=seen.code)


@pytest.mark.parametrize(("orders", "typed"), [(50, None), (51, 51)])
def test_many_removals_ask_for_their_number(
    shop: Shop, orders: int, typed: int | None
) -> None:
    plant(shop, days_old=20, orders=orders)
    seen = plan(shop, days=20)
    if typed is not None:
        for wrong in (None, 50, 0):
            with shop.scope(), pytest.raises(CountNotTyped):
                confirm(shop, days=20, seen=seen.code, typed=wrong)
    with shop.scope():
        confirm(shop, days=20, seen=seen.code, typed=typed)
    assert [version.days for version in versions(shop)] == [20]


def facts(shop: Shop, kind: Kind) -> list[dict[str, Any]]:
    """Return the facts of the shop's log entries of a kind, oldest first."""
    with shop.scope():
        found = LedgerEntry.objects.filter(kind=kind.value).order_by("id")
        return [entry.facts for entry in found]
