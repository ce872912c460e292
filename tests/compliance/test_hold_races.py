"""Placing, approving, releasing, purging one order at one moment; real commits."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection

from compliance.models import Hold, HoldOutcome
from compliance.services import hold_approval
from compliance.services.holding import release_hold, withdraw_hold
from compliance.services.sweep import destroy_due_days, sweep
from tests.compliance.holding import (
    HoldKey,
    approved,
    entries,
    fresh,
    items,
    order_of,
    outcomes,
    placed,
)
from tests.orders.incoming import BUYER, the_order
from tests.shops import Shop, at
from tests.vault.planted import in_session
from vault import archiving
from vault.clock import clock
from vault.kinds import Kind
from vault.ledger import sequence, verify

BEFORE = "2026-12-17T23:59:59+00:00"
MIDNIGHT = "2026-12-18T00:00:00+00:00"
PATIENCE = 20


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Return threads, each with a database session of its own."""
    with ThreadPoolExecutor(max_workers=4) as threads:
        yield threads


def held_hold(shop: Shop) -> Hold:
    """Place a hold on an order whose day is 18 December."""
    return placed(shop, the_order(shop, order_of(shop)).id)


def approve(shop: Shop, hold: Hold, sealed: Callable[[], None]) -> None:
    """Approve a hold; ``sealed`` is called before its commit."""
    with shop.scope():
        hold_approval.approve_hold(
            hold_id=hold.id,
            person_id=shop.people["manager"].id,
            factor_given=False,
            now=clock.now(),
            sealed=sealed,
        )


def destroy() -> bool:
    """Destroy the keys of the days that have begun; tell whether any was there."""
    return bool(destroy_due_days(now=clock.now())[0])


