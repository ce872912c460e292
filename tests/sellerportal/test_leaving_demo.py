"""Leaving the demo: everything invented goes, nothing of one's own changes."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import transaction

from orders.models import Order
from sellers.demo_mode import LEFT, LOGINS, demo_mode
from sellers.models import Membership, Person, Seller, StaffMember
from sellers.queries import all_sellers
from sellers.roles import ROLES
from sellers.services.emptying import tenant_tables
from sellers.services.leaving_demo import Step, leave_demo
from sellers.services.onboarding import add_member
from tests import bed
from tests.laws.catalogue import seller_tables
from tests.laws.tenants import fill
from tests.shops import MakeShop, Shop
from vault.clock import clock
from vault.context import SYSTEM
from vault.keys import data_keys
from vault.keystore import SecretDestroyed
from vault.ledger import verify
from vault.models import LedgerEntry

KEPT = {
    "sellers_deletioncertificate",
    "sellers_startstep",
    "vault_ledgerentry",
    "vault_openingstop",
}


@pytest.fixture(autouse=True)
def demo_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Switch demo mode on, with a data folder of its own."""
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setattr(settings, "PORTAL_VAR", tmp_path)
    (tmp_path / LOGINS).write_text("[]")


@pytest.fixture
def demo_shop(transactional_db: None, make_shop: MakeShop, now: datetime) -> Shop:
    """Return a shop of the demo with a row in each of its tables."""
    shop = make_shop("Harbor & Pine")
    return as_demo(shop, now)


@pytest.fixture
def own(transactional_db: None, make_shop: MakeShop, now: datetime) -> Shop:
    """Return a shop of one's own, just as full."""
    shop = make_shop("My own")
    fill(seller=shop.seller, person=newcomer("stays@own.example", now), now=now)
    return shop


def as_demo(shop: Shop, now: datetime) -> Shop:
    """Make a shop one of the demo, and fill it."""
    Seller.objects.filter(id=shop.id).update(demo=True)
    fill(seller=shop.seller, person=newcomer("more@shop.example", now), now=now)
    return shop


def newcomer(email: str, now: datetime) -> Person:
    """Make a person."""
    return Person.objects.create(email=email, name="Pia Exampleton", made_at=now)


