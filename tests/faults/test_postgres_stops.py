"""PostgreSQL is stopped at once, as by a power cut, while a sweep works."""

import os
import sys
from datetime import timedelta
from random import Random

import pytest
from django.db import OperationalError, connections

from compliance.services import purging
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.children import FAILED, ended, start_child
from tests.faults.conftest import fill_world
from tests.faults.house import House
from tests.faults.naive import record_last
from tests.faults.world import World
from vault.clock import clock
from vault.faults import SWEEP_POINTS, FaultPoint

STOPS = int(os.environ.get("SOAK_STOPS", "3"))
SEED = int(os.environ.get("SOAK_SEED", "20261122"))
#: Points that each sweep of the world below passes, so that a stop there is certain.
POINTS = sorted(
    {
        FaultPoint.DAY_CLOSING,
        FaultPoint.DAY_KEY_DESTROYED,
        FaultPoint.DAY_MARKED,
        FaultPoint.RECORD_WRITTEN,
        FaultPoint.ROWS_DELETED,
    }
    & SWEEP_POINTS
)


def sweep_through_a_stop(home: House, world: World, point: FaultPoint) -> None:
    """Stop the server when the sweep reaches a point, and start it again.

    The sweep goes on, on a server that is no more, and notices.
    """

    def stop(reached: FaultPoint) -> None:
        if reached is point:
            home.crash()

    def sweep() -> None:
        world.sweep(fault=stop)

    status = ended(start_child(sweep))
    assert home.is_gone(), f"the sweep ended before {point}"
    assert status == FAILED
    home.recover()


def test_postgres_stops_at_once(home: House) -> None:
    random = Random(SEED)  # noqa: S311 - chances, no secrets
    world = fill_world(now=clock.now())
    for number in range(STOPS):
        clock.move((clock.now() + timedelta(days=1)).isoformat())
        for seller in world.shops:
            world.plant(seller, day=clock.today() + timedelta(days=1), orders=4)
        clock.move((clock.now() + timedelta(days=1)).isoformat())
        point = POINTS[number % len(POINTS)] if number else random.choice(POINTS)
        sweep_through_a_stop(home, world, point)
        world.sweep()
        assert violations(world, now=clock.now()) == []
    sys.stdout.write(
        f"PostgreSQL stops: {STOPS} in as many sweeps (seed {SEED}), 0 violations\n"
    )


def test_a_stop_between_two_statements_is_told(home: House) -> None:
    """Whoever asks meanwhile gets an error of the database and no half answer."""
    world = fill_world(now=clock.now())
    assert violations(world, now=clock.now()) == []
    home.crash()
    with pytest.raises(OperationalError):
        violations(world, now=clock.now())
    home.recover()
    assert violations(world, now=clock.now()) == []


def test_control_a_naive_sweep_loses_its_record(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server stops after the deletion, before the record that comes last."""
    world = fill_world(now=clock.now())
    clock.move((clock.now() + timedelta(days=2)).isoformat())
    with monkeypatch.context() as patched:
        patched.setattr(purging, "_purge_rows", record_last)
        sweep_through_a_stop(home, world, FaultPoint.ROWS_DELETED)
    world.sweep()
    assert Wrong.UNRECORDED in kinds(violations(world, now=clock.now()))
    connections["default"].close()
