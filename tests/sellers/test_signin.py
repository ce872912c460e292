"""The door: two steps, one answer for everybody who does not match, locks."""

import re
from typing import Any

import pytest
from django.core import mail
from django.http import HttpResponseRedirect
from django.test import Client

from sellers import sign_in_forms
from sellers.models import Person
from sellers.roles import MANAGER
from sellers.services.onboarding import add_member
from sellers.views import reset
from tests.factors import totp_code
from tests.shops import PASSWORD, MakeShop, Shop
from vault.clock import clock

URL = "/account/sign-in/"
CODE = "/account/sign-in/code/"
WRONG = "not the Password at all 1"


@pytest.fixture
def person(shop: Shop) -> Person:
    """Return the owner of a shop."""
    return shop.people["owner"]


def knock(client: Client, email: str, password: str, **headers: Any) -> Any:
    """Try the first step."""
    return client.post(URL, {"login": email, "password": password}, **headers)


def seen(answer: Any, email: str) -> tuple[int, str, dict[str, str]]:
    """Return status, page and headers without what differs by design."""
    page = answer.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)
    headers = {**answer.headers, "Expires": "", "Content-Length": ""}
    return answer.status_code, text.replace(email, "EMAIL"), headers


def enter(client: Client, person: Person) -> Any:
    """Pass both steps."""
    knock(client, person.email, PASSWORD)
    return client.post(CODE, {"code": totp_code(person)})


def test_two_steps_lead_to_the_only_shop(shop: Shop, person: Person) -> None:
    client = Client()
    first = knock(client, person.email, PASSWORD)
    assert (first.status_code, first["Location"]) == (302, CODE)
    assert client.get(shop.url()).status_code == 302
    second = client.post(CODE, {"code": totp_code(person)})
    assert (second.status_code, second["Location"]) == (302, "/")
    assert client.get(shop.url()).status_code == 200


def test_the_page_that_was_asked_for_comes_after_both_steps(
    shop: Shop, person: Person
) -> None:
    client = Client()
    asked = {"next": shop.url("exposure/")}
    client.post(URL, {"login": person.email, "password": PASSWORD, **asked})
    second = client.post(CODE, {"code": totp_code(person)})
    assert second["Location"] == shop.url("exposure/")


def test_the_letter_case_of_the_address_does_not_matter(person: Person) -> None:
    assert knock(Client(), person.email.upper(), PASSWORD)["Location"] == CODE


def test_not_you_leads_back_to_an_empty_first_step(person: Person) -> None:
    client = Client()
    knock(client, person.email, PASSWORD)
    assert person.email in client.get(CODE).content.decode()
    assert person.email not in client.get(URL).content.decode()
    assert client.get(CODE)["Location"] == URL


def test_the_session_gets_a_new_key_at_sign_in(person: Person) -> None:
    client = Client()
    knock(client, person.email, PASSWORD)
    before = client.cookies["sessionid"].value
    client.post(CODE, {"code": totp_code(person)})
    assert client.cookies["sessionid"].value != before


def test_a_wrong_password_and_an_unknown_address_look_the_same(person: Person) -> None:
    nobody = "nobody@shop.example"
    wrong = seen(knock(Client(), person.email, WRONG), person.email)
    unknown = seen(knock(Client(), nobody, WRONG), nobody)
    assert "E-mail and password do not match. 9 more tries" in wrong[1]
    # Both came from one address, so the second hears of one try less.
    assert (wrong[0], wrong[1].replace("9 more", "8 more"), wrong[2]) == unknown
    assert wrong[0] == 422


def test_a_hash_is_computed_for_unknown_addresses_too(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str | None] = []
    monkeypatch.setattr(Person, "set_password", lambda _, raw: hashed.append(raw))
    knock(Client(), "nobody@shop.example", WRONG)
    assert hashed == [WRONG]


def test_staff_are_refused_at_the_sellers_door_like_everybody(
    shop: Shop, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Right password, wrong door: the words and the count of a wrong password."""
    staff = shop.people["support"]
    live = {staff.pk: "a live staff member"}
    monkeypatch.setattr(
        sign_in_forms, "live_staff_member", lambda *, person_id: live.get(person_id)
    )
    theirs = seen(knock(Client(), staff.email, PASSWORD), staff.email)
    wrong = seen(knock(Client(), person.email, WRONG), person.email)
    assert (theirs[0], theirs[1].replace("9 more", "8 more"), theirs[2]) == wrong
    live.clear()
    assert knock(Client(), staff.email, PASSWORD).status_code == 302


def test_signing_out_ends_the_session_and_says_so(shop: Shop) -> None:
    client = shop.client("owner")
    answer = client.post("/account/sign-out/")
    assert answer["Location"] == "/account/signed-out/"
    assert "You are signed out" in client.get(answer["Location"]).content.decode()
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
    bad = client.post(form, {"password1": "Short1!", "password2": "Short1!"})
    assert (bad.status_code, "shorter than 12" in bad.content.decode()) == (422, True)
    new = "another Long pass-phrase 8"
    client.post(form, {"password1": new, "password2": new})
    assert knock(Client(), person.email, new)["Location"] == CODE
    assert "changed by a link" in str(mail.outbox[1].body)


def test_a_reset_answers_the_same_for_unknown_addresses(person: Person) -> None:
    def ask(email: str) -> tuple[int, str, dict[str, str]]:
        return seen(Client().post("/account/password/", {"email": email}), email)

    assert ask(person.email) == ask("nobody@shop.example")
    assert [message.to for message in mail.outbox] == [[person.email]]


def test_a_reset_mail_leaves_after_the_answer(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reset.AnswerFirst, "close", HttpResponseRedirect.close)
    answer: Any = Client().post("/account/password/", {"email": person.email})
    assert (answer.status_code, len(mail.outbox)) == (302, 0)
    answer.then()
    assert len(mail.outbox) == 1


def test_every_token_that_opens_no_invitation_gets_one_answer(shop: Shop) -> None:
    answers = set()
    for token in ("x", f"{shop.id.hex}.nothing", f"{'0' * 32}.nothing"):
        client = Client()
        client.get(f"/invitations/{token}/")
        answer = client.get("/invitations/accept/")
        status, text, headers = seen(answer, "nobody")
        answers.add((status, text, tuple(sorted(headers.items()))))
    assert [status for status, _, _ in answers] == [410]


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
    assert shop.url("") in page
    assert second.url("") in page
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
