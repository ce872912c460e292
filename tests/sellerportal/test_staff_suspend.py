"""Suspending the opening of one shop's buyers: at once, with a reason, on record."""

import pytest
from django.test import Client

from compliance.services.sweep import sweep
from sellers.models import StaffRole
from tests.orders.incoming import BUYER, incoming, receive, the_order
from tests.orders.showing import entries, said, show
from tests.shops import Shop
from tests.staffing import MakeStaff, Staff
from vault.clock import clock
from vault.models import OpeningStop
from vault.stops import opening_stopped

pytestmark = pytest.mark.django_db(databases=["default", "owner", "staff"])
REASON = "Sign-ins from two countries within an hour."


def planted(html: str) -> set[str]:
    """Return the fields whose values stand in a page."""
    # "00000" stands in ids and instants too.
    told = {name: value for name, value in BUYER.items() if name != "postal_code"}
    return {name for name, value in told.items() if value in html}


@pytest.fixture
def staff(make_staff: MakeStaff) -> Staff:
    """Return somebody of staff with the role Security."""
    return make_staff()


@pytest.fixture
def filled(staff: Staff, shop: Shop) -> Shop:
    """Return a shop with one order and its buyer."""
    receive(shop, incoming())
    return shop


def act(client: Client, shop: Shop, what: str, **told: str) -> int:
    """Post an act on a shop; return the status."""
    url = f"/staff/shops/{shop.seller.slug}/{what}/"
    return int(client.post(url, told).status_code)


def suspend(client: Client, shop: Shop, reason: str = REASON) -> int:
    """Suspend a shop."""
    return act(client, shop, "suspend", reason=reason, ticket="T-5533")


def test_nothing_is_shown_from_the_next_request_on(filled: Shop, staff: Staff) -> None:
    order = the_order(filled)
    before = show(filled, order)
    assert planted(before.content.decode()) > set()
    assert suspend(staff.client(), filled) == 302
    answer = show(filled, order, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert said(answer).startswith("Staff suspended the showing of buyer data")
    assert planted(answer.content.decode()) == set()
    whole = show(filled, order)
    assert (whole.status_code, planted(whole.content.decode())) == (409, set())
    kinds = [entry.kind for entry in entries(filled)]
    assert kinds == ["pii:opened:deliver", *["pii:refused:suspended"] * 2]


def test_the_order_page_says_so_and_only_the_owner_reads_why(
    filled: Shop, staff: Staff
) -> None:
    suspend(staff.client(), filled)
    url = filled.url(f"orders/{the_order(filled).id}/")
    page = filled.client("owner").get(url).content.decode()
    assert "Buyer data is not shown at the moment" in page
    assert f"Staff suspended it on 22 Nov: {REASON}" in page
    for role in ("manager", "fulfilment", "auditor"):
        other = filled.client(role).get(url).content.decode()
        assert "Staff suspended it on 22 Nov." in other
        assert "The owner knows why: Owner Exampleton." in other
        assert REASON not in other


def test_resuming_lets_it_go_on_and_both_are_in_the_shops_log(
    filled: Shop, staff: Staff
) -> None:
    client = staff.client()
    assert (suspend(client, filled), act(client, filled, "resume")) == (302, 302)
    assert show(filled, the_order(filled)).status_code == 200
    first, second = entries(filled, "staff:")
    assert [first.kind, second.kind] == [
        "staff:suspended:opening",
        "staff:resumed:opening",
    ]
    assert {(e.actor_kind, e.actor_id) for e in (first, second)} == {
        ("staff", staff.person.id)
    }
    assert first.facts == {"ticket": "T-5533"}


def test_the_owner_sees_what_staff_did(filled: Shop, staff: Staff) -> None:
    client = staff.client()
    client.get(f"/staff/shops/{filled.seller.slug}/")
    suspend(client, filled)
    page = filled.client("owner").get(filled.url("exposure/")).content.decode()
    assert "What staff did" in page
    for words in ("Looked at this page", "Suspended the showing", "Tomas Alvarez"):
        assert words in page
    assert REASON in page
    auditor = filled.client("auditor").get(filled.url("exposure/")).content.decode()
    assert "Suspended the showing" in auditor
    assert REASON not in auditor


def test_orders_imports_and_purges_go_on(filled: Shop, staff: Staff) -> None:
    suspend(staff.client(), filled)
    receive(filled, incoming(marketplace_order_id="114-0000002-0000002"))
    assert filled.client("fulfilment").get(filled.url()).status_code == 200
    clock.move("2026-12-25T08:00:00+00:00")
    result = sweep(seller_ids=[filled.id], now=clock.now(), clock_is_right=True)
    assert result.purged == 2


def test_one_shop_alone_is_suspended(
    filled: Shop, other_shop: Shop, staff: Staff
) -> None:
    suspend(staff.client(), filled)
    found = {}
    for shop in (filled, other_shop):
        with shop.scope():
            found[shop.id] = opening_stopped(seller_id=shop.id)
    assert found == {filled.id: True, other_shop.id: False}


def test_twice_is_said_and_the_first_reason_stands(filled: Shop, staff: Staff) -> None:
    client = staff.client()
    suspend(client, filled)
    assert suspend(client, filled, "Another reason") == 409
    assert act(client, filled, "resume") == 302
    assert act(client, filled, "resume") == 409
    with filled.scope():
        assert [s.reason for s in OpeningStop.objects.all()] == [REASON]
    assert len(entries(filled, "staff:")) == 2


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"reason": " "}, "Write a reason"),
        ({"reason": "x" * 501}, "at most 500 characters"),
        ({"reason": "x", "ticket": "<b>"}, "Letters, digits"),
    ],
)
def test_a_form_that_is_wrong_says_what_and_stops_nothing(
    filled: Shop, staff: Staff, told: dict[str, str], words: str
) -> None:
    url = f"/staff/shops/{filled.seller.slug}/suspend/"
    answer = staff.client().post(url, told)
    page = answer.content.decode()
    assert (answer.status_code, words in page) == (422, True)
    assert "Suspend opening: Harbor &amp; Pine" in page
    with filled.scope():
        assert opening_stopped(seller_id=filled.id) is False


