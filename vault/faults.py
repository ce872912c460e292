"""How a keystore can fail: its named errors, and the points at which a process dies."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum, unique
from pathlib import Path
from typing import TypeAlias
from uuid import UUID


@unique
class FaultPoint(StrEnum):
    """One member between every two steps that change what a crash leaves behind.

    A test walks the members, so a step without one is a step nobody has died at.
    """

    # Creating the folder
    FOLDER_MADE = "folder:made"
    FOLDER_SYNCED = "folder:synced"
    # Every writer
    LOCK_HELD = "lock:held"
    TIDY_SYNCED = "tidy:synced"
    KEYS_NEW_REMOVED = "tidy:keys-new-removed"
    STATE_READ = "state:read"
    # A new root, before anything names it
    ROOT_WRITTEN = "root:written"
    ROOT_SYNCED = "root:synced"
    ROOT_FOLDER_SYNCED = "root:folder-synced"
    # The keys file
    KEYS_NEW_WRITTEN = "keys:new-written"
    KEYS_NEW_SYNCED = "keys:new-synced"
    KEYS_RENAMED = "keys:renamed"
    KEYS_FOLDER_SYNCED = "keys:folder-synced"
    READ_BACK = "keys:read-back"
    # The old root, last of all
    OLD_ROOT_OVERWRITTEN = "old-root:overwritten"
    OLD_ROOT_SYNCED = "old-root:synced"
    OLD_ROOT_UNLINKED = "old-root:unlinked"
    OLD_ROOT_FOLDER_SYNCED = "old-root:folder-synced"
    # The sweep: its own row
    GAP_NOTED = "sweep:gap-noted"
    RUN_WRITTEN = "sweep:run-written"
    # A day whose key is destroyed
    TURN_EXPECTED = "sweep:turn-expected"
    DAY_CLOSING = "sweep:day-closing"
    DAY_KEY_DESTROYED = "sweep:day-key-destroyed"
    DAY_PROBED = "sweep:day-probed"
    DAY_MARKED = "sweep:day-marked"
    # The day's root
    ROOT_TURNED = "sweep:root-turned"
    TURN_RECORDED = "sweep:turn-recorded"
    # Days to come, secrets that are missing
    DAYS_OPENED = "sweep:days-opened"
    LOST_NOTED = "sweep:lost-noted"
    # Each shop
    MOVED_ON = "sweep:moved-on"
    REMOVED_EARLY = "sweep:removed-early"
    ARCHIVE_KEPT = "sweep:archive-kept"
    RECORD_WRITTEN = "sweep:record-written"
    BATCH_DELETED = "sweep:batch-deleted"
    ROWS_DELETED = "sweep:rows-deleted"
    RECORD_CLOSED = "sweep:record-closed"
    SHOP_PURGED = "sweep:shop-purged"
    SHOP_MEASURED = "sweep:shop-measured"
    RUN_ENDED = "sweep:run-ended"


SWEEP_POINTS = frozenset(point for point in FaultPoint if point.startswith("sweep:"))
KEYSTORE_POINTS = frozenset(FaultPoint) - SWEEP_POINTS

Fault: TypeAlias = Callable[[FaultPoint], None]


def no_fault(_point: FaultPoint) -> None:
    """Live through every point: what runs outside the crash tests."""


class KeystoreMissing(Exception):
    """The folder or its keys file is not there."""


class KeystoreExists(Exception):
    """There is a keystore in the folder already."""


class KeystoreDamaged(Exception):
    """The keystore is there and cannot be trusted: wrong root, altered, unreadable."""


class SecretDestroyed(Exception):
    """The keystore records that this secret was destroyed; it never comes back."""


class SecretLost(Exception):
    """The secret is missing and nothing records its destruction: lost is not purged."""


#: What keeps a writer or reader from the keystore: the next sweep tries again.
KEYSTORE_FAILURES = (KeystoreMissing, KeystoreDamaged, OSError)


class KeyFileBroken(Exception):
    """The bytes are not a keys file of its root; the text says which check failed.

    Inside the keystore only: a writer may be between two steps, so it is read again
    before it becomes KeystoreDamaged.
    """


def missing(folder: Path) -> KeystoreMissing:
    """Word the error for a folder without a keys file."""
    return KeystoreMissing(
        f"There is no keystore in {folder}: put the folder back, or create a new "
        "keystore and fetch the buyer data again."
    )


def taken(folder: Path) -> KeystoreExists:
    """Word the error for creating a keystore where there is one."""
    return KeystoreExists(
        f"There is a keystore in {folder} already: use it or name another folder."
    )


def damaged(folder: Path, reason: str) -> KeystoreDamaged:
    """Word the error for a keystore that does not open; `reason` is half a sentence."""
    return KeystoreDamaged(
        f"The keystore in {folder} cannot be used, because {reason}: put back the "
        "whole folder from one moment, and change nothing in it by hand."
    )


def day_destroyed(day: date, mark: date) -> SecretDestroyed:
    """Word the error for a UTC day at or before the high-water mark."""
    return SecretDestroyed(
        f"The secret of {day.isoformat()} is destroyed, as are all up to "
        f"{mark.isoformat()}: nothing of that day can be opened or sealed."
    )


def seller_destroyed(seller_id: UUID) -> SecretDestroyed:
    """Word the error for a seller with a destroyed mark."""
    return SecretDestroyed(
        f"The secret of seller {seller_id} is destroyed: nothing of that seller can "
        "be opened or sealed."
    )


def lost(whose: date | UUID, folder: Path) -> SecretLost:
    """Word the error for a UTC day's or a seller's secret that went unrecorded."""
    return SecretLost(
        f"The secret for {whose} is missing from the keystore in {folder} and no "
        "destruction is recorded: fetch the orders that it sealed again."
    )
