"""Nobody gets another app in the place of the first by the password alone."""

import re

import pytest
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.test import Client, RequestFactory

from sellers.lock_handler import client_address
from sellers.models import Membership, Person
from sellers.roles import AUDITOR
from sellers.services.onboarding import invite
from sellers.services.second_factor import AlreadySetUp, new_secret, set_up
from tests.factors import app_code, give_second_factor
from tests.sellers.test_signin import knock
from tests.shops import PASSWORD, MakeShop, Shop, signed_in
from vault.clock import clock

SET_UP = "/account/second-factor/"
CHANGE = "/account/password/change/"


@pytest.fixture
def person(shop: Shop) -> Person:
    """Return the owner of a shop."""
    return shop.people["owner"]


def without_app(person: Person) -> Client:
    """Sign in while there is no second factor yet."""
    Authenticator.objects.filter(user=person).delete()
    client = Client()
    knock(client, person.email, PASSWORD)
    return client


def secrets_of(person: Person) -> list[object]:
    """Return what is stored of the person's apps."""
    rows = Authenticator.objects.filter(user=person).order_by("type")
    return [(row.type, row.data) for row in rows]


def test_a_session_that_was_asked_no_code_replaces_no_app(person: Person) -> None:
    late = without_app(person)
    page = late.get(SET_UP).content.decode()
    secret = re.search(r'qr-key">([A-Z2-7 ]+)<', page)
    assert secret is not None
    give_second_factor([person])
    before = secrets_of(person)
    code = app_code(secret[1].replace(" ", ""))
    answer = late.post(SET_UP, {"code": code, "password": PASSWORD}, follow=True)
    assert answer.redirect_chain == [("/account/sign-in/", 302)]
    assert "set up already: sign in with its code" in answer.content.decode()
    assert secrets_of(person) == before
    assert "_auth_user_id" not in late.session


def test_the_service_refuses_too_where_another_was_first(person: Person) -> None:
    before, secret = secrets_of(person), new_secret()
    with pytest.raises(AlreadySetUp):
        set_up(
            person_id=person.id,
            secret=secret,
            code=app_code(secret),
            replaces=False,
        )
    assert secrets_of(person) == before


def test_without_the_second_factor_no_invitation_is_accepted(
    person: Person, make_shop: MakeShop
) -> None:
    there = make_shop("Fern & Stone")
    with there.scope():
        token = invite(
            seller=there.seller,
            email=person.email,
            role=AUDITOR,
            opens_buyer_data=False,
            now=clock.now(),
        )
    client = without_app(person)
    assert client.get(f"/invitations/{token}/").status_code == 302
    for answer in (
        client.get("/invitations/accept/"),
        client.post("/invitations/accept/"),
    ):
        assert (answer.status_code, answer["Location"]) == (302, SET_UP)
    with there.scope():
        members = Membership.objects.filter(seller=there.seller, person=person)
        assert members.count() == 0


def test_guessing_the_present_password_counts_towards_the_lock(person: Person) -> None:
    client = signed_in(person)
    words = {"password1": "Xk9!fresh-Quark-77", "password2": "Xk9!fresh-Quark-77"}
    answer = client.post(CHANGE, {"oldpassword": "Wrong, wrong 1", **words})
    assert "9 more tries, then this account waits 30 minutes." in str(answer.content)
    (row,) = AccessAttempt.objects.filter(username=person.email)
    assert row.failures_since_start == 1


@pytest.mark.parametrize(
    ("sent", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
    ],
)
def test_an_address_counts_as_itself_however_it_is_written(
    sent: str, counted: str
) -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR=sent)) == counted
