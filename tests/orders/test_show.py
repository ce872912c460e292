"""Showing buyer data by the page: who, what, when not, and what leaves no trace."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from compliance.services.sweep import sweep
from orders.models import Order, Recipient
from sellers.models import Seller
from tests.factories.orders import BUYER, NOW, alter, one_order
from tests.shops import Shop, at
from vault.clock import clock
from vault.keys import data_keys
from vault.models import LedgerEntry

ADDRESS = ("name", "address_line_1", "address_line_2", "city", "postal_code")
HTMX = {"HX-Request": "true"}
NO_NAMES = (
    "The case or tracking number takes letters, digits, dashes and blanks, with a "
    "digit among them: it stays in the log, so no names."
)
TOO_LONG = (
    "The case or tracking number has 41 characters and 40 are the most; shorten it."
)
LOST = (
    "The key to the phone number is lost, not purged; the next import may fill it "
    "again."
)
SUSPENDED = (
    "The keystore cannot be read at the moment, so nothing is shown; tell the "
    "operator, and try again later."
)


@pytest.fixture
def order(shop: Shop) -> Order:
    """Take in one order with a planted buyer."""
    return one_order(shop.id)


def show(
    shop: Shop,
    order: Order,
    group: str = "ship-to",
    told: dict[str, str] | None = None,
    *,
    client: Client | None = None,
    headers: dict[str, str] | None = None,
) -> Any:
    """Post the question of a group, as the owner unless a client is given."""
    return (client or shop.client("owner")).post(
        shop.url(f"orders/{order.id}/show/{group}/"),
        {"purpose": "deliver", **(told or {})},
        headers=headers or {},
    )


def planted(html: str) -> set[str]:
    """Return the fields whose planted values stand in a page."""
    return {name for name, value in BUYER.items() if value in html}


def said(answer: Any) -> str:
    """Return the sentence of a refusal."""
    found = re.search(r'role="alert">.*?<span>(.*?)</span>', answer.content.decode())
    assert found is not None
    return found[1]


def entries(shop: Shop, beginning: str = "pii:") -> list[LedgerEntry]:
    """Return the entries of the log that begin so, oldest first."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind__startswith=beginning)
        return list(rows.exclude(kind="pii:sealed:import").order_by("id"))


