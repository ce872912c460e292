"""An order is its buyer's tombstone: it is not forgotten while one could come back."""

from datetime import UTC, datetime, timedelta

import pytest

from compliance import policies
from compliance.models import PolicyChange
from orders.enums import FulfillmentStatus, RemovedWhy
from orders.models import Recipient
from orders.services.forgetting import forget_orders
from orders.services.removal import remove_buyers
from tests.orders.incoming import incoming, receive, the_order
from tests.orders.old_orders import sums_kept
from tests.shops import Shop, at
from vault.clock import clock

#: Seen unshipped long after the purchase: by it alone the buyer may stay to 10 January.
REPORT = incoming(
    status=FulfillmentStatus.UNSHIPPED,
    unshipped_seen_at=datetime(2026, 12, 13, 8, tzinfo=UTC),
)


def months(shop: Shop, version: int, wanted: int | None) -> None:
    """Put a figure in force, as an older release of the portal let a shop do it."""
    with shop.scope():
        PolicyChange.objects.create(
            seller_id=shop.id,
            channel="amazon",
            version=version,
            days=30,
            margin_days=2,
            months=wanted,
            changed_at=clock.now(),
            changed_by=shop.people["owner"],
        )


def buyers_after_forgetting(shop: Shop) -> int:
    """Purge on request, forget after a month, keep longer again, import anew."""
    receive(shop)
    with shop.scope():
        remove_buyers(
            seller_id=shop.id,
            order_ids=[the_order(shop).id],
            why=RemovedWhy.REQUEST,
            now=clock.now(),
        )
    months(shop, 1, 1)
    with at("2026-12-27T09:00Z"):
        forget_orders(seller_id=shop.id, now=clock.now())
        months(shop, 2, None)
        receive(shop, REPORT)
        with shop.scope():
            return Recipient.objects.count()


def test_forgetting_early_brings_no_removed_buyer_back(shop: Shop) -> None:
    assert buyers_after_forgetting(shop) == 0
    assert the_order(shop).removed_why == RemovedWhy.REQUEST


def test_control_where_a_month_is_enough_it_comes_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "MONTHS_LEAST", 1)
    assert buyers_after_forgetting(shop) == 1


def told_again_when_kept_longer(shop: Shop) -> int:
    """Forget an order at six months, keep 18 again, import it anew; return its sum."""
    old = incoming(purchased_at=clock.now() - timedelta(days=300))
    assert receive(shop, old).created == 1
    months(shop, 1, 6)
    forget_orders(seller_id=shop.id, now=clock.now())
    months(shop, 2, None)
    receive(shop, old)
    with at("2027-10-22T17:14Z"):
        forget_orders(seller_id=shop.id, now=clock.now())
    return int(sum(row[0] for row in sums_kept(shop).values()))


def test_kept_longer_again_a_forgotten_order_stays_away(shop: Shop) -> None:
    assert told_again_when_kept_longer(shop) == 1
    young = incoming(
        marketplace_order_id="114-0000009-0000009",
        purchased_at=clock.now() - timedelta(days=100),
    )
    assert receive(shop, young).created == 1


def test_without_the_log_it_is_added_up_twice(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pair of the test above."""
    monkeypatch.setattr("orders.services.judging.forgotten_before", lambda **_: {})
    assert told_again_when_kept_longer(shop) == 2
