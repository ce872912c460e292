"""Fewer months in the preview: how many orders are forgotten, and what is typed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from compliance.declarations import second_clock
from compliance.services.policies import ChangedMeanwhile, CountNotTyped
from orders.models import DailySales, Order
from orders.services.forgetting import forget_orders
from tests.compliance.changing import change, confirm, plan, versions
from tests.compliance.planting import plant
from tests.orders.detail_pages import words
from tests.orders.old_orders import order_at
from tests.shops import Shop, at
from vault.clock import clock

#: The edge of 12 months at the next midnight of the tests' instant.
EDGE = datetime(2025, 11, 23, tzinfo=UTC)
PREVIEW = "exposure/retention/amazon/preview/"
WANTED = {"days": "30", "margin_days": "2", "months": "12"}


def bought(shop: Shop, count: int) -> None:
    """Plant orders of the seconds before the edge, and one that stays."""
    for seconds in range(1, count + 1):
        order_at(shop, EDGE - timedelta(seconds=seconds))
    order_at(shop, EDGE)


def preview(shop: Shop, **figures: str) -> str:
    """Return what the owner reads before a change."""
    answer = shop.client("owner").get(shop.url(PREVIEW), {**WANTED, **figures})
    assert answer.status_code == 200
    return words(answer.content.decode())


def confirmed(shop: Shop, *, seen: str, **entries: str) -> Any:
    """Confirm as the owner."""
    body = {**WANTED, "seen": seen, **entries}
    return shop.client("owner").post(shop.url(PREVIEW), body)


def test_it_says_what_is_forgotten_and_that_is_done(shop: Shop) -> None:
    bought(shop, 3)
    said = preview(shop)
    assert (
        "3 orders bought before 23 Nov 2025 are forgotten tonight They leave within "
        "the hour, the last at midnight UTC; their sums by day and destination stay. "
        "This cannot be undone."
    ) in said
    assert "Orders are forgotten 12 months after their purchase" in said
    assert "No buyer leaves on another day No buyer is removed" in said
    assert "Change it and forget 3 orders" in said
    assert "to confirm" not in said
    assert versions(shop) == []
    seen = plan(shop, days=30, months=12).code
    assert confirmed(shop, seen=seen).status_code == 302
    with at("2026-11-23T00:00Z"):
        done = forget_orders(seller_id=shop.id, now=clock.now())
    assert [each.orders for each in done] == [3]
    with shop.scope():
        assert (Order.objects.count(), DailySales.objects.exists()) == (1, True)


def test_one_order_is_one_order(shop: Shop) -> None:
    bought(shop, 1)
    said = preview(shop)
    assert (
        "1 order bought before 23 Nov 2025 is forgotten tonight It leaves within the "
        "hour, or at midnight UTC; its sums by day and destination stay."
    ) in said
    assert "Change it and forget 1 order Cancel" in said


def test_where_none_leaves_it_says_when_the_oldest_does(shop: Shop) -> None:
    order_at(shop, EDGE + timedelta(days=9))
    said = preview(shop)
    assert "None leaves tonight; the oldest leaves on 3 Dec." in said
    assert "forgotten tonight" not in said
    assert "No order that is stored changes its day" in said
    assert "Change it Cancel" in said


def test_more_months_forget_nothing(shop: Shop) -> None:
    change(shop, days=30, months=12)
    bought(shop, 2)
    said = preview(shop, months="18")
    assert "orders kept 18 months instead of 12" in said
    assert "tonight" not in said
    assert plan(shop, days=30, months=18).forgets is None


def test_a_first_number_of_months_forgets_as_well(shop: Shop) -> None:
    order_at(shop, EDGE - timedelta(days=1), channel="etsy")
    found = plan(shop, days=30, months=12, channel="etsy")
    assert (found.forgotten, found.must_type) == (1, None)


def test_months_and_days_together_are_typed_as_one_number(shop: Shop) -> None:
    plant(shop, days_old=20, orders=26)
    bought(shop, 25)
    said = preview(shop, days="20")
    assert "26 orders leave the screens at once" in said
    assert "25 orders bought before 23 Nov 2025 are forgotten tonight" in said
    assert "Type 51 to confirm that so many buyers and orders go for good" in said
    assert "Change it and remove 26 buyers and forget 25 orders" in said
    seen = plan(shop, days=20, months=12).code
    for typed in ("", "26", "25"):
        answer = confirmed(shop, seen=seen, days="20", typed=typed)
        assert answer.status_code == 422
        assert "Type 51 to confirm; nothing was changed." in answer.content.decode()
    assert versions(shop) == []
    assert confirmed(shop, seen=seen, days="20", typed="51").status_code == 302


@pytest.mark.parametrize(("orders", "typed"), [(50, None), (51, 51)])
def test_many_forgotten_orders_ask_for_their_number(
    shop: Shop, orders: int, typed: int | None
) -> None:
    bought(shop, orders)
    seen = plan(shop, days=30, months=12)
    assert seen.must_type == typed
    if typed is not None:
        told = f"Type {typed} to confirm that so many orders are forgotten"
        assert told in preview(shop)
        with shop.scope(), pytest.raises(CountNotTyped):
            confirm(shop, days=30, months=12, seen=seen.code)
    with shop.scope():
        confirm(shop, days=30, months=12, seen=seen.code, typed=typed)
    assert [version.months for version in versions(shop)] == [12]


def test_what_was_shown_is_stale_once_another_order_would_go(shop: Shop) -> None:
    bought(shop, 1)
    seen = plan(shop, days=30, months=12)
    order_at(shop, EDGE - timedelta(days=1))
    with shop.scope(), pytest.raises(ChangedMeanwhile) as stale:
        confirm(shop, days=30, months=12, seen=seen.code)
    assert stale.value.plan.forgotten == 2
    assert versions(shop) == []


def test_control_unasked_the_preview_forgets_in_silence(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence comes from what orders declare, and from nothing else."""
    bought(shop, 51)
    none = second_clock.DryRun(EDGE.date(), 0, None)
    monkeypatch.setattr(second_clock, "_dry_runs", [lambda **_which: none])
    assert plan(shop, days=30, months=12).must_type is None
    assert "forgotten tonight" not in preview(shop)


def test_it_asks_two_questions_more_whatever_the_number_of_orders(
    shop: Shop, django_assert_num_queries: Any
) -> None:
    client, url = shop.client("owner"), shop.url(PREVIEW)
    client.get(url, WANTED)
    bought(shop, 1)
    with django_assert_num_queries(DAYS_ALONE):
        client.get(url, {**WANTED, "days": "20", "months": "18"})
    with django_assert_num_queries(DAYS_ALONE + 2):
        client.get(url, WANTED)
    order_at(shop, EDGE - timedelta(days=1))
    plant(shop, days_old=20, orders=3)
    with django_assert_num_queries(DAYS_ALONE + 2):
        client.get(url, {**WANTED, "days": "20"})


#: Session, person, membership, rights, menu; the policies, and one that foresees.
DAYS_ALONE = 20
