"""Who of the staff read a shop's rows in their lists stands in that shop's own log."""

import pytest

from sellers.models import Invitation
from tests.orders.showing import entries
from tests.shops import Shop
from tests.staffing import MakeStaff, Staff
from vault.clock import clock

pytestmark = pytest.mark.django_db(databases=["default", "owner", "staff"])
LISTS = "/staff/admin/"
LOOKED = "staff:looked:records"


@pytest.fixture
def staff(make_staff: MakeStaff) -> Staff:
    """Return somebody of staff with the role Security."""
    return make_staff()


def looks(shop: Shop) -> list[tuple[str, object]]:
    """Return who looked, in the log of a shop."""
    return [(e.actor_kind, e.actor_id) for e in entries(shop, LOOKED)]


@pytest.mark.parametrize(
    "place",
    [
        "sellers/person/",
        "sellers/membership/",
        "sellers/invitation/",
        "sellers/sellergrouppermission/",
        "vault/ledgerentry/",
    ],
)
def test_a_list_is_noted_in_each_shop_whose_rows_it_shows(
    staff: Staff, shop: Shop, other_shop: Shop, place: str
) -> None:
    for each in (shop, other_shop):
        with each.scope():
            Invitation.objects.create(
                seller=each.seller,
                email="new@people.example",
                role="manager",
                token_hash=each.id.hex,
                made_at=clock.now(),
                expires_at=clock.now(),
            )
    client = staff.client()
    assert client.get(f"{LISTS}{place}").status_code == 200
    seen = [("staff", staff.person.id)]
    assert (looks(shop), looks(other_shop)) == (seen, seen)
    client.get(f"{LISTS}{place}")
    client.get(f"{LISTS}sellers/membership/")
    assert (looks(shop), looks(other_shop)) == (seen, seen)
    clock.move("2026-11-22T18:15:00+00:00")
    staff.client().get(f"{LISTS}{place}")
    assert (looks(shop), looks(other_shop)) == (seen * 2, seen * 2)


def test_a_search_and_a_row_are_noted_in_the_shop_they_show_alone(
    staff: Staff, shop: Shop, other_shop: Shop
) -> None:
    client = staff.client()
    client.get(f"{LISTS}sellers/membership/", {"q": other_shop.seller.name})
    assert (len(looks(shop)), len(looks(other_shop))) == (0, 1)
    client.get(f"{LISTS}sellers/membership/", {"q": "nobody is called so"})
    assert len(looks(shop)) == 0
    client.get(f"{LISTS}sellers/person/{shop.people['owner'].id}/")
    assert (len(looks(shop)), len(looks(other_shop))) == (1, 1)


def test_what_belongs_to_no_shop_is_noted_nowhere(staff: Staff, shop: Shop) -> None:
    client = staff.client()
    for place in (
        "",
        "sellers/seller/",
        "sellers/staffmember/",
        "compliance/sweeprun/",
    ):
        assert client.get(f"{LISTS}{place}").status_code == 200
    client.get(f"{LISTS}sellers/person/{staff.person.id}/")
    assert looks(shop) == []


def test_the_owner_sees_it(staff: Staff, shop: Shop) -> None:
    staff.client().get(f"{LISTS}vault/ledgerentry/{entries(shop, '')[0].id}/")
    page = shop.client("owner").get(shop.url("exposure/")).content.decode()
    assert "What staff did" in page
    assert "Looked at people, jobs or log of the shop" in page
    assert "Tomas Alvarez" in page
