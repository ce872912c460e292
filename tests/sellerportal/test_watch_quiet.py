"""Quiet shops cost the watch nothing: which shops are looked at, and how it asks."""

from collections.abc import Callable
from dataclasses import fields
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.alarms import CERTIFICATE_AHEAD, ShopFacts
from compliance.models import (
    Hold,
    HoldCertificate,
    MachineGap,
    Notice,
    NoticeKind,
    PolicyChange,
    StandingRule,
    SweepRun,
)
from compliance.queries import loud
from compliance.queries.loud import loud_shops
from compliance.queries.notice_facts import World, world_at
from compliance.services.stuck import note_failure
from compliance.services.sweep import sweep
from sellerportal.watching import rounds
from tests.compliance.planting import plant
from tests.orders.incoming import receive, recipient_of, the_order
from tests.sellerportal.watching import standing, turn
from tests.shops import MakeShop, Shop, at
from vault.clock import clock
from vault.context import ScopeNested, sellers_where
from vault.kinds import Kind, Purpose
from vault.ledger import append
from vault.rows import new_id

Plant = Callable[[Shop], None]


def world(*, clock_waits: bool = False) -> World:
    """Return what is the same for every shop now."""
    return world_at(now=clock.now(), clock_waits=clock_waits)


@pytest.fixture
def two(shop: Shop, other_shop: Shop) -> tuple[Shop, Shop]:
    """Return two shops, swept just now."""
    receive(other_shop)
    sweep(seller_ids=[shop.id, other_shop.id], now=clock.now(), clock_is_right=True)
    return shop, other_shop


def approved(shop: Shop) -> dict[str, object]:
    """Return what an approved hold or rule of a shop has."""
    person = shop.people["owner"]
    return {
        "seller_id": shop.id,
        "number": 1,
        "placed_at": clock.now(),
        "placed_by": person,
        "approved_at": clock.now(),
    }


def past_the_limit(shop: Shop) -> None:
    """Leave an order past the limit."""
    plant(shop, days_old=27)
    clock.move("2026-11-27T09:00Z")
    SweepRun.objects.create(started_at=clock.now(), ended_at=clock.now())


def a_notice(shop: Shop) -> None:
    """Let a notice stand of which nothing is true any more: it must be closed."""
    Notice.objects.create(
        seller_id=shop.id, kind=NoticeKind.CLOCK, opened_at=clock.now()
    )


def a_hold(shop: Shop) -> None:
    """Let a hold end in three days."""
    Hold.objects.create(
        kind="law",
        ground="A law",
        orders=1,
        ends_on=clock.today() + timedelta(days=3),
        **approved(shop),
    )


def a_rule(shop: Shop) -> None:
    """Let a rule be due for its review in three days."""
    StandingRule.objects.create(
        country="DE",
        law="A law",
        years=10,
        review_on=clock.today() + timedelta(days=3),
        **approved(shop),
    )


def a_certificate(shop: Shop) -> None:
    """Let the shop's certificate end in 30 days."""
    HoldCertificate.objects.create(
        seller_id=shop.id,
        sha256="0" * 64,
        ends_at=clock.now() + CERTIFICATE_AHEAD,
        added_at=clock.now(),
        added_by=shop.people["owner"],
    )


def a_stuck_row(shop: Shop) -> None:
    """Let a row resist three times."""
    subject = new_id()
    for _ in range(3):
        note_failure(
            subject_id=subject, step="purge", error="ValueError", now=clock.now()
        )


def an_incident(shop: Shop) -> None:
    """Let the test buyer be opened."""
    append(kind=Kind.INCIDENT_OPENED_TEST, now=clock.now(), subject_id=new_id())


def an_opening_without_incident(shop: Shop) -> None:
    """Let an invented buyer be opened by somebody who kept the incident away."""
    receive(shop)
    order = the_order(shop)
    row = recipient_of(order.id)
    assert row is not None
    type(row).objects.filter(pk=row.pk).update(invented=True)
    append(kind=Kind.opened_for(Purpose.DELIVER), now=clock.now(), subject_id=order.id)


