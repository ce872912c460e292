"""Every staff address answers staff, their role and its methods, and nobody else."""

import pytest
from django.test import Client

from sellers.access import Audience
from sellers.models import StaffRole
from tests.laws.test_addresses import METHODS, STAFF, Address, ours, url_of
from tests.shops import Shop
from tests.staffing import MakeStaff

pytestmark = pytest.mark.django_db(databases=["default", "owner", "staff"])


def staff_addresses() -> list[Address]:
    """Return the addresses of staff, the lists of Django's admin among them."""
    found = [a for a in ours() if a.route.startswith(STAFF)]
    return [a for a in found if a.access and a.access.audience is Audience.STAFF]


def test_the_lists_of_the_admin_are_among_them() -> None:
    lists = [a for a in staff_addresses() if a.route.startswith("staff/admin/")]
    assert len(lists) == 2 * 10 + 1
    words = ("login", "logout", "password", "jsi18n", "add", "delete", "history")
    assert [a.route for a in lists if any(word in a.route for word in words)] == []


@pytest.mark.parametrize("role", list(StaffRole))
def test_staff_are_let_in_as_their_role_and_the_methods_say(
    make_staff: MakeStaff, role: StaffRole
) -> None:
    client, wrong = make_staff(role).client(), []
    for address in staff_addresses():
        assert address.access is not None
        wanted, methods = address.access.staff_role, set(address.access.methods)
        methods |= {"HEAD"} if "GET" in methods else set()
        for method in ("HEAD", *METHODS):
            status = client.generic(method, url_of(address, slug="x")).status_code
            if method not in methods:
                right = status == 405
            elif wanted in {None, role}:
                right = status in {200, 302, 404}
            else:
                right = status == 403
            if not right:
                wrong.append(f"{method} {address.route}: {status}")
    assert wrong == []


def test_for_everybody_else_there_is_nothing(
    transactional_db: None, shop: Shop
) -> None:
    client, wrong = shop.client("owner"), []
    for address in staff_addresses():
        url = url_of(address, slug="x")
        for method in METHODS:
            if client.generic(method, url).status_code != 404:
                wrong.append(f"{method} {address.route}")
            if Client().generic(method, url).status_code != 302:
                wrong.append(f"{method} {address.route} by a stranger")
    assert wrong == []