def test_support_may_look_and_not_suspend(filled: Shop, make_staff: MakeStaff) -> None:
    client = make_staff(StaffRole.SUPPORT).client()
    answer = client.post(f"/staff/shops/{filled.seller.slug}/suspend/", {"reason": "x"})
    assert answer.status_code == 403
    assert "This is for staff with the role Security." in answer.content.decode()
    assert act(client, filled, "resume") == 403
    assert client.get(f"/staff/shops/{filled.seller.slug}/").status_code == 200
    assert [e.kind for e in entries(filled, "staff:")] == ["staff:looked:exposure"]


def test_a_shop_that_does_not_exist_is_missing(staff: Staff) -> None:
    client = staff.client()
    assert client.get("/staff/shops/nobody/").status_code == 404
    assert client.get("/staff/?suspend=nobody").status_code == 404
    assert (
        client.post("/staff/shops/nobody/suspend/", {"reason": "x"}).status_code == 404
    )


def test_looking_again_within_the_hour_is_the_same_look(
    filled: Shop, staff: Staff, make_staff: MakeStaff
) -> None:
    url, client = f"/staff/shops/{filled.seller.slug}/", staff.client()
    client.get(url)
    client.get(url)
    make_staff().client().get(url)
    assert len(entries(filled, "staff:")) == 2
    clock.move("2026-11-22T18:15:00+00:00")
    staff.client().get(url)
    assert len(entries(filled, "staff:")) == 3


def test_the_drill_down_says_what_the_shops_page_says_without_a_buyer(
    filled: Shop, staff: Staff
) -> None:
    show(filled, the_order(filled))
    sweep(seller_ids=[filled.id], now=clock.now())
    page = staff.client().get(f"/staff/shops/{filled.seller.slug}/").content.decode()
    assert planted(page) == set()
    assert "No buyer data is past its limit" in page
    assert "Owner Exampleton" in page
    assert f"/s/{filled.seller.slug}/" not in page
