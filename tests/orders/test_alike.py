"""Judging orders by their kinds says what judging each of them by itself says."""

import random
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

import pytest
from django.db.models import Value

from compliance.declarations import Foresight, judge
from compliance.policies import OwnFigures, Policies, policies, shortened
from orders.models import Order, Recipient
from orders.queries import alike as kinds
from orders.queries.alike import TOLD, Alike, alike
from orders.services.repolicy import _counted, live_buyers
from tests.compliance.planting import plant
from tests.shops import Shop
from vault.clock import clock
from vault.days import gone_through

NUMBER = 160


def hours_ago(hours: int) -> datetime:
    """Return an instant so many hours before the present one."""
    return clock.now() - timedelta(hours=hours)


def foreseen(shop: Shop, *, days: int) -> Foresight:
    """Return what is foreseen by kinds."""
    policy = _policy(days)
    with shop.scope():
        return judge().foresee(seller_id=shop.id, policy=policy, now=clock.now())


def one_by_one(shop: Shop, *, days: int) -> Foresight:
    """Return what comes out where each order is judged by itself."""
    policy, today = _policy(days), gone_through(today=clock.today())

    def judged(seen: Foresight, row: Recipient) -> Foresight:
        told = Policies({policy.id: policy})
        return _counted(seen, kind=Alike(row, 1), policies=told, today=today)

    with shop.scope():
        rows = live_buyers(seller_id=shop.id, channel=policy.id, today=today)
        return reduce(judged, rows.select_related("order"), Foresight())


def _policy(days: int) -> Any:
    own = OwnFigures(
        days=days, margin_days=2, months=None, version=1, set_at=clock.now()
    )
    return shortened(rule=policies()["amazon"], own=own)


@pytest.fixture
def varied(shop: Shop) -> Shop:
    """Plant orders of which all sorts of things were told, often within one day."""
    chance = random.Random(20)  # noqa: S311 - invented orders, no secret
    for _ in range(NUMBER // 8):
        plant(shop, days_old=chance.randrange(1, 20), orders=8)
    with shop.scope():
        orders = list(Order.objects.order_by("id"))
        for order in orders:
            for name in TOLD[1:]:
                told = hours_ago(6 * chance.randrange(0, 40))
                setattr(order, name, told if chance.random() < 0.4 else None)
        Order.objects.bulk_update(orders, TOLD[1:])
    return shop


@pytest.mark.parametrize("days", [5, 9, 14, 21, 30])
def test_kinds_are_judged_as_each_of_their_orders_is(varied: Shop, days: int) -> None:
    seen = foreseen(varied, days=days)
    assert seen == one_by_one(varied, days=days)
    assert seen.judged == NUMBER


@pytest.fixture
def same_day(shop: Shop) -> Shop:
    """Plant two orders told of on one day: one left before it was seen, one after."""
    plant(shop, days_old=12, orders=2)
    noon = clock.now().replace(hour=12, minute=0) - timedelta(days=5)
    with shop.scope():
        first, second = Order.objects.order_by("id")
        for order, hours in ((first, -1), (second, 1)):
            order.shipped_at = noon + timedelta(hours=hours)
            order.delivered_seen_at = noon
        Order.objects.bulk_update([first, second], ["shipped_at", "delivered_seen_at"])
    return shop


def test_which_came_first_on_one_day_decides(same_day: Shop) -> None:
    seen = foreseen(same_day, days=10)
    assert (seen.judged, seen.at_once, seen.sooner) == (2, 1, 1)
    assert seen == one_by_one(same_day, days=10)


def test_without_what_came_first_they_would_be_one_kind(
    same_day: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "_before_seen", lambda _name: Value(value=True))
    seen = foreseen(same_day, days=10)
    assert seen.judged == 2
    assert seen != one_by_one(same_day, days=10)


def test_orders_of_one_day_are_one_kind(shop: Shop) -> None:
    plant(shop, days_old=3, orders=9)
    today = clock.today()
    with shop.scope():
        rows = live_buyers(seller_id=shop.id, channel="amazon", today=today)
        found = list(alike(rows=rows, channel="amazon"))
    assert [kind.orders for kind in found] == [9]
