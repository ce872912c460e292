"""Passwords: the policy's figures, one sentence for each refusal."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core import mail
from django.core.exceptions import ValidationError

from sellerportal.demo.shops import demo_password
from sellers.forms import JoinForm
from sellers.models import FormerPassword, Person
from sellers.services.passwords import choose_password
from tests.factors import give_address
from tests.shops import PASSWORD, Shop, at, signed_in
from vault.clock import clock

CHANGE = "/account/password/change/"
SOMEBODY = Person(email="ruth.diaz@harborpine.example", name="Ruth Diaz-Okafor")


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Short pass1", "The password is shorter than 12 characters."),
        ("all small letters 1!", "The password has no capital letter."),
        ("ALL CAPITAL LETTERS 1!", "The password has no small letter."),
        ("No Digit In Here !", "The password has no digit."),
        ("NoSpecialSign123", "The password has no special character."),
        ("My ruTh is long 12", "The password has a part of your name or e-mail in it."),
        ("An OKAFOR is long 12", "The password has a part of your name or e-mail in"),
        ("The harborPine is 12", "The password has a part of your name or e-mail in"),
        ("12!!Sunshine!!34", "The password is a common one with something around it."),
    ],
)
def test_each_rule_refuses_with_its_sentence(password: str, sentence: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, SOMEBODY)
    assert len(refused.value.messages) == 1
    assert refused.value.messages[0].startswith(sentence)


@pytest.mark.parametrize(
    "password", [PASSWORD, "Ein Satz, 4 Wörter", "com-Aa1 is fine"]
)
def test_a_password_by_the_rules_passes(password: str) -> None:
    validate_password(password, SOMEBODY)


def test_passwords_of_the_demo_pass() -> None:
    for _ in range(200):
        validate_password(demo_password())


def test_the_form_of_an_invitation_names_the_rules_and_applies_them() -> None:
    form = JoinForm(
        {"name": "Ruth Diaz", "password": "My ruTh is long 12"},
        email="ruth@harborpine.example",
    )
    assert form.errors["password"] == [
        "The password has a part of your name or e-mail in it."
    ]
    told = str(form.fields["password"].help_text)
    assert "12 characters" in told
    assert "last 10" in told


def test_the_last_ten_are_remembered_and_no_more(shop: Shop, now: datetime) -> None:
    person = shop.people["owner"]
    used = [f"A long enough word no {number}!" for number in range(12)]
    for number, password in enumerate(used):
        choose_password(
            person=person, password=password, now=now + timedelta(days=number)
        )
    assert FormerPassword.objects.filter(person=person).count() == 10
    for password in used[2:]:
        with pytest.raises(ValidationError, match="one of your last 10"):
            validate_password(password, person)
    for password in (PASSWORD, used[0]):
        validate_password(password, person)


def change(client: Any, new: str) -> Any:
    """Send the form."""
    form = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    return client.post(CHANGE, form)


def test_a_password_stays_for_a_day(shop: Shop) -> None:
    person, new = shop.people["owner"], "another Long pass-phrase 8"
    with at("2026-11-23T17:13:59Z"):
        young = change(signed_in(person), new)
    assert (young.status_code, "one day at least" in young.content.decode()) == (
        422,
        True,
    )
    with at("2026-11-23T17:14:00Z"):
        assert change(signed_in(person), new)["Location"] == "/account/"
    person.refresh_from_db()
    assert person.check_password(new)
    assert person.password_changed_at == datetime.fromisoformat("2026-11-23T17:14Z")


def test_a_change_ends_every_other_session_and_tells_by_mail(shop: Shop) -> None:
    person = shop.people["owner"]
    give_address(person)
    with at("2026-11-24T17:14:00Z"):
        here, there = signed_in(person), signed_in(person)
        change(here, "another Long pass-phrase 8")
        assert here.get(shop.url()).status_code == 200
        assert "ended=away" in there.get(shop.url())["Location"]
    message: Any = mail.outbox[0]
    assert "The password of your account was changed" in message.body
    assert "The password of your account was changed" in message.alternatives[0][0]


def test_after_a_year_the_change_comes_before_everything(shop: Shop) -> None:
    with at("2027-11-22T17:13:59Z"):
        assert shop.client("owner").get(shop.url()).status_code == 200
    with at("2027-11-22T17:14:00Z"):
        client = shop.client("owner")
        led = client.get(shop.url())
        assert (led.status_code, led["Location"]) == (302, CHANGE)
        assert "a year old" in client.get(CHANGE).content.decode()
        assert change(client, "another Long pass-phrase 8").status_code == 302
        assert client.get(shop.url()).status_code == 200


def test_a_new_account_has_a_password_as_old_as_itself(shop: Shop) -> None:
    assert shop.people["owner"].password_changed_at == clock.now()
