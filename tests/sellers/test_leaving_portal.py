"""A shop leaves: unreadable at once, empty soon, with a signed word of it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail

from orders.models import Order, Recipient
from sellers.models import DeletionCertificate, Membership, Seller
from sellers.queries import all_sellers, rights_in
from sellers.roles import ROLES
from sellers.services import leaving_portal
from sellers.services.deletion_document import checked_certificate
from sellers.services.emptying import KEPT
from sellers.services.leaving_portal import (
    LeavingRefused,
    Step,
    ask_to_leave,
    leave_portal,
)
from sellers.services.onboarding import add_member
from sellers.tasks import leave_shops
from tests import bed
from tests.compliance.planting import plant
from tests.laws.catalogue import seller_tables
from tests.shops import MakeShop, Shop, at
from vault.clock import clock
from vault.keys import data_keys
from vault.keystore import SecretDestroyed
from vault.kinds import Purpose
from vault.ledger import state, verify
from vault.models import LedgerEntry
from vault.opening import Opening, open_fields
from vault.refusals import OpeningRefused

pytestmark = pytest.mark.usefixtures("transactional_db")


@pytest.fixture
def full(transactional_db: None, make_shop: MakeShop) -> Shop:
    """Return a shop with orders, committed."""
    shop = make_shop("Harbor & Pine")
    plant(shop, days_old=3, orders=3)
    return shop


def ask(shop: Shop) -> None:
    """Let the owner ask."""
    with shop.scope():
        ask_to_leave(
            seller=shop.seller, person_id=shop.people["owner"].id, now=clock.now()
        )


def closed(shop: Shop) -> Seller:
    """Return the shop's row as it stands."""
    return Seller.objects.get(id=shop.id)


def rows_left(shop: Shop) -> dict[str, int]:
    """Count the rows of every table of the shop, as the database holds them."""
    with bed.admin_connection() as admin:
        counts = {
            table: admin.execute(
                f"SELECT count(*) FROM {table} WHERE seller_id = %s", [shop.id]
            ).fetchone()
            for table in seller_tables(admin)
        }
    return {table: row[0] for table, row in counts.items() if row and row[0]}


def certificate(shop: Shop) -> dict[str, Any]:
    """Return what the signed certificate says."""
    with shop.scope():
        text = DeletionCertificate.objects.get(asked=True).text
    return checked_certificate(text=text)[0]


def assert_gone(shop: Shop, before: dict[str, int]) -> None:
    """Assert that all is deleted, and that the certificate counts each row once."""
    assert set(rows_left(shop)) <= KEPT
    said = certificate(shop)
    assert said["deleted_rows"] == before
    with shop.scope():
        left = LedgerEntry.objects.get(kind="seller:left:portal")
        head = verify()
    assert left.facts["rows"] == sum(before.values())
    assert (said["log_last_hash"], said["log_entries"]) == (head.head, head.chained)
    assert left.entry_hash == said["log_last_hash"]


def counted(shop: Shop) -> dict[str, int]:
    """Count the rows that leave."""
    return {table: n for table, n in rows_left(shop).items() if table not in KEPT}


def test_everything_goes_and_the_certificate_says_what(full: Shop) -> None:
    before = counted(full)
    assert before["orders_recipient"] == 3
    ask(full)
    assert leave_portal(seller=closed(full), now=clock.now()) is True
    assert_gone(full, before)
    said = certificate(full)
    assert said["shop"] == {"id": str(full.id), "name": "Harbor & Pine"}
    assert said["last_day_key_dies_on"] == "2026-12-17"
    assert said["keystore_epoch"] == data_keys().keystore.epoch
    assert len(said["not_covered"]) == 4
    assert leave_portal(seller=closed(full), now=clock.now()) is False


def test_from_the_first_second_nobody_gets_in_and_nothing_opens(full: Shop) -> None:
    copy = copied(full)
    owner = full.client("owner")
    assert owner.get(full.url()).status_code == 200
    ask(full)
    assert owner.get(full.url()).status_code == 404
    assert closed(full) not in all_sellers()
    with full.scope():
        rights = rights_in(
            person=full.people["owner"], seller=full.seller, now=clock.now()
        )
    assert rights == frozenset()
    with pytest.raises(SecretDestroyed):
        data_keys().keystore.seller_secret(full.id)
    assert opens(full, copy) is False