def rows_of(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table of a shop, as the database holds them."""
    with bed.admin_connection() as admin:
        return {
            table: admin.execute(
                f"SELECT * FROM {table} WHERE seller_id = %s ORDER BY id", [shop.id]
            ).fetchall()
            for table in seller_tables(admin)
        }


def accounts_of(shop: Shop) -> list[dict[str, Any]]:
    """Return the accounts of a shop's people as they are stored."""
    ids = [person.id for person in shop.people.values()]
    rows = Person.objects.filter(id__in=ids).order_by("id").values()
    return [dict(row) for row in rows]


def assert_left(shop: Shop) -> None:
    """Assert that nothing of a demo shop is left but its log."""
    full = {table for table, rows in rows_of(shop).items() if rows}
    assert full <= KEPT
    seller = Seller.objects.get(id=shop.id)
    assert seller.closed_at == clock.now()
    assert seller not in all_sellers()
    assert seller in all_sellers(with_closed=True)
    with pytest.raises(SecretDestroyed):
        data_keys().keystore.seller_secret(shop.id)
    with shop.scope():
        left = LedgerEntry.objects.filter(kind="seller:left:demo")
        assert left.count() == 1
        assert verify().waiting == 0
    for account in accounts_of(shop):
        assert account["is_active"] is False
        assert account["name"] == "Demo account"
        assert account["email"] == f"{account['id'].hex}@left.invalid"
        assert account["password"].startswith("!")


def test_the_demo_goes_and_ones_own_shop_is_as_before(
    demo_shop: Shop, own: Shop
) -> None:
    before, people = rows_of(own), accounts_of(own)
    for person in demo_shop.people.values():
        EmailAddress.objects.create(user=person, email=person.email, primary=True)
    assert demo_mode() is True
    leave_demo(actor=SYSTEM, now=clock.now())
    assert_left(demo_shop)
    assert rows_of(own) == before
    assert accounts_of(own) == people
    assert demo_mode() is False
    assert not EmailAddress.objects.exists()
    assert not Path(settings.PORTAL_VAR, LOGINS).exists()
    with own.scope():
        assert Order.objects.exists()


class Cut(Exception):
    """The process died here."""


@pytest.mark.parametrize("cut", [(step, nth) for step in Step for nth in (1, 3)])
def test_leaving_goes_on_wherever_it_was_cut_short(
    demo_shop: Shop, own: Shop, cut: tuple[Step, int]
) -> None:
    (step, nth), before, seen = cut, rows_of(own), 0

    def fault(reached: Step) -> None:
        nonlocal seen
        seen += reached is step
        if reached is step and seen == nth:
            raise Cut

    happens = nth == 1 or step in {Step.ROWS_DELETED, Step.PEOPLE_CLOSED}
    if happens:
        with pytest.raises(Cut):
            leave_demo(actor=SYSTEM, now=clock.now(), fault=fault)
        assert demo_mode() is (step is not Step.MARKED)
    leave_demo(actor=SYSTEM, now=clock.now())
    assert_left(demo_shop)
    assert rows_of(own) == before
    assert demo_mode() is False


def leave_and_fail() -> None:
    """Leave inside a transaction that does not come to its end."""
    with transaction.atomic():
        leave_demo(actor=SYSTEM, now=clock.now())
        raise Cut


def test_a_transaction_that_fails_leaves_everything(demo_shop: Shop) -> None:
    before = rows_of(demo_shop)
    with pytest.raises(Cut):
        leave_and_fail()
    assert rows_of(demo_shop) == before
    assert demo_mode() is True
    assert len(data_keys().keystore.seller_secret(demo_shop.id)) == 32


def test_a_real_person_in_a_demo_shop_keeps_the_account(
    demo_shop: Shop, own: Shop, now: datetime
) -> None:
    """Both whose address can be reached and who works in a shop of their own."""
    visitor = newcomer("visitor@gmail.com", now)
    colleague = own.people["manager"]
    with demo_shop.scope():
        for person in (visitor, colleague):
            add_member(
                seller=demo_shop.seller,
                person=person,
                role=ROLES["support"],
                opens_buyer_data=False,
                now=now,
            )
    leave_demo(actor=SYSTEM, now=clock.now())
    for person in (visitor, colleague):
        person.refresh_from_db()
        assert person.is_active is True
    with demo_shop.scope():
        assert not Membership.objects.exists()


def test_invented_staff_go_too(demo_shop: Shop, now: datetime) -> None:
    staff = newcomer("support@operator.example", now)
    with bed.owner_connection() as owner:
        owner.execute(
            "INSERT INTO sellers_staffmember (id, person_id, role, since) "
            "VALUES (%s, %s, 'support', %s)",
            [staff.id, staff.id, now],
        )
    assert StaffMember.objects.count() == 1
    leave_demo(actor=SYSTEM, now=clock.now())
    staff.refresh_from_db()
    assert (staff.is_active, staff.name) == (False, "Demo account")


def test_every_table_of_a_shop_is_emptied_children_first() -> None:
    with bed.owner_connection() as owner:
        assert {*tenant_tables()} == {*seller_tables(owner)} - KEPT
    order = tenant_tables()
    assert order.index("orders_recipient") < order.index("orders_order")
    assert order.index("marketplaces_uploadpiece") < order.index(
        "marketplaces_importrun"
    )


def test_the_command_asks_for_the_word(demo_shop: Shop, capsys: Any) -> None:
    with pytest.raises(CommandError, match="--yes"):
        call_command("leave_demo")
    assert demo_mode() is True
    call_command("leave_demo", "--yes")
    assert_left(demo_shop)
    call_command("leave_demo", "--yes")
    assert "in no demo; nothing was changed" in capsys.readouterr().out


def test_a_later_start_loads_no_demo_again(demo_shop: Shop) -> None:
    leave_demo(actor=SYSTEM, now=clock.now())
    logins = Path(settings.PORTAL_VAR, LOGINS)
    logins.write_text("[]")
    shops = Seller.objects.count()
    call_command("load_demo")
    assert Seller.objects.count() == shops
    assert Path(settings.PORTAL_VAR, LEFT).exists()
    assert not logins.exists()
