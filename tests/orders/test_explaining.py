"""Each order says on its page why its buyer's day is this one, or why there is none."""

from datetime import timedelta
from typing import Any

import pytest

from compliance.explanation import NoBuyer, why_no_buyer
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order
from orders.services.evidence import record_unshipped
from tests.compliance.changing import apply, change
from tests.orders.detail_pages import get, words
from tests.orders.incoming import incoming, receive, the_order
from tests.shops import Shop, at
from vault.clock import clock
from vault.context import person_actor, seller_scope

RULE = "30 days less 2 days margin"
OWN = "20 days, set by you on 22 Nov, less 2 days margin"
SHIPPED = FulfillmentStatus.SHIPPED


def take(shop: Shop, days_ago: int, **changes: Any) -> Order:
    """Take in an order that was bought so many days ago."""
    bought = clock.now() - timedelta(days=days_ago)
    told: dict[str, Any] = {"status": SHIPPED, **changes}
    receive(shop, incoming(purchased_at=bought, **told))
    return the_order(shop)


def said(shop: Shop) -> str:
    """Return what the order's page says, as the owner reads it."""
    return words(get(shop, the_order(shop)))


def test_the_shops_own_days_are_named_once_they_count(shop: Shop) -> None:
    take(shop, 5)
    rule = f"Nothing is known after the purchase on 17 Nov; counted from then, {RULE}"
    assert f"{rule}: 15 Dec." in said(shop)
    made = change(shop, days=20)
    own = f"Nothing is known after the purchase on 17 Nov; counted from then, {OWN}"
    waits = "The stored day, 15 Dec, moves there as the change is applied."
    assert f"{own}: 5 Dec. {waits}" in said(shop)
    apply(shop, made)
    assert f"{own}: 5 Dec. Received" in said(shop)


def test_the_stored_day_is_told_while_a_longer_one_waits(shop: Shop) -> None:
    apply(shop, change(shop, days=20))
    take(shop, 5)
    apply(shop, change(shop, days=25))
    count = "25 days, set by you on 22 Nov, less 2 days margin"
    assert (
        f"counted from then, {count}: 10 Dec. The stored day is 5 Dec; it moves on "
        "only when it is near."
    ) in said(shop)


def test_a_purged_order_is_told_by_what_was_in_force_then(shop: Shop) -> None:
    take(shop, 5)
    with at("2026-12-20 09:00"):
        change(shop, days=20)
        assert f"17 Nov; counted from then, {RULE}: 15 Dec. Received" in said(shop)


def test_a_buyer_removed_by_the_change_says_so(shop: Shop) -> None:
    take(shop, 20)
    apply(shop, change(shop, days=20))
    assert (
        "Removed on 22 Nov, 17:14 UTC because the shop keeps buyers for fewer days; "
        "the last key that sealed it dies on 30 Nov."
    ) in said(shop)


def test_what_awaits_its_buyer_is_told_the_day_it_would_get(shop: Shop) -> None:
    take(shop, 5, buyer={})
    change(shop, days=20)
    page = said(shop)
    assert f"counted from then, {OWN}: 5 Dec. Received" in page
    assert "Refused from 5 Dec, 00:00 UTC" in page
    assert why_no_buyer(NoBuyer.WITHHELD) in page


def test_a_persons_not_shipped_yet_is_told_as_such(shop: Shop) -> None:
    order = take(shop, 5, status=FulfillmentStatus.UNSHIPPED)
    packer = person_actor(shop.people["fulfilment"].id)
    with seller_scope(seller_id=shop.id, actor=packer):
        record_unshipped(order_ids=[order.id], now=clock.now())
    assert (
        "Recorded by a person as not shipped yet on 22 Nov 17:14 UTC; counted from "
        f"then, {RULE}: 20 Dec."
    ) in said(shop)


@pytest.mark.parametrize(
    ("days_ago", "changes", "state"),
    [
        (1, {"fulfilled_by": FulfilledBy.AMAZON}, NoBuyer.AMAZON_FULFILS),
        (40, {}, NoBuyer.DAY_PASSED),
        (1, {"cancelled_at": "now"}, NoBuyer.CANCELLED),
        (1, {"buyer": {}}, NoBuyer.WITHHELD),
    ],
)
def test_an_order_without_a_buyer_says_why(
    shop: Shop, days_ago: int, changes: dict[str, Any], state: NoBuyer
) -> None:
    if "cancelled_at" in changes:
        changes = {"cancelled_at": clock.now(), "status": FulfillmentStatus.CANCELLED}
    take(shop, days_ago, **changes)
    assert why_no_buyer(state) in said(shop)


def test_an_order_past_the_shops_own_day_arrives_without_its_buyer(shop: Shop) -> None:
    change(shop, days=20)
    take(shop, 20)
    page = said(shop)
    assert why_no_buyer(NoBuyer.DAY_PASSED) in page
    assert f"counted from then, {OWN}: 20 Nov." in page
