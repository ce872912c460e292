"""Showing buyer data by the page: who, what, and what leaves no trace."""

from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from orders.models import Order
from tests.factories.orders import NOW, one_order
from tests.orders.showing import ADDRESS, HTMX, entries, planted, said, show
from tests.shops import Shop
from vault.kinds import Purpose

NO_NAMES = (
    "Write the number alone, such as 1Z999 or UPS 1Z999: each word has a digit. It "
    "stays in the log, so no names and no addresses."
)

TOO_LONG = (
    "The case or tracking number has 41 characters and 40 are the most; shorten it."
)


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
            told={"purpose": "pack", "reference": " UPS 1Z-77 "},
            client=client,
        )
        (entry,) = entries(shop)
        assert (entry.kind, entry.subject_id, entry.actor_id, entry.at) == (
            "pii:opened:pack",
            order.id,
            shop.people["fulfilment"].id,
            NOW,
        )
        assert entry.facts == {"fields": " ".join(ADDRESS), "reference": "UPS 1Z-77"}

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


class TestPurposesOfRoles:
    """A role is shown buyers for its own purposes, and is offered no other."""

    @pytest.mark.parametrize(
        ("role", "purposes"),
        [
            ("owner", list(Purpose)),
            ("manager", list(Purpose)),
            ("fulfilment", [Purpose.DELIVER, Purpose.PACK]),
            ("support", [Purpose.ANSWER]),
        ],
    )
    def test_each_role_has_its_own(
        self, shop: Shop, order: Order, role: str, purposes: list[Purpose]
    ) -> None:
        client = shop.client(role)
        page = client.get(shop.url(f"orders/{order.id}/")).content.decode()
        assert {p for p in Purpose if f'value="{p.value}"' in page} == set(purposes)
        for purpose in Purpose:
            told = {"purpose": purpose.value}
            status = show(shop, order, told=told, client=client).status_code
            assert (purpose, status) == (purpose, 200 if purpose in purposes else 422)
        assert {entry.kind for entry in entries(shop)} == {
            f"pii:opened:{purpose.value}" for purpose in purposes
        }


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
                {"reference": "Testa Exampleton 12 Sample Street"},
                NO_NAMES,
            ),
            (
                {"reference": "Maria Schmidt 1"},
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
        "reference", ["", "1", "114-3928471", "UPS 1Z 000", "x" * 39 + "1"]
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
