"""The file keystore: the secrets of days and sellers, outside the database.

`root.<epoch>` unwraps `keys`, which names its epoch. A secret is destroyed by writing
the others under a new root and destroying the old one, so that no older copy of
`keys` on the disk can be unwrapped. Every writer holds `lock`; readers hold nothing.
"""

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import TypeVar
from uuid import UUID

from vault import faults, keyfile
from vault.faults import (
    Fault,
    FaultPoint,
    KeyFileBroken,
    KeystoreDamaged,
    KeystoreExists,
    KeystoreMissing,
    SecretDestroyed,
    SecretLost,
)
from vault.keyfile import EntryId, KeyFile, Kind, Secrets, Signature

__all__ = [
    "FileKeystore",
    "KeystoreDamaged",
    "KeystoreExists",
    "KeystoreMissing",
    "SecretDestroyed",
    "SecretLost",
]

Answer = TypeVar("Answer")

# One root change spoils one read; the rest is for writers in close succession.
READS = 20
PAUSE_SECONDS = 0.001


class FileKeystore:
    """Day and seller secrets in one folder of mode 0700, for threads and processes.

    Days are UTC. Methods that cannot answer raise KeystoreMissing or KeystoreDamaged.
    A full disk raises OSError from a writer; what was there stays readable.
    """

    def __init__(self, folder: Path, *, fault: Fault = faults.no_fault) -> None:
        """Name the folder; nothing is read. `fault` is called at each fault point."""
        self.folder = folder
        self._fault = fault
        self._seen: tuple[Signature, KeyFile] | None = None
        self._threads = (os.getpid(), threading.Lock())

    def exists(self) -> bool:
        """Say whether there is a keys file, without opening it."""
        try:
            self.signature()
        except KeystoreMissing:
            return False
        return True

    def signature(self) -> Signature:
        """Stat the keys file (mtime in ns, inode, size): every write changes it.

        Caches compare it to see another process's write; the mtime only grows.
        """
        return keyfile.signature(self.folder)

    def identity(self) -> str:
        """Unwrap everything and return the hex name given at creation, for ever."""
        return self._unwrap_all().identity.hex()

    @property
    def epoch(self) -> int:
        """The number of the root in force; each ratchet and destruction adds one."""
        return self._ask(lambda file, _root: file.epoch)

    @property
    def destroyed_through(self) -> date | None:
        """The high-water mark: no secret exists or is made up to this UTC day."""
        return self._ask(lambda file, _root: file.destroyed_through)

    @property
    def live_days(self) -> tuple[date, ...]:
        """The UTC days that have a secret, earliest first."""
        return self._ask(lambda file, _root: file.live_days())

    def day_secret(self, day: date) -> bytes:
        """Unwrap the 32 bytes of a UTC day; raises SecretDestroyed or SecretLost."""

        def read(file: KeyFile, root: bytes) -> bytes:
            mark = file.destroyed_through
            if mark is not None and day <= mark:
                raise faults.day_destroyed(day, mark)
            if keyfile.day_entry(day) not in file.entries:
                raise faults.lost(day, self.folder)
            return file.secret(root, keyfile.day_entry(day))

        return self._ask(read)

    def seller_secret(self, seller_id: UUID) -> bytes:
        """Unwrap the 32 bytes of a seller; raises SecretDestroyed or SecretLost."""
        entry = keyfile.seller_entry(seller_id)

        def read(file: KeyFile, root: bytes) -> bytes:
            if (Kind.DESTROYED_SELLER, seller_id.bytes) in file.entries:
                raise faults.seller_destroyed(seller_id)
            if entry not in file.entries:
                raise faults.lost(seller_id, self.folder)
            return file.secret(root, entry)

        return self._ask(read)

    def fingerprint(self, day: date) -> str:
        """Name a day's secret, while it lives, in 8 hex of its SHA-256."""
        return sha256(self.day_secret(day)).hexdigest()[:8]

    def create(self) -> str:
        """Make the folder, a root, an empty keys file; return the new identity.

        Goes over what a creation that died left behind. Raises KeystoreExists, and
        KeystoreDamaged where roots that have been in use lie without their keys.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self._fault(FaultPoint.FOLDER_MADE)
        keyfile.sync_folder(self.folder.parent)
        self._fault(FaultPoint.FOLDER_SYNCED)
        with self._alone():
            if self.exists():
                raise faults.taken(self.folder)
            if any(path.name != "root.1" for path in self.folder.glob("root.*")):
                raise faults.damaged(self.folder, "there are roots without keys")
            keyfile.tidy(self.folder, keep=None, fault=self._fault)
            self._fault(FaultPoint.STATE_READ)
            identity = token_bytes(keyfile.IDENTITY_BYTES)
            self._turn_root(Secrets(identity, epoch=0, root=b""))
        return identity.hex()

    def recover(self) -> None:
        """Finish what a dead writer left: the epoch in `keys` wins, other roots go.

        For the start of a process. Removes nothing before all secrets unwrapped.
        """
        with self._writing():
            pass

    def mint_days(self, days: Iterable[date]) -> None:
        """Make what is missing in one write; SecretDestroyed, and none, if one was."""
        wanted = {day: keyfile.day_entry(day) for day in days}
        if self._has_all(wanted.values()):
            return
        with self._writing() as secrets:
            mark, first = secrets.destroyed_through, min(wanted)
            if mark is not None and first <= mark:
                raise faults.day_destroyed(first, mark)
            drawn = {each: keyfile.new_secret() for each in wanted}
            minted = {**drawn, **secrets.days}
            if minted != secrets.days:
                self._write_keys(replace(secrets, days=minted))

    def mint_seller(self, seller_id: UUID) -> None:
        """Make the seller's secret if it has none; SecretDestroyed if it had one."""
        if self._has_all([keyfile.seller_entry(seller_id)]):
            return
        with self._writing() as secrets:
            if seller_id in secrets.destroyed_sellers:
                raise faults.seller_destroyed(seller_id)
            if seller_id not in secrets.sellers:
                minted = {**secrets.sellers, seller_id: keyfile.new_secret()}
                self._write_keys(replace(secrets, sellers=minted))

    def destroy_through(self, day: date) -> tuple[date, ...]:
        """Destroy every live secret up to and with a UTC day, under a new root.

        Returns the days destroyed by this call. Repeating it after a crash finishes
        the work and may return none: the high-water mark is what tells.
        """
        keyfile.day_entry(day)  # refuses a datetime
        with self._writing() as secrets:
            mark = secrets.destroyed_through
            if mark is not None and day <= mark:
                return ()
            dying = tuple(sorted(known for known in secrets.days if known <= day))
            living = {known: s for known, s in secrets.days.items() if known > day}
            self._turn_root(replace(secrets, days=living, destroyed_through=day))
        return dying

    def destroy_seller(self, seller_id: UUID) -> None:
        """Destroy a seller's secret under a new root and leave a mark in its place.

        A seller that had no secret is marked as well and never gets one.
        """
        with self._writing() as secrets:
            if seller_id in secrets.destroyed_sellers:
                return
            living = {s: k for s, k in secrets.sellers.items() if s != seller_id}
            marks = secrets.destroyed_sellers | {seller_id}
            self._turn_root(replace(secrets, sellers=living, destroyed_sellers=marks))

    def ratchet(self) -> int:
        """Rewrap what lives under a new root, destroy the old; return the new epoch."""
        with self._writing() as secrets:
            return self._turn_root(secrets)

    def _turn_root(self, secrets: Secrets) -> int:
        """Write these secrets under a new root; the old goes when they read back."""
        root = keyfile.new_secret()
        new = replace(secrets, epoch=secrets.epoch + 1, root=root)
        keyfile.write_synced(
            self.folder / f"root.{new.epoch}",
            root,
            fault=self._fault,
            points=(FaultPoint.ROOT_WRITTEN, FaultPoint.ROOT_SYNCED),
        )
        keyfile.sync_folder(self.folder)
        self._fault(FaultPoint.ROOT_FOLDER_SYNCED)
        self._write_keys(new)
        keyfile.tidy(self.folder, keep=new.epoch, fault=self._fault)
        return new.epoch

    def _write_keys(self, secrets: Secrets) -> None:
        """Replace `keys`, and unwrap it from the disk before going on."""
        fresh = self.folder / "keys.new"
        keyfile.write_synced(
            fresh,
            secrets.wrapped(),
            fault=self._fault,
            points=(FaultPoint.KEYS_NEW_WRITTEN, FaultPoint.KEYS_NEW_SYNCED),
            later_than_ns=self.signature()[0] if self.exists() else 0,
        )
        fresh.rename(self.folder / "keys")
        self._fault(FaultPoint.KEYS_RENAMED)
        keyfile.sync_folder(self.folder)
        self._fault(FaultPoint.KEYS_FOLDER_SYNCED)
        if self._unwrap_all() != secrets:
            raise faults.damaged(self.folder, "what was written does not read back")
        self._fault(FaultPoint.READ_BACK)

    @contextmanager
    def _writing(self) -> Iterator[Secrets]:
        """Give a writer the state it alone may change, leftovers cleared away."""
        self.signature()
        with self._alone():
            secrets = self._unwrap_all()
            keyfile.tidy(self.folder, keep=secrets.epoch, fault=self._fault)
            self._fault(FaultPoint.STATE_READ)
            yield secrets

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._threads[0] != os.getpid():
            # A fork may have copied a lock whose holder does not live here.
            self._threads = (os.getpid(), threading.Lock())
        lock = self.folder / "lock"
        with self._threads[1], keyfile.exclusive(lock, fault=self._fault):
            yield

    def _has_all(self, entries: Iterable[EntryId]) -> bool:
        return self._ask(lambda file, _root: all(e in file.entries for e in entries))

    def _unwrap_all(self) -> Secrets:
        self._seen = None
        return self._ask(lambda file, root: file.secrets(root))

    def _ask(self, question: Callable[[KeyFile, bytes], Answer]) -> Answer:
        """Answer from `keys` and its root; a root change in between reads again."""
        reason = ""
        for _read in range(READS):
            try:
                return question(*self._open())
            except KeyFileBroken as broken:
                self._seen, reason = None, str(broken)
            time.sleep(PAUSE_SECONDS)
        raise faults.damaged(self.folder, reason)

    def _open(self) -> tuple[KeyFile, bytes]:
        """Return the verified keys file, from memory if unchanged, and its root.

        The root is read each time and never kept: once it is destroyed, the copy of
        `keys` in this process's memory opens nothing either.
        """
        seen, signature = self._seen, self.signature()
        if seen is not None and seen[0] == signature:
            return seen[1], keyfile.read(self.folder / f"root.{seen[1].epoch}")
        raw = keyfile.read(self.folder / "keys")
        root = keyfile.read(self.folder / f"root.{keyfile.epoch_of(raw)}")
        fresh = keyfile.open_key_file(raw, root)
        self._seen = (signature, fresh)
        return fresh, root
