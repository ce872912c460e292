"""The staff's own door: for staff alone, and no door into a shop."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connections
from django.test import Client

from sellers.models import Person, StaffMember, StaffRole
from sellers.services.staffing import WorksInShop, appoint_staff, end_staff
from tests.factors import totp_code
from tests.shops import PASSWORD, Shop
from tests.staffing import MakeStaff, Staff
from vault.clock import clock

pytestmark = pytest.mark.django_db(databases=["default", "owner", "staff"])
PAGES = ("/staff/", "/staff/exposure.csv", "/staff/shops/x/", "/staff/admin/")


@pytest.fixture
def staff(make_staff: MakeStaff) -> Staff:
    """Return somebody of staff with the role Security."""
    return make_staff()


def knock(client: Client, door: str, person: Person) -> int:
    """Try a door with the right password; return the status."""
    told = {"login": person.email, "password": PASSWORD}
    return int(client.post(door, told).status_code)


def test_staff_sign_in_with_both_factors(staff: Staff) -> None:
    client = Client()
    assert knock(client, "/staff/sign-in/", staff.person) == 302
    code = client.post("/account/sign-in/code/", {"code": totp_code(staff.person)})
    assert (code.status_code, code["Location"]) == (302, "/staff/")
    assert client.get("/staff/").status_code == 200


def test_each_door_knows_its_own_people_alone(staff: Staff, shop: Shop) -> None:
    owner = shop.people["owner"]
    assert knock(Client(), "/staff/sign-in/", owner) == 422
    assert knock(Client(), "/account/sign-in/", staff.person) == 422
    assert knock(Client(), "/account/sign-in/", owner) == 302


def test_for_a_seller_a_staff_page_is_a_page_that_does_not_exist(
    staff: Staff, shop: Shop
) -> None:
    client = shop.client("owner")
    missing = client.get("/no/such/page/")
    for page in (*PAGES, "/staff/no/such/page/"):
        answer = client.get(page)
        assert (page, answer.status_code) == (page, 404)
        assert answer.content == missing.content


def test_for_staff_a_page_of_a_shop_does_not_exist(staff: Staff, shop: Shop) -> None:
    client = staff.client()
    missing = client.get("/no/such/page/").content
    for tail in ("", "orders/", "exposure/", "people/"):
        answer = client.get(shop.url(tail))
        assert (answer.status_code, answer.content) == (404, missing)


def test_a_stranger_is_led_to_the_staffs_door() -> None:
    for page in PAGES:
        answer = Client().get(page)
        place = f"/staff/sign-in/?next={page}"
        assert (answer.status_code, answer["Location"]) == (302, place)


def test_without_a_second_factor_no_page_opens(make_staff: MakeStaff) -> None:
    person = make_staff().person
    client = Client()
    client.force_login(
        person, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get("/staff/").status_code == 302


def test_who_is_staff_no_more_is_out_at_once(staff: Staff) -> None:
    client = staff.client()
    assert client.get("/staff/").status_code == 200
    end_staff(email=staff.person.email, now=clock.now())
    assert client.get("/staff/").status_code in {302, 404}
    assert knock(Client(), "/staff/sign-in/", staff.person) == 422


def test_nobody_is_both_staff_and_member(staff: Staff, shop: Shop) -> None:
    with pytest.raises(WorksInShop):
        appoint_staff(
            email=shop.people["support"].email,
            name="Sam",
            role=StaffRole.SUPPORT,
            now=clock.now(),
        )
    assert StaffMember.objects.count() == 1


def test_the_command_appoints_and_prints_a_link_that_works_once(staff: Staff) -> None:
    out = io.StringIO()
    call_command("create_staff", "new@operator.example", "Ana Ruiz", stdout=out)
    printed = out.getvalue()
    assert "Ana Ruiz is staff with the role Support." in printed
    link = next(line for line in printed.splitlines() if "/account/password/" in line)
    path = link.partition("8000")[2] or link.partition("://")[2].partition("/")[2]
    client = Client()
    first = client.get("/" + path.lstrip("/"))
    assert first.status_code == 302
    chosen = {
        "password1": "a Long enough pass-phrase 7",
        "password2": "a Long enough pass-phrase 7",
    }
    assert client.post(first["Location"], chosen).status_code == 302
    again = Client().get("/" + path.lstrip("/"))
    assert again.status_code != 302 or "set-password" not in again["Location"]
    with pytest.raises(CommandError, match="staff already"):
        call_command("create_staff", "new@operator.example", "Ana Ruiz")
    call_command("create_staff", "new@operator.example", "--end", stdout=out)
    assert "is staff no more" in out.getvalue()
    with pytest.raises(CommandError, match="Nobody on the staff"):
        call_command("create_staff", "new@operator.example", "--end")


def test_the_command_refuses_who_works_in_a_shop_and_a_missing_name(
    staff: Staff, shop: Shop
) -> None:
    email = shop.people["owner"].email
    with pytest.raises(CommandError, match="works in a shop"):
        call_command("create_staff", email, "Name")
    with pytest.raises(CommandError, match="Give a name"):
        call_command("create_staff", "x@operator.example")


def test_a_staff_page_never_asks_as_the_portal_for_what_it_shows(
    staff: Staff, shop: Shop
) -> None:
    """Only signing in runs on the portal's connection; no table of a shop does."""
    client = staff.client()
    client.get("/healthz")
    client.get("/staff/")
    seen: list[str] = []

    def note(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        seen.append(sql)
        return execute(sql, *rest)

    with connections["default"].execute_wrapper(note):
        assert client.get("/staff/").status_code == 200
        assert client.get("/staff/admin/sellers/membership/").status_code == 200
    tables = ("sellers_seller", "compliance_", "vault_", "orders_", "marketplaces_")
    asked = [s for s in seen if any(f'FROM "{t}' in s for t in tables)]
    assert [s for s in asked if "sellers_membership" not in s] == []
