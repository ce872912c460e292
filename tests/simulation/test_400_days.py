"""Four hundred days with forty in the middle on which nobody is at home."""

import os
from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from compliance.services import sweep as sweeping
from compliance.services.starting import prepare
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.conftest import bare_shop
from tests.simulation.days import Simulation, stand_at
from vault import opening
from vault.clock import Clock, clock

BEGIN = date(2026, 11, 22)
DAYS = int(os.environ.get("SOAK_DAYS", "400"))
A_DAY = int(os.environ.get("SOAK_ORDERS_A_DAY", "2"))
SEED = int(os.environ.get("SOAK_SEED", "20261122"))
#: No process lives on these days.
OUTAGE = range(DAYS // 2, DAYS // 2 + 40)
#: The whole checker looks this often; what is past the limit is looked for each day.
CHECKED_EVERY = 150


@pytest.fixture
def simulation(
    transactional_db: None, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> Simulation:
    """Return two shops to which nothing has happened yet."""
    # Nobody pulls the plug here, as on the server of the tests: no waiting for disks.
    monkeypatch.setattr(os, "fsync", lambda _descriptor: None)
    shops = [bare_shop(name, now=now) for name in ("Harbor & Pine", "Fern & Stone")]
    prepare(now=now)
    return Simulation(
        sellers=[shop.id for shop in shops],
        seed=SEED,
        begin=BEGIN,
        days=DAYS,
        a_day=A_DAY,
    )


def day_of(number: int) -> date:
    """Return a day of the simulation."""
    return BEGIN + timedelta(days=number)


def check(simulation: Simulation) -> None:
    """Let the whole checker look."""
    assert violations(simulation.learn(), now=clock.now()) == []


def come_back(simulation: Simulation, day: date, *, was_due: int) -> None:
    """Start after the outage: wait for a person's word, say so, and catch up."""
    stand_at(day, hour=8)
    waiting = prepare(now=clock.now())
    assert "--clock-is-right" in waiting.waiting
    assert (waiting.days_destroyed, waiting.overdue) == ([], was_due)
    assert simulation.openings() == (was_due, 0)
    assert simulation.past_limit(today=day) != []
    result = prepare(now=clock.now(), clock_is_right=True)
    assert (result.waiting, result.overdue, result.purged) == ("", 0, was_due)
    assert len(result.days_destroyed) == len(OUTAGE) + 1


def test_400_days_with_an_outage_end_with_nothing_past_its_limit(
    simulation: Simulation,
) -> None:
    print(f"seed {SEED}, {DAYS} days, outage {OUTAGE}")  # noqa: T201
    seen: Counter[str] = Counter()
    was_due = 0
    for number in range(DAYS):
        day = day_of(number)
        if number in OUTAGE:
            stand_at(day, hour=12)
            if number % 10 == 9:
                was_due, opened = simulation.openings()
                assert opened == 0
            continue
        if number == OUTAGE.stop:
            stand_at(day, hour=8)
            was_due, opened = simulation.openings()
            assert opened == 0
            assert was_due > 20
            come_back(simulation, day, was_due=was_due)
            simulation.hear_all()
        result = simulation.live(day)
        seen["purged"] += result.purged
        assert (result.waiting, result.overdue) == ("", 0)
        assert simulation.past_limit(today=day) == []
        if number != OUTAGE.stop:
            assert simulation.too_early(day=day) == []
        if number % CHECKED_EVERY == CHECKED_EVERY - 1:
            check(simulation)
    check(simulation)
    assert seen["purged"] + was_due > DAYS * A_DAY // 2


def test_control_without_the_sweep_buyers_are_past_the_limit(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "destroy_due_days", lambda **_: ([], ""))
    for number in range(34):
        simulation.live(day_of(number))
    assert simulation.past_limit(today=clock.today()) != []
    found = kinds(violations(simulation.learn(), now=clock.now()))
    assert found >= {Wrong.OVERDUE, Wrong.KEY_LIVES, Wrong.EXPOSURE}
    assert simulation.openings()[1] == 0


def test_control_without_moving_on_buyers_die_early(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is known of an order comes to nothing where no sweep moves its day on."""
    monkeypatch.setattr(sweeping, "move_on", lambda **_: 0)
    died: list[str] = []
    for number in range(45):
        simulation.live(day_of(number))
        died += simulation.too_early(day=day_of(number))
    assert died != []


def test_control_without_the_date_check_the_outage_opens(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys are there all the while: the check of the day alone refuses."""
    for number in range(6):
        simulation.live(day_of(number))
    stand_at(day_of(43), hour=12)
    due, opened = simulation.openings()
    assert (due > 5, opened) == (True, 0)
    standing = Clock(mode="test", setting=BEGIN.isoformat())
    monkeypatch.setattr(opening, "clock", standing)
    assert simulation.openings() == (due, due)