def a_narrow_margin(shop: Shop) -> None:
    """Set a margin that is shorter than a time off of a day and a half."""
    MachineGap.objects.create(
        began_at=clock.now() - timedelta(hours=36), ended_at=clock.now()
    )
    PolicyChange.objects.create(
        seller_id=shop.id,
        channel="amazon",
        version=1,
        days=20,
        margin_days=1,
        changed_at=clock.now(),
        finished_at=clock.now(),
    )


#: Each with the fact of `ShopFacts` that it is; "" for what is not judged by facts.
REASONS: dict[Plant, str] = {
    past_the_limit: "past_limit",
    a_notice: "",
    a_hold: "holds",
    a_rule: "rules",
    a_certificate: "certificate",
    a_stuck_row: "stuck",
    an_incident: "opened",
    an_opening_without_incident: "opened",
    a_narrow_margin: "off",
}
#: Facts that are the same for every shop, or no reason by themselves.
_WORLD = {
    "now",
    "has_buyers",
    "past_since",
    "last_good_sweep",
    "awake_since",
    "clock_waits",
    "unturned",
}


def test_every_fact_of_a_shop_is_a_reason() -> None:
    """Whoever adds a fact adds it to the question, or nobody is ever told of it."""
    facts = {field.name for field in fields(ShopFacts)}
    assert facts - _WORLD == set(REASONS.values()) - {""}


@pytest.mark.parametrize("planted", REASONS)
def test_a_shop_is_looked_at_for_each_reason_alone(
    two: tuple[Shop, Shop], planted: Plant
) -> None:
    shop, other = two
    ids = [shop.id, other.id]
    assert loud_shops(seller_ids=ids, world=world()) == []
    with at(clock.now().isoformat()):
        with shop.scope():
            planted(shop)
        assert loud_shops(seller_ids=ids, world=world()) == [shop.id]


def test_all_are_looked_at_where_the_world_alarms(two: tuple[Shop, Shop]) -> None:
    ids = [shop.id for shop in two]
    assert loud_shops(seller_ids=ids, world=world(clock_waits=True)) == ids
    with at("2026-11-22T17:30Z"):
        assert loud_shops(seller_ids=ids, world=world()) == ids
    MachineGap.objects.create(
        began_at=clock.now() - timedelta(days=3), ended_at=clock.now()
    )
    assert loud_shops(seller_ids=ids, world=world()) == ids


def statements() -> int:
    """Count the statements of a round."""
    with CaptureQueriesContext(connection) as asked:
        turn()
    return len(asked)


def test_the_statements_of_a_round_do_not_grow_with_quiet_shops(
    two: tuple[Shop, Shop], make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = statements()
    for number in range(3):
        make_shop(f"Quiet & Calm {number}")
    assert statements() == few
    with two[0].scope():
        a_stuck_row(two[0])
    turn()
    assert [standing(shop) for shop in two] == [["stuck-row"], []]
    # The control: without the question each shop has its own.
    monkeypatch.setattr(rounds, "loud_shops", lambda **given: given["seller_ids"])
    assert statements() > few + 3


def test_a_question_that_fails_has_every_shop_looked_at(
    two: tuple[Shop, Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loud, "_question", lambda _world: "SELECT 1 / 0 = 1")
    ids = [shop.id for shop in two]
    assert loud_shops(seller_ids=ids, world=world()) == ids
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.seller_id()")
        assert cursor.fetchone() == (None,)
    monkeypatch.undo()
    assert loud_shops(seller_ids=ids, world=world()) == []


def test_asking_leaves_no_scope_and_sees_each_seller_alone(
    two: tuple[Shop, Shop],
) -> None:
    shop, other = two
    asked = "SELECT EXISTS (SELECT 1 FROM orders_order)"
    ids = [shop.id, other.id]
    assert sellers_where(seller_ids=ids, question=asked) == [other.id]
    with connection.cursor() as cursor:
        cursor.execute("SELECT app.seller_id(), (SELECT count(*) FROM orders_order)")
        assert cursor.fetchone() == (None, 0)
    with shop.scope(), pytest.raises(ScopeNested):
        sellers_where(seller_ids=ids, question=asked)
