"""The start list ticks itself, and goes away."""

from pathlib import Path

import pytest
from django.conf import settings

from marketplaces.amazon.order_reports import ReportKind
from marketplaces.services.importing import OrderFile, import_order_file
from sellers.models import StartStep
from sellers.queries import memberships_of
from sellers.roles import OWNER
from sellers.services.own_shop import make_account, open_shop
from tests.factories.reports import order_report
from tests.factors import give_second_factor
from tests.sellerportal.today_pages import card
from tests.shops import PASSWORD, Shop, signed_in
from vault.clock import clock
from vault.context import SYSTEM, person_scope
from vault.days import open_days


@pytest.fixture
def own(db: None) -> Shop:
    """Return a shop that its owner has just opened, alone in it."""
    now = clock.now()
    open_days(today=now.date())
    owner = make_account(
        name="Nora Newcomer", email="nora@own.example", password=PASSWORD, now=now
    )
    give_second_factor([owner])
    seller = open_shop(name="North", owner=owner, time_zone="UTC", now=now)
    return Shop(seller=seller, people={"owner": owner})


def start(shop: Shop) -> str:
    """Return the text of the start list."""
    answer = signed_in(shop.people["owner"]).get(shop.url(""))
    return card(answer.content.decode(), "start")


def import_orders(shop: Shop) -> None:
    """Import three orders."""
    data = order_report(kind=ReportKind.ORDERS, orders=3, made_at=clock.now())
    import_order_file(
        seller_id=shop.id,
        file=OrderFile(data=data, name="orders.txt"),
        actor=SYSTEM,
        now=clock.now(),
    )


def test_it_ticks_what_was_done_and_goes_away(own: Shop, shop: Shop) -> None:
    words = start(own)
    assert words.startswith("Start list 1 of 4 done; it ticks itself")
    assert "Second factor set up Done" in words
    import_orders(own)
    assert "First orders imported Done 22 Nov" in start(own)
    client = signed_in(own.people["owner"])
    for _ in range(2):
        assert client.get(own.url("exposure/")).status_code == 200
    assert "Exposure looked at Done 22 Nov" in start(own)
    with own.scope():
        assert StartStep.objects.count() == 1
    assert "3 of 4 done" in start(own)
    client.post(
        own.url("people/invite/"), {"email": "new@own.example", "role": "support"}
    )
    html = client.get(own.url("")).content.decode()
    assert "Start list" not in html


def test_the_exposure_of_another_shop_ticks_nothing_here(own: Shop, shop: Shop) -> None:
    shop.client("owner").get(shop.url("exposure/"))
    assert "Look at the exposure" in start(own)


def test_only_what_somebody_may_do_is_on_their_list(shop: Shop) -> None:
    html = shop.client("support").get(shop.url("")).content.decode()
    assert "Start list" not in html
    words = card(shop.client("auditor").get(shop.url("")).content.decode(), "start")
    assert "Look at the exposure" in words
    assert "Import" not in words
    assert "Invite" not in words


def test_the_demo_asks_for_no_second_factor_and_can_be_left(
    own: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setattr(settings, "PORTAL_VAR", tmp_path)
    words = start(own)
    assert "Second factor" not in words
    assert "Leave the demo" in words
    assert words.startswith("Start list 0 of 4 done")


def test_who_opens_a_shop_is_its_owner_at_once(own: Shop) -> None:
    owner = own.people["owner"]
    with person_scope(person_id=owner.id):
        (member,) = memberships_of(person_id=owner.id, now=clock.now())
    assert (member.role, member.opens_buyer_data) == (OWNER.code, True)
