"""What is cleared after 90 days, and what a question still hangs on."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from compliance.models import MachineGap, Notice, NoticeKind, StuckRow, SweepRun
from compliance.queries.gaps import gaps
from compliance.queries.health import last_good_sweep
from compliance.services import clearing
from compliance.services.clearing import KEPT, clear_runs, clear_shop
from compliance.services.guard import last_trusted_sweep
from compliance.tasks import clear_old_runs
from tests.shops import Shop
from vault.clock import clock
from vault.rows import new_id

NOW = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)
EDGE = NOW - KEPT
MOMENT, DAY = timedelta(seconds=1), timedelta(days=1)


def swept(*instants: datetime, **facts: Any) -> None:
    """Let sweeps have run, each in a moment."""
    SweepRun.objects.bulk_create(
        SweepRun(started_at=at, ended_at=at, **facts) for at in instants
    )


def left() -> list[datetime]:
    """Return the runs that are still there, in order."""
    runs = SweepRun.objects.order_by("started_at")
    return list(runs.values_list("started_at", flat=True))


def test_runs_leave_after_ninety_days_and_not_a_moment_sooner(db: None) -> None:
    swept(EDGE - DAY, EDGE - MOMENT, EDGE, NOW - DAY, NOW)
    assert (clear_runs(now=NOW), left()) == (2, [EDGE, NOW - DAY, NOW])
    assert clear_runs(now=NOW) == 0


def test_in_batches(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clearing, "BATCH", 3)
    swept(*(EDGE - n * DAY for n in range(1, 8)), NOW)
    assert (clear_runs(now=NOW), left()) == (7, [NOW])


def test_the_last_good_and_the_last_trusted_sweep_stay(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All since have waited; the alarm and the guard count from those two."""
    monkeypatch.setattr("compliance.services.guard.kernel_confirms", lambda **_: True)
    good, trusted, doubted = EDGE - 20 * DAY, EDGE - 10 * DAY, EDGE - 5 * DAY
    swept(EDGE - 30 * DAY, good)
    swept(trusted, waiting="The keystore cannot be read")
    swept(doubted, waiting="The clock stands far ahead", doubted=True)
    assert (last_good_sweep(now=NOW), last_trusted_sweep()) == (good, trusted)
    assert (clear_runs(now=NOW), left()) == (1, [good, trusted, doubted])
    assert (last_good_sweep(now=NOW), last_trusted_sweep()) == (good, trusted)


def test_a_doubted_clock_clears_nothing(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept(EDGE - DAY, NOW - 8 * DAY)
    monkeypatch.setattr("compliance.services.guard.kernel_confirms", lambda **_: False)
    assert (clear_runs(now=NOW), len(left())) == (0, 2)
    swept(NOW - DAY)
    assert (clear_runs(now=NOW), len(left())) == (1, 2)


def test_sweeps_in_the_midst_of_a_gap_go_on_denying_it(db: None) -> None:
    """The gap ended within the 90 days and began before: its sweep is asked for."""
    began, ended = EDGE - 20 * DAY, EDGE + 10 * DAY
    real = MachineGap.objects.create(began_at=began + DAY, ended_at=ended - DAY)
    denied = MachineGap.objects.create(began_at=began - DAY, ended_at=ended)
    swept(began - 2 * DAY, began, NOW)
    before = list(gaps(since=EDGE, now=NOW))
    assert before == [real]
    assert clear_runs(now=NOW) == 1
    assert list(gaps(since=EDGE, now=NOW)) == before
    assert denied.began_at < began


def notice(shop: Shop, kind: NoticeKind, closed_at: datetime | None) -> UUID:
    """Let a notice have stood until an instant, or stand."""
    made = Notice.objects.create(
        seller_id=shop.id, kind=kind, opened_at=EDGE - 30 * DAY, closed_at=closed_at
    )
    return made.id


def stuck(shop: Shop, solved_at: datetime | None) -> UUID:
    """Let a row have resisted until an instant, or still."""
    made = StuckRow.objects.create(
        seller_id=shop.id,
        subject_id=new_id(),
        step="purge",
        error="Tampered",
        first_at=EDGE - 30 * DAY,
        last_at=EDGE - 30 * DAY,
        solved_at=solved_at,
    )
    return made.id


def test_closed_notices_and_solved_rows_leave_the_others_stay(
    shop: Shop, other_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clearing, "BATCH", 2)
    silent = NoticeKind.SILENT_SWEEP
    with shop.scope():
        for days in range(1, 4):
            notice(shop, silent, EDGE - days * DAY)
            stuck(shop, EDGE - days * DAY)
        stay = {
            notice(shop, silent, EDGE),
            notice(shop, silent, None),
            notice(shop, NoticeKind.TEST_BUYER, EDGE - DAY),
            stuck(shop, EDGE),
            stuck(shop, None),
        }
    with other_shop.scope():
        theirs = notice(other_shop, silent, EDGE - DAY)
    assert clear_shop(seller_id=shop.id, now=NOW) == 3 + 3
    assert clear_shop(seller_id=shop.id, now=NOW) == 0
    with shop.scope():
        there = (Notice, StuckRow)
        assert {row.id for model in there for row in model.objects.all()} == stay
    with other_shop.scope():
        assert [row.id for row in Notice.objects.all()] == [theirs]


def test_the_daily_task_clears_all_shops(shop: Shop, other_shop: Shop) -> None:
    swept(clock.now() - KEPT - DAY, clock.now())
    for each in (shop, other_shop):
        with each.scope():
            notice(each, NoticeKind.CLOCK, clock.now() - KEPT - DAY)
    clear_old_runs()
    assert left() == [clock.now()]
    for each in (shop, other_shop):
        with each.scope():
            assert Notice.objects.count() == 0
