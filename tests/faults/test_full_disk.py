"""The disk is full under the keystore, or under the database: nothing is lost."""

import errno
import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import DatabaseError

from compliance.models import StuckRow
from compliance.services import deleting, purging
from tests.faults.checker import Wrong, kinds, violations
from tests.faults.children import DIED, die_at, in_child, let_keystore_fault
from tests.faults.conftest import FIRST
from tests.faults.naive import record_last
from tests.faults.test_fault_points import AFTER_A_DEATH, CREATION, dying_sweep
from tests.faults.triggers import failing
from tests.faults.world import World, midnight
from vault.clock import clock
from vault.context import SYSTEM, seller_scope
from vault.faults import KEYSTORE_POINTS, FaultPoint
from vault.keys import data_keys
from vault.keystore import FileKeystore

#: Bytes that a file may have: none, less than a root, a root, half a keys file.
SIZES = (0, 16, 32, 1_000)
#: Each statement of the sweep that writes.
WRITES = (
    ("compliance_sweeprun", "INSERT"),
    ("compliance_sweeprun", "UPDATE"),
    ("vault_purgeday", "UPDATE"),
    ("compliance_purgerecord", "INSERT"),
    ("vault_ledgerentry", "INSERT"),
    ("orders_recipient", "DELETE"),
    ("compliance_exposuremeasure", "INSERT OR UPDATE"),
)
_KEEPS_LIVING = {Wrong.OVERDUE, Wrong.KEY_LIVES, Wrong.EXPOSURE, Wrong.UNRECORDED}


def no_more_than(size: int) -> None:
    """Let no file of this process grow beyond a size: the kernel refuses the rest."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.mark.parametrize("size", SIZES)
def test_no_room_for_the_keystore(world: World, size: int) -> None:
    clock.move(midnight(FIRST))

    def sweep() -> None:
        no_more_than(size)
        assert world.sweep().waiting != ""
        found = kinds(violations(world, now=clock.now()))
        assert found <= _KEEPS_LIVING, "live buyers open, due ones are refused"

    assert in_child(sweep) == 0
    world.sweep()
    assert violations(world, now=clock.now()) == []


@pytest.mark.parametrize("point", sorted(KEYSTORE_POINTS - CREATION))
def test_no_room_at_each_step(world: World, point: FaultPoint) -> None:
    """The step after a point fails, and the process lives on: nothing is half done."""
    clock.move(midnight(FIRST))
    if point in AFTER_A_DEATH:
        assert dying_sweep(world, die_at(AFTER_A_DEATH[point])) == DIED
    reached: list[FaultPoint] = []

    def full(here: FaultPoint) -> None:
        if here is point:
            reached.append(here)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    keystore = data_keys().keystore
    let_keystore_fault(full)
    world.sweep()
    assert reached, f"nobody passes {point}"
    data_keys().keystore = keystore
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_control_a_keystore_written_in_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the file beside it, the keys file itself is what is cut short."""
    clock.move(midnight(FIRST))

    def in_place(keystore: FileKeystore, secrets: object) -> None:
        path = keystore.folder / "keys"
        with path.open("wb") as file:
            file.write(secrets.wrapped())  # type: ignore[attr-defined]

    def sweep() -> None:
        no_more_than(1_000)
        world.sweep()

    with monkeypatch.context() as patched:
        patched.setattr(FileKeystore, "_write_keys", in_place)
        in_child(sweep)
    world.sweep()
    assert Wrong.LOST in kinds(violations(world, now=clock.now()))


@pytest.mark.parametrize(("table", "act"), WRITES, ids=[" ".join(w) for w in WRITES])
def test_no_room_for_the_database(world: World, table: str, act: str) -> None:
    clock.move(midnight(FIRST))
    with failing(table, act):
        with suppress(DatabaseError):
            result = world.sweep()
            assert result.failed or result.waiting, "it fails, and says so"
        if table == "vault_ledgerentry":
            with pytest.raises(DatabaseError):
                violations(world, now=clock.now())  # no opening without its record
        else:
            assert kinds(violations(world, now=clock.now())) <= _KEEPS_LIVING
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_a_full_disk_leaves_no_row_out(world: World) -> None:
    """Four sweeps fail for want of room; the fifth deletes, though three are enough.

    A row that resists is left out after three tries. This is no row's fault.
    """
    clock.move(midnight(FIRST))
    with failing("orders_recipient", "DELETE"):
        for _ in range(4):
            assert world.sweep().failed
    for seller_id in world.sellers:
        with seller_scope(seller_id=seller_id, actor=SYSTEM):
            assert StuckRow.objects.count() == 0
    world.sweep()
    assert violations(world, now=clock.now()) == []


def test_control_rows_are_blamed_for_the_disk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deleting, "_raise_unless_of_a_row", lambda _error: None)
    clock.move(midnight(FIRST))
    with failing("orders_recipient", "DELETE"):
        for _ in range(3):
            world.sweep()
    world.sweep()
    assert Wrong.OVERDUE in kinds(violations(world, now=clock.now()))


def test_control_the_record_comes_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.move(midnight(FIRST))
    with monkeypatch.context() as patched, failing("compliance_purgerecord", "INSERT"):
        patched.setattr(purging, "_purge_rows", record_last)
        world.sweep()
    world.sweep()
    assert Wrong.UNRECORDED in kinds(violations(world, now=clock.now()))


def test_the_limit_bites(tmp_path: Path) -> None:
    """The kernel does refuse: otherwise no size above would prove anything."""

    def write() -> None:
        no_more_than(32)
        (tmp_path / "root").write_bytes(b"x" * 32)
        with pytest.raises(OSError, match="File too large"):
            (tmp_path / "keys").write_bytes(b"x" * 33)

    assert in_child(write) == 0
