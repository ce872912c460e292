"""The second factor: set up by everybody, sealed, each code once, never skipped."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import caches
from django.test import Client

from sellers.models import Person
from sellers.services.second_factor import (
    FactorState,
    WrongCode,
    factor_of,
    spend_code,
)
from tests.factors import RECOVERY, SECRET, app_code, give_address, totp_code
from tests.sellers.test_signin import CODE, knock
from tests.shops import PASSWORD, Shop, signed_in
from vault.keys import data_keys
from vault.refusals import Tampered

SET_UP = "/account/second-factor/"
CODES = "/account/second-factor/codes/"
RECOVER = "/account/sign-in/recovery-code/"


@pytest.fixture
def person(shop: Shop) -> Person:
    """Return the owner of a shop, with an app and recovery codes."""
    return shop.people["owner"]


@pytest.fixture
def newcomer(person: Person) -> Person:
    """Return the owner before the first sign-in: no second factor yet."""
    Authenticator.objects.filter(user=person).delete()
    return person


def at_the_second_step(person: Person) -> Client:
    """Return a client that has passed the first step."""
    client = Client()
    knock(client, person.email, PASSWORD)
    return client


def shown_secret(page: str) -> str:
    """Return the key that the set-up page shows."""
    found = re.search(r'qr-key">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def test_a_newcomer_is_led_to_the_set_up_from_every_page(
    shop: Shop, newcomer: Person
) -> None:
    client = Client()
    assert knock(client, newcomer.email, PASSWORD)["Location"] == "/"
    for path in ("/", shop.url(), "/account/", "/account/password/change/", "/s/x/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, SET_UP)
    for path in ("/healthz", SET_UP):
        assert client.get(path).status_code == 200
    sent = client.post(shop.url("orders/"), follow=True)
    assert "What you sent was not saved" in sent.content.decode()


def test_set_up_shows_codes_once_and_goes_on_to_the_page_asked_for(
    shop: Shop, newcomer: Person
) -> None:
    client = at_the_second_step(newcomer)
    client.get(shop.url("exposure/"))
    page = client.get(SET_UP)
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert page["Cache-Control"] == "no-store"
    secret = shown_secret(page.content.decode())
    bad = client.post(SET_UP, {"code": "000000"})
    assert (bad.status_code, shown_secret(bad.content.decode())) == (422, secret)
    assert client.post(SET_UP, {"code": app_code(secret)})["Location"] == CODES
    assert client.get(shop.url("exposure/"))["Location"] == CODES
    codes = re.findall(r"<li>(\d{4} \d{4})</li>", client.get(CODES).content.decode())
    assert len(set(codes)) == 10
    file = client.get(f"{CODES}file/")
    assert "attachment" in file["Content-Disposition"]
    assert [code in file.content.decode() for code in codes] == [True] * 10
    assert client.post(CODES)["Location"] == shop.url("exposure/")
    assert client.get(shop.url()).status_code == 200
    for once in (CODES, f"{CODES}file/"):
        assert client.get(once)["Location"] == "/account/"


def test_codes_that_were_not_kept_are_shown_after_the_next_sign_in(
    shop: Shop, newcomer: Person
) -> None:
    client = at_the_second_step(newcomer)
    secret = shown_secret(client.get(SET_UP).content.decode())
    client.post(SET_UP, {"code": app_code(secret)})
    row = Authenticator.objects.get(user=newcomer, type="totp")
    row.data.pop("last_step")
    row.save()
    again = at_the_second_step(newcomer)
    again.post(CODE, {"code": app_code(secret)})
    assert again.get(shop.url())["Location"] == CODES


def test_in_the_demo_nobody_is_led_anywhere(
    shop: Shop, newcomer: Person, settings: Any, tmp_path: Path
) -> None:
    settings.DEMO, settings.PORTAL_VAR = True, tmp_path
    client = at_the_second_step(newcomer)
    page = client.get(shop.url())
    assert page.status_code == 200
    said = "Sign-in works without the second factor here"
    assert said in page.content.decode()
    assert said in Client().get("/account/sign-in/").content.decode()
    (tmp_path / "left-demo").touch()
    assert client.get(shop.url())["Location"] == SET_UP
    assert said not in Client().get("/account/sign-in/").content.decode()


def test_a_code_works_once(person: Person) -> None:
    code = totp_code(person)
    assert at_the_second_step(person).post(CODE, {"code": code}).status_code == 302
    again = at_the_second_step(person).post(CODE, {"code": code})
    assert again.status_code == 422
    assert "That code is wrong or was used before. 9 more" in again.content.decode()


def test_a_recovery_code_works_once_and_is_counted(person: Person) -> None:
    code = f"{RECOVERY[3][:4]}-{RECOVERY[3][4:]}"
    assert at_the_second_step(person).post(RECOVER, {"code": code}).status_code == 302
    assert factor_of(person_id=person.id).codes_left == 9
    again = at_the_second_step(person).post(RECOVER, {"code": code})
    assert again.status_code == 422


def test_ten_wrong_codes_lock_and_then_the_right_one_waits_too(person: Person) -> None:
    client = at_the_second_step(person)
    answers = [client.post(CODE, {"code": "000000"}).status_code for _ in range(10)]
    assert answers == [422] * 9 + [429]
    right = client.post(CODE, {"code": totp_code(person)})
    wrong = client.post(CODE, {"code": "000000"})
    assert (right.status_code, right.content) == (429, wrong.content)
    assert client.get("/account/")["Location"].startswith("/account/sign-in/")


def test_the_second_step_alone_opens_nothing(person: Person) -> None:
    answer = Client().post(CODE, {"code": totp_code(person)})
    assert (answer.status_code, answer["Location"]) == (302, "/account/sign-in/")


def test_the_database_holds_neither_secret_nor_codes(person: Person) -> None:
    data = json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in data
    assert [code for code in RECOVERY if code in data] == []
    client = signed_in(person)
    secret = shown_secret(client.get(SET_UP).content.decode())
    assert secret not in json.dumps(dict(client.session.items()))


def test_a_row_moved_to_somebody_else_opens_nothing(shop: Shop, person: Person) -> None:
    thief = shop.people["auditor"]
    mine = Authenticator.objects.get(user=thief, type="totp")
    Authenticator.objects.filter(user=person, type="totp").update(data=mine.data)
    with pytest.raises(Tampered):
        spend_code(person_id=person.id, code=app_code(SECRET))
    answer = at_the_second_step(person).post(CODE, {"code": app_code(SECRET)})
    assert (answer.status_code, "was altered" in answer.content.decode()) == (422, True)


def test_without_the_keystore_a_sentence_says_so(
    person: Person, settings: Any, tmp_path: Path
) -> None:
    client, folder = at_the_second_step(person), Path(settings.PORTAL_KEYSTORE)
    folder.rename(tmp_path / "away")
    data_keys.cache_clear()
    answer = client.post(CODE, {"code": app_code(SECRET)})
    sentence = "cannot read its keys at present"
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    fresh = at_the_second_step(person)
    assert fresh.get(CODE).status_code == 200
    page = signed_in(person).get(SET_UP)
    assert (page.status_code, sentence in page.content.decode()) == (503, True)
    shutil.move(tmp_path / "away", folder)
    assert client.post(CODE, {"code": totp_code(person)}).status_code == 302


def test_a_lost_secret_means_setting_up_anew(shop: Shop, person: Person) -> None:
    keystore = data_keys().keystore
    folder = keystore.folder
    shutil.rmtree(folder)
    keystore.create()
    data_keys.cache_clear()
    assert factor_of(person_id=person.id).state is FactorState.MISSING
    client = at_the_second_step(person)
    assert client.get(shop.url())["Location"] == SET_UP
    secret = shown_secret(client.get(SET_UP).content.decode())
    assert client.post(SET_UP, {"code": app_code(secret)})["Location"] == CODES
    assert factor_of(person_id=person.id).state is FactorState.CODES_NOT_KEPT


def test_another_app_takes_the_password_and_ends_the_other_sessions(
    shop: Shop, person: Person
) -> None:
    client, other = at_the_second_step(person), at_the_second_step(person)
    for each in (client, other):
        each.post(CODE, {"code": totp_code(person)})
    secret = shown_secret(client.get(SET_UP).content.decode())
    form = {"code": app_code(secret), "password": "not the Password 1"}
    assert client.post(SET_UP, form).status_code == 422
    assert other.get(shop.url()).status_code == 200
    assert client.post(SET_UP, {**form, "password": PASSWORD})["Location"] == CODES
    assert "ended=away" in other.get(shop.url())["Location"]
    assert client.post(CODES)["Location"] == "/account/"
    assert client.get(shop.url()).status_code == 200
    with pytest.raises(WrongCode):
        spend_code(person_id=person.id, code=app_code(SECRET))


def test_new_recovery_codes_take_the_password_and_kill_the_old(person: Person) -> None:
    client = signed_in(person)
    assert client.post(f"{CODES}new/", {"password": "x"}).status_code == 422
    assert client.post(f"{CODES}new/", {"password": PASSWORD})["Location"] == CODES
    assert client.post(CODES)["Location"] == "/account/"
    with pytest.raises(WrongCode):
        spend_code(person_id=person.id, code=RECOVERY[0])


def test_there_is_no_address_that_switches_it_off(person: Person) -> None:
    client = signed_in(person)
    for tail in ("deactivate/", "totp/deactivate/", "off/"):
        assert client.get(f"{SET_UP}{tail}").status_code == 404
        assert client.get(f"/account/2fa/{tail}").status_code == 404


def test_a_mail_tells_of_a_new_app_in_text_and_html(
    newcomer: Person, django_capture_on_commit_callbacks: Any
) -> None:
    client = at_the_second_step(newcomer)
    # The first sign-in makes the row that mails are sent by.
    give_address(newcomer)
    secret = shown_secret(client.get(SET_UP).content.decode())
    with django_capture_on_commit_callbacks() as waiting:
        client.post(SET_UP, {"code": app_code(secret)})
    # A slow mail server must not hold the transaction open.
    assert mail.outbox == []
    for send in waiting:
        send()
    message: Any = mail.outbox[0]
    assert "An authenticator app was set up" in message.body
    assert "An authenticator app was set up" in message.alternatives[0][0]


def test_the_shared_cache_counts_across_processes(
    transactional_db: None, shop: Shop, settings: Any
) -> None:
    """Two processes are two cache objects over one table."""
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "portal_cache",
        }
    }
    first = caches.create_connection("default")
    second = caches.create_connection("default")
    assert first.add("counted", 1, 60) is True
    assert (second.add("counted", 2, 60), second.get("counted")) == (False, 1)
    person = shop.people["owner"]
    client = at_the_second_step(person)
    assert client.post(CODE, {"code": totp_code(person)}).status_code == 302
