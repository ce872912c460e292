"""Cancelling one order by hand: both dates, and what cannot be undone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from compliance.clock import Basis
from compliance.services.sweep import sweep
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order
from orders.queries.selections import cancellable
from orders.services.cancelling import why_not_cancelled
from orders.services.evidence import EvidenceRefused, WhyNot
from orders.services.shipping import Package, record_delivery, record_shipment
from tests.orders.detail_pages import get, words
from tests.orders.evidence_pages import buyers, kinds, record, said, say, waiting
from tests.orders.incoming import BUYER, incoming, receive, the_buyer, the_order
from tests.shops import Shop, at
from vault.clock import clock
from vault.models import LedgerEntry

NUMBER = "114-0000001-0000001"
BOUGHT = datetime(2026, 11, 20, 8, tzinfo=UTC)
LAST_KEY = date(2026, 12, 18)
TOMORROW = date(2026, 11, 23)


@pytest.fixture
def order(shop: Shop) -> Order:
    """Take in one order, bought on 20 November; its buyer leaves on 18 December."""
    receive(shop)
    return the_order(shop)


def cancelled(shop: Shop, order: Order, **form: str) -> Any:
    """Record on 22 November, 10:00, that the order was cancelled an hour before."""
    return say(
        shop, order, "cancelled", **{"day": "2026-11-22", "time": "09:00"} | form
    )


class TestOne:
    """One order, on its own page."""

    def test_the_page_shows_both_dates_and_what_cannot_be_undone(
        self, shop: Shop, order: Order
    ) -> None:
        url = shop.url(f"orders/{order.id}/cancelled/")
        text = said(shop.client("fulfilment").get(url))
        assert "Removed 23 Nov" in text
        assert "Last key dies 18 Dec" in text
        assert "This cannot be undone" in text
        assert "The marketplace is not told" in text
        assert the_order(shop).cancelled_at is None

    def test_the_buyer_opens_today_and_leaves_with_the_next_day(
        self, shop: Shop, order: Order
    ) -> None:
        text = said(cancelled(shop, order))
        assert "Buyer data leaves on 23 Nov, and the last key that sealed it" in text
        after = the_order(shop)
        assert (after.status, after.clock_basis, after.purge_on, after.limit_on) == (
            FulfillmentStatus.CANCELLED,
            Basis.CANCELLED,
            TOMORROW,
            date(2026, 11, 24),
        )
        assert after.last_key_on == LAST_KEY
        assert the_buyer(shop) == BUYER
        with at("2026-11-23T00:00Z"):
            sweep(seller_ids=[shop.id], now=clock.now())
            assert buyers(shop) == 0

    def test_told_late_it_is_asked_once_more_and_goes_at_once(
        self, shop: Shop, order: Order
    ) -> None:
        asked = said(cancelled(shop, order, day="2026-11-21"))
        assert "removes the buyer at once, and the last key dies on 18 Dec." in asked
        assert "This cannot be undone." in asked
        assert (buyers(shop), the_order(shop).cancelled_at) == (1, None)
        done = said(cancelled(shop, order, day="2026-11-21", sure="yes"))
        assert "the buyer was removed at" in done
        after = the_order(shop)
        assert (buyers(shop), after.removed_why) == (0, "cancelled")
        assert (after.removed_at, after.last_key_on) == (clock.now(), LAST_KEY)

    def test_the_log_the_timeline_and_the_explanation_say_it(
        self, shop: Shop, order: Order
    ) -> None:
        cancelled(shop, order)
        with shop.scope():
            entry = LedgerEntry.objects.get(kind="order:cancelled:recorded")
        assert (entry.subject_id, entry.actor_id, entry.facts) == (
            order.id,
            shop.people["fulfilment"].id,
            {"day": "2026-11-23", "last key dies on": "2026-12-18"},
        )
        text = words(get(shop, order, "fulfilment")).replace("&#x27;", "'")
        assert "Fulfilment Exampleton recorded it as cancelled" in text
        assert "The buyer's day then: 23 Nov; the last key dies on 18 Dec." in text
        assert (
            "Recorded by a person as cancelled on 22 Nov 09:00 UTC: no delivery, so no "
            "purpose. Purged the next day: 23 Nov."
        ) in text
        assert "Last key dies 18 Dec" in text

    def test_an_import_does_not_open_it_again(self, shop: Shop, order: Order) -> None:
        cancelled(shop, order)
        told = datetime(2026, 11, 22, 17, tzinfo=UTC)
        receive(shop, incoming(unshipped_seen_at=told))
        after = the_order(shop)
        assert (after.status, after.purge_on) == (
            FulfillmentStatus.CANCELLED,
            TOMORROW,
        )
        with at("2026-11-24T10:00Z"):
            sweep(seller_ids=[shop.id], now=clock.now())
            receive(shop, incoming())
            assert buyers(shop) == 0

    def test_without_a_buyer_the_order_alone_is_cancelled(self, shop: Shop) -> None:
        old = waiting(shop, NUMBER, purchased_at=datetime(2026, 10, 20, tzinfo=UTC))
        url = shop.url(f"orders/{old.id}/cancelled/")
        page = said(shop.client("fulfilment").get(url))
        assert "Last key dies" not in page
        assert "No buyer is stored" in page
        assert "The buyer&#x27;s day, 17 Nov, had begun before." in said(
            cancelled(shop, old)
        )
        assert the_order(shop).status == FulfillmentStatus.CANCELLED
        bare = waiting(shop, "114-0000002-0000001", buyer={})
        assert "No buyer is stored of this order." in said(cancelled(shop, bare))

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"day": "2026-11-23"}, "That time lies in the future; correct it."),
            ({"day": "2026-11-19"}, "That time lies before the purchase; correct it."),
            ({"day": ""}, "This field is required."),
        ],
    )
    def test_wrong_input_gets_one_sentence_and_changes_nothing(
        self, shop: Shop, order: Order, form: dict[str, str], sentence: str
    ) -> None:
        answer = cancelled(shop, order, **form)
        assert (answer.status_code, sentence in said(answer)) == (422, True)
        assert the_order(shop).cancelled_at is None

    @pytest.mark.parametrize("role", ["support", "inventory", "auditor"])
    def test_who_does_not_ship_has_no_button_and_no_say(
        self, shop: Shop, order: Order, role: str
    ) -> None:
        page = get(shop, order, role)
        assert f"{order.id}/cancelled/" not in page
        assert say(shop, order, "cancelled", role=role).status_code == 403
        assert the_order(shop).cancelled_at is None


CANNOT: list[tuple[dict[str, Any], WhyNot]] = [
    ({"fulfilled_by": FulfilledBy.AMAZON, "buyer": {}}, WhyNot.AMAZON_SHIPS),
    ({"status": FulfillmentStatus.PARTIALLY_SHIPPED}, WhyNot.PARTLY_SHIPPED),
    ({"status": FulfillmentStatus.SHIPPED}, WhyNot.SHIPPED),
    ({"cancelled_at": datetime(2026, 11, 21, 9, tzinfo=UTC)}, WhyNot.CANCELLED),
    ({"status": FulfillmentStatus.UNFULFILLABLE}, WhyNot.CANCELLED),
]


class TestWhatCannotBeCancelled:
    """A parcel on its way needs its buyer; others were never the shop's to cancel."""

    @pytest.mark.parametrize(("changes", "why"), CANNOT, ids=lambda v: str(v)[:30])
    def test_it_is_named_and_stays(
        self, shop: Shop, changes: dict[str, Any], why: WhyNot
    ) -> None:
        order = waiting(shop, NUMBER, **changes)
        assert record(shop, order) == [why]
        after = the_order(shop)
        assert (after.status, after.cancelled_at, after.purge_on) == (
            order.status,
            order.cancelled_at,
            order.purge_on,
        )
        assert "order:cancelled:recorded" not in kinds(shop, order)
        assert f"{order.id}/cancelled/" not in get(shop, order, "owner")
        assert say(shop, order, "cancelled").status_code == 409

    def test_the_count_judges_as_each_order_is_judged(self, shop: Shop) -> None:
        waiting(shop, "114-0000009-0000001")
        for n, (changes, _) in enumerate(CANNOT):
            waiting(shop, f"114-000000{n}-0000002", **changes)
        with shop.scope():
            found = cancellable(orders=Order.objects.all(), today=clock.now().date())
            each = [
                o for o in Order.objects.all() if why_not_cancelled(order=o) is None
            ]
            last = max(o.last_key_on for o in each if o.last_key_on)
        assert (found.orders, found.last_key_on) == (len(each), last) == (1, LAST_KEY)

    def test_shipped_while_the_form_was_open_it_stays_shipped(
        self, shop: Shop, order: Order
    ) -> None:
        package = Package("1", "UPS", "1Z1", clock.now())
        with shop.scope():
            stale = Order.objects.get(id=order.id)
            record_shipment(order=order, package=package, now=clock.now())
        assert record(shop, stale) == [WhyNot.SHIPPED]
        assert the_order(shop).status == FulfillmentStatus.SHIPPED

    def test_cancelled_while_the_form_was_open_it_stays_cancelled(
        self, shop: Shop, order: Order
    ) -> None:
        with shop.scope():
            stale = Order.objects.get(id=order.id)
        assert record(shop, order) == []
        package = Package("1", "UPS", "1Z1", clock.now())
        with shop.scope():
            with pytest.raises(EvidenceRefused, match="cancelled"):
                record_shipment(order=stale, package=package, now=clock.now())
            with pytest.raises(EvidenceRefused, match="cancelled"):
                record_delivery(order=stale, delivered_at=clock.now(), now=clock.now())
        after = the_order(shop)
        assert (after.status, after.shipped_at, after.delivered_at) == (
            FulfillmentStatus.CANCELLED,
            None,
            None,
        )
