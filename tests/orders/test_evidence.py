"""What a person says of one order: not shipped yet, shipped, delivered, lost."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from compliance.clock import Basis
from orders.enums import FulfilledBy, FulfillmentStatus, PackageStatus
from orders.models import Order, Recipient, Shipment
from orders.services.evidence import WhyNot, record_unshipped
from tests.orders.evidence_pages import kinds, said, say, waiting
from tests.orders.incoming import BUYER, incoming, receive, the_buyer, the_order
from tests.orders.list_pages import page as list_html
from tests.shops import MakeShop, Shop, at
from vault.clock import clock

NUMBER = "114-0000001-0000001"


@pytest.fixture
def order(shop: Shop) -> Order:
    """Take in one order, bought on 20 November; its buyer leaves on 18 December."""
    receive(shop)
    return the_order(shop)


def shipped(shop: Shop, order: Order, **form: str) -> Any:
    """Mark the order shipped on 22 November at 09:00."""
    form = {"day": "2026-11-22", "time": "09:00", **form}
    form = {"carrier": "UPS", "tracking_number": "1z 999", "follows": "last", **form}
    return say(shop, order, "shipped", **form)


class TestNotShippedYet:
    """One button, for whoever ships."""

    def test_far_from_its_day_the_day_stays(self, shop: Shop, order: Order) -> None:
        answer = say(shop, order, "unshipped")
        now_known = the_order(shop)
        assert "Buyer data leaves on 18 Dec; the day moves on when it is near" in said(
            answer
        )
        assert (now_known.unshipped_seen_at, now_known.purge_on) == (
            clock.now(),
            date(2026, 12, 18),
        )
        assert now_known.clock_basis == Basis.UNSHIPPED_SEEN
        assert kinds(shop, order)[-1] == "order:unshipped:recorded"

    def test_near_its_day_the_day_moves_and_the_buyer_still_opens(
        self, shop: Shop, order: Order
    ) -> None:
        with at("2026-12-13T10:00Z"):
            answer = say(shop, order, "unshipped")
            assert "Buyer data now leaves on 10 Jan 2027" in said(answer)
            assert the_order(shop).purge_on == date(2027, 1, 10)
            assert the_buyer(shop) == BUYER

    def test_the_timeline_says_who_and_when(self, shop: Shop, order: Order) -> None:
        text = said(say(shop, order, "unshipped"))
        assert "Fulfilment Exampleton said: not shipped yet" in text
        assert "The buyer's day then: 18 Dec." in text.replace("&#x27;", "'")

    def test_said_twice_the_later_counts(self, shop: Shop, order: Order) -> None:
        say(shop, order, "unshipped")
        with at("2026-11-24T08:00Z"):
            say(shop, order, "unshipped")
            assert the_order(shop).unshipped_seen_at == clock.now()

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"fulfilled_by": FulfilledBy.AMAZON, "buyer": {}}, WhyNot.AMAZON_SHIPS),
            ({"status": FulfillmentStatus.SHIPPED}, WhyNot.SHIPPED),
            (
                {"cancelled_at": datetime(2026, 11, 22, 9, tzinfo=UTC)},
                WhyNot.CANCELLED,
            ),
            (
                {"purchased_at": datetime(2026, 10, 20, tzinfo=UTC)},
                WhyNot.DAY_BEGAN,
            ),
        ],
        ids=lambda value: value.value if isinstance(value, WhyNot) else "",
    )
    def test_an_order_that_cannot_take_it_stays_as_it_is(
        self, shop: Shop, changes: dict[str, Any], why: WhyNot
    ) -> None:
        order = waiting(shop, "114-0000007-0000001", **changes)
        with shop.scope():
            done = record_unshipped(order_ids=[order.id], now=clock.now())
        assert (done.orders, [w for _, w in done.refused]) == ([], [why])
        after = the_order(shop, "114-0000007-0000001")
        assert (after.unshipped_seen_at, after.purge_on, after.changed_at) == (
            order.unshipped_seen_at,
            order.purge_on,
            order.changed_at,
        )

    def test_whoever_does_not_ship_has_no_button_and_no_say(
        self, shop: Shop, order: Order
    ) -> None:
        client = shop.client("support")
        page = client.get(shop.url(f"orders/{order.id}/")).content.decode()
        assert f"{order.id}/unshipped/" not in page
        assert 'name="order"' not in list_html(shop, role="support")
        assert say(shop, order, "unshipped", role="support").status_code == 403
        assert the_order(shop).unshipped_seen_at is None
        owner = shop.client("owner").get(shop.url(f"orders/{order.id}/"))
        assert f"{order.id}/unshipped/" in owner.content.decode()


class TestShipped:
    """A package typed in."""

    def test_it_is_stored_and_counts(self, shop: Shop, order: Order) -> None:
        assert "Recorded. Buyer data leaves on 18 Dec." in said(shipped(shop, order))
        after = the_order(shop)
        assert (after.status, after.clock_basis) == (
            FulfillmentStatus.SHIPPED,
            Basis.SHIPPED,
        )
        with shop.scope():
            package = Shipment.objects.get()
        assert (package.carrier, package.tracking_number) == ("UPS", "1Z999")
        assert package.shipped_at == datetime(2026, 11, 22, 9, tzinfo=UTC)

    def test_a_part_of_the_order_keeps_it_waiting(
        self, shop: Shop, order: Order
    ) -> None:
        shipped(shop, order, follows="more")
        part = the_order(shop)
        assert (part.status, part.shipped_at, part.clock_basis) == (
            FulfillmentStatus.PARTIALLY_SHIPPED,
            None,
            Basis.PURCHASED,
        )
        shipped(shop, order, tracking_number="1Z000", time="10:00")
        with shop.scope():
            assert Shipment.objects.count() == 2
        assert the_order(shop).shipped_at == datetime(2026, 11, 22, 10, tzinfo=UTC)

    def test_sent_twice_it_is_one_package(self, shop: Shop, order: Order) -> None:
        shipped(shop, order)
        shipped(shop, order, time="08:00")
        with shop.scope():
            assert Shipment.objects.get().shipped_at == datetime(
                2026, 11, 22, 8, tzinfo=UTC
            )

    def test_a_wrong_number_loses_no_entry(self, shop: Shop, order: Order) -> None:
        answer = shipped(shop, order, tracking_number="~~~", carrier="Planted Post")
        assert answer.status_code == 422
        assert "4 to 60 letters, digits and hyphens, and a digit" in said(answer)
        assert "Planted Post" in answer.content.decode()
        assert the_order(shop).status == FulfillmentStatus.UNSHIPPED


class TestDelivered:
    """A delivery typed in."""

    @pytest.fixture(autouse=True)
    def on_its_way(self, shop: Shop, order: Order) -> None:
        """Ship the order."""
        shipped(shop, order)

    def test_an_exact_time_is_the_clock(self, shop: Shop, order: Order) -> None:
        with at("2026-11-25T10:00Z"):
            answer = say(shop, order, "delivered", day="2026-11-24", time="16:30")
        after = the_order(shop)
        assert "Recorded. Buyer data leaves on 18 Dec." in said(answer)
        assert after.delivered_at == datetime(2026, 11, 24, 16, 30, tzinfo=UTC)
        assert (after.clock_basis, after.delivery) == (
            Basis.DELIVERED,
            PackageStatus.DELIVERED,
        )
        with shop.scope():
            assert Shipment.objects.get().delivered_at == after.delivered_at

    def test_of_two_the_earlier_counts(self, shop: Shop, order: Order) -> None:
        with at("2026-11-26T10:00Z"):
            for day in ("2026-11-25", "2026-11-24", "2026-11-26"):
                say(shop, order, "delivered", day=day, time="09:00")
            first = datetime(2026, 11, 24, 9, tzinfo=UTC)
            assert the_order(shop).delivered_at == first
            with shop.scope():
                assert Shipment.objects.get().delivered_at == first

    @pytest.mark.parametrize(
        ("form", "sentence"),
        [
            ({"day": "2026-11-23", "time": ""}, "lies in the future"),
            ({"day": "2026-11-19", "time": "10:00"}, "lies before the purchase"),
            ({"day": "2026-11-21", "time": "10:00"}, "lies before the shipping"),
            ({"day": "", "time": "10:00"}, "This field is required"),
            ({"day": "0026-11-21", "time": ""}, "The year cannot be right."),
        ],
    )
    def test_an_impossible_time_gets_one_sentence(
        self, shop: Shop, order: Order, form: dict[str, str], sentence: str
    ) -> None:
        answer = say(shop, order, "delivered", **form)
        assert (answer.status_code, sentence in said(answer)) == (422, True)
        assert the_order(shop).delivered_at is None

    def test_what_waits_is_not_delivered(self, shop: Shop) -> None:
        other = waiting(shop, "114-0000009-0000001")
        answer = say(shop, other, "delivered", day="2026-11-22", time="10:00")
        assert "record its last package first" in said(answer)
        assert the_order(shop, other.marketplace_order_id).delivered_at is None

    def test_a_day_that_has_begun_asks_first_and_then_removes(
        self, shop: Shop, order: Order
    ) -> None:
        with at("2026-12-14T09:00Z"):
            shipped(shop, order, day="2026-12-14", time="08:00", tracking_number="2")
            shipped(shop, order, day="2026-12-14", time="08:00", tracking_number="2222")
        order = the_order(shop)
        assert order.purge_on == date(2027, 1, 11)
        with shop.scope():
            Order.objects.update(shipped_at=datetime(2026, 11, 21, tzinfo=UTC))
        form = {"day": "2026-11-21", "time": "08:00"}
        with at("2026-12-22T09:00Z"):
            asked = said(say(shop, order, "delivered", **form)).replace("&#x27;", "'")
            assert (
                "the buyer's day was 19 Dec. Recording it removes the buyer at once, "
                "and the last key dies on 11 Jan 2027. This cannot be undone." in asked
            )
            assert the_buyer(shop) == BUYER
            done = said(say(shop, order, "delivered", **form, sure="yes"))
            assert "was removed at 22 Dec, 09:00 UTC" in done
            assert "the last key dies on 11 Jan 2027" in done
        with shop.scope():
            assert Recipient.objects.count() == 0
        assert kinds(shop, order)[-2:] == [
            "pii:removed:early",
            "order:delivered:recorded",
        ]


def test_a_day_without_a_time_begins_in_the_shops_zone(make_shop: MakeShop) -> None:
    shop = make_shop("Pacific Supply")
    with shop.scope():
        type(shop.seller).objects.filter(id=shop.id).update(
            time_zone="America/Los_Angeles"
        )
    receive(shop, incoming(status=FulfillmentStatus.SHIPPED))
    order = the_order(shop)
    say(shop, order, "delivered", day="2026-11-21", time="")
    assert the_order(shop).delivered_at == datetime(2026, 11, 21, 8, tzinfo=UTC)
    page = shop.client("owner").get(shop.url(f"orders/{order.id}/lost/"), follow=True)
    assert "The order was delivered already." in said(page)


def test_on_the_day_of_shipping_the_shipping_is_the_safe_bound(
    shop: Shop, order: Order
) -> None:
    shipped(shop, order)
    say(shop, order, "delivered", day="2026-11-22", time="")
    assert the_order(shop).delivered_at == datetime(2026, 11, 22, 9, tzinfo=UTC)


def test_a_loss_is_counted_from_its_event(shop: Shop, order: Order) -> None:
    shipped(shop, order)
    with at("2026-12-13T10:00Z"):
        say(shop, order, "lost", day="2026-12-12", time="12:00")
        say(shop, order, "lost", day="2026-12-13", time="09:00")
        after = the_order(shop)
    lost = datetime(2026, 12, 12, 12, tzinfo=UTC)
    assert (after.undeliverable_at, after.clock_at, after.clock_basis) == (
        lost,
        lost,
        Basis.UNDELIVERABLE,
    )
    assert after.purge_on == date(2027, 1, 9)
    assert kinds(shop, order)[-1] == "order:lost:recorded"