class TestShown:
    """A group that is shown."""

    @pytest.mark.parametrize(
        ("group", "fields"),
        [
            ("ship-to", set(ADDRESS)),
            ("phone", {"phone"}),
            ("email", {"buyer_email"}),
            ("buyer", {"buyer_name"}),
            ("delivery", {"gift_message"}),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_exactly_this_group(
        self,
        shop: Shop,
        order: Order,
        group: str,
        fields: set[str],
        headers: dict[str, str],
    ) -> None:
        answer = show(shop, order, group, headers=headers)
        assert answer.status_code == 200
        assert planted(answer.content.decode()) == fields

    def test_the_address_as_it_is_written_on_a_parcel(
        self, shop: Shop, order: Order
    ) -> None:
        html = show(shop, order).content.decode()
        assert (
            "<address>Testa Exampleton-Qzvx<br>17 Plantagenet-Sample Street<br>Unit "
            "9041<br>Exampleville-on-Planta, OR ZX9 4PQ<br>US</address>" in html
        )

    def test_a_fragment_for_htmx_a_whole_page_without(
        self, shop: Shop, order: Order
    ) -> None:
        fragment = show(shop, order, headers=HTMX).content.decode().strip()
        page = show(shop, order).content.decode()
        assert fragment.startswith('<div class="pii shown" id="pii-ship-to"')
        assert "<html" not in fragment
        assert page.startswith("<!doctype html>")
        back = shop.url(f"orders/{order.id}/")
        assert f'<meta http-equiv="refresh" content="60;url={back}">' in page

    @pytest.mark.parametrize("headers", [{}, HTMX])
    def test_no_copy_is_kept_on_the_way(
        self, shop: Shop, order: Order, headers: dict[str, str]
    ) -> None:
        answer = show(shop, order, headers=headers)
        assert answer.headers["Cache-Control"] == "no-store"

    def test_the_log_names_purpose_fields_person_and_number(
        self, shop: Shop, order: Order
    ) -> None:
        client = shop.client("fulfilment")
        show(
            shop,
            order,
            told={"purpose": "pack", "reference": " 1Z-77 A "},
            client=client,
        )
        (entry,) = entries(shop)
        assert (entry.kind, entry.subject_id, entry.actor_id, entry.at) == (
            "pii:opened:pack",
            order.id,
            shop.people["fulfilment"].id,
            NOW,
        )
        assert entry.facts == {"fields": " ".join(ADDRESS), "reference": "1Z-77 A"}

    def test_what_was_shown_is_gone_from_the_next_page(
        self, shop: Shop, order: Order, caplog: pytest.LogCaptureFixture
    ) -> None:
        client = shop.client("owner")
        answer = show(shop, order, client=client)
        assert planted(answer.content.decode()) == set(ADDRESS)
        page = client.get(shop.url(f"orders/{order.id}/")).content.decode()
        listed = client.get(shop.url()).content.decode()
        assert (planted(page), planted(listed)) == (set(), set())
        assert "was shown the ship-to address" in page

    def test_it_is_in_no_session_message_header_cookie_or_log(
        self, shop: Shop, order: Order, caplog: pytest.LogCaptureFixture
    ) -> None:
        client = shop.client("owner")
        answer = show(shop, order, client=client)
        sessions = " ".join(str(s.get_decoded()) for s in Session.objects.all())
        carried = f"{answer.headers} {client.cookies} {sessions} {caplog.text}"
        assert str(shop.people["owner"].id) in carried
        assert planted(carried) == set()

    def test_no_value_reaches_the_database_or_its_log(
        self, shop: Shop, order: Order
    ) -> None:
        connection.force_debug_cursor = True
        connection.queries_log.clear()
        show(shop, order)
        asked = " ".join(query["sql"] for query in connection.queries)
        connection.force_debug_cursor = False
        assert "orders_recipient" in asked
        assert planted(asked) == set()

    def test_text_of_a_buyer_is_escaped(self, shop: Shop) -> None:
        evil = "<script>alert('gift')</script>"
        order = one_order(shop.id, buyer={"gift_message": evil})
        html = show(shop, order, "delivery").content.decode()
        assert evil not in html
        assert (
            "Gift message: &lt;script&gt;alert(&#x27;gift&#x27;)&lt;/script&gt;" in html
        )

    def test_the_view_is_kept(self, shop: Shop, order: Order) -> None:
        url = shop.url(f"orders/{order.id}/show/phone/?view=unshipped")
        html = shop.client("owner").post(url, {"purpose": "tax"}).content.decode()
        assert f'action="{shop.url(f"orders/{order.id}/?view=unshipped")}"' in html


class TestAskedWrong:
    """A question that was answered wrong is given back as it was answered."""

    @pytest.mark.parametrize("headers", [{}, HTMX])
    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            ({"purpose": ""}, "Choose what you need it for."),
            ({"purpose": "curious"}, "Choose what you need it for, from the list."),
            (
                {"reference": "x" * 41},
                TOO_LONG,
            ),
            (
                {"reference": "Testa Exampleton"},
                NO_NAMES,
            ),
            (
                {"reference": "a@b.example 1"},
                NO_NAMES,
            ),
        ],
    )
    def test_one_clear_sentence(
        self,
        shop: Shop,
        order: Order,
        data: dict[str, str],
        sentence: str,
        headers: dict[str, str],
    ) -> None:
        answer = show(shop, order, told=data, headers=headers)
        html = answer.content.decode()
        assert (answer.status_code, said(answer)) == (422, sentence)
        assert (planted(html), entries(shop)) == (set(), [])
        kept = data.get("reference", "")
        assert f'name="reference" value="{kept}"' in html
        assert '<details class="reveal" open>' in html

    @pytest.mark.parametrize(
        "reference", ["", "1", "114-3928471", "1Z 000 x", "x" * 39 + "1"]
    )
    def test_numbers_that_pass(self, shop: Shop, order: Order, reference: str) -> None:
        assert show(shop, order, told={"reference": reference}).status_code == 200
        (entry,) = entries(shop)
        assert entry.facts["reference"] == reference


class TestNotAllowed:
    """Who may not ask at all."""

    @pytest.mark.parametrize("role", ["inventory", "auditor"])
    def test_a_role_without_the_right(
        self, shop: Shop, order: Order, role: str
    ) -> None:
        answer = show(shop, order, client=shop.client(role))
        assert (answer.status_code, planted(answer.content.decode())) == (403, set())
        assert entries(shop) == []

    def test_another_shops_member(
        self, shop: Shop, other_shop: Shop, order: Order
    ) -> None:
        stranger = other_shop.client("owner")
        assert show(shop, order, client=stranger).status_code == 404
        assert show(other_shop, order, client=stranger).status_code == 404
        assert (entries(shop), entries(other_shop)) == ([], [])

    def test_a_visitor(self, shop: Shop, order: Order) -> None:
        assert show(shop, order, client=Client()).status_code == 302

    def test_without_a_csrf_token(self, shop: Shop, order: Order) -> None:
        client = Client(enforce_csrf_checks=True)
        client.cookies = shop.client("owner").cookies
        assert show(shop, order, client=client).status_code == 403
        assert entries(shop) == []

    def test_by_get(self, shop: Shop, order: Order) -> None:
        url = shop.url(f"orders/{order.id}/show/ship-to/?purpose=deliver")
        answer = shop.client("owner").get(url)
        assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert entries(shop) == []

    def test_an_unknown_group_or_order(self, shop: Shop, order: Order) -> None:
        assert show(shop, order, "everything").status_code == 404
        assert show(shop, Order(id=uuid4())).status_code == 404


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
        show(shop, order, "phone", {"purpose": "tax"}, client=shop.client("support"))
        (entry,) = entries(shop)
        assert (entry.subject_id, entry.actor_id, entry.facts) == (
            order.id,
            shop.people["support"].id,
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
        assert show(shop, order, client=shop.client("support")).status_code == 200
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
