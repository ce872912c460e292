"""Buyer data that is not shown: each reason, and too many showings."""

from datetime import date, timedelta

import pytest

from compliance.services.sweep import sweep
from orders.models import Order, Recipient
from sellers.models import Seller
from tests.factories.orders import NOW, alter, one_order
from tests.orders.showing import HTMX, entries, planted, said, show
from tests.shops import Shop, at
from vault.clock import clock
from vault.keys import data_keys

LOST = (
    "The key to the phone number is lost, not purged; the next import may fill it "
    "again."
)

SUSPENDED = (
    "The keystore cannot be read at the moment, so nothing is shown; tell the "
    "operator, and try again later."
)


class TestRefused:
    """Each reason why a value is not opened: its status, its sentence, its entry."""

    def refused(
        self, shop: Shop, order: Order, group: str = "phone"
    ) -> tuple[int, str, list[str]]:
        answer = show(shop, order, group)
        assert planted(answer.content.decode()) == set()
        assert answer.headers["Cache-Control"] == "no-store"
        return answer.status_code, said(answer), [e.kind for e in entries(shop)]

    def test_past_its_day_though_no_sweep_ran(self, shop: Shop, order: Order) -> None:
        sweep(seller_ids=[shop.id], now=clock.now())
        with at("2026-12-20T00:00Z"):
            assert date(2026, 12, 20) in data_keys().keystore.live_days
            assert self.refused(shop, order) == (
                410,
                "Its day, 20 Dec, has begun: the portal does not open it any more.",
                ["pii:refused:past-its-day"],
            )

    def test_a_second_before_its_day_it_opens(self, shop: Shop, order: Order) -> None:
        sweep(seller_ids=[shop.id], now=clock.now())
        with at("2026-12-19T23:59:59Z"):
            assert show(shop, order).status_code == 200

    def test_key_destroyed(self, shop: Shop, order: Order) -> None:
        data_keys().keystore.destroy_through(order.purge_on)
        assert self.refused(shop, order) == (
            410,
            "The key to the phone number was destroyed: nobody can open it any more.",
            ["pii:refused:key-destroyed"],
        )

    def test_purged(self, shop: Shop, order: Order) -> None:
        with at("2026-12-20T00:02Z"):
            sweep(seller_ids=[shop.id], now=clock.now(), clock_is_right=True)
            status, _, kinds = self.refused(shop, order)
        assert (status, kinds[-1]) == (410, "pii:refused:key-destroyed")

    def test_key_lost(self, shop: Shop, order: Order) -> None:
        keystore = data_keys().keystore
        (keystore.folder / "keys").unlink()
        for root in keystore.folder.glob("root.*"):
            root.unlink()
        keystore.create()
        data_keys.cache_clear()
        assert self.refused(shop, order) == (
            409,
            LOST,
            ["pii:refused:key-lost"],
        )

    def test_tampered(self, shop: Shop, order: Order) -> None:
        alter(shop.id, "phone")
        assert self.refused(shop, order) == (
            409,
            "The stored form of the phone number was altered and is not shown.",
            ["pii:refused:tampered"],
        )
        assert show(shop, order, "email").status_code == 200

    def test_one_altered_field_hides_its_whole_group(
        self, shop: Shop, order: Order
    ) -> None:
        alter(shop.id, "city")
        assert self.refused(shop, order, "ship-to")[0] == 409

    def test_moved_from_another_order(self, shop: Shop, order: Order) -> None:
        other = one_order(shop.id)
        with shop.scope():
            blob = Recipient.objects.get(order_id=other.id).__dict__["phone"]
            Recipient.objects.filter(order_id=order.id).update(phone=blob)
        assert self.refused(shop, order)[::2] == (409, ["pii:refused:tampered"])

    def test_moved_from_another_shop(
        self, shop: Shop, other_shop: Shop, order: Order
    ) -> None:
        other = one_order(other_shop.id)
        with other_shop.scope():
            blob = Recipient.objects.get(order_id=other.id).__dict__["phone"]
        with shop.scope():
            Recipient.objects.filter(order_id=order.id).update(phone=blob)
        assert self.refused(shop, order)[::2] == (409, ["pii:refused:tampered"])

    def test_keystore_suspended(
        self, shop: Shop, order: Order, caplog: pytest.LogCaptureFixture
    ) -> None:
        folder = data_keys().keystore.folder
        folder.rename(folder.with_name("away"))
        data_keys.cache_clear()
        try:
            found = self.refused(shop, order)
        finally:
            folder.with_name("away").rename(folder)
        assert found == (
            503,
            SUSPENDED,
            [],
        )

    def test_nothing_of_that_kind(self, shop: Shop, order: Order) -> None:
        assert self.refused(shop, order, "tax-id") == (
            409,
            "Nothing of that kind is stored for this order.",
            [],
        )

    def test_never_stored(self, shop: Shop) -> None:
        order = one_order(shop.id, buyer={})
        status, sentence, kinds = self.refused(shop, order)
        assert (status, kinds) == (409, [])
        assert sentence == "The file held no buyer for this order."

    def test_htmx_gets_the_sentence_in_the_group(
        self, shop: Shop, order: Order
    ) -> None:
        data_keys().keystore.destroy_through(order.purge_on)
        answer = show(shop, order, "phone", headers=HTMX)
        assert answer.status_code == 422
        assert answer.content.decode().strip().startswith('<div class="pii" id="pii-ph')
        assert said(answer).startswith("The key to the phone number was destroyed")

    def test_the_refusal_names_who_asked_for_what(
        self, shop: Shop, order: Order
    ) -> None:
        data_keys().keystore.destroy_through(order.purge_on)
        show(shop, order, "phone", {"purpose": "tax"}, client=shop.client("manager"))
        (entry,) = entries(shop)
        assert (entry.subject_id, entry.actor_id, entry.facts) == (
            order.id,
            shop.people["manager"].id,
            {"group": "phone", "purpose": "tax"},
        )


