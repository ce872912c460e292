"""A buyer whose day turns out to be over goes today, whoever judged: never before."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from compliance.clock import Verdict
from orders.models import Order, Recipient
from orders.services import retention
from orders.services.evidence import outlook
from orders.services.shipping import record_delivery
from tests.compliance.changing import apply, change
from tests.orders.incoming import incoming, receive, the_order
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import LedgerEntry

SEEN = datetime(2026, 12, 14, 8, tzinfo=UTC)
DELIVERED = datetime(2026, 11, 25, 8, tzinfo=UTC)
#: When it turns out, and the day on which the key goes that seals the buyer.
LATE, KEY = "2026-12-30T17:14Z", date(2027, 1, 11)
Way = Callable[[Shop], None]


def waiting(shop: Shop) -> None:
    """Take in an order that was seen unshipped until 14 December."""
    receive(shop)
    with at("2026-12-14T09:00Z"):
        receive(shop, incoming(unshipped_seen_at=SEEN))
    assert the_order(shop).purge_on == KEY


def cancelled_long_ago(shop: Shop) -> None:
    """Import a report that says so."""
    receive(shop, incoming(cancelled_at=datetime(2026, 12, 1, 8, tzinfo=UTC)))


def delivered_long_ago(shop: Shop) -> None:
    """Let a person type the delivery in."""
    order = the_order(shop)
    with shop.scope():
        record_delivery(order=order, delivered_at=DELIVERED, now=clock.now())


def shortened(shop: Shop) -> None:
    """Keep buyers for 15 days, applied by the worker."""
    apply(shop, change(shop, days=15))


def shortened_and_imported(shop: Shop) -> None:
    """Keep buyers for 15 days, and import before a worker applies it."""
    change(shop, days=15)
    receive(shop)


WAYS: dict[Way, date] = {
    cancelled_long_ago: date(2026, 12, 2),
    delivered_long_ago: date(2026, 12, 23),
    shortened: date(2026, 12, 27),
    shortened_and_imported: date(2026, 12, 27),
}


@pytest.mark.parametrize(("way", "counted"), WAYS.items(), ids=lambda v: str(v)[:24])
def test_the_stored_day_is_today_and_the_removal_is_on_record(
    shop: Shop, way: Way, counted: date
) -> None:
    waiting(shop)
    with at(LATE):
        way(shop)
        now, order = clock.now(), the_order(shop)
    assert (order.purge_on, order.counted_on) == (now.date(), counted)
    assert (order.removed_at, order.last_key_on) == (now, KEY)
    with shop.scope():
        assert Recipient.objects.count() == 0
        entry = LedgerEntry.objects.get(kind="pii:removed:early")
    assert (entry.at, entry.subject_id) == (now, order.id)


@pytest.mark.parametrize(("way", "counted"), WAYS.items(), ids=lambda v: str(v)[:24])
def test_control_without_the_rule_a_day_in_the_past_is_stored(
    shop: Shop, way: Way, counted: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_counted(*, order: Order, verdict: Verdict, today: date) -> date:
        assert order.purge_on > today
        return verdict.purge_on

    waiting(shop)
    monkeypatch.setattr(retention, "stored_day", as_counted)
    with at(LATE):
        way(shop)
        assert the_order(shop).purge_on == counted < clock.today()


def test_a_person_is_told_the_day_that_was_counted(shop: Shop) -> None:
    waiting(shop)
    with at(LATE), shop.scope():
        seen = outlook(
            order=the_order(shop), told={"delivered_at": DELIVERED}, now=clock.now()
        )
    assert (seen.day, seen.removed_now, seen.last_key_on) == (
        date(2026, 12, 23),
        True,
        KEY,
    )


def test_an_order_without_a_buyer_keeps_the_day_that_was_counted(shop: Shop) -> None:
    """Nothing was readable, so nothing was removed, and no record says so."""
    receive(shop, incoming(buyer={}, unshipped_seen_at=SEEN))
    with at(LATE):
        receive(
            shop,
            incoming(buyer={}, cancelled_at=datetime(2026, 12, 1, 8, tzinfo=UTC)),
        )
    order = the_order(shop)
    assert (order.purge_on, order.removed_at) == (date(2026, 12, 2), None)
    with shop.scope():
        assert not LedgerEntry.objects.filter(kind="pii:removed:early").exists()