def somebody_waits() -> bool:
    """Tell whether a session waits for a row that another one holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' "
            "AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def destroyed_while_approving(shop: Shop, pool: ThreadPoolExecutor) -> bool:
    """Let midnight come between an item's sealing and its commit.

    Tells whether the day's key was destroyed in the middle of the approval.
    """
    written, go_on = threading.Event(), threading.Event()
    with at(BEFORE):
        hold = held_hold(shop)

        def pause() -> None:
            written.set()
            assert go_on.wait(PATIENCE)

        approval = in_session(pool, lambda: approve(shop, hold, pause))
        assert written.wait(PATIENCE)
        with at(MIDNIGHT):
            destruction = in_session(pool, destroy)
            while not (destruction.done() or somebody_waits()):
                pass
            in_the_middle = destruction.done()
            go_on.set()
            approval.result(PATIENCE)
            assert destruction.result(PATIENCE)
    return in_the_middle


def test_a_destruction_waits_for_an_approval_that_has_begun(
    transactional_db: None, certified: Shop, hold_key: HoldKey, pool: ThreadPoolExecutor
) -> None:
    assert not destroyed_while_approving(certified, pool)
    [item] = items(certified)
    assert hold_key.opened(bytes(item.cms))["fields"]["name"] == BUYER["name"]


def test_control_without_holding_the_day_the_key_dies_in_the_middle(
    transactional_db: None,
    certified: Shop,
    pool: ThreadPoolExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(archiving, "hold_days", lambda _days: None)
    assert destroyed_while_approving(certified, pool)


def test_an_approval_behind_a_destruction_names_the_order_as_gone(
    transactional_db: None, certified: Shop
) -> None:
    """The day is closing and its rows are still there: nothing half is written."""
    with at(BEFORE):
        hold = held_hold(certified)
    with at(MIDNIGHT):
        assert destroy()
        approved(certified, hold)
    assert outcomes(certified, hold) == [HoldOutcome.GONE]
    assert items(certified) == []
    assert entries(certified, "pii:archived:") == []


def test_two_approvals_at_once_seal_once(
    transactional_db: None, certified: Shop, pool: ThreadPoolExecutor
) -> None:
    hold = held_hold(certified)
    both = [in_session(pool, lambda: approved(certified, hold)) for _ in range(2)]
    assert sorted(kinds_of(both)) == ["ChangedMeanwhile", "NoneType"]
    assert len(items(certified)) == 1
    assert len(entries(certified, Kind.HOLD_APPROVED_CASE)) == 1


def test_approving_and_withdrawing_at_once_does_one_of_them(
    transactional_db: None, certified: Shop, pool: ThreadPoolExecutor
) -> None:
    hold = held_hold(certified)

    def withdraw() -> None:
        with certified.scope():
            withdraw_hold(hold_id=hold.id, now=clock.now())

    both = [
        in_session(pool, lambda: approve(certified, hold, lambda: None)),
        in_session(pool, withdraw),
    ]
    assert sorted(kinds_of(both)) == ["ChangedMeanwhile", "NoneType"]
    found = fresh(certified, hold)
    assert (found.approved_at is None) is (found.withdrawn_at is not None)
    assert len(items(certified)) == int(found.approved_at is not None)


def test_two_releases_at_once_delete_once(
    transactional_db: None, certified: Shop, pool: ThreadPoolExecutor
) -> None:
    hold = approved(certified, held_hold(certified))

    def release() -> None:
        with certified.scope():
            release_hold(
                hold_id=hold.id,
                person_id=certified.people["owner"].id,
                now=clock.now(),
            )

    both = [in_session(pool, release) for _ in range(2)]
    assert sorted(kinds_of(both)) == ["ChangedMeanwhile", "NoneType"]
    assert items(certified) == []
    assert len(entries(certified, Kind.ARCHIVE_DELETED_ITEM)) == 1


def test_many_places_at_once_get_numbers_of_their_own(
    transactional_db: None, certified: Shop, pool: ThreadPoolExecutor
) -> None:
    order = the_order(certified, order_of(certified))
    asked = [in_session(pool, lambda: placed(certified, order.id)) for _ in range(6)]
    assert sorted(each.result(PATIENCE).number for each in asked) == [*range(1, 7)]


def test_placing_releasing_and_purging_one_order_at_once(
    transactional_db: None, certified: Shop, pool: ThreadPoolExecutor
) -> None:
    """Each happens once and whole: the copy dies, the item goes, nothing is held."""
    with at(BEFORE):
        former = approved(certified, held_hold(certified))
        order = the_order(certified)
    together = threading.Barrier(3)

    def purge() -> int:
        together.wait(PATIENCE)
        done = sweep(seller_ids=[certified.id], now=clock.now(), clock_is_right=True)
        return done.purged

    def release() -> Hold:
        together.wait(PATIENCE)
        with certified.scope():
            return release_hold(
                hold_id=former.id,
                person_id=certified.people["owner"].id,
                now=clock.now(),
            )

    def place() -> Hold:
        together.wait(PATIENCE)
        return placed(certified, order.id)

    with at(MIDNIGHT):
        purged = in_session(pool, purge)
        released, later = in_session(pool, release), in_session(pool, place)
        assert purged.result(PATIENCE) == 1
        assert released.result(PATIENCE).why_ended == "released"
        approved(certified, later.result(PATIENCE))
    assert outcomes(certified, later.result()) == [HoldOutcome.GONE]
    assert (items(certified), fresh(certified, former).why_ended) == ([], "released")
    kinds = [entry.kind for entry in entries(certified, "")]
    once = (Kind.HOLD_RELEASED_CASE, Kind.ARCHIVE_DELETED_ITEM, Kind.PII_PURGED_DAY)
    assert [kinds.count(kind) for kind in once] == [1, 1, 1]
    assert kinds.count(Kind.HOLD_PLACED_CASE) == 2
    with certified.scope():
        sequence()
        assert verify().waiting == 0


def kinds_of(futures: "list[Future[Hold]] | list[Future[None]]") -> list[str]:
    """Wait for sessions; return what each ended with."""
    return [type(future.exception(PATIENCE)).__name__ for future in futures]
