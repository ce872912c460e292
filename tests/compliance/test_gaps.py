"""Times at which the machine was off, and the margin that would have covered them."""

from datetime import UTC, datetime, timedelta

import pytest

from compliance.models import Heartbeat, MachineGap, SweepRun
from compliance.queries.gaps import Gap, gaps, longest_gap, proposed_margin
from compliance.services.gaps import GAP_AFTER, note_gap
from compliance.services.starting import prepare
from compliance.services.sweep import sweep, sweep_keys_if_due
from sellerportal.heartbeat import write_heartbeat
from tests.shops import at
from vault.clock import clock
from vault.custody import prepare_keystore

NOW = datetime(2026, 11, 22, 17, 14, tzinfo=UTC)
MOMENT = timedelta(seconds=1)
LONG_AGO = NOW - timedelta(days=365)


def swept(at_: datetime) -> None:
    """Let a sweep have run at an instant."""
    SweepRun.objects.create(started_at=at_, ended_at=at_)


def noted() -> list[tuple[datetime, datetime]]:
    """Return the gaps as they were written, in order."""
    return list(
        MachineGap.objects.order_by("began_at").values_list("began_at", "ended_at")
    )


def test_half_an_hour_is_silence_and_a_moment_more_a_gap(db: None) -> None:
    swept(NOW)
    note_gap(now=NOW + GAP_AFTER)
    assert noted() == []
    back = NOW + GAP_AFTER + MOMENT
    note_gap(now=back)
    note_gap(now=back)
    assert noted() == [(NOW, back)]


def test_whoever_lived_last_ends_the_silence(db: None) -> None:
    swept(NOW)
    alive = NOW + timedelta(hours=2)
    Heartbeat.objects.create(process="worker", at=alive)
    back = alive + timedelta(hours=5)
    note_gap(now=back)
    assert noted() == [(alive, back)]
    again = back + timedelta(hours=1)
    note_gap(now=again)
    assert noted() == [(alive, back), (back, again)]


def test_the_very_first_start_is_no_gap(db: None) -> None:
    note_gap(now=NOW)
    assert noted() == []


@pytest.mark.parametrize("who", ["prepare", "sweep", "request"])
def test_the_first_to_come_back_writes_it(db: None, who: str) -> None:
    prepare_keystore(now=NOW)
    swept(NOW)
    with at("2026-11-25T08:00Z"):
        back = clock.now()
        if who == "prepare":
            prepare(now=back)
        elif who == "sweep":
            sweep(seller_ids=[], now=back)
        else:
            sweep_keys_if_due(now=back)
        sweep(seller_ids=[], now=back)
    assert noted() == [(NOW, back)]


def test_a_heartbeat_looks_before_it_overwrites_the_last_sign(
    transactional_db: None,
) -> None:
    write_heartbeat(process="worker", now=NOW)
    write_heartbeat(process="beat", now=NOW + timedelta(seconds=5))
    back = NOW + timedelta(days=3)
    write_heartbeat(process="worker", now=back)
    sweep(seller_ids=[], now=back + timedelta(seconds=2), clock_is_right=True)
    assert noted() == [(NOW + timedelta(seconds=5), back)]


def test_the_longest_is_found_and_old_ones_are_not(db: None) -> None:
    day = timedelta(days=1)
    for begin, took in ((40, 3 * day), (20, day), (5, 2 * day)):
        began = NOW - begin * day
        MachineGap.objects.create(began_at=began, ended_at=began + took)
    first = NOW - 40 * day
    assert longest_gap(since=LONG_AGO, now=NOW) == Gap(first, first + 3 * day)
    recent = NOW - 5 * day
    assert longest_gap(since=NOW - 30 * day, now=NOW) == Gap(recent, recent + 2 * day)
    assert longest_gap(since=NOW, now=NOW) is None


@pytest.mark.parametrize(
    ("length", "margin", "proposed"),
    [
        (timedelta(days=2), 2, None),
        (timedelta(days=2) + MOMENT, 2, 4),
        (timedelta(days=1, hours=1), 1, 4),
        (timedelta(days=3), 3, None),
        (timedelta(days=9), 4, None),
    ],
)
def test_a_margin_of_four_days_is_proposed_where_a_gap_was_longer(
    db: None, length: timedelta, margin: int, proposed: int | None
) -> None:
    MachineGap.objects.create(began_at=NOW - length, ended_at=NOW)
    assert proposed_margin(now=NOW, margin_days=margin) == proposed
    much_later = NOW + timedelta(days=91)
    assert proposed_margin(now=much_later, margin_days=margin) is None


def test_a_clock_that_jumped_and_came_back_was_no_gap(db: None) -> None:
    swept(NOW)
    jumped = NOW + timedelta(days=40)
    note_gap(now=jumped)
    assert noted() == [(NOW, jumped)]
    back = NOW + timedelta(minutes=5)
    swept(back)
    assert longest_gap(since=LONG_AGO, now=back) is None
    assert longest_gap(since=LONG_AGO, now=jumped) is None
    really = back + timedelta(hours=7)
    note_gap(now=really)
    assert [row.began_at for row in gaps(since=LONG_AGO, now=really)] == [back]
