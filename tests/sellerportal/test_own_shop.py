"""A shop of one's own: opened at once, beside the demo with an own account."""

from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.test import Client

from sellers.demo_mode import LEFT, LOGINS
from sellers.models import Membership, Person, Seller
from sellers.queries import rights_in
from sellers.roles import OWNER, Right
from sellers.shop_forms import zone_named
from tests import bed
from tests.shops import PASSWORD, MakeShop, Shop, signed_in
from vault.clock import clock
from vault.models import LedgerEntry

NEW = "/shops/new/"
SHOP = {"shop_name": "North & Co", "time_zone": "Berlin"}
ACCOUNT = {
    **SHOP,
    "name": "Nora Newcomer",
    "email": "Nora@Own.example",
    "password": PASSWORD,
}


@pytest.fixture
def demo(shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Shop:
    """Switch demo mode on, and make the shop one of the demo's."""
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setattr(settings, "PORTAL_VAR", tmp_path)
    Seller.objects.filter(id=shop.id).update(demo=True)
    return shop


def test_a_signed_in_person_opens_a_shop_and_owns_it(shop: Shop) -> None:
    client = shop.client("support")
    assert "Your name" not in client.get(NEW).content.decode()
    answer = client.post(NEW, SHOP)
    assert (answer.status_code, answer["Location"]) == (302, "/s/north-co/")
    seller, owner = Seller.objects.get(slug="north-co"), shop.people["support"]
    assert (seller.name, seller.time_zone) == ("North & Co", "Europe/Berlin")
    with Shop(seller, {}).scope():
        (member,) = Membership.objects.all()
        assert (member.person_id, member.role) == (owner.id, OWNER.code)
        rights = rights_in(person=owner, seller=seller, now=clock.now())
        assert rights == frozenset(Right)
        kinds = [e.kind for e in LedgerEntry.objects.order_by("id")]
        assert kinds == ["seller:created:shop", "member:joined:shop"]
        assert {e.actor_id for e in LedgerEntry.objects.all()} == {owner.id}
    assert client.get(answer["Location"]).status_code == 200
    assert shop.client("owner").get(answer["Location"]).status_code == 404


def test_two_shops_may_have_one_name(shop: Shop) -> None:
    client = shop.client("owner")
    places = [client.post(NEW, SHOP)["Location"] for _ in range(3)]
    assert places == ["/s/north-co/", "/s/north-co-2/", "/s/north-co-3/"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"shop_name": "  "}, "This field is required."),
        ({"shop_name": "x" * 121}, "at most 120 characters"),
        ({"shop_name": "a\x00b"}, "Null characters are not allowed."),
        ({"time_zone": "Atlantis"}, "There is no such time zone"),
        ({"time_zone": "../etc/passwd"}, "There is no such time zone"),
        ({"time_zone": ""}, "This field is required."),
    ],
)
def test_bad_input_keeps_the_entries_and_opens_nothing(
    shop: Shop, given: dict[str, str], says: str
) -> None:
    before = Seller.objects.count()
    answer = shop.client("owner").post(NEW, {**SHOP, **given})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert says in html
    kept = {**SHOP, **given}["time_zone"]
    assert f'value="{kept}"' in html or not kept
    assert Seller.objects.count() == before


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("los angeles", "America/Los_Angeles"),
        ("utc", "UTC"),
        ("Etc/GMT+5", ""),
        ("", ""),
    ],
)
def test_a_zone_is_found_by_its_city(typed: str, name: str) -> None:
    assert zone_named(typed) == name


def test_the_setting_leaves_it_to_the_operator(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "PORTAL_OPEN_SHOPS", False)
    client = shop.client("owner")
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, SHOP).status_code == 403
    assert "Open a shop" not in client.get("/?all=1").content.decode()
    assert NEW not in client.get(shop.url()).content.decode()


def test_staff_open_no_shop(transactional_db: None, shop: Shop) -> None:
    person = shop.people["support"]
    with bed.owner_connection() as owner:
        owner.execute(
            "INSERT INTO sellers_staffmember (id, person_id, role, since) "
            "VALUES (%s, %s, 'support', %s)",
            [person.id, person.id, clock.now()],
        )
    before = Seller.objects.count()
    answer = shop.client("support").post(NEW, SHOP)
    assert answer.status_code in {403, 404}
    assert Seller.objects.count() == before


