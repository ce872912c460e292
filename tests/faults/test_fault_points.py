"""A process dies between every two writes of the sweep; the next sweep repairs.

The walk goes over the enum itself: a member at which nobody dies is red.
"""

import os
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from compliance.services import purging
from compliance.services.deleting import DeadRows, delete_rows
from compliance.services.starting import prepare
from compliance.services.sweep import UNREADABLE
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.children import DIED, die_at, in_child, let_keystore_fault
from tests.faults.conftest import FIRST, LAST, SECOND
from tests.faults.world import World, midnight
from vault import keyfile
from vault.clock import clock
from vault.faults import Fault, FaultPoint
from vault.keys import data_keys
from vault.keystore import FileKeystore, KeystoreDamaged
from vault.models import DayState, PurgeDay, RootTurn

#: What only the very first start passes.
CREATION = frozenset({FaultPoint.FOLDER_MADE, FaultPoint.FOLDER_SYNCED})
#: What is passed only after a death: at which point, to leave something behind.
AFTER_A_DEATH = {
    FaultPoint.TIDY_SYNCED: FaultPoint.ROOT_SYNCED,
    FaultPoint.KEYS_NEW_REMOVED: FaultPoint.KEYS_NEW_SYNCED,
}
#: What is passed only on a day without any destruction: that turns the root itself.
QUIET_DAY = frozenset({FaultPoint.ROOT_TURNED})
THE_REST = [p for p in FaultPoint if p not in CREATION | QUIET_DAY]


def dying_sweep(world: World, fault: Fault) -> int:
    """Sweep in a process with a fault in the sweep and in the keystore alike."""

    def sweep() -> None:
        let_keystore_fault(fault)
        world.sweep(fault=fault)

    return in_child(sweep)


@pytest.mark.parametrize("point", THE_REST)
def test_death_at_each_point(world: World, point: FaultPoint) -> None:
    clock.move(midnight(FIRST))
    if point in AFTER_A_DEATH:
        assert dying_sweep(world, die_at(AFTER_A_DEATH[point])) == DIED
    assert dying_sweep(world, die_at(point)) == DIED, f"nobody passes {point}"
    world.sweep()
    assert violations(world, now=clock.now()) == []
    clock.move(midnight(SECOND))
    world.sweep()
    assert violations(world, now=clock.now()) == []


@pytest.mark.parametrize("point", sorted(QUIET_DAY))
def test_death_on_a_day_without_destruction(world: World, point: FaultPoint) -> None:
    assert dying_sweep(world, die_at(point)) == DIED, f"nobody passes {point}"
    epoch = data_keys().keystore.epoch
    world.sweep()
    turn = RootTurn.objects.get()
    assert (turn.epoch, turn.turned_at) == (epoch, clock.now())
    assert violations(world, now=clock.now()) == []


@pytest.mark.parametrize("point", sorted(CREATION))
def test_death_at_the_very_first_start(
    transactional_db: None, point: FaultPoint
) -> None:
    folder = Path(settings.PORTAL_KEYSTORE)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()

    def first_start() -> None:
        let_keystore_fault(die_at(point))
        prepare(now=clock.now())

    assert in_child(first_start) == DIED
    data_keys.cache_clear()
    prepare(now=clock.now())
    assert violations(World(), now=clock.now()) == []


def test_death_at_the_second_of_two_days(world: World) -> None:
    """Everything of one day is done, and the process dies in the other."""
    clock.move(midnight(SECOND))
    for point in (FaultPoint.DAY_KEY_DESTROYED, FaultPoint.RECORD_WRITTEN):
        assert dying_sweep(world, die_at(point, visit=2)) == DIED
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_death_after_death(world: World) -> None:
    """Each process dies one point further than the one before."""
    clock.move(midnight(SECOND))
    for point in THE_REST:
        dying_sweep(world, die_at(point))
    world.sweep()
    assert violations(world, now=clock.now()) == []


def found_after(world: World, fault: Fault) -> set[Wrong]:
    """Die, let a sweep repair what it can, and return what is wrong still."""
    clock.move(midnight(FIRST))
    assert dying_sweep(world, fault) == DIED
    if world.sweep().waiting == UNREADABLE:
        return {Wrong.OVERDUE}
    return kinds(violations(world, now=clock.now()))


def test_control_rows_deleted_before_the_record(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = purging._record

    def record_last(**which: Any) -> int:
        rows = DeadRows(
            which["model"], which["privacy"], which["seller_id"], which["day"]
        )
        delete_rows(rows=rows, now=which["now"])
        os.kill(os.getpid(), signal.SIGKILL)
        return record(**which)

    with monkeypatch.context() as patched:
        patched.setattr(purging, "_record", record_last)
        clock.move(midnight(FIRST))
        assert in_child(world.sweep) == DIED
    world.sweep()
    assert Wrong.UNRECORDED in kinds(violations(world, now=clock.now()))


def test_control_marked_before_it_is_done(world: World) -> None:
    """The naive order: commit that the key is destroyed, then destroy it."""

    def commit_first(point: FaultPoint) -> None:
        if point is FaultPoint.DAY_CLOSING:
            PurgeDay.objects.filter(day=FIRST).update(
                state=DayState.DESTROYED,
                destroyed_at=clock.now(),
                probe_dead_at=clock.now(),
            )
            os.kill(os.getpid(), signal.SIGKILL)

    assert Wrong.KEY_LIVES in found_after(world, commit_first)


def test_control_the_old_root_goes_first(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old root is destroyed before `keys` stands under the new one."""

    def root_first(point: FaultPoint) -> None:
        if point is FaultPoint.KEYS_NEW_SYNCED:
            folder = data_keys().keystore.folder
            oldest = min(folder.glob("root.*"), key=lambda p: int(p.suffix[1:]))
            keyfile.destroy_root(oldest, fault=lambda _point: None)
            os.kill(os.getpid(), signal.SIGKILL)

    assert found_after(world, root_first) == {Wrong.OVERDUE}
    with pytest.raises(KeystoreDamaged):
        FileKeystore(data_keys().keystore.folder).live_days  # noqa: B018 - it reads


def test_control_a_point_that_nobody_passes_is_red(world: World) -> None:
    """Where a step lost its point, the process would live and the walk would fail."""
    clock.move(midnight(LAST + timedelta(days=1)))
    assert dying_sweep(world, die_at(FaultPoint.FOLDER_MADE)) == 0
