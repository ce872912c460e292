"""Django's admin for staff: lists to read, and three acts on a person, on record."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.test import Client

from sellerportal.staff.lists import site
from sellers.models import Person, StaffRole
from tests import bed
from tests.orders.incoming import BUYER, incoming, receive
from tests.orders.showing import entries
from tests.shops import Shop
from tests.staffing import MakeStaff, Staff
from vault.models import LedgerEntry

pytestmark = pytest.mark.django_db(databases=["default", "owner", "staff"])
PEOPLE = "/staff/admin/sellers/person/"


@pytest.fixture
def staff(make_staff: MakeStaff) -> Staff:
    """Return somebody of staff with the role Security."""
    return make_staff()


def act(client: Client, what: str, person: Person) -> str:
    """Do something for a person; return the page that says so."""
    told = {"action": what, "_selected_action": [str(person.id)]}
    answer = client.post(PEOPLE, told, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def acts_in(shop: Shop) -> list[LedgerEntry]:
    """Return what staff did in a shop, beyond looking."""
    return [e for e in entries(shop, "staff:") if "looked" not in e.kind]


def lists() -> list[str]:
    """Return the address of every list."""
    metas = [model._meta for model in site.registered()]
    return [f"/staff/admin/{m.app_label}/{m.model_name}/" for m in metas]


def test_every_list_and_the_page_of_a_row_opens_without_a_buyer(
    staff: Staff, shop: Shop
) -> None:
    receive(shop, incoming())
    client = staff.client()
    for url in ["/staff/admin/", *lists(), *(f"{u}?q=a" for u in lists())]:
        answer = client.get(url)
        page = answer.content.decode()
        assert (url, answer.status_code) == (url, 200)
        assert [v for v in BUYER.values() if v in page and v != "00000"] == []
    row = client.get(f"{PEOPLE}{shop.people['owner'].id}/").content.decode()
    assert "Owner Exampleton" in row
    assert "argon2" not in row
    assert "md5$" not in row
    assert "<input" not in row.partition("<main")[2].partition("</main>")[0]


def test_a_row_that_is_not_there_is_missing(staff: Staff) -> None:
    client = staff.client()
    for tail in ("x/", "00000000-0000-4000-8000-000000000000/", "add/", "1/delete/"):
        assert (tail, client.get(f"{PEOPLE}{tail}").status_code) == (tail, 404)


def test_closing_and_reopening_an_account_is_in_the_log_of_the_shop(
    staff: Staff, shop: Shop
) -> None:
    client, person = staff.client(), shop.people["support"]
    inside = shop.client("support")
    assert inside.get(shop.url()).status_code == 200
    assert "Support Exampleton: account closed." in act(
        client, "close_accounts", person
    )
    assert inside.get(shop.url()).status_code == 302
    assert "nothing to change" in act(client, "close_accounts", person)
    assert "account reopened" in act(client, "reopen_accounts", person)
    told = [(e.kind, e.subject_id, e.facts) for e in acts_in(shop)]
    assert told == [
        ("staff:changed:person", person.id, {"account": "closed"}),
        ("staff:changed:person", person.id, {"account": "open"}),
    ]
    page = shop.client("owner").get(shop.url("exposure/")).content.decode()
    assert "Closed the account of Support Exampleton" in page
    with bed.admin_connection() as admin:
        noted = admin.execute("SELECT count(*) FROM django_admin_log").fetchone()
    assert noted == (2,)
    assert LogEntry.objects.model._meta.db_table == "django_admin_log"


def test_resetting_a_second_factor_ends_the_sessions_and_is_in_the_log(
    staff: Staff, shop: Shop
) -> None:
    person = shop.people["fulfilment"]
    page = act(staff.client(), "reset_second_factors", person)
    assert "Fulfilment Exampleton: second factor reset." in page
    assert Authenticator.objects.filter(user=person).count() == 0
    assert Authenticator.objects.filter(user=shop.people["owner"]).count() == 2
    assert [(e.kind, e.subject_id) for e in acts_in(shop)] == [
        ("staff:reset:second-factor", person.id)
    ]


def test_nobody_changes_their_own_account(staff: Staff) -> None:
    for what in ("close_accounts", "reset_second_factors"):
        page = act(staff.client(), what, staff.person)
        assert "Nobody changes their own account" in page
    staff.person.refresh_from_db()
    assert staff.person.is_active is True
    assert Authenticator.objects.filter(user=staff.person).count() == 2


def test_support_has_no_acts(make_staff: MakeStaff, shop: Shop) -> None:
    client = make_staff(StaffRole.SUPPORT).client()
    assert 'name="action"' not in client.get(PEOPLE).content.decode()
    act(client, "close_accounts", shop.people["owner"])
    shop.people["owner"].refresh_from_db()
    assert shop.people["owner"].is_active is True
    assert acts_in(shop) == []


@pytest.mark.parametrize(
    "asked",
    [
        "sellers/person/?password__startswith=a",
        "sellers/person/?memberships__seller__name__startswith=H",
        "sellers/person/?last_login__year=abc",
        "sellers/person/?is_active=1&is_active__gt=0",
        "sellers/invitation/?token_hash__startswith=a",
        "sellers/invitation/?invited_by__password__startswith=a",
        "marketplaces/importrun/?first_rows__0__item__startswith=a",
        "marketplaces/importrun/?pieces__id__isnull=False",
        "sellers/membership/?role__regex=((",
        "sellers/membership/?role__exact=%00",
        "sellers/membership/?nothing=1",
        "vault/ledgerentry/?facts__ticket=1",
        "sellers/person/?_to_field=password",
    ],
)
def test_only_the_filters_of_a_list_are_answered(
    staff: Staff, shop: Shop, asked: str
) -> None:
    answer = staff.client().get(f"/staff/admin/{asked}")
    assert (answer.status_code, acts_in(shop)) == (400, [])


@pytest.mark.parametrize(
    "asked",
    [
        "sellers/person/?is_active__exact=1",
        "sellers/membership/?role__exact=owner",
        "sellers/membership/?opens_buyer_data__exact=0",
        "sellers/seller/?demo__exact=0",
        "vault/ledgerentry/?actor_kind=staff",
        "sellers/person/?q=%00",
        "sellers/person/?p=99999",
        "sellers/person/?o=99",
        "sellers/person/?all=",
    ],
)
def test_the_filters_of_a_list_and_odd_pages_are_answered(
    staff: Staff, shop: Shop, asked: str
) -> None:
    answer = staff.client().get(f"/staff/admin/{asked}", follow=True)
    assert (answer.status_code, shop.seller.demo) == (200, False)


@pytest.mark.parametrize(
    "what", ["close_accounts", "reopen_accounts", "reset_second_factors"]
)
def test_an_act_is_for_one_person_at_a_time(
    staff: Staff, shop: Shop, what: str
) -> None:
    ids = [str(person.id) for person in shop.people.values()]
    client = staff.client()
    for told in (
        {"_selected_action": ids},
        {"_selected_action": ids[:1], "select_across": "1"},
        {"_selected_action": ids[:1], "select_across": "true", "index": "0"},
    ):
        answer = client.post(PEOPLE, {"action": what, **told}, follow=True)
        assert "One person at a time" in answer.content.decode()
    unknown = {"action": what, "_selected_action": "x"}
    answer = client.post(PEOPLE, unknown, follow=True)
    assert "That person is not in the list" in answer.content.decode()
    assert Person.objects.filter(is_active=False).count() == 0
    assert Authenticator.objects.filter(user_id__in=ids).count() == 2 * len(ids)
    assert acts_in(shop) == []
