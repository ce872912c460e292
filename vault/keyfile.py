"""The bytes of the keystore: the format of `keys`, and the steps that write files.

Layout of `keys`, big-endian, no padding:
    header   magic 6, version 2, identity 16, epoch 8, destroyed-through 4, count 4
    entry    kind 1, id 16, and for a live secret nonce 12, AES-256-GCM of 32 bytes
    MAC      HMAC-SHA256 over all of the above

Both keys come from the root. An entry's associated data are header, kind and id; the
MAC finds a dropped entry and a moved high-water mark.
"""

import fcntl
import hmac
import os
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from pathlib import Path
from secrets import token_bytes
from typing import TypeAlias
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from vault.faults import Fault, FaultPoint, KeyFileBroken, damaged, missing

SECRET_BYTES = 32  # of a root as well
IDENTITY_BYTES = 16
_MAGIC = b"SPKEYS"
_VERSION = 1
_HEADER = struct.Struct(">6sH16sQII")
_ENTRY = struct.Struct(">B16s")
_NONCE_BYTES = 12
_WRAPPED_BYTES = _NONCE_BYTES + SECRET_BYTES + 16
_MAC_BYTES = 32
_INFO = b"seller portal keystore 1: wrap, mac"


class Kind(IntEnum):
    """What an entry is. A destroyed seller keeps its id and has no secret."""

    DAY = 1
    SELLER = 2
    DESTROYED_SELLER = 3


EntryId: TypeAlias = tuple[Kind, bytes]
Signature: TypeAlias = tuple[int, int, int]


def new_secret() -> bytes:
    """Draw the secret of a day or a seller, or a root."""
    return token_bytes(SECRET_BYTES)


def day_entry(day: date) -> EntryId:
    """Name the entry of a UTC day; TypeError for a datetime, whose zone is unsaid."""
    if isinstance(day, datetime):
        message = "A day of the keystore is a date in UTC, not a datetime."
        raise TypeError(message)
    return Kind.DAY, day.toordinal().to_bytes(16, "big")


def seller_entry(seller_id: UUID) -> EntryId:
    """Name the entry of a seller's live secret."""
    return Kind.SELLER, seller_id.bytes


@dataclass(frozen=True, slots=True)
class Secrets:
    """Everything in the keystore, unwrapped: exists only while a writer works."""

    identity: bytes
    epoch: int
    root: bytes = field(repr=False)
    destroyed_through: date | None = None
    days: Mapping[date, bytes] = field(default_factory=dict, repr=False)
    sellers: Mapping[UUID, bytes] = field(default_factory=dict, repr=False)
    destroyed_sellers: frozenset[UUID] = frozenset()

    def _entries(self) -> Iterator[tuple[EntryId, bytes]]:
        for day, secret in sorted(self.days.items()):
            yield day_entry(day), secret
        for seller_id, secret in sorted(self.sellers.items()):
            yield seller_entry(seller_id), secret
        for seller_id in sorted(self.destroyed_sellers):
            yield (Kind.DESTROYED_SELLER, seller_id.bytes), b""

    def wrapped(self) -> bytes:
        """Build the bytes of a keys file under the root, with fresh nonces."""
        entries = list(self._entries())
        mark = self.destroyed_through.toordinal() if self.destroyed_through else 0
        facts = (self.identity, self.epoch, mark, len(entries))
        header = _HEADER.pack(_MAGIC, _VERSION, *facts)
        wrap_key, mac_key = _keys(self.root, self.identity)
        cipher = AESGCM(wrap_key)
        body = bytearray(header)
        for (kind, ident), secret in entries:
            name = _ENTRY.pack(kind, ident)
            body += name
            if secret:
                nonce = token_bytes(_NONCE_BYTES)
                body += nonce + cipher.encrypt(nonce, secret, header + name)
        return bytes(body) + hmac.digest(mac_key, body, "sha256")


@dataclass(frozen=True, slots=True)
class KeyFile:
    """A verified keys file, secrets wrapped: without its root it opens nothing."""

    header: bytes
    identity: bytes
    epoch: int
    destroyed_through: date | None
    entries: Mapping[EntryId, bytes] = field(repr=False)

    def _uuids(self, wanted: Kind) -> list[UUID]:
        return [UUID(bytes=ident) for kind, ident in self.entries if kind is wanted]

    def live_days(self) -> tuple[date, ...]:
        """List the days that have a secret, earliest first."""
        ordinals = sorted(seen.int for seen in self._uuids(Kind.DAY))
        return tuple(map(date.fromordinal, ordinals))

    def secret(self, root: bytes, entry: EntryId) -> bytes:
        """Unwrap one secret; KeyError if there is no such entry, else KeyFileBroken."""
        return self._unwrap(AESGCM(_keys(root, self.identity)[0]), entry)

    def secrets(self, root: bytes) -> Secrets:
        """Unwrap everything; raises KeyFileBroken."""
        cipher = AESGCM(_keys(root, self.identity)[0])
        sellers = self._uuids(Kind.SELLER)
        return Secrets(
            identity=self.identity,
            epoch=self.epoch,
            root=root,
            destroyed_through=self.destroyed_through,
            days={d: self._unwrap(cipher, day_entry(d)) for d in self.live_days()},
            sellers={s: self._unwrap(cipher, seller_entry(s)) for s in sellers},
            destroyed_sellers=frozenset(self._uuids(Kind.DESTROYED_SELLER)),
        )

    def _unwrap(self, cipher: AESGCM, entry: EntryId) -> bytes:
        wrapped = self.entries[entry]
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        try:
            return cipher.decrypt(nonce, sealed, self.header + _ENTRY.pack(*entry))
        except InvalidTag as error:
            message = "a secret does not unwrap under its root"
            raise KeyFileBroken(message) from error


