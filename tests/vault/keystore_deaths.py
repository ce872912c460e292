"""Writers of a keystore that die at a point, and what must hold afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from tests.vault import keystores
from tests.vault.keystores import DAY, DAYS, SELLER, files
from vault.faults import Fault, FaultPoint
from vault.keyfile import Secrets
from vault.keystore import FileKeystore, SecretDestroyed

NEW_DAY = DAY + timedelta(days=9)
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
    return keystores.everything(folder) if (folder / "keys").exists() else None


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
