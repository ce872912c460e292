"""The exposure board: every shop, worst first, from figures alone."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from compliance.services.sweep import sweep
from sellers.models import Seller, StaffRole
from tests import bed
from tests.orders.incoming import BUYER, incoming, receive
from tests.shops import MakeShop, Shop, at
from tests.staffing import MakeStaff, Staff
from vault.clock import clock

pytestmark = pytest.mark.django_db(databases=["default", "owner", "staff"])


@pytest.fixture
def staff(make_staff: MakeStaff) -> Staff:
    """Return somebody of staff with the role Security."""
    return make_staff()


@pytest.fixture
def swept(staff: Staff, shop: Shop, other_shop: Shop) -> Shop:
    """Return a shop with one order, measured by a sweep; the other has none."""
    receive(shop, incoming())
    sweep(seller_ids=[shop.id, other_shop.id], now=clock.now())
    return shop


def rows(page: str) -> list[str]:
    """Return the text of each row of the board, in order."""
    body = page.partition('<tbody role="rowgroup">')[2].partition("</tbody>")[0]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split("</tr>")
    ]


def board(client: Client, query: str = "") -> str:
    """Return the board's page."""
    answer = client.get(f"/staff/{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_staff_see_every_shop_and_no_buyer(swept: Shop, staff: Staff) -> None:
    page = board(staff.client())
    first, second, _end = rows(page)
    assert first.startswith("FS Fern &amp; Stone fern-stone In order 0 0 0 0 0 min")
    assert second.startswith("HP Harbor &amp; Pine harbor-pine In order 1 0 0 0 0 min")
    assert "none yet 6 of 6 never" in second
    assert "No shop is past the limit" in page
    assert [value for value in BUYER.values() if value and value in page] == []


def test_what_is_wrong_comes_first_and_is_said(swept: Shop, staff: Staff) -> None:
    with at("2026-12-25T08:00Z"):
        page = board(staff.client())
        first, second, _end = rows(page)
    assert "Harbor &amp; Pine harbor-pine Past the limit 0 1" in first
    assert "Fern &amp; Stone fern-stone Sweep silent" in second
    assert "1 shop is past the limit, 2 sweeps are silent" in page
    assert "no sweep reported since 22 Nov, 17:14 UTC" in page


def test_views_and_search_narrow_the_board(swept: Shop, staff: Staff) -> None:
    client = staff.client()
    assert len(rows(board(client, "?q=fern"))) == 2
    assert "No shop matches" in board(client, "?view=past")
    assert "No shop matches" in board(client, "?q=nobody")
    assert len(rows(board(client, "?view=nonsense&page=x"))) == 3


def test_a_person_without_a_second_factor_is_counted(swept: Shop, staff: Staff) -> None:
    with bed.owner_connection() as owner:
        owner.execute(
            "DELETE FROM mfa_authenticator WHERE user_id = %s",
            [swept.people["owner"].id],
        )
    page = board(staff.client(), "?view=factor")
    first, _end = rows(page)
    assert "Second factor" in first
    assert "5 of 6" in first


def test_a_shop_that_no_sweep_has_seen_says_so(
    staff: Staff, make_shop: MakeShop
) -> None:
    make_shop("New Shop")
    assert "Not measured yet" in board(staff.client())
    with at((clock.now() + timedelta(minutes=16)).isoformat()):
        assert "Sweep silent" in rows(board(staff.client()))[0]


def test_the_sheet_has_the_same_rows_and_no_formula_and_no_total(
    swept: Shop, staff: Staff, make_shop: MakeShop
) -> None:
    shop = make_shop("=HYPERLINK(0)")
    sweep(seller_ids=[shop.id], now=clock.now())
    answer = staff.client().get("/staff/exposure.csv?view=all")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    found = list(csv.reader(io.StringIO(answer.content.decode())))
    assert [row[0] for row in found] == [
        "shop",
        "'=HYPERLINK(0)",
        "Fern & Stone",
        "Harbor & Pine",
    ]
    assert found[3][3:7] == ["1", "0", "0", "0"]
    assert found[3][11:13] == ["6", "6"]
    filtered = staff.client().get("/staff/exposure.csv?q=harbor").content.decode()
    assert len(filtered.splitlines()) == 2


def test_a_thousand_shops_take_as_many_queries_as_ten(
    swept: Shop, staff: Staff
) -> None:
    client, numbers = staff.client(), []
    board(client)
    for shops in (10, 1_000):
        with bed.admin_connection() as admin:
            _more_shops(admin, shops)
        with (
            CaptureQueriesContext(connections["staff"]) as as_staff,
            CaptureQueriesContext(connections["default"]) as as_portal,
        ):
            page = board(client)
        assert f"{shops} shops, worst first" in page
        numbers.append((len(as_staff), len(as_portal)))
    assert len(rows(page)) == 51
    assert "1 to 50 of 1000 shops" in page
    assert numbers[0] == numbers[1]
    assert numbers[0][0] <= 18


def _more_shops(admin: psycopg.Connection[Any], shops: int) -> None:
    more = shops - Seller.objects.count()
    admin.execute(
        "INSERT INTO sellers_seller (id, slug, name, time_zone, made_at, demo) "
        "SELECT gen_random_uuid(), 'more-' || %s || '-' || n, 'More ' || n, 'UTC', "
        "'2026-11-01', false FROM generate_series(1, %s) n",
        [shops, more],
    )
    admin.execute(
        "INSERT INTO compliance_exposuremeasure (id, seller_id, measured_at, figures) "
        "SELECT gen_random_uuid(), s.id, m.measured_at, m.figures FROM "
        "sellers_seller s, (SELECT * FROM compliance_exposuremeasure LIMIT 1) m "
        "ON CONFLICT DO NOTHING"
    )


def test_support_sees_the_board_without_buttons(
    swept: Shop, make_staff: MakeStaff
) -> None:
    page = board(make_staff(StaffRole.SUPPORT).client())
    assert "Harbor &amp; Pine" in page
    assert "Suspend opening" not in page
