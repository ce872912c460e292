"""Sessions: how long, who ends them, what is said."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from sellers.models import Person
from sellers.queries.sign_ins import device_words
from sellers.services.sessions import SHARED
from tests.factors import totp_code
from tests.sellers.test_signin import CODE, enter, knock
from tests.shops import PASSWORD, Shop
from vault.clock import clock

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0 Safari/537.36"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:144.0) Gecko/20100101 Firefox/144.0"


@pytest.fixture
def person(shop: Shop) -> Person:
    """Return the owner of a shop."""
    return shop.people["owner"]


def wait(**much: int) -> None:
    """Let the portal's time go by."""
    clock.move((clock.now() + timedelta(**much)).isoformat())


def signed_in_with(agent: str, person: Person) -> Client:
    """Return a client of a browser that has passed both steps."""
    client = Client(HTTP_USER_AGENT=agent)
    enter(client, person)
    return client


def test_use_keeps_a_session_and_half_an_hour_without_ends_it(shop: Shop) -> None:
    client = shop.client("owner")
    for _ in range(3):
        wait(minutes=29)
        assert client.get(shop.url()).status_code == 200
    wait(minutes=30)
    answer = client.get(shop.url("exposure/"))
    page = f"/account/sign-in/?ended=idle&next={shop.url('exposure/')}"
    assert (answer.status_code, answer["Location"]) == (302, page)
    said = client.get(page).content.decode()
    assert "You were signed out after 30 minutes without use." in said
    assert f'name="next" value="{shop.url("exposure/")}"' in said
    assert "not saved" not in said


def test_a_shared_computer_is_left_after_a_quarter_of_an_hour(
    shop: Shop, person: Person
) -> None:
    client = Client()
    knock(client, person.email, PASSWORD)
    client.post(CODE, {"code": totp_code(person), "shared": "on"})
    assert client.session[SHARED] is True
    wait(minutes=14, seconds=59)
    assert client.get(shop.url()).status_code == 200
    wait(minutes=15)
    assert "ended=shared" in client.get(shop.url())["Location"]


def test_twelve_hours_end_a_session_in_use(shop: Shop) -> None:
    client = shop.client("owner")
    for _ in range(35):
        wait(minutes=20)
        assert client.get(shop.url()).status_code == 200
    wait(minutes=20)
    assert "ended=day" in client.get(shop.url())["Location"]


def test_what_is_sent_after_the_end_is_told_to_be_lost(shop: Shop) -> None:
    client = shop.client("owner")
    wait(minutes=31)
    form = f"http://testserver{shop.url('orders/?q=P-1')}"
    answer = client.post(shop.url("orders/show/"), HTTP_REFERER=form)
    said = client.get(answer["Location"]).content.decode()
    assert "What you sent last was not saved" in said
    assert f'name="next" value="{shop.url("orders/?q=P-1")}"' in said
    strange = shop.client("owner")
    wait(minutes=31)
    away = strange.post(shop.url(), HTTP_REFERER="https://evil.example/x")
    assert "evil" not in away["Location"]


def test_a_form_sent_after_signing_out_in_another_tab_leads_back_to_it(
    shop: Shop,
) -> None:
    page = shop.url("orders/?q=P-1")
    answer = Client().post(
        shop.url("orders/show/"), HTTP_REFERER=f"http://testserver{page}"
    )
    said = Client().get(answer["Location"]).content.decode()
    assert "You were signed out in this browser. What you sent last was not" in said
    assert f'name="next" value="{page}"' in said
    strange = Client().post(shop.url(), HTTP_REFERER="https://evil.example/x")
    assert strange["Location"] == f"/account/sign-in/?next={shop.url()}"


def test_a_fragment_sends_the_whole_browser_to_the_sign_in_page(shop: Shop) -> None:
    client = shop.client("owner")
    wait(minutes=31)
    answer = client.get(shop.url(), HTTP_HX_REQUEST="true")
    assert answer.status_code == 200
    assert answer["HX-Redirect"].startswith("/account/sign-in/?ended=idle")


def test_a_session_without_instants_has_ended(shop: Shop) -> None:
    client = Client()
    client.force_login(shop.people["owner"])
    assert "ended=away" in client.get(shop.url())["Location"]


def test_the_page_lists_sessions_in_words_and_ends_one(
    shop: Shop, person: Person
) -> None:
    here = signed_in_with(CHROME, person)
    there = signed_in_with(FIREFOX, person)
    page = here.get("/account/").content.decode()
    assert page.index("Chrome on Linux") < page.index("this one")
    assert page.index("this one") < page.index("Firefox on Windows")
    row = UserSession.objects.get(user_agent=FIREFOX)
    assert row.last_seen_at == clock.now()
    here.post(f"/account/sessions/{row.pk}/end/")
    assert "ended=away" in there.get(shop.url())["Location"]
    assert "Firefox" not in here.get("/account/").content.decode()
    assert here.get(shop.url()).status_code == 200


def test_somebody_elses_session_is_nobodys(shop: Shop, person: Person) -> None:
    theirs = signed_in_with(FIREFOX, shop.people["manager"])
    row = UserSession.objects.get(user_agent=FIREFOX)
    here = signed_in_with(CHROME, person)
    answers = [
        here.post(f"/account/sessions/{number}/end/", follow=True).content
        for number in (row.pk, row.pk + 1_000)
    ]
    assert b"signed out there already" in answers[0]
    assert b"signed out there already" in answers[1]
    assert theirs.get(shop.url()).status_code == 200


def test_signing_out_everywhere_else_keeps_this_one(shop: Shop, person: Person) -> None:
    here = signed_in_with(CHROME, person)
    others = [signed_in_with(FIREFOX, person) for _ in range(2)]
    page: Any = here.post("/account/sessions/end/", follow=True)
    assert "signed out in 2 other places" in page.content.decode()
    assert [c.get(shop.url()).status_code for c in others] == [302, 302]
    assert here.get(shop.url()).status_code == 200


def test_the_last_use_is_written_once_a_minute(shop: Shop, person: Person) -> None:
    client = signed_in_with(CHROME, person)
    row = UserSession.objects.get()
    wait(seconds=59)
    client.get(shop.url())
    assert UserSession.objects.get().last_seen_at == row.last_seen_at
    wait(seconds=1)
    client.get(shop.url(), REMOTE_ADDR="203.0.113.9")
    assert UserSession.objects.get().last_seen_at == clock.now()
    assert UserSession.objects.get().ip == "203.0.113.9"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (CHROME, "Chrome on Linux"),
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Safari/605.1", "Safari on Mac"),
        ("curl/8.4", "Unknown device"),
        ("", "Unknown device"),
    ],
)
def test_devices_are_told_in_words(agent: str, words: str) -> None:
    assert device_words(agent=agent) == words
