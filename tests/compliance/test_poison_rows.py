"""A row that cannot be deleted: three tries, then named, and it holds up nobody."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from unittest.mock import Mock
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from compliance.models import TRIES, PurgeRecord, StuckRow, SweepRun
from compliance.services import deleting, sweep
from compliance.services.deleting import STEP
from compliance.services.stuck import failing, left_out, note_failure, solve
from orders.models import Recipient
from tests import bed
from tests.compliance.test_sweep_races import many, purge, records, rows_left, take_in
from tests.orders.incoming import the_order
from tests.shops import Shop
from vault.clock import clock
from vault.kinds import Kind
from vault.models import LedgerEntry
from vault.privacy import buyer_models

DUE = "2026-12-18T00:10Z"
FIVE_MINUTES = timedelta(minutes=5)


@contextmanager
def refusing(order_id: UUID) -> Iterator[None]:
    """Plant a trigger, as the owner of the table, that keeps one row from deletion."""
    with bed.owner_connection() as owner:
        owner.execute(
            "CREATE FUNCTION public.planted() RETURNS trigger LANGUAGE plpgsql AS $$ "
            f"BEGIN IF OLD.order_id = '{order_id}' THEN RAISE EXCEPTION 'planted'; "
            "END IF; RETURN OLD; END $$"
        )
        owner.execute(
            "CREATE TRIGGER planted BEFORE DELETE ON orders_recipient "
            "FOR EACH ROW EXECUTE FUNCTION public.planted()"
        )
        try:
            yield
        finally:
            owner.execute("DROP TRIGGER planted ON orders_recipient")
            owner.execute("DROP FUNCTION public.planted()")


@pytest.fixture
def poison(transactional_db: None, shop: Shop, other_shop: Shop) -> Iterator[UUID]:
    """Let 12 buyers of one shop and 7 of another be due, the fifth with a refusal."""
    take_in(shop, many(0, 12))
    take_in(other_shop, many(0, 7))
    order = the_order(shop, "114-0000004-0000001")
    clock.move(DUE)
    with refusing(order.id):
        yield order.id


def sweep_again(*shops: Shop, times: int) -> None:
    """Sweep so many times, five minutes apart."""
    for _ in range(times):
        clock.move((clock.now() + FIVE_MINUTES).isoformat())
        purge(*shops)


def named(shop: Shop) -> list[tuple[UUID | None, dict[str, Any]]]:
    """Return what the ledger names as stuck."""
    with shop.scope():
        rows = LedgerEntry.objects.filter(kind=Kind.PII_STUCK_ROW)
        return list(rows.values_list("subject_id", "facts"))


def tries(shop: Shop) -> list[tuple[UUID, int, bool]]:
    """Return the notes as (subject, tries, solved)."""
    with shop.scope():
        return [
            (row.subject_id, row.tries, row.solved_at is not None)
            for row in StuckRow.objects.order_by("first_at")
        ]


def test_the_others_go_and_the_row_is_named_at_the_third_try(
    poison: UUID, shop: Shop, other_shop: Shop
) -> None:
    purge(shop, other_shop)
    assert (rows_left(shop), rows_left(other_shop)) == (1, 0)
    assert (records(shop), records(other_shop)) == ([(12, 1, False)], [(7, 1, True)])
    assert (tries(shop), named(shop)) == ([(poison, 1, False)], [])
    sweep_again(shop, other_shop, times=2)
    facts = {"step": STEP, "error": "ProgrammingError"}
    assert tries(shop) == [(poison, TRIES, False)]
    assert named(shop) == [(poison, facts)]
    sweep_again(shop, other_shop, times=2)
    assert tries(shop) == [(poison, TRIES, False)]
    assert (len(named(shop)), rows_left(shop)) == (1, 1)
    assert set(SweepRun.objects.values_list("failed", flat=True)) == {0}


def test_what_is_due_later_goes_past_a_row_left_out(
    poison: UUID, shop: Shop, other_shop: Shop
) -> None:
    sweep_again(shop, times=TRIES)
    with shop.scope():
        before = PurgeRecord.objects.count()
    clock.move("2026-12-19T00:10Z")
    purge(shop, other_shop)
    with shop.scope():
        assert PurgeRecord.objects.count() == before
        assert list(Recipient.objects.values_list("order_id", flat=True)) == [poison]


def test_control_without_halving_one_row_keeps_its_batch(
    poison: UUID, shop: Shop, other_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse = Mock(side_effect=DatabaseError)
    monkeypatch.setattr(deleting, "_delete_around", refuse)
    result = purge(shop, other_shop)
    assert (rows_left(shop), rows_left(other_shop)) == (12, 0)
    assert result.failed == {shop.id}


def test_control_without_isolation_one_shop_keeps_the_next(
    poison: UUID, shop: Shop, other_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse = Mock(side_effect=DatabaseError)
    monkeypatch.setattr(deleting, "_delete_around", refuse)
    monkeypatch.setattr("compliance.services.purging.SHOP_FAILURES", ())
    monkeypatch.setattr("compliance.services.isolation.SHOP_FAILURES", ())
    with pytest.raises(DatabaseError):
        purge(shop, other_shop)
    assert (rows_left(shop), rows_left(other_shop)) == (12, 7)


@pytest.mark.parametrize("step", ["purge_seller", "overdue_orders", "measure_exposure"])
def test_a_step_that_fails_in_one_shop_serves_the_next(
    transactional_db: None,
    shop: Shop,
    other_shop: Shop,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
) -> None:
    take_in(other_shop, many(0, 7))
    clock.move(DUE)
    whole = getattr(sweep, step)

    def poisoned(**which: Any) -> Any:
        if shop.id in (which.get("seller_id"), *which.get("seller_ids", ())):
            raise DatabaseError
        return whole(**which)

    monkeypatch.setattr(sweep, step, poisoned)
    result = purge(shop, other_shop)
    assert (result.failed, rows_left(other_shop)) == ({shop.id}, 0)
    run = SweepRun.objects.get()
    assert (run.failed, run.waiting, run.ended_at) == (1, "", clock.now())


def test_what_was_mended_is_tried_again_and_solved(
    transactional_db: None, shop: Shop
) -> None:
    take_in(shop, many(0, 3))
    order = the_order(shop, "114-0000001-0000001")
    clock.move(DUE)
    with refusing(order.id):
        sweep_again(shop, times=TRIES)
    sweep_again(shop, times=1)
    assert rows_left(shop) == 1
    call_command("purge", "--try-stuck", "--clock-is-right", "--json")
    assert (rows_left(shop), records(shop)) == (0, [(3, 1, True)])
    assert tries(shop) == [(order.id, TRIES, True)]


def test_a_row_that_went_another_way_is_solved(poison: UUID, shop: Shop) -> None:
    purge(shop)
    with bed.owner_connection() as owner:
        owner.execute("ALTER TABLE orders_recipient DISABLE TRIGGER planted")
    sweep_again(shop, times=1)
    assert (tries(shop), named(shop)) == ([(poison, 1, True)], [])
    assert records(shop) == [(12, 1, True)]


def test_notes_count_by_step_and_stay_in_their_shop(
    shop: Shop, other_shop: Shop
) -> None:
    subject, now = UUID(int=7), clock.now()

    def fail(step: str) -> bool:
        return note_failure(
            subject_id=subject, step=step, error="DatabaseError", now=now
        )

    with shop.scope():
        assert [fail("reseal") for _ in range(4)] == [
            False,
            False,
            True,
            True,
        ]
        assert not fail(STEP)
        assert left_out(step="reseal") == {subject}
        assert len(left_out(step=STEP)) == 0
        assert failing(step=STEP) == {subject}
    with other_shop.scope():
        assert failing(step="reseal") == frozenset()
    with shop.scope():
        assert solve(step="reseal", subject_ids=[subject], now=now) == 1
        assert left_out(step="reseal") == frozenset()
        assert not fail("reseal")
    assert len(named(shop)) == 1


def test_every_table_with_buyers_can_be_gone_through(db: None) -> None:
    """The deletion speaks of a row's id and of the column that the ledger knows."""
    for model, privacy in buyer_models():
        assert {"id", privacy.subject} <= {f.attname for f in model._meta.local_fields}
