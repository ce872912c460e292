"""A writer of the keystore dies at every named point; nothing live is lost."""

import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest

from vault import keyfile
from vault.faults import KEYSTORE_POINTS, Fault, FaultPoint
from vault.keyfile import Secrets
from vault.keystore import (
    FileKeystore,
    KeystoreDamaged,
    KeystoreMissing,
    SecretDestroyed,
)

PROJECT = Path(__file__).parents[2]
DAY = date(2026, 3, 10)
DAYS = tuple(DAY + timedelta(days=n) for n in range(3))
NEW_DAY = DAY + timedelta(days=9)
SELLER = UUID(int=1)
GONE_SELLER = UUID(int=2)
NEW_SELLER = UUID(int=3)


class Death(Exception):
    """Stands for the end of the process: nothing in the keystore catches it."""


def die_at(point: FaultPoint, visit: int = 1) -> Fault:
    """Make a hook that dies at one visit of one point."""
    seen: list[FaultPoint] = []

    def hook(reached: FaultPoint) -> None:
        seen.append(reached)
        if reached is point and seen.count(point) == visit:
            raise Death(point)

    return hook


def empty(_folder: Path) -> None:
    """Leave nothing: the start of create."""


def filled(folder: Path) -> None:
    """Make a keystore with three days, two sellers and a mark before the first day."""
    store = FileKeystore(folder)
    store.create()
    store.mint_days(DAYS)
    store.mint_seller(SELLER)
    store.mint_seller(GONE_SELLER)
    store.destroy_through(DAY - timedelta(days=1))


def half_ratcheted(folder: Path) -> None:
    """Leave two roots: the writer died when `keys` was renamed."""
    filled(folder)
    with pytest.raises(Death):
        FileKeystore(folder, fault=die_at(FaultPoint.KEYS_RENAMED)).ratchet()


def half_written(folder: Path) -> None:
    """Leave a new root and a `keys.new`, which nothing names yet."""
    filled(folder)
    with pytest.raises(Death):
        FileKeystore(folder, fault=die_at(FaultPoint.KEYS_NEW_SYNCED)).ratchet()


@dataclass(frozen=True, slots=True)
class Operation:
    """One writer: the folder it starts on, the act, and what the act is to change."""

    prepare: Callable[[Path], None]
    act: Callable[[FileKeystore], object]
    days: frozenset[date] = frozenset(DAYS)
    sellers: frozenset[UUID] = frozenset({SELLER, GONE_SELLER})
    mark: date | None = DAY - timedelta(days=1)


OPERATIONS = {
    "create": Operation(
        empty, FileKeystore.create, days=frozenset(), sellers=frozenset(), mark=None
    ),
    "mint days": Operation(
        filled,
        lambda store: store.mint_days([DAY, NEW_DAY]),
        days=frozenset({*DAYS, NEW_DAY}),
    ),
    "mint seller": Operation(
        filled,
        lambda store: store.mint_seller(NEW_SELLER),
        sellers=frozenset({SELLER, GONE_SELLER, NEW_SELLER}),
    ),
    "ratchet": Operation(filled, FileKeystore.ratchet),
    "destroy days": Operation(
        filled,
        lambda store: store.destroy_through(DAYS[1]),
        days=frozenset(DAYS[2:]),
        mark=DAYS[1],
    ),
    "destroy seller": Operation(
        filled,
        lambda store: store.destroy_seller(GONE_SELLER),
        sellers=frozenset({SELLER}),
    ),
    "recover from two roots": Operation(half_ratcheted, FileKeystore.recover),
    "recover from an unnamed root": Operation(half_written, FileKeystore.recover),
    "destroy from two roots": Operation(
        half_ratcheted,
        lambda store: store.destroy_through(DAYS[1]),
        days=frozenset(DAYS[2:]),
        mark=DAYS[1],
    ),
}


def points_of(operation: Operation, folder: Path) -> list[FaultPoint]:
    """Run an operation to its end and list the points it passes, in order."""
    operation.prepare(folder)
    points: list[FaultPoint] = []
    operation.act(FileKeystore(folder, fault=points.append))
    return points


def everything(folder: Path) -> Secrets | None:
    """Unwrap the whole folder without the class under test; None before creation."""
    if not (folder / "keys").exists():
        return None
    raw = (folder / "keys").read_bytes()
    root = (folder / f"root.{keyfile.epoch_of(raw)}").read_bytes()
    return keyfile.open_key_file(raw, root).secrets(root)


