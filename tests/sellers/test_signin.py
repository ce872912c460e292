"""Signing in and out: by e-mail, telling nothing about who exists."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from sellers.models import Person
from sellers.roles import MANAGER
from sellers.services.onboarding import add_member
from tests.shops import PASSWORD, MakeShop, Shop
from vault.clock import clock

URL = "/account/sign-in/"


@pytest.fixture
def person(shop: Shop) -> Person:
    """Return the owner of a shop, with a verified address."""
    owner = shop.people["owner"]
    EmailAddress.objects.create(
        user=owner, email=owner.email, verified=True, primary=True
    )
    return owner


def body(client: Client, email: str, password: str) -> tuple[int, str]:
    """Try to sign in; return status and the page without what differs by design."""
    answer = client.post(URL, {"login": email, "password": password})
    text = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()
    )
    return answer.status_code, text.replace(email, "EMAIL")


def test_signing_in_leads_to_the_only_shop(shop: Shop, person: Person) -> None:
    client = Client()
    answer = client.post(URL, {"login": person.email, "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/")["Location"] == shop.url()
    assert client.get(shop.url()).status_code == 200


def test_the_letter_case_of_the_address_does_not_matter(person: Person) -> None:
    answer = Client().post(URL, {"login": person.email.upper(), "password": PASSWORD})
    assert answer.status_code == 302


def test_a_wrong_password_and_an_unknown_address_look_the_same(person: Person) -> None:
    wrong = body(Client(), person.email, "not the password at all")
    unknown = body(Client(), "nobody@shop.example", "not the password at all")
    assert wrong == unknown
    assert wrong[0] == 200


def test_after_ten_failures_the_right_password_waits(person: Person) -> None:
    client = Client()
    for _ in range(10):
        body(client, person.email, "not the password at all")
    answer = client.post(URL, {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 200
    assert client.get("/").status_code == 302


def test_signing_out_ends_the_session(shop: Shop) -> None:
    client = shop.client("owner")
    assert client.post("/account/sign-out/").status_code == 302
    assert client.get(shop.url())["Location"] == f"{URL}?next={shop.url()}"


def test_nobody_signs_up_without_an_invitation(db: None) -> None:
    answer = Client().post(
        "/account/sign-up/", {"email": "x@y.example", "password1": PASSWORD}
    )
    assert answer.status_code == 200
    assert Person.objects.count() == 0


def test_a_password_is_reset_by_mail(person: Person) -> None:
    client = Client()
    client.post("/account/password/", {"email": person.email})
    link = re.search(r"/account/password/\S+", str(mail.outbox[0].body))
    assert link is not None
    page = client.get(link[0], follow=True)
    form = page.redirect_chain[-1][0]
    new = "another Long pass-phrase 8"
    client.post(form, {"password1": new, "password2": new})
    assert (
        Client().post(URL, {"login": person.email, "password": new}).status_code == 302
    )


def test_a_reset_for_an_unknown_address_sends_nothing(db: None) -> None:
    answer = Client().post("/account/password/", {"email": "nobody@shop.example"})
    assert (answer.status_code, mail.outbox) == (302, [])


def test_a_person_in_two_shops_chooses_and_switches(
    shop: Shop, make_shop: MakeShop
) -> None:
    second = make_shop("Second")
    with second.scope():
        add_member(
            seller=second.seller,
            person=shop.people["owner"],
            role=MANAGER,
            opens_buyer_data=False,
            now=clock.now(),
        )
    client = shop.client("owner")
    page = client.get("/").content.decode()
    assert shop.url() in page
    assert second.url() in page
    assert client.get(second.url()).status_code == 200


def test_a_foreign_and_a_missing_shop_are_the_same(
    shop: Shop, other_shop: Shop
) -> None:
    client = shop.client("owner")
    foreign = client.get(other_shop.url())
    missing = client.get("/s/no-such-shop/orders/")
    assert (foreign.status_code, foreign.content) == (404, missing.content)
    assert foreign.headers == missing.headers


def test_the_theme_is_kept_in_a_cookie(db: None) -> None:
    client = Client()
    answer = client.post("/theme/", {"theme": "dark", "next": "/account/sign-in/"})
    assert answer["Location"] == "/account/sign-in/"
    assert 'data-theme="dark"' in client.get(URL).content.decode()
    away = client.post("/theme/", {"theme": "light", "next": "https://evil.example/"})
    assert away["Location"] == "/"
