"""A writer of the keystore dies at every named point; nothing live is lost."""

from itertools import pairwise
from pathlib import Path

import pytest

from tests.vault.keystore_deaths import (
    OPERATIONS,
    Death,
    check_after_death,
    check_done,
    die_at,
    everything,
    filled,
    half_ratcheted,
    points_of,
)
from tests.vault.keystores import files
from vault import keyfile
from vault.faults import KEYSTORE_POINTS, Fault, FaultPoint
from vault.keystore import FileKeystore, KeystoreDamaged, KeystoreMissing


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
