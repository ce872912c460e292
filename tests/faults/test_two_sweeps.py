"""Two sweeps at once, each a process: one record, one death of each key."""

import multiprocessing
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from compliance.models import SweepRun
from compliance.queries.due import due_subjects
from compliance.services import purging
from compliance.services.sweep import overdue_orders
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.children import ended, let_keystore_fault, start_child
from tests.faults.conftest import FIRST, LAST
from tests.faults.world import World, midnight
from vault import keyfile
from vault.clock import clock
from vault.faults import FaultPoint
from vault.keys import data_keys

#: Seconds for which one process waits for the other at the same line. Where a lock
#: keeps them apart, the first waits in vain and goes on.
TOGETHER = 1.0
_fork = multiprocessing.get_context("fork")


def at_the_same_line() -> Callable[[], None]:
    """Return what two processes wait at for each other, for a while."""
    barrier = _fork.Barrier(2)

    def wait() -> None:
        try:
            barrier.wait(TOGETHER)
        except threading.BrokenBarrierError:
            return

    return wait


def two(do: Callable[[], object]) -> list[int]:
    """Do the same in two processes at once; return how they ended."""
    return [ended(child) for child in [start_child(do) for _ in range(2)]]


def sweep_twice_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Sweep in two processes that both know what is due before either records it."""
    clock.move(midnight(FIRST))
    asked, wait = due_subjects, at_the_same_line()

    def asked_together(**which: Any) -> Any:
        found = list(asked(**which))
        wait()
        return found

    monkeypatch.setattr(purging, "due_subjects", asked_together)
    return two(world.sweep)


def test_two_sweeps_at_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sweep_twice_at_once(world, monkeypatch) == [0, 0]
    assert violations(world, now=clock.now()) == []
    assert set(SweepRun.objects.values_list("failed", flat=True)) == {0}
    assert overdue_orders(seller_ids=world.sellers, today=clock.today()) == 0


def test_control_without_the_lock_of_the_records(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both write the record of the day; the table's constraint ends one of them."""
    monkeypatch.setattr(purging, "_one_at_a_time", lambda _seller_id: None)
    assert sweep_twice_at_once(world, monkeypatch) == [0, 0]
    failed = SweepRun.objects.values_list("failed", flat=True)
    assert sum(failed) == len(world.sellers)


def write_twice_at_once(world: World) -> list[int]:
    """Destroy days in two processes that both read the keystore before either wrote."""
    wait = at_the_same_line()

    def read_together(point: FaultPoint) -> None:
        if point is FaultPoint.STATE_READ:
            wait()

    def destroy() -> None:
        let_keystore_fault(read_together)
        data_keys().keystore.destroy_through(FIRST)

    return two(destroy)


def test_two_writers_of_the_keystore_at_once(world: World) -> None:
    clock.move(midnight(FIRST))
    assert write_twice_at_once(world) == [0, 0]
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_control_without_the_lock_of_the_keystore(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second writes over the root that the first has named already."""

    @contextmanager
    def nobody_else(path: Path, **_: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(keyfile, "exclusive", nobody_else)
    clock.move(midnight(FIRST))
    assert write_twice_at_once(world) != [0, 0]


def test_an_innocent_bystander_goes_on(world: World) -> None:
    """Looking at live buyers while another process sweeps never fails."""
    clock.move(midnight(FIRST))

    def look() -> None:
        for _ in range(5):
            found = violations(world, now=clock.now())
            assert kinds(found) <= {Wrong.OVERDUE, Wrong.KEY_LIVES, Wrong.EXPOSURE} | {
                Wrong.UNRECORDED
            }, found
            assert not [v for v in found if str(LAST) in v.where]

    children = [start_child(world.sweep), start_child(look)]
    assert [ended(child) for child in children] == [0, 0]
    assert violations(world, now=clock.now()) == []