def test_a_visitor_of_the_demo_gets_an_account_of_their_own(demo: Shop) -> None:
    client = demo.client("owner")
    assert "Your name" in client.get(NEW).content.decode()
    answer = client.post(NEW, ACCOUNT)
    assert answer["Location"] == "/s/north-co/"
    person = Person.objects.get(email="nora@own.example")
    assert person.check_password(PASSWORD)
    assert (person.made_at, person.password_changed_at) == (clock.now(),) * 2
    assert EmailAddress.objects.filter(user=person, primary=True).count() == 1
    page = client.get(answer["Location"])
    assert "Nora Newcomer" in page.content.decode()
    assert "Start list" in page.content.decode()
    # Signed in as oneself now: the shops of the demo are out of reach.
    assert client.get(demo.url("")).status_code == 404
    with demo.scope():
        assert not Membership.objects.filter(person=person).exists()
    # And once there is an own account, a second shop asks for none.
    assert "Your name" not in client.get(NEW).content.decode()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"password": "short"}, "at least 12 characters"),
        ({"password": "Nora Newcomer 1!"}, "too similar"),
        ({"email": "not an address"}, "Enter a valid email address."),
        ({"name": ""}, "This field is required."),
    ],
)
def test_the_account_keeps_the_rules(
    demo: Shop, given: dict[str, str], says: str
) -> None:
    people, shops = Person.objects.count(), Seller.objects.count()
    answer = demo.client("owner").post(NEW, {**ACCOUNT, **given})
    assert answer.status_code == 422
    assert PASSWORD not in answer.content.decode()
    assert (Person.objects.count(), Seller.objects.count()) == (people, shops)


def test_a_known_address_is_refused_in_few_words(demo: Shop) -> None:
    known = demo.people["auditor"].email.upper()
    answer = demo.client("owner").post(NEW, {**ACCOUNT, "email": known})
    assert answer.status_code == 422
    assert "Choose another e-mail address." in answer.content.decode()


class TestLeaving:
    """The page with which the demo is left."""

    @pytest.fixture
    def client(
        self, transactional_db: None, demo: Shop, make_shop: MakeShop
    ) -> tuple[Client, Shop]:
        """Return a client of somebody who owns a shop beside the demo."""
        Path(settings.PORTAL_VAR, LOGINS).write_text("[]")
        own = make_shop("My own")
        return own.client("owner"), own

    def test_the_word_must_be_typed(
        self, client: tuple[Client, Shop], demo: Shop
    ) -> None:
        visitor, own = client
        html = visitor.get("/demo/leave/").content.decode()
        assert "Harbor &amp; Pine" in html
        answer = visitor.post("/demo/leave/", {"word": "go"})
        assert answer.status_code == 422
        assert "Nothing was changed. Type the word: leave." in answer.content.decode()
        assert Seller.objects.filter(closed_at=None).count() == 2
        answer = visitor.post("/demo/leave/", {"word": " Leave "})
        assert (answer.status_code, answer["Location"]) == (302, own.url(""))
        assert Path(settings.PORTAL_VAR, LEFT).exists()
        assert [s.slug for s in Seller.objects.filter(closed_at=None)] == ["my-own"]
        # The demo's people are signed out at once, its banner is gone.
        html = visitor.get(own.url("")).content.decode()
        assert "Invented shops" not in html
        assert visitor.get("/demo/leave/").status_code == 404
        with demo.scope():
            (entry,) = LedgerEntry.objects.filter(kind="seller:left:demo")
        assert entry.actor_id == own.people["owner"].id

    def test_a_session_of_the_demo_ends_at_once(
        self, client: tuple[Client, Shop], demo: Shop
    ) -> None:
        visitor, _own = client
        invented = demo.client("manager")
        assert invented.get(demo.url("")).status_code == 200
        visitor.post("/demo/leave/", {"word": "leave"})
        answer = invented.get(demo.url(""))
        assert answer.status_code == 302
        assert answer["Location"].startswith("/account/sign-in/")

    @pytest.mark.parametrize("role", ["manager", "support"])
    def test_only_an_owner_leaves(
        self, client: tuple[Client, Shop], demo: Shop, role: str
    ) -> None:
        _visitor, own = client
        for other in (own.client(role), demo.client("owner")):
            assert other.get("/demo/leave/").status_code == 404
            assert other.post("/demo/leave/", {"word": "leave"}).status_code == 404
        assert Seller.objects.filter(closed_at=None).count() == 2

    def test_there_is_no_such_page_outside_the_demo(
        self, client: tuple[Client, Shop], monkeypatch: Any
    ) -> None:
        _visitor, own = client
        monkeypatch.setattr(settings, "DEMO", False)
        again = signed_in(own.people["owner"])
        assert again.post("/demo/leave/", {"word": "leave"}).status_code == 404