def _demand(fact: object, otherwise: str) -> None:
    if not fact:
        raise KeyFileBroken(otherwise)


def epoch_of(raw: bytes) -> int:
    """Read the epoch, which names the root to fetch; it is not verified yet."""
    _demand(len(raw) >= _HEADER.size + _MAC_BYTES, "the keys file is cut short")
    magic, version, _identity, epoch, _mark, _count = _HEADER.unpack_from(raw)
    _demand(magic == _MAGIC, "the keys file does not begin like one")
    _demand(version == _VERSION, f"the keys file has version {version}")
    return int(epoch)


def open_key_file(raw: bytes, root: bytes) -> KeyFile:
    """Verify all bytes against the root, then take them apart; raises KeyFileBroken."""
    epoch = epoch_of(raw)
    header, body, mac = raw[: _HEADER.size], raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    _magic, _version, identity, _epoch, mark, count = _HEADER.unpack(header)
    _demand(len(root) == SECRET_BYTES, f"root.{epoch} has another length")
    true_mac = hmac.digest(_keys(root, identity)[1], body, "sha256")
    altered = f"the keys file was altered or root.{epoch} is not its own"
    _demand(hmac.compare_digest(mac, true_mac), altered)
    entries = dict(_split(body[_HEADER.size :]))
    _demand(len(entries) == count, "the keys file has another number of entries")
    through = date.fromordinal(mark) if mark else None
    return KeyFile(header, identity, epoch, through, entries)


def _split(body: bytes) -> Iterator[tuple[EntryId, bytes]]:
    at = 0
    while at < len(body):
        kind, ident = _ENTRY.unpack_from(body, at)
        at += _ENTRY.size
        size = 0 if kind == Kind.DESTROYED_SELLER else _WRAPPED_BYTES
        yield (Kind(kind), ident), body[at : at + size]
        at += size


def _keys(root: bytes, identity: bytes) -> tuple[bytes, bytes]:
    both = HKDF(algorithm=SHA256(), length=64, salt=identity, info=_INFO).derive(root)
    return both[:32], both[32:]


def signature(folder: Path) -> Signature:
    """Stat `keys`; raises KeystoreMissing or KeystoreDamaged."""
    try:
        stat = (folder / "keys").stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise missing(folder) from error
    except OSError as error:
        raise damaged(folder, "its keys file cannot be read") from error
    return stat.st_mtime_ns, stat.st_ino, stat.st_size


def read(path: Path) -> bytes:
    """Read `keys` or a root; KeyFileBroken, since a writer may have just removed it."""
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path.name} is missing or cannot be read"
        raise KeyFileBroken(message) from error


def sync_folder(folder: Path) -> None:
    """Make names in a folder (made, renamed, removed) outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_synced(
    path: Path,
    data: bytes,
    *,
    fault: Fault,
    points: tuple[FaultPoint, FaultPoint],
    later_than_ns: int = 0,
) -> None:
    """Write a new file of mode 0600 and fsync it, with a point after each step.

    Its mtime is made later than `later_than_ns`: the kernel's stamp is milliseconds
    coarse, and two files in a row must not look like one.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        if os.fstat(descriptor).st_mtime_ns <= later_than_ns:
            os.utime(descriptor, ns=(later_than_ns + 1, later_than_ns + 1))
        fault(points[0])
        os.fsync(descriptor)
    fault(points[1])


def destroy_root(path: Path, *, fault: Fault) -> None:
    """Overwrite a root with random bytes, fsync, unlink it, and fsync its folder."""
    with path.open("r+b") as file:
        file.write(token_bytes(path.stat().st_size))
        file.flush()
        fault(FaultPoint.OLD_ROOT_OVERWRITTEN)
        os.fsync(file.fileno())
    fault(FaultPoint.OLD_ROOT_SYNCED)
    path.unlink()
    fault(FaultPoint.OLD_ROOT_UNLINKED)
    sync_folder(path.parent)
    fault(FaultPoint.OLD_ROOT_FOLDER_SYNCED)


def tidy(folder: Path, *, keep: int | None, fault: Fault) -> None:
    """Remove what a dead writer left, once the caller has opened the epoch to keep."""
    strays = sorted(p for p in folder.glob("root.*") if p.name != f"root.{keep}")
    if strays:
        # The rename that made them strays may not be on the disk yet. Were the old
        # root gone first, a power cut would bring `keys` back without it.
        sync_folder(folder)
        fault(FaultPoint.TIDY_SYNCED)
    for stray in strays:
        destroy_root(stray, fault=fault)
    unfinished = folder / "keys.new"
    if unfinished.exists():
        unfinished.unlink()
        fault(FaultPoint.KEYS_NEW_REMOVED)
        sync_folder(folder)


@contextmanager
def exclusive(path: Path, *, fault: Fault) -> Iterator[None]:
    """Hold the lock file against every other writer, in this process or another."""
    # flock belongs to the open description, so each writer opens its own.
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        fault(FaultPoint.LOCK_HELD)
        yield
    finally:
        # Not left to close: a fork during the write may hold a copy.
        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)