def files(folder: Path) -> list[str]:
    """List the names in a folder."""
    return sorted(path.name for path in folder.iterdir())


def check_after_death(folder: Path, operation: Operation, before: Secrets) -> None:
    """Assert what must hold once a new process has recovered the folder."""
    FileKeystore(folder).recover()
    after = everything(folder)
    assert after is not None
    assert files(folder) == ["keys", "lock", f"root.{after.epoch}"]
    surviving = set(before.days) & operation.days
    assert {day: after.days[day] for day in surviving} == {
        day: before.days[day] for day in surviving
    }
    kept = set(before.sellers) & operation.sellers
    assert {one: after.sellers[one] for one in kept} == {
        one: before.sellers[one] for one in kept
    }
    # All of the operation or none of it: never half of the dying days.
    assert set(after.days) in (set(before.days), operation.days)
    assert set(after.sellers) in (set(before.sellers), operation.sellers)
    assert after.destroyed_through in (before.destroyed_through, operation.mark)
    assert after.identity == before.identity


def check_done(folder: Path, operation: Operation) -> None:
    """Assert that the operation, repeated after the death, has its full result."""
    operation.act(FileKeystore(folder))
    done = everything(folder)
    assert done is not None
    assert done.days.keys() == operation.days
    assert done.sellers.keys() == operation.sellers
    assert done.destroyed_through == operation.mark
    assert files(folder) == ["keys", "lock", f"root.{done.epoch}"]
    fresh = FileKeystore(folder)
    for day in set(DAYS) - operation.days:
        if operation.mark is not None and day <= operation.mark:
            with pytest.raises(SecretDestroyed):
                fresh.mint_days([day])


@pytest.mark.parametrize("name", OPERATIONS)
def test_death_at_every_visit_of_every_point(name: str, tmp_path: Path) -> None:
    operation = OPERATIONS[name]
    points = points_of(operation, tmp_path / "whole")
    for place, point in enumerate(points):
        folder = tmp_path / f"at-{place}"
        operation.prepare(folder)
        before = everything(folder)
        visit = points[: place + 1].count(point)
        with pytest.raises(Death, match=point):
            operation.act(FileKeystore(folder, fault=die_at(point, visit)))
        if before is not None:
            check_after_death(folder, operation, before)
            check_done(folder, operation)


def test_create_that_died_is_repeated_or_complete(tmp_path: Path) -> None:
    """Before the rename there is no keystore; from it on there is a whole one."""
    points = points_of(OPERATIONS["create"], tmp_path / "whole")
    renamed = points.index(FaultPoint.KEYS_RENAMED)
    for place, point in enumerate(points):
        folder = tmp_path / f"at-{place}"
        with pytest.raises(Death):
            FileKeystore(folder, fault=die_at(point)).create()
        fresh = FileKeystore(folder)
        if place < renamed:
            with pytest.raises(KeystoreMissing):
                fresh.recover()
            identity = fresh.create()
        else:
            fresh.recover()
            identity = fresh.identity()
        assert fresh.identity() == identity
        assert (fresh.epoch, files(folder)) == (1, ["keys", "lock", "root.1"])


def test_every_listed_point_is_reached(tmp_path: Path) -> None:
    reached = {
        point
        for number, operation in enumerate(OPERATIONS.values())
        for point in points_of(operation, tmp_path / str(number))
    }
    assert reached == KEYSTORE_POINTS


def test_the_old_root_dies_last(tmp_path: Path) -> None:
    """At each step up to the read-back the root that `keys` needs is untouched."""
    points = points_of(OPERATIONS["destroy days"], tmp_path / "keystore")
    order = [
        FaultPoint.LOCK_HELD,
        FaultPoint.STATE_READ,
        FaultPoint.ROOT_WRITTEN,
        FaultPoint.ROOT_SYNCED,
        FaultPoint.ROOT_FOLDER_SYNCED,
        FaultPoint.KEYS_NEW_WRITTEN,
        FaultPoint.KEYS_NEW_SYNCED,
        FaultPoint.KEYS_RENAMED,
        FaultPoint.KEYS_FOLDER_SYNCED,
        FaultPoint.READ_BACK,
        FaultPoint.TIDY_SYNCED,
        FaultPoint.OLD_ROOT_OVERWRITTEN,
        FaultPoint.OLD_ROOT_SYNCED,
        FaultPoint.OLD_ROOT_UNLINKED,
        FaultPoint.OLD_ROOT_FOLDER_SYNCED,
    ]
    assert points == order