def test_without_the_destruction_a_byte_copy_opens(
    full: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pair: rows and people are gone, and the copy opens all the same."""
    copy = copied(full)
    monkeypatch.setattr(leaving_portal, "destroy_seller_secret", lambda **_: None)
    ask(full)
    leave_portal(seller=closed(full), now=clock.now())
    assert set(rows_left(full)) <= KEPT
    assert opens(full, copy) is True


def copied(shop: Shop) -> Recipient:
    """Return a buyer's row as a copy of the database would hold it."""
    with shop.scope():
        return Recipient.objects.order_by("id")[0]


def opens(shop: Shop, row: Recipient) -> bool:
    """Tell whether a copied value opens, for a program inside the shop's scope."""
    data_keys.cache_clear()
    opening = Opening(Purpose.DELIVER, subject_id=row.order_id, now=clock.now())
    with shop.scope():
        try:
            return bool(open_fields(row=row, fields=["name"], opening=opening))
        except OpeningRefused:
            return False


class Cut(Exception):
    """The process died here."""


@pytest.mark.parametrize("cut", [(step, nth) for step in Step for nth in (1, 3)])
def test_wherever_it_is_cut_short_the_end_is_the_same(
    full: Shop, cut: tuple[Step, int]
) -> None:
    left = [cut[1]]

    def die(step: Step) -> None:
        if step is cut[0]:
            left[0] -= 1
            if left[0] == 0:
                raise Cut

    before = counted(full)
    ask(full)
    try:
        leave_portal(seller=closed(full), now=clock.now(), fault=die)
    except Cut:
        leave_portal(seller=closed(full), now=clock.now())
    assert_gone(full, before)


def test_killed_before_the_secret_went_the_tick_destroys_it(
    full: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(leaving_portal, "destroy_seller_secret", lambda **_: None)
        ask(full)
    leave_shops()
    with pytest.raises(SecretDestroyed):
        data_keys().keystore.seller_secret(full.id)
    assert set(rows_left(full)) <= KEPT


def test_what_was_under_way_is_swept_behind(full: Shop) -> None:
    ask(full)
    leave_shops()
    with full.scope():
        Order.objects.create(
            seller_id=full.id,
            channel="amazon",
            marketplace_order_id="114-9",
            purchased_at=clock.now(),
            clock_at=clock.now(),
            purge_on=clock.today(),
            limit_on=clock.today(),
            received_at=clock.now(),
            changed_at=clock.now(),
        )
    with at("2026-11-22T17:20Z"):
        leave_shops()
    assert set(rows_left(full)) <= KEPT


def test_the_tick_mails_each_owner_once(full: Shop) -> None:
    ask(full)
    leave_shops()
    leave_shops()
    assert [m.to for m in mail.outbox] == [[full.people["owner"].email]]
    message = mail.outbox[0]
    assert message.subject == "Harbor & Pine has left the portal"
    name, text, _kind = message.attachments[0]
    assert name == "deletion-certificate.json"
    assert checked_certificate(text=str(text))[0]["shop"]["name"] == "Harbor & Pine"
    assert "dies on 17 Dec 2026" in str(message.body)


def test_sessions_end_for_whoever_works_nowhere_else(
    full: Shop, make_shop: MakeShop, now: datetime
) -> None:
    other = make_shop("Fern & Stone")
    both = full.people["support"]
    with other.scope():
        add_member(
            seller=other.seller,
            person=both,
            role=ROLES["support"],
            opens_buyer_data=False,
            now=now,
        )
    for role in ("owner", "support", "manager"):
        UserSession.objects.create(
            user=full.people[role],
            session_key=full.client(role).session.session_key or "",
            ip="127.0.0.1",
            user_agent="",
        )
    ask(full)
    leave_portal(seller=closed(full), now=clock.now())
    left = set(UserSession.objects.values_list("user_id", flat=True))
    assert left == {full.people["owner"].id, both.id}
    with other.scope():
        assert Membership.objects.filter(person=both).count() == 1
    assert not full.people["owner"].groups.filter(name__startswith=full.id).exists()


def test_another_shop_stays_as_it_is(full: Shop, make_shop: MakeShop) -> None:
    other = make_shop("Fern & Stone")
    plant(other, days_old=3)
    before, copy = rows_left(other), copied(other)
    ask(full)
    leave_shops()
    assert rows_left(other) == before
    assert opens(other, copy) is True


def test_a_shop_leaves_once_and_a_demo_shop_not_at_all(full: Shop) -> None:
    ask(full)
    with pytest.raises(LeavingRefused):
        ask(full)
    Seller.objects.filter(id=full.id).update(closed_at=None, demo=True)
    with pytest.raises(LeavingRefused):
        ask(full)


def test_the_certificate_is_kept_for_400_days(full: Shop) -> None:
    ask(full)
    leave_shops()
    for days, there in ((400, 1), (401, 0)):
        with at((clock.now() + timedelta(days=days)).isoformat()):
            leave_shops()
        with full.scope():
            assert DeletionCertificate.objects.count() == there


def test_the_last_key_is_the_latest_that_ever_sealed(full: Shop) -> None:
    with full.scope():
        last = Order.objects.values_list("last_key_on", flat=True)[0]
        Order.objects.update(purge_on=date(2026, 11, 23))
        before = state().chained
    assert last == date(2026, 12, 17)
    assert before == 0
    ask(full)
    leave_shops()
    assert certificate(full)["last_day_key_dies_on"] == "2026-12-17"
