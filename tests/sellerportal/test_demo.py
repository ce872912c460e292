"""The demo: two shops, alive on their first page, told through the import path."""

import io
import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from compliance.models import ArchiveItem, Hold, HoldCertificate, StandingRule
from compliance.queries.exposure import Exposure, exposure_of
from compliance.queries.held import Stand, stand_of
from orders.enums import FulfilledBy, FulfillmentStatus
from orders.models import Order, Recipient
from orders.presentation.buyer import Visitor
from orders.presentation.page import Place, order_page
from orders.presentation.words import Moment
from orders.queries.due import must_ship
from orders.queries.listing import ListView
from orders.queries.news import silence_of, without_news
from sellerportal.demo.holds import CERTIFICATE_NAME
from sellerportal.demo.story import tell
from sellers.models import Seller
from sellers.roles import OWNER
from tests.shops import Shop
from vault.certificates import certificate_name
from vault.clock import clock
from vault.kinds import Kind
from vault.ledger import state
from vault.models import LedgerEntry

SHOPS = ("fern-stone", "harbor-pine")
#: Staff are made on the owner's connection.
pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def demo(transactional_db: None, tmp_path: Path) -> tuple[int, list[dict[str, Any]]]:
    """Tell the demo's story; return the number of orders and the log-ins."""
    file = tmp_path / "demo-logins.json"
    number = tell(until=clock.now(), logins=file)
    assert file.stat().st_mode & 0o777 == 0o600
    return number, json.loads(file.read_text())


def exposure(slug: str) -> Exposure:
    """Return what is exposed in a demo shop."""
    seller = Seller.objects.get(slug=slug)
    with Shop(seller, {}).scope():
        return exposure_of(seller_id=seller.id, now=clock.now())


def test_both_shops_are_alive(
    demo: tuple[int, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, (number, entries) = clock.now(), demo
    assert clock.now() == before
    assert 300 <= number <= 700
    for slug in SHOPS:
        shown = exposure(slug)
        assert min(shown.readable, shown.purged_30_days, shown.due_7_days) > 0
        assert (shown.past_limit, shown.refused_key_exists, shown.lost) == (0, 0, 0)
        seller = Seller.objects.get(slug=slug)
        assert seller.demo is True
        with Shop(seller, {}).scope():
            zone = ZoneInfo(seller.time_zone)
            ship = must_ship(seller_id=seller.id, now=clock.now(), zone=zone)
            assert min(ship.late, ship.today) > 0
            waiting = Order.objects.filter(status=FulfillmentStatus.UNSHIPPED)
            assert waiting.exists()
            fulfilled = Order.objects.filter(fulfilled_by=FulfilledBy.AMAZON)
            held = Recipient.objects.filter(order__in=fulfilled)
            assert (fulfilled.exists(), held.exists()) == (True, False)
            looks = LedgerEntry.objects.filter(kind=Kind.PII_OPENED_DELIVER)
            assert looks.exists()
            assert state().waiting == 0
            assert_each_state_explains_its_day(seller)
    staff = entries.pop()
    assert (staff["shop"], staff["role"]) == (None, "staff")
    assert {(e["shop"], e["role"]) for e in entries} == {
        (slug, role)
        for slug in SHOPS
        for role in (
            "owner",
            "manager",
            "fulfilment",
            "inventory",
            "support",
            "auditor",
        )
    }
    assert sorted(entries[0]) == ["email", "password", "role", "shop"]
    # The suite's mode asks for a second factor; the demo's people have none.
    monkeypatch.setattr(settings, "DEMO", True)
    assert_log_in(entries[0])
    harbor_pine = Seller.objects.get(slug="harbor-pine")
    assert_holds_show_how_they_work(harbor_pine)
    assert_two_orders_are_without_news(harbor_pine)


def assert_holds_show_how_they_work(seller: Seller) -> None:
    """Assert that a tax rule has sealed, two cases live and one waits for the owner."""
    today = clock.today()
    with Shop(seller, {}).scope():
        stands = [
            (hold.ground, stand_of(hold=hold, today=today), hold.placed_by.name)
            for hold in Hold.objects.select_related("placed_by").order_by("number")
        ]
        assert stands == [
            ("A-to-z claim", Stand.LIVE, "Ruth Diaz"),
            ("Court order 26-1184", Stand.LIVE, "Ruth Diaz"),
            ("Letter of the customs office, 26/0731", Stand.WAITING, "Ruth Diaz"),
        ]
        rule = StandingRule.objects.get()
        to_mexico = Order.objects.filter(ship_country="MX")
        sealed = set(rule.items.values_list("subject_id", flat=True))
        assert len(sealed) > 10
        assert sealed <= set(to_mexico.values_list("id", flat=True))
        court = ArchiveItem.objects.filter(hold__number=2).values("subject_id")
        assert court.count() == 3
        # The hot copies died on their day; what is sealed stays.
        assert Recipient.objects.filter(order__in=court).count() < 3
        [certificate] = HoldCertificate.objects.all()
        assert certificate_name(pem=certificate.pem) == CERTIFICATE_NAME


def assert_two_orders_are_without_news(seller: Seller) -> None:
    """Assert that Today can name what nobody heard of, with days left to answer."""
    today = clock.today()
    with Shop(seller, {}).scope():
        silence = silence_of(seller_id=seller.id, now=clock.now())
        days = without_news(seller_id=seller.id, now=clock.now()).values_list(
            "purge_on", flat=True
        )
        assert silence.orders == 2
        assert {(day - today).days for day in days} <= {3, 4, 5, 6}


def assert_each_state_explains_its_day(seller: Seller) -> None:
    """Assert that an order of each state says why its day is this one."""
    moment = Moment(now=clock.now(), zone=ZoneInfo(seller.time_zone))
    states = ("status", "delivery", "clock_basis", "buyer_state")
    first = Order.objects.order_by(*states, "-purge_on").distinct(*states)
    said = {}
    for order in first:
        page = order_page(
            order=order,
            place=Place(seller.slug, ListView.ALL),
            visitor=Visitor(OWNER, may_be_shown=False),
            moment=moment,
        )
        why = page.life.sentence if page.life else page.buyer.sentences[0]
        said[tuple(str(getattr(order, name)) for name in states)] = why
    pattern = (
        r"(Counted|Seen|Cancelled|Removed|Nothing is known|Amazon ships) .*\.( .*)?"
    )
    assert {k: why for k, why in said.items() if not re.fullmatch(pattern, why)} == {}
    assert {state[3] for state in said} >= {"sealed", "amazon-fulfils"}
    assert {state[2] for state in said} >= {"shipped", "delivered", "unshipped_seen"}


def assert_log_in(entry: dict[str, Any]) -> None:
    """Assert that a log-in works, and that its person has two shops."""
    client = Client()
    credentials = {"login": entry["email"], "password": entry["password"]}
    assert client.post("/account/sign-in/", credentials).status_code == 302
    page = client.get("/").content.decode()
    assert all(f'href="/s/{slug}/"' in page for slug in SHOPS)


def test_the_demo_loads_in_demo_mode_alone(db: None) -> None:
    with pytest.raises(CommandError, match="demo mode alone"):
        call_command("load_demo")


def test_an_interrupted_demo_is_said(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    with pytest.raises(CommandError, match="interrupted"):
        call_command("load_demo")


def test_a_loaded_demo_is_left_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setattr(settings, "PORTAL_VAR", tmp_path)
    (tmp_path / "demo-logins.json").write_text("[]")
    out = io.StringIO()
    call_command("load_demo", stdout=out)
    assert out.getvalue() == ""