def test_a_second_death_while_recovering_loses_nothing(tmp_path: Path) -> None:
    """Two deaths in a row, at every pair of neighbouring points of the recovery."""
    points = points_of(OPERATIONS["recover from two roots"], tmp_path / "whole")
    for number, (first, second) in enumerate(pairwise(points)):
        folder = tmp_path / f"pair-{number}"
        half_ratcheted(folder)
        before = everything(folder)
        for point in (first, second):
            # The second may be passed no more, if the first death came after it.
            try:
                FileKeystore(folder, fault=die_at(point)).recover()
            except Death:
                continue
        FileKeystore(folder).recover()
        assert everything(folder) == before


def test_a_torn_keys_new_is_never_read(tmp_path: Path) -> None:
    folder = tmp_path / "keystore"
    filled(folder)
    before = everything(folder)
    (folder / "keys.new").write_bytes((folder / "keys").read_bytes()[:50])
    assert FileKeystore(folder).identity() == FileKeystore(folder).identity()
    FileKeystore(folder).recover()
    assert everything(folder) == before
    assert "keys.new" not in files(folder)


def test_the_folder_is_synced_before_a_stray_root_is_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut could bring the old `keys` back when its root is gone."""
    folder = tmp_path / "keystore"
    half_ratcheted(folder)
    old = min(folder.glob("root.*"))
    root = old.read_bytes()
    seen: list[bytes] = []
    sync = keyfile.sync_folder

    def watched(path: Path) -> None:
        seen.append(old.read_bytes() if old.exists() else b"")
        sync(path)

    monkeypatch.setattr(keyfile, "sync_folder", watched)
    FileKeystore(folder).recover()
    assert seen == [root, b""]


CHILD = """
import os, signal, sys
from datetime import date
from pathlib import Path
from vault.faults import FaultPoint
from vault.keystore import FileKeystore

def die(point):
    if point is FaultPoint(sys.argv[2]):
        if sys.argv[3] == "exit":
            os._exit(86)
        os.kill(os.getpid(), signal.SIGKILL)

store = FileKeystore(Path(sys.argv[1]), fault=die)
store.destroy_through(date.fromisoformat(sys.argv[4]))
"""


@pytest.mark.parametrize(
    ("point", "how"),
    [
        (FaultPoint.STATE_READ, "exit"),
        (FaultPoint.ROOT_WRITTEN, "kill"),
        (FaultPoint.KEYS_NEW_WRITTEN, "exit"),
        (FaultPoint.KEYS_NEW_SYNCED, "kill"),
        (FaultPoint.KEYS_RENAMED, "exit"),
        (FaultPoint.READ_BACK, "kill"),
        (FaultPoint.OLD_ROOT_OVERWRITTEN, "exit"),
        (FaultPoint.OLD_ROOT_UNLINKED, "kill"),
    ],
)
def test_a_process_really_dies(point: FaultPoint, how: str, tmp_path: Path) -> None:
    """The kernel gives the lock back, and a new process finds all as it must be."""
    folder = tmp_path / "keystore"
    filled(folder)
    before = everything(folder)
    assert before is not None
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder), point, how, DAYS[1].isoformat()],
        cwd=PROJECT,
        check=False,
    )
    assert child.returncode == (86 if how == "exit" else -signal.SIGKILL)
    check_after_death(folder, OPERATIONS["destroy days"], before)
    check_done(folder, OPERATIONS["destroy days"])


def test_a_root_that_dies_first_is_noticed_by_the_walk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the protocol turned round, the same death, the same check."""
    folder = tmp_path / "keystore"
    filled(folder)
    before = everything(folder)
    assert before is not None
    write = keyfile.write_synced

    def hasty_write(
        path: Path,
        data: bytes,
        *,
        fault: Fault,
        points: tuple[FaultPoint, FaultPoint],
        later_than_ns: int = 0,
    ) -> None:
        if path.name == "keys.new":
            (folder / f"root.{before.epoch}").unlink()
        write(path, data, fault=fault, points=points, later_than_ns=later_than_ns)

    monkeypatch.setattr(keyfile, "write_synced", hasty_write)
    with pytest.raises(Death):
        FileKeystore(folder, fault=die_at(FaultPoint.KEYS_NEW_SYNCED)).ratchet()
    with pytest.raises(KeystoreDamaged, match="is missing"):
        check_after_death(folder, OPERATIONS["ratchet"], before)
