"""An order that resists its early removal or being judged anew holds up nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError

from compliance.models import TRIES, StuckRow
from compliance.queries.alarm_rows import left_out_rows
from compliance.services import resisting
from compliance.services.stuck import JUDGING_ANEW, left_out, try_again
from orders.enums import FulfillmentStatus
from orders.models import Recipient
from orders.services import repolicy, retention
from orders.services.removal import STEP
from tests import bed
from tests.compliance.changing import apply, change, overdue_buyers, versions
from tests.compliance.planting import plant
from tests.compliance.test_poison_rows import named, refusing, sweep_again, tries
from tests.compliance.test_sweep_races import rows_left
from tests.factories.orders import alter
from tests.orders.incoming import incoming, receive, the_order
from tests.shops import Shop
from vault.clock import clock

NUMBERS = [f"114-{n:07d}-0000001" for n in range(5)]


@pytest.fixture
def outlived(transactional_db: None, shop: Shop) -> Iterator[UUID]:
    """Let five buyers outlive their order's day, of which the third resists."""
    receive(shop, *(incoming(marketplace_order_id=number) for number in NUMBERS))
    alter(shop.id, "phone")
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    cancelled = FulfillmentStatus.CANCELLED
    told = {"status": cancelled, "cancelled_at": at}
    receive(shop, *(incoming(marketplace_order_id=n, **told) for n in NUMBERS))
    order = the_order(shop, NUMBERS[2])
    clock.move("2026-11-23T00:02Z")
    with refusing(order.id):
        yield order.id


def test_the_others_are_removed_early_and_the_row_is_named(
    outlived: UUID, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orders.services.removal.BATCH", 2)
    sweep_again(shop, times=1)
    assert (rows_left(shop), tries(shop)) == (1, [(outlived, 1, False)])
    sweep_again(shop, times=3)
    assert (rows_left(shop), tries(shop)) == (1, [(outlived, TRIES, False)])
    error = {"step": STEP, "error": "ProgrammingError"}
    assert named(shop) == [(outlived, error)]
    with shop.scope():
        assert left_out_rows(seller_id=shop.id).count() == 1


def test_taken_in_again_it_goes_and_is_solved(outlived: UUID, shop: Shop) -> None:
    sweep_again(shop, times=TRIES)
    with bed.owner_connection() as owner:
        owner.execute("ALTER TABLE orders_recipient DISABLE TRIGGER planted")
    sweep_again(shop, times=1)
    assert rows_left(shop) == 1
    with shop.scope():
        assert try_again(now=clock.now()) == 1
    sweep_again(shop, times=1)
    assert (rows_left(shop), tries(shop)) == (0, [(outlived, TRIES, True)])


def test_one_that_went_another_way_is_solved(outlived: UUID, shop: Shop) -> None:
    sweep_again(shop, times=1)
    with bed.owner_connection() as owner:
        owner.execute("ALTER TABLE orders_recipient DISABLE TRIGGER planted")
    with shop.scope():
        Recipient.objects.filter(order_id=outlived).delete()
    sweep_again(shop, times=1)
    assert (tries(shop), named(shop)) == ([(outlived, 1, True)], [])


def without_halving(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the protection away: what one row raises is the whole step's."""
    monkeypatch.setattr(resisting, "ROW_FAILURES", ())


def test_control_without_halving_it_keeps_the_others(
    outlived: UUID, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_halving(monkeypatch)
    sweep_again(shop, times=3)
    assert (rows_left(shop), tries(shop)) == (5, [])


@contextmanager
def resisting_row(order_id: UUID) -> Iterator[None]:
    """Plant a trigger that keeps one buyer from being written."""
    with bed.owner_connection() as owner:
        owner.execute(
            "CREATE FUNCTION public.kept() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF OLD.order_id = '{order_id}' THEN RAISE EXCEPTION 'planted'; "
            "END IF; RETURN NEW; END $$"
        )
        owner.execute(
            "CREATE TRIGGER kept BEFORE UPDATE ON orders_recipient "
            "FOR EACH ROW EXECUTE FUNCTION public.kept()"
        )
        try:
            yield
        finally:
            owner.execute("DROP TRIGGER kept ON orders_recipient")
            owner.execute("DROP FUNCTION public.kept()")


@contextmanager
def resisting_code(order_id: UUID) -> Iterator[None]:
    """Let the judge raise at one order what nobody foresaw."""
    whole = retention.set_day

    def poisoned(**which: Any) -> Any:
        if which["order"].id == order_id:
            raise ValueError
        return whole(**which)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repolicy, "set_day", poisoned)
        yield


POISONS = [
    pytest.param(resisting_row, "ProgrammingError", id="row"),
    pytest.param(resisting_code, "ValueError", id="code"),
]


def days(shop: Shop) -> dict[UUID, date]:
    """Return the day of each buyer by its order."""
    with shop.scope():
        return dict(Recipient.objects.values_list("order_id", "purge_on"))


def planted(shop: Shop) -> UUID:
    """Plant seven buyers that a change brings forward; return the fifth's order."""
    plant(shop, days_old=5, orders=7)
    return sorted(days(shop))[4]


@pytest.mark.parametrize(("poison", "error"), POISONS)
def test_a_change_passes_the_order_that_resists(
    transactional_db: None, shop: Shop, poison: Any, error: str
) -> None:
    order_id, before = planted(shop), days(shop)
    made = change(shop, days=20)
    with poison(order_id):
        done = apply(shop, made)
        assert (done.finished_at, done.judged, done.moved) == (clock.now(), 6, 6)
        assert [i for i, day in days(shop).items() if day == before[i]] == [order_id]
        assert tries(shop) == [(order_id, 1, False)]
        sweep_again(shop, times=TRIES + 1)
        assert tries(shop) == [(order_id, TRIES, False)]
        assert named(shop) == [(order_id, {"step": JUDGING_ANEW, "error": error})]
    sweep_again(shop, times=1)
    assert overdue_buyers(shop) == 1
    with shop.scope():
        assert left_out(step=JUDGING_ANEW) == {order_id}
        assert try_again(now=clock.now()) == 1
    sweep_again(shop, times=1)
    assert overdue_buyers(shop) == 0
    with shop.scope():
        assert StuckRow.objects.filter(solved_at=None).count() == 0


@pytest.mark.parametrize(("poison", "error"), POISONS)
def test_control_without_halving_the_change_stands_still(
    transactional_db: None,
    shop: Shop,
    poison: Any,
    error: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del error
    order_id, before = planted(shop), days(shop)
    made = change(shop, days=20)
    without_halving(monkeypatch)
    with poison(order_id), pytest.raises((DatabaseError, ValueError)):
        apply(shop, made)
    assert [(v.finished_at, v.judged) for v in versions(shop)] == [(None, 0)]
    assert days(shop) == before


def test_what_passes_before_the_third_try_is_never_named(
    transactional_db: None, shop: Shop
) -> None:
    order_id = planted(shop)
    made = change(shop, days=20)
    with resisting_row(order_id):
        apply(shop, made)
        sweep_again(shop, times=1)
        assert tries(shop) == [(order_id, 2, False)]
    sweep_again(shop, times=1)
    assert (tries(shop), named(shop)) == ([(order_id, 2, True)], [])
    assert overdue_buyers(shop) == 0