class TestTooMany:
    """Ten showings in ten minutes, then a pause."""

    def test_the_eleventh_waits(self, shop: Shop, order: Order) -> None:
        Seller.objects.filter(id=shop.id).update(time_zone="America/Los_Angeles")
        client = shop.client("owner")
        with at("2026-11-22T17:00:00Z"):
            statuses = [show(shop, order, client=client).status_code for _ in range(10)]
        with at("2026-11-22T17:09:59Z"):
            answer = show(shop, order, client=client)
        assert statuses == [200] * 10
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "1")
        assert said(answer) == (
            "You were shown buyer data 10 times within 10 minutes. It works again at "
            "09:10 PST; if it cannot wait, ask a manager."
        )
        assert planted(answer.content.decode()) == set()
        kinds = [entry.kind for entry in entries(shop)]
        assert sorted(kinds) == ["pii:opened:deliver"] * 10 + ["pii:refused:too-many"]

    def test_after_ten_minutes_it_works_again(self, shop: Shop, order: Order) -> None:
        client = shop.client("owner")
        with at("2026-11-22T17:00:00Z"):
            for _ in range(10):
                show(shop, order, client=client)
        with at("2026-11-22T17:10:00Z"):
            assert show(shop, order, client=client).status_code == 200

    def test_it_counts_by_person_and_shop(
        self, shop: Shop, other_shop: Shop, order: Order
    ) -> None:
        for _ in range(10):
            show(shop, order)
        elsewhere = one_order(other_shop.id)
        assert show(shop, order).status_code == 429
        assert show(shop, order, client=shop.client("manager")).status_code == 200
        assert show(other_shop, elsewhere).status_code == 200

    def test_refusals_do_not_count(self, shop: Shop, order: Order) -> None:
        for _ in range(11):
            assert show(shop, order, "tax-id").status_code == 409
        assert show(shop, order).status_code == 200

    def test_the_time_passes_by_the_portals_clock(
        self, shop: Shop, order: Order
    ) -> None:
        for minute in range(0, 60, 2):
            clock.move((NOW + timedelta(minutes=minute)).isoformat())
            assert show(shop, order).status_code == 200
